// SPDX-License-Identifier: GPL-2.0-or-later
/* --wire: what arrives is heard between the looks, and counted. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/random.h>

#include "base/clock.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "netsyn.h"

#define NS_PER_MS 1000000u

static void on_syn(const struct syn *syn, void *arg)
{
	syn_tally_add(arg, syn);
}

/* Begin to hear. Everything that takes a privilege has been done before: all are given up here,
 * before a packet is read.
 *
 * Return: 0 or -errno: -EPERM without CAP_NET_RAW.
 */
static int open_wire(struct run *run, struct err *err)
{
	struct syn_ring_settings settings = { .wants_acks = true };
	struct wire *wire = &run->wire;
	uint64_t seed;
	int ret;

	if (run->settings.device) {
		const struct link *link;

		ret = links_load(&run->links, err);
		if (ret < 0)
			return ret;
		link = links_named(&run->links, run->settings.device);
		if (!link)
			return err_set(err, -ENODEV, "%s: no such interface", run->settings.device);
		settings.iface = link->index;
	}
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = clock_real_ns();
	ret = syn_ring_open(&wire->ring, &settings, err);
	if (ret < 0)
		return ret;
	wire->is_open = wire->was_open = true;
	wire->start_ns = clock_mono_ns();
	ret = confine(err);
	if (ret < 0)
		return ret;
	if (syn_tally_init(&wire->tally, seed) < 0)
		return err_set(err, -ENOMEM, "out of memory");
	return 0;
}

/* Give back what wire_consider() took. */
void wire_close(struct run *run)
{
	if (run->wire.is_open)
		syn_ring_close(&run->wire.ring);
	run->wire.is_open = false;
	syn_tally_fini(&run->wire.tally);
}

/* Wait, and count what arrives meanwhile.
 *
 * Return: 0, also if somebody said stop, or -errno.
 */
int wire_wait_until(struct run *run, uint64_t deadline_ns, struct err *err)
{
	struct wire *wire = &run->wire;
	int ret = 0;

	if (!wire->is_open) {
		while (!cli_stop_signal() && clock_sleep_until_ns(deadline_ns) == -EINTR)
			;
		return 0;
	}
	while (ret >= 0 && !cli_stop_signal()) {
		struct pollfd poll_fd = { .fd = wire->ring.fd, .events = POLLIN };
		uint64_t now_ns = clock_mono_ns();

		if (now_ns >= deadline_ns)
			return 0;
		if (poll(&poll_fd, 1, (int)((deadline_ns - now_ns) / NS_PER_MS) + 1) < 0 &&
		    errno != EINTR)
			return err_set(err, -errno, "poll: %s", strerror(errno));
		ret = syn_ring_read(&wire->ring, on_syn, &wire->tally);
	}
	return ret < 0 ? err_set(err, ret, "packets: %s", strerror(-ret)) : 0;
}

/* Remember how many SYNs each target has had in this interval until this look. */
static void mark(struct wire *wire)
{
	struct wire_mark *mark = &wire->marks[wire->mark_count++ % WIRE_MARKS];
	struct syn_tally_report reports[WIRE_MARKED];

	mark->mono_ns = clock_mono_ns();
	mark->count = syn_tally_listeners(&wire->tally, reports, WIRE_MARKED);
	for (size_t i = 0; i < mark->count; i++) {
		mark->targets[i] = reports[i].listener;
		mark->syns[i] = reports[i].syns;
	}
}

/* Whether the counters leave open what only the wire tells: which listener gets the SYNs that are
 * all answered by cookies, or which closed ports those that are answered by RST. */
static bool is_wanted(const struct run *run)
{
	const struct syn_observer *observer = &run->sites[0].observer;
	uint64_t resets = syn_counter_delta(observer->first[0].counters.values[COUNTER_RESETS_SENT],
					    observer->look.counters.values[COUNTER_RESETS_SENT]);

	if (run->settings.wire || observer->look.sysctls[SYN_SYSCTL_COOKIES] == 2)
		return true;
	return resets != COUNTER_UNKNOWN && (double)resets * 3 >= run->settings.thresholds.closed;
}

