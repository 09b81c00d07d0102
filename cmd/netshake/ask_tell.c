// SPDX-License-Identifier: GPL-2.0-or-later
/* What --probe has found. */

#include "analysis/tcp_question.h"
#include "netshake.h"

struct question_row {
	const char *type, *probe, *verdict, *advice;
	uint64_t time_ns;
	struct addr source, destination;
	uint32_t port, connections;
	bool yes;
	const char *const *evidence;

	const char *evidence_words[TCP_EVIDENCE_MAX + 1];
};

#define IN(field) .offset = offsetof(struct question_row, field)

/* clang-format off */
const struct column question_columns[] = {
	{ "type", "Type", "probe", COLUMN_TEXT, IN(type) },
	{ "time", "Time", "when the last connection began", COLUMN_TIME, IN(time_ns) },
	{ "source", "Source", "this host", COLUMN_ADDR, IN(source) },
	{ "destination", "Destination", "the host", COLUMN_ADDR, IN(destination) },
	{ "port", "Port", "of it", COLUMN_U32, .align = COLUMN_RIGHT, IN(port) },
	{ "probe", "Probe", "cookie, synproxy, tfo, ecn", COLUMN_TEXT, IN(probe) },
	{ "yes", "Yes", "the answer to its question", COLUMN_BOOL, IN(yes) },
	{ "verdict", "Verdict", "see netshake(8), QUESTIONS", COLUMN_TEXT, IN(verdict) },
	{ "connections", "Conns", "that it took", COLUMN_U32, .align = COLUMN_RIGHT,
	  IN(connections) },
	{ "evidence", "Evidence", "for the verdict", COLUMN_WORDS, IN(evidence) },
	{ "advice", "Advice", "what to do", COLUMN_TEXT, IN(advice) },
	{ .key = NULL },
};
/* clang-format on */

static void say_result(struct run *run, const struct tcp_question_result *result)
{
	buf_add_char(&run->out, '\n');
	say(run, "probe     %s: %s\n", probe_choices[run->settings.probe],
	    result->is_yes ? "yes" : "no");
	say(run, "verdict   ");
	say_tinted(run, result->is_yes ? TINT_GOOD : TINT_BAD,
		   tcp_question_verdict_names[result->verdict]);
	buf_add_char(&run->out, '\n');
	say_evidence(run, "evidence  ", &result->evidence);
	say_wrapped(run, "advice    ", result->advice);
}

/* Tell the answer, which took so many connections. */
void ask_tell(struct run *run, const struct tcp_question_result *result, uint32_t connections)
{
	struct question_row row = {
		.type = "probe",
		.probe = probe_choices[run->settings.probe],
		.verdict = tcp_question_verdict_names[result->verdict],
		.advice = result->advice,
		.time_ns = run->shake.start_real_ns,
		.source = run->source,
		.destination = run->target.addr,
		.port = run->target.addr.port,
		.connections = connections,
		.yes = result->is_yes,
	};

	tcp_evidence_list(&result->evidence, row.evidence_words);
	row.evidence = row.evidence_words;
	if (settings_is_ladder(&run->settings))
		say_result(run, result);
	else
		table_row(&run->table, &row);
}
