// SPDX-License-Identifier: GPL-2.0-or-later
/* A verdict for people: one line that says it, then what it rests on. */
#include <inttypes.h>
#include <math.h>

#include "analysis/syn_advice.h"
#include "text.h"

/* Listeners that are shown at most; --json has them all. */
#define LISTENERS_SHOWN 10

static void tint(const struct run *run, struct buf *out, enum tint which)
{
	const struct palette *palette = cli_palette(run->settings.common.color, out->fd);

	if (palette)
		buf_add_text(out, palette->sequence[which]);
}

static uint64_t all_half_opens(const struct syn_facts *facts)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < facts->listener_count; i++)
		sum += facts->listeners[i].half_open;
	return sum;
}

static void say_ok(struct buf *out, const struct site *site)
{
	const struct syn_facts *facts = &site->facts;
	uint32_t listening = 0;

	for (uint32_t i = 0; i < facts->listener_count; i++)
		listening += facts->listeners[i].sockets > 0;
	buf_add_format(out, "no SYN flood; %u listener%s, %" PRIu64 " half-open", listening,
		       listening == 1 ? "" : "s", all_half_opens(facts));
	if (!isnan(site->verdict.completion_rate))
		buf_add_format(out, ", %.0f handshakes/s", site->verdict.completion_rate);
}

/* What was seen, in a clause, where no listener is to be named. */
static void say_host(struct buf *out, const struct site *site)
{
	const uint64_t *deltas = site->facts.deltas;

	switch (site->verdict.what) {
	case SYN_CLOSED_PORT_FLOOD:
		buf_add_format(out, "%" PRIu64 " RSTs sent for SYNs to closed ports",
			       deltas[COUNTER_RESETS_SENT]);
		break;
	case SYN_UNROUTABLE_FLOOD:
		buf_add_format(out,
			       "%" PRIu64 " SYNs dropped: no route leads back to their sources",
			       deltas[COUNTER_LISTEN_DROPS]);
		break;
	case SYN_SCAN_OR_RST_FLOOD:
		buf_add_format(out, "%" PRIu64 " half-open connections were reset by their sources",
			       deltas[COUNTER_EMBRYONIC_RESETS]);
		break;
	case SYN_UNKNOWN:
		buf_add_format(out, "what was seen is not enough to say that there is no flood");
		break;
	default:
		buf_add_format(out, "listener unknown");
		break;
	}
}

/* The verdict in a line, without its end: "FLOOD (warning): 192.0.2.1:80, ...". */
void text_headline(struct buf *out, const struct run *run, const struct site *site)
{
	const struct syn_verdict *verdict = &site->verdict;
	static const enum tint tints[] = { TINT_GOOD, TINT_NOTICE, TINT_BAD, TINT_NOTICE };

	tint(run, out, tints[site->severity]);
	buf_add_text(out, words_what[verdict->what]);
	if (site->severity != SYN_SEVERITY_OK && site->severity != SYN_SEVERITY_UNKNOWN)
		buf_add_format(out, " (%s)", words_severity_keys[site->severity]);
	tint(run, out, TINT_NONE);
	buf_add_text(out, ": ");
	if (run->site_count > 1 || run->settings.common.netns) {
		buf_add_text(out, "netns ");
		buf_add_foreign(out, site->name);
		buf_add_text(out, ", ");
	}
	if (verdict->what == SYN_OK) {
		say_ok(out, site);
		return;
	}
	if (verdict->listener != SYN_NO_LISTENER)
		text_end(out, &site->facts.listeners[verdict->listener].addr);
	else
		say_host(out, site);
	if (verdict->affected > 1)
		buf_add_format(out, " and %u more", verdict->affected - 1);
	if (verdict->what == SYN_APP_STALL)
		buf_add_text(out, ", the accept queue is full");
	if (verdict->what == SYN_APP_STALL && verdict->outcome == SYN_OUTCOME_ABSORBED)
		buf_add_text(out, "; nobody was turned away yet");
	else if (verdict->outcome != SYN_OUTCOME_NONE)
		buf_add_format(out, "%s %s", verdict->what == SYN_APP_STALL ? ";" : ",",
			       words_outcome[verdict->outcome]);
	if (words_kind[verdict->kind])
		buf_add_format(out, "; %s", words_kind[verdict->kind]);
	if (!isnan(verdict->syn_rate) && verdict->what != SYN_UNKNOWN)
		buf_add_format(out, "; about %.0f SYN/s", verdict->syn_rate);
}

static void say_counters(struct buf *out, const struct syn_facts *facts)
{
	unsigned int shown = 0, unknown = 0;

	if (facts->looks < 2)
		return;
	buf_add_format(out, "\nCounters, in %.1f s", facts->seconds);
	for (unsigned int i = 0; i < SYN_COUNTER_COUNT; i++) {
		unknown += facts->deltas[i] == COUNTER_UNKNOWN;
		if (facts->deltas[i] == COUNTER_UNKNOWN || facts->deltas[i] == 0 ||
		    i == COUNTER_SEGMENTS_IN)
			continue;
		buf_add_format(out, "%s%s %" PRIu64, shown % 3 ? ", " : "\n  ",
			       syn_counter_defs[i].key, facts->deltas[i]);
		shown++;
	}
	if (shown == 0)
		buf_add_text(out, "\n  none of those that tell floods has moved");
	if (unknown > 0)
		buf_add_format(out, "\n  %u counter%s this kernel does not have", unknown,
			       unknown == 1 ? "" : "s");
	buf_add_char(out, '\n');
}

