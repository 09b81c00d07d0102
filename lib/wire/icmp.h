// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_ICMP_H
#define NETSONDE_WIRE_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wire.h"

#define ICMP_HEADER_SIZE 8

/* Room for the longest text of icmp_describe(). */
#define ICMP_TEXT_MAX 96

/* An ICMP or ICMPv6 message, its header read. */
struct icmp_message {
	uint8_t type, code;
	uint16_t id, seq; /* of echoes; otherwise the same bytes, see info */
	uint32_t info;	  /* the second word: MTU, pointer, gateway */
	const uint8_t *payload;
	size_t payload_length;
};

enum wire_result icmp_parse(struct icmp_message *message, const uint8_t *bytes, size_t length);
bool icmp_is_echo_reply(uint8_t family, const struct icmp_message *message);
bool icmp_is_echo_request(uint8_t family, const struct icmp_message *message);
enum wire_result icmp_parse_quote(struct icmp_message *quoted, const uint8_t **dest,
				  const struct icmp_message *error);
void icmp_put_echo_request(uint8_t *at, uint8_t family, uint16_t id, uint16_t seq);
void icmp_describe(char *text, size_t size, uint8_t family, uint8_t type, uint8_t code,
		   uint32_t info);

#endif
