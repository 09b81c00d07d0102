// SPDX-License-Identifier: GPL-2.0-or-later
/* --hops: SYNs that expire at each hop in turn, one under way at a time.
 *
 * Theory of operation: all of them are the same SYN, as a retransmission is, so that each takes the
 * same way and filters that keep state let it pass. Only what they have to be told apart by
 * differs: the window says of which time to live a SYN was, its timestamp which SYN it was. A
 * router quotes what came in (RFC 792: its first 8 octets of TCP; RFC 1812: as much as fits), and
 * the host's SYN,ACK echoes the timestamp. A SYN,ACK is answered with RST at once, and so is, to
 * be on the safe side, a path that ends in silence.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "hops.h"

/* So many hops in a row without an answer end the walk: what is behind them is asked at once. */
#define SILENT_MAX 4

/* What voice is marked with (RFC 3246): --probe middlebox sees whether it is left alone. */
#define DSCP_EXPEDITED 46

/* A second SYN with a number outside of any window that the first one's end may have. */
#define ELSEWHERE 0x40000000u

/* Close what a SYN has opened. */
static void reset(struct hops *hops, uint32_t seq)
{
	hops_send(hops, 0, SEGMENT_RST, seq);
}

static bool is_end(const struct tcp_hop *hop)
{
	return hop->answer == TCP_HOP_ICMP || hop->answer == TCP_HOP_SYN_ACK ||
	       hop->answer == TCP_HOP_RESET;
}

static struct tcp_hop *add_hop(struct tcp_path *path, uint8_t ttl)
{
	struct tcp_hop *hop = &path->hops[path->count++];

	*hop = (struct tcp_hop){ .ttl = ttl };
	return hop;
}

/* Go from hop to hop.
 *
 * Return: 0, or -errno with @err.
 */
static int walk(struct hops *hops, struct err *err)
{
	struct tcp_path *path = &hops->path;
	uint32_t most = hops->run->settings.max_hops;
	unsigned int silent = 0;
	int ret = 0;

	for (uint8_t ttl = 1; ret == 0 && ttl <= most && silent < SILENT_MAX; ttl++) {
		struct tcp_hop *hop = add_hop(path, ttl);

		ret = hops_ask(hops, hop, hops->run->send_flags, hops->shake->isn[0], err);
		hop = hops->hop;
		if (ret < 0 || hops_is_stopped(hops))
			break;
		silent = hop->answer == TCP_HOP_SILENT ? silent + 1 : 0;
		ret = hops_tell_hop(hops->shake, hop, err);
		if (is_end(hop))
			return ret;
	}
	if (ret == 0 && !hops_is_stopped(hops)) {
		struct tcp_hop *hop = add_hop(path, 0);

		ret = hops_ask(hops, hop, hops->run->send_flags, hops->shake->isn[0], err);
		if (ret == 0 && hops->hop->answer != TCP_HOP_SILENT)
			ret = hops_tell_hop(hops->shake, hops->hop, err);
	}
	return ret;
}

/* SYNs got no answer: has one arrived? An end that has it answers another SYN, of a number that
 * cannot be, with an ACK of the first (RFC 9293 section 3.10.7.4). */
static int challenge(struct hops *hops, struct err *err)
{
	struct tcp_hop hop = { .ttl = 0 };
	int ret;

	hops->is_challenging = true;
	ret = hops_ask(hops, &hop, hops->run->send_flags, hops->shake->isn[0] + ELSEWHERE, err);
	hops->path.is_challenged = hops->is_acked;
	hops->is_challenging = hops->is_acked = false;
	if (hop.answer == TCP_HOP_SYN_ACK) /* that one has opened something */
		reset(hops, hops->peer_ack);
	return ret;
}

static uint8_t last_router(const struct tcp_path *path)
{
	uint8_t last = 0;

	for (uint8_t i = 0; i < path->count; i++)
		if (path->hops[i].answer == TCP_HOP_EXPIRED)
			last = path->hops[i].ttl;
	return last;
}

/* The SYN,ACK is lost on the way back. A filter that does not care about the direction drops those
 * that go there, too: see how far they get. The host answers with RST, as to any segment of no
 * connection. */
