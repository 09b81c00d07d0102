// SPDX-License-Identifier: GPL-2.0-or-later
/* The habit's layouts: as printf("%-*s") would, nothing cut, nothing forged. */
#include <stdlib.h>
#include <string.h>

#include "listing.h"
#include "unit.h"

static void check(const char *columns, const struct sample *row, const char *expected)
{
	struct listing *listing = listing_new(columns);

	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_FIXED, row, 1, NULL), expected);
	listing_free(listing);
}

static void header_and_rows_are_padded_to_the_end(void **state)
{
	struct sample rows[2] = { { .text = "ab", .u8 = 7, .u32 = 1 },
				  { .text = "longer than six", .u8 = 200, .u32 = 4294967294 } };
	struct listing *listing = listing_new("text,u8,u32");

	(void)state;
	assert_string_equal(listing_text(listing, TABLE_FIXED, rows, 2, NULL),
			    "Text     U8 U32 \n"
			    "ab        7 1   \n"
			    "longer than six  200 4294967294\n");
	listing->table.header = false;
	assert_string_equal(listing_text(listing, TABLE_FIXED, rows, 1, NULL),
			    "ab        7 1   \n");
	assert_string_equal(listing_text(listing, TABLE_FIXED, rows, 0, NULL), "");
	listing_free(listing);
}

static void null_is_a_dash(void **state)
{
	struct sample row = { .u8 = UINT8_MAX, .u32 = UINT32_MAX, .id = UINT64_MAX };

	(void)state;
	check("text", &row, "-     \n");
	check("u8", &row, "   -\n");
	check("u16", &row, "     -\n");
	check("u32", &row, "-   \n");
	check("u64", &row, "0\n");
	check("id", &row, "-\n");
	check("addr", &row, "-\n");
	check("end", &row, "-              \n");
	check("object", &row, "-\n");
	check("list", &row, "-\n");
}

static void limits_that_are_not_null(void **state)
{
	struct sample row = { .text = "", .u8 = 0, .u16 = UINT16_MAX, .u32 = 0, .u64 = UINT64_MAX };

	(void)state;
	check("text", &row, "      \n");
	check("u8", &row, "   0\n");
	check("u16", &row, " 65535\n");
	check("u32", &row, "0   \n");
	check("u64", &row, "18446744073709551615\n");
	check("id", &row, "0\n");
	check("yes", &row, "no   \n");
	row.yes = true;
	check("yes", &row, "yes  \n");
}

static void ends_as_netstat_writes_them(void **state)
{
	static const struct {
		const char *addr;
		uint16_t port;
		const char *expected;
	} rows[] = {
		{ "0.0.0.0", 0, "0.0.0.0:*      \n" },
		{ "192.0.2.1", 65535, "192.0.2.1:65535\n" },
		{ "::", 0, ":::*           \n" },
		{ "::1", 22, "::1:22         \n" },
		{ "::ffff:192.0.2.1", 80, "192.0.2.1:80   \n" },
		{ "1111:2222:3333:4444:5555:6666:7777:8888", 65535,
		  "1111:2222:3333:4444:5555:6666:7777:8888:65535\n" },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct sample row = { 0 };

		assert_int_equal(addr_parse(&row.end, rows[i].addr), 0);
		row.end.port = rows[i].port;
		check("end", &row, rows[i].expected);
	}
}

/* An address is shown as it is; zone and port are other columns' business. */
static void addresses_alone(void **state)
{
	struct sample row = { 0 };

	(void)state;
	assert_int_equal(addr_parse(&row.addr, "::ffff:192.0.2.1"), 0);
	row.addr.port = 80;
	check("addr", &row, "::ffff:192.0.2.1\n");
}

static void no_text_forges_a_row_or_steers_a_terminal(void **state)
{
	struct sample row = { .text = "a\nb\033[31m\x7f" };

	(void)state;
	check("text", &row, "a\\x0ab\\x1b[31m\\x7f\n");
	row.text = "\xe2\x80\xae\xff\xc2\x85";
	check("text", &row, "\\u202e\\xff\\u0085\n");
	row.text = "say \"hi\" \\";
	check("text", &row, "say \"hi\" \\\n");
}

static void padding_counts_characters_not_bytes(void **state)
{
	struct sample row = { .text = "gr\xc3\xbc\xc3\x9f\x65" };

	(void)state;
	check("text", &row, "gr\xc3\xbc\xc3\x9f\x65 \n");
	row.text = "\x01";
	check("text", &row, "\\x01  \n");
}

static void nested_rows_are_joined(void **state)
{
	struct sample_part parts[3] = { { 1, "one", false },
					{ 2, NULL, true },
					{ 3, "a/b,c", false } };
	struct sample row = { .object = &parts[1], .list = parts, .count = 3 };

	(void)state;
	check("object", &row, "2/flag\n");
	check("list", &row, "1/one,2/flag,3/a/b,c\n");
	row.count = 0;
	check("list", &row, "-\n");
	parts[1] = (struct sample_part){ UINT32_MAX, NULL, false }; /* nothing to say */
	check("object", &row, "\n");
}

/* Text longer than every buffer on the way comes out whole. */
static void long_text_is_never_cut(void **state)
{
	static const size_t lengths[] = { 255,	256,   257,   4095,  4096,
					  4097, 65535, 65536, 65537, 300000 };
	struct listing *listing = listing_new("text");
	char *text = malloc(300001);

	(void)state;
	assert_non_null(text);
	listing->table.header = false;
	for (size_t i = 0; i < 2 * UNIT_COUNT(lengths); i++) {
		bool hostile = i % 2;
		size_t length = lengths[i / 2], got;
		struct sample row = { .text = text };
		const char *written;

		memset(text, hostile ? '\n' : 'x', length);
		text[length] = '\0';
		written = listing_text(listing, TABLE_FIXED, &row, 1, &got);
		assert_int_equal(got, (hostile ? 4 * length : length) + 1);
		for (size_t j = 0; j < got - 1; j++)
			assert_int_equal(written[j], hostile ? "\\x0a"[j % 4] : 'x');
	}
	free(text);
	listing_free(listing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_and_rows_are_padded_to_the_end),
		cmocka_unit_test(null_is_a_dash),
		cmocka_unit_test(limits_that_are_not_null),
		cmocka_unit_test(ends_as_netstat_writes_them),
		cmocka_unit_test(addresses_alone),
		cmocka_unit_test(no_text_forges_a_row_or_steers_a_terminal),
		cmocka_unit_test(padding_counts_characters_not_bytes),
		cmocka_unit_test(nested_rows_are_joined),
		cmocka_unit_test(long_text_is_never_cut),
	};

	return cmocka_run_group_tests_name("table_fixed", tests, NULL, NULL);
}
