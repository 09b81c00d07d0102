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
	[FIB_FAILED] = "its gateway does not answer",
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

/* Whether @route wins over @best, both of IPv4 and fitting the same flow: the longest prefix, then
 * the one of local where it is one with main, then the one for its TOS (net/ipv4/fib_trie.c,
 * fib_find_alias(): as they stand there), then the lowest metric. */
static bool is_better(const struct route *route, const struct route *best)
{
	if (route->dst.length != best->dst.length)
		return route->dst.length > best->dst.length;
	if (route->table != best->table)
		return route->table > best->table;
	if (route->tos != best->tos)
		return route->tos > best->tos;
	return route->metric < best->metric;
}

static size_t choose_v4(const struct fib_choice *choices, size_t count)
{
	size_t best = FIB_NONE;

	for (size_t i = 0; i < count; i++) {
		if (choices[i].verdict != FIB_FITS)
			continue;
		if (best == FIB_NONE || is_better(choices[i].route, choices[best].route))
			best = i;
	}
	return best;
}

/* The routes of IPv6 to one prefix, from one prefix. */
struct node {
	unsigned int dst_length, src_length;
};

static bool is_in(const struct route *route, const struct node *node)
{
	return route->dst.length == node->dst_length && route->src.length == node->src_length;
}

/* Find the node that is looked at after @node: the longest one that is shorter.
 *
 * Return: whether there is one, which @node is now.
 */
static bool next_node(const struct fib_choice *choices, size_t count, struct node *node)
{
	struct node next = { 0 };
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		unsigned int dst = choices[i].route->dst.length, src = choices[i].route->src.length;

		if (dst > node->dst_length || (dst == node->dst_length && src >= node->src_length))
			continue;
		if (found &&
		    (dst < next.dst_length || (dst == next.dst_length && src <= next.src_length)))
			continue;
		next = (struct node){ dst, src };
		found = true;
	}
	*node = next;
	return found;
}

/* How much a route is preferred: as RFC 4191 has it, then for its device; -1 for none whose gateway
 * answers (net/ipv6/route.c, rt6_score_route(), rt6_check_neigh()). */
static int score(const struct fib_choice *choice, const struct flow *flow, bool wants_reachable)
{
	/* medium, high, reserved, low */
	static const int preferences[] = { 2, 3, 0, 1 };
	const struct route *route = choice->route;
	uint32_t preferred = flow->iif ? flow->iif : flow->oif, wanted = device_wanted(flow);
	int base = preferences[route->pref & 3] << 2, best = -1;

	if (route->pref == ROUTE_NO_PREF)
		base = preferences[0] << 2;
	if (route->hop_count == 0)
		return base + 2;
	for (uint32_t i = 0; i < route->hop_count; i++) {
		const struct route_hop *hop = &route->hops[i];
		int value = base + (!preferred || hop->oif == preferred ? 2 : 0);

		if (hop->flags & ROUTE_DEAD || (wanted && hop->oif != wanted))
			continue;
		if (wants_reachable && choice->is_failed && choice->is_failed[i])
			continue;
		if (value > best)
			best = value;
	}
	return best;
}

/* In a node the routes of the least metric come first, then, if there is none to be had among them,
 * all others alike; of these the one that is preferred most (find_rr_leaf()). */
static size_t choose_in_node(const struct fib_choice *choices, size_t count,
			     const struct flow *flow, const struct node *node, bool wants_reachable)
{
	uint32_t least = UINT32_MAX;
	size_t best = FIB_NONE;

	for (size_t i = 0; i < count; i++)
		if (is_in(choices[i].route, node) && choices[i].route->metric < least)
			least = choices[i].route->metric;
	for (int round = 0; round < 2 && best == FIB_NONE; round++) {
		int most = -1;

		for (size_t i = 0; i < count; i++) {
			bool is_first = choices[i].route->metric == least;
			int value;

			if (choices[i].verdict != FIB_FITS || !is_in(choices[i].route, node) ||
			    is_first != (round == 0))
				continue;
			value = score(&choices[i], flow, wants_reachable);
			if (value <= most)
				continue;
			most = value;
			best = i;
		}
	}
	return best;
}

/* The longest prefix from which there is a way; where gateways have to answer and none does, they
 * need not (fib6_table_lookup()). */
static size_t choose_v6(struct fib_choice *choices, size_t count, const struct flow *flow,
			bool wants_reachable)
{
	struct node node = { .dst_length = 129 };
	size_t best = FIB_NONE;

	while (best == FIB_NONE && next_node(choices, count, &node))
		best = choose_in_node(choices, count, flow, &node, wants_reachable);
	if (best == FIB_NONE)
		return wants_reachable ? choose_v6(choices, count, flow, false) : FIB_NONE;
	for (size_t i = 0; wants_reachable && i < count; i++)
		if (choices[i].verdict == FIB_FITS && score(&choices[i], flow, true) < 0)
			choices[i].verdict = FIB_FAILED;
	return best;
}

/* Choose among the @count routes of a table that cover the destination of @flow. With
 * @wants_reachable IPv6 passes over gateways that do not answer, as long as there is another way;
 * the verdicts of such routes become FIB_FAILED.
 *
 * Return: which one it is, FIB_NONE if none fits.
 */
size_t fib_choose(struct fib_choice *choices, size_t count, const struct flow *flow,
		  bool wants_reachable)
{
	return flow->dst.family == AF_INET ? choose_v4(choices, count) :
					     choose_v6(choices, count, flow, wants_reachable);
}
