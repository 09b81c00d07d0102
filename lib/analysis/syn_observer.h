// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_OBSERVER_H
#define NETSONDE_ANALYSIS_SYN_OBSERVER_H

#include <stddef.h>

#include "analysis/syn_facts.h"
#include "analysis/syn_survival.h"
#include "record/sock.h"

#define SYN_OBSERVER_BUCKETS 256

/* A cookie comes back within so many looks, or it was in no crowd's hands. */
#define SYN_OBSERVER_LAGS 3

/* What is kept of a look that is over. */
struct syn_moment {
	uint64_t mono_ns;
	struct syn_counters counters;
};

/* Looks on their way to facts, in memory that grows with the number of listeners alone.
 *
 * A look is syn_observer_begin(), each listener, each half-open connection, syn_observer_end().
 * After any number of looks syn_observer_facts() tells what they show together;
 * syn_observer_next() begins the next interval with the last look of this one. */
struct syn_observer {
	uint64_t seed;
	struct syn_look look;			    /* the one that goes on, or the last */
	unsigned int gaps;			    /* of this interval */
	uint32_t looks;				    /* in this interval */
	uint32_t all_looks;			    /* look N is at past[N % SYN_SURVIVAL_LOOKS] */
	uint64_t least_resets;			    /* between two looks of this interval */
	struct syn_moment first[SYN_OBSERVER_LAGS]; /* of this interval */
	struct syn_moment past[SYN_SURVIVAL_LOOKS];
	struct syn_listener *listeners;
	struct syn_listener *sorted; /* for facts */
	struct syn_survival_count *counts;
	uint32_t *next; /* in its bucket, or among those that are free; index plus 1 */
	size_t count, room;
	uint32_t buckets[SYN_OBSERVER_BUCKETS], unused;
	struct syn_survival survival;
	struct syn_tally tally;
};

int syn_observer_init(struct syn_observer *observer, uint64_t seed);
void syn_observer_fini(struct syn_observer *observer);
void syn_observer_begin(struct syn_observer *observer, const struct syn_look *look);
int syn_observer_listener(struct syn_observer *observer, const struct sock *sock);
int syn_observer_half_open(struct syn_observer *observer, const struct sock *sock);
void syn_observer_end(struct syn_observer *observer, unsigned int gaps);
void syn_observer_facts(struct syn_observer *observer, struct syn_facts *facts);
void syn_observer_next(struct syn_observer *observer);

#endif
