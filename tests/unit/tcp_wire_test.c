// SPDX-License-Identifier: GPL-2.0-or-later
/* Segments and packets as they stand on the wire, and every way in which they can be cut or lie. */
#include "wire/tcp.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* IP (tos 0x0, ttl 64, id 51043, offset 0, flags [DF], proto TCP (6), length 60)
 *     192.0.2.1.40000 > 192.0.2.2.80: Flags [S], cksum 0x0000 (incorrect), seq 1000000000,
 *     win 64240, options [mss 1460,sackOK,TS val 305419896 ecr 0,nop,wscale 7], length 0 */
static const uint8_t syn_v4[] = {
	0x45, 0x00, 0x00, 0x3c, 0xc7, 0x63, 0x40, 0x00, 0x40, 0x06, 0xef, 0x57, 0xc0, 0x00, 0x02,
	0x01, 0xc0, 0x00, 0x02, 0x02, 0x9c, 0x40, 0x00, 0x50, 0x3b, 0x9a, 0xca, 0x00, 0x00, 0x00,
	0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0x00, 0x00, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04,
	0x02, 0x08, 0x0a, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

/* IP6 (class 0x2a, flowlabel 0x12345, hlim 63, next-header Options (0) payload length: 33)
 *     HBH (padn) 2001:db8::1.80 > 2001:db8::2.40000: Flags [FP.U], seq 4294967295, ack 1,
 *     win 500, urg 3, length 5: "hello" */
static const uint8_t fin_v6[] = {
	0x62, 0xa1, 0x23, 0x45, 0x00, 0x21, 0x00, 0x3f, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x06, 0x00, 0x01, 0x04, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x50, 0x9c, 0x40, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
	0x50, 0x39, 0x01, 0xf4, 0x00, 0x00, 0x00, 0x03, 'h',  'e',  'l',  'l',	'o',
};

#define V4_TCP 20
#define V6_TCP 48

/* The bytes on the heap, exactly as many, so that a sanitizer sees a byte too many. */
static uint8_t *copy(const uint8_t *bytes, size_t length)
{
	uint8_t *copied = malloc(length ? length : 1);

	assert_non_null(copied);
	memcpy(copied, bytes, length);
	return copied;
}

static void a_syn_is_read(void **state)
{
	struct segment segment;

	(void)state;
	assert_int_equal(tcp_parse_packet(&segment, syn_v4, sizeof(syn_v4), sizeof(syn_v4)),
			 WIRE_OK);
	assert_memory_equal(segment.src.bytes, ((uint8_t[]){ 192, 0, 2, 1 }), 4);
	assert_memory_equal(segment.dst.bytes, ((uint8_t[]){ 192, 0, 2, 2 }), 4);
	assert_int_equal(segment.src.port, 40000);
	assert_int_equal(segment.dst.port, 80);
	assert_int_equal(segment.seq, 1000000000);
	assert_int_equal(segment.ack, 0);
	assert_int_equal(segment.flags, SEGMENT_SYN);
	assert_int_equal(segment.window, 64240);
	assert_int_equal(segment.data_offset, 10);
	assert_int_equal(segment.payload_length, 0);
	assert_int_equal(segment.ip.ttl, 64);
	assert_int_equal(segment.ip.id, 51043);
	assert_true(segment.ip.is_df);
	assert_false(segment.ip.is_mf);
	assert_int_equal(segment.options.present,
			 SEGMENT_OPTION_MSS | SEGMENT_OPTION_SACK_PERMITTED |
				 SEGMENT_OPTION_TIMESTAMPS | SEGMENT_OPTION_WSCALE);
	assert_int_equal(segment.options.mss, 1460);
	assert_int_equal(segment.options.ts_val, 0x12345678);
	assert_int_equal(segment.options.ts_ecr, 0);
	assert_int_equal(segment.options.wscale, 7);
	assert_int_equal(segment.options.length, 20);
	assert_false(segment.options.is_malformed);
	assert_int_equal(segment.checksum_state, SEGMENT_CHECKSUM_BAD); /* 0x0000 there */
}

static void a_fin_behind_an_extension_header_is_read(void **state)
{
	struct segment segment;

	(void)state;
	assert_int_equal(tcp_parse_packet(&segment, fin_v6, sizeof(fin_v6), sizeof(fin_v6)),
			 WIRE_OK);
	assert_int_equal(segment.ip.version, 6);
	assert_int_equal(segment.ip.dscp, 0x2a >> 2);
	assert_int_equal(segment.ip.ecn, 0x2a & 3);
	assert_int_equal(segment.ip.flow_label, 0x12345);
	assert_int_equal(segment.ip.ttl, 63);
	assert_int_equal(segment.src.bytes[15], 1);
	assert_int_equal(segment.dst.bytes[15], 2);
	assert_int_equal(segment.seq, 0xffffffffu);
	assert_int_equal(segment.ack, 1);
	assert_int_equal(segment.flags, SEGMENT_FIN | SEGMENT_PSH | SEGMENT_ACK | SEGMENT_URG);
	assert_int_equal(segment.urgent, 3);
	assert_int_equal(segment.payload_length, 5);
	assert_memory_equal(segment.payload, "hello", 5);
	assert_int_equal(segment_seq_length(&segment), 6);
}

/* Every truncation: nothing is read beyond the end (each copy is exactly as long), and what lacks a
 * header is short. */
static void cut_packets_are_short(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t length, tcp;
	} packets[] = {
		{ syn_v4, sizeof(syn_v4), V4_TCP },
		{ fin_v6, sizeof(fin_v6), V6_TCP },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(packets); i++) {
		for (size_t cut = 0; cut < packets[i].length; cut++) {
			uint8_t *part = copy(packets[i].bytes, cut);
			enum wire_result expected =
				cut < packets[i].tcp + TCP_HEADER_MIN ? WIRE_SHORT : WIRE_OK;
			struct segment segment;

			assert_int_equal(tcp_parse_packet(&segment, part, cut, packets[i].length),
					 expected);
			if (expected == WIRE_OK) {
				assert_true(segment.is_truncated);
				assert_int_equal(segment.checksum_state, SEGMENT_CHECKSUM_UNKNOWN);
				assert_false(segment.options.is_malformed);
			}
			free(part);
		}
	}
}

