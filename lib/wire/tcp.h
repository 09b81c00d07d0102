// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_TCP_H
#define NETSONDE_WIRE_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/segment.h"
#include "wire/wire.h"

#define TCP_HEADER_MIN 20
#define TCP_HEADER_MAX 60

/* The most that tcp_build_packet() puts in front of a payload: IPv6, a header full of options. */
#define TCP_PACKET_HEADERS_MAX (40 + TCP_HEADER_MAX)

/* Kinds of options (IANA, TCP parameters). */
enum tcp_option_kind {
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	TCP_OPTION_WSCALE = 3,
	TCP_OPTION_SACK_PERMITTED = 4,
	TCP_OPTION_SACK = 5,
	TCP_OPTION_TIMESTAMPS = 8,
	TCP_OPTION_MD5 = 19,
	TCP_OPTION_USER_TIMEOUT = 28,
	TCP_OPTION_AO = 29,
	TCP_OPTION_MPTCP = 30,
	TCP_OPTION_FAST_OPEN = 34,
	TCP_OPTION_EXPERIMENT_1 = 253,
	TCP_OPTION_EXPERIMENT_2 = 254,
};

/* An option: its kind, and the bytes behind its length. */
struct tcp_option {
	uint8_t kind;
	const uint8_t *data;
	size_t length;
};

/* Where the TCP header is in a packet, and how long the segment was when it was sent. */
struct tcp_place {
	size_t offset, length;
};

/* Packets, from their IP header on: as raw IPv4 sockets, packet sockets and capture files have
 * them. */
enum wire_result tcp_parse_packet(struct segment *segment, const uint8_t *bytes, size_t captured,
				  size_t wire_length);
enum wire_result tcp_find_in_packet(struct segment *segment, const uint8_t *bytes, size_t captured,
				    size_t wire_length, struct tcp_place *place);
size_t tcp_build_packet(uint8_t *at, size_t size, const struct segment *segment);

/* Segments, from their TCP header on: what raw IPv6 sockets give and take. */
enum wire_result tcp_parse(struct segment *segment, const uint8_t *bytes, size_t length);
enum wire_result tcp_parse_cut(struct segment *segment, const uint8_t *bytes, size_t captured,
			       size_t length);
size_t tcp_build(uint8_t *at, size_t size, const struct segment *segment);

/* Options. */
enum wire_result tcp_next_option(struct tcp_option *option, const uint8_t **at, const uint8_t *end);
void tcp_parse_options(struct segment_options *options, const uint8_t *bytes, size_t length);
void tcp_build_options(struct segment_options *options);

#endif
