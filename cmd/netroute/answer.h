// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETROUTE_ANSWER_H
#define NETROUTE_ANSWER_H

#include "netroute.h"

#define REASON_SIZE 128

struct rule_brief {
	uint32_t priority;
	const char *text;
};

/* The answer to a look-up as the column table sees it. */
struct answer_row {
	struct addr dest, from, gateway, prefsrc;
	struct prefix prefix;
	const char *type, *dev, *table, *protocol, *error;
	const struct rule_brief *rule;
	uint64_t metric; /* UINT64_MAX: not told */
	uint32_t mtu;

	struct rule_brief rule_storage;
	const char *device;	    /* its name, where it has no number; NULL else */
	const struct rule *rule_of; /* whose text is in rule_text */
	char rule_text[RULE_TEXT_SIZE], table_text[RTNAMES_SIZE], type_text[NUMBER_TEXT_SIZE];
	char protocol_text[NUMBER_TEXT_SIZE];
};

extern const struct column answer_columns[];
extern const struct column rule_brief_columns[];

int answer_begin(struct run *run, struct err *err);
bool answer_wants_entry(const struct run *run);
void answer_fill(struct run *run, struct answer_row *row, const struct flow *flow,
		 const struct path_answer *answer, const struct rule *rule, const char *reason);
void answer_show(struct run *run, struct answer_row *row, const struct flow *flow,
		 const struct path_answer *answer, const struct rule *rule, const char *reason);
const char *answer_error_text(const struct flow *flow, int error);

#endif
