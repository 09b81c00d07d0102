// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NETNS_ALL_H
#define NETSONDE_HOST_NETNS_ALL_H

#include <stdint.h>

#include "base/err.h"

/* Longest name of a network namespace: a path in one of the folders that are looked into. */
#define NETNS_NAME_SIZE 320

/* A network namespace that the calling thread is in, for now. */
struct netns_place {
	uint64_t inode;
	const char *name; /* borrowed: as in /run/netns, else a path, else "net:[INODE]" */
};

/* Return: 0 to go on, a positive number to stop, -errno to fail. */
typedef int netns_visit_fn(const struct netns_place *place, void *arg);

int netns_visit_all(netns_visit_fn *on_visit, void *arg, unsigned int *missed, struct err *err);

#endif
