// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_TCP_LONE_H
#define NETSONDE_TESTS_UNIT_TCP_LONE_H

/* One TCP endpoint, and a peer whose segments are made by hand. As Stevens has it, J is the
 * endpoint's initial sequence number and K the peer's; what the endpoint sends is written as
 * "SA J K+1": flags, sequence number, acknowledgement, and the length of its text if it has any. */

#include "analysis/tcp_endpoint.h"

#define TCP_LONE_WINDOW 5000u /* the endpoint's */
#define TCP_LONE_PEER_WINDOW 4000u
#define TCP_LONE_TEXT 512

struct tcp_lone {
	struct tcp_endpoint tcp;
	struct tcp_endpoint_settings settings;
	uint64_t now_ns;
	uint32_t irs;
	/* since tcp_lone_forget(), one behind the other, separated by ", " */
	char sent[TCP_LONE_TEXT], notes[TCP_LONE_TEXT], states[TCP_LONE_TEXT];
	struct segment last; /* that was sent */
	bool is_retransmission;
};

/* What the peer sends; the numbers are relative to K and to J. */
struct tcp_lone_segment {
	const char *flags; /* letters of "SFRPUAEC" */
	int32_t seq, ack;
	uint32_t length;
	uint16_t window; /* 0: TCP_LONE_PEER_WINDOW */
	bool is_window_closed;
	uint8_t ecn;
	struct segment_options options;
};

void tcp_lone_init(struct tcp_lone *lone, uint32_t iss, uint32_t irs);
void tcp_lone_again(struct tcp_lone *lone);
void tcp_lone_forget(struct tcp_lone *lone);
void tcp_lone_arrive(struct tcp_lone *lone, const struct tcp_lone_segment *given);
void tcp_lone_bring(struct tcp_lone *lone, enum tcp_state state, bool is_passive);
void tcp_lone_wait(struct tcp_lone *lone);

/* Give it a segment: tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1). */
#define tcp_lone_give(lone, letters, ...)                                                          \
	tcp_lone_arrive(lone, &(struct tcp_lone_segment){ .flags = (letters), __VA_ARGS__ })

#endif
