// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SOCKDIAG_HALVES_H
#define NETSONDE_HOST_SOCKDIAG_HALVES_H

#include "host/sockdiag.h"

int sockdiag_halves(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row,
		    void *const args[2], struct err *err);
bool sockdiag_divides(const struct sock_query *query);

#endif
