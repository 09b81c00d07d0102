// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_OWNERS_H
#define NETSONDE_HOST_OWNERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/fd_walk.h"
#include "host/inode_map.h"

/* A process that holds sockets. */
struct owner_process {
	pid_t pid;
	char *program; /* its name, NULL: not asked for yet */
};

/* One descriptor on one socket. */
struct owner_holder {
	uint32_t process; /* index in owners.processes */
	int fd;
	uint32_t next; /* the socket's next holder plus 1; 0: none. In order of pid, then fd */
};

/* Who holds which sockets. owners_walk() looks for all of them in every process it may read, or for
 * those alone that owners_want() has named before. */
struct owners {
	struct inode_map sockets; /* inode to the index of its first holder plus 1 */
	struct owner_holder *holders;
	size_t holder_count;
	struct owner_process *processes;
	size_t process_count;
	bool is_limited;	/* to the sockets that were named */
	uint32_t denied;	/* processes whose descriptors may not be read */
	size_t looked, by_bpf;	/* processes that were looked at, and those of them by BPF */
	const char *why_no_bpf; /* borrowed; if that are none */
};

void owners_init(struct owners *owners);
void owners_fini(struct owners *owners);
int owners_want(struct owners *owners, uint32_t inode);
int owners_walk(struct owners *owners, enum fd_walk_by by, struct err *err);
const struct owner_holder *owners_first(const struct owners *owners, uint32_t inode);
const struct owner_holder *owners_next(const struct owners *owners,
				       const struct owner_holder *holder);
pid_t owners_pid(const struct owners *owners, const struct owner_holder *holder);
const char *owners_program(const struct owners *owners, const struct owner_holder *holder);

#endif
