// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_PATH_TABLE_H
#define NETSONDE_PATH_TABLE_H

#include "path/explain.h"

/* The longest match for a flow in one table, read from the kernel, and what was considered. */
struct path_table {
	struct path *path;
	const struct flow *flow;
	struct path_explanation *explanation; /* gets the candidates; NULL: not kept */
	struct err *err;

	uint32_t table;
	uint64_t routes;
	bool has_sources[129]; /* of prefixes that cover the flow, by length: see path/table.c */
	bool is_found;
	struct route best; /* its hops are in hops */
	struct route_hop *hops;
	size_t hop_count, hop_room;
};

int path_table_look_up(uint32_t number, struct replay_found *found, void *arg);
void path_table_fini(struct path_table *table);

#endif
