// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_ETHERNET_H
#define NETSONDE_WIRE_ETHERNET_H

#include <stddef.h>
#include <stdint.h>

#include "base/lladdr.h"
#include "wire/wire.h"

#define ETHERNET_HEADER 14
#define ETHERNET_MIN 60 /* without the frame check sequence; shorter payloads are padded */

#define ETHERNET_IPV4 0x0800u
#define ETHERNET_ARP 0x0806u
#define ETHERNET_RARP 0x8035u
#define ETHERNET_IPV6 0x86ddu

/* The header of a frame, and where what it carries lies. */
struct ethernet {
	struct lladdr dst, src;
	const uint8_t *payload;
	size_t length;
	uint16_t type; /* behind the VLAN tags */
	uint16_t vlan; /* of the outermost tag, 0: none */
};

enum wire_result ethernet_parse_tags(const uint8_t *bytes, size_t length, struct ethernet *frame);
enum wire_result ethernet_parse(const uint8_t *bytes, size_t length, struct ethernet *frame);
size_t ethernet_build(uint8_t *at, const struct ethernet *frame);

#endif
