// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of a state file; one that is read is written and read again to the same. */
#include "analysis/station_text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_text(data, size), text[STATION_TEXT_MAX + 1], again[STATION_TEXT_MAX + 1];
	struct saved_station saved;
	uint64_t count;
	size_t length;

	if (station_read(line, &saved, &count) == STATION_LINE_STATION) {
		length = (size_t)(station_write(text, &saved) - text);
		FUZZ_CHECK(length <= STATION_TEXT_MAX && text[length - 1] == '\n');
		text[length - 1] = '\0';
		FUZZ_CHECK(station_read(text, &saved, &count) == STATION_LINE_STATION);
		*station_write(again, &saved) = '\0';
		text[length - 1] = '\n';
		text[length] = '\0';
		FUZZ_CHECK(strcmp(text, again) == 0);
	}
	free(line);
	return 0;
}
