// SPDX-License-Identifier: GPL-2.0-or-later
/* SEGMENT ARRIVES: RFC 9293 section 3.10.7, in its order, with RFC 5961 and RFC 7323 where it
 * refers to them. */
#include "analysis/tcp_machine.h"
#include "analysis/tcp_seq.h"

/* 3.10.7.1, and what 3.10.7.2 has in common with it. */
static void arrive_closed(struct tcp_endpoint *tcp, const struct segment *segment)
{
	if (segment->flags & SEGMENT_RST)
		return;
	tcp_machine_note(tcp, TCP_NOTE_ANSWERED_CLOSED, 0, segment->seq);
	tcp_machine_answer_reset(tcp, segment);
}

static void answer_syn(struct tcp_endpoint *tcp, bool is_again)
{
	tcp_machine_emit(tcp, SEGMENT_SYN | SEGMENT_ACK, tcp->iss, 0, is_again);
	tcp_machine_arm(tcp);
}

/* The window of the SYN that was just negotiated. */
static void take_first_window(struct tcp_endpoint *tcp, const struct segment *segment)
{
	tcp->snd_wnd = segment->window;
	tcp->snd_wnd_max = segment->window;
	tcp->snd_wl1 = segment->seq;
	tcp->snd_wl2 = segment->flags & SEGMENT_ACK ? segment->ack : tcp->iss;
	if (segment->window == 0)
		tcp_machine_note(tcp, TCP_NOTE_ZERO_WINDOW, 0, 0);
}

/* 3.10.7.2. Text or a FIN beside the SYN is left to be sent again. */
static void arrive_listen(struct tcp_endpoint *tcp, const struct segment *segment)
{
	if (segment->flags & (SEGMENT_RST | SEGMENT_ACK)) {
		arrive_closed(tcp, segment);
		return;
	}
	if (!(segment->flags & SEGMENT_SYN)) {
		tcp_machine_note(tcp, TCP_NOTE_SYN_MISSING, 0, segment->seq);
		return;
	}
	tcp->peer = segment->src;
	tcp_machine_negotiate(tcp, segment);
	take_first_window(tcp, segment);
	tcp->snd_una = tcp->iss;
	tcp->snd_nxt = tcp->iss + 1;
	tcp_machine_enter(tcp, TCP_STATE_SYN_RCVD);
	answer_syn(tcp, false);
}

/* 3.10.7.3, from its fourth step on: a SYN, with an acknowledgement of ours or without one. */
static void arrive_syn(struct tcp_endpoint *tcp, const struct segment *segment)
{
	struct tcp_arrival arrival = {
		.segment = segment,
		.seq = segment->seq + 1,
		.length = segment->payload_length,
		.flags = segment->flags,
	};

	tcp_machine_negotiate(tcp, segment);
	take_first_window(tcp, segment);
	if (!(segment->flags & SEGMENT_ACK)) {
		tcp_machine_note(tcp, TCP_NOTE_SIMULTANEOUS_OPEN, tcp->iss, segment->seq);
		tcp_machine_enter(tcp, TCP_STATE_SYN_RCVD);
		answer_syn(tcp, false);
		return;
	}
	tcp_machine_take_ack(tcp, segment->ack);
	tcp_machine_establish(tcp);
	tcp->owes_ack = true;
	tcp_machine_receive(tcp, &arrival);
	tcp_machine_continue_close(tcp);
	tcp_machine_output(tcp);
}

/* 3.10.7.3. */
static void arrive_syn_sent(struct tcp_endpoint *tcp, const struct segment *segment)
{
	bool has_ack = segment->flags & SEGMENT_ACK;
	bool is_acceptable = has_ack && segment->ack == tcp->snd_nxt;

	if (segment->flags & SEGMENT_RST) {
		if (is_acceptable) {
			tcp_machine_note(tcp, TCP_NOTE_RESET_OF_SYN, tcp->snd_nxt, segment->ack);
			tcp_machine_finish(tcp, TCP_END_REFUSED);
		} else {
			tcp->spoofed++;
			tcp_machine_note(tcp, TCP_NOTE_RESET_UNPROVEN, tcp->snd_nxt,
					 has_ack ? segment->ack : 0);
		}
	} else if (has_ack && !is_acceptable) {
		tcp_machine_refuse_ack(tcp, segment);
	} else if (segment->flags & SEGMENT_SYN) {
		arrive_syn(tcp, segment);
	} else {
		tcp_machine_note(tcp, TCP_NOTE_SYN_MISSING, tcp->snd_nxt, segment->ack);
	}
}

