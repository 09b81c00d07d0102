// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_OBSERVER_H
#define NETSONDE_ANALYSIS_TCP_OBSERVER_H

/* A TCP connection as somebody sees it who only watches its segments, from both ends or from one.
 *
 * Theory of operation. Each segment of the connection, in the order in which it was seen, goes to
 * tcp_observer_see() with the side that sent it: 0 or 1, whatever the caller likes; netshake's own
 * end is 0. The observer tells what the segment is to the ones before it (retransmission, out of
 * order, window update...), its sequence numbers relative to the first ones, and which states both
 * ends went through by it.
 *
 * States are inferred. An end's own segments prove what state it is in; what reaches it is only
 * presumed to have arrived. The observer presumes as little as it can: the ACK that completes the
 * handshake, and ACKs of FINs, count as arrived when they are seen; data and a FIN only when they
 * are acknowledged. So a server is CLOSE_WAIT in the row of its ACK, not in that of the client's
 * FIN. An end is UNKNOWN until a segment tells: in LISTEN if it answers a SYN with SYN,ACK.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_ranges.h"
#include "record/segment.h"
#include "record/tcp_state.h"

/* Marks: what a segment is to those before it. The names are Wireshark's where it has one. */
#define TCP_MARK_RETRANSMISSION 0x0001u
#define TCP_MARK_FAST_RETRANSMISSION 0x0002u	 /* with RETRANSMISSION */
#define TCP_MARK_SPURIOUS_RETRANSMISSION 0x0004u /* with it: it had been acknowledged */
#define TCP_MARK_OUT_OF_ORDER 0x0008u
#define TCP_MARK_PREVIOUS_MISSING 0x0010u /* a segment before it was not seen */
#define TCP_MARK_DUPLICATE_ACK 0x0020u
#define TCP_MARK_ACKED_UNSEEN 0x0040u
#define TCP_MARK_KEEP_ALIVE 0x0080u
#define TCP_MARK_KEEP_ALIVE_ACK 0x0100u
#define TCP_MARK_ZERO_WINDOW 0x0200u
#define TCP_MARK_ZERO_WINDOW_PROBE 0x0400u
#define TCP_MARK_ZERO_WINDOW_PROBE_ACK 0x0800u
#define TCP_MARK_WINDOW_UPDATE 0x1000u
#define TCP_MARK_WINDOW_FULL 0x2000u
#define TCP_MARK_OFFLOADED 0x4000u	/* larger than the MSS: the network card cuts or glued it */
#define TCP_MARK_NEW_CONNECTION 0x8000u /* a SYN that begins another: the ports are used again */
#define TCP_MARKS 16

/* The states an end can pass through in all; the graph has no way round but by reuse of ports. */
#define TCP_STATES_MAX 16

/* How a connection ended, as far as it was seen. */
enum tcp_close_kind {
	TCP_CLOSE_NONE,		 /* it has not */
	TCP_CLOSE_FIN,		 /* both sent FIN, and both were acknowledged */
	TCP_CLOSE_SIMULTANEOUS,	 /* the same; neither had seen the other's */
	TCP_CLOSE_HALF,		 /* one FIN; the other direction is still open */
	TCP_CLOSE_UNACKED,	 /* both sent FIN, but the last was not acknowledged */
	TCP_CLOSE_RST,		 /* reset when it was open */
	TCP_CLOSE_REFUSED,	 /* RST to the SYN */
	TCP_CLOSE_RST_AFTER_FIN, /* reset after a FIN */
	TCP_CLOSE_COUNT,
};

/* How a connection was opened. */
enum tcp_open_kind {
	TCP_OPEN_NONE,	 /* not (yet) */
	TCP_OPEN_ACTIVE, /* side `opener` sent the SYN, the other SYN,ACK */
	TCP_OPEN_SIMULTANEOUS,
	TCP_OPEN_UNSEEN, /* it was open before the first segment that was seen */
	TCP_OPEN_COUNT,
};

