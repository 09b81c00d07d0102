// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/lladdr.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static void text_and_back(void **state)
{
	static const char *const texts[] = {
		"02:00:00:00:00:01",
		"ff:ff:ff:ff:ff:ff",
		"00:00",
		"80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:31:78:f2",
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		char text[LLADDR_TEXT_MAX + 1];
		struct lladdr lladdr;

		assert_int_equal(lladdr_parse(&lladdr, texts[i]), 0);
		*lladdr_format(text, &lladdr) = '\0';
		assert_string_equal(text, texts[i]);
	}
}

static void other_spellings(void **state)
{
	struct lladdr a, b;

	(void)state;
	assert_int_equal(lladdr_parse(&a, "2:0:A:b:0:1"), 0);
	assert_int_equal(lladdr_parse(&b, "02-00-0a-0B-00-01"), 0);
	assert_true(lladdr_equal(&a, &b));
	assert_int_equal(a.length, 6);
}

static void what_is_none(void **state)
{
	static const char *const wrong[] = {
		"",
		":",
		"2",
		"02",
		"02:",
		":02",
		"02::03",
		"02:00-03",
		"002:00",
		"0g:00",
		"02:00 ",
		"fe80::1",
		("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:"
		 "17:18:19:1a:1b:1c:1d:1e:1f:20"),
	};
	struct lladdr lladdr;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_int_equal(lladdr_parse(&lladdr, wrong[i]), -EINVAL);
}

static void questions(void **state)
{
	static const struct {
		const char *text;
		bool is_zero, is_group, is_local;
	} rows[] = {
		{ "00:00:00:00:00:00", true, false, false },
		{ "ff:ff:ff:ff:ff:ff", false, true, true },
		{ "33:33:00:00:00:01", false, true, true },
		{ "01:00:5e:00:00:01", false, true, false },
		{ "52:54:00:12:34:56", false, false, true },
		{ "00:22:72:00:00:01", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct lladdr lladdr;

		assert_int_equal(lladdr_parse(&lladdr, rows[i].text), 0);
		assert_int_equal(lladdr_is_zero(&lladdr), rows[i].is_zero);
		assert_int_equal(lladdr_is_group(&lladdr), rows[i].is_group);
		assert_int_equal(lladdr_is_local(&lladdr), rows[i].is_local);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(other_spellings),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(questions),
	};

	return cmocka_run_group_tests_name("lladdr", tests, NULL, NULL);
}
