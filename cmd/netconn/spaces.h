// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_SPACES_H
#define NETCONN_SPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/listeners.h"
#include "base/err.h"
#include "host/links.h"
#include "host/netns_all.h"
#include "record/sock.h"

struct run;

/* What the sockets of one network namespace have in common. */
struct space {
	uint64_t inode;
	char name[NETNS_NAME_SIZE];
	struct links links;
	struct listeners listeners;
	bool has_links;
	uint16_t low_port, high_port; /* that the kernel chooses from */
	uint32_t looked;	      /* in which look it was last there */
};

/* The network namespaces of a run: sock.netns is an index. The first is the one that it began in,
 * and with --all-netns alone there are others. */
struct spaces {
	struct space home;
	struct space **list;
	uint32_t count;
	size_t room;
	uint32_t looks;
	uint32_t current; /* which one the thread is in */
};

int spaces_init(struct spaces *spaces);
void spaces_fini(struct spaces *spaces);
void spaces_forget(struct spaces *spaces);
bool spaces_has_no_tcp(void);
int spaces_each(struct run *run, int (*list)(struct run *run), struct err *err);

/* Return: the network namespace that @sock is in. */
static inline struct space *spaces_of(const struct spaces *spaces, const struct sock *sock)
{
	return spaces->list[sock->netns];
}

#endif
