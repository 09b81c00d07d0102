// SPDX-License-Identifier: GPL-2.0-or-later
/* What is made of the option table besides getopt: help, version, dumps, completions. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "command.h"
#include "support.h"
#include "unit.h"

struct answered {
	struct support_catch caught;
	struct err err;
	int ret;
	const char *text;
};

/* What the command answers to one option. */
static struct answered *ask(const char *option)
{
	struct answered *answered = calloc(1, sizeof(*answered));
	struct command_settings settings = { 0 };
	char name[] = "netsample", word[64], *argv[] = { name, word, NULL };
	int first;

	assert_non_null(answered);
	snprintf(word, sizeof(word), "%s", option);
	support_catch(&answered->caught);
	answered->ret = cli_parse(&command, 2, argv, &settings, &first, &answered->caught.out,
				  &answered->err);
	answered->text = support_caught(&answered->caught, NULL);
	return answered;
}

static void forget(struct answered *answered)
{
	support_release(&answered->caught);
	free(answered);
}

static bool has(const struct answered *answered, const char *text)
{
	return strstr(answered->text, text);
}

static void help_is_the_table(void **state)
{
	static const char begin[] =
		"Usage: netsample [OPTION]... [WORD]...\n"
		"Try options.\n"
		"\n"
		"Facts:\n"
		"  -a, --all                 every one\n"
		"      --also                without a letter\n"
		"  -d, --deeper              each time\n"
		"  -N, --number N            how many [from: 2 on]\n"
		"  -p, --period SECONDS      it's how often\n"
		"      --file FILE           where from\n"
		"\n"
		"Bits:\n"
		"  -4, --four                bit 2\n";
	struct answered *answered = ask("--help");

	(void)state;
	assert_int_equal(answered->ret, CLI_DONE);
	assert_memory_equal(answered->text, begin, strlen(begin));
	assert_true(has(answered, "\nColumns:\n  text                      any text\n"));
	assert_true(has(answered,
			"\nColumns of --other:\n"
			"  u8                        another one of that name\n"
			"  other                     of another mode\n"
			"\nColumns of --again:\n"));
	assert_false(has(answered, "dump"));
	forget(answered);
	answered = ask("-h");
	assert_memory_equal(answered->text, begin, strlen(begin));
	forget(answered);
}

/* Every option that has a help is in it, once; no group comes twice; no line is too wide. */
static void help_is_complete(void **state)
{
	struct answered *answered = ask("--help");
	char text[64];

	(void)state;
	for (const struct option_def *option = command.options; option->name; option++) {
		const char *found;

		snprintf(text, sizeof(text), "--%s%s", option->name, option->argument ? " " : "  ");
		found = strstr(answered->text, text);
		if (!option->help) {
			assert_null(found);
			continue;
		}
		assert_non_null(found);
		assert_null(strstr(found + 1, text));
		snprintf(text, sizeof(text), "\n%s:\n", option->group);
		found = strstr(answered->text, text);
		assert_non_null(found);
		assert_null(strstr(found + 1, text));
	}
	forget(answered);
}

static void version_names_both(void **state)
{
	struct answered *answered = ask("--version");

	(void)state;
	assert_int_equal(answered->ret, CLI_DONE);
	assert_string_equal(answered->text, "netsample (netsonde) " NETSONDE_VERSION "\n");
	forget(answered);
}

static size_t count(const char *text, char byte)
{
	size_t found = 0;

	for (; *text; text++)
		found += *text == byte;
	return found;
}

static void dumps_have_a_line_an_entry(void **state)
{
	struct answered *answered = ask("--dump-options");
	size_t options = 0, columns = 0;

	(void)state;
	for (const struct option_def *option = command.options; option->name; option++)
		options += option->help != NULL;
	assert_int_equal(answered->ret, CLI_DONE);
	assert_int_equal(count(answered->text, '\n'), options);
	assert_int_equal(count(answered->text, '\t'), 4 * options);
	assert_true(has(answered, "N\tnumber\tN\tFacts\thow many [from: 2 on]\n"));
	assert_true(has(answered, "-\talso\t-\tFacts\twithout a letter\n"));
	forget(answered);

	answered = ask("--dump-columns");
	for (const struct column *column = command.columns; column->key; column++)
		columns++;
	for (const struct cli_columns *more = command.more_columns; more->of; more++)
		for (const struct column *column = more->columns; column->key; column++)
			columns++;
	assert_int_equal(answered->ret, CLI_DONE);
	assert_int_equal(count(answered->text, '\n'), columns);
	assert_int_equal(count(answered->text, '\t'), 3 * columns);
	assert_true(has(answered, "text\tText\ttext\tany text\n"));
	assert_true(has(answered, "u8\tU8\tnumber\t8 bits\n"));
	assert_true(has(answered, "id\tId\tid\tidentifier\n"));
	assert_true(has(answered, "yes\tYes\tboolean\tyes or no\n"));
	assert_true(has(answered, "addr\tAddr\taddress\tan address\n"));
	assert_true(has(answered, "end\tEnd\tendpoint\tan address with a port\n"));
	assert_true(has(answered, "object\tObject\tobject\ta part\n"));
	assert_true(has(answered, "list\tList\tlist\tparts\n"));
	assert_true(has(answered, "other\tOther\ttext\tof another mode\n"));
	forget(answered);
}

