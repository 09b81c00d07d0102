// SPDX-License-Identifier: GPL-2.0-or-later
/* The longest match in a table, found by reading the table: the kernel has no question for that.
 * What covers the destination is kept, and of a large table what came closest to it.
 *
 * IPv6 keeps routes for certain sources in a tree below their prefix, and does not come back from
 * there: where there is one, a route for all sources to the same prefix is never found
 * (net/ipv6/ip6_fib.c, fib6_node_lookup_1()). And a host that does not forward passes over gateways
 * that do not answer (net/ipv6/route.c, ip6_pol_route()). */
#include "path/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "host/routes.h"
#include "host/sysctl.h"

struct path_cover {
	struct route route; /* its hops begin at first_hop */
	size_t first_hop;
	enum fib_verdict verdict;
};

/* Give back what @table holds. */
void path_table_fini(struct path_table *table)
{
	free(table->covers);
	free(table->hops);
	table->covers = NULL;
	table->hops = NULL;
	table->cover_room = 0;
	table->hop_room = 0;
}

/* The candidate that is least worth keeping among those that do not cover the destination; all of
 * those are counted in @misses. */
static struct path_candidate *worst_miss(struct path_explanation *explanation, size_t *misses)
{
	struct path_candidate *worst = NULL;

	*misses = 0;
	for (size_t i = 0; i < explanation->candidate_count; i++) {
		struct path_candidate *candidate = &explanation->candidates[i];

		if (candidate->verdict != FIB_OUTSIDE)
			continue;
		++*misses;
		if (!worst || candidate->common_bits < worst->common_bits)
			worst = candidate;
	}
	return worst;
}

static void prune(struct path_explanation *explanation)
{
	struct path_candidate *worst;
	size_t misses;

	while ((worst = worst_miss(explanation, &misses)) && misses > PATH_MISSES)
		*worst = explanation->candidates[--explanation->candidate_count];
}

