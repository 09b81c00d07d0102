// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

/* The one mutable global of the library: a signal handler has no other way to tell. */
static volatile sig_atomic_t stop_signal;

static void note(int signal_number)
{
	stop_signal = signal_number;
}

/* From now on SIGINT and SIGTERM are noted, not obeyed, so that output can be brought to a proper
 * end. The second of them kills as usual. System calls are interrupted.
 *
 * Return: 0 or -errno.
 */
int cli_catch_stop(void)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = (int)SA_RESETHAND };

	if (sigaction(SIGINT, &action, NULL) < 0 || sigaction(SIGTERM, &action, NULL) < 0)
		return -errno;
	return 0;
}

/* Return: the signal that asked the command to stop, 0 if none did. */
int cli_stop_signal(void)
{
	return stop_signal;
}

/* End the process by @signal_number itself, so that the parent sees what happened. */
void cli_die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}
