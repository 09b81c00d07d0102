// SPDX-License-Identifier: GPL-2.0-or-later
/* From one option table to getopt and typed, range-checked storage. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

/* getopt's value for an option without a letter is this plus its index in the table. */
#define LONG_ONLY 256

struct getopt_tables {
	char letters[2 * CLI_OPTIONS_MAX + 2];
	struct option names[CLI_OPTIONS_MAX + 1];
};

static void make_tables(const struct option_def *options, struct getopt_tables *tables)
{
	char *letter = tables->letters;
	int i;

	*letter++ = ':';
	for (i = 0; i < CLI_OPTIONS_MAX && options[i].name; i++) {
		tables->names[i] = (struct option){
			.name = options[i].name,
			.has_arg = options[i].argument ? required_argument : no_argument,
			.val = LONG_ONLY + i,
		};
		if (!options[i].key)
			continue;
		*letter++ = (char)options[i].key;
		if (options[i].argument)
			*letter++ = ':';
	}
	*letter = '\0';
	tables->names[i] = (struct option){ 0 };
}

static const struct option_def *find(const struct option_def *options, int value)
{
	if (value >= LONG_ONLY)
		return &options[value - LONG_ONLY];
	for (; options->name; options++)
		if (options->key == value)
			return options;
	return NULL;
}

/* "-x" or "--name", whichever was typed, for messages. */
static const char *spelling(const struct option_def *option, bool is_long, char *text, size_t size)
{
	if (is_long) {
		text[0] = text[1] = '-';
		text_copy(text + 2, size - 2, option->name);
	} else {
		text[0] = '-';
		text[1] = (char)option->key;
		text[2] = '\0';
	}
	return text;
}

static int set_select(const struct option_def *options, const struct option_def *option,
		      const char *typed, int *value, struct err *err)
{
	if (*value && *value != (int)option->max) {
		for (; options->name; options++)
			if (options->kind == OPTION_SELECT && options->offset == option->offset &&
			    (int)options->max == *value)
				return err_set(err, -EINVAL, "--%s and %s exclude each other",
					       options->name, typed);
	}
	*value = (int)option->max;
	return 0;
}

static int set_number(const struct option_def *option, const char *typed, const char *argument,
		      uint32_t *value, struct err *err)
{
	uint64_t number;
	int ret = option->kind == OPTION_HEX ? text_parse_number(argument, option->max, &number) :
					       text_parse_u64(argument, option->max, &number);

	if (ret == -EINVAL)
		return err_set(err, ret, "%s: '%s' is not a number", typed, argument);
	if (ret || number < option->min)
		return err_set(err, -ERANGE, "%s: %s is not from %u to %u", typed, argument,
			       option->min, option->max);
	*value = (uint32_t)number;
	return 0;
}

/* Seconds with up to three decimals, without the locale's opinion on the decimal sign. */
static int parse_milliseconds(const char *text, uint64_t *ms)
{
	char whole[16];
	size_t digits = strcspn(text, ".");
	uint64_t seconds = 0, part = 0, scale = 1000;

	if (!*text || digits >= sizeof(whole) || (digits == 0 && !text[1]))
		return -EINVAL;
	text_copy(whole, digits + 1, text);
	if (digits > 0 && text_parse_u64(whole, UINT32_MAX, &seconds) < 0)
		return -EINVAL;
	for (text += digits + (text[digits] == '.'); *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		scale /= 10;
		part += (uint64_t)(*text - '0') * scale;
	}
	*ms = seconds * 1000 + part;
	return 0;
}

static int set_seconds(const struct option_def *option, const char *typed, const char *argument,
		       uint32_t *value, struct err *err)
{
	uint64_t ms;

	if (parse_milliseconds(argument, &ms) < 0)
		return err_set(err, -EINVAL, "%s: '%s' is not a number of seconds", typed,
			       argument);
	if (ms < option->min || ms > option->max)
		return err_set(err, -ERANGE, "%s: %s is not from %u.%03u to %u.%03u seconds", typed,
			       argument, option->min / 1000, option->min % 1000, option->max / 1000,
			       option->max % 1000);
	*value = (uint32_t)ms;
	return 0;
}

static int set_choice(const struct option_def *option, const char *typed, const char *argument,
		      int *value, struct err *err)
{
	char known[128] = "";
	size_t length = 0;

	for (int i = 0; option->choices[i]; i++) {
		if (strcmp(option->choices[i], argument) == 0) {
			*value = i;
			return 0;
		}
		length += text_copy(known + length, sizeof(known) - length, i > 0 ? ", " : "");
		length += text_copy(known + length, sizeof(known) - length, option->choices[i]);
	}
	return err_set(err, -EINVAL, "%s: '%s' is none of %s", typed, argument, known);
}

