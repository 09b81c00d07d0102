// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CLI_COMMON_H
#define NETSONDE_CLI_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/format.h"
#include "base/option.h"
#include "base/palette.h"

/* How a listing is written: the habit's layout unless another one is asked for. */
enum cli_layout {
	CLI_LAYOUT_HABIT,
	CLI_LAYOUT_WIDE,
	CLI_LAYOUT_JSON,
	CLI_LAYOUT_NDJSON,
	CLI_LAYOUT_CSV,
};

enum cli_color {
	CLI_COLOR_AUTO,
	CLI_COLOR_ALWAYS,
	CLI_COLOR_NEVER,
};

/* Whether a wrapper speaks for somebody who typed the name of an older program. */
enum cli_compat {
	CLI_COMPAT_NONE,
	CLI_COMPAT_RUN,	  /* do it, in the older program's ways */
	CLI_COMPAT_CHECK, /* do nothing: only say whether this command line could be run so */
};

/* The settings that every command has; it stands somewhere in the command's own. */
struct cli_common {
	int layout;   /* enum cli_layout */
	int color;    /* enum cli_color */
	int compat;   /* enum cli_compat */
	bool numeric; /* -n was given: of weight where names are the default */
	bool no_header;
	bool resolve;
	const char *columns;
	const char *netns;
	uint32_t watch_ms; /* 0: once */
};

extern const char *const cli_color_choices[];

/* NOLINTBEGIN(bugprone-macro-parentheses): a member takes no parentheses */
#define CLI_COMMON_AT(type, member, field) .offset = offsetof(type, member.field)

/* The rows of an option table for @member, a struct cli_common inside the settings @type. */
#define CLI_FORMAT_OPTIONS(type, member)                                                           \
	{ .name = "wide",                                                                          \
	  .kind = OPTION_SELECT,                                                                   \
	  .max = CLI_LAYOUT_WIDE,                                                                  \
	  .group = "Format",                                                                       \
	  .help = "aligned columns, nothing left out",                                             \
	  CLI_COMMON_AT(type, member, layout) },                                                   \
		{ .key = 'j',                                                                      \
		  .name = "json",                                                                  \
		  .kind = OPTION_SELECT,                                                           \
		  .max = CLI_LAYOUT_JSON,                                                          \
		  .group = "Format",                                                               \
		  .help = "one JSON array",                                                        \
		  CLI_COMMON_AT(type, member, layout) },                                           \
		{ .name = "ndjson",                                                                \
		  .kind = OPTION_SELECT,                                                           \
		  .max = CLI_LAYOUT_NDJSON,                                                        \
		  .group = "Format",                                                               \
		  .help = "a JSON object a line",                                                  \
		  CLI_COMMON_AT(type, member, layout) },                                           \
		{ .name = "csv",                                                                   \
		  .kind = OPTION_SELECT,                                                           \
		  .max = CLI_LAYOUT_CSV,                                                           \
		  .group = "Format",                                                               \
		  .help = "comma-separated values",                                                \
		  CLI_COMMON_AT(type, member, layout) },                                           \
		{ .name = "columns",                                                               \
		  .kind = OPTION_TEXT,                                                             \
		  .argument = "LIST",                                                              \
		  .group = "Format",                                                               \
		  .hint = OPTION_HINT_COLUMNS,                                                     \
		  .help = "these columns, separated by commas",                                    \
		  CLI_COMMON_AT(type, member, columns) },                                          \
		{ .name = "no-header",                                                             \
		  .kind = OPTION_FLAG,                                                             \
		  .group = "Format",                                                               \
		  .help = "leave out the header lines",                                            \
		  CLI_COMMON_AT(type, member, no_header) },                                        \
	{                                                                                          \
		.name = "color", .kind = OPTION_CHOICE, .argument = "WHEN", .group = "Format",     \
		.choices = cli_color_choices, .help = "auto, always, never: colour in --wide",     \
		CLI_COMMON_AT(type, member, color)                                                 \
	}

#define CLI_NAMES_OPTIONS(type, member)                                                            \
	{ .key = 'n',                                                                              \
	  .name = "numeric",                                                                       \
	  .kind = OPTION_FLAG,                                                                     \
	  .group = "Names",                                                                        \
	  .help = "numbers for addresses, ports, users (the default)",                             \
	  CLI_COMMON_AT(type, member, numeric) },                                                  \
	{                                                                                          \
		.name = "resolve", .kind = OPTION_FLAG, .group = "Names",                          \
		.help = "names of hosts, services, users", CLI_COMMON_AT(type, member, resolve)    \
	}

#define CLI_NETNS_OPTION(type, member)                                                             \
	{                                                                                          \
		.name = "netns", .kind = OPTION_TEXT, .argument = "NAME", .group = "General",      \
		.hint = OPTION_HINT_NETNS,                                                         \
		.help = "look at a network namespace: name, /path, pid:N",                         \
		CLI_COMMON_AT(type, member, netns)                                                 \
	}

#define CLI_WATCH_OPTION(type, member)                                                             \
	{                                                                                          \
		.name = "watch", .kind = OPTION_SECONDS, .argument = "SECONDS", .min = 100,        \
		.max = 86400000, .group = "General", .help = "list again and again",               \
		CLI_COMMON_AT(type, member, watch_ms)                                              \
	}

/* Hidden: for the wrappers alone that stand in for older programs. */
#define CLI_COMPAT_OPTIONS(type, member)                                                           \
	{ .name = "compat",                                                                        \
	  .kind = OPTION_SELECT,                                                                   \
	  .max = CLI_COMPAT_RUN,                                                                   \
	  CLI_COMMON_AT(type, member, compat) },                                                   \
	{                                                                                          \
		.name = "compat-check", .kind = OPTION_SELECT, .max = CLI_COMPAT_CHECK,            \
		CLI_COMMON_AT(type, member, compat)                                                \
	}

#define CLI_HELP_OPTIONS                                                                           \
	{ .key = 'h',                                                                              \
	  .name = "help",                                                                          \
	  .kind = OPTION_HELP,                                                                     \
	  .group = "General",                                                                      \
	  .help = "this text" },                                                                   \
		{ .key = 'V',                                                                      \
		  .name = "version",                                                               \
		  .kind = OPTION_VERSION,                                                          \
		  .group = "General",                                                              \
		  .help = "the version" },                                                         \
		{ .name = "dump-options", .kind = OPTION_DUMP, .max = OPTION_DUMP_OPTIONS },       \
		{ .name = "dump-columns", .kind = OPTION_DUMP, .max = OPTION_DUMP_COLUMNS },       \
	{                                                                                          \
		.name = "dump-completion", .kind = OPTION_DUMP, .max = OPTION_DUMP_COMPLETION,     \
		.argument = "SHELL"                                                                \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

void cli_begin_compat(struct cli_common *common);
enum table_format cli_format(const struct cli_common *common, enum table_format habit);
const struct palette *cli_palette(int color, int fd);

#endif
