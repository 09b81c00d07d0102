// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/inode_map.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_SIZE 1024

void inode_map_init(struct inode_map *map)
{
	*map = (struct inode_map){ 0 };
}

void inode_map_fini(struct inode_map *map)
{
	free(map->slots);
	inode_map_init(map);
}

/* Inodes are handed out one after another. Fibonacci hashing spreads them, but in runs of eight, a
 * cache line's worth: a walk over a process's descriptors then finds its next socket at hand. */
static size_t first_slot(uint32_t inode, size_t size)
{
	size_t run = (size_t)((inode >> 3) * 11400714819323198485u >> 32);

	return (run << 3 | (inode & 7)) & (size - 1);
}

static struct inode_slot *probe(struct inode_slot *slots, size_t size, uint32_t inode)
{
	size_t i = first_slot(inode, size);

	while (slots[i].inode && slots[i].inode != inode)
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static int grow(struct inode_map *map, size_t size)
{
	struct inode_slot *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].inode)
			*probe(slots, size, map->slots[i].inode) = map->slots[i];
	free(map->slots);
	map->slots = slots;
	map->size = size;
	return 0;
}

/* Make room for @count inodes in all, so that adding them moves none.
 *
 * Return: 0 or -ENOMEM.
 */
int inode_map_reserve(struct inode_map *map, size_t count)
{
	size_t size = map->size ? map->size : FIRST_SIZE;

	while (4 * count > 3 * size)
		size *= 2;
	return size > map->size ? grow(map, size) : 0;
}

/* Add @inode (not 0) with @value unless it is there already.
 *
 * Return: where its value is, until the next addition; NULL if there is no memory.
 */
uint32_t *inode_map_add(struct inode_map *map, uint32_t inode, uint32_t value)
{
	struct inode_slot *slot;

	if (4 * (map->used + 1) > 3 * map->size &&
	    grow(map, map->size ? 2 * map->size : FIRST_SIZE) < 0)
		return NULL;
	slot = probe(map->slots, map->size, inode);
	if (!slot->inode) {
		*slot = (struct inode_slot){ .inode = inode, .value = value };
		map->used++;
	}
	return &slot->value;
}

/* Return: where the value of @inode is, NULL if it is not there. Safe beside other readers. */
uint32_t *inode_map_find(const struct inode_map *map, uint32_t inode)
{
	struct inode_slot *slot;

	if (!map->size || !inode)
		return NULL;
	slot = probe(map->slots, map->size, inode);
	return slot->inode ? &slot->value : NULL;
}
