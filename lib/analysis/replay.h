// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_REPLAY_H
#define NETSONDE_ANALYSIS_REPLAY_H

#include <stddef.h>

#include "analysis/rule_match.h"
#include "record/route.h"

/* What came of a rule. */
enum replay_outcome {
	REPLAY_NOT_REACHED,
	REPLAY_SKIPPED,	   /* it does not match */
	REPLAY_JUMPED,	   /* goto */
	REPLAY_NO_TARGET,  /* goto, but there is no such rule */
	REPLAY_WENT_ON,	   /* nop, or a table without a route for it */
	REPLAY_THROWN,	   /* a throw route ended the look-up in its table */
	REPLAY_SUPPRESSED, /* a route was found, but the rule wants none like it */
	REPLAY_DECIDED,
	REPLAY_OUTCOME_COUNT,
};

struct replay_step {
	enum rule_mismatch mismatch;
	enum replay_outcome outcome;
};

/* The route that one table gives. */
struct replay_found {
	bool is_found;
	struct prefix dst;
	uint32_t metric;
	uint32_t table; /* where it stands */
	uint32_t group; /* of its first hop's device */
	uint8_t type;	/* enum route_type */
};

struct replay_result {
	size_t rule;		   /* index of the one that decided; REPLAY_NO_RULE: none did */
	int error;		   /* 0, or the -errno that a sender gets */
	struct replay_found found; /* is_found: it was a route that decided */
};

#define REPLAY_NO_RULE SIZE_MAX

/* Called for the longest match in @table.
 *
 * Return: 0, or -errno to end the replay.
 */
typedef int replay_table_fn(uint32_t table, struct replay_found *found, void *arg);

extern const char *const replay_outcome_texts[REPLAY_OUTCOME_COUNT];

int replay_rules(const struct rule *rules, size_t count, const struct rule_view *view,
		 uint32_t l3mdev_table, replay_table_fn *look_up, void *arg,
		 struct replay_step *steps, struct replay_result *result);
int replay_error_of_type(uint8_t type);

#endif
