// SPDX-License-Identifier: GPL-2.0-or-later
/* Who refused the connection? Somebody on the way can send a reset in the host's name. An echo
 * reply of the host, if it gives one, shows how far away it is, and how long an answer takes. */
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "netshake.h"

/* One may be lost, and the first one may wait for what the others find ready. */
#define ECHOES 2

#define INTERVAL_NS 20000000u

/* An answer that takes longer tells nothing any more. */
#define PATIENCE_NS 1000000000u
#define PATIENCE_LEAST_NS 200000000u

#define ECHO_SIZE 56

struct echo {
	struct run *run;
	uint64_t sent_real_ns[ECHOES];
	struct echo_reply reply;
	unsigned int answers;
};

/* Open the socket for it, if that is possible: nothing depends on it. */
void echo_open(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct icmp_config config = {
		.device = settings->interface,
		.source = run->source,
		.dest = run->target.addr,
		.ttl = -1,
		.tos = -1,
		.mtu_discovery = -1,
		.mark = settings->mark == UNSET ? -1 : (int64_t)settings->mark,
		.flow_label = -1,
		.ident = UINT32_MAX,
		.receive_ttl = true,
		.receive_stamps = true,
	};

	config.source.port = config.dest.port = 0;
	if (!run->way.is_local)
		icmp_open(&run->echo, run->target.addr.family, &config, NULL);
}

static void on_reply(struct echo *echo, const struct probe_event *event)
{
	uint64_t came_ns = event->stamp_ns ? event->stamp_ns : event->read_real_ns, rtt_ns;

	if (event->is_corrupt || event->ttl <= 0 ||
	    !addr_equal(&event->from, &echo->run->target.addr))
		return;
	echo->reply.ttl = (uint8_t)event->ttl;
	echo->answers++;
	rtt_ns = came_ns - echo->sent_real_ns[event->seq];
	if (came_ns > echo->sent_real_ns[event->seq] &&
	    (echo->reply.rtt_ns == 0 || rtt_ns < echo->reply.rtt_ns))
		echo->reply.rtt_ns = rtt_ns;
}

static bool is_expiry(const struct probe_event *event)
{
	return event->kind == PROBE_ERROR &&
	       event->icmp_type ==
		       (event->from.family == AF_INET ? ICMP_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED);
}

static void on_answer(const struct probe_event *event, void *arg)
{
	struct echo *echo = arg;

	if (event->seq >= ECHOES)
		return;
	if (event->kind == PROBE_REPLY) {
		on_reply(echo, event);
	} else if (is_expiry(event)) {
		echo->reply.expired = event->from;
		echo->answers++;
	}
}

static void listen_until(struct echo *echo, struct icmp_receiver *receiver, unsigned int wanted,
			 uint64_t end_ns)
{
	struct run *run = echo->run;
	struct pollfd polled = { .fd = run->echo.fd, .events = POLLIN };
	struct timespec timeout = { 0 };
	uint64_t now_ns;

	do { /* once at least: this process may not have run all the time */
		now_ns = clock_mono_ns();
		timeout.tv_nsec = now_ns < end_ns ? (long)(end_ns - now_ns) % 1000000000 : 0;
		if (ppoll(&polled, 1, &timeout, NULL) > 0 &&
		    icmp_receive(receiver, &run->echo, 1, on_answer, echo) < 0)
			return;
	} while (echo->answers < wanted && now_ns < end_ns);
}

static bool limit(const struct icmp_socket *sock, int ttl)
{
	return sock->family == AF_INET ?
		       setsockopt(sock->fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)) == 0 :
		       setsockopt(sock->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl, sizeof(ttl)) ==
			       0;
}

/* Ask the host for an echo, by requests of a time to live of @ttl (0: the system's), and wait for
 * @patience_ns.
 *
 * Return: whether anything came, of which @reply tells.
 */
bool echo_ask(struct run *run, uint8_t ttl, uint64_t patience_ns, struct echo_reply *reply)
{
	static struct icmp_sender sender;
	static const uint8_t data[ECHO_SIZE];
	uint8_t token[ICMP_TOKEN_SIZE] = "netshake";
	struct echo echo = { .run = run };
	struct icmp_receiver receiver;

	*reply = echo.reply;
	if (run->echo.fd < 0 || !limit(&run->echo, ttl ? ttl : -1) ||
	    icmp_receiver_init(&receiver, ECHO_SIZE) < 0)
		return false;
	icmp_sender_init(&sender, data, sizeof(data));
	for (uint16_t seq = 0; seq < ECHOES; seq++) {
		icmp_sender_add(&sender, &run->echo, &run->target.addr, seq, token);
		echo.sent_real_ns[seq] = clock_real_ns();
		if (icmp_sender_flush(&sender, &run->echo) < 0)
			break;
		listen_until(&echo, &receiver, seq + 1u,
			     clock_mono_ns() + (seq + 1 < ECHOES ? INTERVAL_NS : patience_ns));
	}
	icmp_receiver_fini(&receiver);
	*reply = echo.reply;
	return echo.answers > 0;
}

/* Ask the host for an echo, if it has refused the connection and nothing is known yet of its
 * distance; what comes of it goes to @findings. */
void echo_compare(struct shake *shake, struct tcp_findings *findings)
{
	struct run *run = shake->run;
	struct echo_reply reply;
	uint64_t answer_ns, patience_ns;

	if (shake->end.end != TCP_END_REFUSED || run->reference_ttl)
		return;
	answer_ns = shake->reset.time_ns - shake->trace.origin_ns;
	patience_ns = answer_ns < PATIENCE_NS / 4 ? 4 * answer_ns : PATIENCE_NS;
	if (patience_ns < PATIENCE_LEAST_NS)
		patience_ns = PATIENCE_LEAST_NS;
	echo_ask(run, 0, patience_ns, &reply);
	findings->echo_ttl = reply.ttl;
	findings->echo_rtt_ns = reply.rtt_ns;
}
