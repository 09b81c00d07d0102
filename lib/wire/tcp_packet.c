// SPDX-License-Identifier: GPL-2.0-or-later
/* TCP segments in their IP packets: IPv4 (RFC 791), and IPv6 with its extension headers (RFC
 * 8200). */
#include <netinet/in.h>
#include <string.h>

#include "base/checksum.h"
#include "wire/tcp.h"

#define V4_HEADER_MIN 20
#define V6_HEADER 40
#define V6_EXTENSIONS_MAX 8 /* more are a trick */
#define V6_FRAGMENT_HEADER 8

static struct addr address(uint8_t family, const uint8_t *bytes)
{
	struct addr addr = { .family = family };

	memcpy(addr.bytes, bytes, family == AF_INET ? 4 : 16);
	return addr;
}

/* A total length of 0 is one that did not fit: a packet longer than 64 KiB that the network card
 * was to cut (net/ipv4/ip_output.c, BIG TCP). */
static size_t packet_length(size_t claimed, size_t wire_length)
{
	return claimed > 0 && claimed < wire_length ? claimed : wire_length;
}

static enum wire_result find_v4(struct segment *segment, const uint8_t *bytes, size_t captured,
				size_t wire_length, struct tcp_place *place)
{
	size_t header_length, length;
	uint16_t fragment;

	if (captured < V4_HEADER_MIN)
		return WIRE_SHORT;
	header_length = (size_t)(bytes[0] & 15) * 4;
	length = packet_length(wire_get_u16(bytes + 2), wire_length);
	if (header_length < V4_HEADER_MIN || header_length > length)
		return WIRE_BAD;
	if (header_length > captured)
		return WIRE_SHORT;
	fragment = wire_get_u16(bytes + 6);
	segment->src = address(AF_INET, bytes + 12);
	segment->dst = address(AF_INET, bytes + 16);
	segment->ip = (struct segment_ip){
		.version = 4,
		.header_words = bytes[0] & 15,
		.dscp = bytes[1] >> 2,
		.ecn = bytes[1] & 3,
		.id = wire_get_u16(bytes + 4),
		.is_df = fragment & 0x4000,
		.is_mf = fragment & 0x2000,
		.fragment = (uint16_t)((fragment & 0x1fff) * 8),
		.ttl = bytes[8],
	};
	if (bytes[9] != IPPROTO_TCP || segment->ip.fragment > 0)
		return WIRE_UNSUPPORTED;
	*place = (struct tcp_place){ header_length, length - header_length };
	return WIRE_OK;
}

/* Skip extension headers (RFC 8200 section 4) from @at on.
 *
 * Return: WIRE_OK with @at at a TCP header; WIRE_SHORT, WIRE_UNSUPPORTED for anything else.
 */
static enum wire_result skip_extensions(struct segment_ip *ip, const uint8_t *bytes,
					size_t captured, size_t *at)
{
	uint8_t next = bytes[6];

	for (int i = 0; i < V6_EXTENSIONS_MAX; i++) {
		const uint8_t *header = bytes + *at;

		if (next == IPPROTO_TCP)
			return WIRE_OK;
		if (next != IPPROTO_HOPOPTS && next != IPPROTO_DSTOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_FRAGMENT)
			return WIRE_UNSUPPORTED;
		if (captured - *at < V6_FRAGMENT_HEADER)
			return WIRE_SHORT;
		if (next == IPPROTO_FRAGMENT) {
			ip->fragment = wire_get_u16(header + 2) & 0xfff8;
			ip->is_mf = header[3] & 1;
			*at += V6_FRAGMENT_HEADER;
		} else {
			*at += (size_t)(header[1] + 1) * 8;
		}
		if (*at > captured)
			return WIRE_SHORT;
		if (ip->fragment > 0)
			return WIRE_UNSUPPORTED;
		next = header[0];
	}
	return WIRE_UNSUPPORTED;
}

static enum wire_result find_v6(struct segment *segment, const uint8_t *bytes, size_t captured,
				size_t wire_length, struct tcp_place *place)
{
	size_t at = V6_HEADER, claimed, length;
	enum wire_result result;

	if (captured < V6_HEADER)
		return WIRE_SHORT;
	claimed = wire_get_u16(bytes + 4);
	length = packet_length(claimed > 0 ? claimed + V6_HEADER : 0, wire_length);
	segment->src = address(AF_INET6, bytes + 8);
	segment->dst = address(AF_INET6, bytes + 24);
	segment->ip = (struct segment_ip){
		.version = 6,
		.dscp = (uint8_t)(wire_get_u16(bytes) >> 6 & 63),
		.ecn = bytes[1] >> 4 & 3,
		.flow_label = wire_get_u32(bytes) & 0xfffff,
		.ttl = bytes[7],
	};
	result = skip_extensions(&segment->ip, bytes, captured, &at);
	if (result != WIRE_OK)
		return result;
	if (at > length)
		return WIRE_BAD;
	*place = (struct tcp_place){ at, length - at };
	return WIRE_OK;
}

