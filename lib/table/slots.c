// SPDX-License-Identifier: GPL-2.0-or-later
/* Values taken out of rows: to be counted, and to be sorted by. They keep their types, so that they
 * can be shown, as rows of their own, by columns like those that they came from. */
#include "table/slots.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "table/cell.h"
#include "table/column_path.h"

/* How much of an IPv6 address counts where only IPv4's part was said: a subnet. */
#define DEFAULT_V6_BITS 64

static bool is_addr(const struct column *column)
{
	return column->type == COLUMN_ADDR || column->type == COLUMN_ENDPOINT;
}

/* The bytes that a value of @column has in its row. */
static size_t width(const struct column *column)
{
	switch (column->type) {
	case COLUMN_TEXT:
		return sizeof(const char *);
	case COLUMN_U8:
		return sizeof(uint8_t);
	case COLUMN_BOOL:
		return sizeof(bool);
	case COLUMN_U16:
		return sizeof(uint16_t);
	case COLUMN_U32:
	case COLUMN_US32:
		return sizeof(uint32_t);
	case COLUMN_ADDR:
	case COLUMN_ENDPOINT:
		return sizeof(struct addr);
	case COLUMN_PREFIX:
		return sizeof(struct prefix);
	default:
		return sizeof(uint64_t);
	}
}

static bool is_single(const struct column *column)
{
	return column->type != COLUMN_WORDS && column->type != COLUMN_OBJECT &&
	       column->type != COLUMN_FACTS && column->type != COLUMN_LIST;
}

/* Read "N" or "N/N", the bits of IPv4 and IPv6 addresses that count, at @text of @length. */
static bool parse_bits(struct slot_source *source, const char *text, size_t length)
{
	char first[8], *second;
	uint64_t bits;

	if (length >= sizeof(first))
		return false;
	text_copy(first, length + 1, text);
	second = strchr(first, '/');
	if (second)
		*second++ = '\0';
	if (text_parse_u64(first, second ? 32 : 128, &bits) < 0)
		return false;
	source->v4_bits = (uint8_t)bits;
	source->v6_bits = bits > 32 ? (uint8_t)bits : DEFAULT_V6_BITS;
	if (second) {
		if (text_parse_u64(second, 128, &bits) < 0)
			return false;
		source->v6_bits = (uint8_t)bits;
	}
	source->is_prefix = true;
	return true;
}

/* The column in which the value taken from @source stands in an array of slots. */
static struct column slot_column(const struct slot_source *source, const char *key, size_t index)
{
	struct column column = *source->column;

	column.key = key;
	column.offset = (uint16_t)(index * sizeof(union slot));
	column.tint = NULL;
	if (source->is_prefix)
		column.type = COLUMN_PREFIX;
	/* There may be no object to take it out of. */
	if (source->parent && column.null == COLUMN_NEVER_NULL)
		column.null = COLUMN_NULL_MAX;
	return column;
}

static int add_source(struct slots *slots, const struct column *all, const char *key, size_t length,
		      bool is_order, struct err *err)
{
	struct slot_source source = { .is_descending = is_order && key[0] == '-' };
	size_t index = slots->count, name;
	int shown;

	key += source.is_descending;
	length -= source.is_descending;
	shown = (int)(length < 64 ? length : 64);
	name = (size_t)(strcspn(key, "/,"));
	if (length == 0)
		return err_set(err, -EINVAL, "a column name is missing in the list");
	source.column = column_path(all, key, name, &source.parent);
	if (!source.column)
		return err_set(err, -EINVAL, "no column '%.*s'", (int)(name < 64 ? name : 64), key);
	if (!is_single(source.column))
		return err_set(err, -EINVAL, "column '%.*s' has parts: name one of them", shown,
			       key);
	if (name < length &&
	    (!is_addr(source.column) || !parse_bits(&source, key + name + 1, length - name - 1)))
		return err_set(err, -EINVAL,
			       "'%.*s': /BITS or /BITS/BITS, 32 and 128 at most, goes with "
			       "addresses",
			       shown, key);
	if (index == SLOTS_MAX)
		return err_set(err, -E2BIG, "more than %d columns", SLOTS_MAX);
	text_copy(slots->keys[index], name + 1 < TABLE_KEY_SIZE ? name + 1 : TABLE_KEY_SIZE, key);
	slots->sources[index] = source;
	slots->columns[index] = slot_column(&source, slots->keys[index], index);
	slots->columns[++slots->count].key = NULL;
	return 0;
}

/* Choose the values to take out of rows that have the columns @all: @list names them, separated by
 * commas. OBJECT.KEY takes one out of an object; ADDRESS/24 and ADDRESS/24/64 keep the front of an
 * address; with @is_order, -KEY sorts from high to low. @slots may not move afterwards.
 *
 * Return: 0, -EINVAL for what is no such list, -E2BIG for more than SLOTS_MAX.
 */
