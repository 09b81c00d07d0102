// SPDX-License-Identifier: GPL-2.0-or-later
/* Completions for bash, zsh and fish out of the option table, so that nothing is written twice. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "cli/cli.h"

/* What every script begins with. */
#define ORIGIN                                                                                     \
	"# SPDX-License-Identifier: GPL-2.0-or-later\n"                                            \
	"# Generated from the option table: change that, then 'make completions'.\n\n"

static bool is_offered(const struct option_def *option)
{
	return option->help;
}

static bool has_column(const struct column *columns, const char *key)
{
	for (; columns && columns->key; columns++)
		if (strcmp(columns->key, key) == 0)
			return true;
	return false;
}

/* Whether another mode that comes first has a column of that name. */
static bool is_known_column(const struct cli_command *command, const struct cli_columns *end,
			    const char *key)
{
	const struct cli_columns *more = command->more_columns;
	bool is_known = has_column(command->columns, key);

	for (; more != end && !is_known; more++)
		is_known = has_column(more->columns, key);
	return is_known;
}

static void add_column_keys(const struct cli_command *command, struct buf *out)
{
	const struct cli_columns *more = command->more_columns;

	for (const struct column *column = command->columns; column && column->key; column++) {
		if (column != command->columns)
			buf_add_char(out, ' ');
		buf_add_text(out, column->key);
	}
	for (; more && more->of; more++) {
		for (const struct column *column = more->columns; column->key; column++) {
			if (is_known_column(command, more, column->key))
				continue;
			buf_add_char(out, ' ');
			buf_add_text(out, column->key);
		}
	}
}

static void add_choices(const struct option_def *option, struct buf *out)
{
	for (int i = 0; option->choices[i]; i++) {
		if (i > 0)
			buf_add_char(out, ' ');
		buf_add_text(out, option->choices[i]);
	}
}

/* "-x|--name" as a case pattern. */
static void add_pattern(const struct option_def *option, struct buf *out)
{
	if (option->key) {
		buf_add_char(out, '-');
		buf_add_char(out, (char)option->key);
		buf_add_char(out, '|');
	}
	buf_add_text(out, "--");
	buf_add_text(out, option->name);
}

static void bash_argument(const struct cli_command *command, const struct option_def *option,
			  struct buf *out)
{
	buf_add_text(out, "\t");
	add_pattern(option, out);
	buf_add_text(out, ")\n");
	if (option->choices) {
		buf_add_text(out, "\t\tmapfile -t COMPREPLY < <(compgen -W '");
		add_choices(option, out);
		buf_add_text(out, "' -- \"$cur\") ;;\n");
	} else if (option->hint == OPTION_HINT_COLUMNS) {
		buf_add_text(out,
			     "\t\tlocal head=\n\t\t[[ $cur == *,* ]] && head=${cur%,*},\n"
			     "\t\tmapfile -t COMPREPLY < <(compgen -P \"$head\" -W '");
		add_column_keys(command, out);
		buf_add_text(out, "' -- \"${cur##*,}\")\n\t\tcompopt -o nospace ;;\n");
	} else if (option->hint == OPTION_HINT_NETNS) {
		buf_add_text(
			out,
			"\t\tmapfile -t COMPREPLY < <(compgen -W \"$(ls /run/netns 2>/dev/null)\""
			" -- \"$cur\") ;;\n");
	} else if (option->hint == OPTION_HINT_FILE) {
		buf_add_text(out, "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n");
	} else {
		buf_add_text(out, "\t\tCOMPREPLY=() ;;\n");
	}
}

static void bash_completion(const struct cli_command *command, struct buf *out)
{
	buf_add_text(out, ORIGIN "_");
	buf_add_text(out, command->name);
	buf_add_text(
		out,
		"()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		"\tcase $prev in\n");
	for (const struct option_def *option = command->options; option->name; option++)
		if (is_offered(option) && option->argument)
			bash_argument(command, option, out);
	buf_add_text(out, "\t*)\n\t\tmapfile -t COMPREPLY < <(compgen -W '");
	for (const struct option_def *option = command->options; option->name; option++) {
		if (!is_offered(option))
			continue;
		buf_add_text(out, "--");
		buf_add_text(out, option->name);
		buf_add_char(out, ' ');
	}
	buf_add_text(out, "' -- \"$cur\") ;;\n\tesac\n}\ncomplete -F _");
	buf_add_text(out, command->name);
	buf_add_char(out, ' ');
	buf_add_text(out, command->name);
	buf_add_char(out, '\n');
}

/* Text inside single quotes; in zsh's specifications brackets and colons are escaped too. */
static void add_quoted(struct buf *out, const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_text(out, "'\\'");
		else if (strchr(escaped, *text))
			buf_add_char(out, '\\');
		buf_add_char(out, *text);
	}
}

