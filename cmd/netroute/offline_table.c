// SPDX-License-Identifier: GPL-2.0-or-later
/* A table to look up in without the kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "offline.h"

/* A mix by multiplication; ways are few. */
static size_t hash_way(const struct offline_way *way)
{
	uint64_t words[4], hash = way->oif + ((uint64_t)way->mtu << 32) + way->type;

	memcpy(words, way->gateway.bytes, 16);
	memcpy(words + 2, way->dev, sizeof(way->dev));
	for (int i = 0; i < 4; i++)
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15u;
	return (size_t)(hash ^ hash >> 32);
}

static int widen_slots(struct offline_table *table)
{
	size_t count = table->slot_count ? 2 * table->slot_count : 256;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < table->way_count; i++) {
		size_t at = hash_way(&table->ways[i]) & (count - 1);

		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = (uint32_t)i + 1;
	}
	free(table->slots);
	table->slots = slots;
	table->slot_count = count;
	return 0;
}

/* The number of the way like @way; a new one if there is none yet. */
static int intern_way(struct offline_table *table, const struct offline_way *way, uint32_t *number)
{
	struct offline_way *list;
	size_t at;

	if (2 * table->way_count >= table->slot_count && widen_slots(table) < 0)
		return -ENOMEM;
	at = hash_way(way) & (table->slot_count - 1);
	for (; table->slots[at]; at = (at + 1) & (table->slot_count - 1)) {
		*number = table->slots[at] - 1;
		/* NOLINTNEXTLINE(*-exp42-c,*-flp37-c,bugprone-*): all of it was set, padding too */
		if (memcmp(&table->ways[*number], way, sizeof(*way)) == 0)
			return 0;
	}
	list = grow_array(table->ways, &table->way_room, table->way_count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	table->ways = list;
	*number = (uint32_t)table->way_count;
	list[table->way_count++] = *way;
	table->slots[at] = (uint32_t)table->way_count;
	return 0;
}

/* Add a route to @dst.
 *
 * Return: 0 or -ENOMEM.
 */
int offline_add(struct offline_table *table, const struct prefix *dst, uint32_t metric,
		const struct offline_way *way)
{
	size_t count = table->route_count;
	struct offline_route *routes =
		grow_array(table->routes, &table->route_room, count + 1, sizeof(*routes));
	struct poptrie_entry *entries;
	uint32_t number;

	if (!routes)
		return -ENOMEM;
	table->routes = routes;
	entries = grow_array(table->entries, &table->entry_room, count + 1, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	table->entries = entries;
	if (intern_way(table, way, &number) < 0)
		return -ENOMEM;
	routes[count] = (struct offline_route){ metric, number, dst->length };
	entries[count] = poptrie_entry_of(dst, metric, (uint32_t)count + 1);
	table->route_count++;
	return 0;
}

/* Make @table ready to be looked up in.
 *
 * Return: 0 or -ENOMEM.
 */
int offline_build(struct offline_table *table)
{
	int ret = poptrie_build(&table->trie, table->entries, table->route_count);

	free(table->entries);
	table->entries = NULL;
	return ret;
}

/* Give back what @table holds. */
void offline_table_fini(struct offline_table *table)
{
	poptrie_fini(&table->trie);
	free(table->entries);
	free(table->routes);
	free(table->ways);
	free(table->slots);
}
