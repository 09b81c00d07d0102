// SPDX-License-Identifier: GPL-2.0-or-later
/* Theory of operation: a SYN counts for its listener and for its source; the distinct sources, of
 * all and of each of the busiest listeners, go into HyperLogLogs, the frequent ones into
 * Space-Saving. It is also kept as pending, by addresses, ports and sequence number, so that the
 * ACK that completes its handshake is known from all other ACKs, and counts once. */
#include "analysis/syn_tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Prepare to count. @seed should be nobody's to guess: who knows it can make sources look alike.
 *
 * Return: 0 or -ENOMEM.
 */
int syn_tally_init(struct syn_tally *tally, uint64_t seed)
{
	memset(tally, 0, sizeof(*tally));
	tally->seed = seed;
	tally->of_listener = calloc(SYN_TALLY_LISTENERS, sizeof(*tally->of_listener));
	tally->pending = calloc((size_t)SYN_TALLY_SETS * SYN_TALLY_WAYS, sizeof(*tally->pending));
	if (tally->of_listener && tally->pending &&
	    space_saving_init(&tally->listeners, SYN_TALLY_LISTENERS, seed) == 0 &&
	    space_saving_init(&tally->pairs, SYN_TALLY_SOURCES, seed) == 0 &&
	    space_saving_init(&tally->groups, SYN_TALLY_SOURCES, seed) == 0)
		return 0;
	syn_tally_fini(tally);
	return -ENOMEM;
}

void syn_tally_fini(struct syn_tally *tally)
{
	space_saving_fini(&tally->listeners);
	space_saving_fini(&tally->pairs);
	space_saving_fini(&tally->groups);
	free(tally->of_listener);
	free(tally->pending);
	tally->of_listener = NULL;
	tally->pending = NULL;
}

/* Begin to count anew. What is pending stays: a handshake may span two intervals. */
void syn_tally_clear(struct syn_tally *tally)
{
	tally->syns = tally->completed = tally->heard = 0;
	tally->is_sampled = false;
	hyperloglog_clear(&tally->sources);
	space_saving_clear(&tally->listeners);
	space_saving_clear(&tally->pairs);
	space_saving_clear(&tally->groups);
}

/* The first address of the network that the source shares with its neighbours: /24, or /48 of
 * IPv6. */
static struct addr group_of(const struct addr *source)
{
	struct addr group = { .family = source->family };

	memcpy(group.bytes, source->bytes, source->family == AF_INET ? 3 : 6);
	return group;
}

static uint64_t hash_of(const struct syn_tally *tally, const struct syn *syn)
{
	uint64_t numbers =
		(uint64_t)syn->sequence << 32 | (uint32_t)syn->source.port << 16 | syn->dest.port;

	return addr_hash(&syn->dest, addr_hash(&syn->source, tally->seed ^ numbers));
}

/* The oldest of a full set is forgotten; no tag is zero. */
static void remember(uint32_t *set, uint32_t tag)
{
	for (int i = 0; i < SYN_TALLY_WAYS; i++)
		if (set[i] == tag) /* retransmitted */
			return;
	memmove(set + 1, set, (SYN_TALLY_WAYS - 1) * sizeof(*set));
	set[0] = tag;
}

static bool forget(uint32_t *set, uint32_t tag)
{
	for (int i = 0; i < SYN_TALLY_WAYS; i++) {
		if (set[i] != tag)
			continue;
		set[i] = 0;
		return true;
	}
	return false;
}

static void add_ack(struct syn_tally *tally, const struct syn *syn)
{
	const struct space_saving_key key = { .listener = syn->dest };
	/* Both have passed the sampler: SYN and ACK. */
	uint64_t weight = (uint64_t)syn->weight * syn->weight;
	const struct space_saving_item *item = space_saving_find(&tally->listeners, &key);

	tally->completed += weight;
	if (item)
		tally->of_listener[space_saving_index(&tally->listeners, item)].completed += weight;
}

