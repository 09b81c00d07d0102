// SPDX-License-Identifier: GPL-2.0-or-later
/* What link layers put in front of an IP packet in capture files (LINKTYPE_ETHERNET, _LINUX_SLL,
 * _LINUX_SLL2, _RAW, _NULL, _LOOP of https://www.tcpdump.org/linktypes.html). */
#include "wire/link.h"

#include "wire/ethernet.h"

#define COOKED_HEADER 16
#define COOKED_TYPE 14
#define COOKED2_HEADER 20
#define NULL_HEADER 4

static enum wire_result behind_tags(const uint8_t *bytes, size_t length, size_t header,
				    uint16_t type, struct link_packet *packet)
{
	struct ethernet frame = { .type = type };
	enum wire_result result;

	if (length < header)
		return WIRE_SHORT;
	result = ethernet_parse_tags(bytes + header, length - header, &frame);
	if (result != WIRE_OK)
		return result;
	*packet = (struct link_packet){
		.offset = (size_t)(frame.payload - bytes),
		.type = frame.type,
		.vlan = frame.vlan,
	};
	return WIRE_OK;
}

static enum wire_result ether_type(const struct link_packet *packet)
{
	return packet->type == ETHERNET_IPV4 || packet->type == ETHERNET_IPV6 ? WIRE_OK :
										WIRE_UNSUPPORTED;
}

/* The number of IPv4's family is 2 everywhere; IPv6 has that of Linux and those of the BSDs. */
static enum wire_result family_type(uint32_t family, struct link_packet *packet)
{
	switch (family) {
	case 2:
		packet->type = ETHERNET_IPV4;
		return WIRE_OK;
	case 10:
	case 24:
	case 28:
	case 30:
		packet->type = ETHERNET_IPV6;
		return WIRE_OK;
	default:
		return WIRE_UNSUPPORTED;
	}
}

static enum wire_result parse_null(enum link_kind kind, const uint8_t *bytes, size_t length,
				   struct link_packet *packet)
{
	uint32_t family;

	if (length < NULL_HEADER)
		return WIRE_SHORT;
	family = wire_get_u32(bytes);
	if (kind == LINK_NULL && family > 0xffff) /* a number that small: the other order */
		family = __builtin_bswap32(family);
	*packet = (struct link_packet){ .offset = NULL_HEADER };
	return family_type(family, packet);
}

/* Find the IP packet in the first @length bytes of a frame. VLAN tags are skipped, two at most.
 *
 * Return: WIRE_OK; WIRE_SHORT if the frame is cut before the packet; WIRE_UNSUPPORTED for what is
 * not IP.
 */
enum wire_result link_parse(enum link_kind kind, const uint8_t *bytes, size_t length,
			    struct link_packet *packet)
{
	enum wire_result result = WIRE_SHORT;
	uint16_t type;

	*packet = (struct link_packet){ .offset = 0 };
	switch (kind) {
	case LINK_ETHERNET:
		type = length < ETHERNET_HEADER ? 0 : wire_get_u16(bytes + ETHERNET_HEADER - 2);
		result = behind_tags(bytes, length, ETHERNET_HEADER, type, packet);
		break;
	case LINK_COOKED:
		type = length < COOKED_HEADER ? 0 : wire_get_u16(bytes + COOKED_TYPE);
		result = behind_tags(bytes, length, COOKED_HEADER, type, packet);
		break;
	case LINK_COOKED2:
		type = length < COOKED2_HEADER ? 0 : wire_get_u16(bytes);
		result = behind_tags(bytes, length, COOKED2_HEADER, type, packet);
		break;
	case LINK_RAW:
		return length == 0 ? WIRE_SHORT : WIRE_OK;
	case LINK_NULL:
	case LINK_LOOP:
		return parse_null(kind, bytes, length, packet);
	default:
		return WIRE_UNSUPPORTED;
	}
	return result == WIRE_OK ? ether_type(packet) : result;
}
