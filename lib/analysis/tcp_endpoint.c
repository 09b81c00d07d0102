// SPDX-License-Identifier: GPL-2.0-or-later
/* The user's calls (RFC 9293 section 3.10.1 to 3.10.5) and the timers (3.10.8). */
#include "analysis/tcp_endpoint.h"

#include <errno.h>

#include "analysis/tcp_machine.h"
#include "analysis/tcp_seq.h"

#define STREAM_MAX 0x7fffffffu

/* Tell that the endpoint is in @state now. */
void tcp_machine_enter(struct tcp_endpoint *tcp, enum tcp_state state)
{
	struct tcp_event event = {
		.kind = TCP_EVENT_STATE,
		.from = tcp->state,
		.to = state,
		.segment = tcp->cause,
	};

	if (state == tcp->state)
		return;
	tcp->state = state;
	tcp->on_event(&event, tcp->arg);
}

/* Tell something about what arrived, or about a timer. */
void tcp_machine_note(struct tcp_endpoint *tcp, enum tcp_note note, uint32_t expected, uint32_t got)
{
	struct tcp_event event = {
		.kind = TCP_EVENT_NOTE,
		.note = note,
		.expected = expected,
		.got = got,
		.segment = tcp->cause,
	};

	tcp->on_event(&event, tcp->arg);
}

static void stop_timers(struct tcp_endpoint *tcp)
{
	tcp->retransmit_ns = TCP_NEVER_NS;
	tcp->persist_ns = TCP_NEVER_NS;
	tcp->time_wait_ns = TCP_NEVER_NS;
}

/* The connection is no more. */
void tcp_machine_finish(struct tcp_endpoint *tcp, enum tcp_end why)
{
	stop_timers(tcp);
	tcp->end = why;
	tcp->owes_ack = false;
	tcp_machine_enter(tcp, TCP_STATE_CLOSED);
}

/* Both FINs are acknowledged, as far as this end knows: wait for one that comes again. */
void tcp_machine_enter_time_wait(struct tcp_endpoint *tcp)
{
	stop_timers(tcp);
	tcp->end = TCP_END_CLOSED;
	if (tcp->settings.time_wait_ns)
		tcp->time_wait_ns = tcp->now_ns + tcp->settings.time_wait_ns;
	tcp_machine_enter(tcp, TCP_STATE_TIME_WAIT);
}

/* Go on with what the user has asked for already: close. */
void tcp_machine_continue_close(struct tcp_endpoint *tcp)
{
	if (!tcp->is_closing)
		return;
	if (tcp->state == TCP_STATE_ESTABLISHED)
		tcp_machine_enter(tcp, TCP_STATE_FIN_WAIT_1);
	else if (tcp->state == TCP_STATE_CLOSE_WAIT)
		tcp_machine_enter(tcp, TCP_STATE_LAST_ACK);
}

/* Make @tcp an end as @settings say, CLOSED; @on_event is told what it does. */
void tcp_endpoint_init(struct tcp_endpoint *tcp, const struct tcp_endpoint_settings *settings,
		       tcp_event_fn *on_event, void *arg)
{
	*tcp = (struct tcp_endpoint){
		.settings = *settings,
		.on_event = on_event,
		.arg = arg,
		.state = TCP_STATE_CLOSED,
		.peer = settings->peer,
		.iss = settings->iss,
		.snd_una = settings->iss,
		.snd_nxt = settings->iss,
		.rcv_wnd = settings->window,
		.ssthresh = 1u << 30,
	};
	stop_timers(tcp);
	tcp_rto_init(&tcp->rto, settings->rto_initial_ns, settings->rto_min_ns,
		     settings->rto_max_ns);
}

/* Whoever opened a passive end has gone before it was open: forget what was agreed on, and wait
 * for the next one (RFC 9293 section 3.10.7.4, second and fourth), unless the user has closed
 * meanwhile. What was counted stays. */
