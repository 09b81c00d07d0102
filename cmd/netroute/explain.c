// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain: the decision as a person would make it on paper, or the same as data. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/grow.h"
#include "base/text.h"

#define WORD_SIZE 128

struct rule_step {
	const char *mark;
	uint32_t priority;
	const char *text;
	bool matched;
	const char *reason;
	char text_storage[RULE_TEXT_SIZE];
};

struct candidate_row {
	const char *mark, *type, *table, *dev, *reason;
	struct addr genmask, masked_addr, destination, gateway;
	struct prefix prefix, masked;
	uint64_t metric;
	bool equal, chosen;
	char table_text[RTNAMES_SIZE], type_text[NUMBER_TEXT_SIZE], dev_text[IF_NAMESIZE];
};

struct way_row {
	const char *mark;
	struct addr gateway;
	const char *dev;
	uint32_t weight;
	bool taken;
	char dev_text[IF_NAMESIZE];
};

struct neighbour_row {
	const char *lladdr, *state;
	char lladdr_text[3 * 32];
};

struct explain_row {
	struct addr dest, from, gateway, prefsrc;
	struct prefix prefix;
	const char *type, *dev, *table, *error, *replayed;
	const struct rule_brief *rule;
	const struct rule_step *rules;
	const struct candidate_row *candidates;
	const struct way_row *ways;
	const struct neighbour_row *neighbour;
	uint32_t rule_count, candidate_count, way_count, mtu, hash_policy;
	uint64_t metric, routes;
	bool agrees;

	struct rule_brief rule_storage;
	struct neighbour_row neighbour_storage;
	char table_text[RTNAMES_SIZE], type_text[NUMBER_TEXT_SIZE], error_text[REASON_SIZE];
	char replayed_text[WORD_SIZE];
};

/* What --explain needs from one destination to the next. */
struct explain {
	struct path_explanation explanation;
	struct explain_row row;
	struct rule_step *rules;
	struct candidate_row *candidates;
	struct way_row *ways;
	size_t rule_room, candidate_room, way_room;
};

#define IN(type, field) .offset = offsetof(struct type, field)
#define AT(field) IN(explain_row, field)
#define LIST(columns, type, count)                                                                 \
	.nested = columns, .stride = sizeof(struct type),                                          \
	.count_offset = offsetof(struct explain_row, count)

static enum tint candidate_tint(const void *row)
{
	const struct candidate_row *candidate = row;

	return candidate->chosen ? TINT_GOOD : candidate->equal ? TINT_NONE : TINT_FADED;
}

/* clang-format off */
static const struct column rule_columns[] = {
	{ "priority", "Priority", "least first", COLUMN_U32, .align = COLUMN_RIGHT,
	  IN(rule_step, priority) },
	{ "text", "Rule", "as ip rule writes it", COLUMN_TEXT, IN(rule_step, text) },
	{ "matched", "Matched", "whether it applies", COLUMN_BOOL, IN(rule_step, matched) },
	{ "reason", "", "what came of it", COLUMN_TEXT, IN(rule_step, reason) },
	{ .key = NULL },
};

static const struct column candidate_columns[] = {
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
	{ "reason", "", "why it won or not", COLUMN_TEXT, IN(candidate_row, reason),
	  .tint = candidate_tint },
	{ .key = NULL },
};

