// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/echo6.h"

#include <string.h>

#include "base/checksum.h"
#include "wire/ethernet.h"

#define IPV6_HEADER 40
#define ECHO_HEADER 8
#define NEXT_ICMPV6 58
#define ECHO_REQUEST 128
#define ECHO_REPLY 129

static uint16_t icmp_checksum(const uint8_t *packet, size_t length)
{
	const uint8_t tail[8] = { 0, 0,		 (uint8_t)(length >> 8), (uint8_t)length, 0, 0,
				  0, NEXT_ICMPV6 };
	uint32_t sum = checksum_add(0, packet + 8, 32);

	sum = checksum_add(sum, tail, sizeof(tail));
	return checksum_finish(checksum_add(sum, packet + IPV6_HEADER, length));
}

/* Write the frame of an echo request without data, for this link alone, at @at (room for
 * ECHO6_LENGTH bytes).
 *
 * Return: its length.
 */
size_t echo6_build(uint8_t *at, const struct echo6 *echo)
{
	const struct ethernet frame = {
		.dst = echo->eth_dst,
		.src = echo->eth_src,
		.type = ETHERNET_IPV6,
	};
	uint8_t *packet = at + ethernet_build(at, &frame), *message = packet + IPV6_HEADER;
	uint16_t checksum;

	memset(packet, 0, IPV6_HEADER + ECHO_HEADER);
	packet[0] = 6 << 4;
	packet[5] = ECHO_HEADER;
	packet[6] = NEXT_ICMPV6;
	packet[7] = 1; /* hop limit */
	memcpy(packet + 8, echo->src.bytes, 16);
	memcpy(packet + 24, echo->dst.bytes, 16);
	message[0] = ECHO_REQUEST;
	wire_put_u16(message + 4, echo->id);
	checksum = icmp_checksum(packet, ECHO_HEADER);
	wire_put_u16(message + 2, checksum);
	return ECHO6_LENGTH;
}

/* Read the frame of an echo reply.
 *
 * Return: WIRE_OK, WIRE_SHORT, WIRE_BAD, or WIRE_UNSUPPORTED for another frame.
 */
enum wire_result echo6_parse(const uint8_t *bytes, size_t length, struct echo6 *echo)
{
	struct ethernet frame;
	enum wire_result verdict = ethernet_parse(bytes, length, &frame);
	const uint8_t *packet = frame.payload;
	size_t size;

	if (verdict != WIRE_OK)
		return verdict;
	if (frame.type != ETHERNET_IPV6)
		return WIRE_UNSUPPORTED;
	if (frame.length < IPV6_HEADER + ECHO_HEADER)
		return WIRE_SHORT;
	if (packet[6] != NEXT_ICMPV6 || packet[IPV6_HEADER] != ECHO_REPLY)
		return WIRE_UNSUPPORTED;
	size = wire_get_u16(packet + 4);
	if (size > frame.length - IPV6_HEADER || size < ECHO_HEADER)
		return WIRE_SHORT;
	if (packet[0] >> 4 != 6 || packet[IPV6_HEADER + 1] != 0 || icmp_checksum(packet, size) != 0)
		return WIRE_BAD;
	*echo = (struct echo6){
		.eth_src = frame.src,
		.eth_dst = frame.dst,
		.src = { .family = AF_INET6 },
		.dst = { .family = AF_INET6 },
		.id = wire_get_u16(packet + IPV6_HEADER + 4),
	};
	memcpy(echo->src.bytes, packet + 8, 16);
	memcpy(echo->dst.bytes, packet + 24, 16);
	return WIRE_OK;
}
