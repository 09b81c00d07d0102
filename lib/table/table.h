// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_TABLE_H
#define NETSONDE_TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/column.h"
#include "base/err.h"
#include "base/format.h"
#include "base/palette.h"

#define TABLE_COLUMNS_MAX 64

/* Longest key, OBJECT.KEY, with a terminator. */
#define TABLE_KEY_SIZE 96

struct table_writer;

/* A listing on its way out: rows go in, text leaves through a buf. Nothing is allocated, and
 * nothing is kept but the aligned layout's sample of first rows. */
struct table {
	struct buf *out;
	const struct palette *palette; /* NULL: no colour */
	bool header;
	uint64_t rows;
	size_t count;
	const struct column *columns[TABLE_COLUMNS_MAX];
	const struct column
		*parents[TABLE_COLUMNS_MAX]; /* objects they were taken from; NULL: none */
	const struct table_writer *writer;
	struct table *first; /* of the listing that its rows go to; itself, unless it joined */
	union {
		struct {
			bool sampling;
			size_t width[TABLE_COLUMNS_MAX];
			struct buf sample;
		} aligned;
		struct {
			size_t ends[TABLE_COLUMNS_MAX]; /* in keys, of each column's `,"key":` */
			char keys[2048];
		} json;
	};
};

struct table_writer {
	void (*begin)(struct table *table);
	void (*join)(struct table *table); /* NULL: nothing to prepare */
	void (*row)(struct table *table, const void *row);
	void (*flush)(struct table *table); /* NULL: nothing is held back */
	void (*end)(struct table *table);
};

/* Return: the row that cell @i of @row belongs to: @row itself, unless the column was taken out of
 * an object; NULL if that is null. */
static inline const void *table_cell_row(const struct table *table, size_t i, const void *row)
{
	const struct column *parent = table->parents[i];
	const void *object;

	if (!parent)
		return row;
	memcpy(&object, (const char *)row + parent->offset, sizeof(object));
	return object;
}

size_t table_key(const struct table *table, size_t i, char *key);
int table_select(struct table *table, const struct column *all, const char *list, struct err *err);
void table_begin(struct table *table, struct buf *out, enum table_format format);
void table_join(struct table *table, struct table *first);
void table_row(struct table *table, const void *row);
void table_widen(struct table *table);
void table_flush(struct table *table);
int table_end(struct table *table);

#endif
