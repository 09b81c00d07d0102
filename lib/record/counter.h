// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_COUNTER_H
#define NETSONDE_RECORD_COUNTER_H

#include <stdint.h>

/* A counter that the kernel keeps for a network namespace. */
struct counter {
	const char *group; /* "Tcp", "TcpExt", "Ip6" */
	const char *
		name; /* "ActiveOpens"; of IPv6 and SCTP with its group in front, "Ip6InReceives" */
	uint64_t value; /* one that is negative wraps around: UINT64_MAX is -1 */
};

#endif
