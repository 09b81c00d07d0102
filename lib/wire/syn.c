// SPDX-License-Identifier: GPL-2.0-or-later
/* The segments that a SYN flood and the handshakes beside it are made of. */
#include "wire/syn.h"

#include <stdbool.h>
#include <string.h>

#include "wire/ethernet.h"
#include "wire/ip.h"

#define TAG_LENGTH 4
#define V6_HEADER 40
#define V6_EXTENSIONS_MAX 8 /* more are a trick */
#define TCP_HEADER 20

enum {
	NEXT_HOP_BY_HOP = 0,
	NEXT_TCP = 6,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_AUTHENTICATION = 51,
	NEXT_DESTINATION = 60,
};

enum {
	FLAG_FIN = 0x01,
	FLAG_SYN = 0x02,
	FLAG_RST = 0x04,
	FLAG_ACK = 0x10,
};

/* A TCP segment, as far as IP tells. */
struct segment {
	const uint8_t *bytes;
	size_t length; /* what is there, at most what IP claims */
};

static enum wire_result find_in_v4(const uint8_t *bytes, size_t length, struct syn *syn,
				   struct segment *segment)
{
	struct ip_header header;
	enum wire_result result = ip_parse_v4(&header, bytes, length);

	if (result != WIRE_OK)
		return result;
	if (header.protocol != NEXT_TCP || wire_get_u16(bytes + 6) & 0x1fff)
		return WIRE_UNSUPPORTED; /* a later fragment has no TCP header */
	syn->source = header.source;
	syn->dest = header.dest;
	*segment = (struct segment){ header.payload, header.payload_length };
	return WIRE_OK;
}

/* Go over an extension header of type @next at @at (RFC 8200 section 4, RFC 4302 section 2).
 *
 * Return: its length, 0 if it is none that TCP may stand behind.
 */
static size_t extension_length(uint8_t next, const uint8_t *at)
{
	switch (next) {
	case NEXT_HOP_BY_HOP:
	case NEXT_ROUTING:
	case NEXT_DESTINATION:
		return ((size_t)at[1] + 1) * 8;
	case NEXT_FRAGMENT: /* the first one alone has a TCP header */
		return wire_get_u16(at + 2) & 0xfff8 ? 0 : 8;
	case NEXT_AUTHENTICATION:
		return ((size_t)at[1] + 2) * 4;
	default:
		return 0;
	}
}

static enum wire_result find_in_v6(const uint8_t *bytes, size_t length, struct syn *syn,
				   struct segment *segment)
{
	size_t left, claimed, header;
	const uint8_t *at = bytes + V6_HEADER;
	uint8_t next;

	if (length < V6_HEADER)
		return WIRE_SHORT;
	if (bytes[0] >> 4 != 6)
		return WIRE_UNSUPPORTED;
	left = length - V6_HEADER;
	claimed = wire_get_u16(bytes + 4);
	if (claimed < left)
		left = claimed;
	next = bytes[6];
	for (int i = 0; next != NEXT_TCP; i++) {
		if (left < 8)
			return WIRE_SHORT;
		header = extension_length(next, at);
		if (header == 0 || i == V6_EXTENSIONS_MAX)
			return WIRE_UNSUPPORTED;
		if (header > left)
			return WIRE_SHORT;
		next = at[0];
		at += header;
		left -= header;
	}
	syn->source.family = syn->dest.family = AF_INET6;
	memcpy(syn->source.bytes, bytes + 8, 16);
	memcpy(syn->dest.bytes, bytes + 24, 16);
	*segment = (struct segment){ at, left };
	return WIRE_OK;
}

/* RFC 9293 section 3.1. */
static enum wire_result read_segment(const struct segment *segment, struct syn *syn)
{
	const uint8_t *bytes = segment->bytes;
	size_t header;

	if (segment->length < TCP_HEADER)
		return WIRE_SHORT;
	header = (size_t)(bytes[12] >> 4) * 4;
	if (header < TCP_HEADER)
		return WIRE_BAD;
	syn->source.port = wire_get_u16(bytes);
	syn->dest.port = wire_get_u16(bytes + 2);
	syn->sequence = wire_get_u32(bytes + 4);
	switch (bytes[13] & (FLAG_FIN | FLAG_SYN | FLAG_RST | FLAG_ACK)) {
	case FLAG_SYN:
		return WIRE_OK;
	case FLAG_ACK:
		if (segment->length != header)
			return segment->length < header ? WIRE_SHORT : WIRE_UNSUPPORTED;
		syn->is_ack = true;
		syn->sequence--;
		return WIRE_OK;
	default:
		return WIRE_UNSUPPORTED;
	}
}

/* Read a packet of the Ethernet type @type from its network header on; a VLAN tag that the kernel
 * left there is gone over. TCP's options, and what a SYN carries, are not looked at and may be cut.
 * The time, the interface and the weight are the caller's to fill in.
 *
 * Return: WIRE_OK for a SYN without ACK, RST and FIN, and for an ACK without any of the others and
 * without data; WIRE_SHORT; WIRE_BAD for lengths that contradict themselves; WIRE_UNSUPPORTED for
 * everything else.
 */
enum wire_result syn_parse(uint16_t type, const uint8_t *bytes, size_t length, struct syn *syn)
{
	struct segment segment;
	enum wire_result result;

	*syn = (struct syn){ .weight = 1 };
	if (type == 0x8100 || type == 0x88a8) {
		if (length < TAG_LENGTH)
			return WIRE_SHORT;
		type = wire_get_u16(bytes + 2);
		bytes += TAG_LENGTH;
		length -= TAG_LENGTH;
	}
	if (type == ETHERNET_IPV4)
		result = find_in_v4(bytes, length, syn, &segment);
	else if (type == ETHERNET_IPV6)
		result = find_in_v6(bytes, length, syn, &segment);
	else
		return WIRE_UNSUPPORTED;
	return result == WIRE_OK ? read_segment(&segment, syn) : result;
}
