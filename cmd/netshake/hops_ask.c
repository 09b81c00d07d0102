// SPDX-License-Identifier: GPL-2.0-or-later
/* One SYN of --hops, and what comes of it: an ICMP error that quotes it, or an answer in the host's
 * name. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "cli/signals.h"
#include "hops.h"
#include "wire/tcp.h"

/* From one SYN to the next, at least. */
#define PACE_NS 20000000u

/* How long to wait for an answer, by the slowest one so far, and at least. */
#define PATIENCE_FACTOR 4
#define PATIENCE_LEAST_NS 250000000u

/* For the kernel's word on when a SYN left. */
#define STAMP_NS 20000000u

/* Options that middleboxes take exception to: a request for a cookie of Fast Open (RFC 7413), an
 * offer of Multipath TCP (RFC 8684, section 3.1), and one for experiments (RFC 6994). */
static void add_rare(struct segment_options *options)
{
	static const uint8_t rare[] = {
		TCP_OPTION_FAST_OPEN,	 2, TCP_OPTION_NOP, TCP_OPTION_NOP,
		TCP_OPTION_MPTCP,	 4, 0x01,	    0x81,
		TCP_OPTION_EXPERIMENT_2, 4, 0x6e,	    0x73,
	};

	memcpy(options->bytes + options->length, rare, sizeof(rare));
	options->length = (uint8_t)(options->length + sizeof(rare));
	options->present |= SEGMENT_OPTION_FAST_OPEN | SEGMENT_OPTION_MPTCP | SEGMENT_OPTION_OTHER;
}

/* Send a segment that expires behind @ttl hops, 0: none. What is known of it goes to hops->sent. */
void hops_send(struct hops *hops, uint8_t ttl, uint16_t flags, uint32_t seq)
{
	struct run *run = hops->run;
	const struct settings *settings = &run->settings;
	struct segment *sent = &hops->sent;
	bool is_syn = flags & SEGMENT_SYN;
	struct item *item;

	hops->now = ttl;
	*sent = (struct segment){
		.src = run->source,
		.dst = run->target.addr,
		.seq = seq,
		.ack = flags & SEGMENT_ACK ? 1 : 0,
		.flags = flags,
		.window = is_syn ? (uint16_t)(hops->window - ttl) : 0,
		.is_outgoing = true,
		.ip = {
			.ttl = ttl,
			.dscp = hops->dscp,
			.ecn = is_syn && hops->ecn ? 2 : 0,
			.is_df = run->source.family == AF_INET,
		},
	};
	if (is_syn) {
		struct segment_options *options = &sent->options;

		options->mss =
			(uint16_t)(settings->mss != UNSET ? settings->mss : way_largest(run));
		options->wscale = (uint8_t)(settings->wscale == UNSET ? 7 : settings->wscale);
		options->ts_val = hops->ts_first + hops->probes;
		options->present =
			(uint16_t)(SEGMENT_OPTION_WSCALE |
				   (settings->mss ? SEGMENT_OPTION_MSS : 0) |
				   (settings->no_sack ? 0 : SEGMENT_OPTION_SACK_PERMITTED) |
				   (settings->no_timestamps ? 0 : SEGMENT_OPTION_TIMESTAMPS));
		tcp_build_options(options);
		if (settings->probe == PROBE_MIDDLEBOX)
			add_rare(options);
		hops->ttls[hops->probes++ % HOPS_PROBES_MAX] = ttl;
	}
	item = exchange_send(hops->shake, sent, false);
	hops->key = item ? item->key : UINT32_MAX;
}

static const struct item *item_sent(const struct hops *hops)
{
	const struct trace *trace = &hops->shake->trace;

	for (size_t i = trace->count; i > 0; i--)
		if (trace->items[i - 1].kind == ITEM_SENT && !trace->items[i - 1].send_errno &&
		    trace->items[i - 1].key == hops->key)
			return &trace->items[i - 1];
	return NULL;
}

/* Note the time from the SYN under way to its answer. */
static void note_time(struct hops *hops)
{
	const struct item *item = item_sent(hops);
	uint64_t sent_ns = item ? item->segment.time_ns : 0;

	if (sent_ns && hops->came_ns > sent_ns)
		hops->hop->rtt_ns = hops->came_ns - sent_ns;
	if (hops->hop->rtt_ns > hops->slowest_ns)
		hops->slowest_ns = hops->hop->rtt_ns;
}

