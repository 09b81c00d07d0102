// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_PROCFAMILY_H
#define NETSONDE_HOST_PROCFAMILY_H

#include "host/sockets.h"

bool procfamily_parse_packet(const char *line, struct sock *sock);
bool procfamily_parse_netlink(const char *line, struct sock *sock);
int procfamily_list(const struct sock_query *query, sock_row_fn *on_row, void *arg,
		    struct err *err);

#endif
