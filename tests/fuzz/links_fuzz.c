// SPDX-License-Identifier: GPL-2.0-or-later
/* A message about an interface, without its header. */
#include <linux/rtnetlink.h>

#include "fuzz.h"
#include "host/links.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(RTM_NEWLINK, data, size);
	struct link link;

	if (links_parse(message, &link)) {
		FUZZ_CHECK(memchr(link.name, '\0', sizeof(link.name)));
		FUZZ_CHECK(link.name[0]);
	}
	free(message);
	return 0;
}
