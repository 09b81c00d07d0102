// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_IFACE_ADDR_H
#define NETSONDE_RECORD_IFACE_ADDR_H

#include <net/if.h>
#include <stdint.h>

#include "base/addr.h"

/* An address of this host. */
struct iface_addr {
	struct addr addr; /* the zone is set where the address is scoped */
	uint32_t iface;
	uint32_t flags;		 /* IFA_F_TENTATIVE, ... */
	uint8_t length;		 /* of the prefix on the link */
	uint8_t scope;		 /* RT_SCOPE_* */
	char label[IF_NAMESIZE]; /* of IPv4: the interface's name, or an alias such as eth0:1 */
};

#endif
