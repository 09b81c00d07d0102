// SPDX-License-Identifier: GPL-2.0-or-later
/* What has to be opened and made before the first probe. */
#include <errno.h>
#include <netinet/ip.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/text.h"
#include "cli/message.h"
#include "netping.h"

/* Bytes of -p. */
#define PATTERN_MAX 16

/* The least timeout that the estimate of probes under way is made with. */
#define ESTIMATE_TIMEOUT_MS 1000u

/* Turn hexadecimal digits into up to 16 bytes, two digits each, an odd last one alone. */
static size_t parse_pattern(const char *text, uint8_t *bytes)
{
	size_t count = 0;
	uint64_t value;
	char pair[3];

	for (; *text && count < PATTERN_MAX; text += strlen(pair)) {
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
	uint32_t room = size < PATTERN_MAX ? PATTERN_MAX : size; /* all of a pattern is shown */
	uint8_t bytes[PATTERN_MAX];
	size_t count = pattern ? parse_pattern(pattern, bytes) : 0;

	if (pattern && (count == 0 || strspn(pattern, "0123456789abcdefABCDEF") != strlen(pattern)))
		return err_set(err, -EINVAL, "patterns must be specified as hex digits: %s",
			       pattern);
	if (getrandom(run->secret, sizeof(run->secret), 0) < 0)
		return err_set(err, -errno, "getrandom: %s", strerror(errno));
	run->data = malloc(room);
	if (!run->data || icmp_receiver_init(&run->receiver, size) < 0)
		return err_set(err, -ENOMEM, "out of memory");
	for (uint32_t i = 0; i < room; i++)
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
		.device = source_device(settings),
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
	int ret = source_check(&run->settings, err);

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
