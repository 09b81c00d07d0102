// SPDX-License-Identifier: GPL-2.0-or-later
/* What --hops has found, as records: one a hop, and one for the path. */
#include <math.h>

#include "netshake.h"

struct hop_row {
	const char *type, *answer, *quote;
	uint32_t hop, tries, quoted, icmp_type, icmp_code, ttl; /* UINT32_MAX: none */
	struct addr addr;
	double rtt_us; /* NaN: unknown */
	const char *const *changes;

	const char *change_words[TCP_CHANGES_MAX + 1];
	char change_texts[TCP_CHANGES_MAX][TCP_CHANGE_TEXT_MAX];
};

struct path_change_row {
	const char *field, *option, *rewrite;
	uint32_t was, now, after, hop;

	char option_text[16];
};

struct path_row {
	const char *type, *verdict, *advice;
	struct addr source, destination, after_addr, hop_addr;
	uint32_t port, after, hop; /* UINT32_MAX: no place */
	const struct path_change_row *changes;
	uint32_t change_count;
	bool as_asked;
	const char *const *evidence;

	struct path_change_row change_storage[TCP_PATH_CHANGES_MAX];
	const char *evidence_words[TCP_EVIDENCE_MAX + 1];
};

#define IN(type, field) .offset = offsetof(struct type, field)

/* clang-format off */
const struct column walk_columns[] = {
	{ "type", "Type", "hop; path at the end", COLUMN_TEXT, IN(hop_row, type) },
	{ "hop", "Hop", "its number; null: a SYN of full time to live", COLUMN_U32,
	  COLUMN_NULL_ZERO, COLUMN_RIGHT, IN(hop_row, hop) },
	{ "addr", "Address", "who answered", COLUMN_ADDR, IN(hop_row, addr) },
	{ "answer", "Answer", "silent, expired, icmp, syn_ack, reset", COLUMN_TEXT,
	  IN(hop_row, answer) },
	{ "rtt_us", "RTT", "from the SYN to it", COLUMN_DOUBLE, .align = COLUMN_RIGHT,
	  IN(hop_row, rtt_us) },
	{ "tries", "Tries", "SYNs that were sent", COLUMN_U32, .align = COLUMN_RIGHT,
	  IN(hop_row, tries) },
	{ "icmp_type", "ICMP", "its type", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  IN(hop_row, icmp_type) },
	{ "icmp_code", "Code", "its code", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  IN(hop_row, icmp_code) },
	{ "ttl", "TTL", "of the answer of the host, as it came", COLUMN_U32, COLUMN_NULL_ZERO,
	  COLUMN_RIGHT, IN(hop_row, ttl) },
	{ "quote", "Quote", "of the TCP header: ports, header, all", COLUMN_TEXT,
	  IN(hop_row, quote) },
	{ "quoted", "Octets", "of it", COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT,
	  IN(hop_row, quoted) },
	{ "changes", "Changes", "to what was sent", COLUMN_WORDS, IN(hop_row, changes) },
	{ .key = NULL },
};

static const struct column path_change_columns[] = {
	{ "field", "Field", "of either header, or option", COLUMN_TEXT,
	  IN(path_change_row, field) },
	{ "option", "Option", "its name", COLUMN_TEXT, IN(path_change_row, option) },
	{ "rewrite", "Done", "value, nop, removed, added, length", COLUMN_TEXT,
	  IN(path_change_row, rewrite) },
	{ "was", "Was", "as sent", COLUMN_U32, IN(path_change_row, was) },
	{ "now", "Now", "as quoted", COLUMN_U32, IN(path_change_row, now) },
	{ "after_hop", "After", "the last hop that shows it as sent; 0: this host", COLUMN_U32,
	  IN(path_change_row, after) },
	{ "hop", "Hop", "the first that shows it changed", COLUMN_U32, IN(path_change_row, hop) },
	{ .key = NULL },
};

