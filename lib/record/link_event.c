// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/link_event.h"

const char *const link_event_names[EVENT_KIND_COUNT] = {
	[EVENT_REPLY] = "reply",
	[EVENT_CONFLICT] = "conflict",
	[EVENT_FREE] = "free",
	[EVENT_TAKEN] = "taken",
	[EVENT_ANNOUNCED] = "announced",
	[EVENT_HOST] = "host",
	[EVENT_DUPLICATE] = "duplicate",
	[EVENT_NEW_STATION] = "new_station",
	[EVENT_NEW_ACTIVITY] = "new_activity",
	[EVENT_CHANGED_MAC] = "changed_mac",
	[EVENT_FLIP_FLOP] = "flip_flop",
	[EVENT_REUSED_MAC] = "reused_mac",
	[EVENT_MOVED] = "moved",
	[EVENT_FAILOVER] = "failover",
	[EVENT_GATEWAY_CHANGED] = "gateway_changed",
	[EVENT_UNASKED_REPLY] = "unasked_reply",
	[EVENT_SOURCE_MISMATCH] = "source_mismatch",
	[EVENT_OWN_ADDRESS] = "own_address",
	[EVENT_PROXY_ARP] = "proxy_arp",
	[EVENT_NEW_ROUTER] = "new_router",
	[EVENT_ROUTER_WITHDRAWN] = "router_withdrawn",
	[EVENT_OVERRIDE_FIGHT] = "override_fight",
	[EVENT_MIGRATION] = "migration",
	[EVENT_FOREIGN_ADDRESS] = "foreign_address",
	[EVENT_BAD_MAC] = "bad_mac",
	[EVENT_BAD_ADDRESS] = "bad_address",
	[EVENT_KERNEL_CHANGED] = "kernel_changed",
	[EVENT_EVICTED] = "evicted",
	[EVENT_SUPPRESSED] = "suppressed",
};

const char *const link_severity_names[SEVERITY_COUNT] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_NOTICE] = "notice",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_CRITICAL] = "critical",
};
