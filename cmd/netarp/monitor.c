// SPDX-License-Identifier: GPL-2.0-or-later
/* --monitor: the kernel's table as it changes. The kernel tells what an entry is, not what it
 * was; the table as it was at the start, and every change since, is kept to tell a new one from
 * a changed one. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "analysis/stations.h"
#include "ask.h"
#include "base/clock.h"
#include "cli/message.h"
#include "cli/signals.h"

#define ENTRIES_MAX 1000000

#define AT(field) .offset = offsetof(struct neigh_row, field)

struct monitor {
	struct run *run;
	struct stations known;
	struct nl events;
};

/* clang-format off */
static const struct column monitor_columns[] = {
	{ "time", "Time", "when", COLUMN_TIME, AT(time_ns) },
	{ "change", "Change", "new, changed, mac, gone", COLUMN_TEXT, AT(change) },
	{ "dst", "Address", "the neighbour", COLUMN_ADDR, AT(dst) },
	{ "dev", "Iface", "interface", COLUMN_TEXT, AT(dev) },
	{ "lladdr", "HWaddress", "its MAC address", COLUMN_TEXT, AT(lladdr) },
	{ "old_lladdr", "Before", "the one before", COLUMN_TEXT, AT(old_lladdr) },
	{ "vendor", "Vendor", "whose MAC address", COLUMN_TEXT, AT(vendor) },
	{ "state", "State", "reachability", COLUMN_WORDS, AT(states) },
	{ "router", "Router", "a router", COLUMN_BOOL, AT(router) },
	{ "proxy", "Proxy", "a proxy entry", COLUMN_BOOL, AT(proxy) },
	{ "extern_learn", "Learnt", "a program keeps it", COLUMN_BOOL, AT(extern_learn) },
	{ "protocol", "Proto", "who made it", COLUMN_TEXT, AT(protocol) },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] = "time,change,dst,dev,lladdr,old_lladdr,state";

/* Remember @neigh as it is now.
 *
 * Return: what that changes; the MAC address before in @old, if there was one.
 */
static const char *remember(struct stations *known, const struct neigh *neigh, bool is_gone,
			    struct lladdr *old)
{
	struct station *station = stations_find(known, neigh->iface, &neigh->dst);
	bool was_there = station && station->mac_count > 0;

	if (!station)
		station = stations_add(known, neigh->iface, &neigh->dst);
	if (!station)
		return is_gone ? "gone" : "changed";
	*old = was_there ? station->macs[0] : (struct lladdr){ 0 };
	station->mac_count = !is_gone;
	station->macs[0] = neigh->lladdr;
	stations_touch(known, station);
	if (is_gone)
		return "gone";
	if (!was_there)
		return "new";
	return old->length > 0 && neigh->lladdr.length > 0 && !lladdr_equal(old, &neigh->lladdr) ?
		       "mac" :
		       "changed";
}

static void show(struct run *run, const struct neigh *neigh, const char *change,
		 const struct lladdr *old)
{
	char time[CLOCK_TEXT_MAX + 1], before[LLADDR_TEXT_MAX + 1], addr[ADDR_TEXT_MAX + 1];
	struct neigh_row *row = &run->row;
	bool is_new_mac = strcmp(change, "mac") == 0;

	rows_fill(run, neigh);
	*lladdr_format(before, old) = '\0';
	row->time_ns = clock_real_ns();
	row->change = change;
	row->old_lladdr = is_new_mac ? before : NULL;
	if (!settings_is_habit(&run->settings)) {
		table_row(&run->table, row);
		return;
	}
	*addr_format(addr, &neigh->dst) = '\0';
	*clock_format(time, row->time_ns) = '\0';
	say_line(run, "%s %s %s %s %s%s%s%s%s %s", time, change, addr, row->dev ? row->dev : "*",
		 row->lladdr	 ? row->lladdr :
		 neigh->is_proxy ? "<from_interface>" :
				   "(incomplete)",
		 is_new_mac ? " was " : "", is_new_mac ? before : "", row->vendor ? " " : "",
		 row->vendor ? row->vendor : "", neigh->is_proxy ? "PROXY" : row->states[0]);
}