static const struct column path_columns[] = {
	{ "type", "Type", "path", COLUMN_TEXT, IN(path_row, type) },
	{ "source", "Source", "this host", COLUMN_ADDR, IN(path_row, source) },
	{ "destination", "Destination", "the host", COLUMN_ADDR, IN(path_row, destination) },
	{ "port", "Port", "of it", COLUMN_U32, IN(path_row, port) },
	{ "verdict", "Verdict", "see netshake(8)", COLUMN_TEXT, IN(path_row, verdict) },
	{ "after_hop", "After", "where: behind that hop", COLUMN_U32, COLUMN_NULL_MAX,
	  IN(path_row, after) },
	{ "after_addr", "Address", "of it", COLUMN_ADDR, IN(path_row, after_addr) },
	{ "hop", "Hop", "and not farther than this one", COLUMN_U32, COLUMN_NULL_MAX,
	  IN(path_row, hop) },
	{ "hop_addr", "Address", "of it", COLUMN_ADDR, IN(path_row, hop_addr) },
	{ "changes", "Changes", "and where", COLUMN_LIST, .nested = path_change_columns,
	  .stride = sizeof(struct path_change_row),
	  .count_offset = offsetof(struct path_row, change_count), IN(path_row, changes) },
	{ "as_asked", "Ok", "SYN,ACK, and nothing changed", COLUMN_BOOL, IN(path_row, as_asked) },
	{ "evidence", "Evidence", "for the verdict", COLUMN_WORDS, IN(path_row, evidence) },
	{ "advice", "Advice", "what to do", COLUMN_TEXT, IN(path_row, advice) },
	{ .key = NULL },
};
/* clang-format on */

static void fill_hop(struct hop_row *row, const struct tcp_hop *hop)
{
	static const char *const quotes[] = {
		[TCP_EXTENT_NONE] = NULL,
		[TCP_EXTENT_PORTS] = "ports",
		[TCP_EXTENT_HEADER] = "header",
		[TCP_EXTENT_ALL] = "all",
	};
	bool is_icmp = hop->answer == TCP_HOP_EXPIRED || hop->answer == TCP_HOP_ICMP;

	*row = (struct hop_row){
		.type = "hop",
		.hop = hop->ttl,
		.addr = hop->from,
		.answer = tcp_hop_answer_names[hop->answer],
		.rtt_us = hop->rtt_ns ? (double)hop->rtt_ns / 1e3 : NAN,
		.tries = hop->tries,
		.icmp_type = is_icmp ? hop->icmp_type : UINT32_MAX,
		.icmp_code = is_icmp ? hop->icmp_code : UINT32_MAX,
		.ttl = hop->came_ttl,
		.quote = quotes[hop->extent],
		.quoted = hop->quoted,
	};
	for (uint8_t i = 0; i < hop->changes.count; i++) {
		tcp_change_text(row->change_texts[i], &hop->changes.list[i]);
		row->change_words[i] = row->change_texts[i];
	}
	row->changes = row->change_words;
}

/* Write the record of a hop. */
void hops_row(struct run *run, const struct tcp_hop *hop)
{
	struct hop_row row;

	fill_hop(&row, hop);
	table_row(&run->table, &row);
}

static void fill_change(struct path_change_row *row, const struct tcp_path_change *change)
{
	static const char *const rewrites[] = {
		[TCP_REWRITE_VALUE] = "value",	   [TCP_REWRITE_NOP] = "nop",
		[TCP_REWRITE_REMOVED] = "removed", [TCP_REWRITE_ADDED] = "added",
		[TCP_REWRITE_LENGTH] = "length",
	};
	bool is_option = change->change.field == TCP_FIELD_OPTION;

	*row = (struct path_change_row){
		.field = tcp_field_names[change->change.field],
		.rewrite = rewrites[change->change.rewrite],
		.was = change->change.from,
		.now = change->change.to,
		.after = change->after,
		.hop = change->hop,
	};
	if (is_option)
		row->option = tcp_option_name(change->change.option, row->option_text);
}

/* Write the record of the whole path. */
void hops_row_path(struct run *run, const struct tcp_path *path,
		   const struct tcp_path_judgement *judgement)
{
	static struct path_row row;
	const struct addr *addr;

	row = (struct path_row){
		.type = "path",
		.source = run->source,
		.destination = run->target.addr,
		.port = run->target.addr.port,
		.verdict = tcp_path_verdict_names[judgement->verdict],
		.advice = judgement->advice,
		.after = judgement->has_place ? judgement->after : UINT32_MAX,
		.hop = judgement->has_place ? judgement->hop : UINT32_MAX,
		.as_asked = judgement->verdict == TCP_PATH_OPEN,
		.change_count = judgement->change_count,
	};
	if (judgement->has_place && (addr = tcp_path_address(path, judgement->after)))
		row.after_addr = *addr;
	if (judgement->has_place && (addr = tcp_path_address(path, judgement->hop)))
		row.hop_addr = *addr;
	for (uint8_t i = 0; i < judgement->change_count; i++)
		fill_change(&row.change_storage[i], &judgement->changes[i]);
	row.changes = row.change_storage;
	tcp_evidence_list(&judgement->evidence, row.evidence_words);
	row.evidence = row.evidence_words;
	rows_last(run, path_columns, &row);
}
