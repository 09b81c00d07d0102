// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETARP_GUARD_STATE_H
#define NETARP_GUARD_STATE_H

#include <stdbool.h>

#include "analysis/guard.h"
#include "base/err.h"
#include "host/links.h"
#include "base/state_file.h"

/* The stations that a guard knows, kept across runs. */
struct guard_state {
	struct state_file file;
	bool is_used;
	struct buf out;
};

int guard_state_open(struct guard_state *state, const char *path, struct err *err);
void guard_state_close(struct guard_state *state);
int guard_state_load(struct guard_state *state, struct guard *guard, const struct links *links,
		     struct err *err);
int guard_state_save(struct guard_state *state, const struct guard *guard,
		     const struct links *links, struct err *err);

#endif