static int keep(struct path_table *table, const struct route *route, enum fib_verdict verdict)
{
	struct path_explanation *explanation = table->explanation;
	struct path_candidate candidate = {
		.route = *route,
		.common_bits = prefix_common_bits(&route->dst.addr, &table->flow->dst),
		.verdict = verdict,
		.cover = verdict == FIB_OUTSIDE ? SIZE_MAX : table->cover_count - 1,
	};
	struct path_candidate *list, *worst;
	size_t misses;

	if (route->hop_count > 0)
		candidate.hop = route->hops[0];
	candidate.route.hops = NULL;
	candidate.route.congestion = NULL;
	candidate.hop.encap = NULL;
	if (table->routes > PATH_CANDIDATES_ALL && verdict == FIB_OUTSIDE) {
		worst = worst_miss(explanation, &misses);
		if (worst && misses >= PATH_MISSES) {
			if (candidate.common_bits > worst->common_bits)
				*worst = candidate;
			return 0;
		}
	}
	list = grow_array(explanation->candidates, &explanation->candidate_room,
			  explanation->candidate_count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	explanation->candidates = list;
	list[explanation->candidate_count++] = candidate;
	return 0;
}

static int add_cover(struct path_table *table, const struct route *route, enum fib_verdict verdict)
{
	size_t count = table->hop_count + route->hop_count;
	struct path_cover *covers = grow_array(table->covers, &table->cover_room,
					       table->cover_count + 1, sizeof(*covers));
	struct route_hop *hops;

	if (!covers)
		return -ENOMEM;
	table->covers = covers;
	hops = grow_array(table->hops, &table->hop_room, count, sizeof(*hops));
	if (count > 0 && !hops)
		return -ENOMEM;
	table->hops = hops;
	for (uint32_t i = 0; i < route->hop_count; i++) {
		hops[table->hop_count + i] = route->hops[i];
		hops[table->hop_count + i].encap = NULL;
	}
	covers[table->cover_count] = (struct path_cover){ *route, table->hop_count, verdict };
	covers[table->cover_count++].route.congestion = NULL;
	table->hop_count = count;
	return 0;
}

static int on_route(const struct route *route, void *arg)
{
	struct path_table *table = arg;
	enum fib_verdict verdict = fib_judge(route, table->flow);
	int ret = 0;

	table->routes++;
	if (verdict != FIB_OUTSIDE)
		ret = add_cover(table, route, verdict);
	if (ret == 0 && table->explanation) {
		if (table->routes == PATH_CANDIDATES_ALL + 1)
			prune(table->explanation);
		ret = keep(table, route, verdict);
	}
	return ret;
}

static void hide_behind_sources(struct path_table *table)
{
	bool has_sources[129] = { false };

	for (size_t i = 0; i < table->cover_count; i++)
		if (table->covers[i].route.src.length > 0)
			has_sources[table->covers[i].route.dst.length] = true;
	for (size_t i = 0; i < table->cover_count; i++) {
		struct path_cover *cover = &table->covers[i];

		if (cover->verdict == FIB_FITS && cover->route.src.length == 0 &&
		    has_sources[cover->route.dst.length])
			cover->verdict = FIB_HIDDEN;
	}
}

/* IPv6 on a host that does not forward looks at what is known of gateways. */
static bool wants_reachable(const struct path_table *table)
{
	int64_t forwards = 0;

	return table->flow->dst.family == AF_INET6 &&
	       (sysctl_read_conf("ipv6", "all", "forwarding", &forwards) < 0 || forwards == 0);
}

/* What fib_choose() asks of each route that covers the destination. */
struct choosing {
	struct fib_choice *choices;
	bool *failed; /* each hop's gateway does not answer */
	bool wants_reachable;
};

static int note_failed(struct path_table *table, const struct path_cover *cover, bool *failed)
{
	for (uint32_t i = 0; i < cover->route.hop_count; i++) {
		const struct route_hop *hop = &cover->route.hops[i];
		struct neigh neigh;
		int ret;

		if (!hop->via.family || !hop->oif)
			continue;
		ret = path_neighbour(table->path, &hop->via, hop->oif, &neigh, table->err);
		if (ret < 0)
			return ret;
		failed[i] = ret > 0 && neigh.state & NEIGH_FAILED;
	}
	return 0;
}

static int choose_among(struct path_table *table, const struct choosing *choosing)
{
	int ret = 0;

	for (size_t i = 0; i < table->cover_count && ret == 0; i++) {
		struct path_cover *cover = &table->covers[i];
		bool *failed = choosing->failed + cover->first_hop;

		cover->route.hops = table->hops + cover->first_hop;
		if (choosing->wants_reachable && cover->verdict == FIB_FITS)
			ret = note_failed(table, cover, failed);
		choosing->choices[i] = (struct fib_choice){ &cover->route, cover->verdict, failed };
	}
	if (ret < 0)
		return ret;
	table->best_cover = fib_choose(choosing->choices, table->cover_count, table->flow,
				       choosing->wants_reachable);
	for (size_t i = 0; i < table->cover_count; i++)
		table->covers[i].verdict = choosing->choices[i].verdict;
	table->is_found = table->best_cover != FIB_NONE;
	if (table->is_found)
		table->best = table->covers[table->best_cover].route;
	return 0;
}

/* Choose among what covers the destination.
 *
 * Return: 0, -ENOMEM, or -errno of netlink.
 */
static int choose(struct path_table *table)
{
	struct choosing choosing = {
		.choices = calloc(table->cover_count + 1, sizeof(*choosing.choices)),
		.failed = calloc(table->hop_count + 1, sizeof(*choosing.failed)),
		.wants_reachable = wants_reachable(table),
	};
	int ret = -ENOMEM;

	hide_behind_sources(table);
	if (choosing.choices && choosing.failed)
		ret = choose_among(table, &choosing);
	free(choosing.choices);
	free(choosing.failed);
	return ret;
}

/* What became of the routes that were kept to be shown. */
static void settle_candidates(struct path_table *table)
{
	struct path_explanation *explanation = table->explanation;

	for (size_t i = 0; explanation && i < explanation->candidate_count; i++) {
		struct path_candidate *candidate = &explanation->candidates[i];

		if (candidate->cover == SIZE_MAX)
			continue;
		candidate->verdict = table->covers[candidate->cover].verdict;
		candidate->is_chosen = table->is_found && candidate->cover == table->best_cover;
	}
	if (explanation)
		explanation->routes_in_table = table->routes;
}

static int list_one(struct path_table *table, uint32_t number)
{
	struct route_query query = { .family = table->flow->dst.family, .table = number };

	return routes_list(&table->path->nl, &query, on_route, table, table->err);
}

/* Read table @number, with @is_joined local and main, and choose.
 *
 * Return: 0, -ENOMEM, or as nl_dump().
 */
static int read_table(struct path_table *table, uint32_t number, bool is_joined)
{
	int ret;

	table->routes = 0;
	table->cover_count = 0;
	table->hop_count = 0;
	table->is_found = false;
	table->has_joined = is_joined;
	if (table->explanation)
		table->explanation->candidate_count = 0;
	ret = list_one(table, number);
	if (ret == 0 && is_joined)
		ret = list_one(table, ROUTE_TABLE_LOCAL + ROUTE_TABLE_MAIN - number);
	if (ret == 0)
		ret = choose(table);
	if (ret == 0)
		settle_candidates(table);
	return ret;
}

/* A replay_table_fn over a struct path_table: find the longest match in the kernel's table @number.
 * While IPv4's local and main are one, they are read once, and the longest match in both counts,
 * for whichever of them it is in.
 *
 * Return: 0, -ENOMEM, or as nl_dump().
 */
int path_table_look_up(uint32_t number, struct replay_found *found, void *arg)
{
	struct path_table *table = arg;
	bool is_joined = table->path->is_joined && table->flow->dst.family == AF_INET &&
			 (number == ROUTE_TABLE_LOCAL || number == ROUTE_TABLE_MAIN);
	const struct link *link;
	int ret;

	if (number == ROUTE_TABLE_DEFAULT && table->routes > 0) {
		/* mostly empty: keep what main had to say */
		struct path_table other = { .path = table->path, .flow = table->flow };

		ret = list_one(&other, number);
		path_table_fini(&other);
		if (ret < 0 || other.routes == 0)
			return ret;
	}
	ret = is_joined && table->has_joined ? 0 : read_table(table, number, is_joined);
	if (table->explanation)
		table->explanation->table = number;
	if (ret < 0 || !table->is_found || (is_joined && table->best.table != number))
		return ret;
	link = table->best.hop_count > 0 ?
		       links_find(&table->path->links, table->best.hops[0].oif) :
		       NULL;
	*found = (struct replay_found){
		.is_found = true,
		.dst = table->best.dst,
		.metric = table->best.metric,
		.table = table->best.table,
		.group = link ? link->group : 0,
		.type = table->best.type,
	};
	return 0;
}
