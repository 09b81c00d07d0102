// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/arp.h"

#include <string.h>

/* What every packet of Ethernet and IPv4 begins with (RFC 826): hardware type 1, protocol type
 * 0x0800, their lengths. IEEE 802 networks may say 6 in place of 1 (RFC 1390). */
static const uint8_t head[6] = { 0, 1, 0x08, 0x00, LLADDR_ETHER, 4 };

static struct addr get_addr(const uint8_t *at)
{
	struct addr addr = { .family = AF_INET };

	memcpy(addr.bytes, at, 4);
	return addr;
}

/* Read a packet of ARP (RFC 826) or RARP (RFC 903), of Ethernet and IPv4. What follows is padding.
 *
 * Return: WIRE_OK, WIRE_SHORT, WIRE_BAD if the lengths of its addresses do not go with their types,
 * or WIRE_UNSUPPORTED for other types and operations.
 */
enum wire_result arp_parse(const uint8_t *bytes, size_t length, struct arp *arp)
{
	if (length < 8)
		return WIRE_SHORT;
	if (bytes[0] != 0 || (bytes[1] != 1 && bytes[1] != 6) ||
	    memcmp(bytes + 2, head + 2, 2) != 0)
		return WIRE_UNSUPPORTED;
	if (bytes[4] != LLADDR_ETHER || bytes[5] != 4)
		return WIRE_BAD;
	if (length < ARP_LENGTH)
		return WIRE_SHORT;
	*arp = (struct arp){
		.sender_mac = lladdr_ether(bytes + 8),
		.target_mac = lladdr_ether(bytes + 18),
		.sender = get_addr(bytes + 14),
		.target = get_addr(bytes + 24),
		.operation = wire_get_u16(bytes + 6),
	};
	if (arp->operation < ARP_REQUEST || arp->operation > ARP_REVERSE_REPLY)
		return WIRE_UNSUPPORTED;
	return WIRE_OK;
}

/* Write a packet of Ethernet and IPv4 at @at (room for ARP_LENGTH bytes).
 *
 * Return: its length.
 */
size_t arp_build(uint8_t *at, const struct arp *arp)
{
	memcpy(at, head, sizeof(head));
	wire_put_u16(at + 6, arp->operation);
	memcpy(at + 8, arp->sender_mac.bytes, LLADDR_ETHER);
	memcpy(at + 14, arp->sender.bytes, 4);
	memcpy(at + 18, arp->target_mac.bytes, LLADDR_ETHER);
	memcpy(at + 24, arp->target.bytes, 4);
	return ARP_LENGTH;
}
