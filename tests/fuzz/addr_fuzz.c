// SPDX-License-Identifier: GPL-2.0-or-later
/* An address, as text, and as sixteen bytes. */
#include <arpa/inet.h>

#include "base/addr.h"
#include "fuzz.h"

/* Written, it must be what the C library writes, and read back the same. */
static void check_format(const struct addr *addr)
{
	char *at = malloc(ADDR_TEXT_MAX), text[ADDR_TEXT_MAX + 1], expected[INET6_ADDRSTRLEN];
	struct addr again;
	size_t length;

	FUZZ_CHECK(at);
	length = (size_t)(addr_format(at, addr) - at);
	FUZZ_CHECK(length <= ADDR_TEXT_MAX);
	memcpy(text, at, length);
	text[length] = '\0';
	free(at);
	FUZZ_CHECK(inet_ntop(addr->family, addr->bytes, expected, sizeof(expected)));
	FUZZ_CHECK(strcmp(text, expected) == 0);
	FUZZ_CHECK(addr_parse(&again, text) == 0 && addr_equal(&again, addr));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct addr addr, plain;
	int ret = addr_parse(&addr, text);

	FUZZ_CHECK(ret <= 0);
	FUZZ_CHECK((ret == 0 && addr.family == AF_INET) ==
		   (inet_pton(AF_INET, text, plain.bytes) == 1));
	if (ret == 0) {
		FUZZ_CHECK(addr.family == AF_INET || addr.family == AF_INET6);
		FUZZ_CHECK(!strchr(text, '%') == !addr.zone);
		check_format(&addr);
	}
	free(text);
	if (size == 4 || size == 16) {
		addr = (struct addr){ .family = size == 4 ? AF_INET : AF_INET6 };
		memcpy(addr.bytes, data, size);
		check_format(&addr);
		plain = addr_unmapped(&addr);
		check_format(&plain);
	}
	return 0;
}
