// SPDX-License-Identifier: GPL-2.0-or-later
#include "table/cell.h"

#include <string.h>

#include "base/addr.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/prefix.h"
#include "base/text.h"

/* Text is escaped in pieces of this size. */
#define CHUNK 256

/* The value of a numeric column, widened; @max is its type's "all bits set". */
static uint64_t number(const struct column *column, const void *row, uint64_t *max)
{
	const char *at = (const char *)row + column->offset;
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (column->type) {
	case COLUMN_U8:
	case COLUMN_BOOL:
		*max = UINT8_MAX;
		return *(const uint8_t *)at;
	case COLUMN_U16:
		*max = UINT16_MAX;
		memcpy(&u16, at, sizeof(u16));
		return u16;
	case COLUMN_U32:
	case COLUMN_US32:
		*max = UINT32_MAX;
		memcpy(&u32, at, sizeof(u32));
		return u32;
	default:
		*max = UINT64_MAX;
		memcpy(&u64, at, sizeof(u64));
		return u64;
	}
}

/* Return: the value of a numeric column. */
uint64_t cell_number(const struct column *column, const void *row)
{
	uint64_t max;

	return number(column, row, &max);
}

/* Return: what the pointer at the column's offset points to. */
static const void *pointer(const struct column *column, const void *row)
{
	const void *value;

	memcpy(&value, (const char *)row + column->offset, sizeof(value));
	return value;
}

static const struct addr *address(const struct column *column, const void *row)
{
	return (const struct addr *)((const char *)row + column->offset);
}

static const struct prefix *prefix_at(const struct column *column, const void *row)
{
	return (const struct prefix *)((const char *)row + column->offset);
}

static double decimal(const struct column *column, const void *row)
{
	double value;

	memcpy(&value, (const char *)row + column->offset, sizeof(value));
	return value;
}

/* Whether the row has no value here, NULL being one that has none. An empty list is a value. */
bool cell_is_null(const struct column *column, const void *row)
{
	uint64_t value, max;

	if (!row)
		return true;
	switch (column->type) {
	case COLUMN_TEXT:
	case COLUMN_WORDS:
	case COLUMN_OBJECT:
	case COLUMN_FACTS:
		return !pointer(column, row);
	case COLUMN_PREFIX:
		return prefix_at(column, row)->addr.family == AF_UNSPEC;
	case COLUMN_ADDR:
	case COLUMN_ENDPOINT:
		return address(column, row)->family == AF_UNSPEC;
	case COLUMN_LIST:
		return false;
	case COLUMN_DOUBLE:
		value = decimal(column, row) != decimal(column, row);
		return value;
	case COLUMN_TIME:
		return !number(column, row, &max);
	default:
		if (column->null == COLUMN_NEVER_NULL)
			return false;
		value = number(column, row, &max);
		return value == (column->null == COLUMN_NULL_MAX ? max : 0);
	}
}

/* Whether the cell's text is bounded by CELL_SCALAR_MAX and made by cell_scalar(). */
bool cell_is_scalar(const struct column *column)
{
	return column->type != COLUMN_TEXT && column->type != COLUMN_WORDS &&
	       column->type != COLUMN_OBJECT && column->type != COLUMN_FACTS &&
	       column->type != COLUMN_LIST;
}

/* Return: the text of a COLUMN_TEXT cell, NULL for null. */
const char *cell_text_value(const struct column *column, const void *row)
{
	return pointer(column, row);
}

/* Return: the texts of a COLUMN_WORDS cell that is not null; NULL ends them. */
const char *const *cell_words(const struct column *column, const void *row)
{
	return pointer(column, row);
}

/* Return: the first nested row of a COLUMN_OBJECT, COLUMN_FACTS or COLUMN_LIST cell, and in @count
 * how many. */
const void *cell_nested(const struct column *column, const void *row, uint32_t *count)
{
	const void *first = pointer(column, row);

	*count = first ? 1 : 0;
	if (first && column->type == COLUMN_LIST)
		memcpy(count, (const char *)row + column->count_offset, sizeof(*count));
	return first;
}

