// SPDX-License-Identifier: GPL-2.0-or-later
/* --scan [PREFIX]: who is on the link? IPv4 by asking for every address of a prefix that is on
 * the link; IPv6, whose prefixes are too large for that, by asking all nodes at once and by
 * looking into the neighbour table. */
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis/stations.h"
#include "ask.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/signals.h"
#include "event.h"
#include "lan.h"
#include "wire/echo6.h"
#include "wire/ndp.h"

#define MS 1000000u
#define SHORTEST_PREFIX 16
#define RATE 1000
#define RETRIES 1
#define ECHO_ID 0x6e73

struct scan {
	struct run *run;
	struct lan lan;
	struct prefix prefix;
	struct stations found;
	uint32_t hosts, duplicates;
	uint64_t asked, to_ask;
	uint64_t started_ns, told_ns;
};

static void put_u32(struct addr *addr, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		addr->bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get_u32(const struct addr *addr)
{
	return (uint32_t)addr->bytes[0] << 24 | (uint32_t)addr->bytes[1] << 16 |
	       (uint32_t)addr->bytes[2] << 8 | addr->bytes[3];
}

/* On a terminal, and after a second, say how far it got. */
static void tell_progress(struct scan *scan)
{
	uint64_t now_ns = clock_mono_ns();
	char text[128];
	int length;

	if (!isatty(STDERR_FILENO) || scan->run->settings.quiet ||
	    now_ns - scan->started_ns < 1000 * (uint64_t)MS ||
	    now_ns - scan->told_ns < 200 * (uint64_t)MS)
		return;
	scan->told_ns = now_ns;
	length = snprintf(text, sizeof(text), "\rnetarp: %llu of %llu asked, %u hosts ",
			  (unsigned long long)scan->asked, (unsigned long long)scan->to_ask,
			  scan->hosts);
	if (write(STDERR_FILENO, text, (size_t)length) < 0)
		scan->told_ns = UINT64_MAX;
}

static int show(struct scan *scan, const struct station *station, bool is_duplicate,
		uint64_t time_ns, uint32_t rtt_ns)
{
	struct run *run = scan->run;
	const char *vendor =
		run->settings.vendor ? vendors_name(&run->vendors, &station->macs[0]) : NULL;
	struct link_event event = {
		.time_ns = time_ns,
		.kind = is_duplicate ? EVENT_DUPLICATE : EVENT_HOST,
		.severity = is_duplicate ? SEVERITY_WARNING : SEVERITY_INFO,
		.addr = station->addr,
		.iface = scan->lan.link->index,
		.rtt_ns = rtt_ns,
	};
	char addr[ADDR_TEXT_MAX + 1], mac[LLADDR_TEXT_MAX + 1];

	if (run->settings.quiet)
		return 0;
	while (event.mac_count < station->mac_count && event.mac_count < LINK_EVENT_MACS) {
		event.macs[event.mac_count] = station->macs[event.mac_count];
		event.mac_count++;
	}
	if (is_duplicate)
		snprintf(event.evidence, sizeof(event.evidence), "%u MAC addresses have it",
			 station->mac_count);
	if (!settings_is_habit(&run->settings))
		return event_show(run, &event);
	*addr_format(addr, &station->addr) = '\0';
	*lladdr_format(mac, &station->macs[0]) = '\0';
	say_line(run, "%-15s  %s%s%s%s", addr, mac, vendor ? "  " : "", vendor ? vendor : "",
		 is_duplicate ? "  DUPLICATE" : "");
	return buf_flush(&run->out);
}

/* Somebody has @addr. */
static int note(struct scan *scan, const struct addr *addr, const struct lladdr *mac,
		uint64_t time_ns, uint32_t rtt_ns)
{
	struct station *station = stations_find(&scan->found, 0, addr);

	if (lladdr_equal(mac, &scan->lan.link->lladdr) || mac->length != LLADDR_ETHER ||
	    addr_is_any(addr))
		return 0;
	if (!station)
		station = stations_add(&scan->found, 0, addr);
	if (!station)
		return -ENOMEM;
	for (uint8_t i = 0; i < station->mac_count; i++)
		if (lladdr_equal(&station->macs[i], mac))
			return 0;
	if (station->mac_count == STATION_MACS)
		return 0;
	memmove(station->macs + 1, station->macs, station->mac_count * sizeof(*mac));
	station->macs[0] = *mac;
	scan->hosts += station->mac_count == 0;
	scan->duplicates += station->mac_count == 1;
	station->mac_count++;
	return show(scan, station, station->mac_count > 1, time_ns, rtt_ns);
}

static int on_claim(const struct claim *claim, void *arg)
{
	struct scan *scan = arg;

	if (scan->lan.frame.is_outgoing || claim->addr.family != scan->prefix.addr.family ||
	    claim->mac.length == 0)
		return 0;
	if (claim->addr.family == AF_INET && !prefix_contains(&scan->prefix, &claim->addr))
		return 0;
	return note(scan, &claim->addr, &claim->mac, claim->time_ns, LINK_EVENT_NO_RTT);
}

/* Ask for every address that nobody answered for yet, evenly in time. */
static int pass(struct scan *scan, uint64_t interval_ns, struct err *err)
{
	uint32_t first = get_u32(&scan->prefix.addr), count = 1u << (32 - scan->prefix.length);
	bool has_ends = scan->prefix.length < 31; /* the network's own and its broadcast address */
	uint64_t next_ns = clock_mono_ns();
	struct addr target = { .family = AF_INET };
	int ret = 0;

	for (uint32_t i = has_ends; i < count - has_ends && ret == 0 && !cli_stop_signal(); i++) {
		put_u32(&target, first + i);
		if (ifaddrs_has(&scan->run->ifaddrs, &target, 0) ||
		    stations_find(&scan->found, 0, &target))
			continue;
		ret = lan_ask(&scan->lan, &target, false, err);
		scan->asked++;
		next_ns += interval_ns;
		if (ret == 0)
			ret = lan_wait(&scan->lan, next_ns, on_claim, scan, err);
		tell_progress(scan);
	}
	return ret;
}

static int scan_v4(struct scan *scan, struct err *err)
{
	const struct settings *settings = &scan->run->settings;
	uint32_t retries = settings->retries == UINT32_MAX ? RETRIES : settings->retries;
	uint64_t interval_ns = 1000000000u / (settings->rate ? settings->rate : RATE);
	uint64_t wait_ns = (uint64_t)(settings->wait_ms ? settings->wait_ms : 500) * MS;
	int ret = 0;

	scan->to_ask = (1ull << (32 - scan->prefix.length)) * (retries + 1);
	for (uint32_t i = 0; i <= retries && ret == 0 && !cli_stop_signal(); i++) {
		ret = pass(scan, interval_ns, err);
		if (ret == 0)
			ret = lan_wait(&scan->lan, clock_mono_ns() + wait_ns, on_claim, scan, err);
	}
	return ret;
}

static int on_neigh(const struct neigh *neigh, void *arg)
{
	struct scan *scan = arg;

	if (neigh->lladdr.length == 0 || neigh->state & (NEIGH_FAILED | NEIGH_NOARP) ||
	    neigh->dst.bytes[0] == 0xff)
		return 0;
	return note(scan, &neigh->dst, &neigh->lladdr, 0, LINK_EVENT_NO_RTT);
}

/* An echo request to all nodes (ff02::1) from each of this host's addresses on the link, since
 * nodes answer from an address of the same scope. */
static int scan_v6(struct scan *scan, struct err *err)
{
	static const struct addr all_nodes = {
		.family = AF_INET6,
		.bytes = { 0xff, 0x02, [15] = 1 },
	};
	const struct settings *settings = &scan->run->settings;
	const struct ifaddrs *own = &scan->run->ifaddrs;
	struct neigh_query query = { .family = AF_INET6, .iface = scan->lan.link->index };
	uint64_t wait_ns = (uint64_t)(settings->wait_ms ? settings->wait_ms : 1000) * MS;
	uint32_t retries = settings->retries == UINT32_MAX ? RETRIES : settings->retries;
	int ret = 0;

	for (uint32_t round = 0; round <= retries && ret == 0; round++) {
		for (size_t i = 0; i < own->count && ret == 0; i++) {
			const struct echo6 echo = {
				.eth_src = scan->lan.link->lladdr,
				.eth_dst = ndp_multicast_mac(&all_nodes),
				.src = own->list[i].addr,
				.dst = all_nodes,
				.id = ECHO_ID,
			};

			if (own->list[i].iface == query.iface &&
			    own->list[i].addr.family == AF_INET6)
				ret = lan_echo(&scan->lan, &echo, err);
		}
		if (ret == 0)
			ret = lan_wait(&scan->lan, clock_mono_ns() + wait_ns, on_claim, scan, err);
	}
	return ret < 0 ? ret : neigh_list(&scan->run->nl, &query, on_neigh, scan, err);
}

/* The interface to scan when none is named: the only one there can be. */
static int choose_link(struct run *run, uint8_t family, struct addr *addr, struct err *err)
{
	const struct iface_addr *chosen = NULL;
	const struct link *named = NULL;

	if (run->settings.device) {
		named = links_named(&run->links, run->settings.device);
		if (!named)
			return err_set(err, -ENODEV, "%s: no such interface", run->settings.device);
	}
	for (size_t i = 0; i < run->ifaddrs.count; i++) {
		const struct iface_addr *at = &run->ifaddrs.list[i];
		const struct link *link = links_find(&run->links, at->iface);

		if (at->addr.family != family || !link || (named && link != named) ||
		    link->type != ARPHRD_ETHER)
			continue;
		if (chosen && chosen->iface != at->iface)
			return err_set(err, -EINVAL,
				       "several links could be scanned: name one (-I)");
		if (!chosen)
			chosen = at;
	}
	if (!chosen)
		return err_set(err, -ENODEV, "no link to scan: no Ethernet with an IPv%c address",
			       family == AF_INET ? '4' : '6');
	*addr = chosen->addr;
	addr->zone = chosen->iface;
	return 0;
}

/* What is scanned is on the link, and no more than a /16. */
static int choose_prefix(struct scan *scan, const struct iface_addr *own, struct err *err)
{
	struct run *run = scan->run;
	struct prefix link = prefix_of(&own->addr, own->length);

	scan->prefix = link;
	if (run->operand_count > 0) {
		if (prefix_parse(&scan->prefix, run->operands[0]) < 0)
			return err_set(err, -EINVAL, "%s: not a prefix", run->operands[0]);
		if (!prefix_contains(&link, &scan->prefix.addr) ||
		    scan->prefix.length < link.length)
			return err_set(err, -EINVAL, "%s is not on the link of %s",
				       run->operands[0], scan->lan.link->name);
	}
	if (scan->prefix.addr.family == AF_INET && scan->prefix.length < SHORTEST_PREFIX)
		return err_set(err, -EINVAL, "a /%u is too large: name a prefix of /%d at least",
			       scan->prefix.length, SHORTEST_PREFIX);
	return 0;
}

/* Find out what is to be scanned, and where. */
static int choose(struct scan *scan, struct err *err)
{
	struct run *run = scan->run;
	uint8_t family = run->settings.families == FAMILY_INET6 ? AF_INET6 : AF_INET;
	const struct iface_addr *own;
	struct addr addr;
	int ret = ifaddrs_load(&run->ifaddrs, err);

	if (ret == 0 && run->operand_count > 0) {
		if (prefix_parse(&scan->prefix, run->operands[0]) < 0)
			ret = err_set(err, -EINVAL, "%s: not a prefix", run->operands[0]);
		addr = scan->prefix.addr;
		family = addr.family;
	} else if (ret == 0) {
		ret = choose_link(run, family, &addr, err);
	}
	if (ret == 0 && run->operand_count > 0 && family == AF_INET6)
		ret = err_set(err, -EINVAL, "IPv6 is scanned without a prefix: --scan -6 -I IF");
	if (ret == 0)
		ret = lan_choose(run, &scan->lan, &addr, err);
	if (ret < 0)
		return ret;
	own = ifaddrs_source(&run->ifaddrs, &addr, scan->lan.link->index);
	if (!own)
		return err_set(err, -EADDRNOTAVAIL, "%s has no address of that family",
			       scan->lan.link->name);
	return choose_prefix(scan, own, err);
}

/* --scan [PREFIX].
 *
 * Return: 0, with run->status 1 if there was nobody, or two with one address; or -errno.
 */
int scan_run(struct run *run, struct err *err)
{
	struct scan scan = { .run = run, .started_ns = clock_mono_ns() };
	int ret;

	scan.lan.sender.fd = -1;
	scan.lan.hearer.fd = -1;
	stations_init(&scan.found, 1u << (32 - SHORTEST_PREFIX));
	ret = choose(&scan, err);
	if (ret == 0)
		ret = event_begin(run, false, err);
	if (ret == 0)
		ret = lan_open(&scan.lan, err);
	if (ret == 0)
		ret = scan.prefix.addr.family == AF_INET ? scan_v4(&scan, err) :
							   scan_v6(&scan, err);
	lan_close(&scan.lan);
	stations_fini(&scan.found);
	if (scan.told_ns && isatty(STDERR_FILENO) && write(STDERR_FILENO, "\r\033[K", 4) < 0)
		scan.told_ns = 0;
	if (ret < 0)
		return ret;
	run->status = scan.hosts > 0 && scan.duplicates == 0 ? CLI_EXIT_OK : CLI_EXIT_NO;
	return event_end(run, err);
}
