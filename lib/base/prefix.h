// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_PREFIX_H
#define NETSONDE_BASE_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* The addresses that share the first @length bits of @addr, whose other bits are zero. */
struct prefix {
	struct addr addr;
	uint8_t length;
};

int prefix_parse(struct prefix *prefix, const char *text);
struct prefix prefix_of(const struct addr *addr, uint8_t length);
bool prefix_contains(const struct prefix *prefix, const struct addr *addr);

#endif
