// SPDX-License-Identifier: GPL-2.0-or-later
/* Who refused the connection? Somebody on the way can send a reset in the host's name. An echo
 * reply of the host, if it gives one, shows how far away it is, and how long an answer takes. */
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
	uint64_t rtt_ns; /* the least; 0: none */
	uint8_t ttl;
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

static void on_answer(const struct probe_event *event, void *arg)
{
	struct echo *echo = arg;
	uint64_t came_ns = event->stamp_ns ? event->stamp_ns : event->read_real_ns, rtt_ns;

	if (event->kind != PROBE_REPLY || event->seq >= ECHOES || event->is_corrupt ||
	    event->ttl <= 0 || !addr_equal(&event->from, &echo->run->target.addr))
		return;
	echo->ttl = (uint8_t)event->ttl;
	echo->answers++;
	rtt_ns = came_ns - echo->sent_real_ns[event->seq];
	if (came_ns > echo->sent_real_ns[event->seq] &&
	    (echo->rtt_ns == 0 || rtt_ns < echo->rtt_ns))
		echo->rtt_ns = rtt_ns;
}

static void listen_until(struct echo *echo, struct icmp_receiver *receiver, unsigned int wanted,
			 uint64_t end_ns)
{
	struct run *run = echo->run;
	struct pollfd polled = { .fd = run->echo.fd, .events = POLLIN };
	uint64_t now_ns;

	while (echo->answers < wanted && (now_ns = clock_mono_ns()) < end_ns) {
		struct timespec timeout = { .tv_nsec = (long)(end_ns - now_ns) % 1000000000 };

		if (ppoll(&polled, 1, &timeout, NULL) > 0 &&
		    icmp_receive(receiver, &run->echo, 1, on_answer, echo) < 0)
			return;
	}
}

/* Ask the host for an echo, if it has refused the connection and nothing is known yet of its
 * distance; what comes of it goes to @findings. */
void echo_compare(struct shake *shake, struct tcp_findings *findings)
{
	static struct icmp_sender sender;
	static const uint8_t data[ECHO_SIZE];
	uint8_t token[ICMP_TOKEN_SIZE] = "netshake";
	struct run *run = shake->run;
	struct echo echo = { .run = run };
	struct icmp_receiver receiver;
	uint64_t answer_ns, patience_ns;

	if (run->echo.fd < 0 || shake->end.end != TCP_END_REFUSED || run->reference_ttl ||
	    icmp_receiver_init(&receiver, ECHO_SIZE) < 0)
		return;
	answer_ns = shake->reset.time_ns - shake->trace.origin_ns;
	patience_ns = answer_ns < PATIENCE_NS / 4 ? 4 * answer_ns : PATIENCE_NS;
	if (patience_ns < PATIENCE_LEAST_NS)
		patience_ns = PATIENCE_LEAST_NS;
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
	findings->echo_ttl = echo.ttl;
	findings->echo_rtt_ns = echo.rtt_ns;
}
