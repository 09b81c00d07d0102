// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON (RFC 8259): an array written as the rows come, or an object a line. Control characters and
 * bidirectional controls are escaped, bytes that are not UTF-8 become U+FFFD. */
#include "base/escape.h"
#include "base/text.h"
#include "table/cell.h"
#include "table/writers.h"

/* Add one character that cannot stand as it is; four hexadecimal digits hold all of them, since the
 * controls lie in the Basic Multilingual Plane. */
static void json_escape(struct buf *out, uint32_t character)
{
	char *at = buf_reserve(out, 6);

	if (character == '"' || character == '\\') {
		*at++ = '\\';
		*at++ = (char)character;
	} else {
		*at++ = '\\';
		*at++ = 'u';
		at = text_hex8(at, (uint8_t)(character >> 8));
		at = text_hex8(at, (uint8_t)character);
	}
	buf_commit(out, at);
}

static void json_text(struct buf *out, const char *text)
{
	size_t length = strlen(text);

	buf_add_char(out, '"');
	while (length > 0) {
		size_t used = escape_plain_run(text, length);
		uint32_t character;
		enum escape_class class;

		buf_add(out, text, used);
		text += used;
		length -= used;
		if (length == 0)
			break;
		class = escape_classify(text, length, &used, &character);
		if (class == ESCAPE_INVALID)
			buf_add(out, "\xef\xbf\xbd", 3);
		else if (class == ESCAPE_CONTROL || character < 0x80)
			json_escape(out, character);
		else
			buf_add(out, text, used);
		text += used;
		length -= used;
	}
	buf_add_char(out, '"');
}

static void json_cell(struct buf *out, const struct column *column, const void *row);

static void json_object(struct buf *out, const struct column *columns, const void *row)
{
	buf_add_char(out, '{');
	for (const struct column *column = columns; column->key; column++) {
		if (column != columns)
			buf_add_char(out, ',');
		json_text(out, column->key);
		buf_add_char(out, ':');
		json_cell(out, column, row);
	}
	buf_add_char(out, '}');
}

static void json_list(struct buf *out, const struct column *column, const void *row)
{
	uint32_t count;
	const char *element = cell_nested(column, row, &count);

	buf_add_char(out, '[');
	for (uint32_t i = 0; i < count; i++, element += column->stride) {
		if (i > 0)
			buf_add_char(out, ',');
		if (column->nested->key[0])
			json_object(out, column->nested, element);
		else
			json_cell(out, column->nested, element);
	}
	buf_add_char(out, ']');
}

static void json_words(struct buf *out, const char *const *words)
{
	buf_add_char(out, '[');
	for (size_t i = 0; words[i]; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		json_text(out, words[i]);
	}
	buf_add_char(out, ']');
}

static void json_scalar(struct buf *out, const struct column *column, const void *row)
{
	bool quoted = column->type == COLUMN_ID || column->type == COLUMN_ADDR ||
		      column->type == COLUMN_ENDPOINT || column->type == COLUMN_PREFIX ||
		      column->type == COLUMN_TIME;
	char *at = buf_reserve(out, CELL_SCALAR_MAX + 2);

	if (quoted)
		*at++ = '"';
	at += cell_scalar(at, column, row);
	if (quoted)
		*at++ = '"';
	buf_commit(out, at);
}

static void json_cell(struct buf *out, const struct column *column, const void *row)
{
	uint32_t count;

	if (cell_is_null(column, row))
		buf_add(out, "null", 4);
	else if (column->type == COLUMN_TEXT)
		json_text(out, cell_text_value(column, row));
	else if (column->type == COLUMN_WORDS)
		json_words(out, cell_words(column, row));
	else if (column->type == COLUMN_OBJECT || column->type == COLUMN_FACTS)
		json_object(out, column->nested, cell_nested(column, row, &count));
	else if (column->type == COLUMN_LIST)
		json_list(out, column, row);
	else if (column->type == COLUMN_BOOL)
		buf_add_text(out, *((const uint8_t *)row + column->offset) ? "true" : "false");
	else
		json_scalar(out, column, row);
}

/* The text that stands between two values, `,"key":`, is the same in every row: made once. */
static void make_keys(struct table *table)
{
	size_t length = 0;

	for (size_t i = 0; i < table->count; i++) {
		char key[TABLE_KEY_SIZE];
		size_t n = table_key(table, i, key);

		if (n + 4 > sizeof(table->json.keys) - length) {
			table->count = i;
			break;
		}
		table->json.keys[length++] = i > 0 ? ',' : '{';
		table->json.keys[length++] = '"';
		memcpy(table->json.keys + length, key, n);
		length += n;
		table->json.keys[length++] = '"';
		table->json.keys[length++] = ':';
		table->json.ends[i] = length;
	}
}

static void add_object(struct table *table, const void *row)
{
	size_t start = 0;

	for (size_t i = 0; i < table->count; i++) {
		buf_add(table->out, table->json.keys + start, table->json.ends[i] - start);
		start = table->json.ends[i];
		json_cell(table->out, table->columns[i], table_cell_row(table, i, row));
	}
	buf_add_char(table->out, '}');
}

static void json_begin(struct table *table)
{
	make_keys(table);
	buf_add_char(table->out, '[');
}

static void json_row(struct table *table, const void *row)
{
	buf_add_text(table->out, table->first->rows > 0 ? ",\n" : "\n");
	add_object(table, row);
}

static void json_end(struct table *table)
{
	if (table->rows > 0)
		buf_add_char(table->out, '\n');
	buf_add(table->out, "]\n", 2);
}

static void ndjson_begin(struct table *table)
{
	make_keys(table);
}

static void ndjson_row(struct table *table, const void *row)
{
	add_object(table, row);
	buf_add_char(table->out, '\n');
}

static void ndjson_end(struct table *table)
{
	(void)table;
}

const struct table_writer table_json_writer = {
	.begin = json_begin,
	.join = make_keys,
	.row = json_row,
	.end = json_end,
};

const struct table_writer table_ndjson_writer = {
	.begin = ndjson_begin,
	.join = make_keys,
	.row = ndjson_row,
	.end = ndjson_end,
};
