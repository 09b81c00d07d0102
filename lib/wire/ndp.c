// SPDX-License-Identifier: GPL-2.0-or-later
/* Neighbour discovery (RFC 4861) in its IPv6 packet. What the standard says must be discarded is
 * WIRE_BAD here: a hop limit other than 255, a wrong checksum, an option of length zero. */
#include "wire/ndp.h"

#include <string.h>

#include "base/checksum.h"

#define IPV6_HEADER 40
#define NEXT_ICMPV6 58
#define HOP_LIMIT 255

#define OPTION_SOURCE_MAC 1
#define OPTION_TARGET_MAC 2
#define OPTION_NONCE 14

static struct addr get_addr(const uint8_t *at)
{
	struct addr addr = { .family = AF_INET6 };

	memcpy(addr.bytes, at, 16);
	return addr;
}

/* The sum over the pseudo-header (RFC 8200 section 8.1) and the message. */
static uint16_t icmp_checksum(const uint8_t *packet, const uint8_t *message, size_t length)
{
	const uint8_t tail[8] = { 0, 0,		 (uint8_t)(length >> 8), (uint8_t)length, 0, 0,
				  0, NEXT_ICMPV6 };
	uint32_t sum = checksum_add(0, packet + 8, 32);

	sum = checksum_add(sum, tail, sizeof(tail));
	return checksum_finish(checksum_add(sum, message, length));
}

/* Read one option of @length bytes, its type and length included. */
static void parse_option(const uint8_t *at, size_t length, struct ndp *ndp)
{
	switch (at[0]) {
	case OPTION_SOURCE_MAC:
		if (length == 8)
			ndp->source_mac = lladdr_ether(at + 2);
		break;
	case OPTION_TARGET_MAC:
		if (length == 8)
			ndp->target_mac = lladdr_ether(at + 2);
		break;
	case OPTION_NONCE:
		if (length == 8) {
			memcpy(ndp->nonce, at + 2, sizeof(ndp->nonce));
			ndp->has_nonce = true;
		}
		break;
	}
}

/* Options come in units of eight bytes. */
static enum wire_result parse_options(const uint8_t *at, size_t left, struct ndp *ndp)
{
	while (left > 0) {
		size_t length;

		if (left < 2)
			return WIRE_SHORT;
		length = 8 * (size_t)at[1];
		if (length == 0)
			return WIRE_BAD;
		if (length > left)
			return WIRE_SHORT;
		parse_option(at, length, ndp);
		at += length;
		left -= length;
	}
	return WIRE_OK;
}

/* The length of a message's fixed part; 0 for types that are not neighbour discovery's. */
static size_t fixed_length(uint8_t type)
{
	switch (type) {
	case NDP_ROUTER_SOLICITATION:
		return 8;
	case NDP_ROUTER_ADVERTISEMENT:
		return 16;
	case NDP_NEIGHBOUR_SOLICITATION:
	case NDP_NEIGHBOUR_ADVERTISEMENT:
		return 24;
	default:
		return 0;
	}
}

/* The checks of RFC 4861 sections 6.1 and 7.1 on a message that was read. */
static bool is_valid(const struct ndp *ndp)
{
	bool from_nobody = addr_is_any(&ndp->src);

	if (from_nobody && ndp->source_mac.length > 0)
		return false;
	switch (ndp->type) {
	case NDP_ROUTER_ADVERTISEMENT:
		return ndp->src.bytes[0] == 0xfe && (ndp->src.bytes[1] & 0xc0) == 0x80;
	case NDP_NEIGHBOUR_SOLICITATION:
		return ndp->target.bytes[0] != 0xff;
	case NDP_NEIGHBOUR_ADVERTISEMENT:
		return ndp->target.bytes[0] != 0xff &&
		       !(ndp->dst.bytes[0] == 0xff && ndp->is_solicited);
	default:
		return true;
	}
}

/* Read the IPv6 packet of @length bytes at @bytes; what follows it is padding.
 *
 * Return: WIRE_OK, WIRE_SHORT, WIRE_BAD, or WIRE_UNSUPPORTED for what is no neighbour discovery.
 */
enum wire_result ndp_parse(const uint8_t *bytes, size_t length, struct ndp *ndp)
{
	const uint8_t *message = bytes + IPV6_HEADER;
	size_t size, fixed;
	enum wire_result verdict;

