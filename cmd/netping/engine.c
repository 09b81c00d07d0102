// SPDX-License-Identifier: GPL-2.0-or-later
/* When to send, and when to stop.
 *
 * Theory of operation: one loop sends what is due, gives up what has waited too long, and sleeps
 * until the next of these moments or until a socket has something. All moments are absolute, so
 * that no interval drifts, however late the process is woken. Probes of one family stand in a ring
 * in the order they were sent (flight.h); since all of them may take equally long, only the oldest
 * has to be looked at.
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

/* Probes to several hosts that are due within so long go together: it spares waking up. */
#define TOGETHER_NS (10 * MS)

/* Return: the flight of the family of @target. */
struct flight *engine_flight(struct run *run, const struct target *target)
{
	return &run->flights[target->addr.family == AF_INET6];
}

/* Put a probe to the host @index at the end of its flight, sent at @now_ns. */
static void launch(struct run *run, size_t index, uint64_t now_ns)
{
	struct target *target = &run->targets.list[index];
	struct flight *flight = engine_flight(run, target);
	uint64_t position = flight->next++;
	struct icmp_socket *sock = &flight->sockets[flight_socket_of(flight, position)];
	uint8_t token[ICMP_TOKEN_SIZE];

	*flight_at(flight, position) = (struct slot){
		.sent_ns = now_ns,
		.target = (uint32_t)index,
		.number = ++target->sent,
		.state = SLOT_WAITING,
	};
	flight->waiting++;
	run->total.loss.transmitted++;
	if (target->stats)
		target->stats->loss.transmitted++;
	replies_token(run, position, token);
	icmp_sender_add(&run->sender, sock, &target->addr,
			(uint16_t)(position % FLIGHT_SOCKET_SLOTS), token);
}

static void receive_from(struct run *run, struct flight *flight, unsigned int socket)
{
	run->receiving = flight;
	run->receiving_socket = socket;
	icmp_receive(&run->receiver, &flight->sockets[socket], flight->waiting, replies_handle,
		     run);
}

/* A probe could not be sent: @code, an errno, says why. ping counts it as sent nevertheless. */
static void fail_to_send(struct run *run, struct flight *flight, unsigned int socket, int code)
{
	uint16_t seq = icmp_sender_skip(&run->sender, &flight->sockets[socket]);
	uint64_t position;
	struct slot *slot = flight_find(flight, socket, seq, &position);

	run->had_local_error = false;
	receive_from(run, flight, socket);
	if (slot && slot->state == SLOT_WAITING)
		replies_fail(run, slot);
	if (slot && !run->had_local_error)
		tell_unsent(run, &run->targets.list[slot->target], code);
}

/* Send what was launched, through one socket. If there is no room, wait for it. */
static void flush(struct run *run, struct flight *flight, unsigned int socket)
{
	struct icmp_socket *sock = &flight->sockets[socket];
	int ret;

	while ((ret = icmp_sender_flush(&run->sender, sock)) < 0) {
		struct pollfd poll_fd = { .fd = sock->fd, .events = POLLIN };

		if (ret != -EAGAIN && ret != -ENOBUFS) {
			fail_to_send(run, flight, socket, -ret);
			continue;
		}
		run->addend_us += run->targets.list[0].stats && run->settings.adaptive ?
					  (uint64_t)run->targets.list[0].stats->rtt.ewma_ns / 8000 :
					  0;
		poll(&poll_fd, 1, 1);
		receive_from(run, flight, socket);
		if (cli_stop_signal())
			while (run->sender.count > 0)
				fail_to_send(run, flight, socket, ENOBUFS);
	}
}

/* Send all that is due to the one host. */
static void send_single(struct run *run, uint64_t now_ns)
{
	struct target *target = &run->targets.list[0];
	struct flight *flight = engine_flight(run, target);
	unsigned int socket = flight_socket_of(flight, flight->next);

	if (pace_due(run) > now_ns)
		return;
	while (pace_due(run) <= now_ns && !flight_is_full(flight) &&
	       run->sender.count < ICMP_BATCH && flight_socket_of(flight, flight->next) == socket) {
		launch(run, 0, now_ns);
		tell_launch(run);
		run->last_sent_ns = now_ns;
		pace_step(run, now_ns);
		/* A flood has no transmit stamps: each probe needs a time of its own. */
		if (run->settings.flood) {
			flush(run, flight, socket);
			now_ns = clock_mono_ns();
		}
	}
	flush(run, flight, socket);
	/* From near hosts the replies are there already. */
	receive_from(run, flight, socket);
	pace_set_window(run);
	pace_set_end(run, now_ns);
}

/* Send what is due to several hosts: a batch at most, through one socket. */
static void send_several(struct run *run, uint64_t now_ns)
{
	uint64_t together_ns = run->gap_ns < TOGETHER_NS ? TOGETHER_NS : 0;
	struct flight *flight = NULL;
	unsigned int socket = 0;

	/* Time that was lost is not made up for by a burst. */
	if (run->next_ns + 2 * TOGETHER_NS < now_ns)
		run->next_ns = now_ns;
	if (pace_due(run) > now_ns)
		return;
	while (run->sender.count < ICMP_BATCH && pace_due(run) <= now_ns + together_ns) {
		size_t index = pace_peek(run);
		struct flight *its =
			index == SIZE_MAX ? flight : engine_flight(run, &run->targets.list[index]);

		if (index == SIZE_MAX) {
			pace_take(run);
			continue;
		}
		if (flight_is_full(its))
			break;
		if (flight && (its != flight || flight_socket_of(its, its->next) != socket))
			break;
		flight = its;
		socket = flight_socket_of(its, its->next);
		pace_take(run);
		launch(run, index, now_ns);
		run->next_ns += run->gap_ns;
	}
	if (flight) {
		flush(run, flight, socket);
		receive_from(run, flight, socket);
	}
	run->last_sent_ns = now_ns;
}

/* Give up what has waited too long; what is over moves out of the way, in order. */
static void expire(struct run *run, struct flight *flight, uint64_t now_ns)
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
				receive_from(run, &run->flights[i], j);
}

/* Send what is due, and say when to look again. */
static uint64_t send_due(struct run *run, uint64_t now_ns)
{
	uint64_t due_ns;

	if (run->is_several)
		send_several(run, now_ns);
	else
		send_single(run, now_ns);
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
	if (run->settings.deadline_ms)
		deadline_ns = run->start_ns + (uint64_t)run->settings.deadline_ms * MS;
	for (;;) {
		now_ns = clock_mono_ns();
		for (int i = 0; i < 2; i++)
			expire(run, &run->flights[i], now_ns);
		ret = tell_flush(run);
		if (ret < 0 || pace_is_done(run) || now_ns >= run->end_ns)
			break;
		run->is_cut_short = cli_stop_signal() || now_ns >= deadline_ns;
		if (run->is_cut_short)
			break;
		if (cli_take_quit())
			tell_short(run);
		wake_ns = send_due(run, now_ns);
		if (pace_is_done(run) || (wake_ns <= now_ns && is_simple))
			continue;
		wait_for(run, wake_ns < deadline_ns ? wake_ns : deadline_ns);
	}
	if (ret < 0)
		return err_set(err, ret, "cannot write: %s", strerror(-ret));
	/* What still waits has waited long enough, unless it was cut short. */
	for (int i = 0; i < 2 && !run->is_cut_short && now_ns >= run->end_ns; i++)
		expire(run, &run->flights[i], PACE_NEVER);
	return 0;
}