/* netstat's way of writing an end: no brackets, v4-mapped as plain IPv4, '*' for no port. */
static char *format_endpoint(char *at, const struct addr *end)
{
	if (addr_is_v4mapped(end)) {
		struct addr plain = addr_unmapped(end);

		at = addr_format(at, &plain);
	} else {
		at = addr_format(at, end);
	}
	*at++ = ':';
	if (end->port)
		return text_u64(at, end->port);
	*at++ = '*';
	return at;
}

/* @millionths with six decimals, without the zeros at their end. */
static char *format_millionths(char *at, uint64_t millionths)
{
	uint64_t part = millionths % 1000000;

	at = text_u64(at, millionths / 1000000);
	if (part == 0)
		return at;
	*at++ = '.';
	for (int i = 5; i >= 0; i--, part /= 10)
		at[i] = (char)('0' + part % 10);
	at += 6;
	while (at[-1] == '0')
		at--;
	return at;
}

static char *format_double(char *at, double value)
{
	if (value < 0) {
		*at++ = '-';
		value = -value;
	}
	return format_millionths(at, value < 1e13 ? (uint64_t)(value * 1e6 + 0.5) : UINT64_MAX);
}

/* Write a scalar cell that is not null at @at (room for CELL_SCALAR_MAX bytes, no terminator).
 *
 * Return: its length.
 */
size_t cell_scalar(char *at, const struct column *column, const void *row)
{
	uint64_t max;
	bool yes;

	switch (column->type) {
	case COLUMN_ADDR:
		return (size_t)(addr_format(at, address(column, row)) - at);
	case COLUMN_ENDPOINT:
		return (size_t)(format_endpoint(at, address(column, row)) - at);
	case COLUMN_PREFIX:
		return (size_t)(prefix_format(at, prefix_at(column, row)) - at);
	case COLUMN_US32:
		return (size_t)(format_millionths(at, number(column, row, &max) * 1000) - at);
	case COLUMN_MS:
		return (size_t)(format_millionths(at, number(column, row, &max)) - at);
	case COLUMN_DOUBLE:
		return (size_t)(format_double(at, decimal(column, row)) - at);
	case COLUMN_TIME:
		return (size_t)(clock_format(at, number(column, row, &max)) - at);
	case COLUMN_BOOL:
		yes = number(column, row, &max);
		memcpy(at, yes ? "yes" : "no", yes ? 3 : 2);
		return yes ? 3 : 2;
	default:
		return (size_t)(text_u64(at, number(column, row, &max)) - at);
	}
}

/* Double the quotes among the @length bytes at @at, which has room for twice as many.
 *
 * Return: the length after that.
 */
static size_t double_quotes(char *at, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (at[i] != '"')
			continue;
		memmove(at + i + 1, at + i, length - i);
		length++;
		i++;
	}
	return length;
}

/* Add @text with everything escaped that could steer a terminal or forge a line.
 *
 * Return: the places it takes on a terminal, one a character.
 */
static size_t write_text(struct buf *out, const char *text, enum cell_quotes quotes)
{
	size_t length = strlen(text), width = 0;
	size_t plain = escape_plain_run(text, length);

	buf_add(out, text, plain);
	width = plain;
	text += plain;
	length -= plain;
	while (length > 0) {
		char *at = buf_reserve(out, 2 * CHUNK);
		size_t used, n = escape_text(at, CHUNK, text, length, &used);

		for (size_t i = 0; i < n; i++)
			width += ((unsigned char)at[i] & 0xc0) != 0x80;
		if (quotes == CELL_QUOTES_DOUBLED)
			n = double_quotes(at, n);
		buf_commit(out, at + n);
		text += used;
		length -= used;
	}
	return width;
}

