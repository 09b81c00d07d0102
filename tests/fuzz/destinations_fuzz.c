// SPDX-License-Identifier: GPL-2.0-or-later
/* A file of destinations, one a line, with comments and blank lines. */
#include <sys/mman.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/lines.h"
#include "base/text.h"
#include "fuzz.h"

static void check(char *line)
{
	char *bare = text_bare(line);
	size_t length = strlen(bare);
	struct addr addr;

	FUZZ_CHECK(!strchr(bare, '#'));
	FUZZ_CHECK(length == 0 ||
		   (!strchr(" \t\r", bare[0]) && !strchr(" \t\r", bare[length - 1])));
	if (addr_parse(&addr, bare) == 0) {
		FUZZ_CHECK(addr.family == AF_INET || addr.family == AF_INET6);
		FUZZ_CHECK(strspn(bare, "0123456789abcdefABCDEF.:") == length || addr.zone);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lines *lines = malloc(sizeof(*lines));
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	size_t length;
	char *line;

	FUZZ_CHECK(lines && fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	lines_init(lines, fd);
	while (lines_next(lines, &line, &length) == 1)
		check(line);
	close(fd);
	free(lines);
	return 0;
}
