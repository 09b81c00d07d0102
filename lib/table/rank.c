// SPDX-License-Identifier: GPL-2.0-or-later
#include "table/rank.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

struct entry {
	uint64_t number;
	union slot values[];
};

/* Begin to order rows by @order, which stays the caller's. */
void rank_init(struct rank *rank, const struct slots *order)
{
	*rank = (struct rank){
		.order = order,
		.size = sizeof(struct entry) + order->count * sizeof(union slot),
	};
}

void rank_fini(struct rank *rank)
{
	free(rank->entries);
	texts_fini(&rank->texts);
	*rank = (struct rank){ 0 };
}

static struct entry *entry_at(const struct rank *rank, size_t place)
{
	return (struct entry *)(rank->entries + place * rank->size);
}

/* Add @row, the next one from 0 on; it is borrowed for this call.
 *
 * Return: 0 or -ENOMEM.
 */
int rank_add(struct rank *rank, const void *row)
{
	char *entries = grow_array(rank->entries, &rank->room, rank->count + 1, rank->size);
	struct entry *entry;

	if (!entries)
		return -ENOMEM;
	rank->entries = entries;
	entry = entry_at(rank, rank->count);
	entry->number = rank->count;
	slots_take(rank->order, row, entry->values);
	for (size_t i = 0; i < rank->order->count; i++) {
		union slot *value = &entry->values[i];

		if (rank->order->columns[i].type != COLUMN_TEXT || !value->text)
			continue;
		value->text = texts_keep(&rank->texts, value->text);
		if (!value->text)
			return -ENOMEM;
	}
	rank->count++;
	return 0;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct entry *left = a, *right = b;
	int order = slots_compare(arg, left->values, right->values);

	return order ? order : (left->number > right->number) - (left->number < right->number);
}

/* Put the rows into their order; those that are alike keep theirs. */
void rank_sort(struct rank *rank)
{
	if (rank->count > 1)
		qsort_r(rank->entries, rank->count, rank->size, compare, (void *)rank->order);
}

/* Return: the number of the row at @place, from 0 on. */
size_t rank_row(const struct rank *rank, size_t place)
{
	return (size_t)entry_at(rank, place)->number;
}
