// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guard tells and what it only counts. An attacker who repeats himself, or makes
 * thousands of stations up, must neither flood the reader nor push the grave out with the
 * trivial: the same of the same address is told every ten seconds at most, and each severity has
 * a budget of its own. What was not told is counted, and the count is told. */
#include "analysis/guard_report.h"

#include <stdio.h>
#include <string.h>

#define SECOND_NS 1000000000u
#define REPEAT_NS (10ull * SECOND_NS)
#define BUDGET 200
#define REFILL_NS (SECOND_NS / 20)

static uint64_t key_of(const struct link_event *event)
{
	uint64_t value = 14695981039346656037u ^ event->kind;

	value = (value ^ event->iface ^ (uint64_t)event->vlan << 32) * 1099511628211u;
	for (size_t i = 0; i < sizeof(event->addr.bytes); i++)
		value = (value ^ event->addr.bytes[i]) * 1099511628211u;
	for (size_t i = 0; event->addr.family == AF_UNSPEC && i < LLADDR_ETHER; i++)
		value = (value ^ event->macs[0].bytes[i]) * 1099511628211u;
	return value ^ value >> 32;
}

static void emit(struct guard *guard, const struct link_event *event)
{
	guard->on_event(event, guard->arg);
}

static void tell_suppressed(struct guard *guard, enum link_severity severity, uint32_t count)
{
	struct link_event event = {
		.time_ns = guard->now_ns,
		.kind = EVENT_SUPPRESSED,
		.severity = (uint8_t)severity,
		.rtt_ns = LINK_EVENT_NO_RTT,
	};

	snprintf(event.evidence, sizeof(event.evidence), "%u events of severity %s were not shown",
		 count, link_severity_names[severity]);
	emit(guard, &event);
}

/* Whether the severity's budget has room for one more. */
static bool spend(struct guard *guard, enum link_severity severity)
{
	struct guard_bucket *bucket = &guard->buckets[severity];
	uint64_t earned;

	if (bucket->time_ns == 0) {
		bucket->time_ns = guard->now_ns;
		bucket->tokens = BUDGET;
	}
	earned =
		guard->now_ns > bucket->time_ns ? (guard->now_ns - bucket->time_ns) / REFILL_NS : 0;
	if (earned > 0) {
		bucket->tokens = earned > BUDGET - bucket->tokens ?
					 BUDGET :
					 bucket->tokens + (uint32_t)earned;
		bucket->time_ns += earned * REFILL_NS;
	}
	if (bucket->tokens == 0) {
		bucket->suppressed++;
		return false;
	}
	bucket->tokens--;
	if (bucket->suppressed > 0) {
		tell_suppressed(guard, severity, bucket->suppressed);
		bucket->suppressed = 0;
	}
	return true;
}

/* Tell @event, or count it if the like of it was told just now or there is too much to tell. What
 * it means for the verdict does not depend on that. */
void guard_report(struct guard *guard, struct link_event *event)
{
	uint64_t key = key_of(event);
	struct guard_limit *limit = &guard->limits[key % GUARD_LIMITS];
	size_t length = strlen(event->evidence);

	event->time_ns = guard->now_ns;
	event->rtt_ns = LINK_EVENT_NO_RTT;
	if (event->severity > guard->worst)
		guard->worst = (enum link_severity)event->severity;
	if (limit->key == key && limit->time_ns && guard->now_ns - limit->time_ns < REPEAT_NS) {
		limit->suppressed++;
		return;
	}
	if (!spend(guard, (enum link_severity)event->severity))
		return;
	if (limit->key == key && limit->suppressed > 0)
		snprintf(event->evidence + length, sizeof(event->evidence) - length,
			 " (%u alike before it not shown)", limit->suppressed);
	else if (limit->suppressed > 0)
		guard->buckets[event->severity].suppressed += limit->suppressed;
	*limit = (struct guard_limit){ .key = key, .time_ns = guard->now_ns };
	emit(guard, event);
}

/* Tell how much was not told. */
void guard_report_rest(struct guard *guard)
{
	uint32_t alike = 0;

	for (size_t i = 0; i < GUARD_LIMITS; i++)
		alike += guard->limits[i].suppressed;
	for (int severity = 0; severity < SEVERITY_COUNT; severity++)
		if (guard->buckets[severity].suppressed > 0)
			tell_suppressed(guard, (enum link_severity)severity,
					guard->buckets[severity].suppressed);
	if (alike > 0) {
		struct link_event event = {
			.time_ns = guard->now_ns,
			.kind = EVENT_SUPPRESSED,
			.rtt_ns = LINK_EVENT_NO_RTT,
		};

		snprintf(event.evidence, sizeof(event.evidence),
			 "%u repetitions within ten seconds were not shown", alike);
		emit(guard, &event);
	}
}
