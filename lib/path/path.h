// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_PATH_PATH_H
#define NETSONDE_PATH_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "host/links.h"
#include "host/nl.h"
#include "host/rules.h"
#include "record/flow.h"
#include "record/neigh.h"
#include "record/route.h"

/* The most flows that path_look_up() takes at once: two requests each. */
#define PATH_LOOK_UP_MAX (NL_EXCHANGE_MAX / 2)

/* The way that the kernel chooses for a flow. */
struct path_answer {
	int error;	     /* 0, or the -errno that the kernel gives */
	struct addr gateway; /* AF_UNSPEC: the destination is on the link */
	struct addr source;
	uint32_t oif;
	uint32_t table; /* 0: not told */
	uint32_t mtu;	/* of the route, 0: the device's holds */
	uint8_t type;	/* enum route_type */

	/* The entry of the table, if it was asked for. */
	bool has_entry;
	struct prefix prefix;
	uint32_t entry_table;
	uint32_t metric;
	uint32_t hop_count;
	uint8_t entry_type;
	uint8_t protocol;
};

/* What a namespace routes by, beside its routes. */
struct path {
	struct nl nl;
	struct links links;
	struct rules rules4, rules6;
	bool is_joined; /* IPv4's tables local and main are one, as they begin */
};

int path_open(struct path *path, struct err *err);
int path_learn(struct path *path, struct err *err);
void path_close(struct path *path);
const struct rules *path_rules(const struct path *path, uint8_t family);
const struct rule *path_rule_of_table(const struct path *path, uint8_t family, uint32_t table);
uint32_t path_table_of(const struct path *path, const struct path_answer *answer);
uint32_t path_mtu_of(const struct path *path, const struct path_answer *answer);
int path_neighbour(struct path *path, const struct addr *addr, uint32_t device, struct neigh *neigh,
		   struct err *err);
int path_look_up(struct nl *nl, const struct flow *flows, size_t count, bool wants_entry,
		 struct path_answer *answers, struct err *err);

#endif
