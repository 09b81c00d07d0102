// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_ONLINK_H
#define NETSONDE_HOST_ONLINK_H

#include <stddef.h>

#include "base/addr.h"
#include "base/err.h"
#include "host/nl.h"

/* The first hop to an address, as the kernel's routes have it. */
struct onlink {
	uint32_t iface;
	struct addr via; /* a family of AF_UNSPEC: the address is on the link itself */
	bool is_local;	 /* this host's own, or nobody's alone */
};

int onlink_ask(struct nl *nl, const struct addr *addr, struct onlink *onlink, struct err *err);
int onlink_gateways(struct nl *nl, struct onlink *list, size_t room, size_t *count,
		    struct err *err);

#endif
