// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_LLADDR_H
#define NETSONDE_BASE_LLADDR_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel's MAX_ADDR_LEN (include/linux/netdevice.h). */
#define LLADDR_MAX 32

/* Bytes of a MAC address. */
#define LLADDR_ETHER 6

/* Longest text, "02:00:...", no terminator. */
#define LLADDR_TEXT_MAX (3 * LLADDR_MAX - 1)

/* A link-layer address: a MAC address mostly, but InfiniBand's has 20 bytes, and a tunnel's is
 * an IP address. The bytes beyond the length are zero. */
struct lladdr {
	uint8_t length; /* 0: none */
	uint8_t bytes[LLADDR_MAX];
};

struct lladdr lladdr_ether(const uint8_t *bytes);
char *lladdr_format(char *at, const struct lladdr *lladdr);
int lladdr_parse(struct lladdr *lladdr, const char *text);
bool lladdr_equal(const struct lladdr *a, const struct lladdr *b);
bool lladdr_is_zero(const struct lladdr *lladdr);
bool lladdr_is_group(const struct lladdr *lladdr);
bool lladdr_is_local(const struct lladdr *lladdr);

#endif
