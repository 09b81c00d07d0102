// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/icmp.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "wire/ip.h"

/* Read the header that all messages share (RFC 792, RFC 4443 section 2.1).
 *
 * Return: WIRE_OK or WIRE_SHORT.
 */
enum wire_result icmp_parse(struct icmp_message *message, const uint8_t *bytes, size_t length)
{
	if (length < ICMP_HEADER_SIZE)
		return WIRE_SHORT;
	*message = (struct icmp_message){
		.type = bytes[0],
		.code = bytes[1],
		.id = wire_get_u16(bytes + 4),
		.seq = wire_get_u16(bytes + 6),
		.info = wire_get_u32(bytes + 4),
		.payload = bytes + ICMP_HEADER_SIZE,
		.payload_length = length - ICMP_HEADER_SIZE,
	};
	return WIRE_OK;
}

/* Whether @message answers an echo request of @family. */
bool icmp_is_echo_reply(uint8_t family, const struct icmp_message *message)
{
	return message->type == (family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY) &&
	       message->code == 0;
}

/* Whether @message is an echo request of @family. */
bool icmp_is_echo_request(uint8_t family, const struct icmp_message *message)
{
	return message->type == (family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST) &&
	       message->code == 0;
}

/* Read the packet that an ICMPv4 error or redirect quotes (RFC 792): it must be of ICMP, and its
 * ICMP header must be all there.
 *
 * Return: WIRE_OK with the quoted message and, in @dest, the four bytes of the address it was sent
 * to; otherwise what is wrong with it.
 */
enum wire_result icmp_parse_quote(struct icmp_message *quoted, const uint8_t **dest,
				  const struct icmp_message *error)
{
	struct ip_header header;
	enum wire_result result = ip_parse_v4(&header, error->payload, error->payload_length);

	if (result != WIRE_OK)
		return result;
	if (header.protocol != IPPROTO_ICMP)
		return WIRE_UNSUPPORTED;
	*dest = error->payload + 16;
	return icmp_parse(quoted, header.payload, header.payload_length);
}

/* Write the ICMP_HEADER_SIZE bytes of an echo request at @at, the checksum left zero. */
void icmp_put_echo_request(uint8_t *at, uint8_t family, uint16_t id, uint16_t seq)
{
	memset(at, 0, ICMP_HEADER_SIZE);
	at[0] = family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	wire_put_u16(at + 4, id);
	wire_put_u16(at + 6, seq);
}