/* Any byte with any value: read or refused, and what is read lies inside. */
static void any_byte_may_be_wrong(void **state)
{
	uint8_t bytes[sizeof(fin_v6)];

	(void)state;
	for (size_t at = 0; at < sizeof(bytes); at++) {
		for (unsigned int value = 0; value < 256; value++) {
			struct segment segment;

			memcpy(bytes, fin_v6, sizeof(bytes));
			bytes[at] = (uint8_t)value;
			if (tcp_parse_packet(&segment, bytes, sizeof(bytes), sizeof(bytes)) !=
			    WIRE_OK)
				continue;
			assert_true(segment.payload >= bytes);
			assert_true(segment.payload + segment.payload_captured <=
				    bytes + sizeof(bytes));
			assert_true(segment.payload_captured <= segment.payload_length);
			assert_true(segment.options.length <= SEGMENT_OPTIONS_MAX);
		}
	}
}

static void what_is_no_segment_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum wire_result result;
	} changes[] = {
		{ 0, 0x55, WIRE_UNSUPPORTED }, /* IP version 5 */
		{ 0, 0x44, WIRE_BAD },	       /* IP header of 16 bytes */
		{ 3, 59, WIRE_BAD },	       /* total length: the options end beyond */
		{ 3, 39, WIRE_SHORT },	       /* no room for a TCP header */
		{ 3, 19, WIRE_BAD },	       /* not even an IP header */
		{ 6, 0x60, WIRE_OK },	       /* more fragments */
		{ 7, 0x01, WIRE_UNSUPPORTED }, /* a later fragment */
		{ 9, 17, WIRE_UNSUPPORTED },   /* UDP */
		{ V4_TCP + 12, 0x42, WIRE_BAD },
		{ V4_TCP + 12, 0xf2, WIRE_BAD },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(changes); i++) {
		uint8_t bytes[sizeof(syn_v4)];
		struct segment segment;

		memcpy(bytes, syn_v4, sizeof(bytes));
		bytes[changes[i].at] = changes[i].value;
		assert_int_equal(tcp_parse_packet(&segment, bytes, sizeof(bytes), sizeof(bytes)),
				 changes[i].result);
	}
}

/* Bytes behind what the IP header tells are Ethernet's padding. */
static void padding_is_no_payload(void **state)
{
	uint8_t bytes[sizeof(syn_v4) + 6];
	struct segment segment;

	(void)state;
	memset(bytes, 0xaa, sizeof(bytes));
	memcpy(bytes, syn_v4, sizeof(syn_v4));
	assert_int_equal(tcp_parse_packet(&segment, bytes, sizeof(bytes), sizeof(bytes)), WIRE_OK);
	assert_int_equal(segment.payload_length, 0);
	assert_false(segment.is_truncated);
}

