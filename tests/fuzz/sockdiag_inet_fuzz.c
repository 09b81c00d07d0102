// SPDX-License-Identifier: GPL-2.0-or-later
/* An answer of inet_diag: the first byte is the protocol, the rest the message but its header. */
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "host/sockdiag.h"
#include "host/sockextra.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message;
	struct sock_extra extra;
	struct sock sock;

	if (size == 0)
		return 0;
	message = fuzz_message(SOCK_DIAG_BY_FAMILY, data + 1, size - 1);
	if (sockdiag_parse_inet(message, (enum sock_proto)(data[0] % SOCK_UNIX), &sock)) {
		FUZZ_CHECK(sock.family == AF_INET || sock.family == AF_INET6);
		FUZZ_CHECK(sock.local.family == sock.family && sock.peer.family == sock.family);
		FUZZ_CHECK(!sock.local.zone || addr_is_scoped(&sock.local));
		FUZZ_CHECK(!sock.peer.zone || addr_is_scoped(&sock.peer));
		FUZZ_CHECK(sock_proto_name(&sock));
		sockextra_parse_inet(message, (enum sock_proto)sock.proto, &extra);
		FUZZ_CHECK(!(extra.has & SOCK_HAS_TCP) || sock.proto == SOCK_TCP);
		FUZZ_CHECK(!(extra.has & SOCK_HAS_MPTCP) || sock.proto == SOCK_MPTCP);
		FUZZ_CHECK(strlen(extra.congestion) < SOCK_ALGORITHM_SIZE);
		FUZZ_CHECK(strlen(extra.ulp) < SOCK_ALGORITHM_SIZE);
	}
	free(message);
	return 0;
}