/* Whether @quote is of a SYN that was given up: its window still says so. */
static bool is_late(const struct hops *hops, const struct tcp_quote *quote)
{
	uint16_t back = (uint16_t)(hops->window - quote->segment.window);

	return !quote->is_partial && back != hops->now && back <= TCP_HOPS_MAX;
}

static void on_quote(struct hops *hops, struct tcp_quote *quote)
{
	const struct run *run = hops->run;
	const struct segment *segment = &quote->segment;
	const struct item *item = item_sent(hops);
	struct tcp_hop *hop = hops->hop;
	struct segment sent = hops->sent;
	bool is_expired = quote->type == (quote->family == AF_INET ? 11 : 3);

	if (!hop || hop->answer != TCP_HOP_SILENT || segment->src.port != run->source.port ||
	    segment->dst.port != run->target.addr.port ||
	    !addr_equal(&segment->src, &run->source) ||
	    !addr_equal(&segment->dst, &run->target.addr) ||
	    (hops->sent.flags & SEGMENT_SYN && is_late(hops, quote)))
		return;
	if (item && item->is_on_wire) /* the kernel has filled in the rest */
		sent.ip = item->segment.ip;
	hop->answer = is_expired ? TCP_HOP_EXPIRED : TCP_HOP_ICMP;
	hop->from = quote->from;
	hop->icmp_type = quote->type;
	hop->icmp_code = quote->code;
	hop->quoted_ttl = segment->ip.ttl;
	hop->extent = (uint8_t)tcp_quote_extent(quote);
	hop->quoted = quote->is_partial ? TCP_QUOTE_MIN : TCP_HEADER_MIN + segment->options.length;
	tcp_changes_find(&hop->changes, &sent, quote);
	hops->came_ns = quote->time_ns;
	if (run->settings.verbose)
		hops->shake->icmp = *quote;
}

/* Take what ICMP errors there are. */
static int hear_quotes(struct hops *hops, struct err *err)
{
	struct run *run = hops->run;
	struct quotes_message message;
	struct tcp_quote quote;
	int ret;

	while ((ret = quotes_receive(&run->quotes, &message, run->room, sizeof(run->room))) == 0) {
		if (tcp_quote_parse(&quote, run->source.family, message.bytes, message.length) !=
		    WIRE_OK)
			continue;
		quote.from = message.from;
		quote.time_ns = message.stamp_ns ? message.stamp_ns : clock_real_ns();
		on_quote(hops, &quote);
	}
	return ret == -EAGAIN ? 0 : err_set(err, ret, "cannot hear ICMP: %s", strerror(-ret));
}

/* The SYN that a SYN,ACK answers may be one that was given up: then the host is at its hop, and not
 * farther. */
static void find_answered(struct hops *hops, const struct segment *segment)
{
	struct tcp_path *path = &hops->path;
	uint32_t probe = segment->options.ts_ecr - hops->ts_first;
	uint8_t ttl;

	if (!segment_has(segment, SEGMENT_OPTION_TIMESTAMPS) || probe >= hops->probes ||
	    hops->probes > HOPS_PROBES_MAX)
		return;
	ttl = hops->ttls[probe];
	if (ttl == 0 || ttl == hops->hop->ttl)
		return;
	while (path->count > 1 && path->hops[path->count - 1].ttl != ttl)
		path->count--;
	hops->hop = &path->hops[path->count - 1];
	hops->hop->answer = TCP_HOP_SILENT;
}

/* What a SYN,ACK or RST acknowledges must be the SYN: as it was sent, or as a quote has shown it. A
 * SYN,ACK that echoes our timestamp may acknowledge something else: then the number was changed
 * where no quote shows it. */
static bool is_ours(struct hops *hops, const struct segment *segment)
{
	const struct tcp_path *path = &hops->path;
	struct tcp_change change = {
		.field = TCP_FIELD_SEQ,
		.from = hops->sent.seq,
		.to = segment->ack - 1,
	};

	if (change.to == change.from)
		return true;
	for (uint8_t i = 0; i < path->count; i++)
		if (tcp_changes_has(&path->hops[i].changes, &change))
			return true;
	if (!(segment->flags & SEGMENT_SYN) || !segment_has(segment, SEGMENT_OPTION_TIMESTAMPS) ||
	    segment->options.ts_ecr - hops->ts_first >= hops->probes)
		return false;
	hops->hop->changes.list[0] = change;
	hops->hop->changes.count = 1;
	return true;
}

