// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_IFACE_ADDR_H
#define NETSONDE_RECORD_IFACE_ADDR_H

#include <stdint.h>

#include "base/addr.h"

/* An address of this host. */
struct iface_addr {
	struct addr addr; /* the zone is set where the address is scoped */
	uint32_t iface;
	uint32_t flags; /* IFA_F_TENTATIVE, ... */
	uint8_t length; /* of the prefix on the link */
	uint8_t scope;	/* RT_SCOPE_* */
};

#endif
