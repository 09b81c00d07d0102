// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

/* The one mutable global of the library: a signal handler has no other way to tell. */
static volatile sig_atomic_t stop_signal, quit_signal;

static void note(int signal_number)
{
	stop_signal = signal_number;
}

static int catch_one(int signal_number)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = (int)SA_RESETHAND }, before;

	if (sigaction(signal_number, NULL, &before) < 0)
		return -errno;
	if (before.sa_handler == SIG_IGN)
		return 0;
	return sigaction(signal_number, &action, NULL) < 0 ? -errno : 0;
}

/* From now on SIGINT and SIGTERM are noted, not obeyed, so that output can be brought to a proper
 * end. The second of them kills as usual. System calls are interrupted. Who started the command
 * with a signal ignored, as shells do in the background, has it stay so.
 *
 * Return: 0 or -errno.
 */
int cli_catch_stop(void)
{
	int ret = catch_one(SIGINT);

	return ret < 0 ? ret : catch_one(SIGTERM);
}

/* Return: the signal that asked the command to stop, 0 if none did. */
int cli_stop_signal(void)
{
	return stop_signal;
}

static void note_quit(int signal_number)
{
	quit_signal = signal_number;
}

/* From now on SIGQUIT is noted, however often it comes: a wish to hear how things stand. It stays
 * ignored for whom it was.
 *
 * Return: 0 or -errno.
 */
int cli_catch_quit(void)
{
	struct sigaction action = { .sa_handler = note_quit }, before;

	if (sigaction(SIGQUIT, NULL, &before) < 0)
		return -errno;
	if (before.sa_handler == SIG_IGN)
		return 0;
	return sigaction(SIGQUIT, &action, NULL) < 0 ? -errno : 0;
}

/* Return: whether SIGQUIT came since the last call. */
bool cli_take_quit(void)
{
	bool came = quit_signal;

	quit_signal = 0;
	return came;
}

/* End the process by @signal_number itself, so that the parent sees what happened. */
void cli_die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}
