// SPDX-License-Identifier: GPL-2.0-or-later
/* --probe ADDR: who has it? As arping asks, but always everybody, so that a second holder of the
 * address is heard on every request and not on the first alone. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "analysis/answers.h"
#include "ask.h"
#include "base/clock.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "event.h"
#include "host/lookup.h"
#include "lan.h"

#define MS 1000000u

struct probe {
	struct run *run;
	struct lan lan;
	struct answers answers;
	bool has_conflict;
};

static void show_reply(struct probe *probe, const struct claim *claim)
{
	struct run *run = probe->run;
	const char *vendor = run->settings.vendor ? vendors_name(&run->vendors, &claim->mac) : NULL;
	struct link_event event = {
		.time_ns = claim->time_ns,
		.kind = EVENT_REPLY,
		.addr = claim->addr,
		.iface = probe->lan.link->index,
		.macs = { claim->mac },
		.mac_count = 1,
		.rtt_ns = lan_rtt_ns(&probe->lan, claim),
		.is_broadcast = lladdr_is_group(&claim->eth_dst),
	};
	char addr[ADDR_TEXT_MAX + 1], mac[LLADDR_TEXT_MAX + 1], rtt[24] = "";

	if (run->settings.quiet)
		return;
	if (!settings_is_habit(&run->settings)) {
		event_show(run, &event);
		return;
	}
	*addr_format(addr, &claim->addr) = '\0';
	*lladdr_format(mac, &claim->mac) = '\0';
	if (event.rtt_ns != LINK_EVENT_NO_RTT)
		snprintf(rtt, sizeof(rtt), "  %u.%03ums", event.rtt_ns / MS,
			 event.rtt_ns % MS / 1000);
	say_line(run, "%s reply from %s [%s]%s%s%s%s", event.is_broadcast ? "Broadcast" : "Unicast",
		 addr, mac, vendor ? " (" : "", vendor ? vendor : "", vendor ? ")" : "", rtt);
	buf_flush(&run->out);
}

/* Two stations, one address: said once for each further station. */
static void show_conflict(struct probe *probe)
{
	struct run *run = probe->run;
	const struct answers *answers = &probe->answers;
	struct link_event event = {
		.kind = EVENT_CONFLICT,
		.severity = SEVERITY_CRITICAL,
		.addr = answers->target,
		.iface = probe->lan.link->index,
		.rtt_ns = LINK_EVENT_NO_RTT,
	};
	char text[LINK_EVENT_MACS * (LLADDR_ETHER * 3 + 2)] = "", *at = text;

	probe->has_conflict = true;
	while (event.mac_count < answers->count && event.mac_count < LINK_EVENT_MACS) {
		const struct lladdr *mac = &answers->list[event.mac_count].mac;

		event.macs[event.mac_count++] = *mac;
		if (at > text)
			*at++ = ' ';
		at = lladdr_format(at, mac);
		*at = '\0';
	}
	snprintf(event.evidence, sizeof(event.evidence), "%u MAC addresses answer: %s",
		 answers->count, text);
	if (run->settings.quiet)
		return;
	if (settings_is_habit(&run->settings)) {
		say_line(run, "Conflict: %s", event.evidence);
		buf_flush(&run->out);
	} else {
		event_show(run, &event);
	}
}

static int on_claim(const struct claim *claim, void *arg)
{
	struct probe *probe = arg;
	uint32_t before = probe->answers.count;

	if (!answers_add(&probe->answers, claim))
		return 0;
	show_reply(probe, claim);
	if (probe->answers.count > before && probe->answers.count > 1)
		show_conflict(probe);
	return probe->run->settings.first || probe->run->out.error;
}

/* Send the requests and hear the replies.
 *
 * Return: 0 or -errno.
 */
static int ask(struct probe *probe, struct err *err)
{
	const struct settings *settings = &probe->run->settings;
	uint64_t start_ns = clock_mono_ns(), next_ns = start_ns;
	uint64_t interval_ns =
		(uint64_t)(settings->interval_ms ? settings->interval_ms : 1000) * MS;
	uint64_t wait_ns = (uint64_t)(settings->wait_ms ? settings->wait_ms : 1000) * MS;
	uint64_t end_ns = settings->deadline_ms ? start_ns + (uint64_t)settings->deadline_ms * MS :
						  UINT64_MAX;
	int ret = 0;

	while (ret == 0 && !cli_stop_signal() && clock_mono_ns() < end_ns) {
		bool is_last = settings->count && probe->answers.requests + 1 == settings->count;

		ret = lan_ask(&probe->lan, &probe->answers.target, false, err);
		if (ret < 0)
			break;
		probe->answers.requests++;
		next_ns += is_last ? wait_ns : interval_ns;
		ret = lan_wait(&probe->lan, next_ns < end_ns ? next_ns : end_ns, on_claim, probe,
			       err);
		if (is_last)
			break;
	}
	return ret < 0 ? ret : 0;
}

