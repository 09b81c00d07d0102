// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_ROUTES_H
#define NETSONDE_HOST_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "host/nl.h"
#include "record/route.h"

/* Which routes are asked for; the kernel picks them. */
struct route_query {
	uint8_t family;	  /* AF_INET, AF_INET6 */
	uint32_t table;	  /* 0: all */
	uint32_t oif;	  /* 0: all */
	uint8_t protocol; /* 0: all */
	uint8_t type;	  /* 0: all */
};

/* Called with each route, which it borrows.
 *
 * Return: 0 to go on, a positive number to stop, -errno to fail.
 */
typedef int route_row_fn(const struct route *route, void *arg);

/* Room for the hops of the route that was read last. */
struct route_hops {
	struct route_hop *list;
	size_t room;
};

void route_hops_fini(struct route_hops *hops);
bool routes_parse(const struct nlmsghdr *message, struct route *route, struct route_hops *hops);
bool routes_is_wanted(const struct route *route, const struct route_query *query);
int routes_list(struct nl *nl, const struct route_query *query, route_row_fn *on_row, void *arg,
		struct err *err);

#endif
