// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose turn it is, and when.
 *
 * One host is probed as ping does it: at its interval, or in a flood as soon as a reply is there.
 * Several hosts are probed in rounds, with so many a second in all; a sweep has one round, and
 * tries again those that stayed silent.
 */
#include "base/clock.h"
#include "netping.h"

#define MS 1000000u

/* ping's: without replies a flood sends as often as this; the wait for the last replies. */
#define FLOOD_GAP_NS (10 * MS)
#define LINGER_NS (10000ull * MS)

/* How many probes a flood sends for one when replies come at once. */
#define FLOOD_BURST 8

/* Lost time, when this process was not woken, is made up for if it is not more. */
#define CATCH_UP_NS (100 * MS)

/* How long a reply may take, unless -W says so. */
#define SWEEP_TIMEOUT_NS (500ull * MS)
#define TIMEOUT_NS (1000ull * MS)

static struct loss *loss_of(const struct run *run)
{
	return &run->targets.list[0].stats->loss;
}

static uint64_t unacknowledged(const struct run *run)
{
	const struct host_stats *stats = run->targets.list[0].stats;

	return stats->loss.transmitted - stats->highest;
}

static bool single_has_sent_all(const struct run *run)
{
	const struct settings *settings = &run->settings;

	return settings->count && loss_of(run)->transmitted >= settings->count &&
	       !settings->deadline_ms;
}

/* ping adapts to the smoothed round trip: that, and what was added when the device was full. */
static void single_adapt(struct run *run)
{
	const struct rtt_stats *rtt = &run->targets.list[0].stats->rtt;
	uint64_t ms;

	if (!run->settings.adaptive || rtt->count == 0)
		return;
	ms = ((uint64_t)rtt->ewma_ns / 1000 + run->addend_us + 500) / 1000;
	if (!run->is_root && ms < USER_INTERVAL_MS)
		ms = USER_INTERVAL_MS;
	run->interval_ns = ms * MS;
	run->next_ns = run->last_sent_ns + run->interval_ns;
}

/* When the next probe to the one host is due. */
static uint64_t single_due(struct run *run)
{
	single_adapt(run);
	if (single_has_sent_all(run))
		return PACE_NEVER;
	if (run->interval_ns > 0)
		return run->next_ns;
	if (unacknowledged(run) < run->window)
		return 0;
	return run->last_sent_ns + FLOOD_GAP_NS;
}

/* The replies to what was sent have just been looked for. If all were there already, this host's
 * own system calls are what takes time, and a flood spares some of them by sending a few more
 * probes before it looks; as soon as a reply has to be waited for, it is ping's flood again. */
void pace_set_window(struct run *run)
{
	uint64_t least = run->settings.preload;

	if (!run->settings.flood || run->interval_ns > 0 || unacknowledged(run) > 0)
		run->window = least;
	else if (run->window < least * FLOOD_BURST)
		run->window *= 2;
}

/* The one host got a probe at @now_ns: when is the next one due? */
void pace_step(struct run *run, uint64_t now_ns)
{
	uint64_t slack = run->interval_ns * run->settings.preload;

	if (slack < CATCH_UP_NS)
		slack = CATCH_UP_NS;
	if (loss_of(run)->transmitted >= run->settings.preload)
		run->next_ns += run->interval_ns;
	/* What could not be sent for long is not made up for at once. */
	if (run->next_ns + slack < now_ns)
		run->next_ns = now_ns;
}

/* After the last probe: how long its reply is waited for. */
void pace_set_end(struct run *run, uint64_t now_ns)
{
	const struct rtt_stats *rtt = &run->targets.list[0].stats->rtt;
	uint64_t wait_ns = LINGER_NS;

	if (run->end_ns != PACE_NEVER || !single_has_sent_all(run))
		return;
	if (run->settings.timeout_ms != UNSET)
		wait_ns = (uint64_t)run->settings.timeout_ms * MS;
	else if (rtt->count)
		wait_ns = 2 * rtt->max_ns > run->interval_ns ? 2 * rtt->max_ns : run->interval_ns;
	run->end_ns = now_ns + wait_ns;
}

static bool single_is_done(const struct run *run)
{
	const struct settings *settings = &run->settings;
	const struct loss *loss = loss_of(run);

	if (settings->first_reply && loss->received)
		return true;
	if (settings->deadline_ms && loss->errors)
		return true;
	return settings->count && loss->received + loss->errors >= settings->count;
}

static uint64_t rounds(const struct run *run)
{
	if (run->is_sweep)
		return 1;
	if (run->settings.loop || (run->settings.live && !run->settings.count))
		return PACE_NEVER;
	return run->settings.table_count ? run->settings.table_count : run->settings.count;
}

/* When the next probe of several hosts is due. */
static uint64_t several_due(const struct run *run)
{
	if (run->round < rounds(run)) {
		uint64_t round_ns = run->start_ns + run->round * run->interval_ns;

		if (run->turn == 0 && !run->is_sweep && round_ns > run->next_ns)
			return round_ns;
		return run->next_ns;
	}
	return run->retry_count > 0 ? run->next_ns : PACE_NEVER;
}

/* Return: the index of the host whose turn it is, SIZE_MAX if it needs no probe any more. */
size_t pace_peek(const struct run *run)
{
	size_t index;

	if (run->round < rounds(run))
		return run->turn;
	index = run->retry[run->retry_head];
	return run->targets.list[index].state == TARGET_WAITING ? index : SIZE_MAX;
}

/* The turn of pace_peek() is taken. */
void pace_take(struct run *run)
{
	if (run->round < rounds(run)) {
		if (++run->turn == run->targets.count) {
			run->turn = 0;
			run->round++;
		}
		return;
	}
	run->retry_head = (run->retry_head + 1) % run->targets.count;
	run->retry_count--;
}

static bool several_is_done(const struct run *run)
{
	if (run->settings.first_reply && run->total.loss.received)
		return true;
	if (run->is_sweep)
		return run->unfinished == 0;
	return run->round >= rounds(run) && run->flights[0].waiting + run->flights[1].waiting == 0;
}

/* Return: the time between two probes to several hosts. */
uint64_t pace_gap_ns(const struct run *run)
{
	uint32_t rate = run->settings.rate == UNSET ? RATE_DEFAULT : run->settings.rate;

	return rate > 0 ? 1000000000u / rate : 0;
}

/* Begin: from now on time counts. */
void pace_begin(struct run *run)
{
	const struct settings *settings = &run->settings;

	run->interval_ns = (uint64_t)settings->interval_ms * MS;
	run->window = settings->preload;
	run->gap_ns = pace_gap_ns(run);
	run->timeout_ns = run->is_sweep ? SWEEP_TIMEOUT_NS : TIMEOUT_NS;
	if (!run->is_several && run->interval_ns > run->timeout_ns)
		run->timeout_ns = run->interval_ns;
	if (settings->timeout_ms != UNSET)
		run->timeout_ns = (uint64_t)settings->timeout_ms * MS;
	run->start_ns = run->next_ns = run->last_sent_ns = clock_mono_ns();
	run->end_ns = PACE_NEVER;
}

/* Return: when the next probe is due, PACE_NEVER if none is for now. */
uint64_t pace_due(struct run *run)
{
	return run->is_several ? several_due(run) : single_due(run);
}

/* Whether there is no more to be done. */
bool pace_is_done(const struct run *run)
{
	return run->is_several ? several_is_done(run) : single_is_done(run);
}
