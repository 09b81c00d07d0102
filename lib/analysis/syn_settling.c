// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether what an interval showed has had the time to become something. */
#include "analysis/syn_settling.h"

#include <math.h>

#include "analysis/syn_rules.h"

/* Return: the share of cookies that come back, of those that have had the time to; NAN if too few
 * were sent to tell.
 */
double syn_cookie_return(const struct syn_facts *facts)
{
	double share;

	if (facts->settled_sent == COUNTER_UNKNOWN || facts->settled_recv == COUNTER_UNKNOWN ||
	    facts->settled_sent < SYN_RULES_SETTLED)
		return NAN;
	share = (double)facts->settled_recv / (double)facts->settled_sent;
	return share < 1 ? share : 1;
}

/* By the wire: SYNs that all came too late to be completed by now. */
static bool is_wire_settled(const struct syn_facts *facts, const struct syn_thresholds *limits)
{
	double least = limits->cookies * syn_rules_scale(facts);

	for (uint32_t i = 0; i < facts->wire.target_count; i++) {
		const struct syn_tally_report *target = &facts->wire.targets[i];

		if ((double)target->syns >= least && facts->wire.settled[i] < SYN_RULES_SETTLED &&
		    (double)target->completed <
			    syn_rules_part(limits->cookie_return, (double)target->syns))
			return false;
	}
	return true;
}

/* Return: whether it can be told if cookies come back: few were sent, or some long enough ago, or
 * nearly all are back.
 */
bool syn_cookies_are_settled(const struct syn_facts *facts, const struct syn_thresholds *limits)
{
	double sent = syn_rules_known(facts, COUNTER_COOKIES_SENT);

	if (facts->sysctls[SYN_SYSCTL_COOKIES] == 2 && !is_wire_settled(facts, limits))
		return false;
	return sent < limits->cookies * syn_rules_scale(facts) ||
	       !isnan(syn_cookie_return(facts)) ||
	       syn_rules_known(facts, COUNTER_COOKIES_RECV) >=
		       syn_rules_part(SYN_RULES_COMPLETE, sent);
}

static bool is_listener_settled(const struct syn_listener *listener,
				const struct syn_thresholds *limits)
{
	double half = (double)listener->capacity / 2, least = limits->survivors;

	if (listener->capacity != UINT64_MAX && half < least)
		least = syn_rules_larger(half, 2);
	if (listener->full_sockets > 0)
		return listener->full_looks > 1;
	if ((double)listener->half_open < least)
		return true;
	if ((double)listener->survivors >= least && listener->survival >= limits->survival)
		return true;
	/* Those that were there earlier are gone; but there are many more now. */
	return (double)listener->before >= least &&
	       listener->half_open < 2 * listener->before + (uint64_t)least;
}

/* Return: whether @facts will do; if not, something began so late in the interval that only a
 * longer one, by two seconds at most, tells whether it survives or comes back.
 */
bool syn_facts_are_settled(const struct syn_facts *facts, const struct syn_thresholds *limits)
{
	for (uint32_t i = 0; i < facts->listener_count; i++)
		if (!is_listener_settled(&facts->listeners[i], limits))
			return false;
	return syn_cookies_are_settled(facts, limits);
}
