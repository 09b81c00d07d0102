// SPDX-License-Identifier: GPL-2.0-or-later
/* --serve: the other end of a connection that somebody else opens, one at a time.
 *
 * Theory of operation: as long as nobody has come, the port is claimed and the kernel kept quiet at
 * it in both families, and packet sockets wait for a SYN. Who sends one becomes the peer: the raw
 * socket, which has its copy of the SYN already, is set to it alone, and an endpoint that listens
 * takes it from there. SYNs of others get no answer meanwhile.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "netshake.h"
#include "wire/tcp.h"

static const uint8_t families[SERVE_FAMILIES] = { AF_INET, AF_INET6 };

static bool is_wanted(const struct run *run, uint8_t family)
{
	unsigned int wanted = run->settings.families;

	if (run->target.addr.family != AF_UNSPEC)
		return run->target.addr.family == family;
	if (run->source.family != AF_UNSPEC)
		return run->source.family == family;
	return wanted == 0 || wanted & (family == AF_INET ? FAMILY_INET : FAMILY_INET6);
}

static int open_family(struct run *run, struct server *server, uint8_t family, struct err *err)
{
	const struct settings *settings = &run->settings;
	struct tcp_config config = {
		.ttl = settings->ttl == UNSET ? -1 : (int)settings->ttl,
		.tos = settings->dscp == UNSET ? -1 : (int)settings->dscp << 2,
		.mark = settings->mark == UNSET ? -1 : (int64_t)settings->mark,
	};
	const struct addr anybody = { .family = family };
	int ret;

	config.source = run->source.family ? run->source : anybody;
	config.source.port = (uint16_t)settings->serve;
	server->local = config.source;
	ret = tcp_open(&server->sock, &config, err);
	if (ret == 0)
		ret = packet_open_tcp(&server->packet, &server->local, err);
	if (ret == 0) /* the last: who sees the port listen may come */
		ret = quiet_open(&server->quiet, &server->local,
				 run->target.addr.family ? &run->target.addr : &anybody, NULL, err);
	return ret;
}

/* Open what it takes to be a server, in each family that is wanted.
 *
 * Return: 0; -EADDRINUSE if any socket has the port; or another -errno with @err.
 */
int serve_open(struct run *run, struct err *err)
{
	int ret = way_open(run, err);

	for (int i = 0; i < SERVE_FAMILIES && ret == 0; i++)
		if (is_wanted(run, families[i]))
			ret = open_family(run, &run->servers[i], families[i], err);
	return ret;
}

/* Close it all; harmless for what was never opened. */
void serve_close(struct run *run)
{
	for (int i = 0; i < SERVE_FAMILIES; i++) {
		packet_close(&run->servers[i].packet);
		tcp_close(&run->servers[i].sock);
		quiet_close(&run->servers[i].quiet);
	}
}

static void scope(struct addr *addr, uint32_t iface)
{
	if (addr_is_scoped(addr))
		addr->zone = iface;
}

/* Whether the packet in @frame is a SYN to us, whose sender may be the peer; then both ends are
 * set. */
static bool is_call(struct run *run, const struct packet_frame *frame)
{
	const struct addr *only = &run->caller;
	struct segment segment;

	if (frame->is_for_others || frame->is_outgoing ||
	    tcp_parse_packet(&segment, frame->bytes, frame->length, frame->wire_length) !=
		    WIRE_OK ||
	    (segment.flags & (SEGMENT_SYN | SEGMENT_ACK | SEGMENT_RST)) != SEGMENT_SYN ||
	    segment.dst.port != run->settings.serve ||
	    (segment.checksum_state == SEGMENT_CHECKSUM_BAD && !frame->is_checksum_pending) ||
	    (only->family != AF_UNSPEC && !addr_equal(only, &segment.src)))
		return false;
	scope(&segment.src, frame->iface);
	scope(&segment.dst, frame->iface);
	if (!way_is_own(run, &segment.dst))
		return false; /* it is forwarded */
	run->source = segment.dst;
	run->target.addr = segment.src;
	*addr_format(run->target.host, &segment.src) = '\0';
	return true;
}

