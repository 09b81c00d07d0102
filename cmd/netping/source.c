// SPDX-License-Identifier: GPL-2.0-or-later
/* Where probes leave from: what -I says, and what the kernel chooses for the way to a host. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "host/ifaddrs.h"
#include "netping.h"

/* Any port will do to ask the kernel for a route; this is the one that ping asks with. */
#define ROUTE_PORT 1025

/* Return: whether -I names an address: @source. */
bool source_is_address(const struct settings *settings, struct addr *source)
{
	return settings->interface && addr_parse(source, settings->interface) == 0;
}

/* 127.0.0.0/8 is this host's, though only one address of it is listed. */
static bool is_loopback(const struct addr *addr)
{
	return addr->family == AF_INET && addr->bytes[0] == 127;
}

/* Return: the device of -I, which may be the zone of a source address; NULL if it names none. */
const char *source_device(const struct settings *settings)
{
	struct addr source;

	if (!settings->interface)
		return NULL;
	if (source_is_address(settings, &source))
		return strchr(settings->interface, '%') ? strchr(settings->interface, '%') + 1 :
							  NULL;
	return settings->interface;
}

/* Whether the source address of -I is this host's own, on its device if it names one: bind() takes
 * any where ip_nonlocal_bind is set.
 *
 * Return: 0, or -errno with @err.
 */
int source_check(const struct settings *settings, struct err *err)
{
	struct ifaddrs ifaddrs;
	struct addr source;
	int ret;

	if (!source_is_address(settings, &source) || addr_is_any(&source) || is_loopback(&source))
		return 0;
	ifaddrs_init(&ifaddrs);
	ret = ifaddrs_load(&ifaddrs, err);
	if (ret == 0 && !ifaddrs_has(&ifaddrs, &source, source.zone))
		ret = err_set(err, -EADDRNOTAVAIL, "-I %s: not an address of this host",
			      settings->interface);
	ifaddrs_fini(&ifaddrs);
	return ret;
}

/* A broadcast address needs -b: without it connect() says EACCES. */
static int connect_route(const struct settings *settings, int fd, const union sockaddr_any *dest,
			 socklen_t length, struct err *err)
{
	int on = 1;

	if (connect(fd, &dest->any, length) == 0)
		return 0;
	if (errno != EACCES)
		return err_set(err, -errno, "connect: %s", strerror(errno));
	if (!settings->broadcast)
		return err_set(err, -EACCES,
			       "Do you want to ping broadcast? Then -b. If not, check your local "
			       "firewall rules");
	cli_message("netping", "WARNING: pinging broadcast address");
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) < 0 ||
	    connect(fd, &dest->any, length) < 0)
		return err_set(err, -errno, "connect: %s", strerror(errno));
	return 0;
}

/* Ask the kernel how it would reach @target: the source address, or that there is no way. Nothing
 * is sent. */
static int route_to(struct run *run, struct target *target, struct err *err)
{
	const char *device = source_device(&run->settings);
	union sockaddr_any name;
	socklen_t length;
	int fd = socket(target->addr.family, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret = 0;

	if (fd < 0)
		return err_set(err, -errno, "socket: %s", strerror(errno));
	if (device && !if_nametoindex(device))
		ret = err_set(err, -ENODEV, "unknown iface: %s", device);
	if (ret == 0 && device && addr_is_scoped(&target->addr) && !target->addr.zone)
		target->addr.zone = if_nametoindex(device);
	if (ret == 0 && device &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device) + 1) < 0)
		ret = err_set(err, -errno, "SO_BINDTODEVICE %s: %s", device, strerror(errno));
	length = sockaddr_make(&name, &target->addr);
	name.v4.sin_port = htons(ROUTE_PORT); /* sin6_port is there, too */
	/* Of a link that nobody names the kernel chooses the first, but only when it sends. */
	if (ret == 0 && !(addr_is_scoped(&target->addr) && !target->addr.zone && !device))
		ret = connect_route(&run->settings, fd, &name, length, err);
	length = sizeof(name);
	if (ret == 0 && getsockname(fd, &name.any, &length) < 0)
		ret = err_set(err, -errno, "getsockname: %s", strerror(errno));
	close(fd);
	if (ret < 0)
		return ret;
	run->source = sockaddr_addr(&name, length);
	run->source.zone = 0;
	return 0;
}

/* As ping does: if replies to this source may not come in by the device of -I. */
static void warn_of_source(const struct run *run)
{
	const char *device = source_device(&run->settings);
	struct ifaddrs ifaddrs;

	if (!device || addr_is_any(&run->source))
		return;
	ifaddrs_init(&ifaddrs);
	if (ifaddrs_load(&ifaddrs, NULL) == 0 &&
	    !ifaddrs_has(&ifaddrs, &run->source, if_nametoindex(device)))
		cli_message("netping",
			    "Warning: source address might be selected on device other than: %s",
			    device);
	ifaddrs_fini(&ifaddrs);
}

/* Return: where packets to @dest come from if nobody says otherwise, of AF_UNSPEC if there is no
 * way to it. Nothing is sent. */
struct addr source_to(const struct addr *dest)
{
	int fd = socket(dest->family, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
	struct addr source = { 0 };
	union sockaddr_any name;
	socklen_t length = sockaddr_make(&name, dest);

	if (fd < 0)
		return source;
	name.v4.sin_port = htons(ROUTE_PORT); /* sin6_port is there, too */
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == 0 &&
	    connect(fd, &name.any, length) == 0 && getsockname(fd, &name.any, &length) == 0)
		source = sockaddr_addr(&name, length);
	close(fd);
	return source;
}

static bool is_group(const struct addr *addr)
{
	if (addr->family == AF_INET)
		return (addr->bytes[0] & 0xf0) == 0xe0;
	return addr->bytes[0] == 0xff;
}

/* Choose among the addresses of the one host the first that there is a way to, and learn the source
 * address.
 *
 * Return: 0, or -errno with @err.
 */
int source_find(struct run *run, struct err *err)
{
	struct targets *targets = &run->targets;
	struct addr source;
	size_t i = 0;
	int ret = -ENOENT;

	for (; i < targets->count; i++) {
		if (source_is_address(&run->settings, &source) &&
		    source.family != targets->list[i].addr.family) {
			ret = err_set(err, -EINVAL, "invalid source address: %s",
				      run->settings.interface);
			continue;
		}
		ret = route_to(run, &targets->list[i], err);
		if (ret != -ENETUNREACH && ret != -EHOSTUNREACH)
			break;
	}
	if (ret < 0)
		return ret;
	targets->list[0] = targets->list[i];
	run->chosen = i;
	if (source_is_address(&run->settings, &source)) {
		run->source = source;
		run->settings.sticky = true;
	}
	warn_of_source(run);
	/* To 0.0.0.0 and :: means to this host, as ping has it. */
	if (addr_is_any(&targets->list[0].addr) && targets->list[0].addr.family == AF_INET)
		targets->list[0].addr = run->source;
	run->is_multicast = is_group(&targets->list[0].addr) || run->settings.broadcast;
	return 0;
}
