// SPDX-License-Identifier: GPL-2.0-or-later
#include "table/table.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "table/column_path.h"
#include "table/writers.h"

static int add_column(struct table *table, const struct column *column, const struct column *parent,
		      struct err *err)
{
	if (table->count == TABLE_COLUMNS_MAX)
		return err_set(err, -E2BIG, "more than %d columns", TABLE_COLUMNS_MAX);
	table->parents[table->count] = parent;
	table->columns[table->count++] = column;
	return 0;
}

/* Write the key of column @i of @table, with that of its object if it was taken out of one, to @key
 * (TABLE_KEY_SIZE bytes).
 *
 * Return: its length.
 */
size_t table_key(const struct table *table, size_t i, char *key)
{
	const struct column *parent = table->parents[i];
	size_t length = 0;

	if (parent) {
		length = text_copy(key, TABLE_KEY_SIZE - 1, parent->key);
		key[length++] = '.';
	}
	return length + text_copy(key + length, TABLE_KEY_SIZE - length, table->columns[i]->key);
}

/* Choose the columns that @table shows, from those of @all (ends with a NULL key): the keys that
 * @list names, in its order, separated by commas; all of them if @list is NULL. OBJECT.KEY takes
 * one out of an object.
 *
 * Return: 0, -EINVAL for a key that @all lacks, -E2BIG for more than TABLE_COLUMNS_MAX.
 */
int table_select(struct table *table, const struct column *all, const char *list, struct err *err)
{
	int ret = 0;

	table->count = 0;
	for (const struct column *column = all; !list && column->key && !ret; column++)
		ret = add_column(table, column, NULL, err);
	while (list && !ret) {
		size_t length = strcspn(list, ",");
		const struct column *parent, *column = column_path(all, list, length, &parent);

		if (length == 0)
			return err_set(err, -EINVAL, "a column name is missing in the list");
		if (!column)
			return err_set(err, -EINVAL, "no column '%.*s'",
				       (int)(length < 64 ? length : 64), list);
		ret = add_column(table, column, parent, err);
		list = list[length] ? list + length + 1 : NULL;
	}
	return ret;
}

/* Start a listing of the selected columns on @out; table->palette and table->header count from
 * here. */
void table_begin(struct table *table, struct buf *out, enum table_format format)
{
	static const struct table_writer *const writers[] = {
		[TABLE_FIXED] = &table_fixed_writer, [TABLE_ALIGNED] = &table_aligned_writer,
		[TABLE_JSON] = &table_json_writer,   [TABLE_NDJSON] = &table_ndjson_writer,
		[TABLE_CSV] = &table_csv_writer,
	};

	table->out = out;
	table->rows = 0;
	table->first = table;
	table->writer = writers[format];
	table->writer->begin(table);
}

/* Let the rows of @table, which has columns of its own, go into the listing that @first has begun
 * as JSON, NDJSON or CSV: for records of several kinds. table_end() is due for @first alone. */
void table_join(struct table *table, struct table *first)
{
	table->out = first->out;
	table->rows = 0;
	table->first = first;
	table->writer = first->writer;
	if (table->writer->join)
		table->writer->join(table);
}

/* Write one row; @row is borrowed for this call. */
void table_row(struct table *table, const void *row)
{
	table->writer->row(table, row);
	table->first->rows++;
}

/* In the aligned layout, make columns at least as wide as their tables say: for rows that come one
 * by one, and cannot be waited for. */
void table_widen(struct table *table)
{
	for (size_t i = 0; table->writer == &table_aligned_writer && i < table->count; i++)
		if (table->columns[i]->width > table->aligned.width[i])
			table->aligned.width[i] = table->columns[i]->width;
}

/* Let go what is held back of the rows so far, where nobody knows when the next one comes. The
 * widths of the aligned layout are settled by that. */
void table_flush(struct table *table)
{
	if (table->writer->flush)
		table->writer->flush(table);
}

/* Finish the listing: what is still held back goes to the buf (which is not flushed), a JSON array
 * is closed.
 *
 * Return: 0, or the -errno of a failed write.
 */
int table_end(struct table *table)
{
	table->writer->end(table);
	return table->out->error;
}
