// SPDX-License-Identifier: GPL-2.0-or-later
/* What ICMP errors quote of segments: all of it, 8 bytes of it, with extensions and without, and
 * with lies. */
#include "wire/tcp_quote.h"

#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "unit.h"

#define ICMP_SIZE 8
#define QUOTE_V4 60 /* an IP header, a TCP header with 20 bytes of options */
#define QUOTE_V6 60 /* an IPv6 header, a TCP header without */

/* IP 192.0.2.1.40000 > 192.0.2.2.80: Flags [S], seq 1000000000, win 64240,
 *     options [mss 1460,sackOK,TS val 305419896 ecr 0,nop,wscale 7], length 0 */
static const uint8_t quoted_v4[QUOTE_V4] = {
	0x45, 0x00, 0x00, 0x3c, 0xc7, 0x63, 0x40, 0x00, 0x01, 0x06, 0x2e, 0x58, 0xc0, 0x00, 0x02,
	0x01, 0xc0, 0x00, 0x02, 0x02, 0x9c, 0x40, 0x00, 0x50, 0x3b, 0x9a, 0xca, 0x00, 0x00, 0x00,
	0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0x00, 0x00, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04,
	0x02, 0x08, 0x0a, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

/* IP6 2001:db8::1.40000 > 2001:db8::2.80: Flags [.], seq 4294967295, ack 1, win 500, length 0 */
static const uint8_t quoted_v6[QUOTE_V6] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x14, 0x06, 0x01, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x9c, 0x40, 0x00, 0x50, 0xff,
	0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x50, 0x10, 0x01, 0xf4, 0x00, 0x00, 0x00, 0x00,
};

/* An ICMP message of exactly ICMP_SIZE + @length bytes. */
static uint8_t *report(uint8_t type, uint8_t code, uint32_t info, const uint8_t *quoted,
		       size_t length)
{
	uint8_t *bytes = calloc(1, ICMP_SIZE + length);

	assert_non_null(bytes);
	bytes[0] = type;
	bytes[1] = code;
	wire_put_u32(bytes + 4, info);
	memcpy(bytes + ICMP_SIZE, quoted, length);
	return bytes;
}

static void a_whole_quote_is_read(void **state)
{
	struct tcp_quote quote;
	uint8_t *bytes = report(11, 0, 0, quoted_v4, QUOTE_V4); /* time exceeded in-transit */

	(void)state;
	assert_int_equal(tcp_quote_parse(&quote, AF_INET, bytes, ICMP_SIZE + QUOTE_V4), WIRE_OK);
	assert_int_equal(quote.type, 11);
	assert_int_equal(quote.segment.src.port, 40000);
	assert_int_equal(quote.segment.dst.bytes[3], 2);
	assert_int_equal(quote.segment.seq, 1000000000);
	assert_int_equal(quote.segment.ip.ttl, 1);
	assert_int_equal(quote.segment.options.mss, 1460);
	assert_int_equal(quote.segment.checksum_state, SEGMENT_CHECKSUM_UNKNOWN);
	assert_false(quote.is_partial);
	assert_true(quote.has_options);
	assert_int_equal(quote.extensions_length, 0);
	free(bytes);
}

/* Each length: 8 bytes of TCP are enough (RFC 792), fewer are not; nothing is read beyond. */
static void a_cut_quote_is_read_as_far_as_it_goes(void **state)
{
	(void)state;
	for (size_t length = 0; length <= QUOTE_V4; length++) {
		uint8_t *bytes = report(3, 1, 0, quoted_v4, length);
		struct tcp_quote quote;
		enum wire_result result =
			tcp_quote_parse(&quote, AF_INET, bytes, ICMP_SIZE + length);

		assert_int_equal(result, length < 20 + TCP_QUOTE_MIN ? WIRE_SHORT : WIRE_OK);
		if (result == WIRE_OK) {
			assert_int_equal(quote.segment.seq, 1000000000);
			assert_int_equal(quote.is_partial, length < 40);
			assert_int_equal(quote.has_options, length == 60);
		}
		free(bytes);
	}
}

static void an_mtu_is_told_by_some(void **state)
{
	static const struct {
		uint8_t family, type, code;
		uint32_t info, mtu;
	} rows[] = {
		{ AF_INET, 3, 4, 1280, 1280 },	      /* need to frag (mtu 1280) */
		{ AF_INET, 3, 4, 0, 0 },	      /* of a router from before RFC 1191 */
		{ AF_INET, 3, 4, 0xffff05dc, 0x5dc }, /* the upper half is unused */
		{ AF_INET, 3, 1, 1280, 0 },
		{ AF_INET6, 2, 0, 1300, 1300 }, /* packet too big, mtu 1300 */
		{ AF_INET6, 2, 0, 0x20000, 0x20000 },
		{ AF_INET6, 1, 0, 1300, 0 },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		const uint8_t *quoted = rows[i].family == AF_INET ? quoted_v4 : quoted_v6;
		uint8_t *bytes = report(rows[i].type, rows[i].code, rows[i].info, quoted, QUOTE_V4);
		struct tcp_quote quote;

		assert_int_equal(
			tcp_quote_parse(&quote, rows[i].family, bytes, ICMP_SIZE + QUOTE_V4),
			WIRE_OK);
		assert_int_equal(quote.mtu, rows[i].mtu);
		assert_int_equal(tcp_quote_is_too_big(&quote),
				 rows[i].type == (rows[i].family == AF_INET ? 3 : 2) &&
					 rows[i].code == (rows[i].family == AF_INET ? 4 : 0));
		free(bytes);
	}
}

