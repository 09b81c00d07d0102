// SPDX-License-Identifier: GPL-2.0-or-later
/* Is it a flood? Theory of operation.
 *
 * What separates a flood from a crowd is not how many SYNs come but what becomes of them: clients
 * complete the handshake within a round trip, or a few if segments are lost; what floods does not.
 * So half-opens that survive for two seconds, and cookies that do not come back, tell a flood; a
 * queue that is full of others is too small. Before that, a listener whose accept queue is full is
 * told apart: the kernel ignores the last ACK of its clients, and their half-opens grow old, too.
 *
 * Thresholds are never counts of half-opens alone: a full queue of 128 never shows more than
 * 129. */
#include "analysis/syn_verdict.h"

#include <math.h>
#include <string.h>

#include "analysis/syn_rules.h"
#include "analysis/syn_settling.h"

const struct syn_thresholds syn_thresholds_default = {
	.survivors = 20,
	.survival = 0.5,
	.old_share = 0.5,
	.occupancy = 0.9,
	.cookies = 50,
	.cookie_return = 0.5,
	.overflow = 10,
	.accept_share = 0.9,
	.resets = 50,
	.reset_share = 0.2,
	.closed = 100,
	.closed_share = 0.2,
	.unroutable = 50,
	.filtered = 50,
	.single_source = 0.5,
	.bogon_share = 0.02,
};

/* The worst of what the listeners are judged to be becomes the verdict. */
static void take_worst(struct syn_judging *judging)
{
	struct syn_verdict *verdict = judging->verdict;

	for (uint32_t i = 0; i < judging->facts->listener_count; i++) {
		const struct syn_listener_verdict *own = &judging->listeners[i];

		if (own->what == SYN_OK)
			continue;
		if (own->what == verdict->what) {
			verdict->affected++;
			if (own->severity <= verdict->severity)
				continue;
		} else if (own->severity < verdict->severity ||
			   (own->severity == verdict->severity && own->what < verdict->what)) {
			continue;
		} else {
			verdict->affected = 1;
		}
		verdict->what = own->what;
		verdict->severity = own->severity;
		verdict->outcome = own->outcome;
		verdict->kind = own->kind;
		verdict->listener = i;
	}
}

/* The listener that most SYNs went for, by the wire. */
static void name_by_wire(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;

	if (facts->wire.target_count == 0 || judging->verdict->listener != SYN_NO_LISTENER)
		return;
	for (uint32_t i = 0; i < facts->listener_count; i++) {
		if (!syn_rules_is_target(&facts->listeners[i], &facts->wire.targets[0].listener))
			continue;
		syn_rules_decide(judging, i, judging->verdict->what, judging->verdict->outcome);
		judging->verdict->listener = i;
		judging->verdict->affected = 1;
		return;
	}
}

static bool has_gap(const struct syn_facts *facts)
{
	static const enum syn_counter needed[] = {
		COUNTER_COOKIES_SENT,	  COUNTER_COOKIES_RECV, COUNTER_LISTEN_DROPS,
		COUNTER_LISTEN_OVERFLOWS, COUNTER_QUEUE_DROPS,	COUNTER_EMBRYONIC_RESETS,
		COUNTER_PASSIVE_OPENS,	  COUNTER_RESETS_SENT,
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]) && facts->looks > 1; i++)
		if (facts->deltas[needed[i]] == COUNTER_UNKNOWN)
			return true;
	return false;
}