/* RFC 7323 section 5.3: a timestamp from the past belongs to a segment from the past. */
static bool check_timestamp(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	const struct segment *segment = arrival->segment;

	if (!tcp->has_timestamps || segment->flags & SEGMENT_RST)
		return true;
	if (!segment_has(segment, SEGMENT_OPTION_TIMESTAMPS)) {
		/* Section 3.2 lets it be dropped; Linux takes it, and whoever looks for what is
		 * wrong wants to go on. */
		tcp->untimed++;
		tcp_machine_note(tcp, TCP_NOTE_NO_TIMESTAMP, 0, 0);
		return true;
	}
	if (seq_lt(segment->options.ts_val, tcp->ts_recent)) {
		tcp_machine_note(tcp, TCP_NOTE_OLD_TIMESTAMP, tcp->ts_recent,
				 segment->options.ts_val);
		tcp->duplicates++;
		tcp_machine_acknowledge(tcp);
		return false;
	}
	return true;
}

/* RFC 7323 section 5.3, R3: only of a segment that lies in the window, or anybody could make what
 * comes later look old. */
static void keep_timestamp(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	const struct segment *segment = arrival->segment;

	if (tcp->has_timestamps && segment_has(segment, SEGMENT_OPTION_TIMESTAMPS) &&
	    !(segment->flags & SEGMENT_RST) && seq_le(arrival->seq, tcp->last_ack_sent))
		tcp->ts_recent = segment->options.ts_val;
}

/* The four cases of section 3.10.7.4, first check. */
static bool is_in_window(const struct tcp_endpoint *tcp, uint32_t seq, uint32_t length)
{
	uint32_t window = tcp->rcv_wnd;

	if (window == 0)
		return length == 0 && seq == tcp->rcv_nxt;
	if (seq - tcp->rcv_nxt < window)
		return true;
	return length > 0 && seq + length - 1 - tcp->rcv_nxt < window;
}

/* Say what is to be said of a segment that is not acceptable, and answer it with an ACK. */
static void answer_unacceptable(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival,
				uint32_t length)
{
	enum tcp_note note = TCP_NOTE_OUT_OF_WINDOW;

	if (arrival->flags & SEGMENT_SYN)
		note = arrival->segment->seq == tcp->irs ? TCP_NOTE_SYN_DUPLICATE :
							   TCP_NOTE_SYN_UNEXPECTED;
	else if (arrival->flags & SEGMENT_FIN && arrival->seq + length == tcp->rcv_nxt)
		note = TCP_NOTE_FIN_DUPLICATE;
	else if (arrival->seq == tcp->rcv_nxt - 1 && arrival->length <= 1)
		note = TCP_NOTE_KEEP_ALIVE;
	else if (length > 0 && seq_le(arrival->seq + length, tcp->rcv_nxt))
		note = TCP_NOTE_DUPLICATE;
	if (note != TCP_NOTE_OUT_OF_WINDOW && note != TCP_NOTE_SYN_UNEXPECTED)
		tcp->duplicates++;
	tcp_machine_note(tcp, note, tcp->rcv_nxt, arrival->seq);
	if (tcp->state == TCP_STATE_SYN_RCVD && arrival->flags & SEGMENT_SYN)
		answer_syn(tcp, true);
	else if (note == TCP_NOTE_SYN_UNEXPECTED) /* RFC 5961 section 4.2 */
		tcp_machine_challenge(tcp);
	else if (length > 0)
		tcp_machine_send_ack(tcp);
	else
		tcp_machine_acknowledge(tcp);
}

/* First. What is not acceptable is answered with an ACK; in SYN_RCVD a SYN that comes again gets
 * its SYN,ACK again, which acknowledges as much and spares the peer a timeout.
 *
 * Return: whether to go on.
 */
static bool check_sequence(struct tcp_endpoint *tcp, struct tcp_arrival *arrival)
{
	uint32_t length = arrival->length + !!(arrival->flags & SEGMENT_SYN) +
			  !!(arrival->flags & SEGMENT_FIN);

	if (is_in_window(tcp, arrival->seq, length))
		return true;
	if (arrival->flags & SEGMENT_RST) {
		tcp->spoofed++;
		tcp_machine_note(tcp, TCP_NOTE_RESET_IGNORED, tcp->rcv_nxt, arrival->seq);
		return false;
	}
	answer_unacceptable(tcp, arrival, length);
	if (tcp->state == TCP_STATE_TIME_WAIT && arrival->flags & SEGMENT_FIN)
		tcp_machine_enter_time_wait(tcp);
	/* A window that is closed takes no text, but acknowledgements. */
	if (tcp->rcv_wnd > 0 || arrival->seq != tcp->rcv_nxt || arrival->flags & SEGMENT_SYN)
		return false;
	arrival->length = 0;
	arrival->flags &= (uint16_t)~SEGMENT_FIN;
	return true;
}

/* What a reset means for the end in each state: behind both FINs it takes nothing away any more. */
static enum tcp_end end_by_reset(enum tcp_state state)
{
	switch (state) {
	case TCP_STATE_SYN_RCVD:
		return TCP_END_REFUSED;
	case TCP_STATE_CLOSING:
	case TCP_STATE_LAST_ACK:
	case TCP_STATE_TIME_WAIT:
		return TCP_END_CLOSED;
	default:
		return TCP_END_RESET;
	}
}

