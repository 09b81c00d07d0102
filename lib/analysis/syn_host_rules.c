// SPDX-License-Identifier: GPL-2.0-or-later
/* What is asked about a network namespace as a whole: its counters name no listener. */
#include <math.h>

#include "analysis/syn_rules.h"
#include "analysis/syn_settling.h"

/* Cookies that do not come back, of the whole namespace. */
bool syn_rules_cookies(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;
	double sent = syn_rules_value(facts->deltas[COUNTER_COOKIES_SENT]);

	if (!syn_rules_ask_host(judging, "cookies", sent,
				judging->limits->cookies * judging->scale))
		return false;
	return syn_rules_ask_below(judging, SYN_NO_LISTENER, "cookie_return",
				   syn_cookie_return(facts), judging->limits->cookie_return);
}

/* What costs nobody a connection yet. */
static void warn(struct syn_judging *judging, enum syn_what what, enum syn_kind kind)
{
	if (what < judging->verdict->what)
		return;
	judging->verdict->what = what;
	judging->verdict->kind = kind;
	judging->verdict->severity = SYN_SEVERITY_WARNING;
}

/* Half-opens that a RST ended: somebody scans, or the sources of a flood are live hosts. */
void syn_rules_resets(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;
	double resets = syn_rules_value(facts->deltas[COUNTER_EMBRYONIC_RESETS]);
	double all = resets + syn_rules_known(facts, COUNTER_PASSIVE_OPENS);

	if (!syn_rules_ask_host(judging, "resets", resets,
				judging->limits->resets * judging->scale) ||
	    !syn_rules_ask_host(judging, "reset_share", resets / all, judging->limits->reset_share))
		return;
	warn(judging, SYN_SCAN_OR_RST_FLOOD, SYN_KIND_RST_SCAN);
}

static bool is_listened_to(const struct syn_facts *facts, const struct addr *target)
{
	for (uint32_t i = 0; i < facts->listener_count; i++)
		if (syn_rules_is_target(&facts->listeners[i], target))
			return true;
	return false;
}

/* The share that the busiest closed port has of all SYNs for closed ports, by the wire. */
static double closed_share(const struct syn_facts *facts)
{
	uint64_t most = 0, listened = 0;

	for (uint32_t i = 0; i < facts->wire.target_count; i++) {
		const struct syn_tally_report *target = &facts->wire.targets[i];

		if (is_listened_to(facts, &target->listener))
			listened += target->syns;
		else if (target->syns > most)
			most = target->syns;
	}
	if (facts->wire.all.syns <= listened)
		return 0;
	return (double)most / (double)(facts->wire.all.syns - listened);
}

/* Return: how many RSTs were sent that no application asked for by closing; NAN: unknown. */
double syn_rules_closed_resets(const struct syn_facts *facts)
{
	return syn_rules_value(facts->deltas[COUNTER_RESETS_SENT]) -
	       syn_rules_known(facts, COUNTER_ABORT_DATA) -
	       syn_rules_known(facts, COUNTER_ABORT_CLOSE);
}

/* RSTs for SYNs to closed ports, a flood if one port gets them and a scan if many do. Only the wire
 * tells ports; without it a flood is what goes on all the time, and is most of what arrives. */
void syn_rules_closed(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;
	double resets = syn_rules_closed_resets(facts);
	double least = judging->limits->closed * judging->scale, steady = 0;
	bool is_flood;

	if (!syn_rules_ask_host(judging, "closed_port_resets", resets, least))
		return;
	if (facts->looks > 2 && facts->least_resets != COUNTER_UNKNOWN)
		steady = (double)facts->least_resets * (facts->looks - 1);
	if (facts->wire.seconds > 0 && facts->wire.all.syns > 0)
		is_flood =
			syn_rules_ask_host(judging, "closed_port_share", closed_share(facts), 0.5);
	else
		is_flood = syn_rules_ask_host(judging, "closed_port_steady", steady, least / 2) &&
			   syn_rules_ask_host(judging, "closed_port_segments",
					      resets / syn_rules_known(facts, COUNTER_SEGMENTS_IN),
					      judging->limits->closed_share);
	if (!is_flood) {
		syn_rules_note(judging, SYN_NOTE_PORT_SCAN);
		return;
	}
	warn(judging, SYN_CLOSED_PORT_FLOOD, SYN_KIND_CLOSED_PORT);
}

