// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_ENDPOINT_H
#define NETSONDE_ANALYSIS_TCP_ENDPOINT_H

/* One end of one TCP connection: RFC 9293, without a clock and without input or output.
 *
 * Theory of operation. The caller owns a struct tcp_endpoint, fills struct tcp_endpoint_settings
 * and calls tcp_endpoint_init(). From then on it reports what happens, always with the time now on
 * a clock that is never stepped (clock_mono_ns()):
 *
 *	tcp_endpoint_connect(), _listen(), _send(), _close(), _abort()	the user's calls
 *	tcp_endpoint_segment()	a segment of this connection arrived (addresses and ports are
 *				compared once more; a bad checksum is dropped with a note)
 *	tcp_endpoint_icmp()	an ICMP error arrived that quotes a segment of this connection
 *	tcp_endpoint_timeout()	the time of tcp_endpoint_deadline() has come; too early is harmless
 *
 * In each of these calls the endpoint tells what follows through on_event, in the order in which it
 * happens: segments to be sent (the caller builds them with tcp_build_packet() or tcp_build() and
 * sends them at once; a failed send is a lost segment), changes of state, and notes: what the
 * protocol had to say to what arrived ("ack = J+1 ok"). A change of state comes before the segment
 * that goes with it: SYN_SENT before the SYN. on_event must not call the endpoint. After each call
 * the caller sleeps until tcp_endpoint_deadline().
 *
 * The endpoint is over in CLOSED and in TIME_WAIT (tcp_endpoint_is_over()), and then `end` says
 * why. In CLOSED it answers what still arrives with RST, as RFC 9293 section 3.10.7.1 asks; in
 * TIME_WAIT it acknowledges a FIN that comes again, for as long as the caller stays.
 *
 * What is sent is a stream of bytes that the caller keeps until the end: settings.stream. Each
 * tcp_endpoint_send() releases some more of it. What is received is not kept: it is acknowledged,
 * and the caller finds it in the segments. Every segment is acknowledged at once. Selective
 * acknowledgements are sent, and not made use of: lost segments go again as RFC 6582 has it.
 *
 * Closing: "fin" is tcp_endpoint_close(); "half" is the same, the caller goes on receiving in
 * FIN_WAIT_2; "wait" is to call it once the state is CLOSE_WAIT; "rst" is tcp_endpoint_abort();
 * "none" is to forget the endpoint. Giving up (`end` is TCP_END_TIMEOUT) has sent one RST already;
 * a caller whose patience ends earlier calls tcp_endpoint_abort(), which sends it too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_ranges.h"
#include "analysis/tcp_rto.h"
#include "base/addr.h"
#include "record/segment.h"
#include "record/tcp_state.h"
#include "wire/tcp_quote.h"

#define TCP_NO_WSCALE 255
#define TCP_WSCALE_MAX 14 /* RFC 7323 section 2.3 */

/* The segment size where the peer announces none (RFC 9293 section 3.7.1). */
#define TCP_MSS_DEFAULT_V4 536
#define TCP_MSS_DEFAULT_V6 1220

/* Two maximum segment lifetimes, as RFC 9293 section 3.4.2 has them. */
#define TCP_TIME_WAIT_NS (2 * 120000000000ull)

#define TCP_NEVER_NS UINT64_MAX

/* Room for the longest text of tcp_note_text(). */
#define TCP_NOTE_TEXT_MAX 128

/* What an end does and offers; read by tcp_endpoint_init() alone. */
struct tcp_endpoint_settings {
	struct addr local, peer; /* with ports; passive: a peer of AF_UNSPEC is anybody */
	struct segment_ip ip;	 /* of every segment: ttl, dscp, DF, flow label */
	uint32_t iss;
	uint32_t window;      /* bytes that can be received at once */
	uint32_t ts_offset;   /* added to the milliseconds of the clock */
	uint16_t mss;	      /* announced; 0: the option is left out */
	uint16_t segment_max; /* longest payload with options to send; 0: what the peer takes */
	uint8_t wscale;	      /* announced; TCP_NO_WSCALE: the option is left out */
	bool has_sack, has_timestamps, has_ecn;		 /* offered */
	uint8_t retries;				 /* of one segment before giving up */
	uint64_t rto_initial_ns, rto_min_ns, rto_max_ns; /* 0: RFC 6298's */
	uint64_t time_wait_ns; /* from TIME_WAIT to CLOSED; 0: it stays there */
	const uint8_t *stream; /* borrowed until the end; NULL: zeros */
	size_t stream_length;  /* less than 2^31 */
};

/* What an endpoint remarks on. "expected" and "got" are sequence numbers where nothing else is
 * said. */
