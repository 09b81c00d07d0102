// SPDX-License-Identifier: GPL-2.0-or-later
/* What --hops has found: a line or a record for each hop, and what the path comes to. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "netshake.h"
#include "wire/icmp.h"

#define TEXT_SIZE 1024

/* Addresses have so much room in text. */
#define ADDRESS_WIDTH_V4 15
#define ADDRESS_WIDTH_V6 24

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
	const char *evidence_words[TCP_PATH_EVIDENCE_MAX + 1];
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

/* Begin the output.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int hops_tell_begin(struct run *run, struct err *err)
{
	if (!settings_is_ladder(&run->settings))
		return rows_begin_with(run, walk_columns, err);
	run->palette = cli_palette(run->settings.common.color, STDOUT_FILENO);
	return 0;
}

static void list_changes(char *text, const struct tcp_changes *changes)
{
	size_t length = 0;

	text[0] = '\0';
	for (uint8_t i = 0; i < changes->count; i++) {
		char change[TCP_CHANGE_TEXT_MAX];

		tcp_change_text(change, &changes->list[i]);
		length += text_copy(text + length, TEXT_SIZE - length, i ? ", " : "");
		length += text_copy(text + length, TEXT_SIZE - length, change);
	}
}

/* What a hop answered, and what its quote shows. */
static void describe(char *text, const struct tcp_hop *hop)
{
	char changes[TEXT_SIZE], what[ICMP_TEXT_MAX];

	switch ((enum tcp_hop_answer)hop->answer) {
	case TCP_HOP_SILENT:
		snprintf(text, TEXT_SIZE, "no answer to %u SYN%s", hop->tries,
			 hop->tries == 1 ? "" : "s");
		return;
	case TCP_HOP_SYN_ACK:
		snprintf(text, TEXT_SIZE, "SYN,ACK%s", hop->ttl ? "" : " to a SYN of full TTL");
		return;
	case TCP_HOP_RESET:
		snprintf(text, TEXT_SIZE, "RST%s", hop->ttl ? "" : " to a SYN of full TTL");
		return;
	default:
		break;
	}
	list_changes(changes, &hop->changes);
	icmp_describe(what, sizeof(what), hop->from.family, hop->icmp_type, hop->icmp_code, 0);
	snprintf(text, TEXT_SIZE, "%s%s%s%s", hop->answer == TCP_HOP_ICMP ? what : "",
		 hop->answer == TCP_HOP_ICMP ? "; " : "",
		 hop->changes.count		  ? changes :
		 hop->extent == TCP_EXTENT_ALL	  ? "unchanged" :
		 hop->extent == TCP_EXTENT_HEADER ? "unchanged but for options, which" :
						    "ports and sequence unchanged,",
		 hop->extent == TCP_EXTENT_ALL ? "" : "");
	if (hop->extent != TCP_EXTENT_ALL) {
		size_t length = strlen(text);

		snprintf(text + length, TEXT_SIZE - length, "%s (partial quote: %u octets)",
			 hop->changes.count		  ? "" :
			 hop->extent == TCP_EXTENT_HEADER ? " are not quoted" :
							    " the rest is not quoted",
			 hop->quoted);
	}
}

static void say_hop(struct shake *shake, const struct tcp_hop *hop)
{
	struct run *run = shake->run;
	int width = run->source.family == AF_INET ? ADDRESS_WIDTH_V4 : ADDRESS_WIDTH_V6;
	char address[ADDR_TEXT_MAX + 1] = "*", number[8] = "?", time[16] = "-";
	char head[ADDR_TEXT_MAX + 64], text[TEXT_SIZE];

	if (hop->from.family)
		*addr_format(address, &hop->from) = '\0';
	if (hop->ttl)
		snprintf(number, sizeof(number), "%u", hop->ttl);
	if (hop->rtt_ns)
		snprintf(time, sizeof(time), "%.3f", (double)hop->rtt_ns / 1e6);
	describe(text, hop);
	snprintf(head, sizeof(head), "%3s  %-*s %9s  ", number, width, address, time);
	say_wrapped(run, head, text);
	if (run->settings.verbose && hop->quoted)
		dump_segment(run, &shake->icmp.segment);
}

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

/* A hop is known.
 *
 * Return: 0, or the -errno of a failed write.
 */
