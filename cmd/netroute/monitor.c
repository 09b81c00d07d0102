// SPDX-License-Identifier: GPL-2.0-or-later
/* --monitor: routes and rules as they change. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "answer.h"
#include "base/clock.h"
#include "cli/message.h"

#define AT(field) .offset = offsetof(struct route_row, field)

struct monitor {
	struct run *run;
	struct nl events;
	struct route_hops hops;
	bool is_nexthops_old;			  /* they changed since they were read */
	struct column columns[TABLE_COLUMNS_MAX]; /* an event's own, and the table's */
};

/* clang-format off */
const struct column event_columns[] = {
	{ "time", "Time", "when", COLUMN_TIME, AT(time_ns) },
	{ "event", "Event", "new, appended, replaced, deleted", COLUMN_TEXT, AT(event) },
	{ "object", "Object", "route, rule", COLUMN_TEXT, AT(object) },
	{ "rule", "Rule", "the rule", COLUMN_OBJECT, .nested = rule_brief_columns, AT(rule) },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] =
	"time,event,object,type,dst,gateway,dev,table,protocol,metric,nexthops,rule";

/* What became of an entry: the kernel repeats how it was asked to enter it. */
static const char *event_of(const struct nlmsghdr *message)
{
	if (message->nlmsg_type == RTM_DELROUTE || message->nlmsg_type == RTM_DELRULE)
		return "deleted";
	if (message->nlmsg_flags & NLM_F_REPLACE)
		return "replaced";
	return message->nlmsg_flags & NLM_F_APPEND ? "appended" : "new";
}

static void show(struct run *run, const struct nlmsghdr *message, const char *object)
{
	run->row.time_ns = clock_real_ns();
	run->row.event = event_of(message);
	run->row.object = object;
	table_row(&run->table, &run->row);
}

static int refresh_nexthops(struct monitor *monitor, const struct route *route)
{
	struct run *run = monitor->run;

	if (!route->nhid || !monitor->is_nexthops_old)
		return 0;
	monitor->is_nexthops_old = false;
	return nexthops_load(&run->nexthops, &run->path.nl, NULL);
}

static int on_route(struct monitor *monitor, const struct nlmsghdr *message,
		    const struct route *route)
{
	struct run *run = monitor->run;
	struct route_query query = run->filters.query;
	int ret;

	query.family = route->dst.addr.family;
	if (!run->settings.table)
		query.table = 0;
	if (!query_wants_family(run, query.family) || !routes_is_wanted(route, &query) ||
	    !query_wants(&run->filters, route))
		return 0;
	ret = refresh_nexthops(monitor, route);
	if (ret == 0)
		ret = own_fill(run, route);
	if (ret < 0)
		return ret;
	run->row.rule = NULL;
	show(run, message, "route");
	return 0;
}

static void on_rule(struct run *run, const struct nlmsghdr *message, const struct rule *rule)
{
	struct route_row *row = &run->row;
	char text[RULE_TEXT_SIZE];
	struct rule_brief brief = { .priority = rule->priority, .text = text };

	if (run->filters.is_any || !query_wants_rule(run, rule))
		return;
	rule_format(text, rule, rtnames_of_rule, &run->rtnames);
	own_clear(row);
	row->family = rule->family == AF_INET6 ? "inet6" : "inet";
	if (rule->action == RULE_LOOKUP && !rule->is_l3mdev)
		row->table = texts_table(run, rule->table, row->table_text);
	row->protocol = texts_protocol(run, rule->protocol, row->protocol_text);
	row->rule = &brief;
	show(run, message, "rule");
	row->rule = NULL;
}

/* A device that goes takes routes along, which are told after it: its name is kept until another
 * one comes. */
static int on_link(struct run *run, const struct link *link, struct err *err)
{
	const char *name = links_name(&run->path.links, link->index);

	if (name && strcmp(name, link->name) == 0)
		return 0;
	run->last_device_name = NULL;
	return links_load(&run->path.links, err);
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct monitor *monitor = arg;
	struct route route;
	struct nexthop nexthop;
	struct rule rule;
	struct link link;

	if (nexthops_parse(message, &nexthop))
		monitor->is_nexthops_old = true;
	if (routes_parse(message, &route, &monitor->hops))
		return on_route(monitor, message, &route);
	if (rules_parse(message, &rule))
		on_rule(monitor->run, message, &rule);
	else if (links_parse(message, &link))
		return on_link(monitor->run, &link, NULL);
	return 0;
}

/* Wait until there is something to read. A signal that comes between the question whether to stop
 * and the sleep ends the sleep, too: it is let in by ppoll() alone.
 *
 * Return: 1, 0 if the wait was for nothing, or -errno.
 */
static int wait_for_events(const struct nl *events)
{
	struct pollfd polled = { .fd = nl_fd(events), .events = POLLIN };
	sigset_t stops, before;
	int ret = 0;

	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &stops, &before) < 0)
		return -errno;
	if (!cli_stop_signal())
		ret = ppoll(&polled, 1, NULL, &before) < 0 ? -errno : 1;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ret == -EINTR ? 0 : ret;
}

static int follow(struct monitor *monitor, struct err *err)
{
	struct run *run = monitor->run;
	int ret = 0;

	while (ret == 0 && !cli_stop_signal()) {
		ret = wait_for_events(&monitor->events);
		if (ret < 0)
			return err_set(err, ret, "cannot wait: %s", strerror(-ret));
		if (ret == 0)
			continue;
		ret = nl_next_events(&monitor->events, on_message, monitor, err);
		if (ret == -ENOBUFS) {
			cli_message("netroute", "changes were lost: there were too many");
			ret = 0;
		}
		if (ret == -EINTR)
			ret = 0;
		if (ret < 0)
			return err_set(err, ret, "cannot follow: %s", strerror(-ret));
		if (run->table.rows > 0)
			table_flush(&run->table);
		ret = buf_flush(&run->out);
		err_set(err, ret, "cannot write: %s", strerror(-ret));
	}
	return ret;
}

/* Subscribe to the changes, then learn the devices' names once more, since one may have come since
 * they were learned.
 *
 * Return: 0 or -errno.
 */
static int subscribe(struct monitor *monitor, struct err *err)
{
	static const unsigned int groups[] = {
		RTNLGRP_LINK,	   RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
		RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE,  RTNLGRP_NEXTHOP,
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && ret == 0; i++)
		ret = nl_join(&monitor->events, groups[i], err);
	return ret == 0 ? links_load(&monitor->run->path.links, err) : ret;
}

/* Show changes of routes and rules until somebody says stop.
 *
 * Return: 0 or -errno.
 */
int monitor_run(struct run *run, struct err *err)
{
	struct monitor monitor = { .run = run, .is_nexthops_old = true };
	bool is_wide = run->settings.common.layout == CLI_LAYOUT_WIDE;
	int ret = nl_open(&monitor.events, NETLINK_ROUTE, err);

	if (ret < 0)
		return ret;
	ret = subscribe(&monitor, err);
	columns_join(monitor.columns, event_columns, own_columns);
	if (ret == 0)
		ret = table_start(run, monitor.columns, is_wide ? wide_list : NULL, err);
	if (ret == 0) {
		ret = follow(&monitor, err);
		table_end(&run->table);
	}
	nl_close(&monitor.events);
	route_hops_fini(&monitor.hops);
	return ret;
}
