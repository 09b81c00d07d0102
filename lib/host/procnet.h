// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_PROCNET_H
#define NETSONDE_HOST_PROCNET_H

#include "base/prefix.h"
#include "host/sockets.h"

/* A line of /proc/net/ipv6_route. */
struct procnet_route6 {
	struct prefix dst;
	struct addr gateway;
	uint32_t metric, references, uses, flags;
	char device[16];
};

typedef int procnet_route6_fn(const struct procnet_route6 *route, void *arg);

int procnet_open(const char *name, struct err *err);
bool procnet_parse_inet(const char *line, enum sock_proto proto, uint8_t family, struct sock *sock);
bool procnet_parse_unix(const char *line, struct sock *sock, char *path);
int procnet_inet(const struct sock_query *query, sock_row_fn *on_row, void *arg, struct err *err);
bool procnet_parse_route6(const char *line, struct procnet_route6 *route);
int procnet_routes6(procnet_route6_fn *on_row, void *arg, struct err *err);

#endif
