// SPDX-License-Identifier: GPL-2.0-or-later
/* Which route of one table a packet takes: as net/ipv4/fib_trie.c, fib_table_lookup(), and
 * net/ipv6/route.c, fib6_table_lookup(). */
#include "analysis/fib.h"

#define DSCP_BITS 0xfcu

const char *const fib_verdict_texts[FIB_VERDICT_COUNT] = {
	[FIB_FITS] = "fits",
	[FIB_OUTSIDE] = "not equal",
	[FIB_OTHER_SOURCE] = "for another source",
	[FIB_OTHER_TOS] = "for another TOS",
	[FIB_OTHER_DEVICE] = "leads to another device",
	[FIB_DEAD] = "its device is down",
	[FIB_EXPIRED] = "expired",
	[FIB_HIDDEN] = "hidden by routes for certain sources to the same prefix",
};

/* IPv6 addresses that mean nothing without their device: multicast, link-local, loopback. */
static bool needs_device(const struct addr *dst)
{
	static const struct addr loopback = { .family = AF_INET6, .bytes = { [15] = 1 } };

	return dst->bytes[0] == 0xff || (dst->bytes[0] == 0xfe && (dst->bytes[1] & 0xc0) == 0x80) ||
	       addr_equal(dst, &loopback);
}

/* The device that a route has to lead to, 0 for any. IPv6 insists on it only where it matters, and
 * prefers it else; for a packet that came in, it is the one it came from. */
static uint32_t device_wanted(const struct flow *flow)
{
	if (flow->dst.family == AF_INET)
		return flow->iif ? 0 : flow->oif;
	if (needs_device(&flow->dst))
		return flow->iif ? flow->iif : flow->oif;
	return flow->iif || flow->src.family ? 0 : flow->oif;
}

static enum fib_verdict judge_hops(const struct route *route, uint32_t device)
{
	enum fib_verdict verdict = FIB_DEAD;

	if (route->hop_count == 0)
		return FIB_FITS;
	for (uint32_t i = 0; i < route->hop_count; i++) {
		const struct route_hop *hop = &route->hops[i];

		if (hop->flags & ROUTE_DEAD)
			continue;
		if (!device || hop->oif == device)
			return FIB_FITS;
		verdict = FIB_OTHER_DEVICE;
	}
	return verdict;
}

/* What @flow is to @route, which stands in the table that is looked at.
 *
 * Return: FIB_FITS if it may take it, else the first reason against it.
 */
enum fib_verdict fib_judge(const struct route *route, const struct flow *flow)
{
	bool is_v4 = route->dst.addr.family == AF_INET;

	if (!prefix_contains(&route->dst, &flow->dst))
		return FIB_OUTSIDE;
	if (route->src.addr.family && route->src.length > 0 &&
	    (!flow->src.family || !prefix_contains(&route->src, &flow->src)))
		return FIB_OTHER_SOURCE;
	if (is_v4 && route->tos && ((route->tos ^ flow->tos) & DSCP_BITS))
		return FIB_OTHER_TOS;
	if (route->expires_s < 0)
		return FIB_EXPIRED;
	if (is_v4 && route_is_refusal(route->type))
		return FIB_FITS;
	return judge_hops(route, device_wanted(flow));
}

/* Whether @route wins over @best, both fitting the same flow: the longest prefix, in IPv6 then that
 * of the source, in IPv4 then the one of local where it is one with main, then the one for its TOS
 * (net/ipv4/fib_trie.c, fib_find_alias(): as they stand there), then the lowest metric. */
bool fib_is_better(const struct route *route, const struct route *best)
{
	if (route->dst.length != best->dst.length)
		return route->dst.length > best->dst.length;
	if (route->src.length != best->src.length)
		return route->src.length > best->src.length;
	if (route->table != best->table)
		return route->table > best->table;
	if (route->tos != best->tos && route->dst.addr.family == AF_INET)
		return route->tos > best->tos;
	return route->metric < best->metric;
}
