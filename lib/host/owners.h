// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_OWNERS_H
#define NETSONDE_HOST_OWNERS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/inode_map.h"

/* A process that holds wanted sockets. */
struct owner_process {
	pid_t pid;
	uint32_t program; /* offset of its name in owners.names */
};

/* One descriptor on one socket. */
struct owner_holder {
	uint32_t process; /* index in owners.processes */
	int fd;
	uint32_t next; /* the socket's next holder plus 1; 0: none. In order of pid, then fd */
};

/* Who holds which sockets. The inodes come first, by owners_want(); then owners_walk() looks for
 * them in every process it may read. */
struct owners {
	struct inode_map wanted; /* inode to the index of its first holder plus 1 */
	struct owner_holder *holders;
	size_t holder_count;
	struct owner_process *processes;
	size_t process_count;
	char *names;
	size_t names_length;
	uint32_t denied; /* processes whose descriptors may not be read */
};

void owners_init(struct owners *owners);
void owners_fini(struct owners *owners);
int owners_want(struct owners *owners, uint32_t inode);
int owners_walk(struct owners *owners, struct err *err);
const struct owner_holder *owners_first(const struct owners *owners, uint32_t inode);
const struct owner_holder *owners_next(const struct owners *owners,
				       const struct owner_holder *holder);
pid_t owners_pid(const struct owners *owners, const struct owner_holder *holder);
const char *owners_program(const struct owners *owners, const struct owner_holder *holder);

#endif
