// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "unit.h"

/* One command line, parsed. Arguments lie on the heap, one by one, so that a sanitizer sees a byte
 * read behind any of them. */
struct parsed {
	struct command_settings settings;
	struct err err;
	int argc, first, ret;
	char *argv[16];
};

static struct parsed parse(const char *const *words)
{
	struct parsed parsed = { .first = -1 };
	struct buf *out = malloc(sizeof(*out));

	assert_non_null(out);
	buf_init(out, -1);
	for (parsed.argv[parsed.argc++] = strdup("netsample"); *words; words++)
		parsed.argv[parsed.argc++] = strdup(*words);
	parsed.ret = cli_parse(&command, parsed.argc, parsed.argv, &parsed.settings, &parsed.first,
			       out, &parsed.err);
	if (parsed.ret == CLI_RUN)
		assert_int_equal(out->length, 0);
	free(out);
	return parsed;
}

static void forget(struct parsed *parsed)
{
	while (parsed->argc > 0)
		free(parsed->argv[--parsed->argc]);
}

#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

static void expect_error(const char *const *words, int ret, const char *text)
{
	struct parsed parsed = parse(words);

	assert_int_equal(parsed.ret, ret);
	assert_string_equal(parsed.err.text, text);
	forget(&parsed);
}

#define EXPECT_ERROR(ret, text, ...)                                                               \
	expect_error((const char *const[]){ __VA_ARGS__, NULL }, ret, text)

static void nothing_sets_nothing(void **state)
{
	static const struct command_settings untouched;
	struct parsed parsed = parse((const char *const[]){ NULL });

	(void)state;
	assert_int_equal(parsed.ret, CLI_RUN);
	assert_int_equal(parsed.first, 1);
	assert_memory_equal(&parsed.settings, &untouched, sizeof(untouched));
	forget(&parsed);
}

static void every_kind_by_its_letter(void **state)
{
	struct parsed parsed = PARSE("-a", "-d", "-4", "-f", "-N", "77", "-p", "1.5", "-z", "-j");

	(void)state;
	assert_int_equal(parsed.ret, CLI_RUN);
	assert_true(parsed.settings.all);
	assert_false(parsed.settings.also);
	assert_int_equal(parsed.settings.depth, 1);
	assert_int_equal(parsed.settings.bits, 4);
	assert_int_equal(parsed.settings.mode, 1);
	assert_int_equal(parsed.settings.number, 77);
	assert_int_equal(parsed.settings.period_ms, 1500);
	assert_int_equal(parsed.settings.common.layout, CLI_LAYOUT_JSON);
	forget(&parsed);
}

static void every_kind_by_its_name(void **state)
{
	struct parsed parsed = PARSE("--all", "--also", "--deeper", "--four", "--one", "--slow",
				     "--number=65535", "--period", "86400", "--file=a file",
				     "--color=never", "--resolve", "--no-header", "--columns=u8");

	(void)state;
	assert_int_equal(parsed.ret, CLI_RUN);
	assert_true(parsed.settings.all && parsed.settings.also);
	assert_int_equal(parsed.settings.depth, 1);
	assert_int_equal(parsed.settings.bits, 5);
	assert_int_equal(parsed.settings.mode, 2);
	assert_int_equal(parsed.settings.number, 65535);
	assert_int_equal(parsed.settings.period_ms, 86400000);
	assert_string_equal(parsed.settings.file, "a file");
	assert_int_equal(parsed.settings.common.color, CLI_COLOR_NEVER);
	assert_true(parsed.settings.common.resolve && parsed.settings.common.no_header);
	assert_string_equal(parsed.settings.common.columns, "u8");
	forget(&parsed);
}

static void letters_in_one_word(void **state)
{
	struct parsed parsed = PARSE("-adadd41N99", "-fp.25");

	(void)state;
	assert_int_equal(parsed.ret, CLI_RUN);
	assert_true(parsed.settings.all);
	assert_int_equal(parsed.settings.depth, 3);
	assert_int_equal(parsed.settings.bits, 5);
	assert_int_equal(parsed.settings.number, 99);
	assert_int_equal(parsed.settings.mode, 1);
	assert_int_equal(parsed.settings.period_ms, 250);
	forget(&parsed);
}

static void names_may_be_shortened(void **state)
{
	struct parsed parsed = PARSE("--numb=5", "--per=1", "--sl", "--fi", "x");

	(void)state;
	assert_int_equal(parsed.ret, CLI_RUN);
	assert_int_equal(parsed.settings.number, 5);
	assert_int_equal(parsed.settings.period_ms, 1000);
	assert_int_equal(parsed.settings.mode, 2);
	assert_string_equal(parsed.settings.file, "x");
	forget(&parsed);
	EXPECT_ERROR(-EINVAL, "option '--al' is ambiguous", "--al");
	EXPECT_ERROR(-EINVAL, "option '--dump' is ambiguous", "--dump=x");
}

