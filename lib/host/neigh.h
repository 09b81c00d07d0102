// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NEIGH_H
#define NETSONDE_HOST_NEIGH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "host/nl.h"
#include "record/neigh.h"

/* Called with each entry, which it borrows.
 *
 * Return: 0 to go on, a positive number to stop, -errno to fail.
 */
typedef int neigh_row_fn(const struct neigh *neigh, void *arg);

/* Which entries to list: what is 0 does not matter. */
struct neigh_query {
	uint8_t family;
	bool proxies; /* the proxy entries, which the kernel keeps apart */
	uint32_t iface;
};

bool neigh_parse(const struct nlmsghdr *message, struct neigh *neigh);
int neigh_list(struct nl *nl, const struct neigh_query *query, neigh_row_fn *on_row, void *arg,
	       struct err *err);
int neigh_get(struct nl *nl, const struct addr *addr, uint32_t iface, struct neigh *neigh,
	      struct err *err);
int neigh_set(struct nl *nl, const struct neigh *neigh, struct err *err);
int neigh_delete(struct nl *nl, const struct neigh *neigh, struct err *err);

#endif
