// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters: up to the first newline a line of names, behind it one of values; and the whole as a
 * line of one counter. */
#include "fuzz.h"
#include "host/counters.h"

struct seen {
	const char *from, *to; /* where names lie */
	int left;
};

static int on_counter(const struct counter *counter, void *arg)
{
	struct seen *seen = arg;

	FUZZ_CHECK(strlen(counter->group) > 0 && strlen(counter->group) < COUNTERS_GROUP_SIZE);
	FUZZ_CHECK(strlen(counter->name) > 0 && !strpbrk(counter->name, " \t"));
	FUZZ_CHECK(counter->name > seen->from && counter->name < seen->to);
	return seen->left-- == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *newline = strchr(text, '\n');
	char group[COUNTERS_GROUP_SIZE];
	struct counter counter;

	if (newline) {
		size_t length = (size_t)(newline - text);
		char *names = fuzz_text(data, length), *values = strdup(newline + 1);
		struct seen seen = { names, names + length, 3 };

		if (!values)
			abort();
		counters_parse_pair(names, values, on_counter, &seen);
		free(names);
		free(values);
	}
	if (counters_parse_line(text, group, &counter)) {
		FUZZ_CHECK(strncmp(counter.name, group, strlen(group)) == 0);
		FUZZ_CHECK(strlen(group) > 0);
	}
	free(text);
	return 0;
}
