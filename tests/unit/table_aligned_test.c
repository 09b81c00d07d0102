// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own layout: widths from a sample of the first rows, then rows as they come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "listing.h"
#include "unit.h"

static const struct palette letters = {
	.sequence = {
		[TINT_NONE] = "<>",
		[TINT_HEADING] = "<h>",
		[TINT_GOOD] = "<g>",
		[TINT_NOTICE] = "<n>",
		[TINT_BAD] = "<b>",
		[TINT_FADED] = "<f>",
	},
};

static void columns_are_as_wide_as_what_they_hold(void **state)
{
	struct sample rows[3] = { { .text = "ab", .u8 = 7, .u32 = 1 },
				  { .text = "longer", .u8 = 200, .u32 = UINT32_MAX },
				  { .u8 = UINT8_MAX, .u32 = 123456 } };
	struct listing *listing = listing_new("text,u8,u32");

	(void)state;
	assert_string_equal(listing_text(listing, TABLE_ALIGNED, rows, 3, NULL),
			    "Text     U8  U32\n"
			    "ab        7  1\n"
			    "longer  200  -\n"
			    "-         -  123456\n");
	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_ALIGNED, rows, 1, NULL), "ab  7  1\n");
	listing_free(listing);
}

static void nothing_but_a_header(void **state)
{
	struct listing *listing = listing_new("text,u8,u32");

	(void)state;
	assert_string_equal(listing_text(listing, TABLE_ALIGNED, NULL, 0, NULL), "Text  U8  U32\n");
	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_ALIGNED, NULL, 0, NULL), "");
	listing_free(listing);
}

static void width_is_in_characters(void **state)
{
	struct sample rows[2] = { { .text = "gr\xc3\xbc\xc3\x9f\x65", .u32 = 1 },
				  { .text = "\n", .u32 = 2 } };
	struct listing *listing = listing_new("text,u32");

	(void)state;
	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_ALIGNED, rows, 2, NULL),
			    "gr\xc3\xbc\xc3\x9f\x65  1\n"
			    "\\x0a   2\n");
	listing_free(listing);
}

static void objects_and_lists_are_joined(void **state)
{
	struct sample_part parts[2] = { { 1, "one", true }, { 22, "two", false } };
	struct sample rows[2] = { { .object = parts, .list = parts, .count = 2 }, { .count = 0 } };
	struct listing *listing = listing_new("object,list,u8");

	(void)state;
	assert_string_equal(listing_text(listing, TABLE_ALIGNED, rows, 2, NULL),
			    "Object      List               U8\n"
			    "1/one/flag  1/one/flag,22/two   0\n"
			    "-           -                   0\n");
	listing_free(listing);
}

static void colour_wraps_the_text_not_the_padding(void **state)
{
	struct sample rows[2] = { { .text = "bad", .u8 = 1 }, { .text = "better", .u8 = 2 } };
	struct listing *listing = listing_new("text,u8");

	(void)state;
	listing->table.palette = &letters;
	assert_string_equal(listing_text(listing, TABLE_ALIGNED, rows, 2, NULL),
			    "<h>Text<>    <h>U8<>\n"
			    "<b>bad<>      1\n"
			    "better   2\n");
	listing_free(listing);
}

/* How many rows that look alike fit into the sample; the next one ends it. */
static size_t count_sampled(struct listing *listing, const struct sample *row)
{
	size_t count = 0;

	table_begin(&listing->table, &listing->caught.out, TABLE_ALIGNED);
	while (listing->table.aligned.sampling) {
		table_row(&listing->table, row);
		count++;
		assert_true(count < 100000);
	}
	table_end(&listing->table);
	return count;
}

/* More rows than the sample holds: the same text comes out on both sides of its end, and a cell
 * that is wider than the sample knew pushes its own line alone. */
