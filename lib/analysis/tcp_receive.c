// SPDX-License-Identifier: GPL-2.0-or-later
/* What an endpoint takes from a segment: what its SYN agrees to, its window, its text and its FIN
 * (RFC 9293 section 3.10.7.4, seventh and eighth). */
#include <string.h>

#include "analysis/tcp_machine.h"
#include "analysis/tcp_seq.h"

/* Keep what the peer's SYN says: its sequence number, and the options that both have (RFC 7323,
 * RFC 2018, RFC 3168). The window of a SYN is never scaled. */
void tcp_machine_negotiate(struct tcp_endpoint *tcp, const struct segment *syn)
{
	const struct tcp_endpoint_settings *settings = &tcp->settings;
	const struct segment_options *options = &syn->options;
	unsigned int ecn = syn->flags & (SEGMENT_ECE | SEGMENT_CWR);

	tcp->irs = syn->seq;
	tcp->rcv_nxt = syn->seq + 1;
	tcp->has_wscale =
		settings->wscale != TCP_NO_WSCALE && segment_has(syn, SEGMENT_OPTION_WSCALE);
	tcp->has_sack = settings->has_sack && segment_has(syn, SEGMENT_OPTION_SACK_PERMITTED);
	tcp->has_timestamps =
		settings->has_timestamps && segment_has(syn, SEGMENT_OPTION_TIMESTAMPS);
	tcp->has_ecn = settings->has_ecn &&
		       (syn->flags & SEGMENT_ACK ? ecn == SEGMENT_ECE :
						   ecn == (SEGMENT_ECE | SEGMENT_CWR));
	if (tcp->has_wscale) {
		tcp->snd_wscale =
			options->wscale > TCP_WSCALE_MAX ? TCP_WSCALE_MAX : options->wscale;
		tcp->rcv_wscale =
			settings->wscale > TCP_WSCALE_MAX ? TCP_WSCALE_MAX : settings->wscale;
	}
	if (tcp->rcv_wnd > 0xffffu << tcp->rcv_wscale)
		tcp->rcv_wnd = 0xffffu << tcp->rcv_wscale;
	tcp->ts_recent = options->ts_val;
	tcp->mss = settings->local.family == AF_INET6 ? TCP_MSS_DEFAULT_V6 : TCP_MSS_DEFAULT_V4;
	if (segment_has(syn, SEGMENT_OPTION_MSS))
		tcp->mss = options->mss;
	tcp->segment_size = tcp->mss;
	if (settings->segment_max && settings->segment_max < tcp->segment_size)
		tcp->segment_size = settings->segment_max;
	if (tcp->segment_size < TCP_SEGMENT_SIZE_MIN)
		tcp->segment_size = TCP_SEGMENT_SIZE_MIN;
}

/* Take the peer's window from a segment that is not older than the one that told it last. */
void tcp_machine_update_window(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	const struct segment *segment = arrival->segment;
	uint32_t before = tcp->snd_wnd, window = segment->window;

	if (!seq_lt(tcp->snd_wl1, arrival->seq) &&
	    !(tcp->snd_wl1 == arrival->seq && seq_le(tcp->snd_wl2, segment->ack)))
		return;
	if (!(segment->flags & SEGMENT_SYN))
		window <<= tcp->snd_wscale;
	tcp->snd_wnd = window;
	tcp->snd_wl1 = arrival->seq;
	tcp->snd_wl2 = segment->ack;
	if (window > tcp->snd_wnd_max)
		tcp->snd_wnd_max = window;
	if (window == 0 && before > 0)
		tcp_machine_note(tcp, TCP_NOTE_ZERO_WINDOW, before, 0);
	if (window == 0 || before > 0)
		return;
	tcp_machine_note(tcp, TCP_NOTE_WINDOW_UPDATE, 0, window);
	/* What was sent into the closed window, to probe it, goes again at once. */
	if (tcp->probes > 0)
		tcp_machine_retransmit(tcp);
}

/* The peer has closed, and everything before its FIN is here. */
static void receive_fin(struct tcp_endpoint *tcp)
{
	tcp->rcv_nxt++;
	switch (tcp->state) {
	case TCP_STATE_ESTABLISHED:
		tcp_machine_enter(tcp, TCP_STATE_CLOSE_WAIT);
		break;
	case TCP_STATE_FIN_WAIT_1:
		tcp_machine_note(tcp, TCP_NOTE_SIMULTANEOUS_CLOSE, tcp->snd_nxt, tcp->snd_una);
		tcp_machine_enter(tcp, TCP_STATE_CLOSING);
		break;
	case TCP_STATE_FIN_WAIT_2:
		tcp_machine_enter_time_wait(tcp);
		break;
	default:
		break;
	}
}

/* Text and FIN that lie in the window, without what is old and what is beyond. */
static void receive_text(struct tcp_endpoint *tcp, uint32_t left, uint32_t right)
{
	if (seq_lt(left, tcp->rcv_nxt)) {
		if (seq_lt(tcp->rcv_nxt, right))
			tcp_machine_note(tcp, TCP_NOTE_OVERLAP, tcp->rcv_nxt, left);
		left = tcp->rcv_nxt;
	}
	right = seq_min(right, tcp->rcv_nxt + tcp->rcv_wnd);
	if (tcp->has_fin && seq_lt(tcp->peer_fin_seq, right)) {
		tcp_machine_note(tcp, TCP_NOTE_DATA_AFTER_FIN, tcp->peer_fin_seq, right);
		right = tcp->peer_fin_seq;
	}
	if (left == tcp->rcv_nxt && seq_lt(left, right)) {
		tcp->rcv_nxt = tcp_ranges_advance(&tcp->held, right);
	} else if (seq_lt(left, right)) {
		if (tcp_ranges_covered(&tcp->held, left, right) == right - left)
			tcp->duplicates++;
		tcp_machine_note(tcp, TCP_NOTE_OUT_OF_ORDER, tcp->rcv_nxt, left);
		tcp_ranges_add(&tcp->held, left, right); /* without room it comes again */
	}
}

/* Take text and FIN, in the states in which the peer may still send. */
void tcp_machine_receive(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival)
{
	uint32_t end = arrival->seq + arrival->length;
	bool has_fin = arrival->flags & SEGMENT_FIN;

	if (arrival->length == 0 && !has_fin)
		return;
	if (tcp->state != TCP_STATE_ESTABLISHED && tcp->state != TCP_STATE_FIN_WAIT_1 &&
	    tcp->state != TCP_STATE_FIN_WAIT_2) {
		tcp_machine_note(tcp, TCP_NOTE_DATA_AFTER_FIN, tcp->rcv_nxt, arrival->seq);
		return;
	}
	tcp->owes_ack = true;
	if (has_fin && !tcp->has_fin && seq_le(tcp->rcv_nxt, end) &&
	    seq_lt(end, tcp->rcv_nxt + tcp->rcv_wnd)) {
		tcp->has_fin = true;
		tcp->peer_fin_seq = end;
		/* What was held of beyond it cannot be. */
		tcp_ranges_remove(&tcp->held, end, end + 0x3fffffff);
		if (end != tcp->rcv_nxt && arrival->length == 0)
			tcp_machine_note(tcp, TCP_NOTE_OUT_OF_ORDER, tcp->rcv_nxt, end);
	}
	if (arrival->length > 0)
		receive_text(tcp, arrival->seq, end);
	if (tcp->has_fin && tcp->rcv_nxt == tcp->peer_fin_seq)
		receive_fin(tcp);
}