static void summarise(struct probe *probe)
{
	struct run *run = probe->run;

	run->status =
		probe->answers.replies > 0 && !probe->has_conflict ? CLI_EXIT_OK : CLI_EXIT_NO;
	if (run->settings.quiet || !settings_is_habit(&run->settings))
		return;
	say_line(run, "Sent %u probes (%u broadcast(s))", probe->answers.requests,
		 probe->answers.requests);
	say_line(run, "Received %u response(s)", probe->answers.replies);
}

struct resolved {
	const struct addr *target;
	uint32_t iface;
	struct neigh neigh;
	bool is_there;
};

static int on_neigh(const struct neigh *neigh, void *arg)
{
	struct resolved *resolved = arg;

	if (neigh->iface != resolved->iface || !addr_equal(&neigh->dst, resolved->target))
		return 0;
	resolved->neigh = *neigh;
	resolved->is_there = true;
	return 1;
}

static int send_datagram(const struct addr *target, uint32_t iface)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(9),
		.sin6_scope_id = iface,
	};
	int fd = socket(target->family, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret = 0;
	bool is_v4 = target->family == AF_INET;

	if (fd < 0)
		return -errno;
	memcpy(&v4.sin_addr, target->bytes, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, target->bytes, sizeof(v6.sin6_addr));
	if (sendto(fd, "", 1, 0,
		   is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6,
		   is_v4 ? sizeof(v4) : sizeof(v6)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* Without raw sockets: have the kernel resolve the address, by a datagram to the port that discards
 * (RFC 863), and look into its table. */
static int ask_kernel(struct run *run, const struct addr *target, const struct lan *lan,
		      struct err *err)
{
	const uint32_t settled = NEIGH_REACHABLE | NEIGH_PERMANENT;
	uint64_t now_ns = clock_mono_ns(), end_ns = now_ns + 4000000000u;
	struct neigh_query query = { .family = target->family, .iface = lan->link->index };
	struct resolved resolved = { .target = target, .iface = lan->link->index };
	struct probe probe = { .run = run, .lan = *lan, .answers = { .target = *target } };
	struct claim claim = { .kind = CLAIM_REPLY, .addr = *target };
	int ret = send_datagram(target, lan->link->index);

	if (ret < 0)
		return err_set(err, ret, "cannot send to it: %s", strerror(-ret));
	ret = confine(err);
	if (ret < 0)
		return ret;
	cli_message("netarp",
		    "raw sockets are not permitted: the kernel is asked instead, and a "
		    "second holder of the address cannot be seen this way");
	do {
		resolved.is_there = false;
		ret = neigh_list(&run->nl, &query, on_neigh, &resolved, err);
		if (ret < 0 ||
		    (resolved.is_there && resolved.neigh.state & (settled | NEIGH_FAILED)))
			break;
		now_ns += 20 * MS;
		clock_sleep_until_ns(now_ns);
	} while (now_ns < end_ns && !cli_stop_signal());
	probe.answers.requests = 1;
	if (ret == 0 && resolved.is_there && resolved.neigh.state & settled) {
		claim.mac = resolved.neigh.lladdr;
		on_claim(&claim, &probe);
	}
	summarise(&probe);
	return ret;
}

/* --probe ADDR.
 *
 * Return: 0, with run->status 0 if exactly one station answers, 1 if none or several; or -errno.
 */
int probe_run(struct run *run, struct err *err)
{
	struct probe probe = { .run = run };
	char source[ADDR_TEXT_MAX + 1] = "nobody";
	int ret;

	ret = lookup_host(run->operands[0], AF_UNSPEC, &probe.answers.target, err);
	if (ret == 0)
		ret = lan_choose(run, &probe.lan, &probe.answers.target, err);
	if (ret == 0)
		ret = event_begin(run, true, err);
	if (ret < 0)
		return ret;
	probe.answers.own_mac = probe.lan.link->lladdr;
	ret = lan_open(&probe.lan, err);
	if (ret == -EPERM && !run->settings.source) {
		ret = ask_kernel(run, &probe.answers.target, &probe.lan, err);
		return ret < 0 ? ret : event_end(run, err);
	}
	if (ret == 0 && settings_is_habit(&run->settings) && !run->settings.quiet) {
		if (probe.lan.source.family != AF_UNSPEC)
			*addr_format(source, &probe.lan.source) = '\0';
		say_line(run, "ARPING %s from %s %s", run->operands[0], source,
			 probe.lan.link->name);
	}
	if (ret == 0)
		ret = ask(&probe, err);
	if (ret == 0)
		summarise(&probe);
	lan_close(&probe.lan);
	return ret < 0 ? ret : event_end(run, err);
}
