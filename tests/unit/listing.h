// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_LISTING_H
#define NETSONDE_TESTS_UNIT_LISTING_H

#include <stddef.h>

#include "sample.h"
#include "support.h"
#include "table/table.h"

/* A listing of samples, caught. */
struct listing {
	struct table table;
	struct support_catch caught;
};

struct listing *listing_new(const char *columns);
void listing_free(struct listing *listing);
const char *listing_text(struct listing *listing, enum table_format format,
			 const struct sample *rows, size_t count, size_t *length);

#endif
