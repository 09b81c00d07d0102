// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_FAMILYDIAG_H
#define NETSONDE_HOST_FAMILYDIAG_H

#include "host/nl.h"
#include "host/sockets.h"

int familydiag_list(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		    struct err *err);
bool familydiag_parse_packet(const struct nlmsghdr *message, struct sock *sock,
			     struct sock_extra *extra);
bool familydiag_parse_netlink(const struct nlmsghdr *message, struct sock *sock,
			      struct sock_extra *extra);
bool familydiag_parse_vsock(const struct nlmsghdr *message, struct sock *sock);

#endif
