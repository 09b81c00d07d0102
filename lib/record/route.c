// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/route.h"

const char *const route_type_names[ROUTE_TYPE_COUNT] = {
	[ROUTE_UNSPEC] = "none",
	[ROUTE_UNICAST] = "unicast",
	[ROUTE_LOCAL] = "local",
	[ROUTE_BROADCAST] = "broadcast",
	[ROUTE_ANYCAST] = "anycast",
	[ROUTE_MULTICAST] = "multicast",
	[ROUTE_BLACKHOLE] = "blackhole",
	[ROUTE_UNREACHABLE] = "unreachable",
	[ROUTE_PROHIBIT] = "prohibit",
	[ROUTE_THROW] = "throw",
	[ROUTE_NAT] = "nat",
	[ROUTE_XRESOLVE] = "xresolve",
};

const char *const route_metric_names[ROUTE_METRIC_COUNT] = {
	[ROUTE_LOCK] = "lock",
	[ROUTE_MTU] = "mtu",
	[ROUTE_WINDOW] = "window",
	[ROUTE_RTT] = "rtt",
	[ROUTE_RTTVAR] = "rttvar",
	[ROUTE_SSTHRESH] = "ssthresh",
	[ROUTE_CWND] = "cwnd",
	[ROUTE_ADVMSS] = "advmss",
	[ROUTE_REORDERING] = "reordering",
	[ROUTE_HOPLIMIT] = "hoplimit",
	[ROUTE_INITCWND] = "initcwnd",
	[ROUTE_FEATURES] = "features",
	[ROUTE_RTO_MIN] = "rto_min",
	[ROUTE_INITRWND] = "initrwnd",
	[ROUTE_QUICKACK] = "quickack",
	[ROUTE_CONGESTION] = "congestion",
	[ROUTE_FASTOPEN_NO_COOKIE] = "fastopen_no_cookie",
};

/* Whether a route of @type gives packets an error, or throws them out of its table, instead of a
 * way. */
bool route_is_refusal(uint8_t type)
{
	return type == ROUTE_BLACKHOLE || type == ROUTE_UNREACHABLE || type == ROUTE_PROHIBIT ||
	       type == ROUTE_THROW;
}
