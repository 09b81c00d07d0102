// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_TCP_STATE_H
#define NETSONDE_RECORD_TCP_STATE_H

#include <stdbool.h>

/* The states of RFC 9293 section 3.3.2. A state of nobody knows which is for those who only watch:
 * an end that runs the protocol is never in it. */
enum tcp_state {
	TCP_STATE_UNKNOWN,
	TCP_STATE_CLOSED,
	TCP_STATE_LISTEN,
	TCP_STATE_SYN_SENT,
	TCP_STATE_SYN_RCVD,
	TCP_STATE_ESTABLISHED,
	TCP_STATE_FIN_WAIT_1,
	TCP_STATE_FIN_WAIT_2,
	TCP_STATE_CLOSE_WAIT,
	TCP_STATE_CLOSING,
	TCP_STATE_LAST_ACK,
	TCP_STATE_TIME_WAIT,
	TCP_STATE_COUNT,
};

/* "UNKNOWN", "CLOSED", ..., "FIN_WAIT_1", "TIME_WAIT". */
extern const char *const tcp_state_names[TCP_STATE_COUNT];

bool tcp_state_is_synchronized(enum tcp_state state);
bool tcp_state_may_follow(enum tcp_state from, enum tcp_state to);

#endif