/* What is known of one side. */
struct tcp_side {
	uint8_t states[TCP_STATES_MAX]; /* enum tcp_state: all of them so far, the last is now */
	uint8_t state_count;
	uint32_t isn;	 /* its initial sequence number, or what stands for it */
	uint32_t next;	 /* one behind the highest number it has sent */
	uint32_t acked;	 /* the highest acknowledgement it has sent */
	uint32_t window; /* its last one, scaled, in bytes */
	uint32_t fin_seq;
	uint16_t mss;	  /* announced; 0: none */
	uint16_t largest; /* payload */
	uint8_t wscale;	  /* announced; TCP_NO_WSCALE: none */
	uint8_t ttl_min, ttl_max;
	bool is_seen, has_isn, has_acked;
	bool has_syn, has_syn_ack, has_fin, has_rst; /* sent */
	bool is_syn_acked, is_fin_acked;	     /* by the other side, as far as it was seen */
	bool has_sack_permitted, has_timestamps;     /* offered in its SYN */
	struct tcp_ranges missing;		     /* what was not seen of it, below next */
	uint64_t segments, bytes, retransmissions, out_of_order, zero_windows;
	uint64_t payload_unique; /* bytes, each counted once */
	uint32_t repeats;	 /* retransmissions since anything was acknowledged that was not */
	/* of its last segments, to tell repetitions by */
	uint64_t next_time_ns; /* when next was reached */
	uint64_t last_time_ns;
	uint32_t last_ack, last_seq, last_length, last_window_raw;
	uint16_t last_flags;
	uint32_t duplicate_acks;
	uint64_t duplicate_ack_time_ns;
	bool was_keep_alive, was_zero_window_probe;
};

/* A connection. Callers read it. */
struct tcp_observer {
	struct tcp_side sides[2];
	enum tcp_open_kind open;
	enum tcp_close_kind close;
	int8_t opener; /* side that sent the first SYN; -1: unknown */
	int8_t closer; /* side that sent FIN or RST first; -1: neither */
	uint64_t segments;
	uint64_t first_ns, last_ns;
	/* times since 1970; 0: not seen */
	uint64_t syn_ns, syn_ack_ns, open_ns; /* first SYN, first SYN,ACK, the ACK to it */
	uint64_t fin_ns[2], fin_ack_ns[2];    /* of each side's FIN, and of the ACK to it */
	uint64_t syn_sent_ns;		      /* of the SYN that syn_ack_ns answers */
	uint64_t syn_last_ns;		      /* of the last SYN */
	uint64_t first_ack_ns;		      /* after it, to the first ACK of either side */
	bool is_syn_ambiguous; /* it was sent twice before the answer: no round trip (Karn) */
	bool have_fins_crossed;
};

/* What one segment is. */
struct tcp_sight {
	uint16_t marks; /* TCP_MARK_* */
	uint8_t before[2],
		after[2]; /* enum tcp_state of both sides; several steps may lie between */
	uint8_t first_state[2], last_state[2]; /* indices into states[]: those entered by it */
	uint32_t rel_seq, rel_ack;	       /* from the ISNs; 0 where there is none */
	uint32_t window;		       /* scaled, in bytes */
};

extern const char *const tcp_mark_names[TCP_MARKS];
extern const char *const tcp_close_names[TCP_CLOSE_COUNT];
extern const char *const tcp_open_names[TCP_OPEN_COUNT];

void tcp_observer_init(struct tcp_observer *observer);
void tcp_observer_see(struct tcp_observer *observer, const struct segment *segment, int side,
		      struct tcp_sight *sight);
enum tcp_state tcp_observer_state(const struct tcp_observer *observer, int side);
uint64_t tcp_observer_rtt_ns(const struct tcp_observer *observer);
uint64_t tcp_observer_handshake_ns(const struct tcp_observer *observer);
uint64_t tcp_observer_close_delay_ns(const struct tcp_observer *observer);

#endif
