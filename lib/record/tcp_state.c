// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/tcp_state.h"

const char *const tcp_state_names[TCP_STATE_COUNT] = {
	[TCP_STATE_UNKNOWN] = "UNKNOWN",       [TCP_STATE_CLOSED] = "CLOSED",
	[TCP_STATE_LISTEN] = "LISTEN",	       [TCP_STATE_SYN_SENT] = "SYN_SENT",
	[TCP_STATE_SYN_RCVD] = "SYN_RCVD",     [TCP_STATE_ESTABLISHED] = "ESTABLISHED",
	[TCP_STATE_FIN_WAIT_1] = "FIN_WAIT_1", [TCP_STATE_FIN_WAIT_2] = "FIN_WAIT_2",
	[TCP_STATE_CLOSE_WAIT] = "CLOSE_WAIT", [TCP_STATE_CLOSING] = "CLOSING",
	[TCP_STATE_LAST_ACK] = "LAST_ACK",     [TCP_STATE_TIME_WAIT] = "TIME_WAIT",
};

/* Whether both ends know each other's initial sequence number (RFC 9293 section 3.3.2). */
bool tcp_state_is_synchronized(enum tcp_state state)
{
	return state >= TCP_STATE_ESTABLISHED && state < TCP_STATE_COUNT;
}

/* Whether an end can go from one state to the other in one step: the graph of RFC 9293 figure 5,
 * with what its notes and section 3.10.7 add to it. Every state can end in CLOSED by a reset, an
 * abort or a timeout, and RFC 9293's CLOSE takes SYN_RCVD to FIN_WAIT_1. An end that closes with a
 * FIN that comes beside the acknowledgement of its own passes FIN_WAIT_2. */
bool tcp_state_may_follow(enum tcp_state from, enum tcp_state to)
{
#define TO(state) (1u << TCP_STATE_##state)
	static const unsigned int edges[TCP_STATE_COUNT] = {
		[TCP_STATE_UNKNOWN] = ~0u,
		[TCP_STATE_CLOSED] = TO(LISTEN) | TO(SYN_SENT),
		[TCP_STATE_LISTEN] = TO(CLOSED) | TO(SYN_SENT) | TO(SYN_RCVD),
		[TCP_STATE_SYN_SENT] = TO(CLOSED) | TO(SYN_RCVD) | TO(ESTABLISHED),
		[TCP_STATE_SYN_RCVD] =
			TO(CLOSED) | TO(LISTEN) | TO(ESTABLISHED) | TO(FIN_WAIT_1) | TO(CLOSE_WAIT),
		[TCP_STATE_ESTABLISHED] = TO(CLOSED) | TO(FIN_WAIT_1) | TO(CLOSE_WAIT),
		[TCP_STATE_FIN_WAIT_1] = TO(CLOSED) | TO(FIN_WAIT_2) | TO(CLOSING) | TO(TIME_WAIT),
		[TCP_STATE_FIN_WAIT_2] = TO(CLOSED) | TO(TIME_WAIT),
		[TCP_STATE_CLOSE_WAIT] = TO(CLOSED) | TO(LAST_ACK),
		[TCP_STATE_CLOSING] = TO(CLOSED) | TO(TIME_WAIT),
		[TCP_STATE_LAST_ACK] = TO(CLOSED),
		[TCP_STATE_TIME_WAIT] = TO(CLOSED) | TO(SYN_RCVD),
	};
#undef TO
	return from < TCP_STATE_COUNT && to < TCP_STATE_COUNT && edges[from] & 1u << to;
}