static void on_answer(struct hops *hops, const struct segment *segment)
{
	bool is_syn = segment->flags & SEGMENT_SYN, is_ack = segment->flags & SEGMENT_ACK;
	bool is_reset = segment->flags & SEGMENT_RST;

	if (!hops->hop || segment->checksum_state == SEGMENT_CHECKSUM_BAD)
		return;
	if (hops->is_challenging && is_ack && !is_syn && !is_reset &&
	    segment->ack == hops->shake->isn[0] + 1)
		hops->is_acked = true;
	if (hops->hop->answer != TCP_HOP_SILENT || is_syn == is_reset)
		return;
	/* The RST to an ACK has none itself. */
	if (is_ack ? !is_ours(hops, segment) : !(hops->sent.flags & SEGMENT_ACK))
		return;
	if (is_syn)
		find_answered(hops, segment);
	hops->hop->answer = is_syn ? TCP_HOP_SYN_ACK : TCP_HOP_RESET;
	hops->hop->from = hops->run->target.addr;
	hops->hop->from.port = 0;
	hops->hop->came_ttl = segment->ip.ttl;
	hops->came_ns = segment->time_ns;
	hops->peer_ack = segment->ack;
}

/* Look at the segments that have come since the last time. */
static void hear_segments(struct hops *hops)
{
	const struct trace *trace = &hops->shake->trace;

	for (; hops->looked < trace->count; hops->looked++) {
		const struct item *item = &trace->items[hops->looked];
		struct segment segment = item->segment;

		if (item->kind == ITEM_RECEIVED)
			on_answer(hops, &segment);
	}
}

/* Wait until @until_ns at most for something to come, and take it. */
static int hear(struct hops *hops, uint64_t until_ns, struct err *err)
{
	int ret = engine_wait(hops->shake, until_ns, err);

	if (ret == 0) {
		hear_segments(hops);
		ret = hear_quotes(hops, err);
	}
	return ret;
}

/* Return: how long to wait for an answer. */
uint64_t hops_patience_ns(const struct hops *hops)
{
	uint64_t most_ns = (uint64_t)hops->run->settings.timeout_ms * NS_PER_MS;
	uint64_t ns = PATIENCE_FACTOR * hops->slowest_ns;

	if (ns == 0 || ns > most_ns)
		return most_ns;
	if (ns < PATIENCE_LEAST_NS)
		ns = PATIENCE_LEAST_NS;
	return ns < most_ns ? ns : most_ns;
}

/* Whether there is nothing to wait for any more. */
bool hops_is_stopped(struct hops *hops)
{
	hops->path.is_interrupted |= cli_stop_signal() != 0;
	hops->path.send_errno = hops->shake->send_errno;
	return hops->path.is_interrupted || hops->path.send_errno || hops->shake->is_unreachable;
}

/* The answer has come; the kernel's word on when the SYN left may come later. */
static int wait_for_stamp(struct hops *hops, struct err *err)
{
	uint64_t end_ns = clock_mono_ns() + STAMP_NS;
	const struct item *item;
	int ret = 0;

	while (ret == 0 && (item = item_sent(hops)) && !item->has_stamp && clock_mono_ns() < end_ns)
		ret = hear(hops, end_ns, err);
	note_time(hops);
	return ret;
}

/* Send a segment of @flags and the number @seq, that expires behind hop->ttl hops, as often as
 * --retries lets until there is an answer, which is noted in @hop. What it tells of an earlier hop
 * goes there: hops->hop.
 *
 * Return: 0, or -errno with @err.
 */
int hops_ask(struct hops *hops, struct tcp_hop *hop, uint16_t flags, uint32_t seq, struct err *err)
{
	uint8_t ttl = hop->ttl;
	int ret = 0;

	hops->hop = hop;
	while (ret == 0 && hops->hop->answer == TCP_HOP_SILENT && !hops_is_stopped(hops) &&
	       hop->tries <= hops->run->settings.retries) {
		uint64_t end_ns;

		clock_sleep_until_ns(hops->next_ns);
		hop->tries++;
		hops_send(hops, ttl, flags, seq);
		hops->next_ns = clock_mono_ns() + PACE_NS;
		end_ns = clock_mono_ns() + hops_patience_ns(hops);
		do /* once at least: this process may not have run all the time */
			ret = hear(hops, end_ns, err);
		while (ret == 0 && hops->hop->answer == TCP_HOP_SILENT && !hops->is_acked &&
		       !hops_is_stopped(hops) && clock_mono_ns() < end_ns);
		if (hops->is_acked)
			break;
	}
	if (ret == 0 && hops->hop->answer != TCP_HOP_SILENT)
		ret = wait_for_stamp(hops, err);
	return ret;
}
