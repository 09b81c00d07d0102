// SPDX-License-Identifier: GPL-2.0-or-later
/* Options, as they stand in headers, and as they ought not to. */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "wire/tcp.h"

#define ALL                                                                                        \
	(SEGMENT_OPTION_MSS | SEGMENT_OPTION_SACK_PERMITTED | SEGMENT_OPTION_TIMESTAMPS |          \
	 SEGMENT_OPTION_WSCALE)

/* The options parsed from exactly these bytes. */
static struct segment_options parse(const char *bytes, size_t length)
{
	uint8_t *exact = malloc(length ? length : 1);
	struct segment_options options;

	assert_non_null(exact);
	memcpy(exact, bytes, length);
	tcp_parse_options(&options, exact, length);
	free(exact);
	return options;
}

static void what_is_there_is_read(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		unsigned int present;
		bool is_malformed;
	} rows[] = {
		/* options [] */
		{ UNIT_BYTES(""), 0, false },
		/* options [nop,nop,nop,nop] */
		{ UNIT_BYTES("\1\1\1\1"), 0, false },
		/* options [eol]: what is behind it is padding, whatever it looks like */
		{ UNIT_BYTES("\0\2\4\5"), 0, false },
		/* options [mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7] */
		{ UNIT_BYTES("\2\4\5\xb4\4\2\x8\xa\0\0\0\1\0\0\0\2\1\3\3\7"), ALL, false },
		/* options [nop,nop,sack 1 {1:2}] */
		{ UNIT_BYTES("\1\1\5\xa\0\0\0\1\0\0\0\2"), SEGMENT_OPTION_SACK, false },
		/* options [tfo cookiereq] */
		{ UNIT_BYTES("\x22\2"), SEGMENT_OPTION_FAST_OPEN, false },
		/* options [mptcp capable v1] */
		{ UNIT_BYTES("\x1e\4\1\x81"), SEGMENT_OPTION_MPTCP, false },
		/* options [unknown-77 0xabcd] */
		{ UNIT_BYTES("\x4d\4\xab\xcd"), SEGMENT_OPTION_OTHER, false },
		/* no sooner a length that cannot be, than nobody knows where the next one begins */
		{ UNIT_BYTES("\2\0\5\xb4\4\2"), 0, true },
		{ UNIT_BYTES("\2\1\5\xb4\4\2"), 0, true },
		{ UNIT_BYTES("\4\2\2\5\5\xb4"), SEGMENT_OPTION_SACK_PERMITTED, true },
		{ UNIT_BYTES("\2"), 0, true },
		{ UNIT_BYTES("\x4d\xff\1\1"), 0, true },
		/* a length that its kind does not have costs that option alone */
		{ UNIT_BYTES("\2\3\5\4\2\1"), SEGMENT_OPTION_SACK_PERMITTED, true },
		{ UNIT_BYTES("\3\2\4\2"), SEGMENT_OPTION_SACK_PERMITTED, true },
		{ UNIT_BYTES("\4\3\7\3\3\7"), SEGMENT_OPTION_WSCALE, true },
		{ UNIT_BYTES("\x8\x9\0\0\0\1\0\0\0\4\2\1"), SEGMENT_OPTION_SACK_PERMITTED, true },
		{ UNIT_BYTES("\5\2\4\2"), SEGMENT_OPTION_SACK_PERMITTED, true },
		{ UNIT_BYTES("\5\x9\0\0\0\1\0\0\0\4\2\1"), SEGMENT_OPTION_SACK_PERMITTED, true },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct segment_options options = parse(rows[i].bytes, rows[i].length);

		assert_int_equal(options.present, rows[i].present);
		assert_int_equal(options.is_malformed, rows[i].is_malformed);
		assert_int_equal(options.length, rows[i].length);
		assert_memory_equal(options.bytes, rows[i].bytes, rows[i].length);
	}
}

static void values_are_read(void **state)
{
	struct segment_options options =
		parse(UNIT_BYTES("\2\4\xff\xff\3\3\xff\1\x8\xa\x80\0\0\1\x7f\xff\xff\xff\1\1\5\x12"
				 "\xff\xff\xff\xf0\0\0\0\x10\0\0\0\1\0\0\0\2"));

	(void)state;
	assert_int_equal(options.mss, 65535);
	assert_int_equal(options.wscale, 255);
	assert_int_equal(options.ts_val, 0x80000001u);
	assert_int_equal(options.ts_ecr, 0x7fffffff);
	assert_int_equal(options.sack_count, 2);
	assert_int_equal(options.sacks[0].left, 0xfffffff0u);
	assert_int_equal(options.sacks[0].right, 16);
	assert_int_equal(options.sacks[1].left, 1);
	options = parse(UNIT_BYTES("\2\4\0\1\2\4\0\2")); /* twice: the last one */
	assert_int_equal(options.mss, 2);
}

/* Options of which the header has no more: at any cut, nothing is read beyond. */
static void cut_options_are_malformed(void **state)
{
	static const char whole[] = "\2\4\5\xb4\4\2\x8\xa\0\0\0\1\0\0\0\2\1\3\3\7";

	(void)state;
	for (size_t cut = 0; cut < sizeof(whole); cut++) {
		bool is_between =
			cut == 0 || cut == 4 || cut == 6 || cut == 16 || cut == 17 || cut >= 20;

		assert_int_equal(parse(whole, cut).is_malformed, !is_between);
	}
}

/* As many blocks as there is room for beside the others. */
static void sacks_fit_or_are_left_out(void **state)
{
	(void)state;
	for (unsigned int present = 0; present < 32; present++) {
		for (unsigned int count = 0; count <= 5; count++) {
			struct segment_options options = {
				.present = (uint16_t)(present | SEGMENT_OPTION_SACK),
				.sack_count = (uint8_t)count,
			};
			struct segment_options again;

			tcp_build_options(&options);
			assert_true(options.length <= SEGMENT_OPTIONS_MAX);
			tcp_parse_options(&again, options.bytes, options.length);
			assert_false(again.is_malformed);
			assert_true(again.sack_count <= count);
			assert_int_equal(again.present & ~SEGMENT_OPTION_SACK,
					 present & ~SEGMENT_OPTION_SACK);
		}
	}
}

/* One after the other, with what is not decoded. */
static void each_option_is_found(void **state)
{
	static const uint8_t bytes[] = "\1\x22\6\xde\xad\xbe\xef\4\2\0\2";
	const uint8_t *at = bytes, *end = bytes + sizeof(bytes) - 1;
	struct tcp_option option;

	(void)state;
	assert_int_equal(tcp_next_option(&option, &at, end), WIRE_OK);
	assert_int_equal(option.kind, TCP_OPTION_NOP);
	assert_int_equal(tcp_next_option(&option, &at, end), WIRE_OK);
	assert_int_equal(option.kind, TCP_OPTION_FAST_OPEN);
	assert_int_equal(option.length, 4);
	assert_memory_equal(option.data, "\xde\xad\xbe\xef", 4);
	assert_int_equal(tcp_next_option(&option, &at, end), WIRE_OK);
	assert_int_equal(option.kind, TCP_OPTION_SACK_PERMITTED);
	assert_int_equal(option.length, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(tcp_next_option(&option, &at, end), WIRE_OK);
		assert_int_equal(option.kind, TCP_OPTION_END);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_read),
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(cut_options_are_malformed),
		cmocka_unit_test(sacks_fit_or_are_left_out),
		cmocka_unit_test(each_option_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
