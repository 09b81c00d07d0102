// SPDX-License-Identifier: GPL-2.0-or-later
/* Whom the operands name: HOST PORT, HOST:PORT, [V6]:PORT. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

#include "base/text.h"
#include "host/lookup.h"
#include "netshake.h"

static int split_failed(const char *word, struct err *err)
{
	return err_set(err, -EINVAL, "%.200s: HOST PORT, HOST:PORT or [IPV6]:PORT is wanted", word);
}

static int copy(char *to, size_t size, const char *from, size_t length, struct err *err)
{
	if (length >= size)
		return err_set(err, -ENAMETOOLONG, "%.64s...: too long", from);
	text_copy(to, length + 1, from);
	return 0;
}

/* "[V6]" with or without ":PORT". */
static int split_brackets(struct target *target, const char *word, const char **port,
			  struct err *err)
{
	const char *end = strchr(word, ']');

	if (!end || (end[1] != '\0' && end[1] != ':'))
		return split_failed(word, err);
	*port = end[1] == ':' ? end + 2 : NULL;
	return copy(target->host, sizeof(target->host), word + 1, (size_t)(end - word - 1), err);
}

static int split(struct target *target, char **words, int count, struct err *err)
{
	const char *word = words[0], *port = NULL, *colon = strchr(word, ':');
	int ret;

	if (word[0] == '[') {
		ret = split_brackets(target, word, &port, err);
	} else if (colon && !strchr(colon + 1, ':')) {
		port = colon + 1;
		ret = copy(target->host, sizeof(target->host), word, (size_t)(colon - word), err);
	} else if (colon && count < 2) {
		return err_set(err, -EINVAL,
			       "%.200s: an IPv6 address without a port: HOST PORT or "
			       "[IPV6]:PORT is wanted",
			       word);
	} else {
		ret = copy(target->host, sizeof(target->host), word, strlen(word), err);
	}
	if (ret < 0)
		return ret;
	if (port && count > 1)
		return err_set(err, -EINVAL, "%.100s and %.100s: two ports", word, words[1]);
	if (!port && count < 2)
		return err_set(err, -EINVAL, "%.200s: no port: HOST PORT or HOST:PORT is wanted",
			       word);
	if (!port)
		port = words[1];
	if (!*target->host)
		return split_failed(word, err);
	return copy(target->service, sizeof(target->service), port, strlen(port), err);
}

static int parse_port(struct target *target, struct err *err)
{
	const struct servent *service;
	uint64_t number;
	int ret = text_parse_u64(target->service, UINT16_MAX, &number);

	if (ret == -ERANGE || (ret == 0 && number == 0))
		return err_set(err, -ERANGE, "port %s is not from 1 to 65535", target->service);
	if (ret == 0) {
		target->addr.port = (uint16_t)number;
		return 0;
	}
	service = getservbyname(target->service, "tcp");
	if (!service)
		return err_set(err, -ENOENT,
			       "'%s' is neither a port nor a TCP service that this "
			       "host knows",
			       target->service);
	target->addr.port = ntohs((uint16_t)service->s_port);
	return 0;
}

/* Take the operand of --serve: who alone may come, if it is there. */
static int parse_caller(struct target *target, char **words, int count, struct err *err)
{
	if (count > 1)
		return err_set(err, -E2BIG, "%.200s: with --serve one host at most", words[1]);
	return count ? copy(target->host, sizeof(target->host), words[0], strlen(words[0]), err) :
		       0;
}

/* Take the operands apart, and read the port, which may be a service's name.
 *
 * Return: 0, or -errno with @err.
 */
int target_parse(struct target *target, char **words, int count, bool serves, struct err *err)
{
	int ret;

	if (serves)
		return parse_caller(target, words, count, err);
	if (count == 0)
		return err_set(err, -EDESTADDRREQ, "no host: HOST PORT or HOST:PORT is wanted");
	if (count > 2)
		return err_set(err, -E2BIG, "%.200s: one host and one port at a time", words[2]);
	ret = split(target, words, count, err);
	return ret < 0 ? ret : parse_port(target, err);
}

static int look_up(const char *host, int family, struct addr *addr, struct err *err)
{
	struct addrinfo hints = {
		.ai_family = family,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_IDN | AI_ADDRCONFIG,
	};
	struct addrinfo *found;
	int ret = getaddrinfo(host, NULL, &hints, &found);

	if (ret == EAI_ADDRFAMILY || ret == EAI_NODATA) {
		hints.ai_flags = AI_IDN;
		ret = getaddrinfo(host, NULL, &hints, &found);
	}
	if (ret)
		return err_set(err, -ENOENT, "%s: %s", host, gai_strerror(ret));
	*addr = lookup_addr(found);
	freeaddrinfo(found);
	return 0;
}

static bool is_one_host(const struct addr *addr)
{
	static const uint8_t broadcast[4] = { 255, 255, 255, 255 };

	if (addr_is_any(addr))
		return false;
	if (addr->family == AF_INET)
		return (addr->bytes[0] & 0xf0) != 0xe0 && memcmp(addr->bytes, broadcast, 4) != 0;
	return addr->bytes[0] != 0xff;
}

/* Find the peer's address. A name is looked up, which may take its time.
 *
 * Return: 0, or -errno with @err.
 */
int target_resolve(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	int family = settings->families == FAMILY_INET	? AF_INET :
		     settings->families == FAMILY_INET6 ? AF_INET6 :
							  AF_UNSPEC;
	struct target *target = &run->target;
	uint16_t port = target->addr.port;
	int ret = addr_parse(&target->addr, target->host);

	if (ret == -ENODEV)
		return err_set(err, ret, "%s: no such interface", target->host);
	if (ret < 0 && settings->common.netns)
		return err_set(err, -EINVAL, "%s: with --netns only addresses are understood",
			       target->host);
	if (ret < 0)
		ret = look_up(target->host, family, &target->addr, err);
	if (ret < 0)
		return ret;
	if (addr_is_v4mapped(&target->addr))
		target->addr = addr_unmapped(&target->addr);
	if (family != AF_UNSPEC && target->addr.family != family)
		return err_set(err, -EAFNOSUPPORT, "%s: not an IPv%c address", target->host,
			       family == AF_INET ? '4' : '6');
	if (!is_one_host(&target->addr))
		return err_set(err, -EINVAL,
			       "%s: TCP is between two hosts: no multicast, "
			       "broadcast or unspecified address",
			       target->host);
	target->addr.port = port;
	if (addr_is_scoped(&target->addr) && !target->addr.zone && settings->interface)
		target->addr.zone = if_nametoindex(settings->interface);
	if (addr_is_scoped(&target->addr) && !target->addr.zone)
		return err_set(err, -EINVAL,
			       "%s: a link-local address takes its interface: "
			       "%s%%INTERFACE or -I",
			       target->host, target->host);
	return 0;
}
