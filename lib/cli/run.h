// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CLI_RUN_H
#define NETSONDE_CLI_RUN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/common.h"

/* One listing or judgement; @arg is the command's run. 0 or -errno with @err. */
typedef int cli_once(void *arg, struct err *err);

void cli_begin(struct buf *out);
int cli_not_run(const struct cli_command *command, const struct cli_common *common, int ret,
		struct buf *out, struct err *err);
int cli_repeat(struct cli_common *common, bool in_place, struct buf *out, cli_once *once, void *arg,
	       struct err *err);
int cli_conclude(const struct cli_command *command, int ret, const struct err *err, int status);
int cli_end(int status);

#endif
