// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_CHANGES_H
#define NETCONN_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "store.h"

struct run;

/* A socket of the last look. */
struct known {
	const struct sock *sock; /* NULL: none */
	bool is_seen;		 /* it is still there */
};

/* What --changes compares with. */
struct changes {
	struct store store;
	struct known *table; /* by hash; its size is a power of two */
	size_t size;
	bool has_looked;
};

int changes_show(struct run *run);
void changes_fini(struct changes *changes);

#endif
