// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "listing.h"
#include "unit.h"

static void check(const char *columns, const struct sample *row, const char *expected)
{
	struct listing *listing = listing_new(columns);

	assert_string_equal(listing_text(listing, TABLE_NDJSON, row, 1, NULL), expected);
	listing_free(listing);
}

/* The judge of the tests below, judged. */
static void the_judge_knows_json(void **state)
{
	static const char *const right[] = { "[]",
					     "{}",
					     " [1, -2.5e+3, 0.1]\n",
					     "\"\\u00e9\\n\"",
					     "{\"a\":[null,true,false,{\"b\":\"\"}]}",
					     "0" };
	static const char *const wrong[] = { "",
					     "[",
					     "[1,]",
					     "{\"a\"}",
					     "{a:1}",
					     "01",
					     "1.",
					     "\"\n\"",
					     "\"\\x\"",
					     "nul",
					     "[] []",
					     "{\"a\":1,}",
					     "\"\\u12g4\"",
					     "'a'",
					     "[1 2]",
					     "-",
					     "+1",
					     "\"a",
					     "]",
					     "\"\xff\"",
					     "\"\xe2\x80\xae\"" };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(right); i++)
		assert_true(support_json_is_valid(right[i], strlen(right[i])));
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_false(support_json_is_valid(wrong[i], strlen(wrong[i])));
}

static void an_array_of_objects(void **state)
{
	struct sample rows[2] = { { .text = "a", .u8 = 1 }, { .text = "b", .u8 = 2 } };
	struct listing *listing = listing_new("text,u8");

	(void)state;
	assert_string_equal(listing_text(listing, TABLE_JSON, rows, 0, NULL), "[]\n");
	assert_string_equal(listing_text(listing, TABLE_JSON, rows, 1, NULL),
			    "[\n{\"text\":\"a\",\"u8\":1}\n]\n");
	assert_string_equal(listing_text(listing, TABLE_JSON, rows, 2, NULL),
			    "[\n{\"text\":\"a\",\"u8\":1},\n{\"text\":\"b\",\"u8\":2}\n]\n");
	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_JSON, rows, 0, NULL), "[]\n");
	listing_free(listing);
}

static void an_object_a_line(void **state)
{
	struct sample rows[2] = { { .text = "a", .u8 = 1 }, { .text = "b", .u8 = 2 } };
	struct listing *listing = listing_new("text,u8");

	(void)state;
	assert_string_equal(listing_text(listing, TABLE_NDJSON, rows, 0, NULL), "");
	assert_string_equal(listing_text(listing, TABLE_NDJSON, rows, 2, NULL),
			    "{\"text\":\"a\",\"u8\":1}\n{\"text\":\"b\",\"u8\":2}\n");
	listing_free(listing);
}

static void every_type_has_its_json(void **state)
{
	struct sample_part parts[2] = { { 1, "one", true }, { UINT32_MAX, NULL, false } };
	struct sample row = { .text = "",
			      .u8 = 254,
			      .u16 = 65535,
			      .u32 = 4294967294,
			      .u64 = UINT64_MAX,
			      .id = UINT64_MAX - 1,
			      .yes = true,
			      .object = parts,
			      .list = parts,
			      .count = 2 };

	(void)state;
	addr_parse(&row.addr, "::ffff:192.0.2.1");
	addr_parse(&row.end, "2001:db8::1");
	row.end.port = 443;
	check(NULL, &row,
	      "{\"text\":\"\",\"u8\":254,\"u16\":65535,\"u32\":4294967294,"
	      "\"u64\":18446744073709551615,\"id\":\"18446744073709551614\",\"yes\":true,"
	      "\"addr\":\"::ffff:192.0.2.1\",\"end\":\"2001:db8::1:443\","
	      "\"object\":{\"number\":1,\"name\":\"one\",\"flag\":true},"
	      "\"list\":[{\"number\":1,\"name\":\"one\",\"flag\":true},"
	      "{\"number\":null,\"name\":null,\"flag\":false}]}\n");
}

static void null_is_null_and_an_empty_list_is_empty(void **state)
{
	struct sample row = { .u8 = UINT8_MAX, .u32 = UINT32_MAX, .id = UINT64_MAX };

	(void)state;
	check(NULL, &row,
	      "{\"text\":null,\"u8\":null,\"u16\":null,\"u32\":null,\"u64\":0,\"id\":null,"
	      "\"yes\":false,\"addr\":null,\"end\":null,\"object\":null,\"list\":[]}\n");
}

