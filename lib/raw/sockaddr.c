// SPDX-License-Identifier: GPL-2.0-or-later
#include "raw/sockaddr.h"

#include <string.h>

/* Make @addr a socket address. Its port is left out: raw sockets take none.
 *
 * Return: its length.
 */
socklen_t sockaddr_make(union sockaddr_any *to, const struct addr *addr)
{
	if (addr->family == AF_INET) {
		to->v4 = (struct sockaddr_in){ .sin_family = AF_INET };
		memcpy(&to->v4.sin_addr, addr->bytes, 4);
		return sizeof(to->v4);
	}
	to->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_scope_id = addr->zone };
	memcpy(&to->v6.sin6_addr, addr->bytes, 16);
	return sizeof(to->v6);
}

/* Return: the address in the @length bytes of @from, of AF_UNSPEC if there is none. */
struct addr sockaddr_addr(const union sockaddr_any *from, socklen_t length)
{
	struct addr addr = { 0 };

	if (from->any.sa_family == AF_INET && length >= sizeof(from->v4)) {
		addr.family = AF_INET;
		memcpy(addr.bytes, &from->v4.sin_addr, 4);
	} else if (from->any.sa_family == AF_INET6 && length >= sizeof(from->v6)) {
		addr.family = AF_INET6;
		addr.zone = from->v6.sin6_scope_id;
		memcpy(addr.bytes, &from->v6.sin6_addr, 16);
	}
	return addr;
}