enum tcp_note {
	TCP_NOTE_ACK_OF_SYN,	      /* got = expected = iss + 1: "ack = J+1 ok" */
	TCP_NOTE_ACK_OF_DATA,	      /* new data acknowledged: got is the ack, expected snd_nxt */
	TCP_NOTE_ACK_OF_FIN,	      /* got = expected: one behind our FIN */
	TCP_NOTE_ACK_DUPLICATE,	      /* acknowledges nothing new: got the ack, expected snd_una */
	TCP_NOTE_ACK_WRONG,	      /* of what was never sent, or too old; expected snd_nxt */
	TCP_NOTE_ACK_MISSING,	      /* neither ACK nor RST nor SYN: dropped */
	TCP_NOTE_SYN_MISSING,	      /* SYN_SENT: it acknowledges our SYN and has none itself */
	TCP_NOTE_CHALLENGE_RECEIVED,  /* SYN_SENT: a bare ACK of something else (RFC 5961) */
	TCP_NOTE_CHALLENGE_SENT,      /* answered with a challenge ACK (RFC 5961) */
	TCP_NOTE_RESET_OF_SYN,	      /* SYN_SENT: got = expected = iss + 1 */
	TCP_NOTE_RESET_ACCEPTED,      /* got = expected = rcv_nxt */
	TCP_NOTE_RESET_IGNORED,	      /* outside the window: got its seq, expected rcv_nxt */
	TCP_NOTE_RESET_UNPROVEN,      /* SYN_SENT: it does not acknowledge our SYN */
	TCP_NOTE_RESET_CHALLENGED,    /* in the window, not at its edge (RFC 5961) */
	TCP_NOTE_SYN_UNEXPECTED,      /* in a synchronized state (RFC 5961) */
	TCP_NOTE_SYN_DUPLICATE,	      /* the peer's, once more */
	TCP_NOTE_OLD_TIMESTAMP,	      /* PAWS (RFC 7323); got and expected are timestamps */
	TCP_NOTE_NO_TIMESTAMP,	      /* agreed on, yet missing */
	TCP_NOTE_OUT_OF_WINDOW,	      /* got its seq, expected rcv_nxt */
	TCP_NOTE_OUT_OF_ORDER,	      /* something is missing before it */
	TCP_NOTE_OVERLAP,	      /* some of it is old */
	TCP_NOTE_DUPLICATE,	      /* all of it is old */
	TCP_NOTE_FIN_DUPLICATE,	      /* acknowledged again */
	TCP_NOTE_DATA_AFTER_FIN,      /* behind the peer's own FIN: ignored */
	TCP_NOTE_KEEP_ALIVE,	      /* answered */
	TCP_NOTE_URGENT,	      /* got: the number behind the urgent data */
	TCP_NOTE_ZERO_WINDOW,	      /* the peer's window is closed */
	TCP_NOTE_WINDOW_UPDATE,	      /* and open again: got is its size in bytes */
	TCP_NOTE_WINDOW_PROBE,	      /* sent into a closed window */
	TCP_NOTE_RETRANSMISSION,      /* got: how many times so far; expected: the timeout in ms */
	TCP_NOTE_FAST_RETRANSMISSION, /* after three duplicate acknowledgements */
	TCP_NOTE_GAVE_UP,	      /* got: retransmissions in vain */
	TCP_NOTE_BAD_CHECKSUM,	      /* dropped */
	TCP_NOTE_BAD_OPTIONS,	      /* malformed: what can be read counts */
	TCP_NOTE_STRAY,		      /* not of this connection: dropped */
	TCP_NOTE_ANSWERED_CLOSED,     /* CLOSED or LISTEN: answered with RST */
	TCP_NOTE_ICMP_FATAL,	      /* ends an attempt to connect; got: type << 8 | code */
	TCP_NOTE_ICMP_SOFT,	      /* remembered, no more; got: type << 8 | code */
	TCP_NOTE_ICMP_IGNORED,	      /* quotes what is not in flight (RFC 5927) */
	TCP_NOTE_ICMP_TOO_BIG,	      /* segments shrink: got is the new size in bytes */
	TCP_NOTE_SIMULTANEOUS_OPEN,
	TCP_NOTE_SIMULTANEOUS_CLOSE,
	TCP_NOTE_COUNT,
};

enum tcp_event_kind {
	TCP_EVENT_SEND,
	TCP_EVENT_STATE,
	TCP_EVENT_NOTE,
};

/* What an endpoint tells. Everything in it is borrowed for that call. */
struct tcp_event {
	enum tcp_event_kind kind;
	enum tcp_state from, to; /* STATE */
	enum tcp_note note;	 /* NOTE */
	uint32_t expected, got;	 /* NOTE: see enum tcp_note */
	/* SEND: what to send, but for its time. Otherwise what arrived and led to it; NULL: nothing
	 * did. */
	const struct segment *segment;
	bool is_retransmission; /* SEND */
};

typedef void tcp_event_fn(const struct tcp_event *event, void *arg);

/* Why an endpoint is CLOSED. */
enum tcp_end {
	TCP_END_NONE,	 /* it is not, or was never opened */
	TCP_END_CLOSED,	 /* both FINs are acknowledged: TIME_WAIT, too */
	TCP_END_REFUSED, /* RST to our SYN */
	TCP_END_RESET,	 /* RST by the peer later on */
	TCP_END_ABORTED, /* tcp_endpoint_abort() */
	TCP_END_TIMEOUT, /* no acknowledgement, after all retries */
	TCP_END_ICMP,	 /* an ICMP error said that connecting is in vain */
	TCP_END_COUNT,
};