static void add_syn(struct syn_tally *tally, const struct syn *syn)
{
	struct space_saving_key key = { .listener = syn->dest };
	struct syn_tally_listener *of_listener;
	uint64_t hash = addr_hash(&syn->source, tally->seed);
	bool is_new;

	tally->syns += syn->weight;
	tally->heard++;
	tally->is_sampled |= syn->weight > 1;
	hyperloglog_add(&tally->sources, hash);
	of_listener = &tally->of_listener[space_saving_index(
		&tally->listeners,
		space_saving_add(&tally->listeners, &key, syn->weight, &is_new))];
	if (is_new) {
		of_listener->heard = of_listener->completed = 0;
		hyperloglog_clear(&of_listener->sources);
	}
	of_listener->heard++;
	hyperloglog_add(&of_listener->sources, hash);
	key.source = syn->source;
	space_saving_add(&tally->pairs, &key, syn->weight, NULL);
	key.source = group_of(&syn->source);
	space_saving_add(&tally->groups, &key, syn->weight, NULL);
}

/* Count a segment. */
void syn_tally_add(struct syn_tally *tally, const struct syn *syn)
{
	uint64_t hash = hash_of(tally, syn);
	uint32_t *set = tally->pending + (size_t)(hash % SYN_TALLY_SETS) * SYN_TALLY_WAYS;
	uint32_t tag = (uint32_t)(hash >> 32) | 1;

	if (!syn->is_ack) {
		remember(set, tag);
		add_syn(tally, syn);
	} else if (forget(set, tag)) {
		add_ack(tally, syn);
	}
}

/* An estimate may be higher than what can be. */
static double count_sources(const struct hyperloglog *sources, uint64_t heard)
{
	double count = hyperloglog_count(sources);

	return count < (double)heard ? count : (double)heard;
}

/* The busiest source, or group of sources, if it stands out: one SYN does not, and what is counted
 * may be error. */
static void find_top(const struct space_saving *sketch, const struct addr *listener, uint64_t syns,
		     struct addr *source, double *share)
{
	const struct space_saving_item *top;

	if (syns == 0 || space_saving_top(sketch, listener, &top, 1) == 0 ||
	    top->count - top->error < 2)
		return;
	*source = top->key.source;
	source->port = 0;
	*share = (double)(top->count - top->error) / (double)syns;
}

/* Report the busiest listeners.
 *
 * Return: how many of the @room @reports were filled in, the busiest first.
 */
size_t syn_tally_listeners(const struct syn_tally *tally, struct syn_tally_report *reports,
			   size_t room)
{
	const struct space_saving_item *top[SYN_TALLY_LISTENERS];
	size_t count = space_saving_top(&tally->listeners, NULL, top,
					room < SYN_TALLY_LISTENERS ? room : SYN_TALLY_LISTENERS);

	for (size_t i = 0; i < count; i++) {
		const struct addr *listener = &top[i]->key.listener;
		const struct syn_tally_listener *of_listener =
			&tally->of_listener[space_saving_index(&tally->listeners, top[i])];
		struct syn_tally_report *report = &reports[i];

		*report = (struct syn_tally_report){
			.listener = *listener,
			.syns = top[i]->count - top[i]->error,
			.completed = of_listener->completed,
			.heard = of_listener->heard,
			.sources = count_sources(&of_listener->sources, of_listener->heard),
		};
		find_top(&tally->pairs, listener, report->syns, &report->top_source,
			 &report->top_source_share);
		find_top(&tally->groups, listener, report->syns, &report->top_group,
			 &report->top_group_share);
	}
	return count;
}

/* Report all listeners together; the top source is that of one listener. */
void syn_tally_all(const struct syn_tally *tally, struct syn_tally_report *report)
{
	*report = (struct syn_tally_report){
		.syns = tally->syns,
		.completed = tally->completed,
		.heard = tally->heard,
		.sources = count_sources(&tally->sources, tally->heard),
	};
	find_top(&tally->pairs, NULL, report->syns, &report->top_source, &report->top_source_share);
	find_top(&tally->groups, NULL, report->syns, &report->top_group, &report->top_group_share);
}
