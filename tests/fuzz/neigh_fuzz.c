// SPDX-License-Identifier: GPL-2.0-or-later
/* A message about a neighbour, without its header. */
#include <linux/rtnetlink.h>

#include "fuzz.h"
#include "host/neigh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(RTM_NEWNEIGH, data, size);
	struct neigh neigh;

	if (neigh_parse(message, &neigh)) {
		FUZZ_CHECK(neigh.lladdr.length <= LLADDR_MAX);
		FUZZ_CHECK(neigh.family == AF_INET || neigh.family == AF_INET6);
	}
	free(message);
	return 0;
}
