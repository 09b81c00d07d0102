// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_COLUMN_H
#define NETSONDE_BASE_COLUMN_H

#include <stddef.h>
#include <stdint.h>

#include "base/palette.h"

/* What stands at a column's offset in a row, and so how every format writes it. */
enum column_type {
	COLUMN_TEXT, /* const char *; NULL is null */
	COLUMN_U8,
	COLUMN_U16,
	COLUMN_U32,
	COLUMN_U64,
	COLUMN_ID,	 /* uint64_t; a string in JSON, where numbers lose digits beyond 2^53 */
	COLUMN_BOOL,	 /* bool; with COLUMN_NULL_MAX a uint8_t */
	COLUMN_MS,	 /* uint64_t in ns, written as milliseconds with decimals */
	COLUMN_US32,	 /* uint32_t in us, written as milliseconds with decimals */
	COLUMN_DOUBLE,	 /* double, written with up to six decimals; NaN is null */
	COLUMN_TIME,	 /* uint64_t, of clock_real_ns(), as RFC 3339 has it; 0 is null */
	COLUMN_ADDR,	 /* struct addr, address and zone alone; a family of AF_UNSPEC is null */
	COLUMN_ENDPOINT, /* struct addr, as ADDRESS:PORT in netstat's way */
	COLUMN_PREFIX,	 /* struct prefix, as ip-route(8) writes it; AF_UNSPEC is null */
	COLUMN_WORDS,	 /* const char *const *, a list of texts that NULL ends; NULL is null */
	COLUMN_OBJECT,	 /* const T *, an object of the columns in `nested`; NULL is null */
	COLUMN_FACTS, /* the same, but its text names each: KEY:VALUE KEY:VALUE, zeros left out */
	COLUMN_LIST, /* const T *, the first of as many rows as the uint32_t at count_offset says */
};

/* The number that stands for "unknown": it is written as null (JSON), or `absent` (text, CSV). */
enum column_null {
	COLUMN_NEVER_NULL,
	COLUMN_NULL_ZERO,
	COLUMN_NULL_MAX, /* all bits set */
};

enum column_align {
	COLUMN_LEFT,
	COLUMN_RIGHT,
};

/* One field of a record: every output format, --columns and the manual's list come from it. A table
 * of columns ends with a NULL key. */
struct column {
	const char *key;     /* JSON key, name in --columns */
	const char *heading; /* in text */
	const char *help;    /* one line for --help and the manual */
	enum column_type type;
	enum column_null null;
	enum column_align align;
	uint16_t width;	       /* fixed layout: at least; aligned: if table_widen() is asked */
	uint16_t offset;       /* of the value in the row */
	uint16_t count_offset; /* COLUMN_LIST: of its uint32_t count */
	uint16_t stride;       /* COLUMN_LIST: size of an element */
	const struct column *nested; /* COLUMN_LIST: one column whose key is "": of bare values */
	enum tint (*tint)(const void *row); /* NULL: none */
};

#endif
