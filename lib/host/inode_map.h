// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_INODE_MAP_H
#define NETSONDE_HOST_INODE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct inode_slot {
	uint32_t inode; /* 0: free */
	uint32_t value;
};

/* From the inodes of sockets (32 bits wide: fs/inode.c, get_next_ino()) to numbers, 8 to 16 bytes
 * an entry. Invariant: at most three quarters of the slots are used; their count is a power of
 * two. */
struct inode_map {
	struct inode_slot *slots;
	size_t size, used;
};

void inode_map_init(struct inode_map *map);
void inode_map_fini(struct inode_map *map);
int inode_map_reserve(struct inode_map *map, size_t count);
uint32_t *inode_map_add(struct inode_map *map, uint32_t inode, uint32_t value);
uint32_t *inode_map_find(const struct inode_map *map, uint32_t inode);

#endif
