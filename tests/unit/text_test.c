// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "unit.h"

#define NUMBERS 20000

/* Both writers are held against printf(), and against the room they were promised. */
static void check_unsigned(uint64_t value)
{
	char expected[TEXT_U64_MAX + 1], text[TEXT_U64_MAX + 1];
	char *end = text_u64(text, value);

	assert_true(end <= text + TEXT_U64_MAX);
	*end = '\0';
	snprintf(expected, sizeof(expected), "%" PRIu64, value);
	assert_string_equal(text, expected);
}

static void check_signed(int64_t value)
{
	char expected[TEXT_U64_MAX + 2], text[TEXT_U64_MAX + 2];
	char *end = text_i64(text, value);

	assert_true(end <= text + TEXT_U64_MAX + 1);
	*end = '\0';
	snprintf(expected, sizeof(expected), "%" PRId64, value);
	assert_string_equal(text, expected);
}

static void numbers_at_every_length(void **state)
{
	(void)state;
	for (uint64_t power = 1;; power *= 10) {
		check_unsigned(power - 1);
		check_unsigned(power);
		check_unsigned(power + 1);
		if (power > UINT64_MAX / 10)
			break;
	}
	check_unsigned(UINT64_MAX);
	check_signed(0);
	check_signed(-1);
	check_signed(INT64_MAX);
	check_signed(INT64_MIN);
}

static void numbers_at_random(void **state)
{
	struct support_random random = { 1 };

	(void)state;
	for (int i = 0; i < NUMBERS; i++) {
		uint64_t value = support_random(&random) >> (i % 64);

		check_unsigned(value);
		check_signed((int64_t)value);
		check_signed(-(int64_t)(value >> 1));
	}
}

static void hexadecimal_bytes(void **state)
{
	(void)state;
	for (unsigned int value = 0; value < 256; value++) {
		char expected[3], text[3] = "";

		assert_ptr_equal(text_hex8(text, (uint8_t)value), text + 2);
		snprintf(expected, sizeof(expected), "%02x", value);
		assert_string_equal(text, expected);
	}
}

static void hexadecimal_words(void **state)
{
	struct support_random random = { 3 };

	(void)state;
	for (int i = 0; i < NUMBERS; i++) {
		uint32_t value = (uint32_t)support_random(&random) >> (i % 32);
		char expected[11], text[11] = "";
		char *end = text_hex(text, value);

		snprintf(expected, sizeof(expected), "0x%x", value);
		assert_string_equal(text, expected);
		assert_ptr_equal(end, text + strlen(expected));
	}
}

static void parsed_numbers_come_back(void **state)
{
	struct support_random random = { 2 };

	(void)state;
	for (int i = 0; i < NUMBERS; i++) {
		uint64_t value = support_random(&random) >> (i % 64), parsed;
		char text[TEXT_U64_MAX + 1];

		*text_u64(text, value) = '\0';
		assert_int_equal(text_parse_u64(text, UINT64_MAX, &parsed), 0);
		assert_int_equal(parsed, value);
		assert_int_equal(text_parse_u64(text, value, &parsed), 0);
		if (value > 0)
			assert_int_equal(text_parse_u64(text, value - 1, &parsed), -ERANGE);
	}
}

static void parsing_refuses_what_is_no_number(void **state)
{
	static const char *const wrong[] = { "",   " 1", "1 ",	"+1",	"-1",	"0x10",
					     "1a", "a1", "1.0", "1e3",	"\xb2", "1\n",
					     "/",  ":9", "1,0", "1\xff" };
	uint64_t value = 77;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_int_equal(text_parse_u64(wrong[i], UINT64_MAX, &value), -EINVAL);
	assert_int_equal(value, 77);
}