static void rows_after_the_sample_look_the_same(void **state)
{
	struct sample row = { .text = "some text", .u8 = 12, .u32 = 345 };
	struct listing *listing = listing_new("text,u8,u32,addr");
	size_t sampled = count_sampled(listing, &row), length;
	const char expected[] = "some text  12  345  -\n";
	struct sample *rows = calloc(2 * sampled, sizeof(row));
	const char *text;

	(void)state;
	assert_non_null(rows);
	assert_in_range(sampled, 100, 10000);
	for (size_t i = 0; i < 2 * sampled; i++)
		rows[i] = row;
	rows[sampled + 1].text = "a wider text than those before";
	listing->table.header = false;
	text = listing_text(listing, TABLE_ALIGNED, rows, 2 * sampled, &length);
	for (size_t i = 0; i < 2 * sampled; i++) {
		if (i == sampled + 1) {
			const char wider[] = "a wider text than those before  12  345  -\n";

			assert_memory_equal(text, wider, strlen(wider));
			text += strlen(wider);
		} else {
			assert_memory_equal(text, expected, strlen(expected));
			text += strlen(expected);
		}
	}
	assert_int_equal(*text, '\0');
	listing_free(listing);
	free(rows);
}

/* A row that leaves so much of the sample's buffer, then one that has to be escaped, which is
 * written in larger pieces than other text: it must not be written behind the buffer. */
static void the_sample_ends_anywhere(void **state)
{
	struct listing *listing = listing_new("text,u8");
	char *large = malloc(BUF_SIZE + 1), hostile[61], expected[4 * 60 + 1];

	(void)state;
	assert_non_null(large);
	memset(large, 'x', BUF_SIZE);
	large[BUF_SIZE] = '\0';
	memset(hostile, '\1', 60);
	hostile[60] = '\0';
	for (int i = 0; i < 60; i++)
		strcpy(expected + 4 * i, "\\x01");
	listing->table.header = false;
	for (size_t left = 0; left < BUF_RESERVE_MAX + 200; left += left < 600 ? 1 : 13) {
		struct sample rows[2] = { { .text = large + left, .u8 = 1 },
					  { .text = hostile, .u8 = 2 } };
		size_t length, size = BUF_SIZE - left;
		const char *text = listing_text(listing, TABLE_ALIGNED, rows, 2, &length);

		assert_int_equal(strspn(text, "x"), size);
		assert_memory_equal(text + size, "  1\n", 4);
		assert_memory_equal(text + size + 4, expected, 4 * 60);
		assert_memory_equal(text + length - 4, "  2\n", 4);
	}
	free(large);
	listing_free(listing);
}

static void colour_goes_on_after_the_sample(void **state)
{
	struct sample row = { .text = "bad", .u8 = 1 };
	struct listing *listing = listing_new("text,u8");
	size_t sampled = count_sampled(listing, &row), length;
	struct sample *rows = calloc(sampled + 10, sizeof(row));
	const char *text;

	(void)state;
	assert_non_null(rows);
	for (size_t i = 0; i < sampled + 10; i++)
		rows[i] = row;
	listing->table.header = false;
	listing->table.palette = &letters;
	text = listing_text(listing, TABLE_ALIGNED, rows, sampled + 10, &length);
	for (size_t i = 0; i < sampled + 10; i++, text += strlen("<b>bad<>  1\n"))
		assert_memory_equal(text, "<b>bad<>  1\n", strlen("<b>bad<>  1\n"));
	assert_int_equal(*text, '\0');
	listing_free(listing);
	free(rows);
}

