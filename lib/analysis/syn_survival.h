// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_SURVIVAL_H
#define NETSONDE_ANALYSIS_SYN_SURVIVAL_H

#include <stdbool.h>
#include <stdint.h>

/* Half-open connections that are followed at most, and how many looks back. */
#define SYN_SURVIVAL_ROOM 32768u
#define SYN_SURVIVAL_LOOKS 8u

/* One that is followed. */
struct syn_survival_entry {
	uint64_t id; /* hash of its addresses and ports */
	uint32_t listener;
	uint16_t seen; /* bit N: N looks ago; 0: a free place */
	uint16_t old;  /* likewise: and was old then */
};

/* Which half-open connections of a look are still there at a later one, from a sample of a fixed
 * size.
 *
 * A connection is followed if the lowest bits of its hash are zero, as many of them as its
 * listener's level says: the same ones at every look. When room runs out, the listener that takes
 * most of it goes up one level, so that few half-opens of one are not lost among many of
 * another. */
struct syn_survival {
	struct syn_survival_entry *entries; /* open addressing over twice the room */
	uint32_t count;			    /* entries in use */
	uint8_t *levels;		    /* by listener */
	uint32_t *taken;		    /* entries in use, by listener */
	uint32_t listener_count;
};

/* Of one listener, between two looks: shares of the sample, not of the whole. */
struct syn_survival_count {
	uint64_t before;    /* seen at the earlier look */
	uint64_t survivors; /* seen at both */
	uint64_t gone_old;  /* old at the earlier look, and not seen any more */
};

int syn_survival_init(struct syn_survival *survival);
void syn_survival_fini(struct syn_survival *survival);
void syn_survival_begin_look(struct syn_survival *survival);
int syn_survival_reserve(struct syn_survival *survival, uint32_t listener_count);
void syn_survival_add(struct syn_survival *survival, uint32_t listener, uint64_t id, bool is_old);
void syn_survival_between(const struct syn_survival *survival, unsigned int looks_ago,
			  struct syn_survival_count *counts);

#endif
