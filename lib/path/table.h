// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_PATH_TABLE_H
#define NETSONDE_PATH_TABLE_H

#include "path/explain.h"

struct path_cover;

/* The longest match for a flow in one table, read from the kernel, and what was considered. */
struct path_table {
	struct path *path;
	const struct flow *flow;
	struct path_explanation *explanation; /* gets the candidates; NULL: not kept */
	struct err *err;

	uint64_t routes;
	bool has_joined; /* what was read is IPv4's local and main, which are one */

	/* What covers the destination, in the kernel's order. */
	struct path_cover *covers;
	size_t cover_count, cover_room;
	struct route_hop *hops; /* of all of them */
	size_t hop_count, hop_room;

	bool is_found;
	struct route best; /* its hops are among hops */
	size_t best_cover; /* its number */
};

int path_table_look_up(uint32_t number, struct replay_found *found, void *arg);
void path_table_fini(struct path_table *table);

#endif
