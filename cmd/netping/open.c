// SPDX-License-Identifier: GPL-2.0-or-later
/* What has to be opened and made before the first probe. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/message.h"
#include "host/ifaddrs.h"
#include "netping.h"

/* Any port will do to ask the kernel for a route; this is the one that ping asks with. */
#define ROUTE_PORT 1025

/* The least timeout that the estimate of probes under way is made with. */
#define ESTIMATE_TIMEOUT_MS 1000u

static bool source_is_address(const struct settings *settings, struct addr *source)
{
	return settings->interface && addr_parse(source, settings->interface) == 0;
}

/* 127.0.0.0/8 is this host's, though only one address of it is listed. */
static bool is_loopback(const struct addr *addr)
{
	return addr->family == AF_INET && addr->bytes[0] == 127;
}

/* Return: the device of -I, which may be the zone of a source address; NULL if it names none. */
const char *device_of(const struct settings *settings)
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
static int check_source(const struct settings *settings, struct err *err)
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

/* Turn hexadecimal digits into up to 16 bytes, two digits each, an odd last one alone. */
static size_t parse_pattern(const char *text, uint8_t *bytes)
{
	size_t count = 0;
	uint64_t value;
	char pair[3];

	for (; *text && count < 16; text += strlen(pair)) {
		text_copy(pair, sizeof(pair), text);
		if (text_parse_hex(pair, 255, &value) < 0)
			return 0;
		bytes[count++] = (uint8_t)value;
	}
	return count;
}

/* Make the data that all probes carry, and the secret that tells this run's replies from all
 * others.
 *
 * Return: 0, or -errno with @err.
 */
int make_data(struct run *run, struct err *err)
{
	const char *pattern = run->settings.pattern;
	uint32_t size = run->settings.size;
	uint8_t bytes[16];
	size_t count = pattern ? parse_pattern(pattern, bytes) : 0;

	if (pattern && (count == 0 || strspn(pattern, "0123456789abcdefABCDEF") != strlen(pattern)))
		return err_set(err, -EINVAL, "patterns must be specified as hex digits: %s",
			       pattern);
	if (getrandom(run->secret, sizeof(run->secret), 0) < 0)
		return err_set(err, -errno, "getrandom: %s", strerror(errno));
	run->data = malloc(size + 1u);
	if (!run->data || icmp_receiver_init(&run->receiver, size) < 0)
		return err_set(err, -ENOMEM, "out of memory");
	for (uint32_t i = 0; i < size; i++)
		run->data[i] = pattern ? bytes[i % count] : (uint8_t)i;
	for (int i = 0; i < 2; i++)
		icmp_sender_init(&run->batches[i].sender, run->data, size);
	return 0;
}

/* The IPv4 options of -R and -T (RFC 791 section 3.1).
 *
 * Return: their length.
 */
static size_t make_ip_options(const struct settings *settings, uint8_t *options)
{
	memset(options, 0, MAX_IPOPTLEN);
	if (settings->record_route) {
		options[0] = IPOPT_NOP;
		options[1] = IPOPT_RR;
		options[2] = MAX_IPOPTLEN - 1;
		options[3] = IPOPT_MINOFF;
		return MAX_IPOPTLEN;
	}
	if (settings->ip_stamps < 0)
		return 0;
	options[0] = IPOPT_TIMESTAMP;
	options[1] = settings->ip_stamps == 0 ? 40 : 36;
	options[2] = 5;
	options[3] = settings->ip_stamps == 0 ? IPOPT_TS_TSONLY : IPOPT_TS_TSANDADDR;
	return options[1];
}

/* How many probes may be under way at once, at most one a host in a sweep. */
static uint64_t estimate_in_flight(const struct run *run, uint64_t hosts)
{
	const struct settings *settings = &run->settings;
	uint64_t timeout_ms =
		settings->timeout_ms == UNSET ? ESTIMATE_TIMEOUT_MS : settings->timeout_ms;
	uint64_t interval_ms = settings->interval_ms > 0 ? settings->interval_ms : 1;
	uint64_t by_host = run->is_sweep ? 1 : timeout_ms / interval_ms + 1;
	uint64_t rate = settings->rate == UNSET ? RATE_DEFAULT : settings->rate;
	uint64_t most = hosts * by_host;

	if (run->is_several && rate > 0 && rate * timeout_ms / 1000 < most)
		most = rate * timeout_ms / 1000;
	return most;
}

/* Whether anybody will see how long replies took: a sweep tells who is alive, and spares the
 * stamps, which cost a fifth of its speed. */
static bool shows_times(const struct run *run)
{
	const struct settings *settings = &run->settings;

	return !run->is_sweep || settings->elapsed || settings->stats ||
	       !settings_is_habit(settings);
}

static void make_config(const struct run *run, uint8_t family, uint8_t *options,
			struct icmp_config *config)
{
	static const int mtu_discovery[] = { IP_PMTUDISC_DO, IP_PMTUDISC_WANT, IP_PMTUDISC_DONT,
					     IP_PMTUDISC_PROBE };
	const struct settings *settings = &run->settings;
	struct addr source;