static void zsh_argument(const struct cli_command *command, const struct option_def *option,
			 struct buf *out)
{
	buf_add_char(out, ':');
	add_quoted(out, option->argument, ":[]");
	buf_add_char(out, ':');
	if (option->choices) {
		buf_add_char(out, '(');
		add_choices(option, out);
		buf_add_char(out, ')');
	} else if (option->hint == OPTION_HINT_COLUMNS) {
		buf_add_text(out, "_sequence compadd - ");
		add_column_keys(command, out);
	} else if (option->hint == OPTION_HINT_NETNS) {
		buf_add_text(out, "_files -W /run/netns");
	} else if (option->hint == OPTION_HINT_FILE) {
		buf_add_text(out, "_files");
	}
}

static void zsh_spec(const struct cli_command *command, const struct option_def *option,
		     bool letter, struct buf *out)
{
	bool repeats = option->kind == OPTION_COUNT;

	buf_add_text(out, repeats ? " \\\n\t'*" : " \\\n\t'");
	if (letter) {
		buf_add_char(out, '-');
		buf_add_char(out, (char)option->key);
	} else {
		buf_add_text(out, "--");
		buf_add_text(out, option->name);
		if (option->argument)
			buf_add_char(out, '=');
	}
	buf_add_char(out, '[');
	add_quoted(out, option->help, ":[]");
	buf_add_char(out, ']');
	if (option->argument)
		zsh_argument(command, option, out);
	buf_add_char(out, '\'');
}

static void zsh_completion(const struct cli_command *command, struct buf *out)
{
	buf_add_text(out, "#compdef ");
	buf_add_text(out, command->name);
	buf_add_text(out, "\n" ORIGIN "_arguments -s -S");
	for (const struct option_def *option = command->options; option->name; option++) {
		if (!is_offered(option))
			continue;
		if (option->key)
			zsh_spec(command, option, true, out);
		zsh_spec(command, option, false, out);
	}
	if (command->operands) {
		buf_add_text(out, " \\\n\t'*::");
		buf_add_text(out, command->operands);
		buf_add_text(out, "'");
	}
	buf_add_char(out, '\n');
}

static void fish_argument(const struct cli_command *command, const struct option_def *option,
			  struct buf *out)
{
	buf_add_text(out, option->hint == OPTION_HINT_FILE ? " -r" : " -x");
	if (option->choices) {
		buf_add_text(out, " -a '");
		add_choices(option, out);
		buf_add_char(out, '\'');
	} else if (option->hint == OPTION_HINT_COLUMNS) {
		buf_add_text(out, " -a '(__fish_append , ");
		add_column_keys(command, out);
		buf_add_text(out, ")'");
	} else if (option->hint == OPTION_HINT_NETNS) {
		buf_add_text(out, " -a '(path basename /run/netns/*)'");
	}
}

static void fish_completion(const struct cli_command *command, struct buf *out)
{
	buf_add_text(out, ORIGIN "complete -c ");
	buf_add_text(out, command->name);
	buf_add_text(out, " -f\n");
	for (const struct option_def *option = command->options; option->name; option++) {
		if (!is_offered(option))
			continue;
		buf_add_text(out, "complete -c ");
		buf_add_text(out, command->name);
		if (option->key) {
			buf_add_text(out, " -s ");
			buf_add_char(out, (char)option->key);
		}
		buf_add_text(out, " -l ");
		buf_add_text(out, option->name);
		if (option->argument)
			fish_argument(command, option, out);
		buf_add_text(out, " -d '");
		add_quoted(out, option->help, "");
		buf_add_text(out, "'\n");
	}
}

/* Write the completion script of @shell: "bash", "zsh" or "fish".
 *
 * Return: 0, or -EINVAL for another shell.
 */
int cli_dump_completion(const struct cli_command *command, const char *shell, struct buf *out)
{
	if (strcmp(shell, "bash") == 0)
		bash_completion(command, out);
	else if (strcmp(shell, "zsh") == 0)
		zsh_completion(command, out);
	else if (strcmp(shell, "fish") == 0)
		fish_completion(command, out);
	else
		return -EINVAL;
	return 0;
}