int slots_select(struct slots *slots, const struct column *all, const char *list, bool is_order,
		 struct err *err)
{
	int ret = 0;

	slots->count = 0;
	while (list && ret == 0) {
		size_t length = strcspn(list, ",");

		ret = add_source(slots, all, list, length, is_order, err);
		list = list[length] ? list + length + 1 : NULL;
	}
	return ret;
}

/* The value for "there is none", as the slot's column has it; @value is zero. */
static void set_null(const struct column *column, union slot *value)
{
	switch (column->type) {
	case COLUMN_TEXT:
		value->text = NULL;
		break;
	case COLUMN_ADDR:
	case COLUMN_ENDPOINT:
	case COLUMN_PREFIX:
	case COLUMN_TIME:
		break;
	default:
		if (column->type == COLUMN_DOUBLE || column->null == COLUMN_NULL_MAX)
			memset(value, 0xff, width(column));
	}
}

/* Part by part: what lies between the parts of a struct is anything. */
static void take_addr(struct addr *to, const struct addr *from)
{
	memcpy(to->bytes, from->bytes, sizeof(to->bytes));
	to->zone = from->zone;
	to->port = from->port;
	to->family = from->family;
}

static void take_prefix(const struct slot_source *source, const struct addr *addr,
			union slot *value)
{
	struct addr plain = addr_unmapped(addr);
	struct prefix prefix =
		prefix_of(&plain, plain.family == AF_INET ? source->v4_bits : source->v6_bits);

	take_addr(&value->prefix.addr, &prefix.addr);
	value->prefix.addr.zone = 0;
	value->prefix.length = prefix.length;
}

static void take_value(const struct slot_source *source, const void *row, union slot *value)
{
	const char *from = (const char *)row + source->column->offset;

	if (source->is_prefix) {
		take_prefix(source, (const struct addr *)from, value);
	} else if (is_addr(source->column)) {
		take_addr(&value->addr, (const struct addr *)from);
		/* The port is not part of what is shown. */
		if (source->column->type == COLUMN_ADDR)
			value->addr.port = 0;
	} else if (source->column->type == COLUMN_PREFIX) {
		take_addr(&value->prefix.addr, &((const struct prefix *)from)->addr);
		value->prefix.length = ((const struct prefix *)from)->length;
	} else {
		memcpy(value, from, width(source->column));
	}
}

/* Take the chosen values of @row to @values (slots->count). Texts stay borrowed from the row. */
void slots_take(const struct slots *slots, const void *row, union slot *values)
{
	memset(values, 0, slots->count * sizeof(*values));
	for (size_t i = 0; i < slots->count; i++) {
		const struct slot_source *source = &slots->sources[i];
		const void *from = row;
		uint32_t count;

		if (source->parent)
			from = cell_nested(source->parent, row, &count);
		if (!from || cell_is_null(source->column, from))
			set_null(&slots->columns[i], &values[i]);
		else
			take_value(source, from, &values[i]);
	}
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_doubles(const union slot *a, const union slot *b)
{
	double left, right;

	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	return (left > right) - (left < right);
}

static int compare_addrs(const struct addr *a, const struct addr *b)
{
	int order = compare_numbers(a->family, b->family);

	if (!order)
		order = memcmp(a->bytes, b->bytes, sizeof(a->bytes));
	if (!order)
		order = compare_numbers(a->port, b->port);
	return order ? order : compare_numbers(a->zone, b->zone);
}

/* Compare the values of @column, of the @i'th, in the arrays @a and @b. */
static int compare_values(const struct column *column, size_t i, const union slot *a,
			  const union slot *b)
{
	int order;

	switch (column->type) {
	case COLUMN_TEXT:
		return strcmp(a[i].text, b[i].text);
	case COLUMN_DOUBLE:
		return compare_doubles(&a[i], &b[i]);
	case COLUMN_ADDR:
	case COLUMN_ENDPOINT:
		return compare_addrs(&a[i].addr, &b[i].addr);
	case COLUMN_PREFIX:
		order = compare_addrs(&a[i].prefix.addr, &b[i].prefix.addr);
		return order ? order : compare_numbers(a[i].prefix.length, b[i].prefix.length);
	default:
		return compare_numbers(cell_number(column, a), cell_number(column, b));
	}
}

/* Which of two arrays of slots comes first in the order that was chosen: below 0 @a, above 0 @b, 0
 * for either. Where there is no value comes last, whichever way it sorts. */
int slots_compare(const struct slots *slots, const union slot *a, const union slot *b)
{
	for (size_t i = 0; i < slots->count; i++) {
		const struct column *column = &slots->columns[i];
		bool no_a = cell_is_null(column, a), no_b = cell_is_null(column, b);
		int order;

		if (no_a && no_b)
			continue;
		if (no_a || no_b)
			return no_a ? 1 : -1;
		order = compare_values(column, i, a, b);
		if (order)
			return slots->sources[i].is_descending ? -order : order;
	}
	return 0;
}
