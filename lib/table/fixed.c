// SPDX-License-Identifier: GPL-2.0-or-later
/* The habit's layouts: every column padded to its width as printf("%-*s") would (the last one too:
 * scripts depend on it), never cut, one space between. */
#include "table/cell.h"
#include "table/writers.h"

static void pad(struct buf *out, size_t width, size_t used)
{
	if (used < width)
		buf_add_spaces(out, width - used);
}

static void fixed_begin(struct table *table)
{
	if (!table->header)
		return;
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = table->columns[i];
		size_t length = strlen(column->heading);

		if (i > 0)
			buf_add_char(table->out, ' ');
		if (column->align == COLUMN_RIGHT)
			pad(table->out, column->width, length);
		buf_add(table->out, column->heading, length);
		if (column->align == COLUMN_LEFT)
			pad(table->out, column->width, length);
	}
	buf_add_char(table->out, '\n');
}

static void fixed_right(struct buf *out, const struct column *column, const void *row)
{
	char text[CELL_SCALAR_MAX] = "-";
	size_t length = cell_is_null(column, row) ? 1 : cell_scalar(text, column, row);

	pad(out, column->width, length);
	buf_add(out, text, length);
}

static void fixed_row(struct table *table, const void *row)
{
	struct buf *out = table->out;

	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = table->columns[i];

		if (i > 0)
			buf_add_char(out, ' ');
		if (column->align == COLUMN_RIGHT && cell_is_scalar(column))
			fixed_right(out, column, row);
		else
			pad(out, column->width, cell_write(out, column, row, CELL_QUOTES_PLAIN));
	}
	buf_add_char(out, '\n');
}

static void fixed_end(struct table *table)
{
	(void)table;
}

const struct table_writer table_fixed_writer = {
	.begin = fixed_begin,
	.row = fixed_row,
	.end = fixed_end,
};
