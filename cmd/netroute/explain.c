// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain: the decision, collected and put into rows; paper.c writes it in words. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"
#include "explain.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define AT(field) IN(explain_row, field)
#define LIST(columns, type, count)                                                                 \
	.nested = (columns), .stride = sizeof(struct type),                                        \
	.count_offset = offsetof(struct explain_row, count)

static enum tint candidate_tint(const void *row)
{
	const struct candidate_row *candidate = row;

	return candidate->chosen ? TINT_GOOD : candidate->equal ? TINT_NONE : TINT_FADED;
}

/* clang-format off */
const struct column explain_rule_columns[] = {
	{ "priority", "Priority", "least first", COLUMN_U32, .align = COLUMN_RIGHT,
	  IN(rule_step, priority) },
	{ "text", "Rule", "as ip rule writes it", COLUMN_TEXT, IN(rule_step, text) },
	{ "matched", "Matched", "whether it applies", COLUMN_BOOL, IN(rule_step, matched) },
	{ "reason", "Outcome", "what came of it", COLUMN_TEXT, IN(rule_step, reason) },
	{ .key = NULL },
};

const struct column explain_candidate_columns[] = {
	{ "prefix", "Route", "prefix of the route", COLUMN_PREFIX, IN(candidate_row, prefix) },
	{ "genmask", "Genmask", "its mask; IPv4", COLUMN_ADDR, IN(candidate_row, genmask) },
	{ "masked", "DEST AND mask", "the destination's bits in it", COLUMN_ADDR,
	  IN(candidate_row, masked_addr) },
	{ "destination", "Destination", "the route's bits in it", COLUMN_ADDR,
	  IN(candidate_row, destination) },
	{ "equal", "Equal", "whether both are the same", COLUMN_BOOL, IN(candidate_row, equal),
	  .tint = candidate_tint },
	{ "metric", "Metric", "of equal prefixes the least wins", COLUMN_U64, COLUMN_NULL_MAX,
	  COLUMN_RIGHT, IN(candidate_row, metric) },
	{ "type", "Type", "of the route", COLUMN_TEXT, IN(candidate_row, type) },
	{ "gateway", "Gateway", "next hop, or the first of several", COLUMN_ADDR,
	  IN(candidate_row, gateway) },
	{ "dev", "Dev", "its device", COLUMN_TEXT, IN(candidate_row, dev) },
	{ "table", "Table", "table of the route", COLUMN_TEXT, IN(candidate_row, table) },
	{ "chosen", "Chosen", "the one that won", COLUMN_BOOL, IN(candidate_row, chosen) },
	{ "reason", "Outcome", "why it won or not", COLUMN_TEXT, IN(candidate_row, reason),
	  .tint = candidate_tint },
	{ .key = NULL },
};

const struct column explain_way_columns[] = {
	{ "gateway", "Gateway", "next hop", COLUMN_ADDR, IN(way_row, gateway) },
	{ "dev", "Dev", "device", COLUMN_TEXT, IN(way_row, dev) },
	{ "weight", "Weight", "its share", COLUMN_U32, .align = COLUMN_RIGHT, IN(way_row, weight) },
	{ "taken", "Taken", "the one for this flow", COLUMN_BOOL, IN(way_row, taken) },
	{ .key = NULL },
};

static const struct column neighbour_columns[] = {
	{ "lladdr", "Address", "MAC address", COLUMN_TEXT, IN(neighbour_row, lladdr) },
	{ "state", "State", "REACHABLE, STALE, FAILED...", COLUMN_TEXT, IN(neighbour_row, state) },
	{ .key = NULL },
};

const struct column explain_columns[] = {
	{ "rules", "Rules", "each rule in order", COLUMN_LIST,
	  LIST(explain_rule_columns, rule_step, rule_count), AT(rules) },
	{ "candidates", "Candidates", "the routes of the table that decided", COLUMN_LIST,
	  LIST(explain_candidate_columns, candidate_row, candidate_count), AT(candidates) },
	{ "routes", "Routes", "how many routes that table has", COLUMN_U64, AT(routes) },
	{ "nexthops", "Nexthops", "every hop of the route", COLUMN_LIST,
	  LIST(explain_way_columns, way_row, way_count), AT(ways) },
	{ "hash_policy", "Hash-Policy", "what chooses among them: 0 addresses, 1 ports too...",
	  COLUMN_U32, COLUMN_NULL_MAX, AT(hash_policy) },
	{ "neighbour", "Neighbour", "entry of the next hop", COLUMN_OBJECT,
	  .nested = neighbour_columns, AT(neighbour) },
	{ "agrees", "Agrees", "whether the kernel says the same as the replay", COLUMN_BOOL,
	  AT(agrees) },
	{ "replayed", "Replayed", "what the replay says, if it is something else", COLUMN_TEXT,
	  AT(replayed) },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] =
	"dest,gateway,dev,prefsrc,table,rule,prefix,metric,mtu,error,agrees";

