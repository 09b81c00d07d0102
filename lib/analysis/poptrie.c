// SPDX-License-Identifier: GPL-2.0-or-later
/* Longest prefix match by Poptrie: H. Asai, Y. Ohara, "Poptrie: A Compressed Trie with Population
 * Count for Fast and Scalable Software IP Routing Table Lookup", SIGCOMM CCR 45(4), 2015.
 *
 * Theory of operation: the first 16 bits of an address index a table; from there on each node has
 * 64 slots for the next 6 bits. A node stores no slots: one bit a slot says whether it leads to
 * another node, whose number is that of the first one plus the ones before it. What leads to no
 * node ends in a leaf, and equal leaves side by side are stored once, which a second vector of bits
 * tells. A look-up in IPv4 touches three nodes at most, in IPv6 as many as its prefixes are deep.
 *
 * Memory: 256 KiB, 24 bytes a node, 4 a leaf. 1,000,000 IPv4 routes of a full table's kind take
 * about 10 MiB.
 */
#include "analysis/poptrie.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define ROOT_BITS 16
#define ROOT_SLOTS (1u << ROOT_BITS)
#define STEP_BITS 6
#define STEP_SLOTS (1u << STEP_BITS)
#define IS_NODE 0x80000000u

void poptrie_init(struct poptrie *trie)
{
	*trie = (struct poptrie){ 0 };
}

void poptrie_fini(struct poptrie *trie)
{
	free(trie->root);
	free(trie->nodes);
	free(trie->leaves);
	poptrie_init(trie);
}

static void load_key(const struct addr *addr, uint64_t *high, uint64_t *low)
{
	memcpy(high, addr->bytes, sizeof(*high));
	memcpy(low, addr->bytes + 8, sizeof(*low));
	*high = be64toh(*high);
	*low = be64toh(*low);
}

/* @prefix as poptrie_build() wants it; @value has to be from 1 to 2^31 - 1. */
struct poptrie_entry poptrie_entry_of(const struct prefix *prefix, uint32_t metric, uint32_t value)
{
	struct poptrie_entry entry = {
		.metric = metric,
		.value = value,
		.length = prefix->length,
	};

	load_key(&prefix->addr, &entry.high, &entry.low);
	return entry;
}

/* The STEP_BITS bits from @offset on; what lies beyond the end is zero. */
static unsigned int bits_at(uint64_t high, uint64_t low, unsigned int offset)
{
	const unsigned int last = 64 - STEP_BITS;
	uint64_t bits;

	if (offset <= last)
		bits = high >> (last - offset);
	else if (offset < 64)
		bits = high << (offset - last) | low >> (64 + last - offset);
	else if (offset <= 64 + last)
		bits = low >> (64 + last - offset);
	else
		bits = low << (offset - 64 - last);
	return (unsigned int)(bits & (STEP_SLOTS - 1));
}

/* Shorter prefixes first, and of equal ones the winner last: later ones are painted over earlier
 * ones. */
static int by_order(const void *a, const void *b)
{
	const struct poptrie_entry *left = a, *right = b;

	if (left->high != right->high)
		return left->high < right->high ? -1 : 1;
	if (left->low != right->low)
		return left->low < right->low ? -1 : 1;
	if (left->length != right->length)
		return left->length < right->length ? -1 : 1;
	if (left->metric != right->metric)
		return left->metric > right->metric ? -1 : 1;
	return (left->value < right->value) - (left->value > right->value);
}

/* A kernel's dump is almost in order: then insertion takes no time. What is not gets sorted. */
static void sort_entries(struct poptrie_entry *entries, size_t count)
{
	size_t moves = 0;

	for (size_t i = 1; i < count; i++) {
		struct poptrie_entry entry = entries[i];
		size_t at = i;

		for (; at > 0 && by_order(&entry, &entries[at - 1]) < 0; at--, moves++)
			entries[at] = entries[at - 1];
		entries[at] = entry;
		if (moves > 8 * count) {
			qsort(entries, count, sizeof(*entries), by_order);
			return;
		}
	}
}

struct build {
	struct poptrie *trie;
	const struct poptrie_entry *entries;
};

