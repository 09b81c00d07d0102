// SPDX-License-Identifier: GPL-2.0-or-later
/* --live: one line for each host, written over and over. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "netping.h"

/* The eye sees no more. */
#define REDRAW_NS 100000000u

/* Check that every host can have a line of the terminal, with one left for the cursor.
 *
 * Return: 0, or -E2BIG with @err.
 */
int live_begin(struct run *run, struct err *err)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0)
		return 0;
	if (run->targets.count >= size.ws_row)
		return err_set(err, -E2BIG, "--live: %zu hosts on a terminal of %u lines",
			       run->targets.count, size.ws_row);
	return 0;
}

/* Cut off like the summary's, so that both agree. */
static double ms_of(uint64_t ns)
{
	uint64_t us = ns / 1000u;

	return (double)us / 1e3;
}

static void draw_host(struct run *run, const struct target *target)
{
	const struct host_stats *stats = target->stats;
	char text[TARGET_NAME_SIZE];
	const char *name = target_name(run, target, text);
	size_t width = strlen(name);

	buf_add_text(&run->out, "\r\033[2K");
	buf_add_foreign(&run->out, name);
	if (width < run->targets.name_width)
		buf_add_spaces(&run->out, run->targets.name_width - width);
	buf_add_format(&run->out, " : %" PRIu64 " sent, %" PRIu64 " received, %.3g%% loss",
		       stats->loss.transmitted, stats->loss.received, loss_percent(&stats->loss));
	if (stats->rtt.count > 0)
		buf_add_format(&run->out, ", min/avg/ewma/max = %.3f/%.3f/%.3f/%.3f ms",
			       ms_of(stats->rtt.min_ns), ms_of((uint64_t)stats->rtt.mean_ns),
			       ms_of((uint64_t)stats->rtt.ewma_ns), ms_of(stats->rtt.max_ns));
	buf_add_char(&run->out, '\n');
}

static void draw(struct run *run)
{
	/* A line that wrapped would need two steps up. */
	buf_add_text(&run->out, "\033[?7l");
	if (run->live_drawn_ns > 0)
		buf_add_format(&run->out, "\033[%zuA", run->targets.count);
	for (size_t i = 0; i < run->targets.count; i++)
		draw_host(run, &run->targets.list[i]);
	buf_add_text(&run->out, "\033[?7h");
}

/* Return: when the lines are to be written anew, PACE_NEVER if nothing has changed. */
uint64_t live_due(const struct run *run)
{
	return run->live_has_news ? run->live_drawn_ns + REDRAW_NS : PACE_NEVER;
}

/* Write the lines anew if that is due, or if this is the @end. */
void live_draw(struct run *run, bool end)
{
	uint64_t now_ns = clock_mono_ns();

	if (!end && live_due(run) > now_ns)
		return;
	draw(run);
	run->live_drawn_ns = now_ns;
	run->live_has_news = false;
}
