// SPDX-License-Identifier: GPL-2.0-or-later
/* What a segment is to those before it: Wireshark's marks by Wireshark's rules (its user's guide,
 * section 7.5, "TCP Analysis"), so that both tools say the same of one capture. */
#include "analysis/tcp_marks.h"

#include "analysis/tcp_endpoint.h"
#include "analysis/tcp_seq.h"

#define MS 1000000u

/* A retransmission that three acknowledgements asked for follows the last of them this soon. */
#define FAST_NS (20 * MS)

/* What comes late by less than a round trip was overtaken; without a handshake that tells one: */
#define OVERTAKEN_NS (3 * MS)

const char *const tcp_mark_names[TCP_MARKS] = {
	"retransmission", "fast_retransmission", "spurious_retransmission",
	"out_of_order",	  "previous_missing",	 "duplicate_ack",
	"acked_unseen",	  "keep_alive",		 "keep_alive_ack",
	"zero_window",	  "zero_window_probe",	 "zero_window_probe_ack",
	"window_update",  "window_full",	 "offloaded",
	"new_connection",
};

/* Return: the window that @segment of @side announces, in bytes. That of a SYN is never scaled, and
 * others only if both SYNs were seen to offer it (RFC 7323 section 2.2). */
uint32_t tcp_marks_window(const struct tcp_observer *observer, const struct segment *segment,
			  int side)
{
	const struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];

	if (segment->flags & SEGMENT_SYN || own->wscale == TCP_NO_WSCALE ||
	    other->wscale == TCP_NO_WSCALE)
		return segment->window;
	return (uint32_t)segment->window << own->wscale;
}

static uint64_t overtaken_ns(const struct tcp_observer *observer)
{
	return observer->first_ack_ns ? observer->first_ack_ns : OVERTAKEN_NS;
}

static uint64_t since(uint64_t now_ns, uint64_t then_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

/* Of a segment that takes numbers which its side had used up before. */
static uint16_t judge_repetition(const struct tcp_observer *observer, const struct segment *segment,
				 int side)
{
	const struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];
	uint32_t end = segment->seq + segment_seq_length(segment);

	if (segment->payload_length > 0 && other->has_acked &&
	    seq_le(segment->seq + segment->payload_length, other->acked))
		return TCP_MARK_RETRANSMISSION | TCP_MARK_SPURIOUS_RETRANSMISSION;
	if (other->duplicate_acks >= 2 && other->acked == segment->seq &&
	    since(segment->time_ns, other->duplicate_ack_time_ns) < FAST_NS)
		return TCP_MARK_RETRANSMISSION | TCP_MARK_FAST_RETRANSMISSION;
	if (since(segment->time_ns, own->next_time_ns) < overtaken_ns(observer) && own->next != end)
		return TCP_MARK_OUT_OF_ORDER;
	return TCP_MARK_RETRANSMISSION;
}

/* Of a segment with neither payload nor control bits whose acknowledgement is a repeated one. */
static uint16_t judge_repeated_ack(const struct tcp_side *own, const struct tcp_side *other,
				   const struct segment *segment)
{
	if (segment->window != own->last_window_raw)
		return TCP_MARK_WINDOW_UPDATE;
	if (segment->window == 0)
		return other->was_zero_window_probe ? TCP_MARK_ZERO_WINDOW_PROBE_ACK : 0;
	if (other->was_keep_alive)
		return TCP_MARK_KEEP_ALIVE_ACK;
	return TCP_MARK_DUPLICATE_ACK;
}

/* Of a segment without SYN, FIN or RST. */
static uint16_t judge_ordinary(const struct tcp_observer *observer, const struct segment *segment,
			       int side)
{
	const struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];
	uint32_t length = segment->payload_length, end = segment->seq + length;
	uint16_t marks = 0;

	if (segment->window == 0)
		marks |= TCP_MARK_ZERO_WINDOW;
	if (!own->has_isn)
		return marks;
	if (length == 1 && segment->seq == own->next && other->has_acked && other->window == 0)
		marks |= TCP_MARK_ZERO_WINDOW_PROBE;
	if (length <= 1 && segment->seq == own->next - 1)
		marks |= TCP_MARK_KEEP_ALIVE;
	if (length > 0 && other->has_acked && other->window > 0 &&
	    end == other->acked + other->window)
		marks |= TCP_MARK_WINDOW_FULL;
	if (length == 0 && segment->seq == own->next && segment->flags & SEGMENT_ACK &&
	    own->has_acked && segment->ack == own->last_ack)
		marks |= judge_repeated_ack(own, other, segment);
	return marks;
}

/* Say what @segment, sent by @side, is to those before it, which @observer knows.
 *
 * Return: TCP_MARK_* bits.
 */
