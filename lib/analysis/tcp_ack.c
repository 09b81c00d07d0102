// SPDX-License-Identifier: GPL-2.0-or-later
/* Acknowledgements that arrive: RFC 9293 section 3.10.7.4, fifth, with RFC 5961's limits, RFC
 * 5681's windows and RFC 3168's echoes. */
#include "analysis/tcp_machine.h"
#include "analysis/tcp_seq.h"

/* Of answers that carry nothing new, so that two ends do not talk for ever (RFC 5961 section 7). */
#define CHALLENGES_MAX 10
#define CHALLENGES_NS 1000000000u

#define DUPLICATE_ACKS 3 /* RFC 5681 section 3.2 */

#define CONGESTION_EXPERIENCED 3

#define CWND_MAX (1u << 30)

#define RTT_MAX_MS 60000u /* what takes longer is no echo */

static bool may_answer(struct tcp_endpoint *tcp)
{
	if (tcp->now_ns - tcp->challenge_ns >= CHALLENGES_NS || tcp->challenge_ns == 0) {
		tcp->challenge_ns = tcp->now_ns;
		tcp->challenges = 0;
	}
	return tcp->challenges++ < CHALLENGES_MAX;
}

/* Say what is waited for, to somebody who seems not to know. */
void tcp_machine_acknowledge(struct tcp_endpoint *tcp)
{
	if (may_answer(tcp))
		tcp_machine_send_ack(tcp);
}

/* The same, to somebody who seems to be somebody else: if the peer has indeed reset the connection,
 * or begun another one, its answer will prove it (RFC 5961). */
void tcp_machine_challenge(struct tcp_endpoint *tcp)
{
	if (!may_answer(tcp))
		return;
	tcp_machine_note(tcp, TCP_NOTE_CHALLENGE_SENT, tcp->rcv_nxt, tcp->cause->seq);
	tcp_machine_send_ack(tcp);
}

/* An acknowledgement of what was never sent, before the connection is open: reset it. */
void tcp_machine_refuse_ack(struct tcp_endpoint *tcp, const struct segment *segment)
{
	bool is_bare = tcp->state == TCP_STATE_SYN_SENT && !(segment->flags & SEGMENT_SYN);

	tcp->spoofed++;
	tcp_machine_note(tcp, is_bare ? TCP_NOTE_CHALLENGE_RECEIVED : TCP_NOTE_ACK_WRONG,
			 tcp->snd_nxt, segment->ack);
	tcp_machine_answer_reset(tcp, segment);
}

/* RFC 5681 section 3.1: slow start, then congestion avoidance. */
static void grow_window(struct tcp_endpoint *tcp, uint32_t bytes)
{
	uint32_t size = tcp->segment_size;

	if (tcp->cwnd < tcp->ssthresh)
		tcp->cwnd += bytes < size ? bytes : size;
	else
		tcp->cwnd += 1 + size * size / tcp->cwnd;
	if (tcp->cwnd > CWND_MAX)
		tcp->cwnd = CWND_MAX;
}

/* How long the acknowledgement of what was sent more than once took, nobody can tell (Karn), unless
 * it echoes a timestamp (RFC 7323 section 4). */
static void measure_by_timestamp(struct tcp_endpoint *tcp)
{
	const struct segment *segment = tcp->cause;
	uint32_t rtt_ms = tcp_machine_timestamp(tcp) - segment->options.ts_ecr;

	if (tcp->has_timestamps && segment_has(segment, SEGMENT_OPTION_TIMESTAMPS) &&
	    segment->options.ts_ecr && rtt_ms <= RTT_MAX_MS)
		tcp_rto_measure(&tcp->rto, rtt_ms * 1000000ull);
}

/* New bytes are acknowledged: forget them, learn from how long it took, send more. */
void tcp_machine_take_ack(struct tcp_endpoint *tcp, uint32_t ack)
{
	uint32_t bytes = ack - tcp->snd_una;
	bool is_syn = tcp->snd_una == tcp->iss;

	if (is_syn)
		tcp_machine_note(tcp, TCP_NOTE_ACK_OF_SYN, tcp->iss + 1, ack);
	if (tcp->is_fin_sent && ack == tcp->fin_seq + 1) {
		tcp->is_fin_acked = true;
		tcp_machine_note(tcp, TCP_NOTE_ACK_OF_FIN, ack, ack);
	} else if (ack != tcp->iss + 1) {
		tcp_machine_note(tcp, TCP_NOTE_ACK_OF_DATA, tcp->snd_nxt, ack);
	}
	tcp->snd_una = ack;
	tcp->retransmit_ns = TCP_NEVER_NS; /* tcp_machine_arm() begins it anew */
	tcp->tries = 0;
	tcp->duplicate_acks = 0;
	if (tcp->is_timing && seq_le(tcp->timed_seq, ack)) {
		tcp->is_timing = false;
		tcp_rto_measure(&tcp->rto, tcp->now_ns - tcp->timed_ns);
	} else if (tcp->rto.backoffs > 0 && !is_syn) { /* a SYN's are told by RFC 6298 rule 5.7 */
		measure_by_timestamp(tcp);
	}
	if (!is_syn)
		grow_window(tcp, bytes);
	if (!tcp->is_recovering)
		return;
	tcp->is_recovering = seq_lt(ack, tcp->recover);
	if (tcp->is_recovering) /* RFC 6582: the next one is lost as well */
		tcp_machine_retransmit(tcp);
}

