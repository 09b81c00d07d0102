// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/range.h"

#include <errno.h>
#include <math.h>

#include "unit.h"

/* A range, and the values next to where it changes its mind. */
static const struct {
	const char *text;
	struct {
		double value;
		bool alerts;
	} at[4];
} ranges[] = {
	{ "10", { { -0.001, true }, { 0, false }, { 10, false }, { 10.001, true } } },
	{ "10:", { { -1, true }, { 9.999, true }, { 10, false }, { 1e300, false } } },
	{ "~:10", { { -1e300, false }, { 0, false }, { 10, false }, { 10.001, true } } },
	{ "10:20", { { 9.999, true }, { 10, false }, { 20, false }, { 20.001, true } } },
	{ "@10:20", { { 9.999, false }, { 10, true }, { 20, true }, { 20.001, false } } },
	{ "@10", { { -0.001, false }, { 0, true }, { 10, true }, { 10.001, false } } },
	{ ":10", { { -0.001, true }, { 0, false }, { 10, false }, { 10.001, true } } },
	{ "-5:-1.5", { { -5.001, true }, { -5, false }, { -1.5, false }, { -1.499, true } } },
	{ "~:", { { -INFINITY, false }, { 0, false }, { 1, false }, { INFINITY, false } } },
	{ "@~:", { { -INFINITY, true }, { 0, true }, { 1, true }, { INFINITY, true } } },
	{ "0.25", { { 0, false }, { 0.25, false }, { 0.2501, true }, { NAN, false } } },
	{ "7:7", { { 6.999, true }, { 7, false }, { 7.001, true }, { 0, true } } },
};

static void both_sides_of_each_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(ranges); i++) {
		struct range range;

		assert_int_equal(range_parse(&range, ranges[i].text), 0);
		for (size_t j = 0; j < UNIT_COUNT(ranges[i].at); j++)
			if (range_alerts(&range, ranges[i].at[j].value) != ranges[i].at[j].alerts)
				fail_msg("%s at %g", ranges[i].text, ranges[i].at[j].value);
	}
}

static void what_is_no_range(void **state)
{
	static const char *const texts[] = {
		"",
		"@",
		"x",
		"10x",
		"1e3",
		"20:10",
		"10:20:30",
		"::",
		"~",
		"~10",
		"10:~",
		"@@10",
		" 10",
		"10 ",
		"-",
		"--1",
		"1.2.3",
		".",
		"0x10",
		"+1",
		":x",
		"inf",
		"nan",
		"1,5",
		"~:x",
		"1-2",
		"~~:10",
		"1:-",
		"12345678901234567890",
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(texts); i++) {
		struct range range;

		if (range_parse(&range, texts[i]) != -EINVAL)
			fail_msg("'%s' is taken for a range", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_of_each_end),
		cmocka_unit_test(what_is_no_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
