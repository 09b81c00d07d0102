// SPDX-License-Identifier: GPL-2.0-or-later
#include "table/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "unit.h"

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct table));
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void no_list_is_every_column(void **state)
{
	struct table *table = *state;

	assert_int_equal(table_select(table, sample_columns, NULL, NULL), 0);
	assert_int_equal(table->count, 11);
	for (size_t i = 0; i < table->count; i++)
		assert_ptr_equal(table->columns[i], &sample_columns[i]);
}

static void a_list_has_its_own_order(void **state)
{
	struct table *table = *state;

	assert_int_equal(table_select(table, sample_columns, "id,u8,text,u8", NULL), 0);
	assert_int_equal(table->count, 4);
	assert_string_equal(table->columns[0]->key, "id");
	assert_string_equal(table->columns[1]->key, "u8");
	assert_string_equal(table->columns[2]->key, "text");
	assert_string_equal(table->columns[3]->key, "u8");
}

static void a_second_choice_replaces_the_first(void **state)
{
	struct table *table = *state;

	assert_int_equal(table_select(table, sample_columns, NULL, NULL), 0);
	assert_int_equal(table_select(table, sample_columns, "yes", NULL), 0);
	assert_int_equal(table->count, 1);
}

static void wrong_lists_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *list, *text;
	} rows[] = {
		{ "", "a column name is missing in the list" },
		{ ",", "a column name is missing in the list" },
		{ ",u8", "a column name is missing in the list" },
		{ "u8,", "a column name is missing in the list" },
		{ "u8,,u16", "a column name is missing in the list" },
		{ "u9", "no column 'u9'" },
		{ "u8,u", "no column 'u'" },
		{ "u8 ,u16", "no column 'u8 '" },
		{ " u8", "no column ' u8'" },
		{ "U8", "no column 'U8'" },
		{ "u88", "no column 'u88'" },
		{ "object.nothing", "no column 'object.nothing'" },
		{ "list.number", "no column 'list.number'" },
		{ "u8;u16", "no column 'u8;u16'" },
	};
	struct err err;

	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		assert_int_equal(table_select(*state, sample_columns, rows[i].list, &err), -EINVAL);
		assert_string_equal(err.text, rows[i].text);
		assert_int_equal(table_select(*state, sample_columns, rows[i].list, NULL), -EINVAL);
	}
}

static void a_long_name_is_cut_in_the_reason(void **state)
{
	char list[1000];
	struct err err;

	memset(list, 'x', sizeof(list) - 1);
	list[sizeof(list) - 1] = '\0';
	assert_int_equal(table_select(*state, sample_columns, list, &err), -EINVAL);
	assert_int_equal(strlen(err.text), strlen("no column ''") + 64);
}

static void there_is_a_limit(void **state)
{
	struct table *table = *state;
	char list[4 * TABLE_COLUMNS_MAX];
	struct err err;
	size_t length = 0;

	for (int i = 0; i < TABLE_COLUMNS_MAX; i++, length += 3)
		memcpy(list + length, "u8,", 3);
	list[length - 1] = '\0';
	assert_int_equal(table_select(table, sample_columns, list, &err), 0);
	assert_int_equal(table->count, TABLE_COLUMNS_MAX);
	memcpy(list + length - 1, ",id", 4);
	assert_int_equal(table_select(table, sample_columns, list, &err), -E2BIG);
	assert_string_equal(err.text, "more than 64 columns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_list_is_every_column, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_list_has_its_own_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_second_choice_replaces_the_first, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(wrong_lists_are_refused_with_a_reason, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_long_name_is_cut_in_the_reason, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(there_is_a_limit, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("table_select", tests, NULL, NULL);
}
