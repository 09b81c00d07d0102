// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_RULE_MATCH_H
#define NETSONDE_ANALYSIS_RULE_MATCH_H

#include <stdbool.h>

#include "record/flow.h"
#include "record/rule.h"

/* Why a rule's selectors do not match: the first that does not, in the kernel's order. */
enum rule_mismatch {
	RULE_MATCHES,
	RULE_OTHER_IIF,
	RULE_OTHER_OIF,
	RULE_OTHER_MARK,
	RULE_OTHER_TUNNEL,
	RULE_NO_L3MDEV,
	RULE_OTHER_UID,
	RULE_OTHER_SRC,
	RULE_OTHER_DST,
	RULE_OTHER_TOS,
	RULE_OTHER_PROTO,
	RULE_OTHER_SPORT,
	RULE_OTHER_DPORT,
	RULE_OTHER_LABEL,
	RULE_UNKNOWN_SELECTOR,
	RULE_MISMATCH_COUNT,
};

/* A flow as rules see it. */
struct rule_view {
	const struct flow *flow;
	const char *iif; /* name of the device, "lo" for what this host makes; never NULL */
	const char *oif; /* "" for none */
	bool has_l3mdev; /* one of them is a VRF or in one */
};

extern const char *const rule_mismatch_texts[RULE_MISMATCH_COUNT];

enum rule_mismatch rule_match_selectors(const struct rule *rule, const struct rule_view *view);
bool rule_matches(const struct rule *rule, const struct rule_view *view,
		  enum rule_mismatch *mismatch);

#endif
