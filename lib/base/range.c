// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/range.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* A decimal number up to @end, with a sign perhaps, without exponent, and without the locale's
 * opinion on the decimal sign.
 *
 * Return: whether it is one.
 */
static bool parse_number(const char *text, const char *end, double *value)
{
	bool is_negative = text < end && *text == '-';
	double sum = 0, scale = 0;
	int digits = 0;

	for (text += is_negative; text < end; text++) {
		if (*text == '.' && scale == 0) {
			scale = 1;
			continue;
		}
		if (*text < '0' || *text > '9' || ++digits > 18)
			return false;
		sum = sum * 10 + (*text - '0');
		scale *= 10;
	}
	sum = scale > 1 ? sum / scale : sum;
	*value = is_negative ? -sum : sum;
	return digits > 0;
}

/* Read "10" (alert below 0 and above 10), "10:" (below 10), "~:10" (above 10), "10:20" (outside),
 * "@10:20" (inside).
 *
 * Return: 0, or -EINVAL if it is no range, or one that begins behind its end.
 */
int range_parse(struct range *range, const char *text)
{
	const char *colon, *end = text + strlen(text);

	*range = (struct range){ .end = INFINITY };
	if (*text == '@') {
		range->is_inside = true;
		text++;
	}
	colon = strchr(text, ':');
	if (colon) {
		if (colon - text == 1 && *text == '~')
			range->start = -INFINITY;
		else if (colon > text && !parse_number(text, colon, &range->start))
			return -EINVAL;
		text = colon + 1;
	}
	if ((text < end || !colon) && !parse_number(text, end, &range->end))
		return -EINVAL;
	return range->start <= range->end ? 0 : -EINVAL;
}

/* Return: whether @value calls for an alert; what is not known (NAN) does not. */
bool range_alerts(const struct range *range, double value)
{
	bool is_within = value >= range->start && value <= range->end;

	return !isnan(value) && is_within == range->is_inside;
}
