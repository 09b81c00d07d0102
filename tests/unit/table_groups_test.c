// SPDX-License-Identifier: GPL-2.0-or-later
/* Values taken out of rows, counted and sorted. */
#include "table/groups.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "support.h"
#include "unit.h"

struct part {
	uint32_t number;
};

struct row {
	const char *text;
	struct addr addr;
	uint32_t u32; /* 0: none */
	uint8_t u8;
	double real;
	const struct part *part;
	const char *const *words;
};

#define AT(field) .offset = offsetof(struct row, field)

static const struct column part_columns[] = {
	{ "number", "Number", NULL, COLUMN_U32, .offset = offsetof(struct part, number) },
	{ .key = NULL },
};

static const struct column columns[] = {
	{ "text", "Text", NULL, COLUMN_TEXT, AT(text) },
	{ "addr", "Addr", NULL, COLUMN_ADDR, AT(addr) },
	{ "u32", "U32", NULL, COLUMN_U32, COLUMN_NULL_ZERO, AT(u32) },
	{ "u8", "U8", NULL, COLUMN_U8, AT(u8) },
	{ "real", "Real", NULL, COLUMN_DOUBLE, AT(real) },
	{ "part", "Part", NULL, COLUMN_OBJECT, .nested = part_columns, AT(part) },
	{ "words", "Words", NULL, COLUMN_WORDS, AT(words) },
	{ .key = NULL },
};

static struct groups groups;
static struct support_catch caught;

static struct row a_row(const char *text, const char *addr, uint32_t u32)
{
	struct row row = { .text = text, .u32 = u32 };

	/* What lies between the parts of a struct must not count. */
	memset(&row.addr, (int)u32, sizeof(row.addr));
	if (addr_parse(&row.addr, addr) < 0)
		row.addr = (struct addr){ 0 };
	row.addr.port = (uint16_t)u32;
	return row;
}

/* What CSV has of the groups. */
static const char *listing(const char *by, const char *order, const struct row *rows, size_t count)
{
	static struct table table;
	struct err err;
	size_t length;

	if (groups_init(&groups, columns, by, order, &err) < 0)
		fail_msg("%s: %s", by, err.text);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(groups_add(&groups, &rows[i]), 0);
	assert_int_equal(groups_sort(&groups), 0);
	support_recatch(&caught);
	assert_int_equal(table_select(&table, groups.columns, NULL, NULL), 0);
	table_begin(&table, &caught.out, TABLE_CSV);
	for (size_t i = 0; i < groups.count; i++)
		table_row(&table, groups_row(&groups, i));
	table_end(&table);
	groups_fini(&groups);
	return support_caught(&caught, &length);
}

static void groups_are_counted(void **state)
{
	struct part parts[] = { { 5 }, { 7 } };
	struct row rows[] = {
		a_row("b", "10.0.0.1", 1),    a_row("a", "10.0.0.2", 2),
		a_row("b", "10.0.1.1", 1),    a_row(NULL, "::ffff:10.0.0.9", 0),
		a_row("b", "2001:db8::1", 3), a_row("a", "2001:db8:0:0:5::1", 2),
		a_row("", "none", 4),
	};

	(void)state;
	rows[0].part = &parts[0];
	rows[1].part = &parts[1];
	rows[4].part = &parts[1];
	assert_string_equal(listing("text", NULL, rows, 7), "b,3\na,2\n,1\n,1\n");
	assert_string_equal(listing("text", "count,text", rows, 7), ",1\n,1\na,2\nb,3\n");
	assert_string_equal(listing("text", "-text", rows, 7), "b,3\na,2\n,1\n,1\n");
	assert_string_equal(listing("u32", "u32", rows, 7), "1,2\n2,2\n3,1\n4,1\n,1\n");
	assert_string_equal(listing("u32", "-u32", rows, 7), "4,1\n3,1\n2,2\n1,2\n,1\n");
	assert_string_equal(listing("addr/24", "addr", rows, 7),
			    "10.0.0.0/24,3\n10.0.1.0/24,1\n2001:db8::/64,2\n,1\n");
	assert_string_equal(listing("addr/8/16", "addr", rows, 7),
			    "10.0.0.0/8,4\n2001::/16,2\n,1\n");
	assert_string_equal(listing("addr/48", "addr", rows, 3),
			    "10.0.0.1,1\n10.0.0.2,1\n10.0.1.1,1\n");
	assert_string_equal(listing("part.number", "-count,part.number", rows, 7),
			    ",4\n7,2\n5,1\n");
	assert_string_equal(listing("u32,text", NULL, rows, 7), "1,b,2\n2,a,2\n3,b,1\n4,,1\n,,1\n");
	assert_string_equal(listing("text", NULL, rows, 0), "");
}

