// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of /proc/net/unix. */
#include "fuzz.h"
#include "host/procnet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_text(data, size), *path = malloc(SOCK_PATH_SIZE);
	struct sock sock;

	FUZZ_CHECK(path);
	if (procnet_parse_unix(line, &sock, path)) {
		FUZZ_CHECK(!sock.un.path || sock.un.path == path);
		/* a path is the line's own end, or the beginning of that */
		FUZZ_CHECK(!sock.un.path || strstr(line, path));
		FUZZ_CHECK(sock.state == SOCK_LISTEN || sock.state == SOCK_CLOSE ||
			   sock.state == SOCK_ESTABLISHED);
	}
	free(path);
	free(line);
	return 0;
}
