// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_FD_WALK_H
#define NETSONDE_HOST_FD_WALK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/inode_map.h"

#define FD_WALK_WORKERS 8

/* A descriptor on a wanted socket. */
struct fd_find {
	uint32_t inode;
	int fd;
};

/* A process, and what of its was found: count finds from first on in its worker's list. */
struct fd_process {
	pid_t pid;
	uint8_t worker;
	size_t first, count;
	size_t program; /* offset in the worker's names, if count > 0 */
};

/* What one thread found. */
struct fd_worker {
	struct fd_find *finds;
	size_t find_count, find_room;
	char *names;
	size_t names_length, names_room;
};

/* The result of a walk. */
struct fd_walk {
	struct fd_process *processes; /* all there were, in order of their numbers */
	size_t process_count, process_room;
	struct fd_worker workers[FD_WALK_WORKERS];
	size_t worker_count;
	uint32_t denied; /* processes whose descriptors may not be read */
};

int fd_walk_run(struct fd_walk *walk, const struct inode_map *wanted, struct err *err);
void fd_walk_fini(struct fd_walk *walk);

#endif
