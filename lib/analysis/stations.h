// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_STATIONS_H
#define NETSONDE_ANALYSIS_STATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/lladdr.h"

/* MAC addresses remembered of a station: the current one and those before it. */
#define STATION_MACS 4

/* Who has had an address on a link. Times are nanoseconds since 1970. */
struct station {
	struct addr addr;
	struct lladdr macs[STATION_MACS]; /* the current one first */
	uint64_t first_ns, last_ns;	  /* the first claim; the last one of the current MAC */
	uint64_t probed_ns;		  /* somebody asked before taking it, 0: nobody did */
	struct lladdr prober;
	uint64_t override_ns; /* the last change by an overriding advertisement */
	uint32_t iface;
	uint32_t overrides;    /* such changes in a row */
	uint32_t next;	       /* in its bucket, index plus 1 */
	uint32_t older, newer; /* by last use, index plus 1 */
	uint8_t mac_count;
	bool is_gateway;   /* of this host, or a router */
	bool is_router;	   /* it advertised itself */
	bool has_answered; /* it counts for its MAC's answers */
};

/* At most as many stations as stations_init() said; the one used longest ago makes room. */
struct stations {
	struct station *list;
	size_t count, room, max;
	uint32_t *buckets;
	size_t bucket_count;
	uint32_t oldest, newest; /* index plus 1 */
	uint64_t evicted;
};

void stations_init(struct stations *stations, size_t max);
void stations_fini(struct stations *stations);
struct station *stations_find(const struct stations *stations, uint32_t iface,
			      const struct addr *addr);
struct station *stations_add(struct stations *stations, uint32_t iface, const struct addr *addr);
void stations_touch(struct stations *stations, struct station *station);

#endif
