// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_SOCKSTAT_H
#define NETSONDE_RECORD_SOCKSTAT_H

#include <stdint.h>

/* How many sockets there are, as the kernel counts them itself. What it does not count has all bits
 * set. */
struct sockstat {
	uint64_t sockets; /* of all families */

	/* Of the whole host, whatever the network namespace. */
	uint64_t tcp_allocated; /* not closed for good, or still held; without TIME_WAIT */
	uint64_t tcp_orphaned;	/* closed, but not done sending */
	uint64_t tcp_pages, udp_pages;

	uint64_t tcp_timewait;
	/* Bound; of TCP those in TIME_WAIT, too. */
	uint64_t tcp, udp, udplite, raw, tcp6, udp6, udplite6, raw6;
	/* Packets of which fragments are missing. */
	uint64_t frag, frag6, frag_bytes, frag6_bytes;
};

#endif
