// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of a probe: what comes back is held against what was sent, and counted.
 *
 * A reply counts if its identifier and sequence number are those of a probe, if it comes from where
 * that went, and if it carries the token that only this run could have made for it. The time a
 * probe left is known here alone; nothing in a reply is believed.
 */
#include <errno.h>
#include <string.h>

#include "cli/message.h"
#include "netping.h"

/* A bijection that scatters its input over all bits (the finalizer of MurmurHash3). */
static uint64_t scatter(uint64_t value)
{
	value = (value ^ value >> 33) * 0xff51afd7ed558ccdu;
	value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53u;
	return value ^ value >> 33;
}

/* Make the ICMP_TOKEN_SIZE bytes that the probe at @position carries, in this run and no other. */
void replies_token(const struct run *run, uint64_t position, uint8_t *token)
{
	uint64_t words[2];

	words[0] = scatter(run->secret[0] + position);
	words[1] = scatter(run->secret[1] ^ scatter(words[0]));
	memcpy(token, words, ICMP_TOKEN_SIZE);
}

/* Whether as much of the token as there is in @payload is that of @position. */
static bool has_token(const struct run *run, uint64_t position, const uint8_t *payload,
		      size_t length)
{
	uint8_t token[ICMP_TOKEN_SIZE];
	size_t size = run->settings.size < ICMP_TOKEN_SIZE ? run->settings.size : ICMP_TOKEN_SIZE;

	replies_token(run, position, token);
	return memcmp(token, payload, length < size ? length : size) == 0;
}

/* Whether @from is where @target's probes went: :: is this host by any address, and without a zone
 * the kernel chose the link. */
static bool is_from_target(const struct run *run, const struct target *target,
			   const struct addr *from)
{
	struct addr unscoped = *from;

	if (run->is_multicast || addr_equal(&target->addr, from) || addr_is_any(&target->addr))
		return true;
	unscoped.zone = 0;
	return target->addr.zone == 0 && addr_equal(&target->addr, &unscoped);
}

static struct rtt time_reply(const struct slot *slot, const struct probe_event *event)
{
	struct rtt_stamps stamps = {
		.sent_mono_ns = slot->sent_ns,
		.received_mono_ns = event->read_mono_ns,
		.sent_real_ns = event->read_real_ns - (event->read_mono_ns - slot->sent_ns),
		.kernel_sent_ns = slot->kernel_sent_ns,
		.kernel_received_ns = event->stamp_ns,
		.hardware_sent_ns = slot->hardware_sent_ns,
		.hardware_received_ns = event->hardware_ns,
	};

	return rtt_choose(&stamps);
}

static bool data_differs(const struct run *run, const struct probe_event *event)
{
	size_t size = run->settings.size;

	return size > ICMP_TOKEN_SIZE && event->payload_length >= size &&
	       memcmp(event->payload + ICMP_TOKEN_SIZE, run->data + ICMP_TOKEN_SIZE,
		      size - ICMP_TOKEN_SIZE) != 0;
}

/* Count @reply for one host, or for all of them together. */
static void count_reply(struct host_stats *stats, const struct reply *reply, bool was_lost)
{
	struct loss *loss = &stats->loss;

	if (reply->flags & PROBE_OTHER_SOURCE) {
		loss->other_source++;
		return;
	}
	if (reply->flags & PROBE_CORRUPT)
		loss->corrupt++;
	if (reply->event->is_corrupt)
		return;
	if (reply->flags & PROBE_DUP) {
		loss->duplicates++;
		return;
	}
	if (reply->flags & PROBE_REORDERED)
		loss->reordered++;
	loss->received++;
	if (was_lost && loss->unanswered > 0)
		loss->unanswered--;
}

/* What this host's statistics have to know besides. */
static void count_order(const struct run *run, struct host_stats *stats, const struct reply *reply)
{
	uint64_t pipe = stats->loss.transmitted - reply->number + 1;

	if (reply->event->is_corrupt || reply->flags & PROBE_OTHER_SOURCE)
		return;
	/* A burst of a flood is read when all of it is sent: ping would have had one by one. */
	if (pipe > run->settings.preload && run->window > run->settings.preload)
		pipe = run->settings.preload;
	if (pipe > stats->pipe)
		stats->pipe = pipe;
	if (reply->number > stats->highest)
		stats->highest = reply->number;
	if (stats->results && !(reply->flags & PROBE_DUP))
		stats->results[reply->number - 1] = reply->rtt.rtt_ns;
}

static void settle(struct run *run, struct target *target, enum target_state state)
{
	if (!run->is_sweep || target->state != TARGET_WAITING)
		return;
	target->state = (uint8_t)state;
	run->unfinished--;
	tell_settled(run, target);
}

static unsigned int judge(const struct run *run, const struct slot *slot,
			  const struct target *target, const struct probe_event *event)
{
	unsigned int flags = 0;

	if (!is_from_target(run, target, &event->from))
		flags |= PROBE_OTHER_SOURCE;
	if (event->is_corrupt || data_differs(run, event))
		flags |= PROBE_CORRUPT;
	if (event->payload_length < run->settings.size)
		flags |= PROBE_TRUNCATED;
	if (slot->state == SLOT_ANSWERED)
		flags |= PROBE_DUP;
	else if (slot->state != SLOT_WAITING)
		flags |= PROBE_LATE;
	if (!(flags & PROBE_DUP) && target->stats && slot->number < target->stats->highest)
		flags |= PROBE_REORDERED;
	return flags;
}

