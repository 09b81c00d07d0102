// SPDX-License-Identifier: GPL-2.0-or-later
/* What kind of flood is it? Sources are never required to be random: two floods in five come from a
 * pool of real addresses, or from one (Nexusguard, 2019 Q3). */
#include <stddef.h>

#include "analysis/syn_rules.h"

/* Of so many sources, estimated, hardly any comes twice. */
#define NO_REPEATS 0.9

/* Random sources are from everywhere: no network has so many of them. One may have all clients. */
#define ONE_NETWORK 0.05

/* SYNs a second: a long queue holds many more, which nobody calls few. */
#define LOW_RATE 20

/* SYNs for one listener that must be heard on the wire to tell what they are. */
#define HEARD_MIN 50

/* Of SYNs that were heard: random sources do not come twice. Clients do, which complete. */
static enum syn_kind kind_of_syns(const struct syn_thresholds *limits,
				  const struct syn_tally_report *syns)
{
	double incomplete, share;

	if (syns->syns == 0)
		return SYN_KIND_NONE;
	if (syns->top_source_share >= limits->single_source)
		return SYN_KIND_SINGLE_HOST;
	share = (double)syns->completed / (double)syns->syns;
	incomplete = (double)syns->heard * (1 - share);
	if (syns->sources >= syn_rules_part(NO_REPEATS, incomplete) &&
	    syns->top_group_share < ONE_NETWORK + share)
		return SYN_KIND_RANDOM_SPOOFED;
	return SYN_KIND_POOL;
}

/* Whether no source of half-opens comes twice, and they come from everywhere. Of fifty random ones
 * 45 begin with an octet of their own, of a few hundred nearly all octets are seen. */
static bool is_spread(const struct syn_listener *listener)
{
	uint64_t many = listener->half_open < 100 ? listener->half_open : 100;
	int octets = 0;

	for (int i = 0; i < 4; i++)
		octets += __builtin_popcountll(listener->octets[i]);
	return listener->sources.sources >=
		       syn_rules_part(NO_REPEATS, (double)listener->half_open) &&
	       (uint64_t)octets * 2 >= many;
}

/* It has gone on for a while, and never fills the queue: half-opens of one that is half full live
 * seven seconds. */
static bool is_low_rate(const struct syn_judging *judging, const struct syn_listener *listener)
{
	uint64_t old = 0;

	for (unsigned int age = 3; age < SYN_AGES; age++)
		old += listener->ages[age];
	return judging->overflowing <= 0 && judging->lost <= 0 && old > 0 &&
	       listener->capacity != UINT64_MAX && listener->ages[0] < LOW_RATE &&
	       listener->ages[0] * 7 < listener->capacity;
}

static const struct syn_tally_report *heard_of(const struct syn_facts *facts,
					       const struct syn_listener *listener)
{
	for (uint32_t i = 0; i < facts->wire.target_count; i++)
		if (syn_rules_is_target(listener, &facts->wire.targets[i].listener))
			return &facts->wire.targets[i];
	return NULL;
}

/* Return: the kind of the flood at the listener @i, by what the wire had for it, or else by its
 * half-opens; SYN_KIND_NONE if there are none.
 */
enum syn_kind syn_rules_kind(const struct syn_judging *judging, uint32_t i)
{
	const struct syn_thresholds *limits = judging->limits;
	const struct syn_listener *listener = &judging->facts->listeners[i];
	const struct syn_tally_report *heard = heard_of(judging->facts, listener);

	if (is_low_rate(judging, listener))
		return SYN_KIND_LOW_RATE;
	if (heard && heard->heard >= HEARD_MIN)
		return kind_of_syns(limits, heard);
	if (listener->sources.syns == 0)
		return SYN_KIND_NONE;
	if (listener->sources.top_source_share >= limits->single_source)
		return SYN_KIND_SINGLE_HOST;
	if ((double)listener->bogons >=
		    syn_rules_part(limits->bogon_share, (double)listener->half_open) ||
	    is_spread(listener))
		return SYN_KIND_RANDOM_SPOOFED;
	return SYN_KIND_POOL;
}

/* Return: the kind of a flood that no listener is known of, by all that the wire had. */
enum syn_kind syn_rules_wire_kind(const struct syn_judging *judging)
{
	const struct syn_facts *facts = judging->facts;

	return facts->wire.seconds > 0 ? kind_of_syns(judging->limits, &facts->wire.all) :
					 SYN_KIND_NONE;
}
