// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_RANK_H
#define NETSONDE_TABLE_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "base/texts.h"
#include "table/slots.h"

/* The order of rows that are kept elsewhere: by what was taken out of each as it was added. */
struct rank {
	const struct slots *order;
	char *entries; /* of `size` bytes each: the row's number, and its values */
	size_t size, count, room;
	struct texts texts;
};

void rank_init(struct rank *rank, const struct slots *order);
void rank_fini(struct rank *rank);
int rank_add(struct rank *rank, const void *row);
void rank_sort(struct rank *rank);
size_t rank_row(const struct rank *rank, size_t place);

#endif