void tcp_machine_listen_again(struct tcp_endpoint *tcp)
{
	const struct tcp_endpoint before = *tcp;

	if (before.is_closing) {
		tcp_machine_finish(tcp, TCP_END_ABORTED);
		return;
	}
	tcp_endpoint_init(tcp, &before.settings, before.on_event, before.arg);
	tcp->state = before.state;
	tcp->is_passive = true;
	tcp->cause = before.cause;
	tcp->now_ns = before.now_ns;
	tcp->challenge_ns = before.challenge_ns;
	tcp->challenges = before.challenges;
	tcp->retransmissions = before.retransmissions;
	tcp->duplicates = before.duplicates;
	tcp->bad_checksums = before.bad_checksums;
	tcp->bad_options = before.bad_options;
	tcp->untimed = before.untimed;
	tcp->icmp_ignored = before.icmp_ignored;
	tcp->strays = before.strays;
	tcp->spoofed = before.spoofed;
	tcp_machine_enter(tcp, TCP_STATE_LISTEN);
}

/* OPEN, active: send the SYN. From LISTEN as well (RFC 9293 section 3.10.1); not once it is over,
 * when only tcp_endpoint_init() makes a new one of it. */
void tcp_endpoint_connect(struct tcp_endpoint *tcp, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	if ((tcp->state != TCP_STATE_CLOSED && tcp->state != TCP_STATE_LISTEN) ||
	    tcp->end != TCP_END_NONE)
		return;
	tcp->snd_nxt = tcp->iss + 1;
	tcp->is_passive = false;
	tcp_machine_enter(tcp, TCP_STATE_SYN_SENT);
	tcp_machine_emit(tcp, SEGMENT_SYN, tcp->iss, 0, false);
	tcp_machine_arm(tcp);
}

/* OPEN, passive: wait for a SYN, of settings.peer or of anybody. */
void tcp_endpoint_listen(struct tcp_endpoint *tcp, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	if (tcp->state != TCP_STATE_CLOSED || tcp->end != TCP_END_NONE)
		return;
	tcp->is_passive = true;
	tcp_machine_enter(tcp, TCP_STATE_LISTEN);
}

/* SEND: release the next @length bytes of the stream. Before the connection is open they wait.
 *
 * Return: 0, -ENOTCONN when CLOSED or in LISTEN, -EPIPE behind a close, -EINVAL for more than the
 * stream has.
 */
int tcp_endpoint_send(struct tcp_endpoint *tcp, size_t length, uint64_t now_ns)
{
	size_t most = tcp->settings.stream_length;

	tcp->now_ns = now_ns;
	if (tcp->state == TCP_STATE_CLOSED || tcp->state == TCP_STATE_LISTEN)
		return -ENOTCONN;
	if (tcp->is_closing)
		return -EPIPE;
	if (most > STREAM_MAX)
		most = STREAM_MAX;
	if (length > most - tcp->released)
		return -EINVAL;
	tcp->released += length;
	tcp_machine_output(tcp);
	return 0;
}

/* Send segments of at most @segment_size bytes of text and options from now on, and of at most what
 * the peer takes; what is under way and was larger goes again at once, smaller. */
void tcp_endpoint_limit(struct tcp_endpoint *tcp, uint16_t segment_size, uint64_t now_ns)
{
	bool is_smaller = segment_size < tcp->segment_size;

	tcp->now_ns = now_ns;
	tcp->settings.segment_max = segment_size;
	if (!tcp_state_is_synchronized(tcp->state))
		return;
	if (segment_size > tcp->mss)
		segment_size = tcp->mss;
	tcp->segment_size =
		segment_size > TCP_SEGMENT_SIZE_MIN ? segment_size : TCP_SEGMENT_SIZE_MIN;
	if (!is_smaller || tcp->snd_una == tcp->snd_nxt)
		return;
	tcp->recover = tcp->snd_nxt;
	tcp->is_recovering = true;
	tcp_machine_retransmit(tcp);
	tcp_machine_arm(tcp);
}

/* CLOSE: send the FIN, behind what was released. */
void tcp_endpoint_close(struct tcp_endpoint *tcp, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	if (tcp->is_closing)
		return;
	switch (tcp->state) {
	case TCP_STATE_CLOSED:
		return;
	case TCP_STATE_LISTEN:
	case TCP_STATE_SYN_SENT:
		tcp_machine_finish(tcp, TCP_END_ABORTED);
		return;
	case TCP_STATE_SYN_RCVD:
		tcp->is_closing = true;
		if (tcp->released > 0)
			return; /* once it is open */
		tcp_machine_enter(tcp, TCP_STATE_FIN_WAIT_1);
		break;
	default:
		tcp->is_closing = true;
		tcp_machine_continue_close(tcp);
	}
	tcp_machine_output(tcp);
}

