// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_NEIGH_H
#define NETSONDE_RECORD_NEIGH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/lladdr.h"

/* Neighbour unreachability detection: the kernel's bits (include/uapi/linux/neighbour.h). None of
 * them is a state, too. */
enum neigh_state {
	NEIGH_INCOMPLETE = 0x01,
	NEIGH_REACHABLE = 0x02,
	NEIGH_STALE = 0x04,
	NEIGH_DELAY = 0x08,
	NEIGH_PROBE = 0x10,
	NEIGH_FAILED = 0x20,
	NEIGH_NOARP = 0x40,
	NEIGH_PERMANENT = 0x80,
};

/* An entry of the neighbour table: who has an IP address on a link. */
struct neigh {
	struct addr dst;
	struct lladdr lladdr;
	uint64_t used_ms, confirmed_ms, updated_ms; /* ago; NEIGH_NO_AGE: unknown */
	uint32_t iface;				    /* 0: a proxy entry for all of them */
	uint32_t probes, refcnt, vlan, vni;	    /* 0: none */
	uint16_t state;				    /* enum neigh_state */
	uint8_t family;
	uint8_t protocol; /* who made it: RTPROT_*, 0: unknown */
	bool is_router, is_proxy, is_extern_learn, is_offload, is_sticky, is_managed;
};

#define NEIGH_NO_AGE UINT64_MAX

const char *neigh_state_name(uint16_t state);

#endif
