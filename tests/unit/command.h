// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_COMMAND_H
#define NETSONDE_TESTS_UNIT_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "cli/common.h"

/* A command with an option of every kind, for tests of the option table's readers. */
struct command_settings {
	struct cli_common common;
	bool all, also;
	int depth;
	unsigned int bits;
	int mode; /* 1 fast, 2 slow */
	uint32_t number, period_ms;
	const char *file;
};

extern const struct cli_command command;

#endif
