// SPDX-License-Identifier: GPL-2.0-or-later
/* An answer of packet_diag, netlink_diag or vsock_diag: the message but its header. */
#include <linux/sock_diag.h>

#include "fuzz.h"
#include "host/familydiag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(SOCK_DIAG_BY_FAMILY, data, size);
	struct sock_extra extra;
	struct sock sock;

	if (familydiag_parse_packet(message, &sock, &extra)) {
		FUZZ_CHECK(sock.proto == SOCK_LINK_LAYER && sock.state == SOCK_CLOSE);
		FUZZ_CHECK(!(extra.has & ~(SOCK_HAS_PACKET | SOCK_HAS_MEMORY)));
	}
	if (familydiag_parse_netlink(message, &sock, &extra)) {
		FUZZ_CHECK(sock.proto == SOCK_NETLINK);
		FUZZ_CHECK(!(extra.has & ~SOCK_HAS_MEMORY));
	}
	if (familydiag_parse_vsock(message, &sock))
		FUZZ_CHECK(sock.proto == SOCK_VSOCK);
	free(message);
	return 0;
}