/* SYNs whose senders no route leads to: dropped, and each counts as a drop and as no route. */
void syn_rules_unroutable(struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;
	double no_routes = syn_rules_known(facts, COUNTER_NO_ROUTES4) +
			   syn_rules_known(facts, COUNTER_NO_ROUTES6);
	double drops = syn_rules_known(facts, COUNTER_LISTEN_DROPS) -
		       syn_rules_known(facts, COUNTER_LISTEN_OVERFLOWS) -
		       syn_rules_known(facts, COUNTER_QUEUE_DROPS);

	if (no_routes <= 0 ||
	    !syn_rules_ask_host(judging, "unroutable", syn_rules_smaller(no_routes, drops),
				judging->limits->unroutable * judging->scale))
		return;
	warn(judging, SYN_UNROUTABLE_FLOOD, SYN_KIND_UNROUTABLE);
}

/* What rp_filter drops never reaches a listener. */
void syn_rules_filtered(struct syn_judging *judging)
{
	double filtered = syn_rules_value(judging->facts->deltas[COUNTER_RP_FILTER]);

	if (syn_rules_ask_host(judging, "filtered", filtered,
			       judging->limits->filtered * judging->scale))
		syn_rules_note(judging, SYN_NOTE_FILTERED);
}

/* The only listener there is, or, of a crowd, the only one whose accept queue was seen full. */
static uint32_t only_candidate(const struct syn_facts *facts, enum syn_what what)
{
	uint32_t full = SYN_NO_LISTENER;

	if (facts->listener_count == 1)
		return 0;
	for (uint32_t i = 0; i < facts->listener_count && what == SYN_BACKLOG_TOO_SMALL; i++) {
		if (facts->listeners[i].full_looks == 0)
			continue;
		if (full != SYN_NO_LISTENER)
			return SYN_NO_LISTENER;
		full = i;
	}
	return full;
}

/* What no listener can be blamed for: cookies always on, a queue that overflowed between looks. */
void syn_rules_unnamed(struct syn_judging *judging, bool cookies_tell)
{
	const struct syn_facts *facts = judging->facts;
	struct syn_verdict *verdict = judging->verdict;
	double least = judging->limits->overflow * judging->scale;
	double overflows = syn_rules_known(facts, COUNTER_LISTEN_OVERFLOWS);
	enum syn_what what = SYN_OK;

	for (uint32_t i = 0; i < facts->listener_count; i++)
		if (judging->listeners[i].what != SYN_OK)
			return;
	if (cookies_tell)
		what = SYN_FLOOD;
	else if (facts->looks > 1 &&
		 syn_rules_ask_host(judging, "overflow", judging->overflowing + overflows, least))
		what = SYN_BACKLOG_TOO_SMALL;
	if (what == SYN_OK)
		return;
	verdict->what = what;
	verdict->kind = SYN_KIND_NONE;
	verdict->outcome = judging->lost + overflows > 0 ? SYN_OUTCOME_LOST : SYN_OUTCOME_MITIGATED;
	verdict->severity =
		verdict->outcome == SYN_OUTCOME_LOST ? SYN_SEVERITY_CRITICAL : SYN_SEVERITY_WARNING;
	verdict->listener = only_candidate(facts, what);
	if (verdict->listener != SYN_NO_LISTENER)
		syn_rules_decide(judging, verdict->listener, what, verdict->outcome);
}
