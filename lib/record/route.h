// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_ROUTE_H
#define NETSONDE_RECORD_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/prefix.h"

/* What happens to a packet (include/uapi/linux/rtnetlink.h, RTN_*). */
enum route_type {
	ROUTE_UNSPEC,
	ROUTE_UNICAST,
	ROUTE_LOCAL,
	ROUTE_BROADCAST,
	ROUTE_ANYCAST,
	ROUTE_MULTICAST,
	ROUTE_BLACKHOLE,
	ROUTE_UNREACHABLE,
	ROUTE_PROHIBIT,
	ROUTE_THROW,
	ROUTE_NAT,
	ROUTE_XRESOLVE,
	ROUTE_TYPE_COUNT,
};

/* A route's settings by the kernel's numbers (RTAX_*): all are numbers but for the congestion
 * control, which stands beside them. */
enum route_metric {
	ROUTE_LOCK = 1,
	ROUTE_MTU,
	ROUTE_WINDOW,
	ROUTE_RTT,
	ROUTE_RTTVAR,
	ROUTE_SSTHRESH,
	ROUTE_CWND,
	ROUTE_ADVMSS,
	ROUTE_REORDERING,
	ROUTE_HOPLIMIT,
	ROUTE_INITCWND,
	ROUTE_FEATURES,
	ROUTE_RTO_MIN,
	ROUTE_INITRWND,
	ROUTE_QUICKACK,
	ROUTE_CONGESTION,
	ROUTE_FASTOPEN_NO_COOKIE,
	ROUTE_METRIC_COUNT,
};

/* Flags of a hop and of a route (RTNH_F_*, RTM_F_*). */
enum {
	ROUTE_DEAD = 1 << 0,
	ROUTE_PERVASIVE = 1 << 1,
	ROUTE_ONLINK = 1 << 2,
	ROUTE_OFFLOAD = 1 << 3,
	ROUTE_LINKDOWN = 1 << 4,
	ROUTE_UNRESOLVED = 1 << 5,
	ROUTE_TRAP = 1 << 6,
	ROUTE_NOTIFY = 1 << 8,
	ROUTE_CLONED = 1 << 9,
	ROUTE_EQUALIZE = 1 << 10,
	ROUTE_PREFIX = 1 << 11,
	ROUTE_RT_OFFLOAD = 1 << 14,
	ROUTE_RT_TRAP = 1 << 15,
};

/* One way that a route leads. */
struct route_hop {
	struct addr via;	    /* AF_UNSPEC: the destination is on the link */
	uint32_t oif;		    /* 0: none */
	uint32_t realms;	    /* source realm << 16 | destination realm, 0: none */
	uint32_t flags;		    /* ROUTE_DEAD ... */
	uint16_t weight;	    /* from 1 */
	uint16_t encap_type;	    /* LWTUNNEL_ENCAP_*, 0: none */
	uint16_t encap_length;	    /* of encap */
	const unsigned char *encap; /* its netlink attributes, borrowed from the message */
};

/* A route, or the answer to a look-up. */
struct route {
	struct prefix dst;
	struct prefix src; /* AF_UNSPEC: any source */
	struct addr prefsrc;
	uint32_t table;
	uint32_t metric;
	uint32_t flags;
	uint32_t nhid;	      /* nexthop object or group, 0: none */
	uint32_t iif;	      /* of multicast routes and look-ups, 0: none */
	uint32_t uid;	      /* of look-ups: FLOW_NO_UID: not told */
	int32_t expires_s;    /* 0: never */
	uint32_t metrics_set; /* bit 1 << enum route_metric */
	uint32_t metrics[ROUTE_METRIC_COUNT];
	const char *congestion;	      /* borrowed, NULL: not set */
	const struct route_hop *hops; /* borrowed */
	uint32_t hop_count;
	uint8_t type; /* enum route_type, or what a newer kernel says */
	uint8_t protocol;
	uint8_t scope;
	uint8_t tos;
	uint8_t pref;	   /* RFC 4191: 0 medium, 1 high, 3 low; ROUTE_NO_PREF */
	bool is_multipath; /* its hops came as a list */
	bool has_metric;   /* it was in the message, be it 0 */
};

#define ROUTE_NO_PREF UINT8_MAX

/* Tables by the kernel's numbers (RT_TABLE_*). */
#define ROUTE_TABLE_DEFAULT 253u
#define ROUTE_TABLE_MAIN 254u
#define ROUTE_TABLE_LOCAL 255u

extern const char *const route_type_names[ROUTE_TYPE_COUNT];
extern const char *const route_metric_names[ROUTE_METRIC_COUNT];

bool route_is_refusal(uint8_t type);

#endif
