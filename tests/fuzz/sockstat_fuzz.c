// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of /proc/net/sockstat. */
#include "fuzz.h"
#include "host/sockstat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_text(data, size);
	struct sockstat first, second;
	bool is_line;

	/* Nothing but the counts that are there is touched. */
	memset(&first, 0xff, sizeof(first));
	memset(&second, 0, sizeof(second));
	is_line = sockstat_parse(line, &first);
	FUZZ_CHECK(sockstat_parse(line, &second) == is_line);
	if (!strchr(line, ':'))
		FUZZ_CHECK(!is_line && first.sockets == UINT64_MAX && second.sockets == 0);
	free(line);
	return 0;
}
