// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_ROUTE_FILE_H
#define NETSONDE_HOST_ROUTE_FILE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/prefix.h"

/* A route as a file tells it: of several hops the first one. */
struct route_text {
	struct prefix dst;
	struct addr gateway, prefsrc;
	uint32_t metric, mtu; /* 0: not told */
	uint8_t type;	      /* enum route_type */
	bool has_source;      /* IPv6: only for packets from a prefix */
	bool has_tos;
	char dev[IF_NAMESIZE];
	char table[32]; /* as it is written; empty: not told */
};

/* Called with each route, which it borrows.
 *
 * Return: 0 to go on, -errno to fail.
 */
typedef int route_file_fn(const struct route_text *route, void *arg);

int route_file_read(int fd, uint8_t family, route_file_fn *on_route, void *arg, struct err *err);

#endif
