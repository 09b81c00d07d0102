// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_ORDER_H
#define NETCONN_ORDER_H

#include <stddef.h>

#include "base/err.h"
#include "record/sock.h"
#include "table/groups.h"
#include "table/rank.h"
#include "table/slots.h"

struct run;

/* What --count-by and --sort make of the rows. */
struct order {
	struct slots slots; /* --sort, of single sockets */
	struct rank rank;
	struct groups groups;	  /* --count-by */
	const struct sock **list; /* the sockets in their order */
	size_t count, room;
};

int order_begin(struct run *run, struct err *err);
int order_count(struct run *run);
void order_show_groups(struct run *run);
int order_sort(struct run *run);
void order_end(struct order *order);

#endif
