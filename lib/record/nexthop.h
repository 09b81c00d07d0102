// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_NEXTHOP_H
#define NETSONDE_RECORD_NEXTHOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* A part of a group, and its share. */
struct nexthop_member {
	uint32_t id;
	uint32_t weight; /* from 1 */
};

enum nexthop_group_type {
	NEXTHOP_MULTIPATH,
	NEXTHOP_RESILIENT,
};

/* A nexthop object, which routes refer to by its number: one way, or a group of others. */
struct nexthop {
	uint32_t id;
	struct addr via;	    /* AF_UNSPEC: the destination is on the link */
	uint32_t oif;		    /* 0: none */
	uint32_t flags;		    /* ROUTE_DEAD ... */
	uint16_t encap_type;	    /* LWTUNNEL_ENCAP_*, 0: none */
	uint16_t encap_length;	    /* of encap */
	const unsigned char *encap; /* its netlink attributes, borrowed from the message */
	uint8_t scope, protocol;
	bool is_blackhole, is_fdb;

	/* A group. */
	bool is_group;
	uint16_t group_type;	      /* enum nexthop_group_type, or what a newer kernel says */
	uint32_t member_count;	      /* see nexthops_member() */
	const unsigned char *members; /* borrowed */
	bool has_resilience;
	uint32_t buckets;
	double idle_s, unbalanced_limit_s, unbalanced_s;
};

#endif
