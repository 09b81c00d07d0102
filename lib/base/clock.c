// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/clock.h"

#include <time.h>

#include "base/text.h"

#define NS_PER_S 1000000000u

/* Return: nanoseconds on the clock that never steps (CLOCK_MONOTONIC). */
uint64_t clock_mono_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Return: nanoseconds since 1970-01-01T00:00:00Z (CLOCK_REALTIME). */
uint64_t clock_real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Write @value with @digits digits, zeros first. */
static char *put_digits(char *at, uint64_t value, int digits)
{
	for (int i = digits; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

/* Write the time @real_ns of clock_real_ns() at @at as RFC 3339 has it, in UTC, with microseconds
 * (room for CLOCK_TEXT_MAX bytes, no terminator).
 *
 * Return: the first byte after it.
 */
char *clock_format(char *at, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	at = put_digits(at, (uint64_t)utc.tm_year + 1900, 4);
	*at++ = '-';
	at = put_digits(at, (uint64_t)utc.tm_mon + 1, 2);
	*at++ = '-';
	at = put_digits(at, (uint64_t)utc.tm_mday, 2);
	*at++ = 'T';
	at = put_digits(at, (uint64_t)utc.tm_hour, 2);
	*at++ = ':';
	at = put_digits(at, (uint64_t)utc.tm_min, 2);
	*at++ = ':';
	at = put_digits(at, (uint64_t)utc.tm_sec, 2);
	*at++ = '.';
	at = put_digits(at, real_ns % NS_PER_S / 1000, 6);
	*at++ = 'Z';
	return at;
}

/* Sleep until clock_mono_ns() reaches @deadline_ns: absolute, so that a period does not drift.
 *
 * Return: 0, or -EINTR if a signal came first.
 */
int clock_sleep_until_ns(uint64_t deadline_ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		.tv_nsec = (long)(deadline_ns % NS_PER_S),
	};

	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}
