// SPDX-License-Identifier: GPL-2.0-or-later
/* A conversation with the kernel. The input is a queue of what is received: 16 bits, little-endian,
 * for a length and as many bytes, or, with the top bit set, for an errno. Two dumps are asked for,
 * so that the second one meets what the first one left. */
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "../unit/fake_link.h"
#include "fuzz.h"
#include "host/sockdiag.h"

static void fill_queue(const uint8_t *data, size_t size)
{
	while (size >= 2 && fake_link.count < FAKE_LINK_DATAGRAMS_MAX) {
		size_t length = data[0] | (size_t)data[1] << 8;

		data += 2;
		size -= 2;
		if (length & 0x8000) {
			if (length & 0xfff)
				fake_link_add_error(-(int)(length & 0xfff));
			continue;
		}
		if (length > size)
			length = size;
		fake_link_add(data, length);
		data += length;
		size -= length;
	}
}

static int on_row(const struct sock *sock, void *arg)
{
	int *rows = arg;

	FUZZ_CHECK(sock->family == AF_INET || sock->family == AF_INET6);
	return ++*rows == 100;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sock_query query = {
		.proto = SOCK_TCP,
		.family = AF_INET,
		.states = UINT16_MAX,
	};
	struct nl *nl = malloc(sizeof(*nl));

	FUZZ_CHECK(nl);
	fake_link_reset();
	fill_queue(data, size);
	FUZZ_CHECK(nl_open(nl, NETLINK_SOCK_DIAG, NULL) == 0);
	for (int i = 0; i < 2; i++) {
		struct err err = { 0 };
		int rows = 0, ret = sockdiag_inet(nl, &query, on_row, &rows, &err);

		FUZZ_CHECK(ret <= 0 && ret >= -4095);
		FUZZ_CHECK((ret < 0) == (err.text[0] != '\0'));
		FUZZ_CHECK(rows <= 100);
	}
	nl_close(nl);
	FUZZ_CHECK(fake_link.opened == fake_link.closed);
	free(nl);
	return 0;
}
