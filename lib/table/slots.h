// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_SLOTS_H
#define NETSONDE_TABLE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/column.h"
#include "base/err.h"
#include "base/prefix.h"
#include "table/table.h"

#define SLOTS_MAX 16

/* One value out of a row; bytes that its type does not use are zero. */
union slot {
	const char *text;
	uint64_t number; /* the row's own bytes, at the front */
	struct addr addr;
	struct prefix prefix;
	unsigned char bytes[32];
};

/* Which values to take out of rows, and in which order they sort. */
struct slots {
	size_t count;
	struct slot_source {
		const struct column *column;
		const struct column *parent; /* the object it is taken out of; NULL: the row */
		uint8_t v4_bits, v6_bits;    /* of addresses, only so much of them, if is_prefix */
		bool is_prefix, is_descending;
	} sources[SLOTS_MAX];
	struct column columns[SLOTS_MAX + 1]; /* of arrays of slots; a NULL key ends them */
	char keys[SLOTS_MAX][TABLE_KEY_SIZE];
};

int slots_select(struct slots *slots, const struct column *all, const char *list, bool is_order,
		 struct err *err);
void slots_take(const struct slots *slots, const void *row, union slot *values);
int slots_compare(const struct slots *slots, const union slot *a, const union slot *b);

#endif
