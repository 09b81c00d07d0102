// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_PROBE_H
#define NETSONDE_ANALYSIS_TCP_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "record/segment.h"
#include "wire/tcp_quote.h"

/* What a single segment that belongs to no connection brought to light (RFC 9293 sections 3.10.7.1,
 * 3.10.7.2): what a closed, a listening and a filtering end answer to it. */
enum tcp_probe_reading {
	TCP_PROBE_SILENT,	 /* nothing: a listening end or a filter, where both are silent */
	TCP_PROBE_LISTENING,	 /* SYN,ACK to a SYN */
	TCP_PROBE_CLOSED,	 /* the RST that only a closed end sends */
	TCP_PROBE_NO_CONNECTION, /* RST, which a closed end and a listening one send alike */
	TCP_PROBE_FILTERED,	 /* an ICMP error */
	TCP_PROBE_CHALLENGED,	 /* a bare ACK: a connection with these ports exists (RFC 5961) */
	TCP_PROBE_ODD,		 /* an answer that RFC 9293 does not have */
	TCP_PROBE_COUNT,
};

/* What came of it. */
struct tcp_probe_result {
	enum tcp_probe_reading reading;
	char expected[160]; /* what RFC 9293 lets each kind of end answer */
	char text[240];	    /* what came, read by it */
};

extern const char *const tcp_probe_names[TCP_PROBE_COUNT];

void tcp_probe_read(struct tcp_probe_result *result, const struct segment *sent,
		    const struct segment *answer, const struct tcp_quote *error);

#endif
