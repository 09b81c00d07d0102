// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/loss.h"

#include <string.h>

#include "unit.h"

struct run {
	const char *fates; /* '.' answered, 'x' not, in the order of sending */
	uint64_t longest;
};

static const struct run runs[] = {
	{ "", 0 },    { ".", 0 },      { "x", 1 },	   { "...", 0 },       { "xxx", 3 },
	{ ".x.", 1 }, { "x.xx.x", 2 }, { "xx.x.xxxx", 4 }, { "xxxx.x.xx", 4 }, { ".xx..xx", 2 },
};

static void runs_are_counted_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(runs); i++) {
		struct loss loss = { 0 };

		for (const char *at = runs[i].fates; *at; at++)
			loss_settle(&loss, *at == '.');
		assert_int_equal(loss.longest_run, runs[i].longest);
	}
}

struct share {
	uint64_t transmitted, received, unanswered;
	uint64_t in_flight;
	double percent;
};

static const struct share shares[] = {
	{ 0, 0, 0, 0, 0 },
	{ 1, 0, 0, 1, 0 },
	{ 1, 1, 0, 0, 0 },
	{ 1, 0, 1, 0, 100 },
	{ 3, 2, 0, 1, 0 }, /* one still under way is not lost */
	{ 5, 2, 2, 1, 50 },
	{ 4, 3, 1, 0, 25 },
	{ 4, 4, 4, 0, 50 },
	{ 1, 2, 0, 0, 0 }, /* more than was sent cannot make it negative */
	{ UINT64_MAX, UINT64_MAX / 2, UINT64_MAX / 2, 1, 50 },
};

static void what_is_under_way_is_not_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(shares); i++) {
		struct loss loss = {
			.transmitted = shares[i].transmitted,
			.received = shares[i].received,
			.unanswered = shares[i].unanswered,
		};

		assert_int_equal(loss_in_flight(&loss), shares[i].in_flight);
		assert_true(loss_percent(&loss) == shares[i].percent);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_are_counted_in_order),
		cmocka_unit_test(what_is_under_way_is_not_lost),
	};

	return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