	*config = (struct icmp_config){
		.device = device_of(settings),
		.options_length = family == AF_INET ? make_ip_options(settings, options) : 0,
		.ttl = settings->ttl == UNSET ? -1 : (int)settings->ttl,
		.tos = settings->tos == UNSET ? -1 : (int)settings->tos,
		.mtu_discovery = settings->mtu_discovery < 0 ?
					 (run->is_multicast ? IP_PMTUDISC_DO : -1) :
					 mtu_discovery[settings->mtu_discovery],
		.mark = settings->mark == UNSET ? -1 : (int64_t)settings->mark,
		.flow_label = settings->flow_label == UNSET ? -1 : (int64_t)settings->flow_label,
		.ident = settings->ident,
		.send_buffer = settings->send_buffer,
		.broadcast = settings->broadcast,
		.dont_route = settings->dont_route,
		.no_loop = settings->no_loop,
		.connect = settings->connect && !run->is_several,
		.receive_ttl = shows_times(run) && !settings->quiet,
		.receive_stamps = shows_times(run) && !settings->user_latency,
		.transmit_stamps = shows_times(run) && !settings->user_latency && !settings->flood,
	};
	if (config->options_length > 0)
		config->options = options;
	if (!run->is_several)
		config->dest = run->targets.list[0].addr;
	if (source_is_address(settings, &source) && source.family == family)
		config->source = source;
	else if (settings->sticky && !run->is_several)
		config->source = run->source;
}

/* Probes go unmarked, as with ping. */
static void warn_of_mark(const struct run *run, int code)
{
	cli_message("netping", "WARNING: failed to set mark: %u: %s", run->settings.mark,
		    strerror(code));
}

static int open_family(struct run *run, uint8_t family, uint64_t hosts, struct err *err)
{
	struct flight *flight = &run->flights[family == AF_INET6];
	uint64_t most = estimate_in_flight(run, hosts);
	uint8_t options[MAX_IPOPTLEN];
	struct icmp_config config;
	uint64_t sockets = most / FLIGHT_SOCKET_SLOTS + 1;
	int ret;

	if (run->wants_hand && sockets < 2)
		sockets = 2;
	if (sockets > FLIGHT_SOCKETS_MAX)
		sockets = FLIGHT_SOCKETS_MAX;
	make_config(run, family, options, &config);
	ret = flight_init(flight, (unsigned int)sockets);
	if (ret < 0)
		return err_set(err, ret, "out of memory");
	for (unsigned int i = 0; i < flight->socket_count && ret == 0; i++) {
		if (i > 0)
			config.ident = UINT32_MAX;
		ret = icmp_open(&flight->sockets[i], family, &config, err);
	}
	if (ret == 0 && flight->sockets[0].mark_errno)
		warn_of_mark(run, flight->sockets[0].mark_errno);
	if (ret == 0 && run->settings.verbose)
		cli_message("netping", "%s: %s ICMP socket, stamps of %s",
			    family == AF_INET ? "IPv4" : "IPv6",
			    flight->sockets[0].is_raw ? "raw" : "datagram",
			    flight->sockets[0].stamps ? "the kernel" :
			    config.receive_stamps     ? "the kernel for replies" :
							"this process");
	return ret;
}

/* Open the sockets that the targets need.
 *
 * Return: 0, or -errno with @err.
 */
int open_sockets(struct run *run, struct err *err)
{
	uint64_t hosts[2] = { 0, 0 };
	int ret = check_source(&run->settings, err);

	run->wants_hand = send_wants_hand(run);
	for (size_t i = 0; i < run->targets.count; i++)
		hosts[run->targets.list[i].addr.family == AF_INET6]++;
	for (int i = 0; i < 2 && ret == 0; i++)
		if (hosts[i] > 0)
			ret = open_family(run, i == 0 ? AF_INET : AF_INET6, hosts[i], err);
	return ret;
}

/* Close them all. */
void close_sockets(struct run *run)
{
	flight_fini(&run->flights[0]);
	flight_fini(&run->flights[1]);
	icmp_receiver_fini(&run->receiver);
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
	const char *device = device_of(&run->settings);
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
	if (ret == 0)
		ret = connect_route(&run->settings, fd, &name, length, err);
	length = sizeof(name);
	if (ret == 0 && getsockname(fd, &name.any, &length) < 0)
		ret = err_set(err, -errno, "getsockname: %s", strerror(errno));
	close(fd);
	if (ret < 0)
		return ret;
	run->source = (struct addr){ .family = target->addr.family };
	if (target->addr.family == AF_INET)
		memcpy(run->source.bytes, &name.v4.sin_addr, 4);
	else
		memcpy(run->source.bytes, &name.v6.sin6_addr, 16);
	return 0;
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
int probe_route(struct run *run, struct err *err)
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
	/* To 0.0.0.0 and :: means to this host, as ping has it. */
	if (addr_is_any(&targets->list[0].addr) && targets->list[0].addr.family == AF_INET)
		targets->list[0].addr = run->source;
	run->is_multicast = is_group(&targets->list[0].addr) || run->settings.broadcast;
	return 0;
}
