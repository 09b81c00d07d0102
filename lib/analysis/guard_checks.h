// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_GUARD_CHECKS_H
#define NETSONDE_ANALYSIS_GUARD_CHECKS_H

#include <stdbool.h>

#include "analysis/guard.h"

void guard_note_question(struct guard *guard, const struct claim *claim);
bool guard_check_sound(struct guard *guard, const struct claim *claim);
bool guard_check_own(struct guard *guard, const struct claim *claim);
void guard_check_source(struct guard *guard, const struct claim *claim);
void guard_check_asked(struct guard *guard, const struct claim *claim);
void guard_check_foreign(struct guard *guard, const struct claim *claim);

#endif
