// SPDX-License-Identifier: GPL-2.0-or-later
/* The library's own writer of addresses, held against the C library's. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "unit.h"

#define ADDRESSES 50000

static void check(const struct addr *addr)
{
	char *text = malloc(ADDR_TEXT_MAX); /* exact, so that a sanitizer sees one byte too many */
	char expected[INET6_ADDRSTRLEN], back[INET6_ADDRSTRLEN];
	struct addr parsed;
	size_t length;

	assert_non_null(text);
	assert_non_null(inet_ntop(addr->family, addr->bytes, expected, sizeof(expected)));
	length = (size_t)(addr_format(text, addr) - text);
	assert_true(length <= ADDR_TEXT_MAX);
	assert_int_equal(length, strlen(expected));
	assert_memory_equal(text, expected, length);
	memcpy(back, text, length);
	back[length] = '\0';
	free(text);
	assert_int_equal(addr_parse(&parsed, back), 0);
	assert_true(addr_equal(&parsed, addr));
	assert_int_equal(parsed.zone, 0);
	assert_int_equal(parsed.port, 0);
}

static void ipv4_as_inet_ntop_writes_it(void **state)
{
	struct support_random random = { 3 };
	struct addr addr = { .family = AF_INET };

	(void)state;
	for (int i = 0; i < ADDRESSES; i++) {
		uint64_t bits = support_random(&random);

		memcpy(addr.bytes, &bits, 4);
		check(&addr);
	}
	for (unsigned int byte = 0; byte < 256; byte++) {
		memset(addr.bytes, (int)byte, 4);
		check(&addr);
	}
}

static void ipv6_at_random(void **state)
{
	struct support_random random = { 4 };
	struct addr addr = { .family = AF_INET6 };

	(void)state;
	for (int i = 0; i < ADDRESSES; i++) {
		uint64_t bits[2] = { support_random(&random), support_random(&random) };

		memcpy(addr.bytes, bits, 16);
		check(&addr);
	}
}

/* Every way to have groups that are zero, for the choice of the run that becomes "::". */
static void ipv6_with_every_pattern_of_zeros(void **state)
{
	static const uint16_t values[] = { 0x1, 0xf, 0x10, 0xff, 0x100, 0xfff, 0x1000, 0xffff };
	struct addr addr = { .family = AF_INET6 };

	(void)state;
	for (unsigned int pattern = 0; pattern < 256; pattern++) {
		for (size_t v = 0; v < UNIT_COUNT(values); v++) {
			for (int i = 0; i < 8; i++) {
				uint16_t group = pattern >> i & 1 ? htons(values[v]) : 0;

				memcpy(addr.bytes + 2 * i, &group, 2);
			}
			check(&addr);
		}
	}
}

static void ipv6_of_special_use(void **state)
{
	static const char *const texts[] = {
		"::",
		"::1",
		"::ffff:192.0.2.1",
		"::ffff:0.0.0.0",
		"::ffff:0.0.0.1",
		"::1.2.3.4",
		"::0.1.0.0",
		"::ffff",
		"::1:0",
		"::fffe:1.2.3.4",
		"::ffff:0:0:0",
		"64:ff9b::192.0.2.33",
		"2001:db8::",
		"2001:db8:0:0:1::1",
		"2001:0:0:1::",
		"fe80::1",
		"ff02::1:ff00:1",
		"1:0:0:2:0:0:0:3",
		"1:0:0:0:2:0:0:3",
		"0:1:0:1:0:1:0:1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"::ffff:255.255.255.255",
	};
	struct addr addr;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		assert_int_equal(addr_parse(&addr, texts[i]), 0);
		check(&addr);
	}
}

static void no_family_has_no_text(void **state)
{
	struct addr addr = { .family = AF_UNSPEC };
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_ptr_equal(addr_format(text, &addr), text);
	addr.family = AF_UNIX;
	assert_ptr_equal(addr_format(text, &addr), text);
}

static void zones_by_name_and_by_number(void **state)
{
	char name[IF_NAMESIZE], text[64];
	struct addr addr;

	(void)state;
	assert_int_equal(addr_parse(&addr, "fe80::1%77"), 0);
	assert_int_equal(addr.zone, 77);
	assert_int_equal(addr.bytes[15], 1);
	assert_int_equal(addr_parse(&addr, "ff02::1%4294967295"), 0);
	assert_int_equal(addr.zone, 4294967295u);
	/* Index 1 is lo in every network namespace, but a sandbox may have none. */
	if (if_indextoname(1, name)) {
		snprintf(text, sizeof(text), "fe80::1%%%s", name);
		assert_int_equal(addr_parse(&addr, text), 0);
		assert_int_equal(addr.zone, 1);
	}
}