static int send_syn_acks(struct hops *hops, struct err *err)
{
	struct tcp_path *path = &hops->path;
	uint8_t last = last_router(path);
	int ret = 0;

	path->has_sent_syn_acks = true;
	for (uint8_t ttl = 1; ret == 0 && ttl <= last + 1 && !hops_is_stopped(hops); ttl++) {
		struct tcp_hop hop = { .ttl = ttl };

		ret = hops_ask(hops, &hop, SEGMENT_SYN | SEGMENT_ACK,
			       hops->shake->isn[0] + ELSEWHERE, err);
		if (hop.answer != TCP_HOP_SILENT)
			path->syn_acks_reach = ttl;
		else if (path->hops[ttl - 1].answer != TCP_HOP_SILENT)
			break; /* it did answer SYNs */
	}
	return ret;
}

/* How far away is the host, by other answers than that to the SYN? */
static void compare_with_echo(struct hops *hops)
{
	struct tcp_path *path = &hops->path;
	const struct tcp_hop *end = &path->hops[path->count - 1];
	uint64_t wait_ns = hops_patience_ns(hops);
	struct echo_reply any, same;

	if (!echo_ask(hops->run, 0, wait_ns, &any) || any.ttl == 0)
		return;
	path->echo_ttl = any.ttl;
	if (end->answer != TCP_HOP_SYN_ACK && end->answer != TCP_HOP_RESET)
		return;
	if (end->ttl)
		echo_ask(hops->run, end->ttl, wait_ns, &same);
	else
		same = any;
	if (same.expired.family && same.ttl == 0) {
		path->echo = TCP_ECHO_FARTHER;
		path->echo_expired = same.expired;
	} else if (segment_routers_passed(end->came_ttl) < segment_routers_passed(any.ttl)) {
		path->echo = TCP_ECHO_FARTHER;
	} else {
		path->echo = TCP_ECHO_SAME;
	}
}

/* What is to be done where the path has come to its end.
 *
 * Return: 0, or -errno with @err.
 */
static int examine_end(struct hops *hops, struct err *err)
{
	struct tcp_path *path = &hops->path;
	const struct tcp_hop *end = &path->hops[path->count - 1];
	int ret = 0;

	if (end->answer == TCP_HOP_SYN_ACK) {
		reset(hops, hops->peer_ack);
	} else if (!is_end(end)) {
		if (!hops_is_stopped(hops))
			ret = challenge(hops, err);
		if (!path->send_errno && !hops->shake->is_unreachable)
			reset(hops, hops->shake->isn[0] + 1);
	}
	if (ret == 0 && path->is_challenged)
		ret = send_syn_acks(hops, err);
	if (ret == 0 && !hops_is_stopped(hops) && !path->is_challenged)
		compare_with_echo(hops);
	return ret;
}

static int begin(struct hops *hops, struct err *err)
{
	struct run *run = hops->run;
	const struct settings *settings = &run->settings;
	bool is_middlebox = settings->probe == PROBE_MIDDLEBOX;
	uint32_t numbers[2];

	if (getrandom(numbers, sizeof(numbers), 0) != (ssize_t)sizeof(numbers))
		return err_set(err, -errno, "getrandom: %s", strerror(errno));
	hops->shake->isn[0] = numbers[0];
	hops->ts_first = numbers[1];
	hops->window = (uint16_t)(settings->window < UINT16_MAX ? settings->window : 64240);
	hops->ecn = settings->ecn || is_middlebox;
	hops->dscp = (uint8_t)(settings->dscp != UNSET ? settings->dscp :
			       is_middlebox	       ? DSCP_EXPEDITED :
							 0);
	run->send_flags = (uint16_t)(SEGMENT_SYN | (hops->ecn ? SEGMENT_ECE | SEGMENT_CWR : 0));
	return 0;
}

/* Walk the path, and judge it.
 *
 * Return: 0 with run->status, or -errno with @err.
 */
int hops_run(struct run *run, struct err *err)
{
	static struct hops hops;
	bool has_way = run->way.answer.error == 0;
	int ret = engine_prepare(run, 0, err);

	hops = (struct hops){ .run = run, .shake = &run->shake };
	if (ret == 0)
		ret = begin(&hops, err);
	if (ret == 0 && has_way)
		ret = walk(&hops, err);
	if (ret == 0 && has_way)
		ret = examine_end(&hops, err);
	if (!has_way)
		hops.path.send_errno = -run->way.answer.error;
	hops.hop = NULL;
	if (ret == 0 && has_way)
		ret = engine_linger(&run->shake, err);
	hops.path.undelivered = run->shake.trace.undelivered;
	if (ret == 0 && run->shake.is_unreachable)
		hops.path.is_neighbour_failed = way_neighbour_failed(run);
	if (ret == 0)
		hops_tell_end(&run->shake, &hops.path);
	return ret;
}
