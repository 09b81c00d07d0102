// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/ethernet.h"

#include <string.h>

/* Tags of IEEE 802.1Q and 802.1ad, and of those before them. Two are in use, more are a trick. */
#define TAG_LENGTH 4
#define TAGS_MAX 2

static int is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* Skip the VLAN tags, two at most, that stand at @bytes, behind the type that @frame has. @frame
 * gets the type and the payload behind them, which it borrows.
 *
 * Return: WIRE_OK, WIRE_SHORT, or WIRE_UNSUPPORTED for more tags.
 */
enum wire_result ethernet_parse_tags(const uint8_t *bytes, size_t length, struct ethernet *frame)
{
	size_t at = 0;
	int tags = 0;

	while (is_tag(frame->type)) {
		if (length - at < TAG_LENGTH)
			return WIRE_SHORT;
		if (++tags > TAGS_MAX)
			return WIRE_UNSUPPORTED;
		if (tags == 1)
			frame->vlan = wire_get_u16(bytes + at) & 0xfff;
		frame->type = wire_get_u16(bytes + at + 2);
		at += TAG_LENGTH;
	}
	frame->payload = bytes + at;
	frame->length = length - at;
	return WIRE_OK;
}

/* Read the header of an Ethernet II frame, and up to two VLAN tags. @frame borrows the payload. The
 * sender's address may be one that no sender has: that is for others to judge.
 *
 * Return: WIRE_OK, WIRE_SHORT, or WIRE_UNSUPPORTED for IEEE 802.3's length in the type's place and
 * for more tags.
 */
enum wire_result ethernet_parse(const uint8_t *bytes, size_t length, struct ethernet *frame)
{
	enum wire_result result;

	if (length < ETHERNET_HEADER)
		return WIRE_SHORT;
	*frame = (struct ethernet){
		.dst = lladdr_ether(bytes),
		.src = lladdr_ether(bytes + LLADDR_ETHER),
		.type = wire_get_u16(bytes + 12),
	};
	result = ethernet_parse_tags(bytes + ETHERNET_HEADER, length - ETHERNET_HEADER, frame);
	if (result != WIRE_OK)
		return result;
	return frame->type < 0x600 ? WIRE_UNSUPPORTED : WIRE_OK;
}

/* Write the header of an untagged frame at @at (room for ETHERNET_HEADER bytes).
 *
 * Return: its length.
 */
size_t ethernet_build(uint8_t *at, const struct ethernet *frame)
{
	memcpy(at, frame->dst.bytes, LLADDR_ETHER);
	memcpy(at + LLADDR_ETHER, frame->src.bytes, LLADDR_ETHER);
	wire_put_u16(at + 12, frame->type);
	return ETHERNET_HEADER;
}
