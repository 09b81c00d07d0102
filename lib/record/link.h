// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_LINK_H
#define NETSONDE_RECORD_LINK_H

#include <net/if.h>
#include <stdint.h>

/* A network interface. */
struct link {
	uint32_t index;
	char name[IF_NAMESIZE];
};

#endif
