// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/encap.h"

#include <string.h>

/* Return: the segment that is gone to as the @number-th, from 0. */
struct addr encap_segment(const struct encap *encap, uint32_t number)
{
	struct addr addr = { .family = AF_INET6 };

	memcpy(addr.bytes, encap->segments + 16 * (size_t)(encap->segment_count - 1 - number), 16);
	return addr;
}