/* Texts joined by ','; "-" if there are none. */
static size_t write_words(struct buf *out, const char *const *words, enum cell_quotes quotes)
{
	size_t width = 0;

	if (!words[0])
		return write_text(out, "-", quotes);
	for (size_t i = 0; words[i]; i++) {
		if (i > 0)
			width += write_text(out, ",", quotes);
		width += write_text(out, words[i], quotes);
	}
	return width;
}

/* What nested text leaves out: null, false, an empty list. */
static bool is_silent(const struct column *column, const void *row)
{
	uint64_t max;
	uint32_t count;

	if (cell_is_null(column, row))
		return true;
	if (column->type == COLUMN_BOOL)
		return !number(column, row, &max);
	if (column->type == COLUMN_WORDS)
		return !cell_words(column, row)[0];
	if (column->type != COLUMN_LIST)
		return false;
	cell_nested(column, row, &count);
	return count == 0;
}

static bool is_zero(const struct column *column, const void *row)
{
	uint64_t max;

	switch (column->type) {
	case COLUMN_U8:
	case COLUMN_U16:
	case COLUMN_U32:
	case COLUMN_U64:
	case COLUMN_ID:
	case COLUMN_MS:
	case COLUMN_US32:
		return number(column, row, &max) == 0;
	case COLUMN_DOUBLE:
		return decimal(column, row) == 0;
	default:
		return false;
	}
}

/* A part of an object as text: what is true shows its name, and so does everything among facts. */
static size_t write_part(struct buf *out, const struct column *column, const void *row,
			 bool has_name, enum cell_quotes quotes)
{
	bool is_object = has_name && column->type == COLUMN_FACTS;
	size_t width = 0;

	if (column->type == COLUMN_BOOL)
		return write_text(out, column->key, quotes);
	if (has_name) {
		width += write_text(out, column->key, quotes) + 1;
		buf_add_char(out, ':');
	}
	if (is_object)
		buf_add_char(out, '(');
	width += cell_write(out, column, row, quotes);
	if (is_object)
		buf_add_char(out, ')');
	return width + (is_object ? 2 : 0);
}

/* Nested rows as text: their cells joined by '/', the rows by ','. What is null, false or empty
 * is left out. Facts are joined by ' ', and zeros are left out, too. */
static size_t write_nested(struct buf *out, const struct column *column, const void *row,
			   enum cell_quotes quotes)
{
	uint32_t count;
	const char *element = cell_nested(column, row, &count);
	bool has_names = column->type == COLUMN_FACTS;
	size_t width = 0;

	for (uint32_t i = 0; i < count; i++, element += column->stride) {
		size_t cells = 0;

		if (i > 0) {
			buf_add_char(out, ',');
			width++;
		}
		for (const struct column *inner = column->nested; inner->key; inner++) {
			if (is_silent(inner, element) || (has_names && is_zero(inner, element)))
				continue;
			if (cells++ > 0) {
				buf_add_char(out, has_names ? ' ' : '/');
				width++;
			}
			width += write_part(out, inner, element, has_names, quotes);
		}
	}
	return width;
}

/* Add the cell as text: "-" for null and for an empty list.
 *
 * Return: the places it takes on a terminal.
 */
size_t cell_write(struct buf *out, const struct column *column, const void *row,
		  enum cell_quotes quotes)
{
	uint32_t count;

	if (cell_is_null(column, row)) {
		buf_add_char(out, '-');
		return 1;
	}
	if (cell_is_scalar(column)) {
		char *at = buf_reserve(out, CELL_SCALAR_MAX);
		size_t length = cell_scalar(at, column, row);

		buf_commit(out, at + length);
		return length;
	}
	if (column->type == COLUMN_TEXT)
		return write_text(out, cell_text_value(column, row), quotes);
	if (column->type == COLUMN_WORDS)
		return write_words(out, cell_words(column, row), quotes);
	cell_nested(column, row, &count);
	if (count == 0) {
		buf_add_char(out, '-');
		return 1;
	}
	return write_nested(out, column, row, quotes);
}
