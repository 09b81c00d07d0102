// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_RULES_H
#define NETSONDE_ANALYSIS_SYN_RULES_H

#include "analysis/syn_verdict.h"

/* Thresholds that are counts of events are those of as many seconds; those of longer intervals are
 * higher, of shorter ones lower, down to a third. */
#define SYN_RULES_SECONDS 3.0
#define SYN_RULES_LEAST_SCALE (1 / SYN_RULES_SECONDS)

/* Cookies or SYNs that had the time to come back, from which on a share of them means something. */
#define SYN_RULES_SETTLED 20

/* A crowd's cookies come back, but for losses: at least so many. */
#define SYN_RULES_COMPLETE 0.9

/* What the rules share while one interval is judged. */
struct syn_judging {
	const struct syn_facts *facts;
	const struct syn_thresholds *limits;
	struct syn_verdict *verdict;
	struct syn_listener_verdict *listeners;
	double scale;	     /* of thresholds that are counts of events */
	bool cookies_always; /* tcp_syncookies=2 */
	double overflowing;  /* SYNs that found a SYN queue full: cookies or drops */
	double lost; /* SYNs dropped, but for accept queues and missing routes; 0: unknown */
};

/* fmax() and fmin(), without another library. */
static inline double syn_rules_larger(double a, double b)
{
	return a > b ? a : b;
}

static inline double syn_rules_smaller(double a, double b)
{
	return a < b ? a : b;
}

/* Return: @share of @whole, with no more digits than a double has, where registers have more (x87):
 * 0.9 of 50 is 45. */
static inline double syn_rules_part(double share, double whole)
{
	volatile double part = share * whole;

	return part;
}

void syn_rules_note(struct syn_judging *judging, enum syn_note which);
bool syn_rules_ask(struct syn_judging *judging, uint32_t listener, const char *rule, double value,
		   double threshold);
bool syn_rules_ask_below(struct syn_judging *judging, uint32_t listener, const char *rule,
			 double value, double threshold);
bool syn_rules_ask_host(struct syn_judging *judging, const char *rule, double value,
			double threshold);
double syn_rules_known(const struct syn_facts *facts, enum syn_counter counter);
double syn_rules_value(uint64_t count);
double syn_rules_scale(const struct syn_facts *facts);
void syn_rules_decide(struct syn_judging *judging, uint32_t i, enum syn_what what,
		      enum syn_outcome outcome);

/* syn_listener_rules.c */
bool syn_rules_is_target(const struct syn_listener *listener, const struct addr *target);
double syn_rules_occupancy(const struct syn_facts *facts, const struct syn_listener *listener);
void syn_rules_listener(struct syn_judging *judging, uint32_t i, bool cookies_tell);

/* syn_host_rules.c */
bool syn_rules_cookies(struct syn_judging *judging);
void syn_rules_resets(struct syn_judging *judging);
double syn_rules_closed_resets(const struct syn_facts *facts);
void syn_rules_closed(struct syn_judging *judging);
void syn_rules_unroutable(struct syn_judging *judging);
void syn_rules_filtered(struct syn_judging *judging);
void syn_rules_unnamed(struct syn_judging *judging, bool cookies_tell);

/* syn_kind_rules.c */
enum syn_kind syn_rules_kind(const struct syn_judging *judging, uint32_t i);
enum syn_kind syn_rules_wire_kind(const struct syn_judging *judging);

#endif
