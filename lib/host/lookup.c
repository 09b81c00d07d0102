// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/lookup.h"

#include <errno.h>
#include <netdb.h>
#include <pwd.h>
#include <string.h>

/* Find the port of the service @name, of TCP before UDP (services(5)).
 *
 * Return: 0 or -ENOENT.
 */
int lookup_service(const char *name, uint16_t *port)
{
	static const char *const protocols[] = { "tcp", "udp", NULL };
	struct servent entry, *found = NULL;
	char text[1024];

	for (int i = 0; i < 3 && !found; i++)
		if (getservbyname_r(name, protocols[i], &entry, text, sizeof(text), &found) != 0)
			found = NULL;
	if (!found)
		return -ENOENT;
	*port = ntohs((uint16_t)found->s_port);
	return 0;
}

/* Find the number of the user @name.
 *
 * Return: 0 or -ENOENT.
 */
int lookup_user(const char *name, uint32_t *uid)
{
	struct passwd entry, *found = NULL;
	char text[4096];

	if (getpwnam_r(name, &entry, text, sizeof(text), &found) != 0 || !found)
		return -ENOENT;
	*uid = found->pw_uid;
	return 0;
}

/* Return: the address in @found, of IPv4 or IPv6, with the zone that it may have. */
struct addr lookup_addr(const struct addrinfo *found)
{
	struct addr addr = { .family = (uint8_t)found->ai_family };

	if (found->ai_family == AF_INET) {
		memcpy(addr.bytes, &((const struct sockaddr_in *)found->ai_addr)->sin_addr, 4);
	} else {
		memcpy(addr.bytes, &((const struct sockaddr_in6 *)found->ai_addr)->sin6_addr, 16);
		addr.zone = ((const struct sockaddr_in6 *)found->ai_addr)->sin6_scope_id;
	}
	return addr;
}

/* Find the addresses that the host @name stands for, the first @room of them. A name may take its
 * time.
 *
 * Return: 0 with their @count, or -ENOENT.
 */
int lookup_hosts(const char *name, struct addr *list, size_t room, size_t *count)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM }, *found;

	*count = 0;
	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return -ENOENT;
	for (const struct addrinfo *at = found; at && *count < room; at = at->ai_next)
		if (at->ai_family == AF_INET || at->ai_family == AF_INET6)
			list[(*count)++] = lookup_addr(at);
	freeaddrinfo(found);
	return *count > 0 ? 0 : -ENOENT;
}

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
	*addr = lookup_addr(found);
	freeaddrinfo(found);
	return 0;
}
