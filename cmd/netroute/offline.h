// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETROUTE_OFFLINE_H
#define NETROUTE_OFFLINE_H

#include <net/if.h>

#include "analysis/poptrie.h"
#include "netroute.h"

/* Where routes lead: many share theirs. Its padding is zero. */
struct offline_way {
	struct addr gateway, prefsrc;
	uint32_t oif, mtu;
	uint32_t hop_count;
	uint32_t table;
	uint8_t type, protocol;
	char dev[IF_NAMESIZE]; /* of a file */
};

struct offline_route {
	uint32_t metric, way;
	uint8_t length; /* of its prefix */
};

/* A table of one family: routes go in, are built, and then looked up in. */
struct offline_table {
	struct poptrie trie; /* of numbers of routes, plus 1 */
	struct offline_route *routes;
	size_t route_count, route_room;
	struct offline_way *ways;
	size_t way_count, way_room;
	uint32_t *slots; /* hash table of ways: number plus 1 */
	size_t slot_count;
	struct poptrie_entry *entries; /* until the trie is built */
	size_t entry_room;
};

/* The order in which the default rules look into tables; a file is one table, the first. */
enum offline_stage {
	OFFLINE_LOCAL,
	OFFLINE_MAIN,
	OFFLINE_DEFAULT,
	OFFLINE_STAGES,
};

struct offline {
	struct run *run;
	struct offline_table tables[2][OFFLINE_STAGES]; /* of IPv4, of IPv6 */
	bool is_joined; /* IPv4's local and main are one: the longest match of both counts */
};

static inline int offline_family(uint8_t family)
{
	return family == AF_INET6;
}

/* offline_table.c */
int offline_add(struct offline_table *table, const struct prefix *dst, uint32_t metric,
		const struct offline_way *way);
int offline_build(struct offline_table *table);
void offline_table_fini(struct offline_table *table);

/* offline_load.c */
int offline_load_host(struct offline *offline, struct err *err);
int offline_load_file(struct offline *offline, struct err *err);

#endif
