// SPDX-License-Identifier: GPL-2.0-or-later
/* The longest match in a table, found by reading the table: the kernel has no question for that. Of
 * a large table only what covers the destination is kept, and what came closest to it.
 *
 * IPv6 keeps routes for certain sources in a tree below their prefix, and does not come back from
 * there: where there is one, a route for all sources to the same prefix is never found
 * (net/ipv6/ip6_fib.c, fib6_node_lookup_1()). So the table is read again if such a route won. */
#include "path/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "host/routes.h"

/* Give back what @table holds. */
void path_table_fini(struct path_table *table)
{
	free(table->hops);
	table->hops = NULL;
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

static int take_best(struct path_table *table, const struct route *route)
{
	struct route_hop *hops =
		grow_array(table->hops, &table->hop_room, route->hop_count, sizeof(*hops));

	if (route->hop_count > 0 && !hops)
		return -ENOMEM;
	table->hops = hops;
	table->hop_count = route->hop_count;
	if (route->hop_count > 0)
		memcpy(hops, route->hops, route->hop_count * sizeof(*hops));
	table->best = *route;
	table->best.hops = hops;
	table->best.congestion = NULL;
	table->is_found = true;
	return 0;
}

static int on_route(const struct route *route, void *arg)
{
	struct path_table *table = arg;
	enum fib_verdict verdict = fib_judge(route, table->flow);
	int ret = 0;

	table->routes++;
	if (route->src.length > 0 && verdict != FIB_OUTSIDE)
		table->has_sources[route->dst.length] = true;
	if (verdict == FIB_FITS && route->src.length == 0 && table->has_sources[route->dst.length])
		verdict = FIB_HIDDEN;
	if (verdict == FIB_FITS && (!table->is_found || fib_is_better(route, &table->best)))
		ret = take_best(table, route);
	if (ret == 0 && table->explanation) {
		if (table->routes == PATH_CANDIDATES_ALL + 1)
			prune(table->explanation);
		ret = keep(table, route, verdict);
	}
	return ret;
}

static bool is_best_hidden(const struct path_table *table)
{
	return table->is_found && table->best.src.length == 0 &&
	       table->has_sources[table->best.dst.length];
}

static int list_one(struct path_table *table, uint32_t number)
{
	struct route_query query = { .family = table->flow->dst.family, .table = number };

	return routes_list(&table->path->nl, &query, on_route, table, table->err);
}

/* The routes of a table that is empty are no reason to forget the last ones. */
static void begin_table(struct path_table *table, uint32_t number)
{
	table->table = number;
	table->routes = 0;
	table->is_found = false;
	if (table->explanation) {
		table->explanation->candidate_count = 0;
		table->explanation->table = number;
	}
}

/* A replay_table_fn over a struct path_table: find the longest match in the kernel's table @number.
 * While IPv4's local and main are one, the longest match in both counts, for whichever of them it
 * is in.
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
	memset(table->has_sources, 0, sizeof(table->has_sources));
	begin_table(table, number);
	ret = list_one(table, number);
	if (ret == 0 && is_best_hidden(table)) {
		begin_table(table, number);
		ret = list_one(table, number);
	}
	if (ret == 0 && is_joined)
		ret = list_one(table, ROUTE_TABLE_LOCAL + ROUTE_TABLE_MAIN - number);
	if (table->explanation)
		table->explanation->routes_in_table = table->routes;
	if (ret < 0 || !table->is_found || (is_joined && table->best.table != number))
		return ret;
	link = table->hop_count > 0 ? links_find(&table->path->links, table->hops[0].oif) : NULL;
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
