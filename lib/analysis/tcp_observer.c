// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_observer.h"

#include <string.h>

#include "analysis/tcp_belief.h"
#include "analysis/tcp_ending.h"
#include "analysis/tcp_endpoint.h"
#include "analysis/tcp_marks.h"
#include "analysis/tcp_seq.h"

/* The most states that one segment can take a side through: LISTEN, SYN_RCVD, ESTABLISHED,
 * CLOSE_WAIT, LAST_ACK, CLOSED. */
#define STEPS_MAX 6

static enum tcp_state state_of(const struct tcp_side *side)
{
	return (enum tcp_state)side->states[side->state_count - 1];
}

static void enter(struct tcp_side *side, enum tcp_state state)
{
	if (state_of(side) != state && side->state_count < TCP_STATES_MAX)
		side->states[side->state_count++] = (uint8_t)state;
}

/* Begin: nothing is known of either side. */
void tcp_observer_init(struct tcp_observer *observer)
{
	memset(observer, 0, sizeof(*observer));
	observer->opener = observer->closer = -1;
	for (int i = 0; i < 2; i++) {
		observer->sides[i].state_count = 1;
		observer->sides[i].wscale = TCP_NO_WSCALE;
	}
}

/* Return: the state that @side is in, as far as it can be told. */
enum tcp_state tcp_observer_state(const struct tcp_observer *observer, int side)
{
	return state_of(&observer->sides[side]);
}

static void note_offers(struct tcp_side *own, const struct segment *segment)
{
	own->mss = segment_has(segment, SEGMENT_OPTION_MSS) ? segment->options.mss : 0;
	own->wscale = TCP_NO_WSCALE;
	if (segment_has(segment, SEGMENT_OPTION_WSCALE))
		own->wscale = segment->options.wscale < TCP_WSCALE_MAX ? segment->options.wscale :
									 TCP_WSCALE_MAX;
	own->has_sack_permitted = segment_has(segment, SEGMENT_OPTION_SACK_PERMITTED);
	own->has_timestamps = segment_has(segment, SEGMENT_OPTION_TIMESTAMPS);
}

static void see_syn(struct tcp_observer *observer, const struct segment *segment, int side)
{
	struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];
	enum tcp_state state = state_of(own);

	note_offers(own, segment);
	if (!(segment->flags & SEGMENT_ACK)) {
		if (observer->opener < 0)
			observer->opener = (int8_t)side;
		if (side == observer->opener && !observer->syn_ack_ns) {
			observer->is_syn_ambiguous = observer->syn_sent_ns;
			observer->syn_sent_ns = segment->time_ns;
		}
		if (!observer->syn_ns)
			observer->syn_ns = segment->time_ns;
		observer->syn_last_ns = segment->time_ns;
		own->has_syn = true;
		if (other->has_syn && !other->has_syn_ack && !own->has_syn_ack)
			observer->open = TCP_OPEN_SIMULTANEOUS;
		if (state <= TCP_STATE_LISTEN)
			enter(own, TCP_STATE_SYN_SENT);
		return;
	}
	if (state == TCP_STATE_CLOSED || (state == TCP_STATE_UNKNOWN && !own->has_syn))
		enter(own, TCP_STATE_LISTEN);
	if (state <= TCP_STATE_SYN_SENT)
		enter(own, TCP_STATE_SYN_RCVD);
	own->has_syn_ack = true;
	if (!observer->syn_ack_ns)
		observer->syn_ack_ns = segment->time_ns;
	if (observer->open == TCP_OPEN_NONE)
		observer->open = TCP_OPEN_ACTIVE;
	if (observer->opener < 0)
		observer->opener = (int8_t)!side;
}

/* Whether @own, which acknowledges, has proved by it that it is synchronized: it names the other's
 * SYN as arrived, or nothing is known of the opening. */
static bool proves_open(const struct tcp_side *own, const struct tcp_side *other,
			const struct segment *segment)
{
	if (segment->flags & (SEGMENT_SYN | SEGMENT_RST))
		return false;
	if (!tcp_belief_has_opened(other))
		return state_of(own) != TCP_STATE_CLOSED;
	return other->is_syn_acked && state_of(own) != TCP_STATE_CLOSED;
}

static void open_own(struct tcp_observer *observer, struct tcp_side *own,
		     const struct segment *segment)
{
	if (state_of(own) >= TCP_STATE_ESTABLISHED)
		return;
	enter(own, TCP_STATE_ESTABLISHED);
	if (observer->open == TCP_OPEN_NONE)
		observer->open = TCP_OPEN_UNSEEN;
	else if (!observer->open_ns)
		observer->open_ns = segment->time_ns;
}