static void say_settings(struct buf *out, const struct syn_facts *facts)
{
	buf_add_text(out, "\nSettings\n");
	for (unsigned int i = 0; i < SYN_SYSCTL_COUNT; i++) {
		buf_add_text(out, i % 3 ? ", net." : i ? "\n  net." : "  net.");
		for (const char *at = syn_sysctl_paths[i]; *at; at++)
			buf_add_char(out, (char)(*at == '/' ? '.' : *at));
		if (facts->sysctls[i] == SYN_SYSCTL_UNKNOWN)
			buf_add_text(out, " unknown");
		else
			buf_add_format(out, " %" PRIu64, facts->sysctls[i]);
	}
	buf_add_char(out, '\n');
}

static void say_wire(struct buf *out, const struct syn_facts *facts)
{
	if (facts->wire.seconds <= 0)
		return;
	buf_add_format(out,
		       "\nWire, in %.1f s\n  %" PRIu64
		       " SYNs%s (%.0f/s) from %.0f addresses, %" PRIu64 " handshakes completed\n",
		       facts->wire.seconds, facts->wire.all.syns,
		       facts->wire.is_sampled ? ", estimated" : "",
		       (double)facts->wire.all.syns / facts->wire.seconds, facts->wire.all.sources,
		       facts->wire.all.completed);
	for (uint32_t i = 0; i < facts->wire.target_count && i < LISTENERS_SHOWN; i++) {
		buf_add_text(out, "  ");
		text_end(out, &facts->wire.targets[i].listener);
		buf_add_format(out, " gets %" PRIu64 ", from %.0f\n", facts->wire.targets[i].syns,
			       facts->wire.targets[i].sources);
	}
}

static void say_why(struct buf *out, const struct site *site)
{
	const struct syn_verdict *verdict = &site->verdict;

	buf_add_text(out, "\nRules\n");
	for (uint32_t i = 0; i < verdict->evidence_count; i++) {
		const struct syn_evidence *evidence = &verdict->evidence[i];

		buf_add_format(out, "  %-3s %-22s ", evidence->is_taken ? "yes" : "no",
			       evidence->rule);
		if (isnan(evidence->value))
			buf_add_text(out, "unknown");
		else
			buf_add_format(out, "%.6g", evidence->value);
		buf_add_format(out, " %s %.6g",
			       evidence->is_below ? "<" : ">=", evidence->threshold);
		if (evidence->listener != SYN_NO_LISTENER) {
			buf_add_text(out, "  ");
			text_end(out, &site->facts.listeners[evidence->listener].addr);
		}
		buf_add_char(out, '\n');
	}
}

static void say_top(struct run *run, const struct site *site)
{
	const struct space_saving_item *top[1000];
	const struct syn_tally *tally =
		site->facts.wire.seconds > 0 ? &run->wire.tally : &site->observer.tally;
	size_t count;

	if (run->settings.top == 0)
		return;
	buf_add_format(&run->out, "\nSources of %s\n",
		       site->facts.wire.seconds > 0 ? "SYNs" : "half-open connections");
	for (int group = 0; group < 2; group++) {
		count = space_saving_top(group ? &tally->groups : &tally->pairs, NULL, top,
					 run->settings.top);
		for (size_t i = 0; i < count; i++) {
			char *at;

			buf_add_format(&run->out, "  %8" PRIu64 "  ",
				       top[i]->count - top[i]->error);
			at = buf_reserve(&run->out, ADDR_TEXT_MAX);
			buf_commit(&run->out, addr_format(at, &top[i]->key.source));
			if (group)
				buf_add_text(&run->out,
					     top[i]->key.source.family == AF_INET ? "/24" : "/48");
			buf_add_text(&run->out, " to ");
			text_end(&run->out, &top[i]->key.listener);
			buf_add_char(&run->out, '\n');
		}
	}
}

static void say_notes(struct buf *out, const struct site *site)
{
	for (unsigned int i = 0; i < SYN_NOTE_COUNT; i++) {
		if (!(site->verdict.notes & 1u << i))
			continue;
		buf_add_format(out, "Note: %s", words_note[i]);
		if (i == SYN_NOTE_INCOMPLETE && site->err.text[0]) {
			buf_add_text(out, ": ");
			buf_add_foreign(out, site->err.text);
		}
		buf_add_char(out, '\n');
	}
}

/* Write the whole verdict. */
void text_verdict(struct run *run, const struct site *site)
{
	struct buf *out = &run->out;
	struct syn_advice advice;
	uint32_t shown = 0, left = 0;

	text_headline(out, run, site);
	buf_add_char(out, '\n');
	say_notes(out, site);
	syn_advise(&site->facts, &site->verdict, &advice);
	for (uint32_t i = 0; i < advice.count; i++)
		buf_add_format(out, "%s%s\n", i == 0 ? "Advice: " : "        ", advice.texts[i]);
	for (uint32_t i = 0; i < site->facts.listener_count; i++) {
		if (!text_is_shown(site, i))
			continue;
		if (shown++ < LISTENERS_SHOWN)
			text_listener(run, site, i);
		else
			left++;
	}
	if (left > 0)
		buf_add_format(
			out,
			"\n%u more listeners with half-open connections: --json has them all\n",
			left);
	say_counters(out, &site->facts);
	say_wire(out, &site->facts);
	say_settings(out, &site->facts);
	say_top(run, site);
	if (run->settings.why)
		say_why(out, site);
}
