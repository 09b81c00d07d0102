// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_ADVICE_H
#define NETSONDE_ANALYSIS_SYN_ADVICE_H

#include "analysis/syn_verdict.h"

#define SYN_ADVICE_MAX 8
#define SYN_ADVICE_SIZE 256

/* What to do, in sentences that end without a period. */
struct syn_advice {
	uint32_t count;
	char texts[SYN_ADVICE_MAX][SYN_ADVICE_SIZE];
};

void syn_advise(const struct syn_facts *facts, const struct syn_verdict *verdict,
		struct syn_advice *advice);

#endif
