// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSYN_ROWS_H
#define NETSYN_ROWS_H

#include "analysis/syn_advice.h"
#include "base/prefix.h"
#include "netsyn.h"

struct owner_row {
	uint32_t pid;
	const char *program;
};

struct listener_row {
	struct addr addr;
	uint32_t port;
	const char *family, *verdict, *severity;
	uint64_t syn_queue, syn_capacity, accept_queue, accept_capacity;
	uint64_t half_open, deferred, survivors;
	double survival;
	const uint64_t *ages;
	uint32_t age_count, sockets;
	uint64_t sources; /* UINT64_MAX: unknown */
	double top_source_share, top_group_share;
	struct addr top_source;
	struct prefix top_group;
	double syn_rate, completion_rate;
	uint64_t cookies, drops;
	const struct owner_row *owner;
	struct owner_row owner_storage;
};

struct evidence_row {
	const char *rule;
	struct addr listener;
	double value, threshold;
	const char *comparison;
	bool taken;
};

struct source_row {
	struct prefix prefix;
	struct addr listener;
	uint64_t count;
};

struct wire_row {
	double seconds, syn_rate, lost;
	uint64_t syns, completed, sources;
	bool sampled;
	struct addr top_target;
	double top_source_share;
	struct addr top_source;
};

struct verdict_row {
	uint64_t time_ns;
	const char *netns, *verdict, *severity, *kind, *outcome;
	double interval_s;
	uint32_t looks, affected;
	struct addr listener;
	uint64_t half_open;
	double syn_rate, completion_rate, cookie_return;
	const char *const *notes;
	const char *const *advice;
	const struct listener_row *listeners;
	uint32_t listener_count;
	const uint64_t *counters, *sysctls; /* of which the columns know the order */
	const struct evidence_row *evidence;
	uint32_t evidence_count;
	const struct source_row *sources;
	uint32_t source_count;
	const struct wire_row *wire;

	struct wire_row wire_storage;
	const char *note_words[SYN_NOTE_COUNT + 1];
	const char *advice_words[SYN_ADVICE_MAX + 1];
	struct syn_advice advice_storage;
	struct evidence_row evidence_storage[SYN_EVIDENCE_MAX];
};

#endif
