// SPDX-License-Identifier: GPL-2.0-or-later
/* Comma-separated values (RFC 4180), with "\n" as line end. Null is the empty field. Control
 * characters are escaped as in text, so that a row is always one line. */
#include "table/cell.h"
#include "table/writers.h"

static void csv_begin(struct table *table)
{
	char key[TABLE_KEY_SIZE];

	if (!table->header)
		return;
	for (size_t i = 0; i < table->count; i++) {
		if (i > 0)
			buf_add_char(table->out, ',');
		buf_add(table->out, key, table_key(table, i, key));
	}
	buf_add_char(table->out, '\n');
}

/* Numbers and addresses hold neither comma nor quote; a list's rows are joined by commas. */
static bool needs_quotes(const struct column *column, const void *row)
{
	if (column->type == COLUMN_TEXT)
		return strpbrk(cell_text_value(column, row), ",\"");
	return !cell_is_scalar(column);
}

static void csv_row(struct table *table, const void *whole)
{
	struct buf *out = table->out;

	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = table->columns[i];
		const void *row = table_cell_row(table, i, whole);
		bool quoted;
		uint32_t count = 1;

		if (i > 0)
			buf_add_char(out, ',');
		if (cell_is_null(column, row))
			continue;
		if (column->type == COLUMN_LIST)
			cell_nested(column, row, &count);
		if (count == 0)
			continue;
		if (column->type == COLUMN_WORDS && !cell_words(column, row)[0])
			continue;
		quoted = needs_quotes(column, row);
		if (quoted)
			buf_add_char(out, '"');
		cell_write(out, column, row, quoted ? CELL_QUOTES_DOUBLED : CELL_QUOTES_PLAIN);
		if (quoted)
			buf_add_char(out, '"');
	}
	buf_add_char(out, '\n');
}

static void csv_end(struct table *table)
{
	(void)table;
}

const struct table_writer table_csv_writer = {
	.begin = csv_begin,
	.row = csv_row,
	.end = csv_end,
};
