// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_UNIXSOCK_H
#define NETSONDE_HOST_UNIXSOCK_H

#include "host/sockets.h"

int unixsock_list(struct sockets *sockets, const struct sock_query *query, sock_row_fn *on_row,
		  void *arg, struct err *err);

#endif