int hops_tell_hop(struct shake *shake, const struct tcp_hop *hop, struct err *err)
{
	struct run *run = shake->run;
	struct hop_row row;
	int ret;

	if (!settings_is_ladder(&run->settings)) {
		fill_hop(&row, hop);
		table_row(&run->table, &row);
		return 0;
	}
	if (!shake->is_begun) {
		ladder_ends(shake);
		buf_add_char(&run->out, '\n');
		say(run, "hop  %-*s %9s  the SYN as it came there\n",
		    run->source.family == AF_INET ? ADDRESS_WIDTH_V4 : ADDRESS_WIDTH_V6, "address",
		    "ms");
	}
	say_hop(shake, hop);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}

/* "hop 2 (10.0.2.2)", "this host" */
static void name_hop(char *text, size_t size, const struct tcp_path *path, uint8_t ttl)
{
	const struct addr *addr = tcp_path_address(path, ttl);
	char address[ADDR_TEXT_MAX + 1];

	if (addr) {
		*addr_format(address, addr) = '\0';
		snprintf(text, size, "hop %u (%s)", ttl, address);
	} else if (ttl) {
		snprintf(text, size, "hop %u", ttl);
	} else {
		text_copy(text, size, "this host");
	}
}

static void name_place(char *text, const struct tcp_path *path, uint8_t after, uint8_t hop)
{
	char from[ADDR_TEXT_MAX + 32], to[ADDR_TEXT_MAX + 32];

	name_hop(from, sizeof(from), path, after);
	name_hop(to, sizeof(to), path, hop);
	if (hop)
		snprintf(text, TEXT_SIZE, "between %s and %s", from, to);
	else
		snprintf(text, TEXT_SIZE, "behind %s", from);
}

static void say_changes(struct run *run, const struct tcp_path *path,
			const struct tcp_path_judgement *judgement)
{
	for (uint8_t i = 0; i < judgement->change_count; i++) {
		const struct tcp_path_change *change = &judgement->changes[i];
		char text[TEXT_SIZE], what[TCP_CHANGE_TEXT_MAX];
		size_t length;

		name_place(text, path, change->after, change->hop);
		tcp_change_text(what, &change->change);
		length = strlen(text);
		snprintf(text + length, TEXT_SIZE - length, ": %s", what);
		say_wrapped(run, i ? "          " : "changed   ", text);
	}
}

static void say_judgement(struct run *run, const struct tcp_path *path,
			  const struct tcp_path_judgement *judgement)
{
	char text[TEXT_SIZE];

	say(run, "verdict   ");
	say_tinted(run, judgement->verdict == TCP_PATH_OPEN ? TINT_GOOD : TINT_BAD,
		   tcp_path_verdict_names[judgement->verdict]);
	buf_add_char(&run->out, '\n');
	if (judgement->has_place) {
		name_place(text, path, judgement->after, judgement->hop);
		say_wrapped(run, "where     ", text);
	}
	for (size_t i = 0; i < judgement->evidence_count; i++)
		say_wrapped(run, i ? "          " : "evidence  ", judgement->evidence[i]);
	say_wrapped(run, "advice    ", judgement->advice);
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

static void add_path_row(struct run *run, const struct tcp_path *path,
			 const struct tcp_path_judgement *judgement)
{
	static struct path_row row;
	const struct addr *addr;
	int layout = run->settings.common.layout;

	if (run->settings.common.columns ||
	    (layout != CLI_LAYOUT_JSON && layout != CLI_LAYOUT_NDJSON))
		return;
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
	for (size_t i = 0; i < judgement->evidence_count; i++)
		row.evidence_words[i] = judgement->evidence[i];
	row.evidence = row.evidence_words;
	table_select(&run->tally_table, path_columns, NULL, NULL);
	table_join(&run->tally_table, &run->table);
	table_row(&run->tally_table, &row);
}

/* The path is known: judge it, and tell.
 *
 * Return: 0 with run->status, or the -errno of a failed write.
 */
int hops_tell_end(struct shake *shake, const struct tcp_path *path, struct err *err)
{
	static struct tcp_path_judgement judgement;
	struct run *run = shake->run;
	int ret;

	tcp_path_judge(&judgement, path);
	if (judgement.verdict != TCP_PATH_OPEN)
		run->status = CLI_EXIT_NO;
	if (settings_is_ladder(&run->settings)) {
		if (!shake->is_begun)
			ladder_ends(shake);
		else
			buf_add_char(&run->out, '\n');
		say_changes(run, path, &judgement);
		say_judgement(run, path, &judgement);
	} else {
		add_path_row(run, path, &judgement);
	}
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}