static void add_notes(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;
	uint32_t listening = 0;

	for (uint32_t i = 0; i < facts->listener_count; i++) {
		const struct syn_listener *listener = &facts->listeners[i];

		listening += listener->sockets > 0;
		if ((double)listener->deferred >= judging->limits->overflow)
			syn_rules_note(judging, SYN_NOTE_DEFERRED);
		if (judging->listeners[i].what == SYN_OK &&
		    (double)(listener->half_open - listener->ages[0]) >= judging->limits->overflow)
			syn_rules_note(judging, SYN_NOTE_SLOW_CLIENTS);
	}
	if (listening == 0 && !(facts->gaps & SYN_GAP_LISTENERS))
		syn_rules_note(judging, SYN_NOTE_NO_LISTENER);
	if (facts->looks <= 1)
		syn_rules_note(judging, SYN_NOTE_SNAPSHOT);
	if (judging->cookies_always)
		syn_rules_note(judging, SYN_NOTE_COOKIES_ALWAYS);
	if (facts->wire.seconds > 0 && facts->wire.is_sampled)
		syn_rules_note(judging, SYN_NOTE_SAMPLED);
	if (facts->gaps)
		syn_rules_note(judging, SYN_NOTE_INCOMPLETE);
	if (has_gap(facts))
		syn_rules_note(judging, SYN_NOTE_COUNTERS);
	if (judging->verdict->what == SYN_OK &&
	    judging->verdict->cookie_return < SYN_RULES_COMPLETE &&
	    syn_rules_known(facts, COUNTER_COOKIES_SENT) >= judging->limits->cookies)
		syn_rules_note(judging, SYN_NOTE_COOKIES_LOST);
}

/* Many half-opens, none of which could be seen to survive or to complete; cookies likewise; or one
 * look, with a full queue. */
static bool is_undecided(const struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;

	for (uint32_t i = 0; i < facts->listener_count; i++) {
		const struct syn_listener *listener = &facts->listeners[i];

		if (facts->looks > 1 ?
			    (double)listener->half_open >= judging->limits->survivors &&
				    isnan(listener->survival) :
			    syn_rules_occupancy(facts, listener) >= judging->limits->occupancy)
			return true;
	}
	return !syn_cookies_are_settled(facts, judging->limits);
}

/* What is not known is not well. Settings that are missing change no verdict. */
static void doubt(struct syn_judging *judging)
{
	struct syn_verdict *verdict = judging->verdict;
	const unsigned int harmless = SYN_GAP_SYSCTLS;
	bool undecided = is_undecided(judging);

	if (verdict->what != SYN_OK)
		return;
	if (undecided)
		syn_rules_note(judging, SYN_NOTE_SHORT);
	if (!undecided && !(judging->facts->gaps & ~harmless) && !has_gap(judging->facts))
		return;
	verdict->what = SYN_UNKNOWN;
	verdict->severity = SYN_SEVERITY_UNKNOWN;
}

/* SYNs a second for all listeners: what came of each is counted somewhere. Of half-opens those of
 * the last second are new. The wire has those for closed ports, too. */
static double estimate_rate(const struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;
	double syns = syn_rules_known(facts, COUNTER_PASSIVE_OPENS) -
		      syn_rules_known(facts, COUNTER_COOKIES_RECV) +
		      syn_rules_known(facts, COUNTER_COOKIES_SENT) +
		      syn_rules_known(facts, COUNTER_LISTEN_DROPS) +
		      syn_rules_known(facts, COUNTER_EMBRYONIC_RESETS);
	double fresh = 0;

	if (facts->wire.seconds > 0)
		return (double)facts->wire.all.syns / facts->wire.seconds;
	if (facts->looks < 2 || facts->seconds <= 0)
		return NAN;
	for (uint32_t i = 0; i < facts->listener_count; i++)
		if (judging->listeners[i].what == SYN_FLOOD)
			fresh += (double)facts->listeners[i].ages[0];
	return syn_rules_larger(syns, 0) / facts->seconds + fresh;
}

/* The wire's figures of one listener: those of all its addresses. */
static void take_wire(const struct syn_facts *facts, const struct syn_listener *listener,
		      struct syn_listener_verdict *own)
{
	double syns = 0, completed = 0;

	for (uint32_t i = 0; i < facts->wire.target_count; i++) {
		const struct syn_tally_report *target = &facts->wire.targets[i];

		if (!syn_rules_is_target(listener, &target->listener))
			continue;
		syns += (double)target->syns;
		completed += (double)target->completed;
	}
	own->syn_rate = syns / facts->wire.seconds;
	own->completion_rate = completed / facts->wire.seconds;
}

/* What the counters of the namespace say of each listener: all of it if there is no other, what
 * overflowed if no other is full. */
