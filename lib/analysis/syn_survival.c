// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/syn_survival.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A power of two, so that a place is found by a mask. */
#define PLACES (2 * SYN_SURVIVAL_ROOM)

/* Deeper sampling than one in 2^LEVEL_MAX is never needed: that is more than a host can hold. */
#define LEVEL_MAX 31

/* All looks but the one that is forgotten next. */
#define NEWER ((1u << (SYN_SURVIVAL_LOOKS - 1)) - 1)

/* Prepare to follow half-open connections.
 *
 * Return: 0 or -ENOMEM.
 */
int syn_survival_init(struct syn_survival *survival)
{
	*survival = (struct syn_survival){ 0 };
	survival->entries = calloc(PLACES, sizeof(*survival->entries));
	return survival->entries ? 0 : -ENOMEM;
}

void syn_survival_fini(struct syn_survival *survival)
{
	free(survival->entries);
	free(survival->levels);
	free(survival->taken);
	*survival = (struct syn_survival){ 0 };
}

/* The upper half of the hash finds the place, the lower bits decide on sampling. */
static uint32_t place_of(uint64_t id)
{
	return (uint32_t)(id >> 32) & (PLACES - 1);
}

static bool is_sampled(const struct syn_survival *survival, uint32_t listener, uint64_t id)
{
	return (id & ((UINT64_C(1) << survival->levels[listener]) - 1)) == 0;
}

static struct syn_survival_entry *find(const struct syn_survival *survival, uint32_t listener,
				       uint64_t id)
{
	uint32_t at = place_of(id);

	while (survival->entries[at].seen &&
	       (survival->entries[at].id != id || survival->entries[at].listener != listener))
		at = (at + 1) & (PLACES - 1);
	return &survival->entries[at];
}

/* Empty the place @at, and move up those behind it that could not have their own. */
static void remove_at(struct syn_survival *survival, uint32_t at)
{
	struct syn_survival_entry *entries = survival->entries;
	uint32_t next = at;

	survival->taken[entries[at].listener]--;
	survival->count--;
	entries[at].seen = 0;
	for (;;) {
		uint32_t home;

		next = (next + 1) & (PLACES - 1);
		if (!entries[next].seen)
			return;
		home = place_of(entries[next].id);
		/* Its own place lies behind the gap: the gap does not part it from there. */
		if (((next - home) & (PLACES - 1)) < ((next - at) & (PLACES - 1)))
			continue;
		entries[at] = entries[next];
		entries[next].seen = 0;
		at = next;
	}
}

/* Remove what @is_unwanted says. What a removal moves comes from behind, or is known to be
 * wanted. */
static void sweep(struct syn_survival *survival,
		  bool (*is_unwanted)(const struct syn_survival *survival,
				      const struct syn_survival_entry *entry))
{
	for (uint32_t at = 0; at < PLACES;) {
		const struct syn_survival_entry *entry = &survival->entries[at];

		if (entry->seen && is_unwanted(survival, entry))
			remove_at(survival, at);
		else
			at++;
	}
}

static bool is_left_out(const struct syn_survival *survival, const struct syn_survival_entry *entry)
{
	return !is_sampled(survival, entry->listener, entry->id);
}

static bool is_forgotten(const struct syn_survival *survival,
			 const struct syn_survival_entry *entry)
{
	(void)survival;
	return (entry->seen & NEWER) == 0;
}

/* Sample the listener that takes most of the room half as densely.
 *
 * Return: whether that can be done.
 */
static bool thin_out(struct syn_survival *survival)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i < survival->listener_count; i++)
		if (survival->taken[i] > survival->taken[most])
			most = i;
	if (survival->levels[most] == LEVEL_MAX)
		return false;
	survival->levels[most]++;
	sweep(survival, is_left_out);
	return true;
}

/* Have listeners of the numbers below @listener_count.
 *
 * Return: 0 or -ENOMEM.
 */
int syn_survival_reserve(struct syn_survival *survival, uint32_t listener_count)
{
	uint32_t have = survival->listener_count, more = listener_count - have;
	uint32_t *taken;
	uint8_t *levels;

	if (listener_count <= have)
		return 0;
	levels = realloc(survival->levels, listener_count);
	if (!levels)
		return -ENOMEM;
	survival->levels = levels;
	taken = realloc(survival->taken, listener_count * sizeof(*taken));
	if (!taken)
		return -ENOMEM;
	survival->taken = taken;
	memset(levels + have, 0, more);
	memset(taken + have, 0, more * sizeof(*taken));
	survival->listener_count = listener_count;
	return 0;
}

/* The next look begins; what was last seen SYN_SURVIVAL_LOOKS looks ago is forgotten. */
void syn_survival_begin_look(struct syn_survival *survival)
{
	sweep(survival, is_forgotten);
	for (uint32_t at = 0; at < PLACES; at++) {
		struct syn_survival_entry *entry = &survival->entries[at];

		entry->seen = (uint16_t)(entry->seen << 1);
		entry->old = (uint16_t)(entry->old << 1);
	}
}

/* A half-open connection with the hash @id is seen at this look; @is_old is for the caller to
 * define. */
void syn_survival_add(struct syn_survival *survival, uint32_t listener, uint64_t id, bool is_old)
{
	struct syn_survival_entry *entry;

	if (!is_sampled(survival, listener, id))
		return;
	entry = find(survival, listener, id);
	if (entry->seen) {
		entry->seen |= 1;
		entry->old |= is_old;
		return;
	}
	while (survival->count >= SYN_SURVIVAL_ROOM)
		if (!thin_out(survival) || !is_sampled(survival, listener, id))
			return;
	entry = find(survival, listener, id); /* thinning out moves them */
	*entry = (struct syn_survival_entry){
		.id = id, .listener = listener, .seen = 1, .old = is_old
	};
	survival->taken[listener]++;
	survival->count++;
}

/* Count, for every listener, what was seen @looks_ago, how much of it is seen at this look, and how
 * much of it is not though it was old.
 * @counts has room for all listeners. */
void syn_survival_between(const struct syn_survival *survival, unsigned int looks_ago,
			  struct syn_survival_count *counts)
{
	unsigned int bit = 1u << looks_ago;

	memset(counts, 0, survival->listener_count * sizeof(*counts));
	for (uint32_t at = 0; at < PLACES; at++) {
		const struct syn_survival_entry *entry = &survival->entries[at];

		if (!(entry->seen & bit))
			continue;
		counts[entry->listener].before++;
		if (entry->seen & 1)
			counts[entry->listener].survivors++;
		else if (entry->old & bit)
			counts[entry->listener].gone_old++;
	}
}
