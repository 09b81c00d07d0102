// SPDX-License-Identifier: GPL-2.0-or-later
/* CLOCK_REALTIME set while a command runs, for test programs only: NETSONDE_CLOCK_STEP="AFTER BY"
 * has it jump by BY nanoseconds, which may be negative, AFTER nanoseconds from when it was first
 * asked. This takes the place of lib/base/clock.c and lib/raw/control.c, so that the kernel's
 * stamps jump with it.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define clock_real_ns unset_clock_real_ns
#include "base/clock.c"
#undef clock_real_ns

#define control_stamp_ns unset_control_stamp_ns
#include "raw/control.c"
#undef control_stamp_ns

uint64_t clock_real_ns(void);
uint64_t control_stamp_ns(const struct cmsghdr *head);

/* What the clock says at @real_ns. */
static uint64_t stepped(uint64_t real_ns)
{
	const char *text = getenv("NETSONDE_CLOCK_STEP");
	static uint64_t first_ns;
	uint64_t after_ns;
	int64_t by_ns;

	if (!text)
		return real_ns;
	if (sscanf(text, "%" SCNu64 " %" SCNd64, &after_ns, &by_ns) != 2) {
		fprintf(stderr, "replay: NETSONDE_CLOCK_STEP is not AFTER BY\n");
		exit(125);
	}
	if (!first_ns)
		first_ns = real_ns;
	return real_ns < first_ns + after_ns ? real_ns : real_ns + (uint64_t)by_ns;
}

uint64_t clock_real_ns(void)
{
	return stepped(unset_clock_real_ns());
}

uint64_t control_stamp_ns(const struct cmsghdr *head)
{
	uint64_t stamp_ns = unset_control_stamp_ns(head);

	return stamp_ns ? stepped(stamp_ns) : 0;
}
