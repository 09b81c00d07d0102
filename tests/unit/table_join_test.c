// SPDX-License-Identifier: GPL-2.0-or-later
/* Times, fractions, moments; and records of two kinds in one listing. */
#include <math.h>

#include "support.h"
#include "table/table.h"
#include "unit.h"

struct row {
	uint64_t ns;
	double share;
	uint64_t time_ns;
};

#define AT(field) .offset = offsetof(struct row, field)

static const struct column columns[] = {
	{ "ms", "MS", "", COLUMN_MS, COLUMN_NULL_MAX, AT(ns) },
	{ "share", "Share", "", COLUMN_DOUBLE, AT(share) },
	{ "time", "Time", "", COLUMN_TIME, AT(time_ns) },
	{ .key = NULL },
};

struct written {
	struct row row;
	const char *text;
};

static const struct written rows[] = {
	{ { 0, 0, 0 }, "{\"ms\":0,\"share\":0,\"time\":null}\n" },
	{ { 1, 0.000001, 1 },
	  "{\"ms\":0.000001,\"share\":0.000001,\"time\":\"1970-01-01T00:00:00.000000Z\"}\n" },
	{ { 1500000, 33.333333333, 1000000000 },
	  "{\"ms\":1.5,\"share\":33.333333,\"time\":\"1970-01-01T00:00:01.000000Z\"}\n" },
	{ { 1000000, -0.5, 1795419484158804123u },
	  "{\"ms\":1,\"share\":-0.5,\"time\":\"2026-11-23T07:38:04.158804Z\"}\n" },
	{ { 999999, 100, 0 }, "{\"ms\":0.999999,\"share\":100,\"time\":null}\n" },
	{ { UINT64_MAX, NAN, 0 }, "{\"ms\":null,\"share\":null,\"time\":null}\n" },
	{ { UINT64_MAX - 1, 0, 0 }, "{\"ms\":18446744073709.551614,\"share\":0,\"time\":null}\n" },
};

static void numbers_with_decimals_and_moments(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		static struct table table;
		struct support_catch caught;

		support_catch(&caught);
		assert_int_equal(table_select(&table, columns, NULL, NULL), 0);
		table_begin(&table, &caught.out, TABLE_NDJSON);
		table_row(&table, &rows[i].row);
		assert_int_equal(table_end(&table), 0);
		assert_string_equal(support_caught(&caught, NULL), rows[i].text);
		support_release(&caught);
	}
}

/* Whichever table a row goes through, the array stays one. */
static void tables_that_join_share_one_array(void **state)
{
	static struct table first, second;
	struct support_catch caught;
	const struct row row = { .ns = 2000000, .share = 1 };

	(void)state;
	support_catch(&caught);
	assert_int_equal(table_select(&first, columns, "ms", NULL), 0);
	assert_int_equal(table_select(&second, columns, "share,ms", NULL), 0);
	table_begin(&first, &caught.out, TABLE_JSON);
	table_join(&second, &first);
	table_row(&second, &row);
	table_row(&first, &row);
	table_row(&second, &row);
	assert_int_equal(table_end(&first), 0);
	assert_string_equal(support_caught(&caught, NULL),
			    "[\n{\"share\":1,\"ms\":2},\n{\"ms\":2},\n{\"share\":1,\"ms\":2}\n]\n");
	support_release(&caught);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_with_decimals_and_moments),
		cmocka_unit_test(tables_that_join_share_one_array),
	};

	return cmocka_run_group_tests_name("table_join", tests, NULL, NULL);
}
