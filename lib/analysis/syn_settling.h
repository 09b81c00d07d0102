// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_SETTLING_H
#define NETSONDE_ANALYSIS_SYN_SETTLING_H

#include "analysis/syn_verdict.h"

double syn_cookie_return(const struct syn_facts *facts);
bool syn_cookies_are_settled(const struct syn_facts *facts, const struct syn_thresholds *limits);
bool syn_facts_are_settled(const struct syn_facts *facts, const struct syn_thresholds *limits);

#endif
