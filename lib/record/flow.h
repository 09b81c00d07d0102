// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_FLOW_H
#define NETSONDE_RECORD_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* What the kernel knows of a packet when it looks for its route: a destination and the selectors of
 * rules. */
struct flow {
	struct addr dst;
	struct addr src; /* AF_UNSPEC: not chosen yet */
	uint32_t iif;	 /* where it came in; 0: it is made on this host */
	uint32_t oif;	 /* the device that its socket is bound to, 0: none */
	uint32_t mark;
	uint32_t uid; /* FLOW_NO_UID: of no user */
	uint16_t sport, dport;
	uint8_t tos; /* IPv4's TOS or IPv6's traffic class */
	uint8_t proto;
};

#define FLOW_NO_UID UINT32_MAX

/* The interface that a packet made on this host comes from, as rules see it: "iif lo". */
#define FLOW_LOOPBACK 1u

#endif