static void what_is_no_error_about_tcp_is_refused(void **state)
{
	static const struct {
		uint8_t family, type;
		size_t at; /* of the quote, that is changed to */
		uint8_t value;
		enum wire_result result;
	} rows[] = {
		{ AF_INET, 0, 0, 0x45, WIRE_UNSUPPORTED },    /* echo reply */
		{ AF_INET, 5, 0, 0x45, WIRE_UNSUPPORTED },    /* redirect */
		{ AF_INET6, 129, 0, 0x60, WIRE_UNSUPPORTED }, /* echo reply */
		{ AF_INET6, 135, 0, 0x60, WIRE_UNSUPPORTED },
		{ AF_INET, 3, 9, 17, WIRE_UNSUPPORTED }, /* UDP */
		{ AF_INET, 3, 7, 1, WIRE_UNSUPPORTED },	 /* a later fragment */
		{ AF_INET, 3, 0, 0x44, WIRE_BAD },
		{ AF_INET, 3, 0, 0x4f, WIRE_SHORT },
		{ AF_INET6, 1, 6, 58, WIRE_UNSUPPORTED },
	};
	struct tcp_quote quote;
	uint8_t *bytes;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		const uint8_t *quoted = rows[i].family == AF_INET ? quoted_v4 : quoted_v6;

		bytes = report(rows[i].type, 0, 0, quoted, QUOTE_V4);
		bytes[ICMP_SIZE + rows[i].at] = rows[i].value;
		assert_int_equal(
			tcp_quote_parse(&quote, rows[i].family, bytes, ICMP_SIZE + QUOTE_V4),
			rows[i].result);
		free(bytes);
	}
	/* IPv4 in ICMPv6 */
	bytes = report(1, 0, 0, quoted_v4, QUOTE_V4);
	assert_int_equal(tcp_quote_parse(&quote, AF_INET6, bytes, ICMP_SIZE + QUOTE_V4), WIRE_BAD);
	free(bytes);
}

/* RFC 4884: 128 bytes of the packet, then an MPLS label stack. */
static void extensions_are_found(void **state)
{
	static const uint8_t mpls[] = { 0x20, 0, 0, 0, 0, 8, 1, 1, 0, 0x06, 0x41, 1 };
	uint8_t packet[128 + sizeof(mpls)] = { 0 };
	struct tcp_quote quote;
	uint8_t *bytes;

	(void)state;
	memcpy(packet, quoted_v4, QUOTE_V4);
	memcpy(packet + 128, mpls, sizeof(mpls));
	for (uint32_t announced = 0; announced <= 34; announced++) {
		bytes = report(11, 0, announced << 16, packet, sizeof(packet));
		assert_int_equal(
			tcp_quote_parse(&quote, AF_INET, bytes, ICMP_SIZE + sizeof(packet)),
			WIRE_OK);
		assert_int_equal(quote.segment.options.mss, 1460);
		if (announced == 0 || announced == 32) {
			assert_int_equal(quote.extensions_length, sizeof(mpls));
			assert_ptr_equal(quote.extensions, bytes + ICMP_SIZE + 128);
		} else {
			assert_int_equal(quote.extensions_length, 0);
		}
		free(bytes);
	}
	/* A checksum that is wrong makes them part of the packet. */
	wire_put_u16(packet + 128 + 2,
		     (uint16_t)(checksum_finish(checksum_add(0, packet + 128, sizeof(mpls))) + 1));
	bytes = report(11, 0, 32 << 16, packet, sizeof(packet));
	assert_int_equal(tcp_quote_parse(&quote, AF_INET, bytes, ICMP_SIZE + sizeof(packet)),
			 WIRE_OK);
	assert_int_equal(quote.extensions_length, 0);
	free(bytes);
}

/* Any byte with any value: read or refused, nothing beyond. */
static void any_byte_may_be_wrong(void **state)
{
	(void)state;
	for (int is_v6 = 0; is_v6 < 2; is_v6++) {
		uint8_t *bytes =
			report(is_v6 ? 1 : 3, 0, 0, is_v6 ? quoted_v6 : quoted_v4, QUOTE_V4);

		for (size_t at = 0; at < ICMP_SIZE + QUOTE_V4; at++) {
			uint8_t was = bytes[at];

			for (unsigned int value = 0; value < 256; value++) {
				struct tcp_quote quote;

				bytes[at] = (uint8_t)value;
				tcp_quote_parse(&quote, is_v6 ? AF_INET6 : AF_INET, bytes,
						ICMP_SIZE + QUOTE_V4);
			}
			bytes[at] = was;
		}
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_quote_is_read),
		cmocka_unit_test(a_cut_quote_is_read_as_far_as_it_goes),
		cmocka_unit_test(an_mtu_is_told_by_some),
		cmocka_unit_test(what_is_no_error_about_tcp_is_refused),
		cmocka_unit_test(extensions_are_found),
		cmocka_unit_test(any_byte_may_be_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
