// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_PROCNET_H
#define NETSONDE_HOST_PROCNET_H

#include "host/sockets.h"

int procnet_open(const char *name, struct err *err);
bool procnet_parse_inet(const char *line, enum sock_proto proto, uint8_t family, struct sock *sock);
bool procnet_parse_unix(const char *line, struct sock *sock, char *path);
int procnet_inet(const struct sock_query *query, sock_row_fn *on_row, void *arg, struct err *err);

#endif
