// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says of a socket that is gone: the message but its header. */
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "host/sockdestroy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(SOCK_DIAG_BY_FAMILY, data, size);
	struct sock sock;

	if (sockdestroy_parse(message, &sock)) {
		FUZZ_CHECK(sock.proto == SOCK_TCP || sock.proto == SOCK_UDP);
		FUZZ_CHECK(sock.family == AF_INET || sock.family == AF_INET6);
		FUZZ_CHECK(sock.local.family == sock.family && sock.peer.family == sock.family);
		FUZZ_CHECK(sockdestroy_can(&sock) == (sock.cookie != SOCK_NO_COOKIE));
	}
	free(message);
	return 0;
}
