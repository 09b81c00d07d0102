// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/common.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const cli_color_choices[] = {
	[CLI_COLOR_AUTO] = "auto",
	[CLI_COLOR_ALWAYS] = "always",
	[CLI_COLOR_NEVER] = "never",
	NULL,
};

static const struct palette ansi = {
	.sequence = {
		[TINT_NONE] = "\033[0m",
		[TINT_HEADING] = "\033[1m",
		[TINT_GOOD] = "\033[32m",
		[TINT_NOTICE] = "\033[33m",
		[TINT_BAD] = "\033[31m",
		[TINT_FADED] = "\033[2m",
	},
};

/* Under an older program's name, do as it does: look names up unless -n forbids it, and take --wide
 * for what it was there, a habit's layout in full width. */
void cli_begin_compat(struct cli_common *common)
{
	if (!common->compat)
		return;
	common->resolve = !common->numeric;
	if (common->layout == CLI_LAYOUT_WIDE)
		common->layout = CLI_LAYOUT_HABIT;
}

/* Return: the format of the layout that was asked for; @habit where none was. */
enum table_format cli_format(const struct cli_common *common, enum table_format habit)
{
	switch ((enum cli_layout)common->layout) {
	case CLI_LAYOUT_WIDE:
		return TABLE_ALIGNED;
	case CLI_LAYOUT_JSON:
		return TABLE_JSON;
	case CLI_LAYOUT_NDJSON:
		return TABLE_NDJSON;
	case CLI_LAYOUT_CSV:
		return TABLE_CSV;
	case CLI_LAYOUT_HABIT:
		break;
	}
	return habit;
}

/* The palette for output on @fd: NULL for no colour. With CLI_COLOR_AUTO that is up to the terminal
 * and to NO_COLOR (https://no-color.org). */
const struct palette *cli_palette(int color, int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (color == CLI_COLOR_NEVER)
		return NULL;
	if (color == CLI_COLOR_ALWAYS)
		return &ansi;
	if ((no_color && *no_color) || !term || strcmp(term, "dumb") == 0 || !isatty(fd))
		return NULL;
	return &ansi;
}
