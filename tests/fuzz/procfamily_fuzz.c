// SPDX-License-Identifier: GPL-2.0-or-later
/* A line of /proc/net/packet, or of /proc/net/netlink. */
#include "fuzz.h"
#include "host/procfamily.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_text(data, size);
	struct sock sock;

	if (procfamily_parse_packet(line, &sock))
		FUZZ_CHECK(sock.proto == SOCK_LINK_LAYER && sock.cookie == SOCK_NO_COOKIE);
	if (procfamily_parse_netlink(line, &sock))
		FUZZ_CHECK(sock.proto == SOCK_NETLINK && sock.cookie == SOCK_NO_COOKIE);
	free(line);
	return 0;
}
