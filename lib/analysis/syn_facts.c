// SPDX-License-Identifier: GPL-2.0-or-later
/* From looks to facts: what changed between the first look of an interval and the last, and which
 * half-opens of a look two seconds ago are still there. */
#include "analysis/syn_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/syn_observer.h"

/* The least time between the looks that survivors are counted from: two seconds, and looks are not
 * always in time. */
#define SETTLING_NS 1900000000u

/* The look @ago before the last. */
static const struct syn_moment *past(const struct syn_observer *observer, uint32_t ago)
{
	return &observer->past[(observer->all_looks - 1 - ago) % SYN_SURVIVAL_LOOKS];
}

/* How many looks before the last is the latest that is old enough to compare with?
 *
 * Return: that, 0 if none is.
 */
static uint32_t settled_ago(const struct syn_observer *observer)
{
	uint64_t now_ns = past(observer, 0)->mono_ns;

	for (uint32_t ago = 1; ago < observer->all_looks && ago < SYN_SURVIVAL_LOOKS; ago++)
		if (now_ns - past(observer, ago)->mono_ns >= SETTLING_NS)
			return ago;
	return 0;
}

/* Of a SYN queue that is more than half full, the kernel prunes those that were sent three SYN-ACKs
 * or more: seven seconds old, if they come all the time (net/ipv4/inet_connection_sock.c,
 * reqsk_timer_handler()). A flood that fills the queue fast is pruned at once, every seven seconds.
 * They have survived long enough by then; they are not gone because somebody completed them. */
static bool is_pruned(const struct syn_listener *listener)
{
	return listener->capacity != UINT64_MAX && listener->peak * 2 > listener->capacity;
}

static void fill_survivors(struct syn_observer *observer, struct syn_facts *facts, uint32_t ago)
{
	const struct syn_survival *survival = &observer->survival;

	if (ago > 0 && observer->count > 0) {
		syn_survival_between(survival, ago, observer->counts);
		facts->survival_seconds =
			(double)(past(observer, 0)->mono_ns - past(observer, ago)->mono_ns) / 1e9;
	}
	for (size_t i = 0; i < observer->count; i++) {
		const struct syn_survival_count *count = &observer->counts[i];
		struct syn_listener *listener = &observer->listeners[i];
		uint64_t survivors = count->survivors;

		listener->before = listener->survivors = 0;
		listener->survival = NAN;
		if (ago == 0 || count->before == 0)
			continue;
		if (is_pruned(listener))
			survivors += count->gone_old;
		listener->before = count->before << survival->levels[i];
		listener->survivors = survivors << survival->levels[i];
		listener->survival = (double)survivors / (double)count->before;
	}
}

/* The sources of the half-opens, for the listeners that have most of them. */
static void fill_sources(struct syn_observer *observer)
{
	struct syn_tally_report reports[SYN_TALLY_LISTENERS];
	size_t count = syn_tally_listeners(&observer->tally, reports, SYN_TALLY_LISTENERS);

	for (size_t i = 0; i < observer->count; i++) {
		struct syn_listener *listener = &observer->listeners[i];

		listener->sources = (struct syn_tally_report){ 0 };
		for (size_t r = 0; r < count && listener->half_open > 0; r++)
			if (reports[r].listener.port == listener->addr.port &&
			    addr_equal(&reports[r].listener, &listener->addr))
				listener->sources = reports[r];
	}
}

/* Where counting cookies that come back begins, @lag looks later: the oldest look that is
 * remembered, be it of an earlier interval, or the first of a longer interval than that. */
static const struct syn_moment *first_of(const struct syn_observer *observer, uint32_t lag)
{
	uint32_t known =
		observer->all_looks < SYN_SURVIVAL_LOOKS ? observer->all_looks : SYN_SURVIVAL_LOOKS;

	return observer->looks > SYN_SURVIVAL_LOOKS ? &observer->first[lag] :
						      past(observer, known - 1 - lag);
}

/* The most cookies that came back in as long a time as from the first look to the look @ago, but
 * shifted by no look, one, two. */
static uint64_t most_returned(const struct syn_observer *observer, uint32_t ago)
{
	uint64_t most = 0;

	for (uint32_t lag = 0; lag < SYN_OBSERVER_LAGS && lag <= ago; lag++) {
		uint64_t returned = syn_counter_delta(
			first_of(observer, lag)->counters.values[COUNTER_COOKIES_RECV],
			past(observer, ago - lag)->counters.values[COUNTER_COOKIES_RECV]);

		if (returned == COUNTER_UNKNOWN)
			return returned;
		if (returned > most)
			most = returned;
	}
	return most;
}

static void fill_cookies(const struct syn_observer *observer, struct syn_facts *facts, uint32_t ago)
{
	const struct syn_moment *first = first_of(observer, 0), *settled = past(observer, ago);

	facts->settled_sent = facts->settled_recv = COUNTER_UNKNOWN;
	if (ago == 0 || settled->mono_ns <= first->mono_ns)
		return;
	facts->settled_seconds = (double)(settled->mono_ns - first->mono_ns) / 1e9;
	facts->settled_sent = syn_counter_delta(first->counters.values[COUNTER_COOKIES_SENT],
						settled->counters.values[COUNTER_COOKIES_SENT]);
	facts->settled_recv = most_returned(observer, ago);
}

static void fill_deltas(const struct syn_observer *observer, struct syn_facts *facts)
{
	const struct syn_moment *first = &observer->first[0], *last = past(observer, 0);

	facts->seconds = (double)(last->mono_ns - first->mono_ns) / 1e9;
	for (unsigned int i = 0; i < SYN_COUNTER_COUNT; i++)
		facts->deltas[i] = observer->looks > 1 ?
					   syn_counter_delta(first->counters.values[i],
							     last->counters.values[i]) :
					   COUNTER_UNKNOWN;
}

static int by_weight(const void *a, const void *b)
{
	const struct syn_listener *one = a, *other = b;

	if (one->half_open != other->half_open)
		return one->half_open < other->half_open ? 1 : -1;
	if (one->accept_queue != other->accept_queue)
		return one->accept_queue < other->accept_queue ? 1 : -1;
	return (one->addr.port > other->addr.port) - (one->addr.port < other->addr.port);
}

/* Tell what the looks of this interval, at least one, show together. @facts borrows from @observer,
 * until the next look begins; nothing was listened to on the wire. Listeners come in descending
 * order of half-opens. */
void syn_observer_facts(struct syn_observer *observer, struct syn_facts *facts)
{
	uint32_t ago = settled_ago(observer), count = 0;

	*facts = (struct syn_facts){
		.looks = observer->looks,
		.real_ns = observer->look.real_ns,
		.least_resets = observer->least_resets,
		.gaps = observer->gaps,
	};
	memcpy(facts->sysctls, observer->look.sysctls, sizeof(facts->sysctls));
	fill_deltas(observer, facts);
	fill_cookies(observer, facts, ago);
	fill_survivors(observer, facts, ago);
	fill_sources(observer);
	for (size_t i = 0; i < observer->count; i++) {
		const struct syn_listener *listener = &observer->listeners[i];

		if (listener->sockets > 0 || listener->half_open > 0 || listener->deferred > 0)
			observer->sorted[count++] = *listener;
	}
	if (count > 0)
		qsort(observer->sorted, count, sizeof(*observer->sorted), by_weight);
	facts->listeners = observer->sorted;
	facts->listener_count = count;
}
