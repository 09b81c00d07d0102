// SPDX-License-Identifier: GPL-2.0-or-later
#include "command.h"

#include "sample.h"

#define AT(field) .offset = offsetof(struct command_settings, field)

/* clang-format off */
#define FACT .group = "Facts"
static const struct option_def options[] = {
	{ .key = 'a', .name = "all", .kind = OPTION_FLAG, FACT, .help = "every one", AT(all) },
	{ .name = "also", .kind = OPTION_FLAG, FACT, .help = "without a letter", AT(also) },
	{ .key = 'd', .name = "deeper", .kind = OPTION_COUNT, FACT, .help = "each time",
	  AT(depth) },
	{ .key = '4', .name = "four", .kind = OPTION_BITS, .max = 4, .group = "Bits",
	  .help = "bit 2", AT(bits) },
	{ .key = '1', .name = "one", .kind = OPTION_BITS, .max = 1, .group = "Bits",
	  .help = "bit 0", AT(bits) },
	{ .key = 'f', .name = "fast", .kind = OPTION_SELECT, .max = 1, .group = "Mode",
	  .help = "in a hurry", AT(mode) },
	{ .name = "slow", .kind = OPTION_SELECT, .max = 2, .group = "Mode", .help = "not",
	  AT(mode) },
	{ .key = 'N', .name = "number", .kind = OPTION_NUMBER, .argument = "N", .min = 2,
	  .max = 65535, FACT, .help = "how many [from: 2 on]", AT(number) },
	{ .key = 'p', .name = "period", .kind = OPTION_SECONDS, .argument = "SECONDS", .min = 10,
	  .max = 86400000, FACT, .help = "it's how often", AT(period_ms) },
	{ .name = "file", .kind = OPTION_TEXT, .argument = "FILE", .hint = OPTION_HINT_FILE, FACT,
	  .help = "where from", AT(file) },
	{ .key = 'z', .name = "zero", .kind = OPTION_ACCEPTED, .group = "Peers",
	  .help = "without effect" },
	CLI_NAMES_OPTIONS(struct command_settings, common),
	CLI_FORMAT_OPTIONS(struct command_settings, common),
	CLI_NETNS_OPTION(struct command_settings, common),
	CLI_WATCH_OPTION(struct command_settings, common),
	CLI_HELP_OPTIONS,
	{ .name = NULL },
};
/* clang-format on */

static const struct column other_columns[] = {
	{ "u8", "U8", "another one of that name", COLUMN_U8, .offset = 0 },
	{ "other", "Other", "of another mode", COLUMN_TEXT, .offset = 0 },
	{ .key = NULL },
};

static const struct cli_columns more_columns[] = {
	{ "--other", other_columns },
	{ "--again", other_columns },
	{ .of = NULL },
};

static const struct cli_habit habits[] = {
	{ "-K", "here it is --fast" },
	{ "--every", "here it is -a" },
	{ .option = NULL },
};

const struct cli_command command = {
	.name = "netsample",
	.usage = "netsample [OPTION]... [WORD]...",
	.summary = "Try options.",
	.operands = "_hosts",
	.options = options,
	.habits = habits,
	.columns = sample_columns,
	.more_columns = more_columns,
};
