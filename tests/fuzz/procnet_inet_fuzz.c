// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of /proc/net/tcp and its like, read for both families. */
#include <sys/socket.h>

#include "fuzz.h"
#include "host/procnet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	char *line = fuzz_text(data, size);

	for (int i = 0; i < 2; i++) {
		struct sock sock;

		if (!procnet_parse_inet(line, SOCK_TCP, families[i], &sock))
			continue;
		FUZZ_CHECK(sock.family == families[i]);
		FUZZ_CHECK(sock.local.family == families[i] && sock.peer.family == families[i]);
		FUZZ_CHECK(sock.cookie == SOCK_NO_COOKIE);
	}
	free(line);
	return 0;
}
