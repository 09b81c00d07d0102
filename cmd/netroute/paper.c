// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain in words and tables. */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "explain.h"

static void begin_section(struct run *run, const struct column *columns, const char *list)
{
	table_select(&run->table, columns, list, NULL);
	run->table.header = !run->settings.common.no_header;
	run->table.palette = cli_palette(run->settings.common.color, STDOUT_FILENO);
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
	begin_section(run, explain_rule_columns, "priority,text,reason");
	for (uint32_t i = 0; i < row->rule_count; i++)
		table_row(&run->table, &row->rules[i]);
	table_end(&run->table);
}

static void write_candidates(struct run *run, const struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	const struct explain_row *row = &explain->row;
	bool is_v4 = row->answer.dest.family == AF_INET;
	char text[RTNAMES_SIZE];

	if (row->candidate_count == 0)
		return;
	buf_add_text(&run->out, "\nTable ");
	buf_add_foreign(&run->out, texts_table(run, explanation->table, text));
	if (run->path.is_joined && is_v4 &&
	    (explanation->table == ROUTE_TABLE_MAIN || explanation->table == ROUTE_TABLE_LOCAL))
		buf_add_text(&run->out, ", where local and main are still one");
	if (row->routes > row->candidate_count) {
		buf_add_text(&run->out, ": of ");
		add_number(&run->out, row->routes);
		buf_add_text(&run->out, " routes those that cover it, and the nearest misses");
	}
	buf_add_char(&run->out, '\n');
	begin_section(run, explain_candidate_columns,
		      is_v4 ? "genmask,masked,destination,equal,metric,type,gateway,dev,reason" :
			      "prefix,masked,destination,equal,metric,type,gateway,dev,reason");
	for (uint32_t i = 0; i < row->candidate_count; i++)
		table_row(&run->table, &row->candidates[i]);
	table_end(&run->table);
}

static void write_ways(struct run *run, const struct explain_row *row)
{
	/* Documentation/networking/ip-sysctl.rst, fib_multipath_hash_policy */
	static const char *const policies[] = {
		" (addresses)",
		" (addresses, protocol, ports)",
		" (addresses, of what is inside a tunnel)",
		" (the fields of fib_multipath_hash_fields)",
	};

	if (row->way_count < 2)
		return;
	buf_add_text(&run->out, "\nHops");
	if (row->hash_policy != UINT32_MAX) {
		buf_add_text(&run->out, ", chosen by hash policy ");
		add_number(&run->out, row->hash_policy);
		if (row->hash_policy < sizeof(policies) / sizeof(policies[0]))
			buf_add_text(&run->out, policies[row->hash_policy]);
	}
	buf_add_char(&run->out, '\n');
	begin_section(run, explain_way_columns, "gateway,dev,weight,taken");
	for (uint32_t i = 0; i < row->way_count; i++)
		table_row(&run->table, &row->ways[i]);
	table_end(&run->table);
}

static void write_way(struct run *run, const struct explain_row *row)
{
	struct buf *out = &run->out;

	buf_add_text(out, "\nNext hop: ");
	if (row->answer.gateway.family) {
		add_addr(out, &row->answer.gateway);
	} else {
		buf_add_text(out, row->answer.type && strcmp(row->answer.type, "local") == 0 ?
					  "this host" :
					  "on the link");
	}
	if (row->answer.dev) {
		buf_add_text(out, " dev ");
		buf_add_foreign(out, row->answer.dev);
	}
	if (row->answer.prefsrc.family) {
		buf_add_text(out, ", source ");
		add_addr(out, &row->answer.prefsrc);
	}
	if (row->answer.mtu) {
		buf_add_text(out, ", MTU ");
		add_number(out, row->answer.mtu);
	}
	buf_add_char(out, '\n');
	if (row->neighbour) {
		buf_add_text(out, "Neighbour: ");
		buf_add_text(out, row->neighbour->lladdr ? row->neighbour->lladdr : "no address");
		buf_add_char(out, ' ');
		buf_add_text(out, row->neighbour->state);
		buf_add_char(out, '\n');
	} else if (row->answer.type && strcmp(row->answer.type, "unicast") == 0) {
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
	if (row->answer.error) {
		buf_add_text(out, row->answer.error);
	} else if (row->answer.prefix.addr.family) {
		buf_commit(out,
			   prefix_format(buf_reserve(out, PREFIX_TEXT_MAX), &row->answer.prefix));
		buf_add_text(out, " of table ");
		buf_add_foreign(out, row->answer.table ? row->answer.table : "?");
		buf_add_text(out, ", metric ");
		add_number(out, row->answer.metric);
	} else {
		buf_add_text(out, "there is a way");
	}
	buf_add_text(out, ", the replay ");
	buf_add_text(out, row->replayed);
	buf_add_char(out, '\n');
}

/* Write the decision that @explain holds. */
void paper_write(struct run *run, struct explain *explain)
{
	const struct path_explanation *explanation = &explain->explanation;
	const struct explain_row *row = &explain->row;
	struct buf *out = &run->out;

	if (run->rows++ > 0)
		buf_add_char(out, '\n');
	add_addr(out, &row->answer.dest);
	if (row->answer.from.family) {
		buf_add_text(out, " from ");
		add_addr(out, &row->answer.from);
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
	if (row->answer.error) {
		bool is_said = strncmp(row->answer.error, "no ", 3) == 0;

		buf_add_text(out, is_said ? "\nNo " : "\nNo way: ");
		buf_add_text(out, row->answer.error + (is_said ? 3 : 0));
		buf_add_char(out, '\n');
	} else {
		write_way(run, row);
	}
	write_verdict(run, explain);
}
