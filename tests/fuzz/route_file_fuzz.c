// SPDX-License-Identifier: GPL-2.0-or-later
/* A file of routes, JSON or lines. */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "host/route_file.h"

static int on_route(const struct route_text *route, void *arg)
{
	uint8_t family = route->dst.addr.family;

	(void)arg;
	FUZZ_CHECK(family == AF_INET || family == AF_INET6);
	FUZZ_CHECK(route->dst.length <= (family == AF_INET ? 32 : 128));
	FUZZ_CHECK(memchr(route->dev, '\0', sizeof(route->dev)));
	FUZZ_CHECK(memchr(route->table, '\0', sizeof(route->table)));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct err err = { 0 };

	FUZZ_CHECK(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	FUZZ_CHECK((route_file_read(fd, AF_UNSPEC, on_route, NULL, &err) == 0) == !err.text[0]);
	close(fd);
	return 0;
}