static void bash_completion_offers_all(void **state)
{
	struct answered *answered = ask("--dump-completion=bash");

	(void)state;
	assert_int_equal(answered->ret, CLI_DONE);
	assert_true(has(answered, "\t-N|--number)\n\t\tCOMPREPLY=() ;;\n"));
	assert_true(has(answered,
			"\t--color)\n\t\tmapfile -t COMPREPLY < <(compgen -W 'auto always "
			"never' -- \"$cur\") ;;\n"));
	assert_true(
		has(answered, "-W 'text u8 u16 u32 u64 id yes addr end object list other' -- "));
	assert_true(has(answered, "compgen -f"));
	assert_true(has(answered, "'--all --also --deeper "));
	assert_true(has(answered, "complete -F _netsample netsample\n"));
	assert_false(has(answered, "--dump"));
	forget(answered);
}

static void zsh_completion_offers_all(void **state)
{
	struct answered *answered = ask("--dump-completion=zsh");

	(void)state;
	assert_int_equal(answered->ret, CLI_DONE);
	assert_int_equal(strncmp(answered->text, "#compdef netsample\n", 19), 0);
	assert_true(has(answered, "\t'--also[without a letter]'"));
	assert_true(has(answered, "\t'*-d[each time]'"));
	assert_true(has(answered, "\t'-N[how many \\[from\\: 2 on\\]]:N:'"));
	assert_true(has(answered, "\t'--period=[it'\\''s how often]:SECONDS:'"));
	assert_true(has(answered, ":WHEN:(auto always never)'"));
	assert_true(has(answered, "\t'*::_hosts'"));
	assert_false(has(answered, "--dump"));
	forget(answered);
}

static void fish_completion_offers_all(void **state)
{
	struct answered *answered = ask("--dump-completion=fish");

	(void)state;
	assert_int_equal(answered->ret, CLI_DONE);
	assert_true(has(answered,
			"complete -c netsample -s N -l number -x -d 'how many [from: 2 on]'\n"));
	assert_true(has(answered, "complete -c netsample -l also -d 'without a letter'\n"));
	assert_true(has(answered, " -l file -r -d 'where from'\n"));
	assert_true(has(answered, " -l color -x -a 'auto always never' -d "));
	assert_true(has(answered, "-d 'it'\\''s how often'\n"));
	assert_false(has(answered, "dump"));
	forget(answered);
}

static void another_shell_is_refused(void **state)
{
	struct answered *answered = ask("--dump-completion=tcsh");

	(void)state;
	assert_int_equal(answered->ret, -EINVAL);
	assert_string_equal(answered->err.text, "no completions for 'tcsh': bash, zsh, fish");
	assert_string_equal(answered->text, "");
	forget(answered);
}

/* The commands' tables are not linked here; what holds for every table is tried on this one. */
static void no_letter_or_name_comes_twice(void **state)
{
	size_t options = 0;

	(void)state;
	for (const struct option_def *a = command.options; a->name; a++, options++)
		for (const struct option_def *b = a + 1; b->name; b++) {
			assert_true(!a->key || a->key != b->key);
			assert_string_not_equal(a->name, b->name);
		}
	assert_true(options <= CLI_OPTIONS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_is_the_table),
		cmocka_unit_test(help_is_complete),
		cmocka_unit_test(version_names_both),
		cmocka_unit_test(dumps_have_a_line_an_entry),
		cmocka_unit_test(bash_completion_offers_all),
		cmocka_unit_test(zsh_completion_offers_all),
		cmocka_unit_test(fish_completion_offers_all),
		cmocka_unit_test(another_shell_is_refused),
		cmocka_unit_test(no_letter_or_name_comes_twice),
	};

	return cmocka_run_group_tests_name("cli_help", tests, NULL, NULL);
}
