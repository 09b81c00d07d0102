// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_LOSS_H
#define NETSONDE_ANALYSIS_LOSS_H

#include <stdbool.h>
#include <stdint.h>

/* What became of the probes to one host. All zero is a fresh one.
 * Invariant: received + settled losses <= transmitted. */
struct loss {
	uint64_t transmitted;
	uint64_t received;   /* probes that were answered */
	uint64_t unanswered; /* probes that were given up, errors included */
	uint64_t duplicates, errors, reordered, corrupt, other_source;
	uint64_t run, longest_run; /* of unanswered probes in the order they were sent */
};

void loss_settle(struct loss *loss, bool is_answered);
uint64_t loss_in_flight(const struct loss *loss);
double loss_percent(const struct loss *loss);

#endif
