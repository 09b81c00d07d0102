// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_CELL_H
#define NETSONDE_TABLE_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/column.h"

/* Longest text of a cell that is neither text nor nested: an address with a port. */
#define CELL_SCALAR_MAX 64

/* How quotes in text are written: as they are, or doubled for a quoted CSV field. */
enum cell_quotes {
	CELL_QUOTES_PLAIN,
	CELL_QUOTES_DOUBLED,
};

bool cell_is_null(const struct column *column, const void *row);
uint64_t cell_number(const struct column *column, const void *row);
bool cell_is_scalar(const struct column *column);
const char *cell_text_value(const struct column *column, const void *row);
const char *const *cell_words(const struct column *column, const void *row);
const void *cell_nested(const struct column *column, const void *row, uint32_t *count);
size_t cell_scalar(char *at, const struct column *column, const void *row);
size_t cell_write(struct buf *out, const struct column *column, const void *row,
		  enum cell_quotes quotes);

#endif
