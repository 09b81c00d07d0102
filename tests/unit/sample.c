// SPDX-License-Identifier: GPL-2.0-or-later
#include "sample.h"

#include <string.h>

#define PART(field) .offset = offsetof(struct sample_part, field)
#define AT(field) .offset = offsetof(struct sample, field)

static enum tint text_tint(const void *row)
{
	const struct sample *sample = row;

	return sample->text && strcmp(sample->text, "bad") == 0 ? TINT_BAD : TINT_NONE;
}

/* clang-format off */
static const struct column part_columns[] = {
	{ "number", "Number", "a number", COLUMN_U32, COLUMN_NULL_MAX, PART(number) },
	{ "name", "Name", "a name", COLUMN_TEXT, PART(name) },
	{ "flag", "Flag", "a flag", COLUMN_BOOL, PART(flag) },
	{ .key = NULL },
};

/* The numbers cover the three kinds of null, the fixed layout's widths both alignments. */
const struct column sample_columns[] = {
	{ "text", "Text", "any text", COLUMN_TEXT, .width = 6, .tint = text_tint, AT(text) },
	{ "u8", "U8", "8 bits", COLUMN_U8, COLUMN_NULL_MAX, COLUMN_RIGHT, .width = 4, AT(u8) },
	{ "u16", "U16", "16 bits", COLUMN_U16, COLUMN_NULL_ZERO, COLUMN_RIGHT, .width = 6,
	  AT(u16) },
	{ "u32", "U32", "32 bits", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_LEFT, .width = 4, AT(u32) },
	{ "u64", "U64", "64 bits", COLUMN_U64, COLUMN_NEVER_NULL, COLUMN_RIGHT, AT(u64) },
	{ "id", "Id", "identifier", COLUMN_ID, COLUMN_NULL_MAX, AT(id) },
	{ "yes", "Yes", "yes or no", COLUMN_BOOL, .width = 5, AT(yes) },
	{ "addr", "Addr", "an address", COLUMN_ADDR, AT(addr) },
	{ "end", "End", "an address with a port", COLUMN_ENDPOINT, .width = 15, AT(end) },
	{ "object", "Object", "a part", COLUMN_OBJECT, .nested = part_columns, AT(object) },
	{ "list", "List", "parts", COLUMN_LIST, .nested = part_columns,
	  .count_offset = offsetof(struct sample, count), .stride = sizeof(struct sample_part),
	  AT(list) },
	{ .key = NULL },
};
/* clang-format on */
