// SPDX-License-Identifier: GPL-2.0-or-later
/* Space-Saving: A. Metwally, D. Agrawal, A. El Abbadi, "Efficient computation of frequent and top-k
 * elements in data streams", ICDT 2005. A key that is not known takes the place, and the count, of
 * the one with the smallest count; what it took over is its error. The smallest is found by a heap,
 * for weights other than one; a key is found by a hash table. */
#include "analysis/space_saving.h"

#include <errno.h>
#include <stdlib.h>

/* Prepare for @room keys. @seed should be nobody's to guess.
 *
 * Return: 0 or -ENOMEM.
 */
int space_saving_init(struct space_saving *sketch, uint32_t room, uint64_t seed)
{
	uint32_t buckets = 1;

	while (buckets < 2 * room)
		buckets *= 2;
	*sketch = (struct space_saving){ .room = room, .bucket_count = buckets, .seed = seed };
	sketch->items = calloc(room, sizeof(*sketch->items));
	sketch->heap = calloc(room, sizeof(*sketch->heap));
	sketch->buckets = calloc(buckets, sizeof(*sketch->buckets));
	if (sketch->items && sketch->heap && sketch->buckets)
		return 0;
	space_saving_fini(sketch);
	return -ENOMEM;
}

void space_saving_fini(struct space_saving *sketch)
{
	free(sketch->items);
	free(sketch->heap);
	free(sketch->buckets);
	*sketch = (struct space_saving){ 0 };
}

/* Forget everything. */
void space_saving_clear(struct space_saving *sketch)
{
	for (uint32_t i = 0; i < sketch->bucket_count; i++)
		sketch->buckets[i] = 0;
	sketch->count = 0;
	sketch->total = 0;
}

static uint32_t *bucket_of(const struct space_saving *sketch, const struct space_saving_key *key)
{
	uint64_t hash = addr_hash(&key->source, key->listener.port ^ sketch->seed);

	if (key->listener.family != AF_UNSPEC)
		hash = addr_hash(&key->listener, hash);
	return &sketch->buckets[hash & (sketch->bucket_count - 1)];
}

static bool is_key(const struct space_saving_key *a, const struct space_saving_key *b)
{
	return a->listener.port == b->listener.port && addr_equal(&a->source, &b->source) &&
	       addr_equal(&a->listener, &b->listener);
}

/* Return: the item of @key, NULL if it is not known. */
struct space_saving_item *space_saving_find(const struct space_saving *sketch,
					    const struct space_saving_key *key)
{
	uint32_t next = *bucket_of(sketch, key);

	while (next) {
		struct space_saving_item *item = &sketch->items[next - 1];

		if (is_key(&item->key, key))
			return item;
		next = item->next;
	}
	return NULL;
}

/* Return: the number of @item, less than sketch->room. */
uint32_t space_saving_index(const struct space_saving *sketch, const struct space_saving_item *item)
{
	return (uint32_t)(item - sketch->items);
}

static uint64_t count_at(const struct space_saving *sketch, uint32_t at)
{
	return sketch->items[sketch->heap[at]].count;
}

static void swap(struct space_saving *sketch, uint32_t a, uint32_t b)
{
	uint32_t item = sketch->heap[a];

	sketch->heap[a] = sketch->heap[b];
	sketch->heap[b] = item;
	sketch->items[sketch->heap[a]].heap_at = a;
	sketch->items[sketch->heap[b]].heap_at = b;
}

/* A count has grown: its item goes down. */
static void sift_down(struct space_saving *sketch, uint32_t at)
{
	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= sketch->count)
			return;
		if (child + 1 < sketch->count &&
		    count_at(sketch, child + 1) < count_at(sketch, child))
			child++;
		if (count_at(sketch, at) <= count_at(sketch, child))
			return;
		swap(sketch, at, child);
		at = child;
	}
}

/* A new item, at the end, goes up. */
static void sift_up(struct space_saving *sketch, uint32_t at)
{
	while (at > 0 && count_at(sketch, at) < count_at(sketch, (at - 1) / 2)) {
		swap(sketch, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static void unlink_item(struct space_saving *sketch, const struct space_saving_item *item)
{
	uint32_t *link = bucket_of(sketch, &item->key);
	uint32_t number = space_saving_index(sketch, item) + 1;

	while (*link != number)
		link = &sketch->items[*link - 1].next;
	*link = item->next;
}

static struct space_saving_item *take_place(struct space_saving *sketch,
					    const struct space_saving_key *key)
{
	struct space_saving_item *item;
	uint64_t count = 0;
	uint32_t *bucket, heap_at;

	if (sketch->count < sketch->room) {
		item = &sketch->items[sketch->count];
		heap_at = sketch->count;
		sketch->heap[sketch->count++] = heap_at;
	} else {
		item = &sketch->items[sketch->heap[0]];
		heap_at = 0;
		count = item->count;
		unlink_item(sketch, item);
	}
	bucket = bucket_of(sketch, key);
	*item = (struct space_saving_item){
		.key = *key,
		.count = count,
		.error = count,
		.heap_at = heap_at,
		.next = *bucket,
	};
	*bucket = space_saving_index(sketch, item) + 1;
	return item;
}

/* Count @weight for @key. @is_new, which may be NULL, tells whether it was not known before: then
 * what the caller keeps for the item's number belongs to another one, or to nobody.
 *
 * Return: the item, good until the next addition.
 */
struct space_saving_item *space_saving_add(struct space_saving *sketch,
					   const struct space_saving_key *key, uint64_t weight,
					   bool *is_new)
{
	struct space_saving_item *item = space_saving_find(sketch, key);

	if (is_new)
		*is_new = !item;
	sketch->total += weight;
	if (item) {
		item->count += weight;
		sift_down(sketch, item->heap_at);
		return item;
	}
	item = take_place(sketch, key);
	item->count += weight;
	if (item->heap_at > 0)
		sift_up(sketch, item->heap_at);
	else
		sift_down(sketch, 0);
	return item;
}

/* Is @a in front of @b? What is sure counts, the error does not. */
static bool is_before(const struct space_saving_item *a, const struct space_saving_item *b)
{
	uint64_t sure_a = a->count - a->error, sure_b = b->count - b->error;

	return sure_a != sure_b ? sure_a > sure_b : a->count > b->count;
}

/* Find the most frequent keys, the surest first; of @listener alone unless it is NULL.
 *
 * Return: how many of the @room pointers in @top were filled in; they are good until the next
 * addition.
 */
size_t space_saving_top(const struct space_saving *sketch, const struct addr *listener,
			const struct space_saving_item **top, size_t room)
{
	size_t count = 0, at;

	for (uint32_t i = 0; i < sketch->count; i++) {
		const struct space_saving_item *item = &sketch->items[i];

		if (listener && (item->key.listener.port != listener->port ||
				 !addr_equal(&item->key.listener, listener)))
			continue;
		if (count == room && (room == 0 || !is_before(item, top[count - 1])))
			continue;
		at = count < room ? count++ : count - 1;
		for (; at > 0 && is_before(item, top[at - 1]); at--)
			top[at] = top[at - 1];
		top[at] = item;
	}
	return count;
}
