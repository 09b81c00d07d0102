// SPDX-License-Identifier: GPL-2.0-or-later
/* What ICMP errors quote of TCP segments (RFC 792, RFC 1812 section 4.3.2.3, RFC 4443), and where
 * the extensions of RFC 4884 begin. */
#include "wire/tcp_quote.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "base/checksum.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

#define PACKET_MAX (40 + 0xffff)
#define EXTENSION_HEADER 4
#define EXTENSION_VERSION 2

/* Where extensions stand that are not announced: RFC 4884 section 5.5. */
#define LEGACY_QUOTE 128

static bool is_error(uint8_t family, uint8_t type)
{
	if (family == AF_INET)
		return type == ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH ||
		       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
	return type >= ICMP6_DST_UNREACH && type <= ICMP6_PARAM_PROB;
}

/* Whether errors of this type announce the length of the quoted packet (RFC 4884 section 4). */
static bool may_have_extensions(uint8_t family, uint8_t type)
{
	if (family == AF_INET)
		return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
		       type == ICMP_PARAMETERPROB;
	return type == ICMP6_DST_UNREACH || type == ICMP6_TIME_EXCEEDED;
}

/* Find out how many of the @length bytes behind the ICMP header are the quoted packet, and note
 * where extensions are, if those have their version and a checksum that is right. */
static size_t quoted_length(struct tcp_quote *quote, const uint8_t *icmp, size_t length)
{
	const uint8_t *quoted = icmp + ICMP_HEADER_SIZE;
	size_t announced = 0;

	if (!may_have_extensions(quote->family, quote->type))
		return length;
	announced = quote->family == AF_INET ? icmp[5] * 4u : icmp[4] * 8u;
	if (announced == 0 && length > LEGACY_QUOTE)
		announced = LEGACY_QUOTE;
	if (announced == 0 || announced > length || length - announced < EXTENSION_HEADER ||
	    quoted[announced] >> 4 != EXTENSION_VERSION ||
	    (wire_get_u16(quoted + announced + 2) != 0 &&
	     checksum_finish(checksum_add(0, quoted + announced, length - announced)) != 0))
		return length;
	quote->extensions = quoted + announced;
	quote->extensions_length = length - announced;
	return announced;
}

/* Read the TCP header that @bytes begin with, as much of it as is quoted; @quote->segment has the
 * addresses already, if anybody knows them. For those who are given the quoted segment by the
 * kernel (IP_RECVERR), which has read the rest.
 *
 * Return: WIRE_OK, or WIRE_SHORT below TCP_QUOTE_MIN bytes.
 */
enum wire_result tcp_quote_parse_segment(struct tcp_quote *quote, const uint8_t *bytes,
					 size_t length)
{
	struct segment *segment = &quote->segment;

	quote->is_partial = true;
	quote->has_options = false;
	if (length < TCP_QUOTE_MIN)
		return WIRE_SHORT;
	if (tcp_parse_cut(segment, bytes, length, PACKET_MAX) == WIRE_OK) {
		size_t header_length = segment->data_offset * 4u;

		quote->is_partial = false;
		quote->has_options = header_length <= length;
		segment->payload_length = segment->payload_captured;
		segment->checksum_state = SEGMENT_CHECKSUM_UNKNOWN;
		return WIRE_OK;
	}
	segment->src.port = wire_get_u16(bytes);
	segment->dst.port = wire_get_u16(bytes + 2);
	segment->seq = wire_get_u32(bytes + 4);
	return WIRE_OK;
}

/* Read an ICMP (AF_INET) or ICMPv6 (AF_INET6) message that reports an error about a TCP segment,
 * from its ICMP header on. Time and reporter are left to the caller.
 *
 * Return: WIRE_OK; WIRE_SHORT; WIRE_BAD for a quoted packet that contradicts itself;
 * WIRE_UNSUPPORTED for what is no error, or not about TCP.
 */
enum wire_result tcp_quote_parse(struct tcp_quote *quote, uint8_t family, const uint8_t *bytes,
				 size_t length)
{
	struct icmp_message message;
	enum wire_result result = icmp_parse(&message, bytes, length);
	struct tcp_place place;
	size_t quoted;

	*quote = (struct tcp_quote){ .family = family };
	if (result != WIRE_OK)
		return result;
	if (!is_error(family, message.type))
		return WIRE_UNSUPPORTED;
	quote->type = message.type;
	quote->code = message.code;
	quote->info = message.info;
	quoted = quoted_length(quote, bytes, message.payload_length);
	result = tcp_find_in_packet(&quote->segment, message.payload, quoted, PACKET_MAX, &place);
	if (result != WIRE_OK)
		return result;
	if (quote->segment.src.family != family)
		return WIRE_BAD;
	if (tcp_quote_is_too_big(quote))
		quote->mtu = family == AF_INET ? message.seq : message.info;
	if (place.length < quoted - place.offset)
		quoted = place.offset + place.length; /* what is beyond is padding */
	return tcp_quote_parse_segment(quote, message.payload + place.offset,
				       quoted - place.offset);
}

/* Whether the error says that a packet did not fit into the next link (RFC 1191, RFC 8201). */
bool tcp_quote_is_too_big(const struct tcp_quote *quote)
{
	if (quote->family == AF_INET)
		return quote->type == ICMP_DEST_UNREACH && quote->code == ICMP_FRAG_NEEDED;
	return quote->type == ICMP6_PACKET_TOO_BIG;
}
