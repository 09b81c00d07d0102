// SPDX-License-Identifier: GPL-2.0-or-later
/* An answer of unix_diag, without its header. */
#include <linux/sock_diag.h>

#include "fuzz.h"
#include "host/sockdiag.h"
#include "host/sockextra.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(SOCK_DIAG_BY_FAMILY, data, size);
	char *path = malloc(SOCK_PATH_SIZE);
	struct sock_extra extra;
	struct sock sock;

	FUZZ_CHECK(path);
	if (sockdiag_parse_unix(message, &sock, path)) {
		FUZZ_CHECK(!sock.un.path || sock.un.path == path);
		FUZZ_CHECK(!sock.un.path || strlen(path) < SOCK_PATH_SIZE);
		FUZZ_CHECK(sock_type_name(sock.un.type));
		sockextra_parse_unix(message, &extra);
		FUZZ_CHECK(!(extra.has & ~SOCK_HAS_MEMORY));
	}
	free(path);
	free(message);
	return 0;
}
