// SPDX-License-Identifier: GPL-2.0-or-later
#include "listing.h"

#include <stdlib.h>
#include <unistd.h>

/* Make a listing of @columns (as for table_select()), with a header and without colour. */
struct listing *listing_new(const char *columns)
{
	struct listing *listing = calloc(1, sizeof(*listing));

	if (!listing || table_select(&listing->table, sample_columns, columns, NULL) < 0)
		abort();
	listing->table.header = true;
	support_catch(&listing->caught);
	return listing;
}

void listing_free(struct listing *listing)
{
	support_release(&listing->caught);
	free(listing);
}

/* Write @rows in @format.
 *
 * Return: the text, and in @length (unless NULL) its length; it is good until the next call.
 */
const char *listing_text(struct listing *listing, enum table_format format,
			 const struct sample *rows, size_t count, size_t *length)
{
	support_recatch(&listing->caught);
	table_begin(&listing->table, &listing->caught.out, format);
	for (size_t i = 0; i < count; i++)
		table_row(&listing->table, &rows[i]);
	if (table_end(&listing->table) < 0)
		abort();
	return support_caught(&listing->caught, length);
}
