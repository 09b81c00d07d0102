// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_GROUPS_H
#define NETSONDE_TABLE_GROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/texts.h"
#include "table/rank.h"
#include "table/slots.h"

/* How many rows have the same values in some columns: a row of its own for each such group, with
 * these columns and "count". */
struct groups {
	struct slots by;
	struct slots order;
	struct column columns[SLOTS_MAX + 2];
	char *rows; /* of `size` bytes each: values, count, hash */
	size_t size, count, room;
	uint32_t *buckets; /* number of a group plus 1 */
	size_t bucket_count;
	struct texts texts;
	struct rank rank;
};

int groups_init(struct groups *groups, const struct column *all, const char *by, const char *order,
		struct err *err);
void groups_fini(struct groups *groups);
int groups_add(struct groups *groups, const void *row);
int groups_sort(struct groups *groups);
const void *groups_row(const struct groups *groups, size_t place);

#endif