static const char *step_reason(const struct replay_step *step)
{
	if (step->outcome == REPLAY_SKIPPED && step->mismatch != RULE_MATCHES)
		return rule_mismatch_texts[step->mismatch];
	if (step->outcome == REPLAY_SKIPPED)
		return "would match but for its 'not'";
	return replay_outcome_texts[step->outcome];
}

static int fill_rules(struct run *run, struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	size_t count = explanation->rules->count;
	struct rule_step *list =
		grow_array(explain->rules, &explain->rule_room, count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	explain->rules = list;
	for (size_t i = 0; i < count; i++) {
		const struct replay_step *step = &explanation->steps[i];
		const struct rule *rule = &explanation->rules->list[i];

		rule_format(list[i].text_storage, rule, rtnames_of_rule, &run->rtnames);
		list[i].priority = rule->priority;
		list[i].text = list[i].text_storage;
		list[i].matched = step->outcome > REPLAY_SKIPPED;
		list[i].reason = step_reason(step);
	}
	explain->row.rules = list;
	explain->row.rule_count = (uint32_t)count;
	return 0;
}

static const char *candidate_reason(const struct path_explanation *explanation,
				    const struct path_candidate *candidate)
{
	const struct route *route = &candidate->route, *best = &explanation->chosen;

	if (candidate->is_chosen)
		return "longest match";
	if (candidate->verdict != FIB_FITS)
		return candidate->verdict == FIB_OUTSIDE ? NULL :
							   fib_verdict_texts[candidate->verdict];
	if (!explanation->replay.found.is_found)
		return route->type == ROUTE_THROW ? "throws the packet out of this table" :
						    "not taken";
	if (route->dst.length < best->dst.length)
		return "shorter";
	if (route->src.length < best->src.length)
		return "its source prefix is shorter";
	if (route->metric > best->metric)
		return "higher metric";
	if (route->pref != best->pref)
		return "is preferred less";
	return "comes later";
}

static void fill_candidate(struct run *run, const struct path_explanation *explanation,
			   const struct path_candidate *candidate, struct candidate_row *row)
{
	const struct route *route = &candidate->route;

	row->prefix = route->dst;
	row->genmask = prefix_mask(&route->dst);
	if (row->genmask.family == AF_INET6)
		row->genmask.family = AF_UNSPEC;
	row->masked = prefix_of(&explanation->flow.dst, route->dst.length);
	row->masked_addr = row->masked.addr;
	row->destination = route->dst.addr;
	row->equal = candidate->verdict != FIB_OUTSIDE;
	row->metric =
		route->has_metric || route->dst.addr.family == AF_INET ? route->metric : UINT64_MAX;
	row->type = texts_type(route->type, row->type_text);
	row->gateway = candidate->hop.via;
	row->dev = NULL;
	if (candidate->hop.oif) {
		text_copy(row->dev_text, sizeof(row->dev_text),
			  texts_device(run, candidate->hop.oif));
		row->dev = row->dev_text;
	}
	row->table = texts_table(run, route->table, row->table_text);
	row->chosen = candidate->is_chosen;
	row->reason = candidate_reason(explanation, candidate);
}

static int fill_candidates(struct run *run, struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	size_t count = explanation->candidate_count;
	struct candidate_row *list =
		grow_array(explain->candidates, &explain->candidate_room, count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	explain->candidates = list;
	for (size_t i = 0; i < count; i++)
		fill_candidate(run, explanation, &explanation->candidates[i], &list[i]);
	explain->row.candidates = list;
	explain->row.candidate_count = (uint32_t)count;
	explain->row.routes = explanation->routes_in_table;
	return 0;
}

static int fill_ways(struct run *run, struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	const struct path_answer *kernel = &explanation->kernel;
	size_t count = explanation->hop_count;
	struct way_row *list =
		grow_array(explain->ways, &explain->way_room, count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	explain->ways = list;
	for (size_t i = 0; i < count; i++) {
		const struct route_hop *hop = &explanation->hops[i];

		text_copy(list[i].dev_text, sizeof(list[i].dev_text), texts_device(run, hop->oif));
		list[i].gateway = hop->via;
		list[i].dev = list[i].dev_text;
		list[i].weight = hop->weight;
		list[i].taken = !kernel->error && hop->oif == kernel->oif &&
				addr_equal(&hop->via, &kernel->gateway);
	}
	explain->row.ways = list;
	explain->row.way_count = (uint32_t)count;
	explain->row.hash_policy =
		explanation->hash_policy < 0 ? UINT32_MAX : (uint32_t)explanation->hash_policy;
	return 0;
}

static void fill_neighbour(struct explain *explain)
{
	const struct neigh *neigh = &explain->explanation.neighbour;
	struct neighbour_row *row = &explain->row.neighbour_storage;
	const char *state = neigh_state_name(neigh->state);

	explain->row.neighbour = NULL;
	if (!explain->explanation.has_neighbour)
		return;
	*lladdr_format(row->lladdr_text, &neigh->lladdr) = '\0';
	row->lladdr = neigh->lladdr.length > 0 ? row->lladdr_text : NULL;
	row->state = state ? state : "?";
	explain->row.neighbour = row;
}

/* What the replay says, for when the kernel says something else. */
static const char *replayed_text(struct run *run, const struct path_explanation *explanation,
				 char *text)
{
	const struct replay_found *found = &explanation->replay.found;
	char *at = text;

	if (explanation->agrees)
		return NULL;
	if (explanation->special != PATH_BY_RULES) {
		text_copy(text, WORD_SIZE, path_special_texts[explanation->special]);
	} else if (found->is_found) {
		at = prefix_format(at, &found->dst);
		at += text_copy(at, 16, " of table ");
		at = rtnames_of_rule(at, RULE_NAME_TABLE, found->table, &run->rtnames);
		at = text_u64(at + text_copy(at, 16, ", metric "), found->metric);
		*at = '\0';
	} else {
		text_copy(text, WORD_SIZE,
			  explanation->expected ? strerror(-explanation->expected) : "no route");
	}
	return text;
}

static int fill(struct run *run, struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	const struct rule *rule = explanation->agrees ? path_explanation_rule(explanation) : NULL;
	struct explain_row *row = &explain->row;
	int ret;

	path_reason(row->error_text, sizeof(row->error_text), explanation);
	answer_fill(run, &row->answer, &explanation->flow, &explanation->answer, rule,
		    row->error_text);
	row->agrees = explanation->agrees;
	row->replayed = replayed_text(run, explanation, row->replayed_text);
	ret = fill_rules(run, explain);
	if (ret == 0)
		ret = fill_candidates(run, explain);
	if (ret == 0)
		ret = fill_ways(run, explain);
	fill_neighbour(explain);
	return ret;
}

static bool is_paper(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT;
}

static int on_flow(struct run *run, const struct flow *flow, void *arg, struct err *err)
{
	struct explain *explain = arg;
	int ret = path_explain(&run->path, flow, &explain->explanation, err);

	if (ret == 0 && fill(run, explain) < 0)
		ret = err_set(err, -ENOMEM, "out of memory");
	if (ret < 0)
		return ret;
	run->is_incomplete |= !explain->explanation.agrees;
	if (is_paper(&run->settings))
		paper_write(run, explain);
	else
		table_row(&run->table, &explain->row);
	return run->out.error;
}

/* Explain the way to each address of the operands.
 *
 * Return: 0 or -errno; a disagreement makes run->is_incomplete true.
 */
int explain_operands(struct run *run, char **operands, int count, struct err *err)
{
	struct explain *explain = calloc(1, sizeof(*explain));
	bool is_wide = run->settings.common.layout == CLI_LAYOUT_WIDE;
	int ret = 0;

	if (!explain)
		return err_set(err, -ENOMEM, "out of memory");
	path_explanation_init(&explain->explanation);
	columns_join(explain->columns, answer_columns, explain_columns);
	if (!is_paper(&run->settings))
		ret = table_start(run, explain->columns, is_wide ? wide_list : NULL, err);
	if (ret == 0) {
		ret = lookup_each(run, operands, count, on_flow, explain, err);
		if (!is_paper(&run->settings))
			table_end(&run->table);
	}
	path_explanation_fini(&explain->explanation);
	free(explain->rules);
	free(explain->candidates);
	free(explain->ways);
	free(explain);
	return ret;
}
