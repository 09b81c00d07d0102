// SPDX-License-Identifier: GPL-2.0-or-later
/* What an endpoint sends, and when: RFC 9293 section 3.8, with RFC 5681, RFC 7323, RFC 2018 and RFC
 * 3168. */
#include <string.h>

#include "analysis/tcp_machine.h"
#include "analysis/tcp_seq.h"
#include "wire/tcp.h"

#define ECN_ECT_0 2

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Return: what the clock of our timestamps shows, in ms. */
uint32_t tcp_machine_timestamp(const struct tcp_endpoint *tcp)
{
	return (uint32_t)(tcp->now_ns / 1000000) + tcp->settings.ts_offset;
}

/* The options of a SYN: what is offered, or in the answer to a SYN what both have. */
static void offer(const struct tcp_endpoint *tcp, struct segment_options *options, bool is_answer)
{
	const struct tcp_endpoint_settings *settings = &tcp->settings;

	if (settings->mss) {
		options->present |= SEGMENT_OPTION_MSS;
		options->mss = settings->mss;
	}
	if (is_answer ? tcp->has_wscale : settings->wscale != TCP_NO_WSCALE) {
		options->present |= SEGMENT_OPTION_WSCALE;
		options->wscale = settings->wscale;
	}
	if (is_answer ? tcp->has_sack : settings->has_sack)
		options->present |= SEGMENT_OPTION_SACK_PERMITTED;
	if (is_answer ? tcp->has_timestamps : settings->has_timestamps)
		options->present |= SEGMENT_OPTION_TIMESTAMPS;
}

static void acknowledge_selectively(const struct tcp_endpoint *tcp, struct segment_options *options)
{
	struct tcp_range latest[SEGMENT_SACKS_MAX];
	size_t count = tcp_ranges_latest(&tcp->held, latest, SEGMENT_SACKS_MAX);

	for (size_t i = 0; i < count; i++)
		options->sacks[i] = (struct segment_sack){ latest[i].left, latest[i].right };
	options->sack_count = (uint8_t)count;
	if (count > 0)
		options->present |= SEGMENT_OPTION_SACK;
}

static void fill_options(const struct tcp_endpoint *tcp, struct segment_options *options,
			 unsigned int flags)
{
	memset(options, 0, sizeof(*options));
	if (flags & SEGMENT_SYN)
		offer(tcp, options, flags & SEGMENT_ACK);
	else if (tcp->has_timestamps)
		options->present |= SEGMENT_OPTION_TIMESTAMPS;
	if (options->present & SEGMENT_OPTION_TIMESTAMPS) {
		options->ts_val = tcp_machine_timestamp(tcp);
		options->ts_ecr = flags & SEGMENT_ACK ? tcp->ts_recent : 0;
	}
	if (!(flags & (SEGMENT_SYN | SEGMENT_RST)) && tcp->has_sack)
		acknowledge_selectively(tcp, options);
	tcp_build_options(options);
}

/* ECN's bits (RFC 3168 section 6.1): a SYN offers it, but not one that was lost before; text that
 * is sent for the first time is marked as capable. */
static void mark_congestion(struct tcp_endpoint *tcp, struct segment *segment,
			    bool is_retransmission)
{
	bool is_syn = segment->flags & SEGMENT_SYN;

	if (is_syn && !(segment->flags & SEGMENT_ACK)) {
		if (tcp->settings.has_ecn && !is_retransmission)
			segment->flags |= SEGMENT_ECE | SEGMENT_CWR;
		return;
	}
	if (!tcp->has_ecn || segment->flags & SEGMENT_RST)
		return;
	if (is_syn || tcp->is_congestion_echoed)
		segment->flags |= SEGMENT_ECE;
	if (is_syn || segment->payload_length == 0 || is_retransmission)
		return;
	segment->ip.ecn = ECN_ECT_0;
	if (tcp->has_to_tell_reduced)
		segment->flags |= SEGMENT_CWR;
	tcp->has_to_tell_reduced = false;
}

static uint16_t window_field(const struct tcp_endpoint *tcp, unsigned int flags)
{
	uint32_t window = tcp->rcv_wnd;

	if (flags & SEGMENT_RST)
		return 0;
	if (!(flags & SEGMENT_SYN))
		window >>= tcp->rcv_wscale;
	return (uint16_t)least(window, 0xffff);
}

/* A segment of this connection, without options and text. */
static struct segment make(const struct tcp_endpoint *tcp, unsigned int flags, uint32_t seq)
{
	struct segment segment = {
		.src = tcp->settings.local,
		.dst = tcp->peer,
		.seq = seq,
		.ack = flags & SEGMENT_ACK ? tcp->rcv_nxt : 0,
		.flags = (uint16_t)flags,
		.window = window_field(tcp, flags),
		.is_outgoing = true,
		.ip = tcp->settings.ip,
	};

