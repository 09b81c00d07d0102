// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETROUTE_EXPLAIN_H
#define NETROUTE_EXPLAIN_H

#include "answer.h"

#define WORD_SIZE 128

struct rule_step {
	uint32_t priority;
	const char *text;
	bool matched;
	const char *reason;
	char text_storage[RULE_TEXT_SIZE];
};

struct candidate_row {
	const char *type, *table, *dev, *reason;
	struct addr genmask, masked_addr, destination, gateway;
	struct prefix prefix, masked;
	uint64_t metric;
	bool equal, chosen;
	char table_text[RTNAMES_SIZE], type_text[NUMBER_TEXT_SIZE], dev_text[IF_NAMESIZE];
};

struct way_row {
	struct addr gateway;
	const char *dev;
	uint32_t weight;
	bool taken;
	char dev_text[IF_NAMESIZE];
};

struct neighbour_row {
	const char *lladdr, *state;
	char lladdr_text[LLADDR_TEXT_MAX + 1];
};

/* An answer and how it came about. */
struct explain_row {
	struct answer_row answer; /* in front, so that answer_columns hold for all of it */
	const char *replayed;
	const struct rule_step *rules;
	const struct candidate_row *candidates;
	const struct way_row *ways;
	const struct neighbour_row *neighbour;
	uint32_t rule_count, candidate_count, way_count, hash_policy;
	uint64_t routes;
	bool agrees;

	struct neighbour_row neighbour_storage;
	char error_text[REASON_SIZE], replayed_text[WORD_SIZE];
};

/* What --explain needs from one destination to the next. */
struct explain {
	struct path_explanation explanation;
	struct explain_row row;
	struct rule_step *rules;
	struct candidate_row *candidates;
	struct way_row *ways;
	size_t rule_room, candidate_room, way_room;
	struct column columns[TABLE_COLUMNS_MAX]; /* an answer's, and those of --explain */
};

extern const struct column explain_columns[];
extern const struct column explain_rule_columns[];
extern const struct column explain_candidate_columns[];
extern const struct column explain_way_columns[];

/* paper.c: the decision as a person would make it on paper */
void paper_write(struct run *run, struct explain *explain);

#endif
