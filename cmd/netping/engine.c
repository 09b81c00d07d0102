// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens when.
 *
 * Theory of operation: one loop sends what is due (send.c), gives up what has waited too long, and
 * sleeps until the next of these moments or until a socket has something. All moments are absolute,
 * so that no interval drifts, however late the process is woken. Probes of one family stand in a
 * ring in the order they were sent (flight.h); since all of them may take equally long, only the
 * oldest has to be looked at.
 *
 * When which host is due is up to pace.c.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/signals.h"
#include "netping.h"

#define MS 1000000u

/* Read what all sockets have. */
static void receive_all(struct run *run)
{
	for (int i = 0; i < 2; i++)
		for (unsigned int j = 0; j < run->flights[i].socket_count; j++)
			send_receive(run, &run->flights[i], j);
}

/* Move what is over out of the way, in order, and give up what waits since before @now_ns less the
 * timeout. */
static void settle(struct run *run, struct flight *flight, uint64_t now_ns)
{
	while (flight->slots && flight->tail < flight->next) {
		struct slot *slot = flight_at(flight, flight->tail);
		struct host_stats *stats = run->targets.list[slot->target].stats;

		if (slot->state == SLOT_WAITING) {
			if (slot->sent_ns + run->timeout_ns > now_ns)
				break;
			replies_give_up(run, slot);
		}
		if (stats)
			loss_settle(&stats->loss, slot->state == SLOT_ANSWERED);
		loss_settle(&run->total.loss, slot->state == SLOT_ANSWERED);
		flight->tail++;
		replies_retry(run, slot);
	}
}

static uint64_t oldest_deadline(const struct run *run, const struct flight *flight)
{
	if (!flight->slots || flight->tail == flight->next)
		return PACE_NEVER;
	return flight_at(flight, flight->tail)->sent_ns + run->timeout_ns;
}

/* Give up what has waited too long at @now_ns. Its reply may be here already: this process, not the
 * network, may have been late. */
static void expire(struct run *run, uint64_t now_ns)
{
	bool is_late = false;

	for (int i = 0; i < 2; i++) {
		settle(run, &run->flights[i], 0);
		is_late |= oldest_deadline(run, &run->flights[i]) <= now_ns;
	}
	if (!is_late)
		return;
	receive_all(run);
	for (int i = 0; i < 2; i++)
		settle(run, &run->flights[i], now_ns);
}

/* Sleep until a socket has something, or @until_ns, and read what there is. */
static void wait_for(struct run *run, uint64_t until_ns)
{
	struct pollfd fds[2 * FLIGHT_SOCKETS_MAX];
	struct timespec timeout;
	uint64_t now_ns = clock_mono_ns();
	uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	nfds_t count = 0;

	for (int i = 0; i < 2; i++)
		for (unsigned int j = 0; j < run->flights[i].socket_count; j++)
			fds[count++] = (struct pollfd){ .fd = run->flights[i].sockets[j].fd,
							.events = POLLIN };
	timeout = (struct timespec){ .tv_sec = (time_t)(left_ns / 1000000000u),
				     .tv_nsec = (long)(left_ns % 1000000000u) };
	if (ppoll(fds, count, until_ns == PACE_NEVER ? NULL : &timeout, NULL) <= 0)
		return;
	count = 0;
	for (int i = 0; i < 2; i++)
		for (unsigned int j = 0; j < run->flights[i].socket_count; j++)
			if (fds[count++].revents)
				send_receive(run, &run->flights[i], j);
}

/* Send what is due, and say when to look again. */
static uint64_t step(struct run *run, uint64_t now_ns)
{
	uint64_t due_ns;

	send_due(run, now_ns);
	due_ns = pace_due(run);
	for (int i = 0; i < 2; i++) {
		uint64_t deadline_ns = oldest_deadline(run, &run->flights[i]);

		if (deadline_ns < due_ns)
			due_ns = deadline_ns;
	}
	if (live_due(run) < due_ns)
		due_ns = live_due(run);
	return due_ns < run->end_ns ? due_ns : run->end_ns;
}

/* Probe until there is no more to do, or somebody says stop.
 *
 * Return: 0, or -errno of a failed write with @err.
 */
int engine_run(struct run *run, struct err *err)
{
	bool is_simple = run->flights[0].socket_count + run->flights[1].socket_count == 1;
	uint64_t deadline_ns = PACE_NEVER, now_ns, wake_ns;
	int ret = 0;

	pace_begin(run);
	/* Without a second thread one has to do. */
	if (run->wants_hand)
		icmp_hand_start(&run->hand);
	if (run->settings.deadline_ms)
		deadline_ns = run->start_ns + (uint64_t)run->settings.deadline_ms * MS;
	for (;;) {
		now_ns = clock_mono_ns();
		expire(run, now_ns);
		/* In front of what may be said of the next probe on standard error. */
		ret = tell_flush(run);
		if (ret < 0 || pace_is_done(run) || now_ns >= run->end_ns)
			break;
		run->is_cut_short = cli_stop_signal() || now_ns >= deadline_ns;
		if (run->is_cut_short)
			break;
		if (cli_take_quit())
			tell_short(run);
		wake_ns = step(run, now_ns);
		ret = tell_flush(run);
		if (ret < 0)
			break;
		if (pace_is_done(run) || (wake_ns <= now_ns && is_simple))
			continue;
		wait_for(run, wake_ns < deadline_ns ? wake_ns : deadline_ns);
	}
	icmp_hand_stop(&run->hand);
	if (ret < 0)
		return err_set(err, ret, "cannot write: %s", strerror(-ret));
	/* What still waits has waited long enough, unless it was cut short; then only what has come
	 * by now counts. */
	if (run->is_cut_short)
		receive_all(run);
	else if (now_ns >= run->end_ns)
		expire(run, PACE_NEVER);
	return 0;
}