/* A row of every length around the sample's own: as the first row, as the second, as the last. */
static void a_row_larger_than_the_sample(void **state)
{
	static const size_t lengths[] = { 60000, 61000, 61440, 61441, 65000, 65500,
					  65530, 65535, 65536, 65537, 70000, 140000 };
	struct listing *listing = listing_new("text,u8");
	char *large = malloc(140001);

	(void)state;
	assert_non_null(large);
	listing->table.header = false;
	for (size_t i = 0; i < 3 * UNIT_COUNT(lengths); i++) {
		size_t place = i % 3, size = lengths[i / 3], length, seen = 0;
		struct sample rows[3] = { { .text = "a", .u8 = 1 },
					  { .text = "b", .u8 = 2 },
					  { .text = "c", .u8 = 3 } };
		const char *text, *at;

		memset(large, 'x', size);
		large[size] = '\0';
		rows[place].text = large;
		text = listing_text(listing, TABLE_ALIGNED, rows, 3, &length);
		at = text;
		for (size_t row = 0; row < 3; row++) {
			size_t word = strcspn(at, " ");
			const char *rest = at + word + strspn(at + word, " ");

			assert_int_equal(word, row == place ? size : 1);
			assert_true(rest >= at + word + 2);
			assert_int_equal(rest[0], '1' + row);
			assert_int_equal(rest[1], '\n');
			at = rest + 2;
			seen++;
		}
		assert_int_equal(seen, 3);
		assert_int_equal(*at, '\0');
	}
	free(large);
	listing_free(listing);
}

/* Right-aligned numbers stay so in both halves. */
static void numbers_stay_right_aligned(void **state)
{
	struct listing *listing = listing_new("u16,text");
	struct sample row = { .u16 = 12345, .text = "x" };
	size_t sampled = count_sampled(listing, &row), length;
	struct sample *rows = calloc(sampled + 10, sizeof(row));
	const char *text;
	char expected[32];

	(void)state;
	assert_non_null(rows);
	listing->table.header = false;
	for (size_t i = 0; i < sampled + 10; i++)
		rows[i] = (struct sample){ .u16 = i % 2 ? 12345 : (uint16_t)(1 + i % 9),
					   .text = "x" };
	text = listing_text(listing, TABLE_ALIGNED, rows, sampled + 10, &length);
	for (size_t i = 0; i < sampled + 10; i++, text += strlen(expected)) {
		snprintf(expected, sizeof(expected), "%5u  x\n", (unsigned int)rows[i].u16);
		assert_memory_equal(text, expected, strlen(expected));
	}
	assert_int_equal(*text, '\0');
	listing_free(listing);
	free(rows);
}

/* A flush lets the rows go that were held back, once, and settles the widths. */
static void a_flush_settles_the_widths(void **state)
{
	struct sample row = { .text = "four", .u8 = 1 };
	struct listing *listing = listing_new("text,u8");
	struct buf *out = &listing->caught.out;
	const char expected[] = "four  1\nfour  1\nwider  1\n";

	(void)state;
	listing->table.header = false;
	table_begin(&listing->table, out, TABLE_ALIGNED);
	table_row(&listing->table, &row);
	assert_int_equal(out->length, 0);
	table_flush(&listing->table);
	assert_int_equal(out->length, strlen("four  1\n"));
	table_row(&listing->table, &row);
	row.text = "wider";
	table_row(&listing->table, &row);
	table_flush(&listing->table);
	assert_int_equal(table_end(&listing->table), 0);
	assert_int_equal(out->length, strlen(expected));
	assert_memory_equal(out->bytes, expected, strlen(expected));
	listing_free(listing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_what_they_hold),
		cmocka_unit_test(nothing_but_a_header),
		cmocka_unit_test(width_is_in_characters),
		cmocka_unit_test(objects_and_lists_are_joined),
		cmocka_unit_test(colour_wraps_the_text_not_the_padding),
		cmocka_unit_test(rows_after_the_sample_look_the_same),
		cmocka_unit_test(the_sample_ends_anywhere),
		cmocka_unit_test(colour_goes_on_after_the_sample),
		cmocka_unit_test(a_row_larger_than_the_sample),
		cmocka_unit_test(numbers_stay_right_aligned),
		cmocka_unit_test(a_flush_settles_the_widths),
	};

	return cmocka_run_group_tests_name("table_aligned", tests, NULL, NULL);
}