static void zones_that_name_nothing(void **state)
{
	static const char *const wrong[] = {
		"fe80::1%",	      "fe80::1%0",  "fe80::1%no-such-if",
		"fe80::1%4294967296", "fe80::1%-1", "fe80::1%a%b",
	};
	struct addr addr;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_int_equal(addr_parse(&addr, wrong[i]), -ENODEV);
}

static void what_is_no_address(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"1.2.3",
		"1.2.3.4.5",
		"1.2.3.256",
		"01.2.3.4",
		"1.2.3.00",
		"1..2.3",
		"1.2.3.",
		".1.2.3",
		"1.2.3.4:",
		"1.2.3.4%lo",
		" 1.2.3.4",
		"1.2.3.4 ",
		"::1 ",
		":::",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"12345::",
		"g::",
		"[::1]",
		"%1",
		"%",
		"localhost",
		"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255:ffff:ffff",
		"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255:ffff:ffff%1",
		"00000000000000000000000000000000000000000000000000000000001.2.3.4",
	};
	struct addr addr;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_int_equal(addr_parse(&addr, wrong[i]), -EINVAL);
	assert_int_equal(addr_parse(&addr, "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"), 0);
}

static struct addr parse(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(&addr, text), 0);
	return addr;
}

static void questions_about_an_address(void **state)
{
	static const struct {
		const char *text;
		bool is_any, is_v4mapped, is_scoped;
	} rows[] = {
		{ "0.0.0.0", true, false, false },
		{ "0.0.0.1", false, false, false },
		{ "::", true, false, false },
		{ "::1", false, false, false },
		{ "::ffff:0.0.0.0", false, true, false },
		{ "::fffe:0.0.0.0", false, false, false },
		{ "1::ffff:0.0.0.0", false, false, false },
		{ "254.128.0.0", false, false, false },
		{ "fe80::", false, false, true },
		{ "febf::1", false, false, true },
		{ "fec0::1", false, false, false },
		{ "fe7f::1", false, false, false },
		{ "ff01::1", false, false, true },
		{ "ff02::1", false, false, true },
		{ "ff12::1", false, false, true },
		{ "ff05::1", false, false, false },
		{ "ff0e::1", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct addr addr = parse(rows[i].text);

		assert_int_equal(addr_is_any(&addr), rows[i].is_any);
		assert_int_equal(addr_is_v4mapped(&addr), rows[i].is_v4mapped);
		assert_int_equal(addr_is_scoped(&addr), rows[i].is_scoped);
	}
}

static void equality_looks_at_address_and_family(void **state)
{
	struct addr a = parse("192.0.2.1"), b = parse("192.0.2.2"), c = parse("c000:201::");

	(void)state;
	assert_false(addr_equal(&a, &b));
	assert_false(addr_equal(&a, &c)); /* the same sixteen bytes */
	b = a;
	b.port = 80;
	b.zone = 2;
	assert_true(addr_equal(&a, &b));
}

static void unmapping_keeps_port_and_zone(void **state)
{
	struct addr mapped = parse("::ffff:192.0.2.1"), other = parse("2001:db8::1"), plain;

	(void)state;
	mapped.port = 443;
	mapped.zone = 3;
	plain = addr_unmapped(&mapped);
	assert_int_equal(plain.family, AF_INET);
	assert_int_equal(plain.port, 443);
	assert_int_equal(plain.zone, 3);
	mapped = parse("192.0.2.1");
	assert_true(addr_equal(&plain, &mapped));
	plain = addr_unmapped(&other);
	assert_true(addr_equal(&plain, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_as_inet_ntop_writes_it),
		cmocka_unit_test(ipv6_at_random),
		cmocka_unit_test(ipv6_with_every_pattern_of_zeros),
		cmocka_unit_test(ipv6_of_special_use),
		cmocka_unit_test(no_family_has_no_text),
		cmocka_unit_test(zones_by_name_and_by_number),
		cmocka_unit_test(zones_that_name_nothing),
		cmocka_unit_test(what_is_no_address),
		cmocka_unit_test(questions_about_an_address),
		cmocka_unit_test(equality_looks_at_address_and_family),
		cmocka_unit_test(unmapping_keeps_port_and_zone),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