	segment.ip.version = segment.src.family == AF_INET6 ? 6 : 4;
	return segment;
}

static void send_event(struct tcp_endpoint *tcp, const struct segment *segment,
		       bool is_retransmission)
{
	struct tcp_event event = {
		.kind = TCP_EVENT_SEND,
		.segment = segment,
		.is_retransmission = is_retransmission,
	};

	tcp->on_event(&event, tcp->arg);
}

/* Send @length bytes of the stream, and what @flags say, from @seq on. Sequence numbers and timers
 * are the caller's. */
void tcp_machine_emit(struct tcp_endpoint *tcp, unsigned int flags, uint32_t seq, uint32_t length,
		      bool is_retransmission)
{
	struct segment segment = make(tcp, flags, seq);

	fill_options(tcp, &segment.options, flags);
	if (length > 0 && tcp->settings.stream)
		segment.payload = tcp->settings.stream + (seq - tcp->iss - 1);
	segment.payload_length = length;
	segment.payload_captured = length;
	mark_congestion(tcp, &segment, is_retransmission);
	if (flags & SEGMENT_ACK) {
		tcp->owes_ack = false;
		tcp->last_ack_sent = tcp->rcv_nxt;
	}
	if (is_retransmission) {
		tcp->is_timing = false;
		tcp->retransmissions++;
	} else if (segment_seq_length(&segment) > 0 && !tcp->is_timing) {
		tcp->is_timing = true;
		tcp->timed_seq = seq + segment_seq_length(&segment);
		tcp->timed_ns = tcp->now_ns;
	}
	send_event(tcp, &segment, is_retransmission);
}

void tcp_machine_send_ack(struct tcp_endpoint *tcp)
{
	tcp_machine_emit(tcp, SEGMENT_ACK, tcp->snd_nxt, 0, false);
}

/* Answer @segment with the reset that fits it (RFC 9293 section 3.10.7.1). */
void tcp_machine_answer_reset(struct tcp_endpoint *tcp, const struct segment *segment)
{
	struct segment reset = make(tcp, SEGMENT_RST, 0);

	reset.dst = segment->src;
	if (segment->flags & SEGMENT_ACK) {
		reset.seq = segment->ack;
	} else {
		reset.flags |= SEGMENT_ACK;
		reset.ack = segment->seq + segment_seq_length(segment);
	}
	send_event(tcp, &reset, false);
}

/* The number behind the text that was sent so far. */
static uint32_t text_end(const struct tcp_endpoint *tcp)
{
	return tcp->is_fin_sent ? tcp->fin_seq : tcp->snd_nxt;
}

/* Return: how many bytes of what was released were never sent. */
uint32_t tcp_machine_unsent(const struct tcp_endpoint *tcp)
{
	if (tcp->snd_nxt == tcp->iss)
		return (uint32_t)tcp->released;
	return (uint32_t)tcp->released - (text_end(tcp) - tcp->iss - 1);
}

/* How much more the peer and the network take. */
static uint32_t usable_window(const struct tcp_endpoint *tcp)
{
	uint32_t window = least(tcp->snd_wnd, tcp->cwnd), flight = tcp->snd_nxt - tcp->snd_una;

	return flight < window ? window - flight : 0;
}

static uint32_t text_max(const struct tcp_endpoint *tcp)
{
	struct segment_options options;
	uint32_t room;

	fill_options(tcp, &options, SEGMENT_ACK);
	room = (uint32_t)options.length;
	return tcp->segment_size > room ? tcp->segment_size - room : 1;
}

/* Send the next segment of text, the FIN with the last one. A piece that is smaller than what could
 * be sent waits for the window to grow, lest it be silly (RFC 9293 section 3.8.6.2.1).
 *
 * Return: whether there may be more to send.
 */
static bool send_next(struct tcp_endpoint *tcp)
{
	uint32_t unsent = tcp_machine_unsent(tcp), max = text_max(tcp);
	uint32_t length = least(least(unsent, max), usable_window(tcp));
	bool is_last = length == unsent, has_fin = is_last && tcp->is_closing;
	unsigned int flags = SEGMENT_ACK;
	uint32_t seq = tcp->snd_nxt;

	if (length == 0 && !has_fin)
		return false;
	if (length < least(unsent, max) &&
	    (tcp->snd_nxt != tcp->snd_una || length < tcp->snd_wnd_max / 2))
		return false;
	if (is_last && length > 0)
		flags |= SEGMENT_PSH;
	tcp->snd_nxt += length;
	if (has_fin) {
		flags |= SEGMENT_FIN;
		tcp->is_fin_sent = true;
		tcp->fin_seq = tcp->snd_nxt++;
	}
	tcp_machine_emit(tcp, flags, seq, length, false);
	return !is_last;
}

