// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_FD_VISIT_H
#define NETSONDE_HOST_FD_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host/fd_walk.h"

/* /proc, and what is looked for in it. Several threads may visit at the same time. */
struct fd_visit {
	int proc;				 /* the folder */
	unsigned int device_major, device_minor; /* of the sockets' file system */
	bool is_ours; /* the numbers of processes in it are those of this PID namespace */
	const struct inode_map *wanted; /* NULL: all sockets */
};

int fd_visit_open(struct fd_visit *visit);
void fd_visit_close(struct fd_visit *visit);
int fd_visit_begin(const struct fd_visit *visit, pid_t pid, size_t *size);
int fd_visit_read(const struct fd_visit *visit, int folder, size_t size, struct fd_worker *worker,
		  struct fd_process *process, size_t *looked);
int fd_visit_threads(const struct fd_visit *visit, struct fd_worker *worker,
		     struct fd_process *process);
int fd_worker_room(struct fd_worker *worker, size_t count);
void fd_worker_sort(struct fd_worker *worker, struct fd_process *process);

#endif
