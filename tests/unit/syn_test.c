// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets to records of SYNs: whole ones, ones of every length that is too short, and hostile
 * ones. */
#include "wire/syn.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define IPV4 0x0800
#define IPV6 0x86dd
#define VLAN 0x8100

/* IP 192.0.2.1.4660 > 198.51.100.2.80: Flags [S], seq 0x01020304, options cut off */
#define V4 "\x45\0\0\x28\0\0\x40\0\x40\x06\0\0\xc0\0\x02\x01\xc6\x33\x64\x02"
#define TCP(doff, flags) "\x12\x34\0\x50\1\2\3\4\0\0\0\0" doff flags "\xff\xff\0\0\0\0"
static const char syn4[] = V4 TCP("\x50", "\x02");

/* IP6 2001:db8::1.4660 > 2001:db8::2.80: Flags [S] */
#define V6_SRC "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define V6_DST "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2"
#define V6(length, next) "\x60\0\0\0\0" length next "\x40" V6_SRC V6_DST
static const char syn6[] = V6("\x14", "\x06") TCP("\x50", "\x02");

/* On the heap and exactly that long, so that a sanitizer sees a byte too many. */
static enum wire_result parse(uint16_t type, const void *bytes, size_t length, struct syn *syn)
{
	uint8_t *copy = malloc(length ? length : 1);
	enum wire_result result;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	result = syn_parse(type, copy, length, length, syn);
	free(copy);
	return result;
}

static void a_syn_of_either_family(void **state)
{
	struct addr source, dest;
	struct syn syn;

	(void)state;
	assert_int_equal(parse(IPV4, syn4, sizeof(syn4) - 1, &syn), WIRE_OK);
	assert_int_equal(addr_parse(&source, "192.0.2.1"), 0);
	assert_int_equal(addr_parse(&dest, "198.51.100.2"), 0);
	assert_true(addr_equal(&syn.source, &source) && addr_equal(&syn.dest, &dest));
	assert_int_equal(syn.source.port, 4660);
	assert_int_equal(syn.dest.port, 80);
	assert_int_equal(syn.sequence, 0x01020304);
	assert_int_equal(syn.weight, 1);
	assert_false(syn.is_ack);
	assert_int_equal(parse(IPV6, syn6, sizeof(syn6) - 1, &syn), WIRE_OK);
	assert_int_equal(addr_parse(&source, "2001:db8::1"), 0);
	assert_int_equal(addr_parse(&dest, "2001:db8::2"), 0);
	assert_true(addr_equal(&syn.source, &source) && addr_equal(&syn.dest, &dest));
	assert_int_equal(syn.dest.port, 80);
}

static void every_length_that_is_too_short(void **state)
{
	struct syn syn;

	(void)state;
	for (size_t length = 0; length < sizeof(syn4) - 1; length++)
		assert_int_equal(parse(IPV4, syn4, length, &syn), WIRE_SHORT);
	for (size_t length = 0; length < sizeof(syn6) - 1; length++)
		assert_int_equal(parse(IPV6, syn6, length, &syn), WIRE_SHORT);
}

static void flags_decide(void **state)
{
	char bytes[sizeof(syn4)];
	struct syn syn;

	(void)state;
	memcpy(bytes, syn4, sizeof(syn4));
	for (unsigned int flags = 0; flags < 256; flags++) {
		unsigned int core = flags & 0x17; /* PSH, URG, ECE and CWR do not matter */
		enum wire_result wanted = core == 0x02 || core == 0x10 ? WIRE_OK : WIRE_UNSUPPORTED;

		bytes[33] = (char)flags;
		assert_int_equal(parse(IPV4, bytes, sizeof(syn4) - 1, &syn), wanted);
		if (wanted != WIRE_OK)
			continue;
		assert_int_equal(syn.is_ack, core == 0x10);
		assert_int_equal(syn.sequence, core == 0x10 ? 0x01020303 : 0x01020304);
	}
}

/* An ACK with data completes nothing that is looked for; a SYN may carry some (TCP Fast Open). */
static void data_behind_the_header(void **state)
{
	char bytes[sizeof(syn4) + 4] = { 0 };
	struct syn syn;

	(void)state;
	memcpy(bytes, syn4, sizeof(syn4));
	bytes[3] = 0x2c;
	assert_int_equal(parse(IPV4, bytes, sizeof(syn4) - 1 + 4, &syn), WIRE_OK);
	bytes[33] = 0x10;
	assert_int_equal(parse(IPV4, bytes, sizeof(syn4) - 1 + 4, &syn), WIRE_UNSUPPORTED);
	bytes[3] = 0x28; /* Ethernet's padding is no data */
	assert_int_equal(parse(IPV4, bytes, sizeof(syn4) - 1 + 4, &syn), WIRE_OK);
	bytes[32] = 0x60; /* options that are not there */
	assert_int_equal(parse(IPV4, bytes, sizeof(syn4) - 1 + 4, &syn), WIRE_BAD);
}

