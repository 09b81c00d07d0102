// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SPACE_SAVING_H
#define NETSONDE_ANALYSIS_SPACE_SAVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/* What is counted: a listener (its port counts), a source (its port does not), or the pair of them.
 * AF_UNSPEC stands for all. */
struct space_saving_key {
	struct addr listener, source;
};

/* The true count is at most @count and at least @count - @error. */
struct space_saving_item {
	struct space_saving_key key;
	uint64_t count, error;
	uint32_t heap_at; /* where heap has it */
	uint32_t next;	  /* in its bucket, index plus 1 */
};

/* The most frequent keys of a stream, in fixed memory. With room for N items, every key that makes
 * up more than one part in N of the total is among them, and no error exceeds total / N. */
struct space_saving {
	struct space_saving_item *items;
	uint32_t *heap; /* indices of items; the smallest count comes first */
	uint32_t *buckets;
	uint32_t count, room, bucket_count;
	uint64_t total, seed;
};

int space_saving_init(struct space_saving *sketch, uint32_t room, uint64_t seed);
void space_saving_fini(struct space_saving *sketch);
void space_saving_clear(struct space_saving *sketch);
struct space_saving_item *space_saving_add(struct space_saving *sketch,
					   const struct space_saving_key *key, uint64_t weight,
					   bool *is_new);
struct space_saving_item *space_saving_find(const struct space_saving *sketch,
					    const struct space_saving_key *key);
uint32_t space_saving_index(const struct space_saving *sketch,
			    const struct space_saving_item *item);
size_t space_saving_top(const struct space_saving *sketch, const struct addr *listener,
			const struct space_saving_item **top, size_t room);

#endif