static void ports_and_padding_do_not_count(void **state)
{
	struct row rows[8];

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		rows[i] = a_row("x", "fe80::1", i * 37);
	assert_string_equal(listing("addr", NULL, rows, 8), "fe80::1,8\n");
	for (uint32_t i = 0; i < 8; i++)
		rows[i].addr.zone = i / 4;
	assert_string_equal(listing("addr/64", NULL, rows, 8), "fe80::/64,8\n");
}

static void wrong_lists_are_refused(void **state)
{
	static const struct {
		const char *by, *order, *why;
	} wrong[] = {
		{ "nosuch", NULL, "no column 'nosuch'" },
		{ "text,", NULL, "missing" },
		{ "", NULL, "missing" },
		{ "-text", NULL, "no column '-text'" },
		{ "text", "-", "missing" },
		{ "text", "u32", "no column 'u32'" },
		{ "words", NULL, "parts" },
		{ "part", NULL, "parts" },
		{ "part.nosuch", NULL, "no column" },
		{ "text/24", NULL, "addresses" },
		{ "addr/", NULL, "addresses" },
		{ "addr/129", NULL, "addresses" },
		{ "addr/33/64", NULL, "addresses" },
		{ "addr/24/129", NULL, "addresses" },
		{ "addr/1/2/3", NULL, "addresses" },
		{ "u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8,u8", NULL, "more than 16" },
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		assert_true(groups_init(&groups, columns, wrong[i].by, wrong[i].order, &err) < 0);
		if (!strstr(err.text, wrong[i].why))
			fail_msg("%s: %s", wrong[i].by, err.text);
		groups_fini(&groups);
	}
}

/* As many groups as make the table grow many times, and their texts fill many chunks. */
static void very_many_groups(void **state)
{
	char text[32];
	struct row row = { .text = text };

	(void)state;
	assert_int_equal(groups_init(&groups, columns, "text,u8", NULL, NULL), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 20000; i++) {
			snprintf(text, sizeof(text), "number %d", i);
			row.u8 = (uint8_t)(i % 3);
			if (round < 2 || i % 2)
				assert_int_equal(groups_add(&groups, &row), 0);
		}
	}
	assert_int_equal(groups.count, 20000);
	assert_int_equal(groups_sort(&groups), 0);
	for (size_t i = 0; i < 20000; i++) {
		const void *group = groups_row(&groups, i);
		uint64_t count;

		memcpy(&count, (const char *)group + groups.columns[2].offset, sizeof(count));
		assert_int_equal(count, i < 10000 ? 3 : 2);
	}
	groups_fini(&groups);
}

static void rows_are_ranked(void **state)
{
	static struct slots order;
	struct rank rank;
	struct row rows[] = { a_row("b", "10.0.0.9", 1), a_row("a", "10.0.0.10", 2),
			      a_row("b", "::1", 3), a_row(NULL, "10.0.0.9", 4) };
	static const struct {
		const char *order;
		size_t places[4];
	} cases[] = {
		{ "text", { 1, 0, 2, 3 } },	  { "-text", { 0, 2, 1, 3 } },
		{ "-text,-u32", { 2, 0, 1, 3 } }, { "addr", { 0, 3, 1, 2 } },
		{ "u8", { 0, 1, 2, 3 } },	  { "-u8", { 0, 1, 2, 3 } },
		{ "-real", { 1, 0, 2, 3 } },	  { "real", { 2, 0, 1, 3 } },
	};

	(void)state;
	rows[0].real = -0.5;
	rows[1].real = 1e9;
	rows[2].real = -2;
	rows[3].real = __builtin_nan("");
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		assert_int_equal(slots_select(&order, columns, cases[i].order, true, NULL), 0);
		rank_init(&rank, &order);
		for (size_t j = 0; j < 4; j++)
			assert_int_equal(rank_add(&rank, &rows[j]), 0);
		rank_sort(&rank);
		for (size_t j = 0; j < 4; j++)
			if (rank_row(&rank, j) != cases[i].places[j])
				fail_msg("%s: %zu", cases[i].order, j);
		rank_fini(&rank);
	}
}

static int set_up(void **state)
{
	(void)state;
	support_catch(&caught);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	support_release(&caught);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_counted),
		cmocka_unit_test(ports_and_padding_do_not_count),
		cmocka_unit_test(wrong_lists_are_refused),
		cmocka_unit_test(very_many_groups),
		cmocka_unit_test(rows_are_ranked),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
