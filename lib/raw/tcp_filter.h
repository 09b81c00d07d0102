// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_TCP_FILTER_H
#define NETSONDE_RAW_TCP_FILTER_H

#include "base/err.h"
#include "raw/tcp.h"

/* What a raw socket for TCP is given: for raw/tcp.c alone. */
int tcp_filter_attach(const struct tcp_socket *sock, struct err *err);

#endif
