// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_TCP_QUOTE_H
#define NETSONDE_WIRE_TCP_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/segment.h"
#include "wire/wire.h"

/* The least that an ICMP error quotes of a segment (RFC 792): ports and sequence number. */
#define TCP_QUOTE_MIN 8

/* An ICMP or ICMPv6 error about a TCP segment, with what it quotes of it. */
struct tcp_quote {
	struct addr from; /* who reported: the caller's to set */
	uint8_t family;	  /* AF_INET: ICMP; AF_INET6: ICMPv6 */
	uint8_t type, code;
	uint32_t info;	  /* the second word: MTU or pointer */
	uint32_t mtu;	  /* of the next hop, told by a packet too big for it; 0: not told */
	uint64_t time_ns; /* since 1970; the caller's to set */
	/* The quoted segment as it was when it was thrown away: addresses and ports, sequence
	 * number and IP header always, the rest of the header unless is_partial, all options if
	 * has_options. Its payload is what there is of it, and the checksum is not judged. */
	struct segment segment;
	bool is_partial;  /* fewer than the 20 bytes that every TCP header has are quoted */
	bool has_options; /* the whole TCP header is */
	const uint8_t *extensions; /* RFC 4884; borrowed */
	size_t extensions_length;  /* 0: none */
};

enum wire_result tcp_quote_parse(struct tcp_quote *quote, uint8_t family, const uint8_t *bytes,
				 size_t length);
enum wire_result tcp_quote_parse_segment(struct tcp_quote *quote, const uint8_t *bytes,
					 size_t length);
bool tcp_quote_is_too_big(const struct tcp_quote *quote);

#endif
