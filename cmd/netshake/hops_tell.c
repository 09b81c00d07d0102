// SPDX-License-Identifier: GPL-2.0-or-later
/* What --hops has found, in text: a line for each hop, and what the path comes to. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "netshake.h"
#include "wire/icmp.h"

#define TEXT_SIZE 1024

/* Addresses have so much room in text. */
#define ADDRESS_WIDTH_V4 15
#define ADDRESS_WIDTH_V6 24

/* Write @changes behind the first @length bytes of @text. */
static void list_changes(char *text, size_t length, const struct tcp_changes *changes)
{
	for (uint8_t i = 0; i < changes->count; i++) {
		char change[TCP_CHANGE_TEXT_MAX];

		tcp_change_text(change, &changes->list[i]);
		length += text_copy(text + length, TEXT_SIZE - length, i ? ", " : "");
		length += text_copy(text + length, TEXT_SIZE - length, change);
	}
}

/* What the quote of a hop shows. */
static void describe_quote(char *text, const struct tcp_hop *hop)
{
	static const char *const unchanged[] = {
		[TCP_EXTENT_NONE] = "nothing is quoted",
		[TCP_EXTENT_PORTS] = "ports and sequence unchanged, the rest is not quoted",
		[TCP_EXTENT_HEADER] = "unchanged but for options, which are not quoted",
		[TCP_EXTENT_ALL] = "unchanged",
	};
	size_t length = strlen(text);

	if (hop->changes.count)
		list_changes(text, length, &hop->changes);
	else
		text_copy(text + length, TEXT_SIZE - length, unchanged[hop->extent]);
	length = strlen(text);
	if (hop->extent != TCP_EXTENT_ALL)
		snprintf(text + length, TEXT_SIZE - length, " (partial quote: %u octets)",
			 hop->quoted);
}

/* What a hop answered, and what its quote shows. */
static void describe(char *text, const struct tcp_hop *hop)
{
	const char *full = hop->ttl ? "" : " to a SYN of full TTL";
	char what[ICMP_TEXT_MAX];

	switch ((enum tcp_hop_answer)hop->answer) {
	case TCP_HOP_SILENT:
		snprintf(text, TEXT_SIZE, "no answer to %u SYN%s", hop->tries,
			 hop->tries == 1 ? "" : "s");
		return;
	case TCP_HOP_SYN_ACK:
		snprintf(text, TEXT_SIZE, "SYN,ACK%s", full);
		return;
	case TCP_HOP_RESET:
		snprintf(text, TEXT_SIZE, "RST%s", full);
		return;
	default:
		break;
	}
	icmp_describe(what, sizeof(what), hop->from.family, hop->icmp_type, hop->icmp_code, 0);
	text[0] = '\0';
	if (hop->answer == TCP_HOP_ICMP)
		snprintf(text, TEXT_SIZE, "%s; ", what);
	describe_quote(text, hop);
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

/* A hop is known.
 *
 * Return: 0, or the -errno of a failed write.
 */
int hops_tell_hop(struct shake *shake, const struct tcp_hop *hop, struct err *err)
{
	struct run *run = shake->run;

	if (!settings_is_ladder(&run->settings)) {
		hops_row(run, hop);
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
	return tell_flush(run, err);
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
	say_evidence(run, "evidence  ", &judgement->evidence);
	say_wrapped(run, "advice    ", judgement->advice);
}

/* Whether something on the way does more than forward. */
static bool is_middlebox(enum tcp_path_verdict verdict)
{
	return verdict == TCP_PATH_OPTIONS_REWRITTEN || verdict == TCP_PATH_HEADER_REWRITTEN ||
	       verdict == TCP_PATH_HIDDEN_PROXY || verdict == TCP_PATH_RESET_ON_THE_WAY;
}

/* The path is known: judge it, which sets run->status, and tell. */
void hops_tell_end(struct shake *shake, const struct tcp_path *path)
{
	static struct tcp_path_judgement judgement;
	struct run *run = shake->run;

	tcp_path_judge(&judgement, path);
	if (run->settings.probe == PROBE_MIDDLEBOX ? !is_middlebox(judgement.verdict) :
						     judgement.verdict != TCP_PATH_OPEN)
		run->status = CLI_EXIT_NO;
	if (settings_is_ladder(&run->settings)) {
		if (!shake->is_begun)
			ladder_ends(shake);
		else
			buf_add_char(&run->out, '\n');
		say_changes(run, path, &judgement);
		say_judgement(run, path, &judgement);
	} else {
		hops_row_path(run, path, &judgement);
	}
}