/* Read the IP header in front of a segment, of a packet of which the first @captured of
 * @wire_length bytes are there: addresses and what struct segment_ip has. Nothing else in @segment
 * is touched.
 *
 * Return: WIRE_OK with the @place of the TCP header, of which some bytes may be there, or none;
 * WIRE_SHORT; WIRE_BAD for lengths that cannot be; WIRE_UNSUPPORTED for what is not TCP, or a later
 * fragment of it.
 */
enum wire_result tcp_find_in_packet(struct segment *segment, const uint8_t *bytes, size_t captured,
				    size_t wire_length, struct tcp_place *place)
{
	if (captured == 0)
		return WIRE_SHORT;
	if (bytes[0] >> 4 == 4)
		return find_v4(segment, bytes, captured, wire_length, place);
	if (bytes[0] >> 4 == 6)
		return find_v6(segment, bytes, captured, wire_length, place);
	return WIRE_UNSUPPORTED;
}

/* Read a packet of which the first @captured of @wire_length bytes are there, from its IP header
 * on. Sets everything in @segment but time and direction; the payload is borrowed. Bytes behind the
 * length that the IP header tells (Ethernet's padding) are left out. A segment whose packet has
 * more fragments is read as far as its first one goes (ip.is_mf).
 *
 * Return: WIRE_OK; otherwise as tcp_find_in_packet() and tcp_parse_cut() do.
 */
enum wire_result tcp_parse_packet(struct segment *segment, const uint8_t *bytes, size_t captured,
				  size_t wire_length)
{
	enum wire_result result;
	struct tcp_place place;

	*segment = (struct segment){ .seq = 0 };
	if (captured > wire_length)
		captured = wire_length;
	result = tcp_find_in_packet(segment, bytes, captured, wire_length, &place);
	if (result == WIRE_OK)
		result = tcp_parse_cut(segment, bytes + place.offset, captured - place.offset,
				       place.length);
	if (segment->ip.is_mf)
		segment->checksum_state = SEGMENT_CHECKSUM_UNKNOWN;
	return result;
}

static void put_v4(uint8_t *at, const struct segment *segment, size_t length)
{
	const struct segment_ip *ip = &segment->ip;

	memset(at, 0, V4_HEADER_MIN);
	at[0] = 0x45;
	at[1] = (uint8_t)(ip->dscp << 2 | (ip->ecn & 3));
	wire_put_u16(at + 2, (uint16_t)length);
	wire_put_u16(at + 4, ip->id);
	wire_put_u16(at + 6, ip->is_df ? 0x4000 : 0);
	at[8] = ip->ttl;
	at[9] = IPPROTO_TCP;
	memcpy(at + 12, segment->src.bytes, 4);
	memcpy(at + 16, segment->dst.bytes, 4);
	wire_put_u16(at + 10, checksum_finish(checksum_add(0, at, V4_HEADER_MIN)));
}

static void put_v6(uint8_t *at, const struct segment *segment, size_t length)
{
	const struct segment_ip *ip = &segment->ip;

	wire_put_u32(at, 6u << 28 | (uint32_t)(ip->dscp & 63) << 22 |
				 (uint32_t)(ip->ecn & 3) << 20 | (ip->flow_label & 0xfffff));
	wire_put_u16(at + 4, (uint16_t)(length - V6_HEADER));
	at[6] = IPPROTO_TCP;
	at[7] = ip->ttl;
	memcpy(at + 8, segment->src.bytes, 16);
	memcpy(at + 24, segment->dst.bytes, 16);
}

/* Write @segment to @at in an IP packet of the family of its addresses: without IPv4 options,
 * extension headers and fragments. TTL, DSCP, ECN, id, DF and flow label are those in @segment;
 * the rest is as tcp_build() has it.
 *
 * Return: the length, or 0 if @size bytes are not enough or the packet is longer than IP allows.
 */
size_t tcp_build_packet(uint8_t *at, size_t size, const struct segment *segment)
{
	bool is_v6 = segment->src.family == AF_INET6;
	size_t header = is_v6 ? V6_HEADER : V4_HEADER_MIN, length;

	if (size < header)
		return 0;
	length = tcp_build(at + header, size - header, segment);
	if (length == 0 || (!is_v6 && length + header > 0xffff))
		return 0;
	length += header;
	if (is_v6)
		put_v6(at, segment, length);
	else
		put_v4(at, segment, length);
	return length;
}
