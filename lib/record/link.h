// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_LINK_H
#define NETSONDE_RECORD_LINK_H

#include <net/if.h>
#include <stdint.h>

#include "base/lladdr.h"

/* A network interface. */
struct link {
	uint32_t index;
	uint32_t flags; /* IFF_UP, ... */
	uint32_t mtu;
	uint32_t group;
	uint32_t master;    /* index of the bridge, VRF... that it is part of, 0: none */
	uint32_t vrf_table; /* routing table if it is a VRF, else 0 */
	uint16_t type;	    /* ARPHRD_ETHER, ... */
	struct lladdr lladdr;
	char name[IF_NAMESIZE];
};

const char *link_type_name(uint16_t type);
int link_type_parse(const char *name);

#endif
