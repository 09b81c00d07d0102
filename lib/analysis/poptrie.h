// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_POPTRIE_H
#define NETSONDE_ANALYSIS_POPTRIE_H

#include <stddef.h>
#include <stdint.h>

#include "base/prefix.h"

/* The most addresses that poptrie_find_many() takes at once. */
#define POPTRIE_MANY 64

/* A prefix with what it leads to. IPv4 uses the first 32 bits of high. */
struct poptrie_entry {
	uint64_t high, low;
	uint32_t metric; /* of equal prefixes the least wins, then the one that came first */
	uint32_t value;	 /* from 1 */
	uint8_t length;
};

struct poptrie_node {
	uint64_t inner; /* bit s: slot s has a node below */
	uint64_t runs;	/* bit s: a run of equal leaves begins at slot s */
	uint32_t first_leaf, first_node;
};

/* The longest match among any number of prefixes of one family. */
struct poptrie {
	uint32_t *root; /* of the first 16 bits: a leaf's value, or a node with the top bit set */
	struct poptrie_node *nodes;
	uint32_t *leaves;
	size_t node_count, node_room, leaf_count, leaf_room;
};

void poptrie_init(struct poptrie *trie);
void poptrie_fini(struct poptrie *trie);
struct poptrie_entry poptrie_entry_of(const struct prefix *prefix, uint32_t metric, uint32_t value);
int poptrie_build(struct poptrie *trie, struct poptrie_entry *entries, size_t count);
uint32_t poptrie_find(const struct poptrie *trie, const struct addr *addr);
void poptrie_find_many(const struct poptrie *trie, const struct addr *const *addrs, size_t count,
		       uint32_t *values);
size_t poptrie_bytes(const struct poptrie *trie);

#endif
