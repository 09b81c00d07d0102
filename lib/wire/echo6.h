// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_ECHO6_H
#define NETSONDE_WIRE_ECHO6_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/lladdr.h"
#include "wire/wire.h"

/* Length of the frame that echo6_build() makes. */
#define ECHO6_LENGTH (14 + 40 + 8)

/* An ICMPv6 echo (RFC 4443 section 4) in its frame. */
struct echo6 {
	struct lladdr eth_src, eth_dst;
	struct addr src, dst;
	uint16_t id;
};

size_t echo6_build(uint8_t *at, const struct echo6 *echo);
enum wire_result echo6_parse(const uint8_t *bytes, size_t length, struct echo6 *echo);

#endif
