// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/neigh.h"

/* Return: the name that iproute2 gives to @state, enum neigh_state; NULL for bits that are no state
 * of this kernel's. */
const char *neigh_state_name(uint16_t state)
{
	switch (state) {
	case 0:
		return "NONE";
	case NEIGH_INCOMPLETE:
		return "INCOMPLETE";
	case NEIGH_REACHABLE:
		return "REACHABLE";
	case NEIGH_STALE:
		return "STALE";
	case NEIGH_DELAY:
		return "DELAY";
	case NEIGH_PROBE:
		return "PROBE";
	case NEIGH_FAILED:
		return "FAILED";
	case NEIGH_NOARP:
		return "NOARP";
	case NEIGH_PERMANENT:
		return "PERMANENT";
	default:
		return NULL;
	}
}