static void parsing_keeps_the_limit(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(text_parse_u64("18446744073709551615", UINT64_MAX, &value), 0);
	assert_int_equal(value, UINT64_MAX);
	assert_int_equal(text_parse_u64("18446744073709551616", UINT64_MAX, &value), -ERANGE);
	assert_int_equal(text_parse_u64("99999999999999999999999", UINT64_MAX, &value), -ERANGE);
	assert_int_equal(text_parse_u64("0", 0, &value), 0);
	assert_int_equal(text_parse_u64("1", 0, &value), -ERANGE);
	assert_int_equal(text_parse_u64("9", 8, &value), -ERANGE);
	assert_int_equal(text_parse_u64("10", 9, &value), -ERANGE);
	assert_int_equal(text_parse_u64("0000000000000000000000000000042", 42, &value), 0);
	assert_int_equal(value, 42);
}

/* A digit after the number has become too large does not make it a number again, and what is no
 * number is not made one by being too large before. */
static void parsing_reads_all_of_it(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(text_parse_u64("65536", 65535, &value), -ERANGE);
	assert_int_equal(text_parse_u64("6553x", 65535, &value), -EINVAL);
}

static void hexadecimal_numbers(void **state)
{
	static const char *const wrong[] = { "", "0x1", "g", "1 ", "-1", "a.", "\xff" };
	uint64_t value = 77;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_int_equal(text_parse_hex(wrong[i], UINT64_MAX, &value), -EINVAL);
	assert_int_equal(value, 77);
	assert_int_equal(text_parse_hex("fFfFfFfFffffffff", UINT64_MAX, &value), 0);
	assert_int_equal(value, UINT64_MAX);
	assert_int_equal(text_parse_hex("10000000000000000", UINT64_MAX, &value), -ERANGE);
	assert_int_equal(text_parse_hex("ff", 255, &value), 0);
	assert_int_equal(text_parse_hex("100", 255, &value), -ERANGE);
	assert_int_equal(text_parse_hex("9", 8, &value), -ERANGE);
	assert_int_equal(text_parse_hex("0", 0, &value), 0);
	assert_int_equal(text_parse_number("0x1f", 31, &value), 0);
	assert_true(value == 31);
	assert_int_equal(text_parse_number("0X1f", 30, &value), -ERANGE);
	assert_int_equal(text_parse_number("31", 31, &value), 0);
	assert_int_equal(text_parse_number("0x", 31, &value), -EINVAL);
	assert_int_equal(text_parse_number("1f", 31, &value), -EINVAL);
}

static void copies_are_cut_and_terminated(void **state)
{
	const char from[] = "netsonde";

	(void)state;
	for (size_t size = 1; size < sizeof(from) + 3; size++) {
		char *to = malloc(size); /* exact, so that a sanitizer sees one byte too many */
		size_t expected = size - 1 < strlen(from) ? size - 1 : strlen(from);

		assert_non_null(to);
		assert_int_equal(text_copy(to, size, from), expected);
		assert_int_equal(strlen(to), expected);
		assert_memory_equal(to, from, expected);
		free(to);
	}
}

static void lines_are_bared(void **state)
{
	static const char *const lines[][2] = {
		{ "", "" },
		{ " \t\r", "" },
		{ "#", "" },
		{ " # all of it", "" },
		{ "10.0.0.1", "10.0.0.1" },
		{ "\t10.0.0.1 \r", "10.0.0.1" },
		{ "10.0.0.1#router", "10.0.0.1" },
		{ " a  b\t# c # d", "a  b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *line = strdup(lines[i][0]);

		assert_non_null(line);
		assert_string_equal(text_bare(line), lines[i][1]);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_at_every_length),
		cmocka_unit_test(numbers_at_random),
		cmocka_unit_test(hexadecimal_bytes),
		cmocka_unit_test(hexadecimal_words),
		cmocka_unit_test(parsed_numbers_come_back),
		cmocka_unit_test(parsing_refuses_what_is_no_number),
		cmocka_unit_test(parsing_keeps_the_limit),
		cmocka_unit_test(parsing_reads_all_of_it),
		cmocka_unit_test(hexadecimal_numbers),
		cmocka_unit_test(copies_are_cut_and_terminated),
		cmocka_unit_test(lines_are_bared),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
