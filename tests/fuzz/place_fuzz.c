// SPDX-License-Identifier: GPL-2.0-or-later
/* The path of a cgroup. */
#include "analysis/place.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = fuzz_text(data, size);
	struct place place;
	const char *name;

	place_of_cgroup(&place, path);
	FUZZ_CHECK(memchr(place.unit, '\0', PLACE_SIZE));
	FUZZ_CHECK(memchr(place.container, '\0', PLACE_SIZE));
	FUZZ_CHECK(!strchr(place.unit, '/') && !strchr(place.container, '/'));
	FUZZ_CHECK(strstr(path, place.unit));
	name = strchr(place.container, ':');
	FUZZ_CHECK(name ? strstr(path, name + 1) != NULL : !place.container[0]);
	free(path);
	return 0;
}
