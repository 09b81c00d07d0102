// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_FD_WALK_H
#define NETSONDE_HOST_FD_WALK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/inode_map.h"

#define FD_WALK_WORKERS 8

/* What a walk may use. */
enum fd_walk_by {
	FD_WALK_PROC, /* /proc alone */
	FD_WALK_BEST, /* BPF where that is allowed and pays */
	FD_WALK_BPF,  /* BPF where that is allowed */
};

/* A descriptor on a socket. */
struct fd_find {
	uint32_t inode;
	int fd;
};

/* A process, and what of its was found: count finds from first on in its worker's list, in order of
 * their descriptors. */
struct fd_process {
	pid_t pid;
	uint8_t worker;
	size_t first, count;
};

/* What one thread found. */
struct fd_worker {
	struct fd_find *finds;
	size_t find_count, find_room;
	size_t by_bpf; /* processes */
};

/* The result of a walk. */
struct fd_walk {
	struct fd_process *processes; /* all there were, in order of their numbers */
	size_t process_count, process_room;
	struct fd_worker workers[FD_WALK_WORKERS];
	size_t worker_count;
	size_t by_bpf;	 /* processes that BPF was used for */
	const char *why; /* if there are none, the reason */
	uint32_t denied; /* processes whose descriptors may not be read */
};

int fd_walk_run(struct fd_walk *walk, enum fd_walk_by by, const struct inode_map *wanted,
		struct err *err);
void fd_walk_fini(struct fd_walk *walk);

#endif
