// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SOCKDIAG_H
#define NETSONDE_HOST_SOCKDIAG_H

#include "host/nl.h"
#include "host/sockets.h"
#include "record/sock.h"

int sockdiag_inet(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		  struct err *err);
int sockdiag_unix(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		  struct err *err);
bool sockdiag_parse_inet(const struct nlmsghdr *message, enum sock_proto proto, struct sock *sock);
bool sockdiag_parse_unix(const struct nlmsghdr *message, struct sock *sock, char *path);

#endif