static const struct column way_columns[] = {
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

static const struct column explain_columns[] = {
	{ "dest", "Dest", "destination", COLUMN_ADDR, AT(dest) },
	{ "from", "From", "source that was given", COLUMN_ADDR, AT(from) },
	{ "type", "Type", "unicast, local, broadcast, multicast", COLUMN_TEXT, AT(type) },
	{ "gateway", "Gateway", "next hop; none: it is on the link", COLUMN_ADDR, AT(gateway) },
	{ "dev", "Dev", "device", COLUMN_TEXT, AT(dev) },
	{ "prefsrc", "Source", "source address", COLUMN_ADDR, AT(prefsrc) },
	{ "table", "Table", "table of the route", COLUMN_TEXT, AT(table) },
	{ "rule", "Rule", "rule that led there", COLUMN_OBJECT, .nested = rule_brief_columns,
	  AT(rule) },
	{ "prefix", "Prefix", "the route's prefix", COLUMN_PREFIX, AT(prefix) },
	{ "metric", "Metric", "the route's metric",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(metric) },
	{ "mtu", "MTU", "largest packet", COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(mtu) },
	{ "error", "Error", "why there is no way", COLUMN_TEXT, AT(error) },
	{ "rules", "Rules", "each rule in order", COLUMN_LIST,
	  LIST(rule_columns, rule_step, rule_count), AT(rules) },
	{ "candidates", "Candidates", "the routes of the table that decided", COLUMN_LIST,
	  LIST(candidate_columns, candidate_row, candidate_count), AT(candidates) },
	{ "routes", "Routes", "how many routes that table has", COLUMN_U64, AT(routes) },
	{ "nexthops", "Nexthops", "every hop of the route", COLUMN_LIST,
	  LIST(way_columns, way_row, way_count), AT(ways) },
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

		rule_format(list[i].text_storage, rule, texts_add_table, run);
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
	row->metric = route->has_metric || route->dst.addr.family == AF_INET ? route->metric :
									       UINT64_MAX;
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
	const struct path_explanation *explanation = &explain->explanation;
	struct neighbour_row *row = &explain->row.neighbour_storage;
	char *at = row->lladdr_text;

	explain->row.neighbour = NULL;
	if (!explanation->has_neighbour)
		return;
	for (unsigned int i = 0; i < explanation->neighbour.lladdr_length; i++) {
		if (i > 0)
			*at++ = ':';
		at = text_hex8(at, explanation->neighbour.lladdr[i]);
	}
	*at = '\0';
	row->lladdr = explanation->neighbour.lladdr_length ? row->lladdr_text : NULL;
	row->state = neigh_state_name(explanation->neighbour.state);
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
		at = texts_add_table(at, found->table, run);
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
	const struct path_answer *kernel = &explanation->answer;
	const struct rule *rule = explanation->agrees ? path_explanation_rule(explanation) : NULL;
	uint32_t table = path_table_of(&run->path, kernel);
	struct explain_row *row = &explain->row;
	bool has_way = !kernel->error;
	int ret;

	row->dest = explanation->flow.dst;
	row->from = explanation->flow.src;
	row->type = has_way ? texts_type(kernel->type, row->type_text) : NULL;
	row->gateway = kernel->gateway;
	row->prefsrc = kernel->source;
	row->table = table ? texts_table(run, table, row->table_text) : NULL;
	row->prefix = kernel->prefix;
	row->metric = kernel->has_entry ? kernel->metric : UINT64_MAX;
	row->mtu = has_way ? path_mtu_of(&run->path, kernel) : 0;
	path_reason(row->error_text, sizeof(row->error_text), explanation);
	row->error = has_way ? NULL : row->error_text;
	row->agrees = explanation->agrees;
	row->replayed = replayed_text(run, explanation, row->replayed_text);
	ret = fill_rules(run, explain);
	if (ret == 0)
		ret = fill_candidates(run, explain);
	if (ret == 0)
		ret = fill_ways(run, explain);
	row->rule = NULL;
	if (rule) {
		size_t i = (size_t)(rule - explanation->rules->list);

		row->rule_storage = (struct rule_brief){ rule->priority, explain->rules[i].text };
		row->rule = &row->rule_storage;
	}
	fill_neighbour(explain);
	row->dev = kernel->oif ? texts_device(run, kernel->oif) : NULL;
	return ret;
}

/* --- on paper ----------------------------------------------------------------------------------- */

static void begin_section(struct run *run, const struct column *columns, const char *list)
{
	table_select(&run->table, columns, list, NULL);
	run->table.header = !run->settings.common.no_header;
	run->table.palette = cli_palette(run->settings.common.color, 1);
	table_begin(&run->table, &run->out, TABLE_ALIGNED);
}

static void add_number(struct buf *out, uint64_t number)
{
	buf_commit(out, text_u64(buf_reserve(out, TEXT_U64_MAX), number));
}

static void add_addr(struct buf *out, const struct addr *addr)
{
	buf_commit(out, addr_format(buf_reserve(out, ADDR_TEXT_MAX), addr));
}

static void write_rules(struct run *run, const struct explain_row *row)
{
	buf_add_text(&run->out, "\nRules, in order\n");
	begin_section(run, rule_columns, "priority,text,reason");
	for (uint32_t i = 0; i < row->rule_count; i++)
		table_row(&run->table, &row->rules[i]);
	table_end(&run->table);
}

static void write_candidates(struct run *run, const struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	const struct explain_row *row = &explain->row;
	bool is_v4 = row->dest.family == AF_INET;
	char text[RTNAMES_SIZE];

	if (row->candidate_count == 0)
		return;
	buf_add_text(&run->out, "\nTable ");
	buf_add_text(&run->out, texts_table(run, explanation->table, text));
	if (run->path.is_joined && is_v4 &&
	    (explanation->table == ROUTE_TABLE_MAIN || explanation->table == ROUTE_TABLE_LOCAL))
		buf_add_text(&run->out, ", where local and main are still one");
	if (row->routes > row->candidate_count) {
		buf_add_text(&run->out, ": of ");
		add_number(&run->out, row->routes);
		buf_add_text(&run->out, " routes those that cover it, and the nearest misses");
	}
	buf_add_char(&run->out, '\n');
	begin_section(run, candidate_columns,
		      is_v4 ? "genmask,masked,destination,equal,metric,type,gateway,dev,reason" :
			      "prefix,masked,destination,equal,metric,type,gateway,dev,reason");
	for (uint32_t i = 0; i < row->candidate_count; i++)
		table_row(&run->table, &row->candidates[i]);
	table_end(&run->table);
}

static void write_ways(struct run *run, const struct explain_row *row)
{
	if (row->way_count < 2)
		return;
	buf_add_text(&run->out, "\nHops");
	if (row->hash_policy != UINT32_MAX) {
		buf_add_text(&run->out, ", chosen by hash policy ");
		add_number(&run->out, row->hash_policy);
		buf_add_text(&run->out, row->hash_policy == 0 ? " (addresses)" :
					row->hash_policy == 1 ? " (addresses, protocol, ports)" :
								"");
	}
	buf_add_char(&run->out, '\n');
	begin_section(run, way_columns, "gateway,dev,weight,taken");
	for (uint32_t i = 0; i < row->way_count; i++)
		table_row(&run->table, &row->ways[i]);
	table_end(&run->table);
}

static void write_way(struct run *run, const struct explain_row *row)
{
	struct buf *out = &run->out;

	buf_add_text(out, "\nNext hop: ");
	if (row->gateway.family) {
		add_addr(out, &row->gateway);
	} else {
		buf_add_text(out, row->type && strcmp(row->type, "local") == 0 ? "this host" :
										 "on the link");
	}
	if (row->dev) {
		buf_add_text(out, " dev ");
		buf_add_text(out, row->dev);
	}
	if (row->prefsrc.family) {
		buf_add_text(out, ", source ");
		add_addr(out, &row->prefsrc);
	}
	if (row->mtu) {
		buf_add_text(out, ", MTU ");
		add_number(out, row->mtu);
	}
	buf_add_char(out, '\n');
	if (row->neighbour) {
		buf_add_text(out, "Neighbour: ");
		buf_add_text(out, row->neighbour->lladdr ? row->neighbour->lladdr : "no address");
		buf_add_char(out, ' ');
		buf_add_text(out, row->neighbour->state);
		buf_add_char(out, '\n');
	} else if (row->type && strcmp(row->type, "unicast") == 0) {
		buf_add_text(out, "Neighbour: no entry yet\n");
	}
}

static void write_verdict(struct run *run, const struct explain *explain)
{
	const struct explain_row *row = &explain->row;
	struct buf *out = &run->out;

	if (row->agrees) {
		buf_add_text(out, "kernel agrees\n");
		return;
	}
	buf_add_text(out, "inferred, disagrees: the kernel says ");
	if (row->error) {
		buf_add_text(out, row->error);
	} else if (row->prefix.addr.family) {
		buf_commit(out, prefix_format(buf_reserve(out, PREFIX_TEXT_MAX), &row->prefix));
		buf_add_text(out, " of table ");
		buf_add_text(out, row->table ? row->table : "?");
		buf_add_text(out, ", metric ");
		add_number(out, row->metric);
	} else {
		buf_add_text(out, "there is a way");
	}
	buf_add_text(out, ", the replay ");
	buf_add_text(out, row->replayed);
	buf_add_char(out, '\n');
}

static void write_paper(struct run *run, struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	const struct explain_row *row = &explain->row;
	struct buf *out = &run->out;

	if (run->rows++ > 0)
		buf_add_char(out, '\n');
	add_addr(out, &row->dest);
	if (row->from.family) {
		buf_add_text(out, " from ");
		add_addr(out, &row->from);
	}
	buf_add_char(out, '\n');
	if (explanation->special != PATH_BY_RULES) {
		buf_add_text(out, "Beside the rules: ");
		buf_add_text(out, path_special_texts[explanation->special]);
		buf_add_char(out, '\n');
	}
	write_rules(run, row);
	write_candidates(run, explain);
	write_ways(run, row);
	if (row->error) {
		buf_add_text(out, "\nNo way: ");
		buf_add_text(out, row->error);
		buf_add_char(out, '\n');
	} else {
		write_way(run, row);
	}
	write_verdict(run, explain);
}

static bool is_paper(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT ||
	       settings->common.layout == CLI_LAYOUT_WIDE;
}

static int on_flow(struct run *run, const struct flow *flow, void *arg, struct err *err)
{
	struct explain *explain = arg;
	int ret = path_explain(&run->path, flow, &explain->explanation, err);

	if (ret == 0 && fill(run, explain) < 0)
		ret = err_set(err, -ENOMEM, "out of memory");
	if (ret < 0)
		return ret;
	run->has_no |= explain->explanation.kernel.error != 0;
	run->is_incomplete |= !explain->explanation.agrees;
	if (is_paper(&run->settings))
		write_paper(run, explain);
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
	int ret = 0;

	if (!explain)
		return err_set(err, -ENOMEM, "out of memory");
	path_explanation_init(&explain->explanation);
	if (!is_paper(&run->settings))
		ret = table_start(run, explain_columns, NULL, err);
	if (ret == 0)
		ret = lookup_each(run, operands, count, on_flow, explain, err);
	if (!is_paper(&run->settings))
		table_end(&run->table);
	path_explanation_fini(&explain->explanation);
	free(explain->rules);
	free(explain->candidates);
	free(explain->ways);
	free(explain);
	return ret;
}
