// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of /proc/net/igmp, one after the other as they keep the interface, or one of igmp6. */
#include "fuzz.h"
#include "host/memberships.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *rest = text, *line;
	struct membership membership = { .name = "" };

	if (memberships_parse_igmp6(text, &membership))
		FUZZ_CHECK(membership.name[0] && memchr(membership.name, '\0', IF_NAMESIZE));
	membership = (struct membership){ .name = "" };
	while ((line = strsep(&rest, "\n"))) {
		enum memberships_line kind = memberships_parse_igmp(line, &membership);

		FUZZ_CHECK(memchr(membership.name, '\0', IF_NAMESIZE));
		if (kind != MEMBERSHIPS_BAD)
			FUZZ_CHECK(membership.name[0]);
	}
	free(text);
	return 0;
}
