// SPDX-License-Identifier: GPL-2.0-or-later
/* The TCP header (RFC 9293 section 3.1) and its checksum over the pseudo-header (RFC 9293 section
 * 3.1, RFC 8200 section 8.1). */
#include "wire/tcp.h"

#include <netinet/in.h>
#include <string.h>

#include "base/checksum.h"

static size_t address_length(const struct addr *addr)
{
	return addr->family == AF_INET6 ? 16 : 4;
}

static uint32_t pseudo_header_sum(const struct segment *segment, size_t length)
{
	uint32_t sum = checksum_add(0, segment->src.bytes, address_length(&segment->src));

	sum = checksum_add(sum, segment->dst.bytes, address_length(&segment->dst));
	return sum + IPPROTO_TCP + (uint32_t)(length >> 16) + (uint32_t)(length & 0xffff);
}

/* Whether the checksum is only begun: a sender that leaves it to its network card puts the sum of
 * the pseudo-header there (net/ipv4/tcp_ipv4.c, __tcp_v4_send_check()), without a length if the
 * card is to cut the segment as well. */
static bool is_begun(const struct segment *segment, size_t length)
{
	uint16_t whole = checksum_finish(pseudo_header_sum(segment, length)),
		 open = checksum_finish(pseudo_header_sum(segment, 0)), seen;

	seen = (uint16_t)~segment->checksum;
	return seen == whole || seen == open;
}

static uint8_t judge_checksum(const struct segment *segment, const uint8_t *bytes, size_t length)
{
	if (length <= 0xffff &&
	    checksum_finish(checksum_add(pseudo_header_sum(segment, length), bytes, length)) == 0)
		return SEGMENT_CHECKSUM_OK;
	if (is_begun(segment, length))
		return SEGMENT_CHECKSUM_OFFLOADED;
	return length <= 0xffff ? SEGMENT_CHECKSUM_BAD : SEGMENT_CHECKSUM_UNKNOWN;
}

/* Read a segment of which the first @captured of @length bytes are there: cut by the snapshot
 * length of a capture, or quoted. The caller has set the addresses of @segment, which the checksum
 * covers, and what else it knows: time, direction and IP header. Options that are malformed are no
 * fault of the segment: options.is_malformed tells them.
 *
 * Return: WIRE_OK; WIRE_SHORT without the 20 bytes that every header has; WIRE_BAD for a data
 * offset that cannot be.
 */
enum wire_result tcp_parse_cut(struct segment *segment, const uint8_t *bytes, size_t captured,
			       size_t length)
{
	size_t header_length, header_captured;

	if (captured > length)
		captured = length;
	if (captured < TCP_HEADER_MIN)
		return WIRE_SHORT;
	header_length = (size_t)(bytes[12] >> 4) * 4;
	if (header_length < TCP_HEADER_MIN || header_length > length)
		return WIRE_BAD;
	header_captured = header_length < captured ? header_length : captured;
	segment->src.port = wire_get_u16(bytes);
	segment->dst.port = wire_get_u16(bytes + 2);
	segment->seq = wire_get_u32(bytes + 4);
	segment->ack = wire_get_u32(bytes + 8);
	segment->data_offset = bytes[12] >> 4;
	segment->reserved = bytes[12] >> 1 & 7;
	segment->flags = wire_get_u16(bytes + 12) & SEGMENT_FLAGS;
	segment->window = wire_get_u16(bytes + 14);
	segment->checksum = wire_get_u16(bytes + 16);
	segment->urgent = wire_get_u16(bytes + 18);
	tcp_parse_options(&segment->options, bytes + TCP_HEADER_MIN,
			  header_captured - TCP_HEADER_MIN);
	if (header_captured < header_length)
		segment->options.is_malformed = false; /* cut, rather */
	segment->payload = bytes + header_captured;
	segment->payload_length = (uint32_t)(length - header_length);
	segment->payload_captured = (uint32_t)(captured - header_captured);
	segment->is_truncated = captured < length;
	segment->checksum_state = SEGMENT_CHECKSUM_UNKNOWN;
	if (!segment->is_truncated)
		segment->checksum_state = judge_checksum(segment, bytes, length);
	return WIRE_OK;
}

/* Read a segment of @length bytes that is all there, from its header on; see tcp_parse_cut().
 *
 * Return: WIRE_OK; WIRE_SHORT if the header is cut; WIRE_BAD for a data offset that cannot be.
 */
enum wire_result tcp_parse(struct segment *segment, const uint8_t *bytes, size_t length)
{
	return tcp_parse_cut(segment, bytes, length, length);
}

/* Write @segment to @at, from its TCP header on: with options.bytes as they stand, padded with
 * zeros, and payload_length bytes of payload; a NULL payload is zeros. The checksum is made here,
 * and the data offset unless it is set: tests may wish a wrong one.
 *
 * Return: the length, or 0 if @size bytes are not enough or the segment is longer than IP allows.
 */
size_t tcp_build(uint8_t *at, size_t size, const struct segment *segment)
{
	size_t padded = ((size_t)segment->options.length + 3) / 4 * 4;
	size_t header_length = TCP_HEADER_MIN + padded;
	size_t length = header_length + segment->payload_length;
	unsigned int words =
		segment->data_offset ? segment->data_offset : (unsigned int)header_length / 4;

	if (segment->options.length > SEGMENT_OPTIONS_MAX || length > size || length > 0xffff)
		return 0;
	memset(at, 0, header_length);
	wire_put_u16(at, segment->src.port);
	wire_put_u16(at + 2, segment->dst.port);
	wire_put_u32(at + 4, segment->seq);
	wire_put_u32(at + 8, segment->ack);
	wire_put_u16(at + 12, (uint16_t)(words << 12 | (segment->reserved & 7u) << 9 |
					 (segment->flags & SEGMENT_FLAGS)));
	wire_put_u16(at + 14, segment->window);
	wire_put_u16(at + 18, segment->urgent);
	memcpy(at + TCP_HEADER_MIN, segment->options.bytes, segment->options.length);
	if (segment->payload)
		memcpy(at + header_length, segment->payload, segment->payload_length);
	else
		memset(at + header_length, 0, segment->payload_length);
	wire_put_u16(at + 16,
		     checksum_finish(checksum_add(pseudo_header_sum(segment, length), at, length)));
	return length;
}