/* RFC 5681 section 3.2: three times the same acknowledgement, and nothing else in it, mean that a
 * segment is lost. */
static void count_duplicate_ack(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	uint32_t flight = tcp->snd_nxt - tcp->snd_una;

	if (flight == 0 || arrival->segment->ack != tcp->snd_una || arrival->length > 0 ||
	    arrival->flags & (SEGMENT_SYN | SEGMENT_FIN) || tcp->snd_una == tcp->iss ||
	    (uint32_t)arrival->segment->window << tcp->snd_wscale != tcp->snd_wnd)
		return;
	tcp_machine_note(tcp, TCP_NOTE_ACK_DUPLICATE, tcp->snd_una, arrival->segment->ack);
	if (tcp->snd_wnd == 0 || tcp->is_recovering || ++tcp->duplicate_acks != DUPLICATE_ACKS)
		return;
	tcp->ssthresh = flight / 2 > 2u * tcp->segment_size ? flight / 2 : 2u * tcp->segment_size;
	tcp->cwnd = tcp->ssthresh;
	tcp->recover = tcp->snd_nxt;
	tcp->is_recovering = true;
	tcp_machine_note(tcp, TCP_NOTE_FAST_RETRANSMISSION, tcp->snd_una, tcp->snd_una);
	tcp_machine_retransmit(tcp);
}

/* The handshake is done: RFC 5681's first window, of one segment if the SYN had to be repeated. */
void tcp_machine_establish(struct tcp_endpoint *tcp)
{
	uint32_t size = tcp->segment_size, ten = 10 * size;

	tcp->cwnd = size > 14600 / 2 ? 2 * size : ten < 14600 ? ten : 14600;
	if (tcp->rto.backoffs > 0)
		tcp->cwnd = size;
	tcp_rto_begin_data(&tcp->rto);
	tcp_machine_enter(tcp, TCP_STATE_ESTABLISHED);
}

/* Fifth, in SYN_RCVD. */
static bool complete_open(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	const struct segment *segment = arrival->segment;

	if (segment->ack != tcp->snd_nxt) {
		tcp_machine_refuse_ack(tcp, segment);
		return false;
	}
	tcp_machine_take_ack(tcp, segment->ack);
	tcp->snd_wl1 = arrival->seq - 1; /* whatever window it has is the first one */
	tcp_machine_update_window(tcp, arrival);
	tcp_machine_establish(tcp);
	tcp_machine_continue_close(tcp);
	return true;
}

/* Fifth, in the states in which our FIN is what may be acknowledged.
 *
 * Return: whether to go on.
 */
static bool advance_close(struct tcp_endpoint *tcp)
{
	if (!tcp->is_fin_acked)
		return true;
	switch (tcp->state) {
	case TCP_STATE_FIN_WAIT_1:
		tcp_machine_enter(tcp, TCP_STATE_FIN_WAIT_2);
		return true;
	case TCP_STATE_CLOSING:
		tcp_machine_enter_time_wait(tcp);
		return true;
	case TCP_STATE_LAST_ACK:
		tcp_machine_finish(tcp, TCP_END_CLOSED);
		return false;
	default:
		return true;
	}
}

static void hear_congestion(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	if (!tcp->has_ecn)
		return;
	if (arrival->flags & SEGMENT_CWR)
		tcp->is_congestion_echoed = false;
	if (arrival->segment->ip.ecn == CONGESTION_EXPERIENCED && arrival->length > 0)
		tcp->is_congestion_echoed = true;
	if (!(arrival->flags & SEGMENT_ECE) || tcp->is_recovering || tcp->snd_una == tcp->snd_nxt)
		return;
	tcp->ssthresh =
		tcp->cwnd / 2 > 2u * tcp->segment_size ? tcp->cwnd / 2 : 2u * tcp->segment_size;
	tcp->cwnd = tcp->ssthresh;
	tcp->recover = tcp->snd_nxt;
	tcp->has_to_tell_reduced = true;
}

/* Fifth.
 *
 * Return: whether to go on.
 */
bool tcp_machine_accept_ack(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	uint32_t ack = arrival->segment->ack;

	if (tcp->state == TCP_STATE_SYN_RCVD)
		return complete_open(tcp, arrival);
	if (seq_lt(tcp->snd_nxt, ack) || seq_lt(ack, tcp->snd_una - tcp->snd_wnd_max)) {
		tcp->spoofed++;
		tcp_machine_note(tcp, TCP_NOTE_ACK_WRONG, tcp->snd_nxt, ack);
		tcp_machine_challenge(tcp);
		return false;
	}
	tcp->tries = tcp->snd_wnd == 0 ? 0 : tcp->tries; /* a closed window, but somebody there */
	if (seq_lt(tcp->snd_una, ack))
		tcp_machine_take_ack(tcp, ack);
	else
		count_duplicate_ack(tcp, arrival);
	if (seq_le(tcp->snd_una, ack))
		tcp_machine_update_window(tcp, arrival);
	hear_congestion(tcp, arrival);
	return advance_close(tcp);
}
