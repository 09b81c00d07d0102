// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_ADDR_H
#define NETSONDE_BASE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest text of an address without zone: "ffff:...:255.255.255.255", no terminator. */
#define ADDR_TEXT_MAX 45

/* An IP address with what belongs to it on the wire or on a host. A family of AF_UNSPEC means
 * "none". Address bytes are in network order; an IPv4 address uses the first four, the others are
 * zero. */
struct addr {
	uint8_t bytes[16];
	uint32_t zone;	/* interface index of a scoped address, 0 if none */
	uint16_t port;	/* host order; 0 if none, or for protocols without ports */
	uint8_t family; /* AF_UNSPEC, AF_INET, AF_INET6 */
};

char *addr_format(char *at, const struct addr *addr);
int addr_parse(struct addr *addr, const char *text);
bool addr_is_any(const struct addr *addr);
bool addr_is_v4mapped(const struct addr *addr);
bool addr_is_scoped(const struct addr *addr);
struct addr addr_unmapped(const struct addr *addr);
bool addr_equal(const struct addr *a, const struct addr *b);
uint64_t addr_hash(const struct addr *addr, uint64_t seed);

#endif