/* Look at what has come.
 *
 * Return: 1 if it is a SYN, which is in run->room and @frame; 0 if not; or -errno with @err.
 */
static int look(struct run *run, const struct server *server, struct packet_frame *frame,
		struct err *err)
{
	int ret;

	for (;;) {
		ret = packet_receive_long(&server->packet, frame, run->room, sizeof(run->room));
		if (ret == -EAGAIN)
			return 0;
		if (ret == -EINTR || ret == -ENETDOWN)
			continue;
		if (ret < 0)
			return err_set(err, ret, "cannot hear packets: %s", strerror(-ret));
		if (is_call(run, frame))
			return 1;
	}
}

/* Wait for a SYN, as long as it is wanted. @server becomes what it came to, or stays NULL.
 *
 * Return: 0, or -errno with @err.
 */
static int wait_for_call(struct run *run, struct packet_frame *frame, struct server **server,
			 struct err *err)
{
	uint32_t wait_ms = run->settings.serve_wait_ms;
	uint64_t end_ns =
		wait_ms == UNSET ? UINT64_MAX : clock_mono_ns() + (uint64_t)wait_ms * NS_PER_MS;
	struct pollfd polled[SERVE_FAMILIES];
	uint64_t now_ns;
	int ret;

	for (int i = 0; i < SERVE_FAMILIES; i++)
		polled[i] = (struct pollfd){ run->servers[i].packet.fd, POLLIN, 0 };
	do {
		now_ns = clock_mono_ns();
		ret = engine_sleep(polled, SERVE_FAMILIES, end_ns, err);
		for (int i = 0; i < SERVE_FAMILIES && ret == 0; i++)
			if (run->servers[i].packet.fd >= 0) {
				ret = look(run, &run->servers[i], frame, err);
				if (ret > 0)
					*server = &run->servers[i];
			}
	} while (ret == 0 && now_ns < end_ns && !cli_stop_signal());
	return ret < 0 ? ret : 0;
}

/* Be the end that @frame, a SYN, asks for.
 *
 * Return: 0, or -errno with @err.
 */
static int answer(struct run *run, struct server *server, const struct packet_frame *frame,
		  struct err *err)
{
	const struct addr nobody = { .family = AF_UNSPEC };
	int ret, ended;

	run->way.next_hop = nobody;
	ret = way_find(run, err);
	if (ret == 0)
		ret = way_require(run, err);
	if (ret == 0)
		ret = tcp_set_peer(&server->sock, &run->source, &run->target.addr, err);
	if (ret < 0)
		return ret;
	run->quiet = server->quiet;
	run->sock = server->sock;
	run->packet = server->packet;
	ret = engine_answer(run, frame, err);
	server->sock = run->sock;
	server->packet = run->packet;
	run->quiet.fd = run->sock.fd = run->packet.fd = -1;
	ended = tcp_set_peer(&server->sock, &server->local, &nobody, ret < 0 ? NULL : err);
	return ret < 0 ? ret : ended;
}

/* Nobody has come: that is an answer, too. */
static void tell_nobody(struct run *run)
{
	run->status = CLI_EXIT_NO;
	if (!cli_stop_signal())
		cli_message(netshake_command.name, "no SYN to port %u within %g s",
			    run->settings.serve, run->settings.serve_wait_ms / 1000.0);
}

/* Serve as many connections as --count says, and judge each.
 *
 * Return: 0 with run->status, or -errno with @err.
 */
int serve_run(struct run *run, struct err *err)
{
	struct packet_frame frame;
	int ret = 0;

	run->caller = run->target.addr;
	for (uint32_t i = 0; i < run->settings.count && ret == 0; i++) {
		struct server *server = NULL;

		if (settings_is_ladder(&run->settings)) {
			say(run, "%snetshake  port %u, waiting for a SYN\n", i ? "\n" : "",
			    run->settings.serve);
			ret = tell_flush(run, err);
		}
		if (ret == 0)
			ret = wait_for_call(run, &frame, &server, err);
		if (ret == 0 && !server) {
			tell_nobody(run);
			break;
		}
		if (ret == 0)
			ret = answer(run, server, &frame, err);
	}
	return ret;
}