static int add_leaf(struct poptrie *trie, uint32_t value)
{
	uint32_t *list =
		grow_array(trie->leaves, &trie->leaf_room, trie->leaf_count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	trie->leaves = list;
	list[trie->leaf_count++] = value;
	return 0;
}

/* Make room for @count nodes in a row.
 *
 * Return: 0 with the number of the first one, or -ENOMEM.
 */
static int add_nodes(struct poptrie *trie, size_t count, uint32_t *first)
{
	struct poptrie_node *list =
		grow_array(trie->nodes, &trie->node_room, trie->node_count + count, sizeof(*list));

	if (!list)
		return -ENOMEM;
	trie->nodes = list;
	*first = (uint32_t)trie->node_count;
	trie->node_count += count;
	return 0;
}

/* The slots from @from to before @to as bits. */
static uint64_t slots_between(unsigned int from, unsigned int to)
{
	uint64_t below = to < STEP_SLOTS ? (1ull << to) - 1 : UINT64_MAX;

	return below & ~((1ull << from) - 1);
}

/* The leaves of the slots that lead to no node, equal ones in a row once. @edges has the slots
 * where the leaf may change: few, so that nobody looks at all slots. */
static int put_leaves(struct poptrie *trie, struct poptrie_node *node, uint64_t edges,
		      const uint32_t *leaf)
{
	bool begun = false;
	uint32_t last = 0;
	int ret = 0;

	node->first_leaf = (uint32_t)trie->leaf_count;
	for (edges |= 1; edges && ret == 0; edges &= edges - 1) {
		unsigned int from = (unsigned int)__builtin_ctzll(edges);
		uint64_t rest = edges & (edges - 1);
		unsigned int to = rest ? (unsigned int)__builtin_ctzll(rest) : STEP_SLOTS;
		uint64_t free_slots = slots_between(from, to) & ~node->inner;

		if (!free_slots || (begun && leaf[from] == last))
			continue;
		node->runs |= free_slots & -free_slots;
		last = leaf[from];
		begun = true;
		ret = add_leaf(trie, last);
	}
	return ret;
}

/* Fill node number @index with the entries from @from to before @to, which all lie in it: they have
 * @offset bits in common. @inherited is the leaf of what covers the node. */
static int fill_node(const struct build *build, uint32_t index, size_t from, size_t to,
		     unsigned int offset, uint32_t inherited)
{
	size_t begins[STEP_SLOTS], ends[STEP_SLOTS]; /* of the entries below, child by child */
	struct poptrie_node node = { 0 };
	uint32_t leaf[STEP_SLOTS];
	uint64_t edges = 0, inner;
	int count = 0, ret;

	for (unsigned int slot = 0; slot < STEP_SLOTS; slot++)
		leaf[slot] = inherited;
	for (size_t i = from; i < to; i++) {
		const struct poptrie_entry *entry = &build->entries[i];
		unsigned int slot = bits_at(entry->high, entry->low, offset), width;

		if (entry->length > offset + STEP_BITS) {
			if (!(node.inner >> slot & 1))
				begins[count++] = i;
			ends[count - 1] = i + 1;
			node.inner |= 1ull << slot;
			continue;
		}
		width = 1u << (offset + STEP_BITS - entry->length);
		edges |= 1ull << slot;
		if (slot + width < STEP_SLOTS)
			edges |= 1ull << (slot + width);
		for (unsigned int n = 0; n < width; n++)
			leaf[slot + n] = entry->value;
	}
	ret = put_leaves(build->trie, &node, edges, leaf);
	if (ret == 0)
		ret = add_nodes(build->trie, (size_t)count, &node.first_node);
	if (ret < 0)
		return ret;
	build->trie->nodes[index] = node;
	inner = node.inner;
	for (int i = 0; i < count && ret == 0; i++, inner &= inner - 1)
		ret = fill_node(build, node.first_node + (uint32_t)i, begins[i], ends[i],
				offset + STEP_BITS, leaf[__builtin_ctzll(inner)]);
	return ret;
}

/* The entries of one root slot, from @from on, that are longer than the root's bits.
 *
 * Return: where they end, or -errno.
 */
static int fill_slot(const struct build *build, uint32_t slot, size_t from, size_t to)
{
	uint32_t index;
	int ret = add_nodes(build->trie, 1, &index);

	if (ret == 0)
		ret = fill_node(build, index, from, to, ROOT_BITS, build->trie->root[slot]);
	if (ret == 0)
		build->trie->root[slot] = index | IS_NODE;
	return ret;
}

/* Build @trie, which has to be fresh, from @count @entries, which are sorted here.
 *
 * Return: 0 or -ENOMEM.
 */
int poptrie_build(struct poptrie *trie, struct poptrie_entry *entries, size_t count)
{
	struct build build = { trie, entries };
	int ret = 0;

	if (count == 0)
		return 0;
	trie->root = calloc(ROOT_SLOTS, sizeof(*trie->root));
	if (!trie->root)
		return -ENOMEM;
	sort_entries(entries, count);
	for (size_t i = 0; i < count; i++) {
		uint32_t slot = (uint32_t)(entries[i].high >> (64 - ROOT_BITS));

		if (entries[i].length > ROOT_BITS)
			continue;
		for (uint32_t n = 1u << (ROOT_BITS - entries[i].length); n > 0; n--)
			trie->root[slot++] = entries[i].value;
	}
	for (size_t i = 0; i < count && ret == 0;) {
		uint32_t slot = (uint32_t)(entries[i].high >> (64 - ROOT_BITS));
		size_t from = i;

		if (entries[i].length <= ROOT_BITS) {
			i++;
			continue;
		}
		while (i < count && entries[i].high >> (64 - ROOT_BITS) == slot)
			i++;
		ret = fill_slot(&build, slot, from, i);
	}
	return ret;
}

/* An address on its way down. */
struct descent {
	uint64_t high, low;
	uint32_t at; /* a node with the top bit set, else the number of a leaf, or a value */
	bool is_leaf;
};

/* Go one node further down, and have what is looked at next fetched. */
static void descend(const struct poptrie *trie, struct descent *descent, unsigned int offset)
{
	const struct poptrie_node *node = &trie->nodes[descent->at & ~IS_NODE];
	unsigned int slot = bits_at(descent->high, descent->low, offset);
	uint64_t upto = (2ull << slot) - 1;

	if (node->inner >> slot & 1) {
		descent->at =
			node->first_node + (uint32_t)__builtin_popcountll(node->inner & upto) - 1;
		__builtin_prefetch(&trie->nodes[descent->at]);
		descent->at |= IS_NODE;
		return;
	}
	descent->at = node->first_leaf + (uint32_t)__builtin_popcountll(node->runs & upto) - 1;
	descent->is_leaf = true;
	__builtin_prefetch(&trie->leaves[descent->at]);
}

/* Find the longest prefix that covers each of @count (POPTRIE_MANY at most) @addrs, and put its
 * value, 0 if none does, into @values. In a large table nearly every step waits for memory: so all
 * take one step after the other, which together take little longer than one.
 */
void poptrie_find_many(const struct poptrie *trie, const struct addr *const *addrs, size_t count,
		       uint32_t *values)
{
	struct descent descents[POPTRIE_MANY];
	unsigned int offset = ROOT_BITS;
	bool is_under_way = true;

	if (!trie->root) {
		memset(values, 0, count * sizeof(*values));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		load_key(addrs[i], &descents[i].high, &descents[i].low);
		descents[i].is_leaf = false;
		__builtin_prefetch(&trie->root[descents[i].high >> (64 - ROOT_BITS)]);
	}
	for (size_t i = 0; i < count; i++) {
		descents[i].at = trie->root[descents[i].high >> (64 - ROOT_BITS)];
		if (descents[i].at & IS_NODE)
			__builtin_prefetch(&trie->nodes[descents[i].at & ~IS_NODE]);
	}
	for (; is_under_way; offset += STEP_BITS) {
		is_under_way = false;
		for (size_t i = 0; i < count; i++) {
			if (!(descents[i].at & IS_NODE))
				continue;
			descend(trie, &descents[i], offset);
			is_under_way = true;
		}
	}
	for (size_t i = 0; i < count; i++)
		values[i] = descents[i].is_leaf ? trie->leaves[descents[i].at] : descents[i].at;
}

/* Return: the value of the longest prefix that covers @addr, 0 if none does. */
uint32_t poptrie_find(const struct poptrie *trie, const struct addr *addr)
{
	uint32_t value;

	poptrie_find_many(trie, &addr, 1, &value);
	return value;
}

/* Return: how much memory @trie takes. */
size_t poptrie_bytes(const struct poptrie *trie)
{
	return (trie->root ? ROOT_SLOTS * sizeof(*trie->root) : 0) +
	       trie->node_room * sizeof(*trie->nodes) + trie->leaf_room * sizeof(*trie->leaves);
}