static void operands_move_to_the_end(void **state)
{
	struct parsed parsed = PARSE("one", "-a", "two", "-N", "3", "--", "-d", "--bogus");

	(void)state;
	assert_int_equal(parsed.ret, CLI_RUN);
	assert_int_equal(parsed.argc - parsed.first, 4);
	assert_string_equal(parsed.argv[parsed.first], "one");
	assert_string_equal(parsed.argv[parsed.first + 1], "two");
	assert_string_equal(parsed.argv[parsed.first + 2], "-d");
	assert_string_equal(parsed.argv[parsed.first + 3], "--bogus");
	assert_int_equal(parsed.settings.depth, 0);
	forget(&parsed);
	parsed = PARSE("-", "-a");
	assert_int_equal(parsed.ret, CLI_RUN);
	assert_string_equal(parsed.argv[parsed.first], "-");
	forget(&parsed);
}

static void numbers_keep_their_range(void **state)
{
	struct parsed parsed = PARSE("-N2");

	(void)state;
	assert_int_equal(parsed.settings.number, 2);
	forget(&parsed);
	EXPECT_ERROR(-ERANGE, "-N: 1 is not from 2 to 65535", "-N1");
	EXPECT_ERROR(-ERANGE, "--number: 65536 is not from 2 to 65535", "--number", "65536");
	EXPECT_ERROR(-ERANGE, "-N: 99999999999999999999 is not from 2 to 65535", "-N",
		     "99999999999999999999");
	EXPECT_ERROR(-EINVAL, "-N: '' is not a number", "-N", "");
	EXPECT_ERROR(-EINVAL, "-N: '-5' is not a number", "-N", "-5");
	EXPECT_ERROR(-EINVAL, "--number: '5k' is not a number", "--numb=5k");
	EXPECT_ERROR(-EINVAL, "-N: ' 5' is not a number", "-N", " 5");
	EXPECT_ERROR(-EINVAL, "-N: '0x10' is not a number", "-N0x10");
}

static void seconds_have_decimals(void **state)
{
	static const struct {
		const char *text;
		uint32_t ms;
	} rows[] = {
		{ "1", 1000 },
		{ "0.01", 10 },
		{ ".5", 500 },
		{ "5.", 5000 },
		{ "1.2345", 1234 },
		{ "0.0109", 10 },
		{ "86400.000", 86400000 },
		{ "00001", 1000 },
		{ "1.000000000000", 1000 },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct parsed parsed = PARSE("--period", rows[i].text);

		assert_int_equal(parsed.ret, CLI_RUN);
		assert_int_equal(parsed.settings.period_ms, rows[i].ms);
		forget(&parsed);
	}
}

static void what_is_no_number_of_seconds(void **state)
{
	static const char *const wrong[] = { "",      ".",   "-1",  "+1",
					     "1e3",   "1,5", "1.x", "..1",
					     "1.2.3", " 1",  "s",   "99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		struct parsed parsed = PARSE("--period", wrong[i]);
		char expected[64] = "--period: '";

		strcat(strcat(expected, wrong[i]), "' is not a number of seconds");
		assert_int_equal(parsed.ret, -EINVAL);
		assert_string_equal(parsed.err.text, expected);
		forget(&parsed);
	}
	EXPECT_ERROR(-ERANGE, "-p: 0 is not from 0.010 to 86400.000 seconds", "-p0");
	EXPECT_ERROR(-ERANGE, "-p: 0.0099 is not from 0.010 to 86400.000 seconds", "-p", "0.0099");
	EXPECT_ERROR(-ERANGE, "-p: 86400.001 is not from 0.010 to 86400.000 seconds",
		     "-p86400.001");
	EXPECT_ERROR(-ERANGE, "-p: 4294967295 is not from 0.010 to 86400.000 seconds",
		     "-p4294967295");
}

static void one_mode_a_command_line(void **state)
{
	struct parsed parsed = PARSE("-f", "--fast", "-ff");

	(void)state;
	assert_int_equal(parsed.ret, CLI_RUN);
	forget(&parsed);
	EXPECT_ERROR(-EINVAL, "--fast and --slow exclude each other", "-f", "--slow");
	EXPECT_ERROR(-EINVAL, "--slow and -f exclude each other", "--slow", "-f");
	EXPECT_ERROR(-EINVAL, "--json and --csv exclude each other", "-j", "--csv");
	EXPECT_ERROR(-EINVAL, "--wide and --ndjson exclude each other", "--wide", "--ndj");
}

