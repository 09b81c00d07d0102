// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_WATCH_H
#define NETSONDE_ANALYSIS_TCP_WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_flows.h"
#include "wire/link.h"

/* Connections out of frames, as a capture has them, and what else there was. */
struct tcp_watch {
	struct tcp_flows flows;
	enum link_kind link;
	uint64_t frames;
	uint64_t segments;
	uint64_t malformed; /* IP or TCP that contradicts itself */
	uint64_t cut;	    /* before the end of the TCP header: nothing could be read */
	uint64_t fragments; /* of segments, behind the first: not read */
	uint64_t others;    /* all that is not TCP */
};

/* A frame: the first @length of its @wire_length bytes. */
struct tcp_watch_frame {
	const uint8_t *bytes;
	size_t length, wire_length;
	uint64_t time_ns; /* since 1970 */
};

struct tcp_flow *tcp_watch_see(struct tcp_watch *watch, const struct tcp_watch_frame *frame,
			       struct segment *segment, struct tcp_sight *sight);

#endif