static void on_reply(struct run *run, struct slot *slot, const struct probe_event *event)
{
	struct target *target = &run->targets.list[slot->target];
	bool with_quantiles = settings_wants_quantiles(&run->settings);
	struct reply reply = {
		.event = event,
		.target = target,
		.number = slot->number,
		.rtt = time_reply(slot, event),
		.flags = judge(run, slot, target, event),
	};
	bool was_lost = slot->state == SLOT_LOST || slot->state == SLOT_FAILED;
	bool counts = !event->is_corrupt && !(reply.flags & PROBE_OTHER_SOURCE);

	if (run->is_several)
		count_reply(&run->total, &reply, was_lost);
	if (target->stats) {
		count_reply(target->stats, &reply, was_lost);
		count_order(run, target->stats, &reply);
	}
	if (counts && run->is_several)
		stats_add(&run->total, &reply, false);
	if (counts && target->stats)
		stats_add(target->stats, &reply, with_quantiles);
	if (counts && slot->state != SLOT_ANSWERED) {
		if (slot->state == SLOT_WAITING)
			run->receiving->waiting--;
		slot->state = SLOT_ANSWERED;
		if (run->is_sweep && target->state == TARGET_WAITING)
			target->rtt_ns = reply.rtt.rtt_ns;
	}
	if (reply.rtt.clock == PROBE_CLOCK_HARDWARE && !run->told_hardware) {
		run->told_hardware = true;
		if (run->settings.verbose)
			cli_message("netping", "stamps of the network device");
	}
	tell_reply(run, &reply);
	if (counts)
		settle(run, target, TARGET_ALIVE);
}

/* An ICMP error says that this probe will not be answered. */
static void on_error(struct run *run, struct slot *slot, const struct probe_event *event)
{
	struct host_stats *stats = run->targets.list[slot->target].stats;

	if (slot->state != SLOT_WAITING && slot->state != SLOT_LOST)
		return;
	run->total.loss.errors++;
	if (stats) {
		stats->loss.errors++;
		if (slot->number > stats->highest)
			stats->highest = slot->number;
		if (event->dest.family == AF_INET &&
		    stats->loss.transmitted - slot->number + 1 > stats->pipe)
			stats->pipe = stats->loss.transmitted - slot->number + 1;
	}
	if (slot->state == SLOT_WAITING)
		replies_fail(run, slot);
	tell_error(run, slot, event);
}

static void on_local_error(struct run *run, const struct probe_event *event)
{
	run->had_local_error = true;
	run->total.loss.errors++;
	if (run->targets.list[0].stats)
		run->targets.list[0].stats->loss.errors++;
	if (run->settings.quiet)
		return;
	if (event->code_errno == EMSGSIZE)
		cli_message("netping", "local error: message too long, mtu%s%u",
			    run->targets.list[0].addr.family == AF_INET ? "=" : ": ", event->info);
	else
		cli_message("netping", "local error: %s", strerror(event->code_errno));
}

/* What a socket has to say, to be given to icmp_receive() with the run. */
void replies_handle(const struct probe_event *event, void *arg)
{
	struct run *run = arg;
	uint64_t position;
	struct slot *slot;

	if (event->kind == PROBE_LOCAL_ERROR) {
		on_local_error(run, event);
		return;
	}
	slot = flight_find(run->receiving, run->receiving_socket, event->seq, &position);
	if (!slot)
		return;
	if (event->kind == PROBE_SENT) {
		/* Each comes in a message of its own. */
		if (event->stamp_ns)
			slot->kernel_sent_ns = event->stamp_ns;
		if (event->hardware_ns)
			slot->hardware_sent_ns = event->hardware_ns;
		return;
	}
	if (!has_token(run, position, event->payload, event->payload_length))
		return;
	if (event->kind == PROBE_REPLY)
		on_reply(run, slot, event);
	else if (!addr_equal(&event->dest, &run->targets.list[slot->target].addr))
		return;
	else if (event->kind == PROBE_ERROR)
		on_error(run, slot, event);
	else
		tell_error(run, slot, event);
}

/* The probe in @slot, which waits, is not waited for any longer. */
static void end_waiting(struct run *run, struct slot *slot, enum slot_state state)
{
	struct target *target = &run->targets.list[slot->target];

	slot->state = (uint8_t)state;
	send_flight(run, target)->waiting--;
	run->total.loss.unanswered++;
	if (target->stats)
		target->stats->loss.unanswered++;
}

/* No answer came in time to the probe in @slot. */
void replies_give_up(struct run *run, struct slot *slot)
{
	end_waiting(run, slot, SLOT_LOST);
	tell_loss(run, slot);
}

/* The probe in @slot cannot be answered any more. */
void replies_fail(struct run *run, struct slot *slot)
{
	end_waiting(run, slot, SLOT_FAILED);
}

/* In a sweep: the probe in @slot is over. Try its host again, or tell that it is unreachable. */
void replies_retry(struct run *run, const struct slot *slot)
{
	struct target *target = &run->targets.list[slot->target];

	if (!run->is_sweep || target->state != TARGET_WAITING || slot->number != target->sent)
		return;
	if (target->sent > run->settings.retries || target->told) {
		settle(run, target, TARGET_UNREACHABLE);
		return;
	}
	run->retry[(run->retry_head + run->retry_count) % run->targets.count] = slot->target;
	run->retry_count++;
}