/* The reset has the number that the peer waits for next (RFC 9293 section 3.10.5). */
static void end_with_reset(struct tcp_endpoint *tcp, enum tcp_end why)
{
	tcp_machine_finish(tcp, why);
	tcp_machine_emit(tcp, SEGMENT_RST, tcp->snd_nxt, 0, false);
}

/* ABORT: reset the connection. In SYN_SENT too, where RFC 9293 would be silent: our SYN may have
 * arrived, and its answer be lost; and while the last FIN is not acknowledged. */
void tcp_endpoint_abort(struct tcp_endpoint *tcp, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	switch (tcp->state) {
	case TCP_STATE_CLOSED:
		return;
	case TCP_STATE_LISTEN:
		tcp_machine_finish(tcp, TCP_END_ABORTED);
		return;
	case TCP_STATE_TIME_WAIT:
		tcp_machine_finish(tcp, TCP_END_CLOSED);
		return;
	default:
		end_with_reset(tcp, TCP_END_ABORTED);
	}
}

static bool give_up(struct tcp_endpoint *tcp)
{
	if (tcp->tries < tcp->settings.retries)
		return false;
	tcp_machine_note(tcp, TCP_NOTE_GAVE_UP, tcp->settings.retries, tcp->tries);
	end_with_reset(tcp, TCP_END_TIMEOUT);
	return true;
}

/* A segment is lost: begin again with one (RFC 5681 section 3.1). */
static void collapse_window(struct tcp_endpoint *tcp)
{
	uint32_t flight = tcp->snd_nxt - tcp->snd_una, floor = 2u * tcp->segment_size;

	if (tcp->snd_una == tcp->iss)
		return; /* there is none yet */
	if (tcp->tries == 1)
		tcp->ssthresh = flight / 2 > floor ? flight / 2 : floor;
	tcp->cwnd = tcp->segment_size;
	tcp->recover = tcp->snd_nxt;
	tcp->is_recovering = true;
	tcp->duplicate_acks = 0;
}

/* RFC 6298 section 5. */
static void on_retransmit(struct tcp_endpoint *tcp)
{
	if (give_up(tcp))
		return;
	tcp->tries++;
	tcp_machine_note(tcp, TCP_NOTE_RETRANSMISSION, (uint32_t)(tcp->rto.rto_ns / 1000000),
			 tcp->tries);
	collapse_window(tcp);
	tcp_rto_back_off(&tcp->rto);
	tcp_machine_retransmit(tcp);
	tcp_machine_arm(tcp);
}

static void on_persist(struct tcp_endpoint *tcp)
{
	if (give_up(tcp))
		return;
	tcp->tries++;
	tcp->probes++;
	tcp_machine_probe(tcp);
	tcp_machine_arm(tcp);
}

/* The time is @now_ns: do what is due. */
void tcp_endpoint_timeout(struct tcp_endpoint *tcp, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	if (tcp->time_wait_ns <= now_ns)
		tcp_machine_finish(tcp, TCP_END_CLOSED);
	if (tcp->retransmit_ns <= now_ns)
		on_retransmit(tcp);
	if (tcp->persist_ns <= now_ns)
		on_persist(tcp);
}

/* Return: when tcp_endpoint_timeout() has something to do; TCP_NEVER_NS: not by itself. */
uint64_t tcp_endpoint_deadline(const struct tcp_endpoint *tcp)
{
	uint64_t first = tcp->retransmit_ns;

	if (tcp->persist_ns < first)
		first = tcp->persist_ns;
	return tcp->time_wait_ns < first ? tcp->time_wait_ns : first;
}

/* Whether everything that was released has been sent and acknowledged. */
bool tcp_endpoint_is_all_acked(const struct tcp_endpoint *tcp)
{
	return tcp->snd_una == tcp->snd_nxt && tcp_machine_unsent(tcp) == 0;
}

/* Whether the connection has come to its end: TIME_WAIT, or CLOSED and `end` says why. */
bool tcp_endpoint_is_over(const struct tcp_endpoint *tcp)
{
	return tcp->end != TCP_END_NONE;
}
