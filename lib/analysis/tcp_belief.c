// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_belief.h"

#include "analysis/tcp_seq.h"

/* Whether @side has sent its SYN. */
bool tcp_belief_has_opened(const struct tcp_side *side)
{
	return side->has_syn || side->has_syn_ack;
}

static bool is_over(const struct tcp_observer *observer)
{
	for (int side = 0; side < 2; side++) {
		enum tcp_state state = tcp_observer_state(observer, side);

		if (state != TCP_STATE_CLOSED && state != TCP_STATE_TIME_WAIT)
			return false;
	}
	return true;
}

/* Whether @segment, a SYN with another number than its side's, is of this connection all the same.
 * A SYN,ACK is if it answers the other end's SYN; a SYN if it comes from the end that was opened,
 * which the other end only challenges (RFC 5961 section 4). */
static bool stays_here(const struct tcp_observer *observer, const struct segment *segment, int side)
{
	const struct tcp_side *other = &observer->sides[!side];

	if (segment->flags & SEGMENT_ACK)
		return other->has_syn && segment->ack == other->isn + 1;
	return observer->opener == !side && !is_over(observer);
}

/* Say what @segment, which @side sent, is as a SYN. */
enum tcp_syn tcp_belief_of_syn(const struct tcp_observer *observer, const struct segment *segment,
			       int side)
{
	const struct tcp_side *own = &observer->sides[side];

	if (!(segment->flags & SEGMENT_SYN) || !own->has_isn || segment->seq == own->isn)
		return TCP_SYN_ORDINARY;
	if (!stays_here(observer, segment, side))
		return TCP_SYN_ANOTHER;
	return tcp_belief_has_opened(own) ? TCP_SYN_STRAY : TCP_SYN_FIRST;
}

/* Whether the other end can believe the reset in @segment: before it is open it must acknowledge
 * its SYN (RFC 9293 section 3.10.7.3), later it must have the number that the other end waits for
 * (RFC 5961 section 3.2), which is one from what it has acknowledged up to what was sent. */
bool tcp_belief_is_reset_credible(const struct tcp_observer *observer,
				  const struct segment *segment, int side)
{
	const struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];

	if (tcp_observer_state(observer, !side) == TCP_STATE_SYN_SENT)
		return segment->flags & SEGMENT_ACK && seq_lt(other->isn, segment->ack) &&
		       seq_le(segment->ack, other->next);
	if (!other->has_acked || segment->seq == other->acked)
		return true;
	return own->has_isn && seq_le(other->acked, segment->seq) &&
	       seq_le(segment->seq, own->next);
}

/* Whether the reset in @segment answers what its sender could not take while it was opening: it
 * goes on with that, then (RFC 9293 section 3.5.2, group 2). */
bool tcp_belief_is_reset_answer(const struct tcp_observer *observer, const struct segment *segment,
				int side)
{
	const struct tcp_side *own = &observer->sides[side];
	enum tcp_state state = tcp_observer_state(observer, side);

	return (state == TCP_STATE_SYN_SENT || state == TCP_STATE_SYN_RCVD) && own->has_isn &&
	       segment->seq != own->next;
}