/* What is built is read as what it was. */
static void what_is_built_is_read(void **state)
{
	static const uint8_t text[] = "abcde";
	struct segment first = {
		.src = { .port = 65535 },
		.dst = { .port = 1 },
		.seq = 0xfffffffeu,
		.ack = 0x80000000u,
		.window = 65535,
		.urgent = 7,
		.reserved = 5,
		.payload = text,
	};

	(void)state;
	for (unsigned int i = 0; i < 512 * 2; i++) {
		uint8_t bytes[200];
		struct segment second;
		size_t length;

		first.flags = (uint16_t)(i / 2);
		first.src.family = first.dst.family = i & 1 ? AF_INET6 : AF_INET;
		first.payload_length = i % 6;
		first.options = (struct segment_options){
			.present = i % 32,
			.mss = 1460,
			.wscale = 14,
			.ts_val = i,
			.ts_ecr = ~i,
			.sack_count = (uint8_t)(i % 5),
			.sacks = { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } },
		};
		tcp_build_options(&first.options);
		assert_int_equal(first.options.length % 4, 0);
		length = tcp_build_packet(bytes, sizeof(bytes), &first);
		assert_int_equal(length, (i & 1 ? 40 : 20) + 20u + first.options.length +
						 first.payload_length);
		assert_int_equal(tcp_parse_packet(&second, bytes, length, length), WIRE_OK);
		assert_int_equal(second.checksum_state, SEGMENT_CHECKSUM_OK);
		assert_int_equal(second.src.port, first.src.port);
		assert_int_equal(second.seq, first.seq);
		assert_int_equal(second.ack, first.ack);
		assert_int_equal(second.flags, first.flags);
		assert_int_equal(second.reserved, first.reserved);
		assert_int_equal(second.urgent, first.urgent);
		assert_int_equal(second.payload_length, first.payload_length);
		assert_memory_equal(second.payload, text, first.payload_length);
		assert_memory_equal(second.options.bytes, first.options.bytes,
				    first.options.length);
		/* One bit of it wrong is noticed. */
		bytes[length - 1 - i % (length - (i & 1 ? 40 : 20))] ^= (uint8_t)(1 << i % 8);
		if (tcp_parse_packet(&second, bytes, length, length) == WIRE_OK)
			assert_int_not_equal(second.checksum_state, SEGMENT_CHECKSUM_OK);
		for (size_t room = 0; room < length; room++)
			assert_int_equal(tcp_build_packet(bytes, room, &first), 0);
	}
}

/* A sum that the network card was to finish: of the pseudo-header alone. */
static void an_offloaded_checksum_is_no_bad_one(void **state)
{
	struct segment first = {
		.src = { .bytes = { 192, 0, 2, 1 }, .port = 40000, .family = AF_INET },
		.dst = { .bytes = { 192, 0, 2, 2 }, .port = 80, .family = AF_INET },
		.flags = SEGMENT_ACK,
	};
	struct segment second = { .src = first.src, .dst = first.dst };
	uint8_t bytes[TCP_HEADER_MIN];

	(void)state;
	assert_int_equal(tcp_build(bytes, sizeof(bytes), &first), sizeof(bytes));
	assert_int_equal(tcp_parse(&second, bytes, sizeof(bytes)), WIRE_OK);
	assert_int_equal(second.checksum_state, SEGMENT_CHECKSUM_OK);
	/* 0xc000 + 0x0201 + 0xc000 + 0x0202 + 6 + 20 = 0x1841d: 0x841e */
	wire_put_u16(bytes + 16, 0x841e);
	assert_int_equal(tcp_parse(&second, bytes, sizeof(bytes)), WIRE_OK);
	assert_int_equal(second.checksum_state, SEGMENT_CHECKSUM_OFFLOADED);
	wire_put_u16(bytes + 16, 0x841f);
	assert_int_equal(tcp_parse(&second, bytes, sizeof(bytes)), WIRE_OK);
	assert_int_equal(second.checksum_state, SEGMENT_CHECKSUM_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_is_read),
		cmocka_unit_test(a_fin_behind_an_extension_header_is_read),
		cmocka_unit_test(cut_packets_are_short),
		cmocka_unit_test(any_byte_may_be_wrong),
		cmocka_unit_test(what_is_no_segment_is_refused),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(what_is_built_is_read),
		cmocka_unit_test(an_offloaded_checksum_is_no_bad_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
