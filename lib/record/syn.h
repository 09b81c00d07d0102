// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_SYN_H
#define NETSONDE_RECORD_SYN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* A segment that asks for a connection (SYN without ACK, RST, FIN), or an ACK without data, which
 * may complete the handshake, as it arrived. */
struct syn {
	uint64_t time_ns;   /* the kernel's, since 1970; 0: unknown */
	struct addr source; /* with its port */
	struct addr dest;   /* with its port: the listener's */
	uint32_t sequence;  /* of a SYN; of an ACK: the number of the SYN that it would complete */
	uint32_t iface;	    /* 0: unknown */
	uint32_t weight;    /* on the wire there were so many for this one; 1: all are handed on */
	bool is_ack;
};

#endif
