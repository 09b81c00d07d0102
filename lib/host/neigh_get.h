// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NEIGH_GET_H
#define NETSONDE_HOST_NEIGH_GET_H

#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "host/nl.h"

/* A neighbour's entry in the kernel's table. */
struct neigh_entry {
	uint16_t state; /* NUD_* */
	uint8_t lladdr[32];
	uint8_t lladdr_length; /* 0: not known */
};

int neigh_get(struct nl *nl, const struct addr *addr, uint32_t device, struct neigh_entry *entry,
	      struct err *err);
const char *neigh_state_name(uint16_t state);

#endif
