// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSHAKE_FLOW_ROWS_H
#define NETSHAKE_FLOW_ROWS_H

#include "passive.h"

/* A connection that was watched, as the column tables in flow_columns.c see it. Texts are borrowed,
 * or made in the storage at the end. */

#define FLOW_END_TEXT (ADDR_TEXT_MAX + 10) /* [ADDRESS]:PORT */
#define FLOW_PAIR_TEXT 48		   /* NUMBER/NUMBER */

struct side_row {
	struct addr addr;
	uint32_t port, mss, wscale, ttl;
	uint64_t segments, bytes, bytes_sent, retransmissions, out_of_order, zero_windows;
	const char *const *states;

	const char *state_words[TCP_STATES_MAX + 1];
};

struct flow_row {
	uint64_t n, time_ns, offloaded, fragments, cut, bad_checksums;
	double duration_us, handshake_rtt_us, handshake_us, close_delay_us; /* NaN: unknown */
	const struct side_row *client, *server;
	const char *captured, *open, *close, *closed_by, *ended, *verdict, *advice;
	bool client_known, ports_reused, is_good;
	struct addr reporter;
	uint32_t icmp_type, icmp_code, segment_count;
	const char *const *evidence;
	const struct segment_row *segments;
	/* of the line */
	const char *clock, *client_text, *server_text, *segments_text, *bytes_text, *again_text,
		*rtt_text;

	struct side_row sides[2];
	const char *evidence_words[TCP_EVIDENCE_MAX + 1];
	char clock_storage[40], rtt_storage[32], end_texts[2][FLOW_END_TEXT],
		pair_texts[3][FLOW_PAIR_TEXT];
};

#endif
