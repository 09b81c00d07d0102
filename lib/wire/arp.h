// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_ARP_H
#define NETSONDE_WIRE_ARP_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/lladdr.h"
#include "wire/wire.h"

/* Of Ethernet and IPv4. */
#define ARP_LENGTH 28

enum arp_operation {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	ARP_REVERSE_REQUEST = 3,
	ARP_REVERSE_REPLY = 4,
};

struct arp {
	struct lladdr sender_mac, target_mac;
	struct addr sender, target;
	uint16_t operation; /* enum arp_operation */
};

enum wire_result arp_parse(const uint8_t *bytes, size_t length, struct arp *arp);
size_t arp_build(uint8_t *at, const struct arp *arp);

#endif
