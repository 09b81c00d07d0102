// SPDX-License-Identifier: GPL-2.0-or-later
/* One line a destination. */
#include "answer.h"

#include <errno.h>
#include <string.h>

#define AT(field) .offset = offsetof(struct answer_row, field)
#define IN(field) .offset = offsetof(struct rule_brief, field)

static enum tint error_tint(const void *data)
{
	const struct answer_row *row = data;

	return row->error ? TINT_BAD : TINT_NONE;
}

/* clang-format off */
const struct column rule_brief_columns[] = {
	{ "priority", "Priority", "least first", COLUMN_U32, IN(priority) },
	{ "text", "Text", "as ip rule writes it", COLUMN_TEXT, IN(text) },
	{ .key = NULL },
};

const struct column answer_columns[] = {
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
	{ "protocol", "Protocol", "who made the route: kernel, static, bird...", COLUMN_TEXT,
	  AT(protocol) },
	{ "mtu", "MTU", "largest packet", COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(mtu) },
	{ "error", "Error", "why there is no way", COLUMN_TEXT, AT(error), .tint = error_tint },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] = "dest,gateway,dev,prefsrc,table,rule,prefix,metric,mtu,error";

/* Start the table of answers.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int answer_begin(struct run *run, struct err *err)
{
	enum cli_layout layout = (enum cli_layout)run->settings.common.layout;
	bool is_text = layout == CLI_LAYOUT_HABIT || layout == CLI_LAYOUT_WIDE;

	return table_start(run, answer_columns, is_text ? wide_list : NULL, err);
}

/* Whether a column is shown that only the table's entry tells: a second question for each. */
bool answer_wants_entry(const struct run *run)
{
	for (size_t i = 0; i < run->table.count; i++) {
		const char *key = run->table.columns[i]->key;

		if (strcmp(key, "prefix") == 0 || strcmp(key, "metric") == 0 ||
		    strcmp(key, "protocol") == 0)
			return true;
	}
	return false;
}

/* Neighbours mostly share their rule: the last text is kept. */
static const struct rule_brief *brief(struct run *run, struct answer_row *row,
				      const struct rule *rule)
{
	if (!rule)
		return NULL;
	if (rule != row->rule_of)
		rule_format(row->rule_text, rule, rtnames_of_rule, &run->rtnames);
	row->rule_of = rule;
	row->rule_storage = (struct rule_brief){ rule->priority, row->rule_text };
	return &row->rule_storage;
}

/* Make @row the answer for @flow: @rule led to it (NULL: not known), @reason is why it is none. */
void answer_fill(struct run *run, struct answer_row *row, const struct flow *flow,
		 const struct path_answer *answer, const struct rule *rule, const char *reason)
{
	uint32_t table = path_table_of(&run->path, answer);
	bool has_way = !answer->error;

	row->dest = flow->dst;
	row->from = flow->src;
	row->error = has_way ? NULL : reason;
	row->gateway = answer->gateway;
	row->prefsrc = answer->source;
	row->dev = answer->oif ? texts_device(run, answer->oif) : row->device;
	row->type = has_way ? texts_type(answer->type, row->type_text) : NULL;
	row->table = table ? texts_table(run, table, row->table_text) : NULL;
	row->rule = brief(run, row, rule);
	row->prefix = answer->prefix;
	row->metric = answer->has_entry ? answer->metric : UINT64_MAX;
	row->protocol =
		answer->protocol ? texts_protocol(run, answer->protocol, row->protocol_text) : NULL;
	row->mtu = has_way ? path_mtu_of(&run->path, answer) : 0;
	run->has_no |= !has_way;
}

/* The same, and show it. */
void answer_show(struct run *run, struct answer_row *row, const struct flow *flow,
		 const struct path_answer *answer, const struct rule *rule, const char *reason)
{
	answer_fill(run, row, flow, answer, rule, reason);
	table_row(&run->table, row);
}

/* What the kernel's @error means for @flow, as far as it tells by itself: no table is read for
 * it. */
const char *answer_error_text(const struct flow *flow, int error)
{
	bool is_checked = flow->dst.family == AF_INET && (flow->iif || flow->src.family);

	switch (error) {
	case -EINVAL:
		return is_checked ? "blackhole, or source rejected" : "blackhole";
	case -EXDEV:
		return "rejected by rp_filter";
	case -EHOSTUNREACH:
		return flow->iif ? "unreachable, or not forwarded" : "unreachable";
	case -EACCES:
		return "prohibit";
	case -ENETUNREACH:
		return "no route";
	default:
		return strerror(-error);
	}
}
