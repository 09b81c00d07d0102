// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_PREFIX_H
#define NETSONDE_BASE_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* Longest text of a prefix: an address, "/128". */
#define PREFIX_TEXT_MAX (ADDR_TEXT_MAX + 4)

/* The addresses that share the first @length bits of @addr, whose other bits are zero. */
struct prefix {
	struct addr addr;
	uint8_t length;
};

int prefix_parse(struct prefix *prefix, const char *text);
int prefix_parse_short(struct prefix *prefix, const char *text);
struct prefix prefix_of(const struct addr *addr, uint8_t length);
struct prefix prefix_any(uint8_t family);
struct addr prefix_mask(const struct prefix *prefix);
char *prefix_format(char *at, const struct prefix *prefix);
bool prefix_contains(const struct prefix *prefix, const struct addr *addr);
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);
bool prefix_is_host(const struct prefix *prefix);
bool prefix_equal(const struct prefix *a, const struct prefix *b);
unsigned int prefix_common_bits(const struct addr *a, const struct addr *b);

#endif
