// SPDX-License-Identifier: GPL-2.0-or-later
/* The segments that a SYN flood and the handshakes beside it are made of. */
#include "wire/syn.h"

#include <stdbool.h>

#include "record/segment.h"
#include "wire/tcp.h"

#define TAG_LENGTH 4
#define FLAGS (SEGMENT_FIN | SEGMENT_SYN | SEGMENT_RST | SEGMENT_ACK)

static bool is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8;
}

/* RFC 9293 section 3.1. @length is that of the whole segment, of which its first @captured bytes
 * are there. */
static enum wire_result read_segment(const uint8_t *bytes, size_t captured, size_t length,
				     struct syn *syn)
{
	size_t header;

	if (captured < TCP_HEADER_MIN || length < TCP_HEADER_MIN)
		return WIRE_SHORT;
	header = (size_t)(bytes[12] >> 4) * 4;
	if (header < TCP_HEADER_MIN || header > length)
		return WIRE_BAD;
	syn->source.port = wire_get_u16(bytes);
	syn->dest.port = wire_get_u16(bytes + 2);
	syn->sequence = wire_get_u32(bytes + 4);
	switch (bytes[13] & FLAGS) {
	case SEGMENT_SYN:
		return WIRE_OK;
	case SEGMENT_ACK:
		syn->is_ack = true;
		syn->sequence--;
		return length == header ? WIRE_OK : WIRE_UNSUPPORTED;
	default:
		return WIRE_UNSUPPORTED;
	}
}

/* Read a packet from its network header on, of which the first @captured of @length bytes are
 * there; a VLAN tag (@type: the Ethernet type) that the kernel left in front of it is gone over.
 * TCP's options, and what a SYN carries, are not looked at. Time, interface and weight are the
 * caller's to fill in.
 *
 * Return: WIRE_OK for a SYN without ACK, RST and FIN, and for an ACK without any of the others and
 * without data; WIRE_SHORT; WIRE_BAD for lengths that contradict themselves; WIRE_UNSUPPORTED for
 * everything else.
 */
enum wire_result syn_parse(uint16_t type, const uint8_t *bytes, size_t captured, size_t length,
			   struct syn *syn)
{
	struct segment segment;
	struct tcp_place place;
	enum wire_result result;

	*syn = (struct syn){ .weight = 1 };
	if (captured > length)
		captured = length;
	if (is_tag(type)) {
		if (captured < TAG_LENGTH)
			return WIRE_SHORT;
		bytes += TAG_LENGTH;
		captured -= TAG_LENGTH;
		length -= TAG_LENGTH;
	}
	result = tcp_find_in_packet(&segment, bytes, captured, length, &place);
	if (result != WIRE_OK)
		return result;
	syn->source = segment.src;
	syn->dest = segment.dst;
	return read_segment(bytes + place.offset,
			    captured > place.offset ? captured - place.offset : 0, place.length,
			    syn);
}