static int on_entry(const struct neigh *neigh, void *arg)
{
	struct monitor *monitor = arg;
	struct lladdr old;

	if (!neigh->is_proxy)
		remember(&monitor->known, neigh, false, &old);
	return 0;
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct monitor *monitor = arg;
	struct run *run = monitor->run;
	struct neigh neigh;
	struct lladdr old = { 0 };
	const char *change;
	bool is_gone = message->nlmsg_type == RTM_DELNEIGH;

	if (message->nlmsg_type == RTM_NEWLINK || message->nlmsg_type == RTM_DELLINK)
		return links_load(&run->links, NULL);
	if (!neigh_parse(message, &neigh))
		return 0;
	change = neigh.is_proxy ? is_gone ? "gone" : "new" :
				  remember(&monitor->known, &neigh, is_gone, &old);
	if (!settings_wants_family(&run->settings, neigh.family) || !list_wants(run, &neigh))
		return 0;
	if (run->settings.nud && !neigh.is_proxy &&
	    !(run->settings.states & (neigh.state ? neigh.state : NUD_NONE_BIT)))
		return 0;
	show(run, &neigh, change, &old);
	return 0;
}

/* Follow the events until --for ends, or somebody says stop. */
static int follow(struct monitor *monitor, struct err *err)
{
	struct run *run = monitor->run;
	uint64_t now_ns = clock_mono_ns(), end_ns = UINT64_MAX;
	struct pollfd polled = { .fd = nl_fd(&monitor->events), .events = POLLIN };
	int ret = 0;

	if (run->settings.for_ms)
		end_ns = now_ns + (uint64_t)run->settings.for_ms * 1000000u;
	while (ret == 0 && !cli_stop_signal() && (now_ns = clock_mono_ns()) < end_ns) {
		struct timespec left = {
			.tv_sec = (time_t)((end_ns - now_ns) / 1000000000u),
			.tv_nsec = (long)((end_ns - now_ns) % 1000000000u),
		};

		if (ppoll(&polled, 1, &left, NULL) <= 0)
			continue;
		ret = nl_next_events(&monitor->events, on_message, monitor, err);
		if (ret == -ENOBUFS) {
			cli_message("netarp", "changes were lost: there were too many");
			ret = 0;
		}
		if (ret == -EINTR)
			ret = 0;
		if (ret == 0 && run->settings.common.layout != CLI_LAYOUT_JSON) {
			if (!settings_is_habit(&run->settings) && run->table.rows > 0)
				table_flush(&run->table);
			ret = buf_flush(&run->out);
			if (ret < 0)
				err_set(err, ret, "cannot write: %s", strerror(-ret));
		}
	}
	return ret;
}

/* --monitor [ADDR | PREFIX].
 *
 * Return: 0 or -errno.
 */
int monitor_run(struct run *run, struct err *err)
{
	static const unsigned int groups[] = { RTNLGRP_NEIGH, RTNLGRP_LINK };
	const struct neigh_query query = { .family = AF_UNSPEC };
	struct monitor monitor = { .run = run };
	int ret = list_prepare(run, err);

	if (ret == 0 && !settings_is_habit(&run->settings))
		ret = rows_begin(run, monitor_columns, wide_list, NULL, err);
	if (ret == 0)
		ret = nl_open(&monitor.events, NETLINK_ROUTE, err);
	if (ret < 0)
		return ret;
	stations_init(&monitor.known, ENTRIES_MAX);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && ret == 0; i++)
		ret = nl_join(&monitor.events, groups[i], err);
	if (ret == 0)
		ret = confine(err);
	if (ret == 0)
		ret = neigh_list(&run->nl, &query, on_entry, &monitor, err);
	if (ret == 0)
		ret = follow(&monitor, err);
	nl_close(&monitor.events);
	stations_fini(&monitor.known);
	if (ret == 0 && !settings_is_habit(&run->settings))
		table_end(&run->table);
	if (ret == 0) {
		ret = buf_flush(&run->out);
		if (ret < 0)
			err_set(err, ret, "cannot write: %s", strerror(-ret));
	}
	return ret;
}
