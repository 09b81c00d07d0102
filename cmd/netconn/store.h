// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_STORE_H
#define NETCONN_STORE_H

#include <stddef.h>

#include "record/sock.h"

struct store_chunk;

/* Sockets kept until their owners or names are known, in order. */
struct store {
	struct store_chunk *first, *last;
	struct store_text *texts;
};

/* A place in a store: {0} is before the first socket. */
struct store_place {
	const struct store_chunk *chunk;
	size_t index;
};

int store_add(struct store *store, const struct sock *sock);
const struct sock *store_next(const struct store *store, struct store_place *place);
void store_clear(struct store *store);

#endif
