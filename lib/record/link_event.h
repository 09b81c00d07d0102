// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_LINK_EVENT_H
#define NETSONDE_RECORD_LINK_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/lladdr.h"

#define LINK_EVENT_MACS 4

/* What can be noticed on a link. */
enum link_event_kind {
	/* answers to questions */
	EVENT_REPLY,
	EVENT_CONFLICT, /* several MAC addresses claim one address at once */
	EVENT_FREE,
	EVENT_TAKEN,
	EVENT_ANNOUNCED,
	EVENT_HOST,
	EVENT_DUPLICATE,
	/* noticed by watching */
	EVENT_NEW_STATION,
	EVENT_NEW_ACTIVITY, /* after half a year of silence */
	EVENT_CHANGED_MAC,
	EVENT_FLIP_FLOP,
	EVENT_REUSED_MAC,
	EVENT_MOVED, /* probed for first, announced, and the old one silent */
	EVENT_FAILOVER,
	EVENT_GATEWAY_CHANGED,
	EVENT_UNASKED_REPLY,
	EVENT_SOURCE_MISMATCH,
	EVENT_OWN_ADDRESS,
	EVENT_PROXY_ARP,
	EVENT_NEW_ROUTER,
	EVENT_ROUTER_WITHDRAWN,
	EVENT_OVERRIDE_FIGHT,
	EVENT_MIGRATION,
	EVENT_FOREIGN_ADDRESS,
	EVENT_BAD_MAC,
	EVENT_BAD_ADDRESS,
	EVENT_KERNEL_CHANGED, /* this host's own table followed */
	/* about the watching itself */
	EVENT_EVICTED,
	EVENT_SUPPRESSED,
	EVENT_KIND_COUNT,
};

enum link_severity {
	SEVERITY_INFO,
	SEVERITY_NOTICE,
	SEVERITY_WARNING, /* from here on it is a conflict */
	SEVERITY_CRITICAL,
	SEVERITY_COUNT,
};

/* Something noticed, with what shows it. */
struct link_event {
	uint64_t time_ns; /* since 1970 */
	struct addr addr; /* AF_UNSPEC: of no address in particular */
	struct lladdr macs[LINK_EVENT_MACS];
	uint32_t mac_count;
	uint32_t iface;	   /* 0: none in particular */
	uint32_t rtt_ns;   /* LINK_EVENT_NO_RTT: none */
	uint16_t vlan;	   /* 0: none */
	uint8_t kind;	   /* enum link_event_kind */
	uint8_t severity;  /* enum link_severity */
	bool is_broadcast; /* of a reply: it was not for the asker alone */
	char evidence[320];
};

#define LINK_EVENT_NO_RTT UINT32_MAX

extern const char *const link_event_names[EVENT_KIND_COUNT];
extern const char *const link_severity_names[SEVERITY_COUNT];

#endif
