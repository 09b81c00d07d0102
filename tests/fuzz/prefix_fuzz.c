// SPDX-License-Identifier: GPL-2.0-or-later
/* A prefix as text: written, it must read back the same. */
#include "base/prefix.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), again_text[PREFIX_TEXT_MAX + 1];
	struct prefix prefix, again;

	if (prefix_parse(&prefix, text) == 0 && prefix.length > 0) {
		FUZZ_CHECK(prefix_contains(&prefix, &prefix.addr));
		*prefix_format(again_text, &prefix) = '\0';
		FUZZ_CHECK(prefix_parse(&again, again_text) == 0);
		FUZZ_CHECK(prefix_equal(&prefix, &again));
	}
	if (prefix_parse_short(&again, text) == 0 && prefix_parse(&prefix, text) == 0)
		FUZZ_CHECK(prefix_equal(&prefix, &again));
	free(text);
	return 0;
}
