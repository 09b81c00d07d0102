// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "listing.h"
#include "unit.h"

static void check(const char *columns, const struct sample *row, const char *expected)
{
	struct listing *listing = listing_new(columns);

	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_CSV, row, 1, NULL), expected);
	listing_free(listing);
}

/* The judge of a test below, judged. */
static void the_judge_knows_csv(void **state)
{
	(void)state;
	assert_int_equal(support_csv_fields(UNIT_BYTES("")), 1);
	assert_int_equal(support_csv_fields(UNIT_BYTES("a,b")), 2);
	assert_int_equal(support_csv_fields(UNIT_BYTES(",,")), 3);
	assert_int_equal(support_csv_fields(UNIT_BYTES("\"a,\"\"b\",c")), 2);
	assert_int_equal(support_csv_fields(UNIT_BYTES("\"\"")), 1);
	assert_int_equal(support_csv_fields(UNIT_BYTES("\"a")), 0);
	assert_int_equal(support_csv_fields(UNIT_BYTES("\"a\"b")), 0);
	assert_int_equal(support_csv_fields(UNIT_BYTES("a\"b")), 0);
	assert_int_equal(support_csv_fields(UNIT_BYTES("\"\"\"")), 0);
}

static void a_header_of_keys(void **state)
{
	struct sample rows[2] = { { .text = "a", .u8 = 1 }, { .text = "b", .u8 = 2 } };
	struct listing *listing = listing_new("text,u8");

	(void)state;
	assert_string_equal(listing_text(listing, TABLE_CSV, rows, 0, NULL), "text,u8\n");
	assert_string_equal(listing_text(listing, TABLE_CSV, rows, 2, NULL), "text,u8\na,1\nb,2\n");
	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_CSV, rows, 0, NULL), "");
	listing_free(listing);
}

static void null_is_the_empty_field(void **state)
{
	struct sample row = { .u8 = UINT8_MAX, .u32 = UINT32_MAX, .id = UINT64_MAX };

	(void)state;
	check(NULL, &row, ",,,,0,,no,,,,\n");
}

static void every_type_has_its_field(void **state)
{
	struct sample_part parts[2] = { { 1, "one", true }, { 2, "two", false } };
	struct sample row = { .text = "t",
			      .u8 = 1,
			      .u16 = 2,
			      .u32 = 3,
			      .u64 = 4,
			      .id = 5,
			      .yes = true,
			      .object = parts,
			      .list = parts,
			      .count = 2 };

	(void)state;
	addr_parse(&row.addr, "192.0.2.1");
	addr_parse(&row.end, "2001:db8::1");
	row.end.port = 443;
	check(NULL, &row,
	      "t,1,2,3,4,5,yes,192.0.2.1,2001:db8::1:443,\"1/one/flag\",\"1/one/flag,2/two\"\n");
}

static void fields_are_quoted_where_they_must_be(void **state)
{
	static const struct {
		const char *text, *field;
	} rows[] = {
		{ "", "\n" },
		{ "plain text", "plain text\n" },
		{ "a,b", "\"a,b\"\n" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"\n" },
		{ "\"", "\"\"\"\"\n" },
		{ "\",\"", "\"\"\",\"\"\"\n" },
		{ "a\nb", "a\\x0ab\n" },
		{ "a\r\n,b", "\"a\\x0d\\x0a,b\"\n" },
		{ "\"\n\"", "\"\"\"\\x0a\"\"\"\n" },
		{ "back\\slash", "back\\slash\n" },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct sample row = { .text = rows[i].text };

		check("text", &row, rows[i].field);
	}
}

static void nested_text_is_quoted_too(void **state)
{
	struct sample_part part = { 1, "a\"b,c\n", false };
	struct sample row = { .object = &part };

	(void)state;
	check("object", &row, "\"1/a\"\"b,c\\x0a\"\n");
}

static void noise_stays_in_its_field(void **state)
{
	struct listing *listing = listing_new("text,u8,object,list");
	struct support_random random = { 9 };

	(void)state;
	listing->table.header = false;
	for (int i = 0; i < 3000; i++) {
		char noise[700];
		struct sample_part part = { 1, noise, true };
		struct sample row = { .text = noise, .object = &part, .list = &part, .count = 1 };
		const char *text;
		size_t length;

		for (size_t j = 0; j < sizeof(noise); j++) {
			uint64_t bits = support_random(&random);

			noise[j] = i % 2 ? (char)bits : "\"\",\n\xe2\x80\xae a"[bits % 9];
		}
		noise[support_random(&random) % sizeof(noise)] = '\0';
		noise[sizeof(noise) - 1] = '\0';
		text = listing_text(listing, TABLE_CSV, &row, 1, &length);
		assert_ptr_equal(memchr(text, '\n', length), text + length - 1);
		assert_true(support_text_is_harmless(text, length));
		assert_int_equal(support_csv_fields(text, length - 1), 4);
	}
	listing_free(listing);
}

static void long_quoted_text_comes_whole(void **state)
{
	struct sample row = { 0 };
	struct listing *listing = listing_new("text");
	char *large = malloc(200001);
	size_t length;

	(void)state;
	assert_non_null(large);
	memset(large, '"', 200000);
	large[200000] = '\0';
	row.text = large;
	listing->table.header = false;
	listing_text(listing, TABLE_CSV, &row, 1, &length);
	assert_int_equal(length, 400003);
	free(large);
	listing_free(listing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_judge_knows_csv),
		cmocka_unit_test(a_header_of_keys),
		cmocka_unit_test(null_is_the_empty_field),
		cmocka_unit_test(every_type_has_its_field),
		cmocka_unit_test(fields_are_quoted_where_they_must_be),
		cmocka_unit_test(nested_text_is_quoted_too),
		cmocka_unit_test(noise_stays_in_its_field),
		cmocka_unit_test(long_quoted_text_comes_whole),
	};

	return cmocka_run_group_tests_name("table_csv", tests, NULL, NULL);
}
