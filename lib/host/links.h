// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_LINKS_H
#define NETSONDE_HOST_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "host/nl.h"
#include "record/link.h"

/* The interfaces of a network namespace, in the order of their indexes. */
struct links {
	struct link *list;
	size_t count, room;
};

void links_init(struct links *links);
void links_fini(struct links *links);
int links_load(struct links *links, struct err *err);
bool links_parse(const struct nlmsghdr *message, struct link *link);
const struct link *links_find(const struct links *links, uint32_t index);
const struct link *links_named(const struct links *links, const char *name);
const char *links_name(const struct links *links, uint32_t index);

#endif