static bool may_send_text(const struct tcp_endpoint *tcp)
{
	switch (tcp->state) {
	case TCP_STATE_ESTABLISHED:
	case TCP_STATE_CLOSE_WAIT:
	case TCP_STATE_FIN_WAIT_1:
	case TCP_STATE_CLOSING:
	case TCP_STATE_LAST_ACK:
		return !tcp->is_fin_sent;
	default:
		return false;
	}
}

/* Send what can be sent now: text, the FIN, an acknowledgement that is owed. */
void tcp_machine_output(struct tcp_endpoint *tcp)
{
	while (may_send_text(tcp) && send_next(tcp))
		;
	if (tcp->owes_ack)
		tcp_machine_send_ack(tcp);
	tcp_machine_arm(tcp);
}

/* Send again what has waited longest for its acknowledgement. */
void tcp_machine_retransmit(struct tcp_endpoint *tcp)
{
	uint32_t seq = tcp->snd_una, length;
	unsigned int flags = SEGMENT_ACK;

	if (seq == tcp->snd_nxt)
		return;
	if (seq == tcp->iss) {
		tcp_machine_emit(tcp,
				 tcp->state == TCP_STATE_SYN_SENT ? SEGMENT_SYN :
								    SEGMENT_SYN | SEGMENT_ACK,
				 seq, 0, true);
		return;
	}
	length = least(text_end(tcp) - seq, text_max(tcp));
	if (tcp->is_fin_sent && seq == tcp->fin_seq + 1)
		return;
	if (length > 0 && seq + length == text_end(tcp))
		flags |= SEGMENT_PSH;
	if (tcp->is_fin_sent && seq + length == tcp->fin_seq)
		flags |= SEGMENT_FIN;
	tcp_machine_emit(tcp, flags, seq, length, true);
}

/* Ask a peer whose window is closed, or too small to be of use, whether it still is: with the next
 * byte, which counts as sent; with the FIN; or with what was sent in vain (RFC 9293 section
 * 3.8.6.1). */
void tcp_machine_probe(struct tcp_endpoint *tcp)
{
	tcp_machine_note(tcp, TCP_NOTE_WINDOW_PROBE, tcp->snd_una, tcp->snd_nxt);
	if (tcp->snd_una != tcp->snd_nxt || tcp_machine_unsent(tcp) == 0) {
		tcp_machine_retransmit(tcp);
	} else {
		uint32_t length =
			least(least(tcp->snd_wnd, text_max(tcp)), tcp_machine_unsent(tcp));
		uint32_t seq = tcp->snd_nxt;

		length = length > 0 ? length : 1;
		tcp->snd_nxt += length;
		tcp_machine_emit(tcp, SEGMENT_ACK | SEGMENT_PSH, seq, length, false);
	}
}

/* Set the timers to what is under way: for a retransmission, or for a window probe where the peer
 * has closed its window. A timer that is running goes on (RFC 6298 section 5.1): what merely
 * arrives must not put off what is waited for; tcp_machine_take_ack() stops it. */
void tcp_machine_arm(struct tcp_endpoint *tcp)
{
	bool is_waiting = tcp->snd_una != tcp->snd_nxt;
	bool is_open = tcp_state_is_synchronized(tcp->state) && tcp->snd_una != tcp->iss;
	uint64_t wait_ns = tcp->rto.rto_ns;

	if (!is_waiting || (tcp->snd_wnd == 0 && is_open) || tcp->retransmit_ns <= tcp->now_ns)
		tcp->retransmit_ns = TCP_NEVER_NS;
	if (tcp->state == TCP_STATE_CLOSED || tcp->state == TCP_STATE_LISTEN ||
	    tcp->state == TCP_STATE_TIME_WAIT ||
	    (!is_waiting && (!may_send_text(tcp) || tcp_machine_unsent(tcp) == 0))) {
		tcp->retransmit_ns = TCP_NEVER_NS;
		tcp->persist_ns = TCP_NEVER_NS;
		tcp->probes = 0;
	} else if (is_waiting && (tcp->snd_wnd > 0 || !is_open)) {
		tcp->persist_ns = TCP_NEVER_NS;
		tcp->probes = 0;
		if (tcp->retransmit_ns == TCP_NEVER_NS)
			tcp->retransmit_ns = tcp->now_ns + wait_ns;
	} else if (tcp->persist_ns == TCP_NEVER_NS || tcp->persist_ns <= tcp->now_ns) {
		for (unsigned int i = 0; i < tcp->probes && wait_ns < tcp->rto.max_ns; i++)
			wait_ns *= 2;
		tcp->persist_ns =
			tcp->now_ns + (wait_ns < tcp->rto.max_ns ? wait_ns : tcp->rto.max_ns);
	}
}
