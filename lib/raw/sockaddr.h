// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_SOCKADDR_H
#define NETSONDE_RAW_SOCKADDR_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/addr.h"

union sockaddr_any {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

socklen_t sockaddr_make(union sockaddr_any *to, const struct addr *addr);
struct addr sockaddr_addr(const union sockaddr_any *from, socklen_t length);

#endif
