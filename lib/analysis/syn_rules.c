// SPDX-License-Identifier: GPL-2.0-or-later
/* What rules have in common: asking, and remembering what was asked. */
#include "analysis/syn_rules.h"

#include <math.h>

/* A difference of counters to reckon with: what is unknown is none. */
double syn_rules_known(const struct syn_facts *facts, enum syn_counter counter)
{
	return facts->deltas[counter] == COUNTER_UNKNOWN ? 0 : (double)facts->deltas[counter];
}

double syn_rules_value(uint64_t count)
{
	return count == COUNTER_UNKNOWN ? NAN : (double)count;
}

/* Return: what thresholds that are counts of events are to be multiplied by. */
double syn_rules_scale(const struct syn_facts *facts)
{
	return syn_rules_larger(facts->seconds / SYN_RULES_SECONDS, SYN_RULES_LEAST_SCALE);
}

void syn_rules_note(struct syn_judging *judging, enum syn_note which)
{
	judging->verdict->notes |= 1u << which;
}

static bool record(struct syn_judging *judging, uint32_t listener, const char *rule, double value,
		   double threshold, bool is_below)
{
	struct syn_verdict *verdict = judging->verdict;
	bool is_taken = is_below ? value < threshold : value >= threshold;

	if (verdict->evidence_count < SYN_EVIDENCE_MAX)
		verdict->evidence[verdict->evidence_count++] = (struct syn_evidence){
			.rule = rule,
			.listener = listener,
			.value = value,
			.threshold = threshold,
			.is_below = is_below,
			.is_taken = is_taken,
		};
	return is_taken;
}

/* Ask whether @value is at least @threshold; NAN is not. */
bool syn_rules_ask(struct syn_judging *judging, uint32_t listener, const char *rule, double value,
		   double threshold)
{
	return record(judging, listener, rule, value, threshold, false);
}

bool syn_rules_ask_below(struct syn_judging *judging, uint32_t listener, const char *rule,
			 double value, double threshold)
{
	return record(judging, listener, rule, value, threshold, true);
}

bool syn_rules_ask_host(struct syn_judging *judging, const char *rule, double value,
			double threshold)
{
	return syn_rules_ask(judging, SYN_NO_LISTENER, rule, value, threshold);
}

void syn_rules_decide(struct syn_judging *judging, uint32_t i, enum syn_what what,
		      enum syn_outcome outcome)
{
	struct syn_listener_verdict *own = &judging->listeners[i];

	own->what = what;
	own->outcome = outcome;
	own->severity = outcome == SYN_OUTCOME_LOST ? SYN_SEVERITY_CRITICAL : SYN_SEVERITY_WARNING;
}
