// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_ANSWERS_H
#define NETSONDE_ANALYSIS_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "record/claim.h"

#define ANSWERS_MACS 16

/* Who answered when one address was asked for, request after request. */
struct answers {
	struct addr target;
	struct lladdr own_mac;
	struct answers_station {
		struct lladdr mac;
		uint32_t replies;
		uint32_t last_request; /* number of the request that it answered last */
	} list[ANSWERS_MACS];
	uint32_t count;	   /* distinct MAC addresses, ANSWERS_MACS of them are kept */
	uint32_t requests; /* sent so far */
	uint32_t replies;
};

bool answers_add(struct answers *answers, const struct claim *claim);
bool answers_is_taken(const struct answers *answers, const struct claim *claim);

#endif
