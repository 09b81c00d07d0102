// SPDX-License-Identifier: GPL-2.0-or-later
/* --dad ADDR: is it free? IPv4 by RFC 5227 section 2.1, IPv6 by RFC 4862 section 5.4; and
 * --announce ADDR, which says that it is taken, by this host. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "analysis/answers.h"
#include "ask.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/signals.h"
#include "event.h"
#include "host/lookup.h"
#include "lan.h"
#include "wire/ndp.h"

#define MS 1000000u

/* RFC 5227 section 1.1, in milliseconds; RFC 4862 section 5.1 and RFC 4861 section 10 for IPv6. */
#define PROBE_WAIT 1000
#define PROBE_COUNT 3
#define PROBE_MIN 1000
#define PROBE_MAX 2000
#define ANNOUNCE_WAIT 2000
#define ANNOUNCE_COUNT 2
#define ANNOUNCE_INTERVAL 2000
#define SOLICITATIONS 1
#define RETRANS_TIMER 1000
#define ADVERTISEMENTS 3

struct dad {
	struct run *run;
	struct lan lan;
	struct answers answers;
	struct claim taken; /* what showed it */
	bool is_taken;
};

static int on_claim(const struct claim *claim, void *arg)
{
	struct dad *dad = arg;

	if (dad->lan.frame.is_outgoing || !answers_is_taken(&dad->answers, claim))
		return 0;
	dad->taken = *claim;
	dad->is_taken = true;
	return 1;
}

/* From @least to @most milliseconds, at random, so that hosts that start together do not ask
 * together. */
static uint64_t random_ns(uint32_t least, uint32_t most)
{
	uint32_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		number = 0;
	return (uint64_t)(least + number % (most - least + 1)) * MS;
}

/* Ask, and hear after each request; hearing begins before the first.
 *
 * Return: 0 at the end, 1 if somebody has it, or -errno.
 */
static int ask(struct dad *dad, struct err *err)
{
	const struct settings *settings = &dad->run->settings;
	bool is_v4 = dad->answers.target.family == AF_INET;
	uint32_t count = settings->count ? settings->count : is_v4 ? PROBE_COUNT : SOLICITATIONS;
	uint64_t now_ns = clock_mono_ns(), end_ns = UINT64_MAX, until_ns;
	int ret;

	if (settings->deadline_ms)
		end_ns = now_ns + (uint64_t)settings->deadline_ms * MS;
	until_ns = now_ns + random_ns(0, settings->deadline_ms || settings->count ? 0 : PROBE_WAIT);
	ret = lan_wait(&dad->lan, until_ns, on_claim, dad, err);
	for (uint32_t i = 0; i < count && ret == 0 && !cli_stop_signal(); i++) {
		now_ns = clock_mono_ns();
		if (now_ns >= end_ns)
			break;
		ret = lan_ask(&dad->lan, &dad->answers.target, true, err);
		if (ret < 0)
			return ret;
		if (!is_v4)
			until_ns = now_ns + RETRANS_TIMER * (uint64_t)MS;
		else if (i + 1 < count)
			until_ns = now_ns + random_ns(PROBE_MIN, PROBE_MAX);
		else
			until_ns = now_ns + ANNOUNCE_WAIT * (uint64_t)MS;
		ret = lan_wait(&dad->lan, until_ns < end_ns ? until_ns : end_ns, on_claim, dad,
			       err);
	}
	return ret;
}