/* An end. Callers read it, and write nothing. */
struct tcp_endpoint {
	struct tcp_endpoint_settings settings;
	tcp_event_fn *on_event;
	void *arg;
	enum tcp_state state;
	enum tcp_end end;
	struct addr peer;	     /* settings.peer, or who came to a LISTEN for anybody */
	bool is_passive;	     /* it came from LISTEN */
	const struct segment *cause; /* of the call being made */
	uint64_t now_ns;	     /* of the call being made */

	/* RFC 9293 section 3.3.1 */
	uint32_t iss, snd_una, snd_nxt, snd_wnd, snd_wl1, snd_wl2, snd_up;
	uint32_t irs, rcv_nxt, rcv_wnd, rcv_up;
	uint32_t snd_wnd_max; /* the largest window the peer has had (RFC 5961 section 5.2) */

	/* agreed on */
	uint16_t mss; /* what the peer takes in a segment, options included (RFC 6691) */
	uint8_t snd_wscale, rcv_wscale;
	bool has_wscale, has_sack, has_timestamps, has_ecn;

	/* sending: the stream begins at iss + 1 */
	size_t released;	 /* how much of the stream may be sent */
	uint16_t segment_size;	 /* payload and options of the largest segment to send now */
	uint32_t cwnd, ssthresh; /* bytes (RFC 5681) */
	uint8_t duplicate_acks;
	uint32_t recover;   /* snd_nxt when a loss was noticed */
	bool is_recovering; /* until recover is acknowledged */
	bool is_closing;    /* the user has closed: a FIN follows the data */
	bool is_fin_sent, is_fin_acked;
	uint32_t fin_seq; /* number of our FIN, once it is sent */

	/* receiving */
	struct tcp_ranges held;
	bool has_fin; /* the peer's FIN has arrived, maybe ahead of what goes before it */
	uint32_t peer_fin_seq;
	uint32_t ts_recent, last_ack_sent;
	bool owes_ack;
	bool is_congestion_echoed, has_to_tell_reduced; /* ECN: send ECE; send CWR */

	/* timers, absolute; TCP_NEVER_NS: off */
	struct tcp_rto rto;
	uint64_t retransmit_ns, persist_ns, time_wait_ns;
	unsigned int tries;  /* retransmissions and window probes in a row without an answer */
	unsigned int probes; /* window probes in a row */
	bool is_timing;	     /* Karn: of one segment at a time, never of one sent twice */
	uint32_t timed_seq;
	uint64_t timed_ns;

	/* challenge ACKs are limited (RFC 5961 section 7) */
	uint64_t challenge_ns;
	unsigned int challenges;

	/* for those who judge it */
	uint32_t retransmissions, duplicates, bad_checksums, icmp_ignored;
	uint32_t bad_options; /* segments with malformed ones */
	uint32_t untimed;     /* segments without the timestamp that was agreed on */
	uint32_t strays;      /* of other connections */
	uint32_t spoofed;     /* of this one by their ports, but with numbers that it never had */
	bool has_icmp;	      /* icmp_* are of the last error that was believed */
	struct addr icmp_from;
	uint8_t icmp_type, icmp_code;
	uint16_t icmp_mtu; /* the smallest told; 0: none */
};

extern const char *const tcp_end_names[TCP_END_COUNT];

void tcp_endpoint_init(struct tcp_endpoint *tcp, const struct tcp_endpoint_settings *settings,
		       tcp_event_fn *on_event, void *arg);
void tcp_endpoint_connect(struct tcp_endpoint *tcp, uint64_t now_ns);
void tcp_endpoint_listen(struct tcp_endpoint *tcp, uint64_t now_ns);
int tcp_endpoint_send(struct tcp_endpoint *tcp, size_t length, uint64_t now_ns);
void tcp_endpoint_limit(struct tcp_endpoint *tcp, uint16_t segment_size, uint64_t now_ns);
void tcp_endpoint_close(struct tcp_endpoint *tcp, uint64_t now_ns);
void tcp_endpoint_abort(struct tcp_endpoint *tcp, uint64_t now_ns);
void tcp_endpoint_segment(struct tcp_endpoint *tcp, const struct segment *segment, uint64_t now_ns);
void tcp_endpoint_icmp(struct tcp_endpoint *tcp, const struct tcp_quote *quote, uint64_t now_ns);
void tcp_endpoint_timeout(struct tcp_endpoint *tcp, uint64_t now_ns);
uint64_t tcp_endpoint_deadline(const struct tcp_endpoint *tcp);
bool tcp_endpoint_is_all_acked(const struct tcp_endpoint *tcp);
bool tcp_endpoint_is_over(const struct tcp_endpoint *tcp);
const char *tcp_note_name(enum tcp_note note);
void tcp_note_text(char *text, size_t size, const struct tcp_event *event,
		   const struct tcp_endpoint *tcp);

#endif