/* After a look: begin to hear if that was asked for, or if it would help and may be done.
 *
 * Return: 0 or -errno.
 */
int wire_consider(struct run *run, struct err *err)
{
	struct err quiet;
	int ret;

	if (run->wire.is_open)
		mark(&run->wire);
	if (run->wire.was_open || run->wire.is_refused || run->site_count != 1 || !is_wanted(run))
		return 0;
	sites_find_owners(run, true);
	ret = open_wire(run, run->settings.wire ? err : &quiet);
	if (ret == 0 || run->settings.wire)
		return ret;
	wire_close(run);
	run->wire.is_refused = true; /* what nobody asked for is not missed */
	return 0;
}

/* How many SYNs @target had had two seconds ago, in the interval that went on then. */
static uint64_t settled(const struct wire *wire, const struct addr *target)
{
	uint64_t now_ns = clock_mono_ns();
	uint32_t known = wire->mark_count < WIRE_MARKS ? wire->mark_count : WIRE_MARKS;

	for (uint32_t ago = 0; ago < known; ago++) {
		const struct wire_mark *mark =
			&wire->marks[(wire->mark_count - 1 - ago) % WIRE_MARKS];

		if (now_ns - mark->mono_ns < WIRE_SETTLING_NS)
			continue;
		for (size_t i = 0; i < mark->count; i++)
			if (mark->targets[i].port == target->port &&
			    addr_equal(&mark->targets[i], target))
				return mark->syns[i];
		return 0;
	}
	return 0;
}

static uint64_t scaled(uint64_t count, double scale)
{
	return (uint64_t)((double)count * scale + 0.5);
}

static void scale_report(struct syn_tally_report *report, double scale)
{
	report->syns = scaled(report->syns, scale);
	report->completed = scaled(report->completed, scale);
}

/* Add what was heard since the last wire_next() to @facts. */
void wire_report(struct run *run, struct syn_facts *facts)
{
	struct wire *wire = &run->wire;
	uint64_t read, dropped;
	double scale;

	if (!wire->is_open)
		return;
	read = wire->ring.read_weight - wire->read_before;
	dropped = wire->ring.dropped_weight - wire->dropped_before;
	scale = read > 0 ? (double)(read + dropped) / (double)read : 1;
	facts->wire.seconds = (double)(clock_mono_ns() - wire->start_ns) / 1e9;
	facts->wire.lost = read + dropped > 0 ? (double)dropped / (double)(read + dropped) : 0;
	facts->wire.is_sampled = wire->tally.is_sampled || dropped > 0;
	syn_tally_all(&wire->tally, &facts->wire.all);
	scale_report(&facts->wire.all, scale);
	facts->wire.targets = wire->targets;
	facts->wire.target_count =
		(uint32_t)syn_tally_listeners(&wire->tally, wire->targets, SYN_TALLY_LISTENERS);
	for (uint32_t i = 0; i < facts->wire.target_count; i++) {
		wire->settled[i] = settled(wire, &wire->targets[i].listener);
		scale_report(&wire->targets[i], scale);
	}
	facts->wire.settled = wire->settled;
}

/* Take in what has come until now, before it is reported.
 *
 * Return: 0 or -errno.
 */
int wire_settle(struct run *run, struct err *err)
{
	struct wire *wire = &run->wire;
	int ret = 0;

	if (wire->is_open)
		ret = syn_ring_read(&wire->ring, on_syn, &wire->tally);
	return ret < 0 ? err_set(err, ret, "packets: %s", strerror(-ret)) : 0;
}

/* The next interval begins. */
void wire_next(struct run *run)
{
	struct wire *wire = &run->wire;

	if (!wire->is_open)
		return;
	syn_tally_clear(&wire->tally);
	wire->read_before = wire->ring.read_weight;
	wire->dropped_before = wire->ring.dropped_weight;
	wire->start_ns = clock_mono_ns();
}