static int show(struct dad *dad)
{
	struct run *run = dad->run;
	struct link_event event = {
		.time_ns = dad->taken.time_ns,
		.kind = dad->is_taken ? EVENT_TAKEN : EVENT_FREE,
		.severity = dad->is_taken ? SEVERITY_WARNING : SEVERITY_INFO,
		.addr = dad->answers.target,
		.iface = dad->lan.link->index,
		.macs = { dad->taken.mac.length > 0 ? dad->taken.mac : dad->taken.eth_src },
		.mac_count = dad->is_taken,
		.rtt_ns = dad->is_taken ? lan_rtt_ns(&dad->lan, &dad->taken) : LINK_EVENT_NO_RTT,
		.is_broadcast = lladdr_is_group(&dad->taken.eth_dst),
	};
	const char *vendor =
		run->settings.vendor ? vendors_name(&run->vendors, &event.macs[0]) : NULL;
	char mac[LLADDR_TEXT_MAX + 1] = "";

	*lladdr_format(mac, &event.macs[0]) = '\0';
	if (!dad->is_taken)
		snprintf(event.evidence, sizeof(event.evidence), "%u asked, nobody answered",
			 (unsigned int)dad->lan.count_sent);
	else
		snprintf(event.evidence, sizeof(event.evidence), "%s",
			 dad->taken.is_probe		? "another host is about to take it" :
			 dad->taken.kind == CLAIM_REPLY ? "it answered" :
							  "it asks from this address");
	run->status = dad->is_taken ? CLI_EXIT_NO : CLI_EXIT_OK;
	if (run->settings.quiet)
		return 0;
	if (!settings_is_habit(&run->settings))
		return event_show(run, &event);
	if (dad->is_taken)
		say_line(run, "%s is taken on %s by %s%s%s%s: %s", run->operands[0],
			 dad->lan.link->name, mac, vendor ? " (" : "", vendor ? vendor : "",
			 vendor ? ")" : "", event.evidence);
	else
		say_line(run, "%s is free on %s: %s", run->operands[0], dad->lan.link->name,
			 event.evidence);
	return 0;
}

/* --dad ADDR.
 *
 * Return: 0, with run->status 0 if it is free and 1 if it is not; or -errno: that nothing could be
 * sent, or that the run was cut short, is no answer.
 */
int dad_run(struct run *run, struct err *err)
{
	struct dad dad = { .run = run, .lan = { .sender.fd = -1, .hearer.fd = -1 } };
	int ret;

	ret = lookup_host(run->operands[0], AF_UNSPEC, &dad.answers.target, err);
	if (ret == 0)
		ret = lan_choose(run, &dad.lan, &dad.answers.target, err);
	if (ret == 0)
		ret = event_begin(run, true, err);
	if (ret < 0)
		return ret;
	dad.answers.own_mac = dad.lan.link->lladdr;
	ret = lan_open(&dad.lan, err);
	if (ret == 0)
		ret = ask(&dad, err);
	lan_close(&dad.lan);
	if (ret < 0)
		return ret;
	if (!dad.is_taken && cli_stop_signal())
		return err_set(err, -EINTR, "%s: stopped before there was an answer",
			       run->operands[0]);
	if (!dad.is_taken && dad.lan.sent_ns == 0)
		return err_set(err, -EIO, "%s: no request left %s", run->operands[0],
			       dad.lan.link->name);
	ret = show(&dad);
	return ret < 0 ? ret : event_end(run, err);
}

/* Whether this host forwards IPv6 there, and so says in advertisements that it is a router: saying
 * otherwise would make hosts forget it as one (RFC 4861 section 7.2.5). */
static bool is_router(const struct link *link)
{
	char path[64 + IF_NAMESIZE] = "/proc/sys/net/ipv6/conf/", value = '0';
	size_t length = strlen(path);
	int fd;

	length += text_copy(path + length, sizeof(path) - length, link->name);
	text_copy(path + length, sizeof(path) - length, "/forwarding");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &value, 1) != 1)
		value = '0';
	close(fd);
	return value != '0';
}

struct proxy_search {
	const struct addr *addr;
	uint32_t iface;
	bool is_found;
};

static int on_proxy(const struct neigh *neigh, void *arg)
{
	struct proxy_search *search = arg;

	if (!addr_equal(&neigh->dst, search->addr) ||
	    (neigh->iface && neigh->iface != search->iface))
		return 0;
	search->is_found = true;
	return 1;
}

/* Only what is this host's may be announced: an own address, or one that it answers for. */
static int check_own(struct run *run, const struct addr *addr, const struct link *link,
		     struct err *err)
{
	struct neigh_query query = { .family = addr->family, .proxies = true };
	struct proxy_search search = { .addr = addr, .iface = link->index };
	int ret;

