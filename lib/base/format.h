// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_FORMAT_H
#define NETSONDE_BASE_FORMAT_H

/* How a table is written. */
enum table_format {
	TABLE_FIXED,   /* the habit's layouts: each column padded to its width, one space between */
	TABLE_ALIGNED, /* our own: widths found from the first rows */
	TABLE_JSON,    /* one array */
	TABLE_NDJSON,  /* an object a line */
	TABLE_CSV,     /* RFC 4180, with a header line */
};

#endif
