// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/lookup.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>

/* Find the address that @text says or, as a name of a host, stands for: of @family, or of any if
 * that is AF_UNSPEC. A name may take its time.
 *
 * Return: 0, -EINVAL for an address of the other family, -ENOENT for a name that nobody knows.
 */
int lookup_host(const char *text, uint8_t family, struct addr *addr, struct err *err)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_DGRAM }, *found;
	int ret = addr_parse(addr, text);

	if (ret == 0 && family != AF_UNSPEC && addr->family != family)
		return err_set(err, -EINVAL, "%s: not an IPv%c address", text,
			       family == AF_INET ? '4' : '6');
	if (ret == -ENODEV)
		return err_set(err, ret, "%s: no such interface", text);
	if (ret == 0)
		return 0;
	ret = getaddrinfo(text, NULL, &hints, &found);
	if (ret != 0)
		return err_set(err, -ENOENT, "%s: %s", text, gai_strerror(ret));
	*addr = (struct addr){ .family = (uint8_t)found->ai_family };
	if (found->ai_family == AF_INET)
		memcpy(addr->bytes, &((const struct sockaddr_in *)found->ai_addr)->sin_addr, 4);
	else
		memcpy(addr->bytes, &((const struct sockaddr_in6 *)found->ai_addr)->sin6_addr, 16);
	freeaddrinfo(found);
	return 0;
}
