// SPDX-License-Identifier: GPL-2.0-or-later
/* To whichever layout is in force: ping's for one host, fping's for several, or our own. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "explain.h"
#include "netping.h"
#include "own.h"

/* In a flood that nobody watches, lines leave when there are so many bytes of them. */
#define FLOOD_BYTES (BUF_SIZE / 2)

/* Whether probes have lines of their own. */
static bool shows_probes(const struct run *run)
{
	return !run->settings.quiet && settings_is_habit(&run->settings);
}

/* Begin the output.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int tell_begin(struct run *run, struct err *err)
{
	if (!settings_is_habit(&run->settings))
		return run->settings.prometheus ? 0 : own_begin(run, err);
	if (run->settings.live && live_begin(run, err) < 0)
		return -E2BIG;
	if (run->explain)
		explain_write(run);
	if (!run->is_several)
		habit_begin(run);
	return 0;
}

/* A probe to the one host goes out. */
void tell_launch(struct run *run)
{
	if (shows_probes(run) && run->settings.flood)
		habit_launch(run);
}

/* A reply came. */
void tell_reply(struct run *run, const struct reply *reply)
{
	explain_settle(run, reply->rtt.local_delay_ns);
	run->live_has_news = run->settings.live;
	if (!settings_is_habit(&run->settings))
		own_reply(run, reply);
	else if (run->settings.live)
		return;
	else if (run->is_several)
		sweep_reply(run, reply);
	else
		habit_reply(run, reply);
}

/* No answer came to the probe in @slot. */
void tell_loss(struct run *run, const struct slot *slot)
{
	explain_settle(run, UINT64_MAX);
	run->live_has_news = run->settings.live;
	if (!settings_is_habit(&run->settings))
		own_loss(run, slot);
	else if (!shows_probes(run))
		return;
	else if (run->is_several)
		sweep_loss(run, slot);
	else if (run->settings.outstanding)
		habit_loss(run, slot);
}

/* An ICMP error, or a redirect, came about the probe in @slot. */
void tell_error(struct run *run, const struct slot *slot, const struct probe_event *event)
{
	explain_settle(run, UINT64_MAX);
	run->live_has_news = run->settings.live;
	if (!settings_is_habit(&run->settings))
		own_error(run, slot, event);
	else if (!shows_probes(run))
		return;
	else if (run->is_several)
		sweep_error(run, slot, event);
	else
		habit_error(run, slot, event);
}

/* A probe to @target could not be sent: @code, an errno, says why. */
void tell_unsent(struct run *run, struct target *target, int code)
{
	char text[TARGET_NAME_SIZE];

	explain_settle(run, UINT64_MAX);
	run->live_has_news = run->settings.live;
	if (run->settings.live || (run->is_several && target->told))
		return;
	target->told = run->is_sweep;
	if (!run->is_several && !run->settings.quiet && run->settings.flood)
		buf_add_char(&run->out, 'E');
	else if (!run->is_several && !run->settings.quiet)
		cli_message("netping", "sendmsg: %s", strerror(code));
	else if (run->is_several)
		cli_message("netping", "%s: error while sending ping: %s",
			    target_name(run, target, text), strerror(code));
}

/* The fate of a host of a sweep is known. */
void tell_settled(struct run *run, struct target *target)
{
	if (settings_is_habit(&run->settings))
		sweep_settled(run, target);
}

/* How things stand, because SIGQUIT came. */
void tell_short(struct run *run)
{
	if (!run->settings.live)
		habit_short(run);
}

/* Let what was collected go.
 *
 * Return: 0, or the -errno of a failed write.
 */
int tell_flush(struct run *run)
{
	if (run->settings.live)
		live_draw(run, false);
	if (run->out.length == 0)
		return run->out.error;
	if (run->settings.flood && run->out.length < FLOOD_BYTES && !run->is_terminal)
		return 0;
	return buf_flush(&run->out);
}

/* The run is over. */
void tell_end(struct run *run)
{
	explain_settle(run, UINT64_MAX);
	if (run->settings.live)
		live_draw(run, true);
	for (int i = 0; i < 2; i++)
		for (unsigned int j = 0; j < run->flights[i].socket_count; j++)
			run->local_drops += icmp_drops(&run->flights[i].sockets[j]);
	if (run->settings.prometheus)
		prometheus_end(run);
	else if (!settings_is_habit(&run->settings))
		own_end(run);
	else if (run->is_several)
		sweep_end(run);
	else
		habit_end(run);
}
