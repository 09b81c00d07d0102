// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own layout: columns as wide as what they hold, two spaces between.
 *
 * Theory of operation: a stream's widths cannot be known before its end. The first rows, as many as
 * fit into a memory buffer of 64 KiB, are kept as cells; their widths hold for all that follow. A
 * later cell that is wider pushes its own line, and nothing is ever cut. A cell in the sample is
 * its length and width as two uint16_t, then its bytes.
 */
#include "table/cell.h"
#include "table/writers.h"

/* Up to this width of its column a scalar is made in place. */
#define SCALAR_WIDTH_MAX (BUF_RESERVE_MAX - CELL_SCALAR_MAX - 2)

struct cell_head {
	uint16_t length, width;
};

static void begin_tint(struct table *table, enum tint tint)
{
	if (table->palette && tint != TINT_NONE)
		buf_add_text(table->out, table->palette->sequence[tint]);
}

static void end_tint(struct table *table, enum tint tint)
{
	if (table->palette && tint != TINT_NONE)
		buf_add_text(table->out, table->palette->sequence[TINT_NONE]);
}

static enum tint cell_tint(const struct column *column, const void *row)
{
	return column->tint && row ? column->tint(row) : TINT_NONE;
}

/* Put @bytes into column @i: padded, but for the last one's end, and followed by the gap. */
static void put(struct table *table, size_t i, enum tint tint, const char *bytes, size_t length,
		size_t width)
{
	bool last = i + 1 == table->count;
	size_t padding = width < table->aligned.width[i] ? table->aligned.width[i] - width : 0;

	if (table->columns[i]->align == COLUMN_RIGHT)
		buf_add_spaces(table->out, padding);
	begin_tint(table, tint);
	buf_add(table->out, bytes, length);
	end_tint(table, tint);
	if (table->columns[i]->align == COLUMN_LEFT && !last)
		buf_add_spaces(table->out, padding);
	buf_add(table->out, last ? "\n" : "  ", last ? 1 : 2);
}

static void put_header(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const char *heading = table->columns[i]->heading;

		put(table, i, TINT_HEADING, heading, strlen(heading), strlen(heading));
	}
}

/* Write the sample out and go on directly. The tints of sampled rows are kept in front of each
 * cell, as a byte, since the rows themselves are gone. */
static void flush_sample(struct table *table)
{
	const char *at = table->aligned.sample.bytes;
	const char *end = at + table->aligned.sample.length;
	size_t i = 0;

	table->aligned.sampling = false;
	if (table->header)
		put_header(table);
	while (at < end) {
		enum tint tint = (enum tint) * at++;
		struct cell_head head;

		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		put(table, i, tint, at, head.length, head.width);
		at += head.length;
		i = (i + 1) % table->count;
	}
}

static void aligned_begin(struct table *table)
{
	table->aligned.sampling = true;
	buf_init(&table->aligned.sample, -1);
	for (size_t i = 0; i < table->count; i++)
		table->aligned.width[i] = table->header ? strlen(table->columns[i]->heading) : 0;
}

/* Add the row @whole to the sample.
 *
 * Return: whether it found room; if not, the sample is as before.
 */
static bool sample_row(struct table *table, const void *whole)
{
	struct buf *sample = &table->aligned.sample;
	size_t widths[TABLE_COLUMNS_MAX];

	sample->kept = sample->length;
	if (sample->kept > BUF_SIZE - BUF_RESERVE_MAX)
		return false;
	for (size_t i = 0; i < table->count && !sample->error; i++) {
		const struct column *column = table->columns[i];
		const void *row = table_cell_row(table, i, whole);
		struct cell_head head = { 0 };
		size_t start;

		buf_add_char(sample, (char)cell_tint(column, row));
		start = sample->length;
		buf_add(sample, (const char *)&head, sizeof(head));
		widths[i] = cell_write(sample, column, row, CELL_QUOTES_PLAIN);
		head.length = (uint16_t)(sample->length - start - sizeof(head));
		head.width = (uint16_t)widths[i];
		if (!sample->error)
			memcpy(sample->bytes + start, &head, sizeof(head));
	}
	if (sample->error) {
		sample->length = sample->kept;
		return false;
	}
	for (size_t i = 0; i < table->count; i++)
		if (widths[i] > table->aligned.width[i])
			table->aligned.width[i] = widths[i];
	return true;
}

/* As put() for a scalar without a tint, which is most of a listing: made where it stays. */
static void put_scalar(struct table *table, size_t i, const void *row)
{
	const struct column *column = table->columns[i];
	bool is_last = i + 1 == table->count;
	size_t width = table->aligned.width[i], padding;
	char *at = buf_reserve(table->out, width + CELL_SCALAR_MAX + 2);
	size_t length = 1;

	if (cell_is_null(column, row))
		*at = '-';
	else
		length = cell_scalar(at, column, row);
	padding = length < width ? width - length : 0;
	if (column->align == COLUMN_RIGHT) {
		memmove(at + padding, at, length);
		memset(at, ' ', padding);
		length += padding;
	} else if (!is_last) {
		memset(at + length, ' ', padding);
		length += padding;
	}
	at += length;
	*at++ = is_last ? '\n' : ' ';
	if (!is_last)
		*at++ = ' ';
	buf_commit(table->out, at);
}

static void aligned_row(struct table *table, const void *whole)
{
	if (table->aligned.sampling) {
		if (sample_row(table, whole))
			return;
		flush_sample(table);
	}
	for (size_t i = 0; i < table->count; i++) {
		const struct column *column = table->columns[i];
		const void *row = table_cell_row(table, i, whole);
		bool last = i + 1 == table->count;
		enum tint tint = cell_tint(column, row);
		char text[CELL_SCALAR_MAX] = "-";
		size_t width;

		if (cell_is_scalar(column) && tint == TINT_NONE &&
		    table->aligned.width[i] <= SCALAR_WIDTH_MAX) {
			put_scalar(table, i, row);
			continue;
		}
		if (cell_is_scalar(column)) {
			width = cell_is_null(column, row) ? 1 : cell_scalar(text, column, row);
			put(table, i, tint, text, width, width);
			continue;
		}
		begin_tint(table, tint);
		width = cell_write(table->out, column, row, CELL_QUOTES_PLAIN);
		end_tint(table, tint);
		if (!last && width < table->aligned.width[i])
			buf_add_spaces(table->out, table->aligned.width[i] - width);
		buf_add(table->out, last ? "\n" : "  ", last ? 1 : 2);
	}
}

static void let_go(struct table *table)
{
	if (table->aligned.sampling)
		flush_sample(table);
}

const struct table_writer table_aligned_writer = {
	.begin = aligned_begin,
	.row = aligned_row,
	.flush = let_go,
	.end = let_go,
};
