// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_SYN_H
#define NETSONDE_WIRE_SYN_H

#include <stddef.h>
#include <stdint.h>

#include "record/syn.h"
#include "wire/wire.h"

/* Bytes of a packet, from its network header on, that syn_parse() may need: a VLAN tag, IPv4's
 * longest header or IPv6's with extension headers, TCP's shortest. */
#define SYN_PACKET_MAX 128

enum wire_result syn_parse(uint16_t type, const uint8_t *bytes, size_t captured, size_t length,
			   struct syn *syn);

#endif
