// SPDX-License-Identifier: GPL-2.0-or-later
/* A list of columns, and a row in those that were chosen. */
#include "../unit/listing.h"
#include "fuzz.h"
#include "table/groups.h"

static size_t count_commas(const char *list)
{
	size_t commas = 0;

	for (; *list; list++)
		commas += *list == ',';
	return commas;
}

/* As a list to count by, and to sort by. */
static void check_groups(const char *list, const struct sample *row)
{
	static struct groups groups;
	static struct slots order;
	struct err err = { 0 };

	if (groups_init(&groups, sample_columns, list, NULL, &err) == 0) {
		FUZZ_CHECK(groups_add(&groups, row) == 0 && groups_add(&groups, row) == 0);
		FUZZ_CHECK(groups.count == 1 && groups_sort(&groups) == 0);
	} else {
		FUZZ_CHECK(err.text[0]);
	}
	groups_fini(&groups);
	slots_select(&order, sample_columns, list, true, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sample row = { .text = "text" };
	static struct listing *listing;
	char *list = fuzz_text(data, size);
	struct err err = { 0 };
	const char *text;
	size_t length;

	if (!listing)
		listing = listing_new(NULL);
	check_groups(list, &row);
	if (table_select(&listing->table, sample_columns, list, &err) == 0) {
		FUZZ_CHECK(listing->table.count == count_commas(list) + 1);
		text = listing_text(listing, TABLE_NDJSON, &row, 1, &length);
		FUZZ_CHECK(support_json_is_valid(text, length));
		listing->table.header = false;
		text = listing_text(listing, TABLE_CSV, &row, 1, &length);
		FUZZ_CHECK(support_csv_fields(text, length - 1) == listing->table.count);
		listing->table.header = true;
		listing_text(listing, TABLE_CSV, &row, 0, &length);
		FUZZ_CHECK(length == strlen(list) + 1);
	} else {
		FUZZ_CHECK(err.text[0]);
	}
	free(list);
	return 0;
}
