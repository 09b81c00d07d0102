// SPDX-License-Identifier: GPL-2.0-or-later
/* Text from outside in every format: the input is cut into three texts at its NULs. What comes out
 * must be what the format promises, on as many lines, without anything that steers a terminal. */
#include "../unit/listing.h"
#include "fuzz.h"

#define ROWS 2

static size_t count_lines(const char *text, size_t length)
{
	size_t lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

static void check(struct listing *listing, enum table_format format, const struct sample *rows,
		  size_t lines)
{
	size_t length;
	const char *text = listing_text(listing, format, rows, ROWS, &length);

	FUZZ_CHECK(support_text_is_harmless(text, length));
	FUZZ_CHECK(count_lines(text, length) == lines);
	FUZZ_CHECK(text[length - 1] == '\n');
	if (format == TABLE_JSON)
		FUZZ_CHECK(support_json_is_valid(text, length));
	for (const char *end; format == TABLE_NDJSON && *text; text = end + 1) {
		end = strchr(text, '\n');
		FUZZ_CHECK(support_json_is_valid(text, (size_t)(end - text)));
	}
	for (const char *end; format == TABLE_CSV && *text; text = end + 1) {
		end = strchr(text, '\n');
		FUZZ_CHECK(support_csv_fields(text, (size_t)(end - text)) == listing->table.count);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct listing *listing;
	char *texts[3];

	if (!listing)
		listing = listing_new("text,u8,object,list,text");
	for (int i = 0; i < 3; i++) {
		size_t used;

		texts[i] = fuzz_text(data, size);
		used = strlen(texts[i]) + 1;
		data += used < size ? used : size;
		size -= used < size ? used : size;
	}

	struct sample_part parts[] = { { 1, texts[1], true }, { 2, texts[2], false } };
	struct sample rows[ROWS] = {
		{ .text = texts[0], .object = parts, .list = parts, .count = 2 },
		{ .text = texts[2], .list = &parts[1], .count = 1 },
	};

	check(listing, TABLE_FIXED, rows, ROWS + 1);
	check(listing, TABLE_ALIGNED, rows, ROWS + 1);
	check(listing, TABLE_JSON, rows, ROWS + 2);
	check(listing, TABLE_NDJSON, rows, ROWS);
	check(listing, TABLE_CSV, rows, ROWS + 1);
	for (int i = 0; i < 3; i++)
		free(texts[i]);
	return 0;
}
