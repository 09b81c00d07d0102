// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CLI_CLI_H
#define NETSONDE_CLI_CLI_H

#include "base/buf.h"
#include "base/column.h"
#include "base/err.h"
#include "base/option.h"

#define CLI_OPTIONS_MAX 128

/* Exit status (netsyn maps these to the monitoring plugins' ones). */
enum cli_exit {
	CLI_EXIT_OK = 0,      /* listed; answered yes */
	CLI_EXIT_NO = 1,      /* what was named matched nothing; answered no */
	CLI_EXIT_TROUBLE = 2, /* usage or system error, a failed write included */
};

/* Columns of something else that a command shows. */
struct cli_columns {
	const char *of; /* what they are of: "look-ups"; NULL ends a list */
	const struct column *columns;
};

/* An option that hands trained on another command type, and what to tell them. */
struct cli_habit {
	const char *option; /* "-K", "--events"; NULL ends a list */
	const char *instead;
};

/* What a command is, for its --help, completions and checks. */
struct cli_command {
	const char *name;
	const char *usage;   /* the lines after "Usage: ", each with the command's name */
	const char *summary; /* one line */
	const char
		*operands; /* what completes where no option stands: a shell-neutral word or NULL */
	const struct option_def *options;
	const struct cli_habit *habits;		/* not among the options; NULL for none */
	const struct column *columns;		/* of --columns, NULL for none */
	const struct cli_columns *more_columns; /* of other modes, NULL for none */
	int trouble; /* exit status of usage and system errors; 0: CLI_EXIT_TROUBLE */
};

enum cli_outcome {
	CLI_RUN,  /* go on: operands start at cli_parse()'s *first */
	CLI_DONE, /* --help or the like was answered on the buf */
};

int cli_parse(const struct cli_command *command, int argc, char **argv, void *settings, int *first,
	      struct buf *out, struct err *err);
void cli_help(const struct cli_command *command, struct buf *out);
void cli_version(const struct cli_command *command, struct buf *out);
void cli_dump_options(const struct cli_command *command, struct buf *out);
void cli_dump_columns(const struct cli_command *command, struct buf *out);
int cli_dump_completion(const struct cli_command *command, const char *shell, struct buf *out);

#endif