	if (length < IPV6_HEADER)
		return WIRE_SHORT;
	if (bytes[0] >> 4 != 6)
		return WIRE_BAD;
	if (bytes[6] != NEXT_ICMPV6)
		return WIRE_UNSUPPORTED;
	size = wire_get_u16(bytes + 4);
	if (size > length - IPV6_HEADER || size < 4)
		return WIRE_SHORT;
	fixed = fixed_length(message[0]);
	if (fixed == 0)
		return WIRE_UNSUPPORTED;
	if (size < fixed)
		return WIRE_SHORT;
	if (bytes[7] != HOP_LIMIT || message[1] != 0 || icmp_checksum(bytes, message, size) != 0)
		return WIRE_BAD;
	*ndp = (struct ndp){
		.src = get_addr(bytes + 8),
		.dst = get_addr(bytes + 24),
		.type = message[0],
	};
	if (fixed == 24)
		ndp->target = get_addr(message + 8);
	if (ndp->type == NDP_NEIGHBOUR_ADVERTISEMENT) {
		ndp->is_router = message[4] & 0x80;
		ndp->is_solicited = message[4] & 0x40;
		ndp->is_override = message[4] & 0x20;
	}
	if (ndp->type == NDP_ROUTER_ADVERTISEMENT)
		ndp->router_lifetime_s = wire_get_u16(message + 6);
	verdict = parse_options(message + fixed, size - fixed, ndp);
	if (verdict != WIRE_OK)
		return verdict;
	return is_valid(ndp) ? WIRE_OK : WIRE_BAD;
}

static uint8_t *put_option(uint8_t *at, uint8_t type, const uint8_t *bytes)
{
	at[0] = type;
	at[1] = 1;
	memcpy(at + 2, bytes, 6);
	return at + 8;
}

/* Write a neighbour solicitation or advertisement with its IPv6 header at @at (room for
 * NDP_BUILD_MAX bytes).
 *
 * Return: its length.
 */
size_t ndp_build(uint8_t *at, const struct ndp *ndp)
{
	uint8_t *message = at + IPV6_HEADER, *end = message + 24;
	uint16_t checksum;
	size_t size;

	memset(at, 0, IPV6_HEADER + 24);
	at[0] = 6 << 4;
	at[6] = NEXT_ICMPV6;
	at[7] = HOP_LIMIT;
	memcpy(at + 8, ndp->src.bytes, 16);
	memcpy(at + 24, ndp->dst.bytes, 16);
	message[0] = ndp->type;
	message[4] =
		(uint8_t)(ndp->is_router << 7 | ndp->is_solicited << 6 | ndp->is_override << 5);
	memcpy(message + 8, ndp->target.bytes, 16);
	if (ndp->source_mac.length > 0)
		end = put_option(end, OPTION_SOURCE_MAC, ndp->source_mac.bytes);
	if (ndp->target_mac.length > 0)
		end = put_option(end, OPTION_TARGET_MAC, ndp->target_mac.bytes);
	if (ndp->has_nonce)
		end = put_option(end, OPTION_NONCE, ndp->nonce);
	size = (size_t)(end - message);
	wire_put_u16(at + 4, (uint16_t)size);
	checksum = icmp_checksum(at, message, size);
	wire_put_u16(message + 2, checksum);
	return IPV6_HEADER + size;
}

/* The group that whoever has @target listens to: ff02::1:ff00:0/104 and its last 24 bits (RFC 4291
 * section 2.7.1). */
struct addr ndp_solicited_node(const struct addr *target)
{
	static const uint8_t group[13] = { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff };
	struct addr addr = { .family = AF_INET6, .zone = target->zone };

	memcpy(addr.bytes, group, sizeof(group));
	memcpy(addr.bytes + 13, target->bytes + 13, 3);
	return addr;
}

/* The MAC address that the IPv6 multicast @group goes to (RFC 2464 section 7). */
struct lladdr ndp_multicast_mac(const struct addr *group)
{
	struct lladdr mac = { .length = LLADDR_ETHER, .bytes = { 0x33, 0x33 } };

	memcpy(mac.bytes + 2, group->bytes + 12, 4);
	return mac;
}