	if (ifaddrs_has(&run->ifaddrs, addr, 0))
		return 0;
	ret = neigh_list(&run->nl, &query, on_proxy, &search, err);
	if (ret == 0 && !search.is_found)
		ret = err_set(err, -EADDRNOTAVAIL,
			      "%s is neither this host's nor a proxy entry of it: not announced",
			      run->operands[0]);
	return ret;
}

/* Send one round: for IPv4 the request and the reply form, since some hosts heed only one of them;
 * for IPv6 an unsolicited advertisement (RFC 4861 section 7.2.6). */
static int announce(struct lan *lan, const struct addr *addr, bool from_router, struct err *err)
{
	static const uint8_t broadcast[LLADDR_ETHER] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const struct addr all_nodes = {
		.family = AF_INET6,
		.bytes = { 0xff, 0x02, [15] = 1 },
	};
	struct claim claim = {
		.kind = CLAIM_REPLY,
		.eth_src = lan->link->lladdr,
		.eth_dst = lladdr_ether(broadcast),
		.mac = lan->link->lladdr,
		.addr = *addr,
		.asker = *addr,
		.target = *addr,
		.is_override = true,
		.is_from_router = from_router,
	};
	int ret = 0;

	if (addr->family == AF_INET6) {
		claim.target = all_nodes;
		claim.eth_dst = ndp_multicast_mac(&all_nodes);
		return lan_tell(lan, &claim, err);
	}
	claim.kind = CLAIM_REQUEST;
	ret = lan_tell(lan, &claim, err);
	claim.kind = CLAIM_REPLY;
	return ret < 0 ? ret : lan_tell(lan, &claim, err);
}

/* --announce ADDR.
 *
 * Return: 0 or -errno.
 */
int announce_run(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	struct link_event event = { .kind = EVENT_ANNOUNCED, .rtt_ns = LINK_EVENT_NO_RTT };
	struct lan lan = { .sender.fd = -1, .hearer.fd = -1 };
	uint32_t count, interval_ms;
	uint64_t next_ns = clock_mono_ns();
	bool from_router;
	int ret;

	ret = lookup_host(run->operands[0], AF_UNSPEC, &event.addr, err);
	if (ret == 0)
		ret = lan_choose(run, &lan, &event.addr, err);
	if (ret == 0)
		ret = check_own(run, &event.addr, lan.link, err);
	if (ret == 0)
		ret = event_begin(run, false, err);
	if (ret < 0 || !lan.link)
		goto out;
	from_router = event.addr.family == AF_INET6 && is_router(lan.link);
	ret = lan_open(&lan, err);
	if (ret < 0)
		goto out;
	count = settings->count		     ? settings->count :
		event.addr.family == AF_INET ? ANNOUNCE_COUNT :
					       ADVERTISEMENTS;
	interval_ms = settings->interval_ms	   ? settings->interval_ms :
		      event.addr.family == AF_INET ? ANNOUNCE_INTERVAL :
						     RETRANS_TIMER;
	for (uint32_t i = 0; i < count && ret == 0 && !cli_stop_signal(); i++) {
		if (i > 0)
			clock_sleep_until_ns(next_ns);
		next_ns += (uint64_t)interval_ms * MS;
		ret = announce(&lan, &event.addr, from_router, err);
	}
	if (ret < 0)
		goto out;
	event.iface = lan.link->index;
	event.macs[0] = lan.link->lladdr;
	event.mac_count = 1;
	snprintf(event.evidence, sizeof(event.evidence), "%u frames sent",
		 (unsigned int)lan.count_sent);
	if (!settings->quiet && settings_is_habit(settings))
		say_line(run, "%s announced on %s: %s", run->operands[0], lan.link->name,
			 event.evidence);
	else if (!settings->quiet)
		event_show(run, &event);
	ret = event_end(run, err);
out:
	lan_close(&lan);
	return ret;
}
