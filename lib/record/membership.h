// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_MEMBERSHIP_H
#define NETSONDE_RECORD_MEMBERSHIP_H

#include <net/if.h>
#include <stdint.h>

#include "base/addr.h"

/* A multicast group that an interface has joined. */
struct membership {
	struct addr group;
	uint32_t iface;
	uint32_t users;
	char name[IF_NAMESIZE]; /* of the interface */
};

#endif