static void a_choice_is_one_of_them(void **state)
{
	struct parsed parsed = PARSE("--color", "always");

	(void)state;
	assert_int_equal(parsed.settings.common.color, CLI_COLOR_ALWAYS);
	forget(&parsed);
	EXPECT_ERROR(-EINVAL, "--color: 'blue' is none of auto, always, never", "--color=blue");
	EXPECT_ERROR(-EINVAL, "--color: '' is none of auto, always, never", "--color=");
	EXPECT_ERROR(-EINVAL, "--color: 'alway' is none of auto, always, never", "--color=alway");
}

static void arguments_missing_and_extra(void **state)
{
	(void)state;
	EXPECT_ERROR(-EINVAL, "-N needs an argument", "-N");
	EXPECT_ERROR(-EINVAL, "-N needs an argument", "-aN");
	EXPECT_ERROR(-EINVAL, "--number needs an argument", "--number");
	EXPECT_ERROR(-EINVAL, "--file needs an argument", "-a", "word", "--fil");
	EXPECT_ERROR(-EINVAL, "--all takes no argument", "--all=yes");
	EXPECT_ERROR(-EINVAL, "--also takes no argument", "--also=");
}

static void what_is_not_in_the_table(void **state)
{
	(void)state;
	EXPECT_ERROR(-EINVAL, "unknown option '-x'", "-x");
	EXPECT_ERROR(-EINVAL, "unknown option '-x'", "-axd");
	EXPECT_ERROR(-EINVAL, "unknown option '-:'", "-:");
	EXPECT_ERROR(-EINVAL, "unknown option '-?'", "-?");
	EXPECT_ERROR(-EINVAL, "unknown option '-='", "-a=");
	EXPECT_ERROR(-EINVAL, "unknown option '--bogus'", "--bogus");
	EXPECT_ERROR(-EINVAL, "unknown option '--bogus'", "word", "--bogus=1", "-a");
	EXPECT_ERROR(-EINVAL, "unknown option '--allx'", "--allx");
	EXPECT_ERROR(-EINVAL, "unknown option '-K': here it is --fast", "-aK");
	EXPECT_ERROR(-EINVAL, "unknown option '--every': here it is -a", "--every=1");
	EXPECT_ERROR(-EINVAL, "unknown option '--everyone'", "--everyone");
	EXPECT_ERROR(-EINVAL, "unknown option '--eve'", "--eve");
	EXPECT_ERROR(
		-EINVAL,
		"unknown option '--"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
		"--xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static void the_first_error_ends_it(void **state)
{
	struct parsed parsed = PARSE("-a", "-N", "x", "-d");

	(void)state;
	assert_int_equal(parsed.ret, -EINVAL);
	assert_true(parsed.settings.all);
	assert_int_equal(parsed.settings.depth, 0);
	forget(&parsed);
}

/* getopt() remembers where it was: a second command line must not start there. */
static void a_second_command_line_starts_anew(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct parsed parsed = PARSE("-ax", "-d");

		assert_int_equal(parsed.ret, -EINVAL);
		forget(&parsed);
		parsed = PARSE("-d");
		assert_int_equal(parsed.ret, CLI_RUN);
		assert_int_equal(parsed.settings.depth, 1);
		forget(&parsed);
	}
}

static void no_command_line_at_all(void **state)
{
	char *argv[] = { NULL };
	struct command_settings settings = { 0 };
	struct buf *out = malloc(sizeof(*out));
	struct err err;
	int first = -1;

	(void)state;
	assert_non_null(out);
	buf_init(out, -1);
	assert_int_equal(cli_parse(&command, 0, argv, &settings, &first, out, &err), CLI_RUN);
	assert_int_equal(first, 0);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_sets_nothing),
		cmocka_unit_test(every_kind_by_its_letter),
		cmocka_unit_test(every_kind_by_its_name),
		cmocka_unit_test(letters_in_one_word),
		cmocka_unit_test(names_may_be_shortened),
		cmocka_unit_test(operands_move_to_the_end),
		cmocka_unit_test(numbers_keep_their_range),
		cmocka_unit_test(seconds_have_decimals),
		cmocka_unit_test(what_is_no_number_of_seconds),
		cmocka_unit_test(one_mode_a_command_line),
		cmocka_unit_test(a_choice_is_one_of_them),
		cmocka_unit_test(arguments_missing_and_extra),
		cmocka_unit_test(what_is_not_in_the_table),
		cmocka_unit_test(the_first_error_ends_it),
		cmocka_unit_test(a_second_command_line_starts_anew),
		cmocka_unit_test(no_command_line_at_all),
	};

	return cmocka_run_group_tests_name("cli_parse", tests, NULL, NULL);
}
