// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_GUARD_REPORT_H
#define NETSONDE_ANALYSIS_GUARD_REPORT_H

#include "analysis/guard.h"

void guard_report(struct guard *guard, struct link_event *event);
void guard_report_rest(struct guard *guard);

#endif