static void what_is_no_tcp_header(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum wire_result result;
	} rows[] = {
		{ 0, 0x65, WIRE_UNSUPPORTED }, /* another version */
		{ 0, 0x44, WIRE_BAD },	       /* a header that ends in itself */
		{ 0, 0x4f, WIRE_BAD },	       /* options beyond the total */
		{ 9, 17, WIRE_UNSUPPORTED },   /* UDP */
		{ 7, 1, WIRE_UNSUPPORTED },    /* a later fragment */
		{ 6, 0x20, WIRE_OK },	       /* the first one */
		{ 3, 0x27, WIRE_SHORT },       /* a total that cuts it */
		{ 32, 0x40, WIRE_BAD },	       /* a TCP header that is too short */
		{ 32, 0xf0, WIRE_BAD },	       /* ... that is too long */
	};
	uint8_t bytes[sizeof(syn4)];
	struct syn syn;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		memcpy(bytes, syn4, sizeof(syn4));
		bytes[rows[i].at] = rows[i].value;
		assert_int_equal(parse(IPV4, bytes, sizeof(syn4) - 1, &syn), rows[i].result);
	}
}

/* A SYN with 40 bytes of options, and data, of which the filter passes the beginning. */
static void a_packet_that_was_cut(void **state)
{
	uint8_t bytes[sizeof(syn4)];
	struct syn syn;

	(void)state;
	memcpy(bytes, syn4, sizeof(syn4));
	bytes[3] = 90;
	bytes[32] = 0xf0;
	assert_int_equal(syn_parse(IPV4, bytes, 40, 90, &syn), WIRE_OK);
	assert_int_equal(syn.dest.port, 80);
	assert_int_equal(syn_parse(IPV4, bytes, 39, 90, &syn), WIRE_SHORT);
	bytes[33] = 0x10;
	assert_int_equal(syn_parse(IPV4, bytes, 40, 90, &syn), WIRE_UNSUPPORTED);
	bytes[3] = 80;
	assert_int_equal(syn_parse(IPV4, bytes, 40, 90, &syn), WIRE_OK);
}

static void extension_headers_of_ipv6(void **state)
{
#define HOP(next) next "\0\1\4\0\0\0\0"
	static const char twice[] = V6("\x24", "\0") HOP("\x3c") HOP("\x06") TCP("\x50", "\x02");
	static const char routed[] = V6("\x1c", "\x2b") HOP("\x06") TCP("\x50", "\x02");
	static const char first[] = V6("\x1c", "\x2c") "\x06\0\0\1\0\0\0\7" TCP("\x50", "\x02");
	static const char later[] = V6("\x1c", "\x2c") "\x06\0\0\x09\0\0\0\7" TCP("\x50", "\x02");
	static const char beyond[] = V6("\x1c", "\0") "\x06\xff\0\0\0\0\0\0" TCP("\x50", "\x02");
	static const char none[] = V6("\x1c", "\x3b") HOP("\x06") TCP("\x50", "\x02");
	struct syn syn;

	(void)state;
	assert_int_equal(parse(IPV6, UNIT_BYTES(twice), &syn), WIRE_OK);
	assert_int_equal(syn.dest.port, 80);
	assert_int_equal(parse(IPV6, UNIT_BYTES(routed), &syn), WIRE_OK);
	assert_int_equal(parse(IPV6, UNIT_BYTES(first), &syn), WIRE_OK);
	assert_int_equal(syn.dest.port, 80);
	assert_int_equal(parse(IPV6, UNIT_BYTES(later), &syn), WIRE_UNSUPPORTED);
	assert_int_equal(parse(IPV6, UNIT_BYTES(beyond), &syn), WIRE_SHORT);
	assert_int_equal(parse(IPV6, UNIT_BYTES(none), &syn), WIRE_UNSUPPORTED);
}

/* A chain of headers that never comes to TCP ends. */
static void a_long_chain_is_given_up(void **state)
{
	uint8_t bytes[40 + 12 * 8 + 20] = { 0x60, 0, 0, 0, 0, 12 * 8 + 20, 0 };
	struct syn syn;

	(void)state;
	assert_int_equal(parse(IPV6, bytes, sizeof(bytes), &syn), WIRE_UNSUPPORTED);
}

static void a_tag_that_is_left(void **state)
{
	char bytes[4 + sizeof(syn6)] = "\0\x07\x86\xdd";
	struct syn syn;

	(void)state;
	memcpy(bytes + 4, syn6, sizeof(syn6));
	assert_int_equal(parse(VLAN, bytes, 4 + sizeof(syn6) - 1, &syn), WIRE_OK);
	assert_int_equal(syn.source.family, AF_INET6);
	for (size_t length = 0; length < 4 + sizeof(syn6) - 1; length++)
		assert_int_equal(parse(VLAN, bytes, length, &syn), WIRE_SHORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_of_either_family),
		cmocka_unit_test(every_length_that_is_too_short),
		cmocka_unit_test(flags_decide),
		cmocka_unit_test(data_behind_the_header),
		cmocka_unit_test(what_is_no_tcp_header),
		cmocka_unit_test(a_packet_that_was_cut),
		cmocka_unit_test(extension_headers_of_ipv6),
		cmocka_unit_test(a_long_chain_is_given_up),
		cmocka_unit_test(a_tag_that_is_left),
	};

	return cmocka_run_group_tests_name("syn", tests, NULL, NULL);
}