/* @own has received the other's FIN: its acknowledgement says so. */
static void receive_fin(struct tcp_side *own)
{
	switch (state_of(own)) {
	case TCP_STATE_SYN_RCVD:
	case TCP_STATE_ESTABLISHED:
		enter(own, TCP_STATE_CLOSE_WAIT);
		break;
	case TCP_STATE_FIN_WAIT_1:
		enter(own, TCP_STATE_CLOSING);
		if (own->is_fin_acked)
			enter(own, TCP_STATE_TIME_WAIT);
		break;
	case TCP_STATE_FIN_WAIT_2:
		enter(own, TCP_STATE_TIME_WAIT);
		break;
	default:
		break;
	}
}

/* The acknowledgement of its FIN reaches @side. If the FINs have crossed, the other's has come
 * before, whether or not that has been seen yet: then its own acknowledgement will tell. */
static void learn_fin_acked(struct tcp_side *side, bool have_crossed)
{
	switch (state_of(side)) {
	case TCP_STATE_FIN_WAIT_1:
		if (!have_crossed)
			enter(side, TCP_STATE_FIN_WAIT_2);
		break;
	case TCP_STATE_CLOSING:
		enter(side, TCP_STATE_TIME_WAIT);
		break;
	case TCP_STATE_LAST_ACK:
		enter(side, TCP_STATE_CLOSED);
		break;
	default:
		break;
	}
}

static void see_ack(struct tcp_observer *observer, const struct segment *segment, int side)
{
	struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];

	if (!(segment->flags & SEGMENT_SYN) && !observer->first_ack_ns && observer->syn_last_ns &&
	    segment->time_ns > observer->syn_last_ns)
		observer->first_ack_ns = segment->time_ns - observer->syn_last_ns;
	if (tcp_belief_has_opened(other) && other->has_isn && seq_lt(other->isn, segment->ack) &&
	    seq_le(segment->ack, other->next))
		other->is_syn_acked = true;
	if (proves_open(own, other, segment))
		open_own(observer, own, segment);
	for (int i = 0; i < 2; i++)
		if (state_of(&observer->sides[i]) == TCP_STATE_SYN_RCVD &&
		    observer->sides[i].is_syn_acked && observer->sides[i].has_syn_ack)
			enter(&observer->sides[i], TCP_STATE_ESTABLISHED);
	if (!other->has_fin || !seq_lt(other->fin_seq, segment->ack) ||
	    seq_lt(other->next, segment->ack))
		return;
	if (!observer->fin_ack_ns[!side])
		observer->fin_ack_ns[!side] = segment->time_ns;
	other->is_fin_acked = true;
	receive_fin(own);
	learn_fin_acked(other, observer->have_fins_crossed);
}

static void see_fin(struct tcp_observer *observer, const struct segment *segment, int side)
{
	struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];

	if (!own->has_fin) {
		own->fin_seq =
			segment->seq + segment->payload_length + !!(segment->flags & SEGMENT_SYN);
		observer->fin_ns[side] = segment->time_ns;
		observer->have_fins_crossed = other->has_fin && !other->is_fin_acked;
	}
	own->has_fin = true;
	if (observer->closer < 0)
		observer->closer = (int8_t)side;
	switch (state_of(own)) {
	case TCP_STATE_UNKNOWN:
	case TCP_STATE_SYN_RCVD:
	case TCP_STATE_ESTABLISHED:
		enter(own, TCP_STATE_FIN_WAIT_1);
		break;
	case TCP_STATE_CLOSE_WAIT:
		enter(own, TCP_STATE_LAST_ACK);
		break;
	default:
		break;
	}
}

static void see_rst(struct tcp_observer *observer, const struct segment *segment, int side)
{
	struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];

	own->has_rst = true;
	if (!tcp_belief_is_reset_credible(observer, segment, side))
		return;
	if (!tcp_belief_is_reset_answer(observer, segment, side)) {
		tcp_ending_reset(observer, side);
		enter(own, TCP_STATE_CLOSED);
	}
	if (state_of(other) != TCP_STATE_UNKNOWN) /* of silence a reset proves nothing */
		enter(other, TCP_STATE_CLOSED);
}

/* Room for the states of one more segment: of a side that has been through many, as a port that is
 * refused again and again, only the last one is kept. */
static void make_room(struct tcp_side *side)
{
	if (side->state_count + STEPS_MAX <= TCP_STATES_MAX)
		return;
	side->states[0] = (uint8_t)state_of(side);
	side->state_count = 1;
}

static void note_ttl(struct tcp_side *own, uint8_t ttl)
{
	if (!own->is_seen || ttl < own->ttl_min)
		own->ttl_min = ttl;
	if (ttl > own->ttl_max)
		own->ttl_max = ttl;
	own->is_seen = true;
}

