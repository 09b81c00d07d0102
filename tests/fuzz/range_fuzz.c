// SPDX-License-Identifier: GPL-2.0-or-later
/* A range as monitoring plugins are given it. */
#include "base/range.h"

#include <math.h>

#include "fuzz.h"

/* Enough to make another number of @value. */
static double step(double value)
{
	return 1e-9 + fabs(value) * 1e-9;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct range range;

	if (range_parse(&range, text) == 0) {
		FUZZ_CHECK(range.start <= range.end);
		FUZZ_CHECK(range.is_inside == (*text == '@'));
		/* Both ends are inside; nothing beyond an end is. */
		FUZZ_CHECK(range_alerts(&range, range.start) == range.is_inside);
		FUZZ_CHECK(range_alerts(&range, range.end) == range.is_inside);
		if (!isinf(range.end))
			FUZZ_CHECK(range_alerts(&range, range.end + step(range.end)) !=
				   range.is_inside);
		if (!isinf(range.start))
			FUZZ_CHECK(range_alerts(&range, range.start - step(range.start)) !=
				   range.is_inside);
		FUZZ_CHECK(!range_alerts(&range, NAN));
	}
	free(text);
	return 0;
}
