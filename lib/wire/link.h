// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_LINK_H
#define NETSONDE_WIRE_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "wire/wire.h"

/* What stands in front of an IP packet in a capture. */
enum link_kind {
	LINK_ETHERNET,
	LINK_COOKED,  /* Linux, all devices: version 1 */
	LINK_COOKED2, /* and 2 */
	LINK_RAW,     /* nothing */
	LINK_NULL,    /* BSD's loopback: a family in the byte order of whoever captured */
	LINK_LOOP,    /* OpenBSD's: in network order */
	LINK_KINDS,
};

/* Where the packet of a frame begins, and what is told of it on the way there. */
struct link_packet {
	size_t offset;
	uint16_t type; /* as in Ethernet: ETHERNET_IPV4, ETHERNET_IPV6; 0 without one */
	uint16_t vlan; /* of the outermost tag, 0: none */
};

enum wire_result link_parse(enum link_kind kind, const uint8_t *bytes, size_t length,
			    struct link_packet *packet);

#endif
