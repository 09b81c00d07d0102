// SPDX-License-Identifier: GPL-2.0-or-later
/* What every command's main does around its own work: begin, say why there is nothing to run, list
 * once or again and again, and end with a message and a status. */
#include "cli/run.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "cli/stdio_guard.h"

#define NS_PER_MS 1000000u
#define CLEAR_SCREEN "\033[H\033[2J"

static int trouble(const struct cli_command *command)
{
	return command->trouble ? command->trouble : CLI_EXIT_TROUBLE;
}

/* Before anything else: the locale's characters (no decimal comma: that would break JSON),
 * descriptors 0 to 2 taken, @out on standard output. */
void cli_begin(struct buf *out)
{
	setlocale(LC_CTYPE, "");
	cli_guard_stdio();
	buf_init(out, STDOUT_FILENO);
}

/* There is nothing to run: @ret is CLI_DONE, with the answer to --help or the like on @out, or
 * -errno with @err saying what is wrong with the command line; or a wrapper only asks whether it is
 * good.
 *
 * Return: the exit status.
 */
int cli_not_run(const struct cli_command *command, const struct cli_common *common, int ret,
		struct buf *out, struct err *err)
{
	if (common->compat == CLI_COMPAT_CHECK)
		return ret < 0 ? CLI_EXIT_NO : CLI_EXIT_OK;
	if (ret < 0) {
		cli_message(command->name, "%s (try --help)", err->text);
		return trouble(command);
	}
	ret = buf_flush(out);
	err_set(err, ret, "cannot write: %s", strerror(-ret));
	return cli_conclude(command, ret, err, CLI_EXIT_OK);
}

/* Do @once, and again every common->watch_ms if that was asked for, until it fails or somebody says
 * stop. Periods do not drift. @in_place: text on a terminal takes the place of what was there. CSV
 * has its header line once.
 *
 * Return: 0, or the -errno of @once with @err.
 */
int cli_repeat(struct cli_common *common, bool in_place, struct buf *out, cli_once *once, void *arg,
	       struct err *err)
{
	uint64_t period_ns = (uint64_t)common->watch_ms * NS_PER_MS;
	uint64_t next_ns = clock_mono_ns();
	bool is_text = common->layout == CLI_LAYOUT_HABIT || common->layout == CLI_LAYOUT_WIDE;
	bool clears = period_ns && in_place && is_text && isatty(STDOUT_FILENO);
	int ret;

	do {
		if (clears)
			buf_add_text(out, CLEAR_SCREEN);
		ret = once(arg, err);
		if (common->layout == CLI_LAYOUT_CSV)
			common->no_header = true;
		next_ns += period_ns;
		if (ret == 0 && period_ns && !cli_stop_signal())
			clock_sleep_until_ns(next_ns);
	} while (ret == 0 && period_ns && !cli_stop_signal());
	return ret;
}

/* Tell what went wrong, if anything did. Somebody who reads only the head of a list (-EPIPE) has
 * not been failed and hears nothing.
 *
 * Return: the exit status: @status, or the command's for trouble if @ret is negative.
 */
int cli_conclude(const struct cli_command *command, int ret, const struct err *err, int status)
{
	if (ret < 0 && ret != -EPIPE)
		cli_message(command->name, "%s", err->text);
	return ret < 0 ? trouble(command) : status;
}

/* The last thing in main: a command that was asked to stop ends by that very signal, so that its
 * parent sees what happened.
 *
 * Return: @status.
 */
int cli_end(int status)
{
	if (cli_stop_signal())
		cli_die_of(cli_stop_signal());
	return status;
}
