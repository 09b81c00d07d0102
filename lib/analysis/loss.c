// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/loss.h"

/* Take note of what became of the next probe, in the order they were sent: for the runs. */
void loss_settle(struct loss *loss, bool is_answered)
{
	loss->run = is_answered ? 0 : loss->run + 1;
	if (loss->run > loss->longest_run)
		loss->longest_run = loss->run;
}

/* Return: how many probes may still be answered. */
uint64_t loss_in_flight(const struct loss *loss)
{
	uint64_t settled = loss->received + loss->unanswered;

	return settled < loss->transmitted ? loss->transmitted - settled : 0;
}

/* Return: unanswered probes of a hundred whose fate is known, from 0 to 100: those in flight are
 * neither lost nor answered. */
double loss_percent(const struct loss *loss)
{
	uint64_t settled = loss->received + loss->unanswered;

	return settled > 0 ? 100.0 * (double)loss->unanswered / (double)settled : 0;
}
