// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NEXTHOPS_H
#define NETSONDE_HOST_NEXTHOPS_H

#include <stddef.h>

#include "base/err.h"
#include "host/nl.h"
#include "record/nexthop.h"

struct nexthops_place;

/* The nexthop objects of a namespace. */
struct nexthops {
	char *bytes; /* their messages, one behind the other */
	size_t length, room;
	struct nexthops_place *places; /* by number */
	size_t count, place_room;
};

void nexthops_init(struct nexthops *nexthops);
void nexthops_fini(struct nexthops *nexthops);
int nexthops_load(struct nexthops *nexthops, struct nl *nl, struct err *err);
bool nexthops_find(const struct nexthops *nexthops, uint32_t id, struct nexthop *nexthop);
bool nexthops_parse(const struct nlmsghdr *message, struct nexthop *nexthop);
struct nexthop_member nexthops_member(const struct nexthop *nexthop, uint32_t number);

#endif