/* Second: a reset counts if it hits the next number exactly (RFC 5961 section 3.2). */
static void arrive_reset(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	if (arrival->seq != tcp->rcv_nxt) {
		tcp_machine_note(tcp, TCP_NOTE_RESET_CHALLENGED, tcp->rcv_nxt, arrival->seq);
		tcp_machine_challenge(tcp);
		return;
	}
	tcp_machine_note(tcp, TCP_NOTE_RESET_ACCEPTED, tcp->rcv_nxt, arrival->seq);
	if (tcp->state == TCP_STATE_SYN_RCVD && tcp->is_passive)
		tcp_machine_listen_again(tcp);
	else
		tcp_machine_finish(tcp, end_by_reset(tcp->state));
}

/* In a simultaneous open the SYN,ACK of the other side brings a SYN that is known already, and the
 * acknowledgement that completes the handshake (RFC 9293 figure 7, line 6). */
static void take_crossed_syn_off(const struct tcp_endpoint *tcp, struct tcp_arrival *arrival)
{
	const uint16_t both = SEGMENT_SYN | SEGMENT_ACK;

	if (tcp->state != TCP_STATE_SYN_RCVD || tcp->is_passive ||
	    (arrival->flags & both) != both || arrival->seq != tcp->irs ||
	    arrival->segment->ack != tcp->snd_nxt)
		return;
	arrival->flags &= (uint16_t)~SEGMENT_SYN;
	arrival->seq++;
}

/* 3.10.7.4. */
static void arrive_open(struct tcp_endpoint *tcp, const struct segment *segment)
{
	struct tcp_arrival arrival = {
		.segment = segment,
		.seq = segment->seq,
		.length = segment->payload_length,
		.flags = segment->flags,
	};

	take_crossed_syn_off(tcp, &arrival);
	if (!check_timestamp(tcp, &arrival) || !check_sequence(tcp, &arrival))
		return;
	keep_timestamp(tcp, &arrival);
	if (arrival.flags & SEGMENT_RST) {
		arrive_reset(tcp, &arrival);
		return;
	}
	if (arrival.flags & SEGMENT_SYN) {
		tcp_machine_note(tcp, TCP_NOTE_SYN_UNEXPECTED, tcp->rcv_nxt, arrival.seq);
		if (tcp->state == TCP_STATE_SYN_RCVD && tcp->is_passive)
			tcp_machine_listen_again(tcp);
		else
			tcp_machine_challenge(tcp);
		return;
	}
	if (!(arrival.flags & SEGMENT_ACK)) {
		tcp_machine_note(tcp, TCP_NOTE_ACK_MISSING, 0, arrival.seq);
		return;
	}
	if (!tcp_machine_accept_ack(tcp, &arrival))
		return;
	if (arrival.flags & SEGMENT_URG) {
		tcp->rcv_up = seq_max(tcp->rcv_up, arrival.seq + segment->urgent);
		tcp_machine_note(tcp, TCP_NOTE_URGENT, tcp->rcv_nxt, tcp->rcv_up);
	}
	tcp_machine_receive(tcp, &arrival);
	tcp_machine_output(tcp);
}

static bool is_ours(const struct tcp_endpoint *tcp, const struct segment *segment)
{
	const struct addr *local = &tcp->settings.local, *peer = &tcp->peer;

	if (segment->dst.port != local->port || !addr_equal(&segment->dst, local))
		return false;
	return peer->family == AF_UNSPEC ||
	       (segment->src.port == peer->port && addr_equal(&segment->src, peer));
}

/* A segment arrived. It may be anything: what is not of this connection, or damaged, is noted and
 * dropped. */
void tcp_endpoint_segment(struct tcp_endpoint *tcp, const struct segment *segment, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	tcp->cause = segment;
	if (!is_ours(tcp, segment)) {
		tcp->strays++;
		tcp_machine_note(tcp, TCP_NOTE_STRAY, 0, segment->seq);
	} else if (segment->checksum_state == SEGMENT_CHECKSUM_BAD) {
		tcp->bad_checksums++;
		tcp_machine_note(tcp, TCP_NOTE_BAD_CHECKSUM, 0, segment->checksum);
	} else {
		if (segment->options.is_malformed) {
			tcp->bad_options++;
			tcp_machine_note(tcp, TCP_NOTE_BAD_OPTIONS, 0, 0);
		}
		switch (tcp->state) {
		case TCP_STATE_CLOSED:
			arrive_closed(tcp, segment);
			break;
		case TCP_STATE_LISTEN:
			arrive_listen(tcp, segment);
			break;
		case TCP_STATE_SYN_SENT:
			arrive_syn_sent(tcp, segment);
			break;
		default:
			arrive_open(tcp, segment);
		}
	}
	tcp->cause = NULL;
}
