// SPDX-License-Identifier: GPL-2.0-or-later
/* Objects whose text names its parts, and columns that are taken out of objects. */
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "table/table.h"
#include "unit.h"

struct inner {
	uint32_t us;
};

struct facts {
	uint32_t us, count;
	uint64_t id;
	uint8_t yes;
	double gain;
	const char *name;
	const char *const *words;
	const struct inner *inner;
};

struct row {
	const char *name;
	const struct facts *facts;
};

#define IN(type, field) .offset = offsetof(struct type, field)

static const struct column inner_columns[] = {
	{ "us", "US", NULL, COLUMN_US32, COLUMN_NULL_MAX, IN(inner, us) },
	{ .key = NULL },
};

static const struct column facts_columns[] = {
	{ "time_ms", "Time", NULL, COLUMN_US32, COLUMN_NULL_MAX, COLUMN_RIGHT, IN(facts, us) },
	{ "count", "Count", NULL, COLUMN_U32, COLUMN_NULL_MAX, IN(facts, count) },
	{ "id", "Id", NULL, COLUMN_ID, COLUMN_NULL_MAX, IN(facts, id) },
	{ "yes", "Yes", NULL, COLUMN_BOOL, COLUMN_NULL_MAX, IN(facts, yes) },
	{ "gain", "Gain", NULL, COLUMN_DOUBLE, IN(facts, gain) },
	{ "name", "Name", NULL, COLUMN_TEXT, IN(facts, name) },
	{ "words", "Words", NULL, COLUMN_WORDS, IN(facts, words) },
	{ "inner", "Inner", NULL, COLUMN_FACTS, .nested = inner_columns, IN(facts, inner) },
	{ .key = NULL },
};

static const struct column columns[] = {
	{ "name", "Name", NULL, COLUMN_TEXT, IN(row, name) },
	{ "facts", "Facts", NULL, COLUMN_FACTS, .nested = facts_columns, IN(row, facts) },
	{ .key = NULL },
};

static const char *const words[] = { "one", "two", NULL };
static const struct inner inner = { .us = 1500 };
static const struct facts full = {
	.us = 46,
	.count = 7,
	.id = 1ull << 60,
	.yes = 1,
	.gain = 2.5,
	.name = "x",
	.words = words,
	.inner = &inner,
};
static const struct facts nothing = {
	.us = UINT32_MAX, .count = UINT32_MAX, .id = UINT64_MAX, .yes = UINT8_MAX
};
static const struct facts zeros = { 0 };

/* What @list of @rows looks like as @format. */
static void check(const char *list, enum table_format format, const struct row *rows, size_t count,
		  const char *expected)
{
	struct support_catch *caught = calloc(1, sizeof(*caught));
	struct table *table = calloc(1, sizeof(*table));

	assert_non_null(caught);
	assert_non_null(table);
	support_catch(caught);
	table->header = true;
	assert_int_equal(table_select(table, columns, list, NULL), 0);
	table_begin(table, &caught->out, format);
	for (size_t i = 0; i < count; i++)
		table_row(table, &rows[i]);
	table_end(table);
	assert_string_equal(support_caught(caught, NULL), expected);
	support_release(caught);
	free(table);
	free(caught);
}

static void text_names_facts_and_leaves_zeros_out(void **state)
{
	const struct row rows[] = {
		{ "a", &full }, { "b", &nothing }, { "c", &zeros }, { "d", NULL }
	};

	(void)state;
	check("name,facts", TABLE_ALIGNED, rows, 4,
	      "Name  Facts\n"
	      "a     time_ms:0.046 count:7 id:1152921504606846976 yes gain:2.5 name:x "
	      "words:one,two inner:(us:1.5)\n"
	      "b     \n"
	      "c     \n"
	      "d     -\n");
	check("facts", TABLE_CSV, rows, 1,
	      "facts\n\"time_ms:0.046 count:7 id:1152921504606846976 yes gain:2.5 name:x "
	      "words:one,two inner:(us:1.5)\"\n");
}

static void json_leaves_nothing_out(void **state)
{
	const struct row rows[] = {
		{ "a", &full }, { "b", &nothing }, { "c", &zeros }, { "d", NULL }
	};

	(void)state;
	check("facts", TABLE_NDJSON, rows, 4,
	      "{\"facts\":{\"time_ms\":0.046,\"count\":7,\"id\":\"1152921504606846976\","
	      "\"yes\":true,\"gain\":2.5,\"name\":\"x\",\"words\":[\"one\",\"two\"],"
	      "\"inner\":{\"us\":1.5}}}\n"
	      "{\"facts\":{\"time_ms\":null,\"count\":null,\"id\":null,\"yes\":null,\"gain\":0,"
	      "\"name\":null,\"words\":null,\"inner\":null}}\n"
	      "{\"facts\":{\"time_ms\":0,\"count\":0,\"id\":\"0\",\"yes\":false,\"gain\":0,"
	      "\"name\":null,\"words\":null,\"inner\":null}}\n"
	      "{\"facts\":null}\n");
}

static void a_part_may_be_a_column_of_its_own(void **state)
{
	const struct row rows[] = { { "a", &full }, { "b", &nothing }, { "d", NULL } };

	(void)state;
	check("facts.time_ms,name,facts.yes,facts.inner", TABLE_ALIGNED, rows, 3,
	      " Time  Name  Yes  Inner\n"
	      "0.046  a     yes  us:1.5\n"
	      "    -  b     -    -\n"
	      "    -  d     -    -\n");
	check("facts.time_ms,facts.words", TABLE_CSV, rows, 3,
	      "facts.time_ms,facts.words\n0.046,\"one,two\"\n,\n,\n");
	check("facts.time_ms,facts.name", TABLE_NDJSON, rows, 3,
	      "{\"facts.time_ms\":0.046,\"facts.name\":\"x\"}\n"
	      "{\"facts.time_ms\":null,\"facts.name\":null}\n"
	      "{\"facts.time_ms\":null,\"facts.name\":null}\n");
}

static void paths_that_lead_nowhere(void **state)
{
	static const char *const wrong[] = { "facts.", ".facts",     "facts.nothing",
					     "name.x", "nothing.us", "facts.inner.us",
					     "." };
	struct table *table = calloc(1, sizeof(*table));
	struct err err;

	(void)state;
	assert_non_null(table);
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		assert_true(table_select(table, columns, wrong[i], &err) < 0);
		assert_non_null(strstr(err.text, wrong[i]));
	}
	free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_names_facts_and_leaves_zeros_out),
		cmocka_unit_test(json_leaves_nothing_out),
		cmocka_unit_test(a_part_may_be_a_column_of_its_own),
		cmocka_unit_test(paths_that_lead_nowhere),
	};

	return cmocka_run_group_tests_name("table_facts", tests, NULL, NULL);
}