static int answer(const struct cli_command *command, const struct option_def *option,
		  const char *argument, struct buf *out, struct err *err)
{
	if (option->kind == OPTION_HELP)
		cli_help(command, out);
	else if (option->kind == OPTION_VERSION)
		cli_version(command, out);
	else if (option->max == OPTION_DUMP_OPTIONS)
		cli_dump_options(command, out);
	else if (option->max == OPTION_DUMP_COLUMNS)
		cli_dump_columns(command, out);
	else if (cli_dump_completion(command, argument, out) < 0)
		return err_set(err, -EINVAL, "no completions for '%s': bash, zsh, fish", argument);
	return CLI_DONE;
}

static int apply(const struct cli_command *command, const struct option_def *option, bool is_long,
		 const char *argument, char *settings, struct buf *out, struct err *err)
{
	char text[64];
	const char *typed = spelling(option, is_long, text, sizeof(text));
	void *value = settings + option->offset;

	switch (option->kind) {
	case OPTION_FLAG:
		*(bool *)value = true;
		return CLI_RUN;
	case OPTION_COUNT:
		++*(int *)value;
		return CLI_RUN;
	case OPTION_BITS:
		*(unsigned int *)value |= option->max;
		return CLI_RUN;
	case OPTION_SELECT:
		return set_select(command->options, option, typed, value, err);
	case OPTION_NUMBER:
	case OPTION_HEX:
		return set_number(option, typed, argument, value, err);
	case OPTION_SECONDS:
		return set_seconds(option, typed, argument, value, err);
	case OPTION_TEXT:
		*(const char **)value = argument;
		return CLI_RUN;
	case OPTION_CHOICE:
		return set_choice(option, typed, argument, value, err);
	case OPTION_ACCEPTED:
		return CLI_RUN;
	default:
		return answer(command, option, argument, out, err);
	}
}

/* Refuse the option @typed, of @length, with what is known of it elsewhere. */
static int refuse(const struct cli_habit *habits, const char *typed, size_t length, struct err *err)
{
	int shown = (int)(length < 64 ? length : 64);

	for (; habits && habits->option; habits++)
		if (strlen(habits->option) == length && memcmp(habits->option, typed, length) == 0)
			return err_set(err, -EINVAL, "unknown option '%.*s': %s", shown, typed,
				       habits->instead);
	return err_set(err, -EINVAL, "unknown option '%.*s'", shown, typed);
}

/* What getopt did not understand, in words: @value is its '?' or ':'. */
static int explain(const struct cli_command *command, char **argv, int value, struct err *err)
{
	const struct option_def *options = command->options;
	const char *word = argv[optind - 1];
	size_t length = strcspn(word, "=");
	int similar = 0;
	char text[64];

	if (optopt >= LONG_ONLY || (optopt && find(options, optopt))) {
		const char *typed =
			spelling(find(options, optopt), optopt >= LONG_ONLY, text, sizeof(text));

		return err_set(err, -EINVAL,
			       value == ':' ? "%s needs an argument" : "%s takes no argument",
			       typed);
	}
	if (optopt)
		return refuse(command->habits, (const char[]){ '-', (char)optopt }, 2, err);
	for (int i = 0; options[i].name; i++)
		similar += length > 2 && strncmp(options[i].name, word + 2, length - 2) == 0;
	if (similar > 1)
		return err_set(err, -EINVAL, "option '%.*s' is ambiguous",
			       (int)(length < 64 ? length : 64), word);
	return refuse(command->habits, word, length, err);
}

/* Read the command line @argv into @settings as the command's option table says. --help, --version
 * and the dumps are answered on @out. Operands are moved to the end; @first is the index of the
 * first.
 *
 * Return: CLI_RUN, CLI_DONE, or -errno with @err saying which option is wrong and why.
 */
int cli_parse(const struct cli_command *command, int argc, char **argv, void *settings, int *first,
	      struct buf *out, struct err *err)
{
	struct getopt_tables tables;
	int value, ret;

	make_tables(command->options, &tables);
	opterr = 0;
	optind = 0;
	while ((value = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		const struct option_def *option;

		if (value == '?' || value == ':')
			return explain(command, argv, value, err);
		option = find(command->options, value);
		ret = apply(command, option, value >= LONG_ONLY, optarg, settings, out, err);
		if (ret != CLI_RUN)
			return ret;
	}
	*first = optind;
	return CLI_RUN;
}