uint16_t tcp_marks(const struct tcp_observer *observer, const struct segment *segment, int side)
{
	const struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];
	const unsigned int control = SEGMENT_SYN | SEGMENT_FIN | SEGMENT_RST;
	uint16_t marks = 0;

	if (other->mss && segment->payload_length > other->mss)
		marks |= TCP_MARK_OFFLOADED;
	if (!(segment->flags & control))
		marks |= judge_ordinary(observer, segment, side);
	if (own->has_isn && !(segment->flags & SEGMENT_RST) && seq_lt(own->next, segment->seq))
		marks |= TCP_MARK_PREVIOUS_MISSING;
	if (segment->flags & SEGMENT_ACK && other->has_isn && seq_lt(other->next, segment->ack))
		marks |= TCP_MARK_ACKED_UNSEEN;
	if (own->has_isn && segment_seq_length(segment) > 0 && seq_lt(segment->seq, own->next) &&
	    !(marks & TCP_MARK_KEEP_ALIVE) && !(segment->flags & SEGMENT_RST))
		marks |= judge_repetition(observer, segment, side);
	return marks;
}

/* Payload that was not seen before, each byte once. */
static void count_payload(struct tcp_side *own, uint32_t seq, uint32_t length)
{
	uint32_t end = seq + length, fresh = 0;

	if (seq_lt(own->next, seq))
		tcp_ranges_add(&own->missing, own->next, seq);
	if (seq_lt(own->next, end))
		fresh = end - seq_max(own->next, seq);
	if (seq_lt(seq, own->next)) {
		uint32_t until = seq_min(end, own->next);

		fresh += tcp_ranges_covered(&own->missing, seq, until);
		tcp_ranges_remove(&own->missing, seq, until);
	}
	own->payload_unique += fresh;
}

static void remember_ack(struct tcp_side *own, struct tcp_side *other,
			 const struct segment *segment, uint16_t marks)
{
	if (!own->has_acked || seq_lt(own->acked, segment->ack))
		other->repeats = 0;
	if (marks & TCP_MARK_DUPLICATE_ACK) {
		own->duplicate_acks++;
		own->duplicate_ack_time_ns = segment->time_ns;
	} else if (!own->has_acked || segment->ack != own->last_ack) {
		own->duplicate_acks = 0;
	}
	if (!own->has_acked || seq_lt(own->acked, segment->ack))
		own->acked = segment->ack;
	own->has_acked = true;
	own->last_ack = segment->ack;
}

/* Keep of @segment what those after it are compared with; @marks are its own. */
void tcp_marks_remember(struct tcp_observer *observer, const struct segment *segment, int side,
			uint16_t marks)
{
	struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];
	uint32_t payload = segment->seq + !!(segment->flags & SEGMENT_SYN);
	bool is_reset = segment->flags & SEGMENT_RST;
	uint32_t before;

	if (!own->has_isn && !is_reset) {
		own->isn = segment->seq - !(segment->flags & SEGMENT_SYN);
		own->next = segment->seq;
		own->next_time_ns = segment->time_ns;
		own->has_isn = true;
	}
	before = own->next;
	/* A byte sent into a closed window will be sent again: it is not used up. */
	if (!(marks & TCP_MARK_ZERO_WINDOW_PROBE) && !is_reset) {
		if (segment->flags & SEGMENT_SYN)
			own->next = seq_max(own->next, payload);
		count_payload(own, payload, segment->payload_length);
		own->next = seq_max(own->next, segment->seq + segment_seq_length(segment));
	}
	if (own->next != before)
		own->next_time_ns = segment->time_ns;
	if (segment->flags & SEGMENT_ACK)
		remember_ack(own, other, segment, marks);
	own->window = tcp_marks_window(observer, segment, side);
	own->last_window_raw = segment->window;
	own->last_seq = segment->seq;
	own->last_length = segment->payload_length;
	own->last_flags = segment->flags;
	own->last_time_ns = segment->time_ns;
	own->was_keep_alive = marks & TCP_MARK_KEEP_ALIVE;
	own->was_zero_window_probe = marks & TCP_MARK_ZERO_WINDOW_PROBE;
	own->segments++;
	own->bytes += segment->payload_length;
	own->retransmissions += !!(marks & TCP_MARK_RETRANSMISSION);
	own->repeats += !!(marks & TCP_MARK_RETRANSMISSION);
	own->out_of_order += !!(marks & TCP_MARK_OUT_OF_ORDER);
	own->zero_windows += !!(marks & TCP_MARK_ZERO_WINDOW);
	if (segment->payload_length > own->largest)
		own->largest =
			(uint16_t)(segment->payload_length < UINT16_MAX ? segment->payload_length :
									  UINT16_MAX);
}
