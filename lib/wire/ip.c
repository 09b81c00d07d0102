// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/ip.h"

#include <string.h>

#define V4_HEADER_MIN 20

static struct addr v4_address(const uint8_t *bytes)
{
	struct addr addr = { .family = AF_INET };

	memcpy(addr.bytes, bytes, 4);
	return addr;
}

/* Read an IPv4 header (RFC 791 section 3.1), whole or quoted in an ICMP error: what follows it may
 * be cut, the header and its options may not. The total length can only shorten the payload.
 *
 * Return: WIRE_OK; WIRE_SHORT, WIRE_UNSUPPORTED for another version, WIRE_BAD for a header length
 * that cannot be.
 */
enum wire_result ip_parse_v4(struct ip_header *header, const uint8_t *bytes, size_t length)
{
	size_t header_length, total;

	if (length < V4_HEADER_MIN)
		return WIRE_SHORT;
	if (bytes[0] >> 4 != 4)
		return WIRE_UNSUPPORTED;
	header_length = (size_t)(bytes[0] & 15) * 4;
	if (header_length < V4_HEADER_MIN)
		return WIRE_BAD;
	if (length < header_length)
		return WIRE_SHORT;
	*header = (struct ip_header){
		.source = v4_address(bytes + 12),
		.dest = v4_address(bytes + 16),
		.ttl = bytes[8],
		.protocol = bytes[9],
		.options = bytes + V4_HEADER_MIN,
		.options_length = header_length - V4_HEADER_MIN,
		.payload = bytes + header_length,
		.payload_length = length - header_length,
	};
	total = wire_get_u16(bytes + 2);
	if (total >= header_length && total - header_length < header->payload_length)
		header->payload_length = total - header_length;
	return WIRE_OK;
}

/* Take the next option from @at up to @end, and move @at behind it (RFC 791 section 3.1). The end
 * of the list is an option of kind 0, also where there are no more bytes.
 *
 * Return: WIRE_OK; WIRE_BAD for a length below two or beyond the end.
 */
enum wire_result ip_next_option(struct ip_option *option, const uint8_t **at, const uint8_t *end)
{
	const uint8_t *start = *at;

	*option = (struct ip_option){ .kind = 0 };
	if (start >= end || start[0] == 0)
		return WIRE_OK;
	option->kind = start[0];
	if (start[0] == 1) {
		*at = start + 1;
		return WIRE_OK;
	}
	if (end - start < 2 || start[1] < 2 || start[1] > end - start)
		return WIRE_BAD;
	option->data = start + 2;
	option->length = (size_t)start[1] - 2;
	*at = start + start[1];
	return WIRE_OK;
}
