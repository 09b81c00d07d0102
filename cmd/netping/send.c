// SPDX-License-Identifier: GPL-2.0-or-later
/* Sending what is due: to one host at once, to several in batches.
 *
 * Near hosts have answered when the call that sent the probes returns, so what has come is read
 * right after it. If several hosts are to be probed as fast as possible, a second batch goes out by
 * another thread and another socket meanwhile (raw/icmp_hand.h): all else is done here.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>

#include "base/clock.h"
#include "cli/signals.h"
#include "netping.h"

#define MS 1000000u

/* Probes to several hosts that are due within so long go together: it spares waking up. */
#define TOGETHER_NS (10 * MS)

/* A second thread is for so many hosts at least, with so little time between two probes. */
#define HAND_HOSTS 1024
#define HAND_GAP_NS 20000u

/* Return: the flight of the family of @target. */
struct flight *send_flight(struct run *run, const struct target *target)
{
	return &run->flights[target->addr.family == AF_INET6];
}

/* Put a probe to the host @index at the end of its flight and into @batch, sent at @now_ns. */
static void launch(struct run *run, struct batch *batch, size_t index, uint64_t now_ns)
{
	struct target *target = &run->targets.list[index];
	struct flight *flight = send_flight(run, target);
	uint64_t position = flight->next++;
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
	batch->flight = flight;
	batch->socket = flight_socket_of(flight, position);
	icmp_sender_add(&batch->sender, &flight->sockets[batch->socket], &target->addr,
			flight_seq_of(flight, position), token);
}

/* Read all that a socket has. */
void send_receive(struct run *run, struct flight *flight, unsigned int socket)
{
	run->receiving = flight;
	run->receiving_socket = socket;
	icmp_receive(&run->receiver, &flight->sockets[socket], flight->waiting, replies_handle,
		     run);
}

static struct icmp_socket *socket_of(const struct batch *batch)
{
	return &batch->flight->sockets[batch->socket];
}

/* A probe could not be sent: @code, an errno, says why. ping counts it as sent nevertheless. */
static void fail_to_send(struct run *run, struct batch *batch, int code)
{
	uint16_t seq = icmp_sender_skip(&batch->sender);
	uint64_t position;
	struct slot *slot = flight_find(batch->flight, batch->socket, seq, &position);

	run->had_local_error = false;
	send_receive(run, batch->flight, batch->socket);
	if (slot && slot->state == SLOT_WAITING)
		replies_fail(run, slot);
	if (slot && !run->had_local_error)
		tell_unsent(run, &run->targets.list[slot->target], code);
}

/* @ret says how far the first try to send @batch came: try on. If there is no room, wait for it. */
static void flush_rest(struct run *run, struct batch *batch, int ret)
{
	for (; ret < 0; ret = icmp_sender_flush(&batch->sender, socket_of(batch))) {
		struct pollfd poll_fd = { .fd = socket_of(batch)->fd, .events = POLLIN };

		if (ret != -EAGAIN && ret != -ENOBUFS) {
			fail_to_send(run, batch, -ret);
			continue;
		}
		run->addend_us += run->targets.list[0].stats && run->settings.adaptive ?
					  (uint64_t)run->targets.list[0].stats->rtt.ewma_ns / 8000 :
					  0;
		poll(&poll_fd, 1, 1);
		send_receive(run, batch->flight, batch->socket);
		if (cli_stop_signal())
			while (batch->sender.count > 0)
				fail_to_send(run, batch, ENOBUFS);
	}
}

static void flush(struct run *run, struct batch *batch)
{
	flush_rest(run, batch, icmp_sender_flush(&batch->sender, socket_of(batch)));
}

/* Whether the next probe of @flight can go with those of @batch: as long as there is room, and
 * through the same socket. */
static bool fits(const struct batch *batch, const struct flight *flight)
{
	return !flight_is_full(flight) && batch->sender.count < ICMP_BATCH &&
	       (batch->sender.count == 0 ||
		(flight == batch->flight &&
		 flight_socket_of(flight, flight->next) == batch->socket));
}

/* Send all that is due to the one host. */
static void send_single(struct run *run, uint64_t now_ns)
{
	struct flight *flight = send_flight(run, &run->targets.list[0]);
	struct batch *batch = &run->batches[0];

	if (pace_due(run) > now_ns || !fits(batch, flight))
		return;
	while (pace_due(run) <= now_ns && fits(batch, flight)) {
		/* A flood has no transmit stamps: each probe needs a time of its own. */
		if (run->settings.flood)
			now_ns = clock_mono_ns();
		launch(run, batch, 0, now_ns);
		tell_launch(run);
		run->last_sent_ns = now_ns;
		pace_step(run, now_ns);
		if (run->settings.flood)
			flush(run, batch);
	}
	flush(run, batch);
	send_receive(run, flight, batch->socket);
	pace_set_window(run);
	pace_set_end(run, now_ns);
}

/* Collect what is due to several hosts.
 *
 * Return: whether there is anything.
 */
static bool collect(struct run *run, struct batch *batch, uint64_t now_ns)
{
	uint64_t together_ns = run->gap_ns < TOGETHER_NS ? TOGETHER_NS : 0;

	while (pace_due(run) <= now_ns + together_ns) {
		size_t index = pace_peek(run);

		if (index != SIZE_MAX) {
			if (!fits(batch, send_flight(run, &run->targets.list[index])))
				break;
			launch(run, batch, index, now_ns);
			run->next_ns += run->gap_ns;
		}
		pace_take(run);
	}
	return batch->sender.count > 0;
}

/* Send a batch of what is due to several hosts, or two. */
static void send_several(struct run *run, uint64_t now_ns)
{
	struct batch *mine = &run->batches[0], *other = &run->batches[1];
	bool is_shared;

	/* Time that was lost is not made up for by a burst. */
	if (run->next_ns + 2 * TOGETHER_NS < now_ns)
		run->next_ns = now_ns;
	if (pace_due(run) > now_ns || !collect(run, mine, now_ns))
		return;
	is_shared = run->hand.is_started && collect(run, other, now_ns);
	if (is_shared)
		icmp_hand_send(&run->hand, &other->sender, socket_of(other));
	flush(run, mine);
	send_receive(run, mine->flight, mine->socket);
	if (is_shared) {
		flush_rest(run, other, icmp_hand_wait(&run->hand));
		send_receive(run, other->flight, other->socket);
	}
	run->last_sent_ns = now_ns;
}

/* Whether a second thread is of use: for many hosts at a rate that one thread may not reach. */
bool send_wants_hand(const struct run *run)
{
	cpu_set_t processors;

	return run->is_several && run->targets.count >= HAND_HOSTS &&
	       pace_gap_ns(run) <= HAND_GAP_NS &&
	       sched_getaffinity(0, sizeof(processors), &processors) == 0 &&
	       CPU_COUNT(&processors) > 1;
}

/* Send what is due at @now_ns, and read what has come by then. */
void send_due(struct run *run, uint64_t now_ns)
{
	if (run->is_several)
		send_several(run, now_ns);
	else
		send_single(run, now_ns);
}