#define REPLACED "\xef\xbf\xbd" /* U+FFFD */

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{ "a\"b\\c/d", "a\\\"b\\\\c/d" },
		{ "\b\f\n\r\t\x01\x1f\x7f",
		  "\\u0008\\u000c\\u000a\\u000d\\u0009\\u0001\\u001f\\u007f" },
		{ "\xc2\x80\xc2\x9b\xc2\xa0", "\\u0080\\u009b\xc2\xa0" },
		{ "\xe2\x80\xae\xe2\x80\xa8\xd8\x9c\xe2\x81\xa9", "\\u202e\\u2028\\u061c\\u2069" },
		{ "gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x98\x80",
		  "gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x98\x80" },
		{ "\xff\xc3(\xed\xa0\x80", REPLACED REPLACED "(" REPLACED REPLACED REPLACED },
		{ "\xc0\xaf", REPLACED REPLACED },
		{ "cut \xf0\x9f\x98", "cut " REPLACED REPLACED REPLACED },
		{ "</script>{\"pid\": 1},", "</script>{\\\"pid\\\": 1}," },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct sample row = { .text = rows[i].text };
		char expected[256] = "{\"text\":\"";

		strcat(expected, rows[i].json);
		strcat(expected, "\"}\n");
		check("text", &row, expected);
	}
}

/* Whatever stands in the text, on every level, what comes out is JSON of as many rows. */
static void noise_makes_no_bad_json(void **state)
{
	struct listing *listing = listing_new("text,object,list");
	struct support_random random = { 8 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		char texts[3][40];
		struct sample_part parts[2] = { { 1, texts[1], true }, { 2, texts[2], false } };
		struct sample row = {
			.text = texts[0], .object = parts, .list = parts, .count = 2
		};
		const char *text;
		size_t length;

		for (int j = 0; j < 3; j++) {
			for (size_t k = 0; k < sizeof(texts[j]); k++) {
				uint64_t bits = support_random(&random);

				texts[j][k] =
					i % 2 ? (char)bits : "\"\\\n\xe2\x80\xae\xf0{["[bits % 9];
			}
			texts[j][sizeof(texts[j]) - 1] = '\0';
		}
		text = listing_text(listing, TABLE_JSON, &row, 1, &length);
		assert_true(support_json_is_valid(text, length));
		text = listing_text(listing, TABLE_NDJSON, &row, 1, &length);
		assert_true(support_json_is_valid(text, length));
		assert_ptr_equal(memchr(text, '\n', length), text + length - 1);
	}
	listing_free(listing);
}

static void long_strings_come_whole(void **state)
{
	struct listing *listing = listing_new("text");
	char *large = malloc(200001);
	struct sample row = { .text = large };
	const char *text;
	size_t length;

	(void)state;
	assert_non_null(large);
	for (int byte = 0; byte < 2; byte++) {
		memset(large, byte ? '\n' : 'x', 200000);
		large[200000] = '\0';
		text = listing_text(listing, TABLE_JSON, &row, 1, &length);
		assert_int_equal(length,
				 strlen("[\n{\"text\":\"\"}\n]\n") + (byte ? 1200000 : 200000));
		assert_true(support_json_is_valid(text, length));
	}
	free(large);
	listing_free(listing);
}

/* As many columns as there may be, with the longest name there is. */
static void every_column_has_its_key(void **state)
{
	struct listing *listing = listing_new(NULL);
	struct sample row = { 0 };
	const char *text;
	size_t length, keys = 0;

	(void)state;
	listing->table.count = TABLE_COLUMNS_MAX;
	for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++)
		listing->table.columns[i] = &sample_columns[9];
	text = listing_text(listing, TABLE_NDJSON, &row, 1, &length);
	assert_true(support_json_is_valid(text, length));
	for (; (text = strstr(text, "\"object\":null")); text++)
		keys++;
	assert_int_equal(keys, TABLE_COLUMNS_MAX);
	listing_free(listing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_judge_knows_json),
		cmocka_unit_test(an_array_of_objects),
		cmocka_unit_test(an_object_a_line),
		cmocka_unit_test(every_type_has_its_json),
		cmocka_unit_test(null_is_null_and_an_empty_list_is_empty),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(noise_makes_no_bad_json),
		cmocka_unit_test(long_strings_come_whole),
		cmocka_unit_test(every_column_has_its_key),
	};

	return cmocka_run_group_tests_name("table_json", tests, NULL, NULL);
}
