// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_GUARD_H
#define NETSONDE_ANALYSIS_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/stations.h"
#include "base/prefix.h"
#include "record/claim.h"
#include "record/link_event.h"
#include "record/neigh.h"

#define GUARD_QUESTIONS 4096
#define GUARD_ANSWERERS 1024
#define GUARD_LIMITS 1024

/* What is this host's on a link: an address of its own with its prefix, or a MAC address alone. */
struct guard_own {
	struct prefix prefix;
	struct addr addr; /* AF_UNSPEC: none */
	struct lladdr mac;
	uint32_t iface;
};

/* Called with each event, which it borrows. */
typedef void guard_event_fn(const struct link_event *event, void *arg);

/* What watches a link. Everything in it is bounded, since those who are watched feed it. */
struct guard {
	struct stations stations;
	const struct guard_own *own;
	size_t own_count;
	guard_event_fn *on_event;
	void *arg;
	uint64_t start_ns; /* of the first claim */
	uint64_t now_ns;
	uint64_t told_evictions;
	enum link_severity worst;
	bool is_out_of_memory;
	struct guard_question { /* who was asked for lately, by hash */
		struct addr addr;
		uint32_t iface;
		uint64_t time_ns;
	} questions[GUARD_QUESTIONS];
	struct guard_answerer { /* how many addresses a MAC address answers for, by hash */
		struct lladdr mac;
		uint32_t iface, addresses;
		uint64_t since_ns;
	} answerers[GUARD_ANSWERERS];
	struct guard_limit { /* what was told lately, by hash */
		uint64_t key, time_ns;
		uint32_t suppressed;
	} limits[GUARD_LIMITS];
	struct guard_bucket {
		uint64_t time_ns;
		uint32_t tokens, suppressed;
	} buckets[SEVERITY_COUNT];
};

void guard_init(struct guard *guard, size_t stations_max, guard_event_fn *on_event, void *arg);
void guard_fini(struct guard *guard);
void guard_set_own(struct guard *guard, const struct guard_own *own, size_t count);
void guard_add_gateway(struct guard *guard, uint32_t iface, const struct addr *addr);
void guard_claim(struct guard *guard, const struct claim *claim, bool is_outgoing);
void guard_learn(struct guard *guard, const struct neigh *neigh, uint64_t time_ns);
void guard_neigh(struct guard *guard, const struct neigh *neigh, uint64_t time_ns);
void guard_finish(struct guard *guard);
bool guard_mac_is_virtual(const struct lladdr *mac);

#endif
