// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_LISTENERS_H
#define NETSONDE_ANALYSIS_LISTENERS_H

#include <stddef.h>

#include "record/sock.h"

#define LISTENERS_BUCKETS 1024

struct listener {
	struct sock sock; /* of a UNIX one, path is a copy */
	uint32_t next;	  /* in its bucket, index plus 1 */
};

/* The sockets that connections come from, to be found by what they accepted. */
struct listeners {
	struct listener *list;
	size_t count, room;
	uint32_t buckets[LISTENERS_BUCKETS]; /* index plus 1 */
};

void listeners_init(struct listeners *listeners);
void listeners_fini(struct listeners *listeners);
int listeners_add(struct listeners *listeners, const struct sock *sock);
const struct sock *listeners_find(const struct listeners *listeners, const struct sock *sock);

#endif
