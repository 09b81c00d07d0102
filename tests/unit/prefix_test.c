// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/prefix.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static struct prefix read_prefix(const char *text)
{
	struct prefix prefix;

	assert_int_equal(prefix_parse(&prefix, text), 0);
	return prefix;
}

static struct addr read_addr(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(&addr, text), 0);
	return addr;
}

static void texts_go_in_and_out(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "10.1.2.3", "10.1.2.3" },
		{ "10.1.2.3/32", "10.1.2.3" },
		{ "10.1.2.3/24", "10.1.2.0/24" },
		{ "10.1.2.255/25", "10.1.2.128/25" },
		{ "255.255.255.255/1", "128.0.0.0/1" },
		{ "0.0.0.0/0", "default" },
		{ "fd00::1", "fd00::1" },
		{ "fd00:1:2:3::/63", "fd00:1:2:2::/63" },
		{ "::/0", "default" },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct prefix prefix = read_prefix(cases[i].in);
		char text[PREFIX_TEXT_MAX + 1];

		*prefix_format(text, &prefix) = '\0';
		assert_string_equal(text, cases[i].out);
	}
}

static void what_is_no_prefix_is_refused(void **state)
{
	static const char *const cases[] = { "",	   "10.0.0.0/33",
					     "10.0.0.0/",  "10.0.0.0/-1",
					     "fd00::/129", "10.0.0/8",
					     "/8",	   "10.0.0.0/8 " };
	struct prefix prefix;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++)
		assert_int_equal(prefix_parse(&prefix, cases[i]), -EINVAL);
}

static void short_ones_are_completed(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "10/8", "10.0.0.0/8" },
		{ "192.168/16", "192.168.0.0/16" },
		{ "10.1.2/23", "10.1.2.0/23" },
		{ "0/0", "default" },
		{ "10", "10.0.0.0" },
		{ "10.0.0.0/255.0.0.0", "10.0.0.0/8" },
		{ "10/255.255.240.0", "10.0.0.0/20" },
		{ "10.1.2.3/0.0.0.0", "default" },
		{ "10.1.2.3/255.255.255.255", "10.1.2.3" },
		{ "10.1.2.3/24", "10.1.2.0/24" },
		{ "fd00::/8", "fd00::/8" },
	};
	static const char *const wrong[] = {
		"",
		"10/33",
		"10/",
		"10./8",
		"10.0.0.0.0/8",
		"10/8 ",
		"10/255.0.255.0",
		"10/255.0.0.0.0",
		"300/8",
		"10/0.255.0.0",
		"/8",
		"fd00/8",
		"fd00::/255.0.0.0",
		"10/ffff::",
		"1111111111111111111/8",
		"10/1234",
		"10/255.255.255.256",
	};
	struct prefix prefix;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		char text[PREFIX_TEXT_MAX + 1];

		assert_int_equal(prefix_parse_short(&prefix, cases[i].in), 0);
		*prefix_format(text, &prefix) = '\0';
		assert_string_equal(text, cases[i].out);
	}
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_int_equal(prefix_parse_short(&prefix, wrong[i]), -EINVAL);
}

static void masks_follow_lengths(void **state)
{
	static const struct {
		const char *prefix, *mask;
	} cases[] = {
		{ "10.0.0.0/8", "255.0.0.0" },	{ "10.0.0.0/20", "255.255.240.0" },
		{ "0.0.0.0/0", "0.0.0.0" },	{ "1.2.3.4/32", "255.255.255.255" },
		{ "fd00::/20", "ffff:f000::" },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct prefix prefix = read_prefix(cases[i].prefix);
		struct addr mask = prefix_mask(&prefix), expected = read_addr(cases[i].mask);

		assert_true(addr_equal(&mask, &expected));
	}
}

static void covering_is_containing_at_most_as_long(void **state)
{
	static const struct {
		const char *outer, *inner;
		bool covers;
	} cases[] = {
		{ "10.0.0.0/8", "10.1.0.0/16", true },	  { "10.0.0.0/8", "10.0.0.0/8", true },
		{ "10.1.0.0/16", "10.0.0.0/8", false },	  { "10.0.0.0/8", "11.0.0.0/8", false },
		{ "0.0.0.0/0", "1.2.3.4", true },	  { "::/0", "1.2.3.4", false },
		{ "fd00::/17", "fd00:8000::/17", false },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct prefix outer = read_prefix(cases[i].outer);
		struct prefix inner = read_prefix(cases[i].inner);

		assert_int_equal(prefix_covers(&outer, &inner), cases[i].covers);
	}
}

static void common_bits_are_counted(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned int bits;
	} cases[] = {
		{ "10.0.0.0", "10.0.0.0", 32 }, { "10.0.0.0", "10.0.0.1", 31 },
		{ "10.0.0.0", "11.0.0.0", 7 },	{ "0.0.0.0", "128.0.0.0", 0 },
		{ "fd00::", "fd00::", 128 },	{ "fd00::", "fd00:0:1::", 47 },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct addr a = read_addr(cases[i].a), b = read_addr(cases[i].b);

		assert_int_equal(prefix_common_bits(&a, &b), cases[i].bits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_go_in_and_out),
		cmocka_unit_test(what_is_no_prefix_is_refused),
		cmocka_unit_test(short_ones_are_completed),
		cmocka_unit_test(masks_follow_lengths),
		cmocka_unit_test(covering_is_containing_at_most_as_long),
		cmocka_unit_test(common_bits_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