static void begin_sight(struct tcp_observer *observer, struct tcp_sight *sight)
{
	*sight = (struct tcp_sight){ .marks = 0 };
	for (int i = 0; i < 2; i++) {
		make_room(&observer->sides[i]);
		sight->before[i] = (uint8_t)state_of(&observer->sides[i]);
		sight->first_state[i] = observer->sides[i].state_count;
	}
}

static void end_sight(const struct tcp_observer *observer, const struct segment *segment, int side,
		      struct tcp_sight *sight)
{
	const struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];

	for (int i = 0; i < 2; i++) {
		sight->after[i] = (uint8_t)state_of(&observer->sides[i]);
		sight->last_state[i] = (uint8_t)(observer->sides[i].state_count - 1);
	}
	sight->rel_seq = own->has_isn ? segment->seq - own->isn : 0;
	sight->rel_ack =
		other->has_isn && segment->flags & SEGMENT_ACK ? segment->ack - other->isn : 0;
	sight->window = tcp_marks_window(observer, segment, side);
}

/* What the side sent before was of another age: its SYN tells where it begins. */
static void forget_numbers(struct tcp_side *own)
{
	own->has_isn = false;
	own->has_acked = false;
	own->missing.count = 0;
	own->duplicate_acks = 0;
}

/* A segment that nobody can take, and that changes nothing. */
static void pass_over(struct tcp_observer *observer, const struct segment *segment, int side,
		      struct tcp_sight *sight)
{
	begin_sight(observer, sight);
	observer->segments++;
	observer->last_ns = segment->time_ns;
	end_sight(observer, segment, side, sight);
}

/* See one more segment of the connection, sent by @side (0 or 1). A SYN that begins another
 * connection between the same ports makes the observer forget the one before; it is marked so.
 * @sight becomes what the segment is; first_state is one more than last_state for a side that
 * entered no state by it.
 */
void tcp_observer_see(struct tcp_observer *observer, const struct segment *segment, int side,
		      struct tcp_sight *sight)
{
	uint16_t marks = 0;

	switch (tcp_belief_of_syn(observer, segment, side)) {
	case TCP_SYN_ANOTHER:
		tcp_observer_init(observer);
		marks = TCP_MARK_NEW_CONNECTION;
		break;
	case TCP_SYN_FIRST:
		forget_numbers(&observer->sides[side]);
		break;
	case TCP_SYN_STRAY:
		pass_over(observer, segment, side, sight);
		return;
	case TCP_SYN_ORDINARY:
		break;
	}
	begin_sight(observer, sight);
	marks |= tcp_marks(observer, segment, side);
	if (!observer->segments++)
		observer->first_ns = segment->time_ns;
	observer->last_ns = segment->time_ns;
	note_ttl(&observer->sides[side], segment->ip.ttl);
	if (segment->flags & SEGMENT_SYN)
		see_syn(observer, segment, side);
	tcp_marks_remember(observer, segment, side, marks);
	if (segment->flags & SEGMENT_RST) {
		see_rst(observer, segment, side);
	} else {
		if (segment->flags & SEGMENT_ACK)
			see_ack(observer, segment, side);
		if (segment->flags & SEGMENT_FIN)
			see_fin(observer, segment, side);
	}
	tcp_ending_judge(observer);
	sight->marks = marks;
	end_sight(observer, segment, side, sight);
}

/* Return: the network's round trip in ns, from the SYN to its SYN,ACK; 0: unknown, or ambiguous
 * since the SYN was sent again (Karn). */
uint64_t tcp_observer_rtt_ns(const struct tcp_observer *observer)
{
	if (observer->is_syn_ambiguous || !observer->syn_sent_ns ||
	    observer->syn_ack_ns <= observer->syn_sent_ns)
		return 0;
	return observer->syn_ack_ns - observer->syn_sent_ns;
}

/* Return: how long it took from the SYN to the ACK that opens, in ns; 0: unknown, or a SYN was sent
 * again. */
uint64_t tcp_observer_handshake_ns(const struct tcp_observer *observer)
{
	if (observer->is_syn_ambiguous || !observer->syn_sent_ns ||
	    observer->syn_last_ns != observer->syn_sent_ns ||
	    observer->open_ns <= observer->syn_sent_ns)
		return 0;
	return observer->open_ns - observer->syn_sent_ns;
}

/* Return: how long the second side took to close after the first, in ns: the application's delay
 * and a round trip. 0: unknown, or they closed at once. */
uint64_t tcp_observer_close_delay_ns(const struct tcp_observer *observer)
{
	int first = (int)observer->closer; /* -1: nobody */

	if (first < 0 || !observer->fin_ns[first] ||
	    observer->fin_ns[!first] <= observer->fin_ns[first])
		return 0;
	return observer->fin_ns[!first] - observer->fin_ns[first];
}
