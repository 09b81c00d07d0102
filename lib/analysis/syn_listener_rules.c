// SPDX-License-Identifier: GPL-2.0-or-later
/* What is asked about each listener, in this order: is its application stalled, do half-opens
 * survive, is its SYN queue full of others? */
#include <math.h>

#include "analysis/syn_rules.h"

/* How full the SYN queue of a listener has been. Without cookies the last quarter of
 * tcp_max_syn_backlog is kept for those who were seen before (net/ipv4/tcp_input.c,
 * tcp_conn_request()).
 *
 * Return: a share, NAN if the capacity is unknown.
 */
double syn_rules_occupancy(const struct syn_facts *facts, const struct syn_listener *listener)
{
	uint64_t most = facts->sysctls[SYN_SYSCTL_MAX_BACKLOG], capacity = listener->capacity;

	if (capacity == UINT64_MAX || capacity == 0)
		return NAN;
	if (facts->sysctls[SYN_SYSCTL_COOKIES] == 0 && most != SYN_SYSCTL_UNKNOWN) {
		uint64_t open = (most - most / 4 + 1) * (listener->sockets ? listener->sockets : 1);

		if (open < capacity)
			capacity = open;
	}
	return (double)listener->peak / (double)capacity;
}

/* How those fare who find the SYN queue full; one look cannot tell. */
static enum syn_outcome outcome_of(const struct syn_judging *judging)
{
	if (judging->facts->looks < 2)
		return SYN_OUTCOME_NONE;
	if (judging->lost > 0)
		return SYN_OUTCOME_LOST;
	return judging->overflowing > 0 ? SYN_OUTCOME_MITIGATED : SYN_OUTCOME_ABSORBED;
}

/* An accept queue that is full, at two looks or more: the application does not accept. If SYNs are
 * dropped for other reasons, too, it has to be full at every look. One look alone cannot tell
 * whether anybody was turned away. */
static bool judge_stall(struct syn_judging *judging, uint32_t i)
{
	const struct syn_facts *facts = judging->facts;
	const struct syn_listener *listener = &facts->listeners[i];
	double drops = syn_rules_known(facts, COUNTER_LISTEN_DROPS);
	double overflows = syn_rules_known(facts, COUNTER_LISTEN_OVERFLOWS);
	bool is_always_full = listener->full_looks == listener->looks, is_only_reason;

	if (!syn_rules_ask(judging, i, "accept_queue_full", listener->full_looks,
			   facts->looks > 1 ? 2 : 1))
		return false;
	is_only_reason =
		overflows > 0 && syn_rules_ask(judging, i, "accept_share",
					       overflows / syn_rules_larger(drops, overflows),
					       judging->limits->accept_share);
	if (facts->looks < 2)
		syn_rules_decide(judging, i, SYN_APP_STALL, SYN_OUTCOME_NONE);
	else if (is_only_reason || (overflows > 0 && is_always_full))
		syn_rules_decide(judging, i, SYN_APP_STALL, SYN_OUTCOME_LOST);
	else if (is_always_full)
		syn_rules_decide(judging, i, SYN_APP_STALL, SYN_OUTCOME_ABSORBED);
	return judging->listeners[i].what == SYN_APP_STALL;
}

/* Half-opens that nobody completes. A queue that is too short to hold as many as that takes is
 * judged by half of what it holds, if SYNs overflow, too. */
static bool judge_survivors(struct syn_judging *judging, uint32_t i)
{
	const struct syn_thresholds *limits = judging->limits;
	const struct syn_listener *listener = &judging->facts->listeners[i];
	double least = limits->survivors, half = (double)listener->capacity / 2;
	bool has_many;

	if (listener->capacity != UINT64_MAX && half < least)
		least = syn_rules_ask(judging, i, "small_queue_overflow", judging->overflowing,
				      limits->overflow * judging->scale) ?
				syn_rules_larger(half, 2) :
				least;
	has_many = syn_rules_ask(judging, i, "survivors", (double)listener->survivors, least);
	return syn_rules_ask(judging, i, "survival", listener->survival, limits->survival) &&
	       has_many;
}

/* One look alone: a SYN-ACK sent three times is three seconds old. */
static bool judge_old(struct syn_judging *judging, uint32_t i)
{
	const struct syn_listener *listener = &judging->facts->listeners[i];
	uint64_t old = 0;
	bool has_many;

	for (unsigned int age = SYN_AGE_OLD; age < SYN_AGES; age++)
		old += listener->ages[age];
	has_many = syn_rules_ask(judging, i, "old", (double)old, judging->limits->survivors);
	return syn_rules_ask(judging, i, "old_share", (double)old / (double)listener->half_open,
			     judging->limits->old_share) &&
	       has_many;
}

/* Whether SYNs for @target, as the wire has it, reach @listener. */
bool syn_rules_is_target(const struct syn_listener *listener, const struct addr *target)
{
	struct addr local = addr_unmapped(&listener->addr);

	return listener->sockets > 0 && listener->addr.port == target->port &&
	       (addr_is_any(&listener->addr) || addr_equal(&local, target));
}

/* Cookies for everybody: the SYN queue shows nothing, but the wire may have seen who completes.
 * What began within the last round trips cannot have completed. */
static bool judge_wire(struct syn_judging *judging, uint32_t i)
{
	const struct syn_facts *facts = judging->facts;
	double syns = 0, completed = 0, settled = 0;

	for (uint32_t t = 0; t < facts->wire.target_count; t++) {
		if (!syn_rules_is_target(&facts->listeners[i], &facts->wire.targets[t].listener))
			continue;
		syns += (double)facts->wire.targets[t].syns;
		completed += (double)facts->wire.targets[t].completed;
		settled += (double)facts->wire.settled[t];
	}
	if (syns == 0 ||
	    !syn_rules_ask(judging, i, "wire_incomplete", syns - completed,
			   judging->limits->cookies * judging->scale) ||
	    !syn_rules_ask(judging, i, "wire_settled", settled, SYN_RULES_SETTLED))
		return false;
	return syn_rules_ask_below(judging, i, "wire_completion", completed / syns,
				   judging->limits->cookie_return);
}

void syn_rules_listener(struct syn_judging *judging, uint32_t i, bool cookies_tell)
{
	const struct syn_facts *facts = judging->facts;
	const struct syn_listener *listener = &facts->listeners[i];
	bool is_full;

	if (listener->full_sockets > 0 && judge_stall(judging, i))
		return;
	if (judging->cookies_always && facts->wire.seconds > 0 && judge_wire(judging, i)) {
		syn_rules_decide(judging, i, SYN_FLOOD, SYN_OUTCOME_MITIGATED);
		return;
	}
	if (listener->peak == 0)
		return;
	is_full = syn_rules_ask(judging, i, "occupancy", syn_rules_occupancy(facts, listener),
				judging->limits->occupancy);
	if (facts->looks > 1 ? judge_survivors(judging, i) : judge_old(judging, i))
		syn_rules_decide(judging, i, SYN_FLOOD,
				 is_full ? outcome_of(judging) : SYN_OUTCOME_ABSORBED);
	else if (is_full && cookies_tell && !judging->cookies_always)
		syn_rules_decide(judging, i, SYN_FLOOD, outcome_of(judging));
	else if (is_full && syn_rules_ask(judging, i, "overflow", judging->overflowing,
					  judging->limits->overflow * judging->scale))
		syn_rules_decide(judging, i, SYN_BACKLOG_TOO_SMALL, outcome_of(judging));
}