static void attribute(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;
	uint32_t full = 0, listening = 0;

	for (uint32_t i = 0; i < facts->listener_count; i++) {
		listening += facts->listeners[i].sockets > 0;
		full += syn_rules_occupancy(facts, &facts->listeners[i]) >=
			judging->limits->occupancy;
	}
	for (uint32_t i = 0; i < facts->listener_count; i++) {
		const struct syn_listener *listener = &facts->listeners[i];
		struct syn_listener_verdict *own = &judging->listeners[i];
		bool is_only = listening == 1 && listener->sockets > 0;
		bool is_full = syn_rules_occupancy(facts, listener) >= judging->limits->occupancy;

		own->cookies = own->drops = COUNTER_UNKNOWN;
		own->syn_rate = own->completion_rate = NAN;
		if (is_only || (full == 1 && is_full && !judging->cookies_always)) {
			own->cookies = facts->deltas[COUNTER_COOKIES_SENT];
			own->drops = facts->deltas[COUNTER_LISTEN_DROPS];
		}
		if (facts->wire.seconds > 0) {
			take_wire(facts, listener, own);
		} else if (is_only) {
			own->syn_rate = judging->verdict->syn_rate;
			own->completion_rate = judging->verdict->completion_rate;
		} else if (own->what == SYN_FLOOD && (!is_full || full == 1)) {
			own->syn_rate = (double)listener->ages[0];
			if (is_full && facts->seconds > 0)
				own->syn_rate += judging->overflowing / facts->seconds;
		}
	}
}

/* Those for closed ports are no listener's; without the wire they are told by the RSTs. */
static void add_closed(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;

	if (judging->verdict->what == SYN_CLOSED_PORT_FLOOD && facts->wire.seconds <= 0)
		judging->verdict->syn_rate += syn_rules_closed_resets(facts) / facts->seconds;
}

/* Judge what an interval showed. @listeners has room for facts->listener_count of them. */
void syn_judge(const struct syn_facts *facts, const struct syn_thresholds *limits,
	       struct syn_verdict *verdict, struct syn_listener_verdict *listeners)
{
	bool cookies_always = facts->sysctls[SYN_SYSCTL_COOKIES] == 2, cookies_tell;
	struct syn_judging judging = {
		.facts = facts,
		.limits = limits,
		.verdict = verdict,
		.listeners = listeners,
		.cookies_always = cookies_always,
		.scale = syn_rules_scale(facts),
		.overflowing = syn_rules_known(facts, COUNTER_QUEUE_DROPS) +
			       (cookies_always ? 0 : syn_rules_known(facts, COUNTER_COOKIES_SENT)),
		.lost = syn_rules_larger(0,
					 syn_rules_known(facts, COUNTER_LISTEN_DROPS) -
						 syn_rules_known(facts, COUNTER_LISTEN_OVERFLOWS) -
						 syn_rules_known(facts, COUNTER_NO_ROUTES4) -
						 syn_rules_known(facts, COUNTER_NO_ROUTES6)),
	};

	memset(verdict, 0, sizeof(*verdict));
	memset(listeners, 0, facts->listener_count * sizeof(*listeners));
	verdict->listener = SYN_NO_LISTENER;
	verdict->cookie_return = syn_cookie_return(facts);
	syn_rules_closed(&judging);
	syn_rules_unroutable(&judging);
	syn_rules_resets(&judging);
	syn_rules_filtered(&judging);
	cookies_tell = syn_rules_cookies(&judging);
	for (uint32_t i = 0; i < facts->listener_count; i++) {
		syn_rules_listener(&judging, i, cookies_tell);
		if (listeners[i].what == SYN_FLOOD)
			listeners[i].kind = syn_rules_kind(&judging, i);
	}
	syn_rules_unnamed(&judging, cookies_tell);
	take_worst(&judging);
	if (verdict->what == SYN_FLOOD && verdict->kind == SYN_KIND_NONE)
		verdict->kind = syn_rules_wire_kind(&judging);
	if (verdict->what == SYN_FLOOD)
		name_by_wire(&judging);
	verdict->completion_rate =
		facts->looks > 1 && facts->seconds > 0 &&
				facts->deltas[COUNTER_PASSIVE_OPENS] != COUNTER_UNKNOWN ?
			(double)facts->deltas[COUNTER_PASSIVE_OPENS] / facts->seconds :
			NAN;
	verdict->syn_rate = estimate_rate(&judging);
	attribute(&judging);
	add_closed(&judging);
	add_notes(&judging);
	doubt(&judging);
}
