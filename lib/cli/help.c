// SPDX-License-Identifier: GPL-2.0-or-later
/* --help, --version, and the option table as data for the checks of manual and completions. */
#include <stdbool.h>
#include <string.h>

#include "base/version.h"
#include "cli/cli.h"

/* Where the explanations begin. */
#define HELP_INDENT 28

/* "  -x, --name ARGUMENT" and its explanation. */
static void help_option(const struct option_def *option, struct buf *out)
{
	size_t width = 6 + 2 + strlen(option->name);

	buf_add_text(out, "  ");
	if (option->key) {
		buf_add_char(out, '-');
		buf_add_char(out, (char)option->key);
		buf_add_text(out, ", --");
	} else {
		buf_add_text(out, "    --");
	}
	buf_add_text(out, option->name);
	if (option->argument) {
		buf_add_char(out, ' ');
		buf_add_text(out, option->argument);
		width += 1 + strlen(option->argument);
	}
	if (width + 2 > HELP_INDENT) {
		buf_add_char(out, '\n');
		width = 0;
	}
	buf_add_spaces(out, HELP_INDENT - width);
	buf_add_text(out, option->help);
	buf_add_char(out, '\n');
}

static bool is_first_of_group(const struct option_def *options, const struct option_def *option)
{
	for (; options != option; options++)
		if (options->help && strcmp(options->group, option->group) == 0)
			return false;
	return true;
}

static void help_columns(const struct column *columns, struct buf *out)
{
	for (const struct column *column = columns; column && column->key; column++) {
		size_t width = 2 + strlen(column->key);

		buf_add_text(out, "  ");
		buf_add_text(out, column->key);
		buf_add_spaces(out, width < HELP_INDENT ? HELP_INDENT - width : 1);
		buf_add_text(out, column->help);
		buf_add_char(out, '\n');
	}
}

/* Write the command's --help. */
void cli_help(const struct cli_command *command, struct buf *out)
{
	buf_add_text(out, "Usage: ");
	buf_add_text(out, command->usage);
	buf_add_text(out, "\n");
	buf_add_text(out, command->summary);
	buf_add_text(out, "\n");
	for (const struct option_def *head = command->options; head->name; head++) {
		if (!head->help || !is_first_of_group(command->options, head))
			continue;
		buf_add_char(out, '\n');
		buf_add_text(out, head->group);
		buf_add_text(out, ":\n");
		for (const struct option_def *option = head; option->name; option++)
			if (option->help && strcmp(option->group, head->group) == 0)
				help_option(option, out);
	}
	if (command->columns)
		buf_add_text(out, "\nColumns:\n");
	help_columns(command->columns, out);
	for (const struct cli_columns *more = command->more_columns; more && more->of; more++) {
		buf_add_text(out, "\nColumns of ");
		buf_add_text(out, more->of);
		buf_add_text(out, ":\n");
		help_columns(more->columns, out);
	}
	buf_add_text(out, "\nThe manual, ");
	buf_add_text(out, command->name);
	buf_add_text(out, "(8), has examples.\n");
}

/* Write the command's --version. */
void cli_version(const struct cli_command *command, struct buf *out)
{
	buf_add_text(out, command->name);
	buf_add_text(out, " (netsonde) " NETSONDE_VERSION "\n");
}

/* Write the documented options, one a line: letter, name, argument, group, help, separated by tabs,
 * "-" for what is absent. */
void cli_dump_options(const struct cli_command *command, struct buf *out)
{
	for (const struct option_def *option = command->options; option->name; option++) {
		if (!option->help)
			continue;
		buf_add_char(out, option->key ? (char)option->key : '-');
		buf_add_char(out, '\t');
		buf_add_text(out, option->name);
		buf_add_char(out, '\t');
		buf_add_text(out, option->argument ? option->argument : "-");
		buf_add_char(out, '\t');
		buf_add_text(out, option->group);
		buf_add_char(out, '\t');
		buf_add_text(out, option->help);
		buf_add_char(out, '\n');
	}
}

static void dump_columns(const struct column *columns, struct buf *out)
{
	static const char *const types[] = {
		[COLUMN_TEXT] = "text",		[COLUMN_U8] = "number",
		[COLUMN_U16] = "number",	[COLUMN_U32] = "number",
		[COLUMN_U64] = "number",	[COLUMN_ID] = "id",
		[COLUMN_BOOL] = "boolean",	[COLUMN_ADDR] = "address",
		[COLUMN_ENDPOINT] = "endpoint", [COLUMN_OBJECT] = "object",
		[COLUMN_FACTS] = "object",	[COLUMN_US32] = "number",
		[COLUMN_LIST] = "list",		[COLUMN_PREFIX] = "prefix",
		[COLUMN_WORDS] = "words",	[COLUMN_MS] = "number",
		[COLUMN_DOUBLE] = "number",	[COLUMN_TIME] = "time",
	};

	for (const struct column *column = columns; column && column->key; column++) {
		buf_add_text(out, column->key);
		buf_add_char(out, '\t');
		buf_add_text(out, column->heading);
		buf_add_char(out, '\t');
		buf_add_text(out, types[column->type]);
		buf_add_char(out, '\t');
		buf_add_text(out, column->help);
		buf_add_char(out, '\n');
	}
}

/* Write the columns of all modes, one a line: key, heading, type, help, separated by tabs. */
void cli_dump_columns(const struct cli_command *command, struct buf *out)
{
	dump_columns(command->columns, out);
	for (const struct cli_columns *more = command->more_columns; more && more->of; more++)
		dump_columns(more->columns, out);
}
