// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "netconn.h"
#include "tables.h"

#define INTERNET                                                                                   \
	(1u << SOCK_TCP | 1u << SOCK_SCTP | 1u << SOCK_UDP | 1u << SOCK_UDPLITE | 1u << SOCK_RAW_IP)

/* What the kernel closes, and what it tells of when it is gone. */
#define KILLED (1u << SOCK_TCP | 1u << SOCK_UDP | 1u << SOCK_UDPLITE)
#define MONITORED (1u << SOCK_TCP | 1u << SOCK_UDP)

/* What netstat does not know, and so has no layout for. */
#define BEYOND (1u << SOCK_MPTCP | 1u << SOCK_LINK_LAYER | 1u << SOCK_NETLINK | 1u << SOCK_VSOCK)

/* NOLINTBEGIN(bugprone-macro-parentheses): initialisers take no parentheses */
#define AT(field) .offset = offsetof(struct settings, field)
#define PROTO(letter, long_name, proto, text)                                                      \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_BITS, .max = 1u << (proto),       \
		.group = "Sockets", .help = text, AT(protos)                                       \
	}
#define FAMILY(letter, long_name, bit, text)                                                       \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_BITS, .max = bit,                 \
		.group = "Sockets", .help = text, AT(families)                                     \
	}
#define NUMERIC(long_name, bit, text)                                                              \
	{                                                                                          \
		.name = long_name, .kind = OPTION_BITS, .max = bit, .group = "Names",              \
		.help = text, AT(numeric)                                                          \
	}
#define EXTRA(letter, long_name, bit, text)                                                        \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_BITS, .max = bit,                 \
		.group = "Facts", .help = text, AT(extra)                                          \
	}
#define FLAG(letter, long_name, in_group, field, text)                                             \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_FLAG, .group = in_group,          \
		.help = text, AT(field)                                                            \
	}
#define MODE(long_name, which, text)                                                               \
	{                                                                                          \
		.name = long_name, .kind = OPTION_SELECT, .max = which, .group = "Modes",          \
		.help = text, AT(mode)                                                             \
	}
#define OTHER(letter, long_name, table, in_group, text)                                            \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_SELECT, .max = table,             \
		.group = in_group, .help = text, AT(other_table)                                   \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

/* clang-format off */
static const struct option_def options[] = {
	FLAG('a', "all", "Sockets", all, "listening sockets and connections"),
	FLAG('l', "listening", "Sockets", listening, "listening sockets only"),
	PROTO('t', "tcp", SOCK_TCP, "TCP"),
	PROTO('u', "udp", SOCK_UDP, "UDP"),
	PROTO('U', "udplite", SOCK_UDPLITE, "UDP-Lite"),
	PROTO('S', "sctp", SOCK_SCTP, "SCTP"),
	PROTO('w', "raw", SOCK_RAW_IP, "raw IP"),
	PROTO('x', "unix", SOCK_UNIX, "UNIX domain"),
	PROTO(0, "mptcp", SOCK_MPTCP, "Multipath TCP"),
	PROTO('0', "packet", SOCK_LINK_LAYER, "packet, beneath IP"),
	PROTO(0, "netlink", SOCK_NETLINK, "netlink, to the kernel"),
	PROTO(0, "vsock", SOCK_VSOCK, "vsock, to hypervisor and guests"),
	FAMILY('4', "inet", FAMILY_INET, "IPv4"),
	FAMILY('6', "inet6", FAMILY_INET6, "IPv6"),
	{ .key = 'A', .name = "protocol", .kind = OPTION_TEXT, .argument = "FAMILY",
	  .group = "Sockets", .help = "families: inet, inet6, unix, packet... or all",
	  AT(family_list) },

	OTHER('s', "statistics", OTHER_STATISTICS, "Other tables", "counters of the protocols"),
	OTHER('i', "interfaces", OTHER_INTERFACES, "Other tables",
	      "interfaces, and what they have carried; -a: those that are down, too"),
	OTHER('g', "groups", OTHER_GROUPS, "Other tables", "multicast groups that are joined"),
	OTHER(0, "summary", OTHER_SUMMARY, "Other tables", "how many sockets there are, at once"),

	{ .name = "count-by", .kind = OPTION_TEXT, .argument = "COLUMNS", .group = "Order",
	  .hint = OPTION_HINT_COLUMNS, .help = "how many sockets of each kind", AT(count_by) },
	{ .name = "sort", .kind = OPTION_TEXT, .argument = "COLUMNS", .group = "Order",
	  .hint = OPTION_HINT_COLUMNS, .help = "in this order; -COLUMN: from high to low",
	  AT(sort) },
	{ .name = "top", .kind = OPTION_NUMBER, .argument = "N", .min = 1, .max = UINT32_MAX,
	  .group = "Order", .help = "the first N of that order", AT(top) },

	MODE("changes", MODE_CHANGES, "with --watch: what opens, changes state, closes"),
	MODE("monitor", MODE_MONITOR, "what the kernel says is gone, as it goes"),
	MODE("kill", MODE_KILL, "close the sockets that FILTER lets through"),
	{ .name = "dry-run", .kind = OPTION_FLAG, .group = "Modes",
	  .help = "with --kill: show what it would close", AT(dry_run) },

	{ .name = "explain-filter", .kind = OPTION_FLAG, .group = "Filter",
	  .help = "show which part of FILTER the kernel decides", AT(explain_filter) },

	FLAG('p', "programs", "Facts", programs, "who holds it; --wide, JSON: all who do"),
	{ .key = 'e', .name = "extend", .kind = OPTION_COUNT, .group = "Facts",
	  .help = "user and inode", AT(extend) },
	FLAG('o', "timers", "Facts", timers, "timers"),
	EXTRA('m', "memory", SOCK_EXTRA_MEMORY, "memory that it uses, and may use"),
	EXTRA(0, "info", SOCK_EXTRA_INFO, "internals of TCP and MPTCP, congestion control"),
	EXTRA(0, "timer-info", SHOW_TIMER_INFO, "timers, probes, backoff, timeout"),
	EXTRA(0, "details", SOCK_EXTRA_DETAILS, "settings, mark, cgroup, congestion control"),
	CLI_NAMES_OPTIONS(struct settings, common),
	NUMERIC("numeric-hosts", NUMERIC_HOSTS, "with --resolve: numbers for hosts"),
	NUMERIC("numeric-ports", NUMERIC_PORTS, "with --resolve: numbers for ports"),
	NUMERIC("numeric-users", NUMERIC_USERS, "with --resolve: numbers for users"),

	CLI_FORMAT_OPTIONS(struct settings, common),
	{ .key = 'W', .name = "no-truncate", .kind = OPTION_ACCEPTED, .group = "Format",
	  .help = "never cut addresses (always so)" },

	FLAG('c', "continuous", "General", continuous, "list again every second"),
	CLI_WATCH_OPTION(struct settings, common),
	CLI_NETNS_OPTION(struct settings, common),
	FLAG(0, "all-netns", "General", all_netns, "look at every network namespace"),
	FLAG('v', "verbose", "General", verbose, "say what could not be listed"),
	{ .key = 'C', .name = "cache", .kind = OPTION_ACCEPTED, .group = "General",
	  .help = "without effect: Linux has no route cache" },
	CLI_COMPAT_OPTIONS(struct settings, common),
	CLI_HELP_OPTIONS,

	OTHER('r', "route", OTHER_ROUTES, "Not here", "the routing table: netroute"),
	OTHER('M', "masquerade", OTHER_MASQUERADE, "Not here",
	      "masqueraded connections: conntrack -L"),
	{ .name = NULL },
};
/* clang-format on */

/* What ss and lsof call otherwise. */
static const struct cli_habit habits[] = {
	{ "-E", "here it is --monitor" },
	{ "-f", "here it is -A" },
	{ "-H", "here it is --no-header" },
	{ "-K", "here it is --kill" },
	{ "-N", "here it is --netns" },
	{ "-O", "a socket is one line always" },
	{ "-P", "ports are numbers already" },
	{ "-T", "lsof's -iTCP is -pt here" },
	{ "-D", "lsof's -iUDP is -pu here" },
	{ "-:", "lsof's -i:8080 is -p :8080 here" },
	{ "-@", "lsof's -i@ADDRESS is -p ADDRESS here" },
	{ "--cgroup", "here it is among --details" },
	{ "--events", "here it is --monitor" },
	{ "--extended", "here it is --details" },
	{ "--family", "here it is -A" },
	{ "--net", "here it is --netns" },
	{ "--oneline", "a socket is one line always" },
	{ "--options", "here it is --timer-info" },
	{ "--processes", "here it is --programs" },
	{ "--query", "here it is -A" },
	{ "--socket", "here it is -A" },
	{ "--tos", "here it is among --details" },
	{ .option = NULL },
};

const struct cli_command netconn_command = {
	.name = "netconn",
	.usage = "netconn [-a | -l] [-tuUSwx046] [-peomnv] [OPTION]... [FILTER]\n"
		 "       netconn -s | -i | -g | --summary [-a] [-tuUSw46] [OPTION]...",
	.summary = "List network connections, listening sockets, and who owns them.",
	.operands =
		"filter:(state exclude src dst sport dport dev fwmark cgroup autobound "
		"pid user program inode cookie and or not)",
	.options = options,
	.habits = habits,
	.columns = own_columns,
};

/* Whether rows come in netstat's own layout. */
bool settings_is_habit(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT;
}

/* Add the families that -A names. */
static int add_families(struct settings *settings, struct err *err)
{
	static const struct {
		const char *name;
		unsigned int families, protos;
	} known[] = {
		{ "inet", FAMILY_INET, 0 },
		{ "ip", FAMILY_INET, 0 },
		{ "tcpip", FAMILY_INET, 0 },
		{ "inet6", FAMILY_INET6, 0 },
		{ "unix", 0, 1u << SOCK_UNIX },
		{ "tcp", 0, 1u << SOCK_TCP },
		{ "udp", 0, 1u << SOCK_UDP },
		{ "udplite", 0, 1u << SOCK_UDPLITE },
		{ "sctp", 0, 1u << SOCK_SCTP },
		{ "raw", 0, 1u << SOCK_RAW_IP },
		{ "mptcp", 0, 1u << SOCK_MPTCP },
		{ "packet", 0, 1u << SOCK_LINK_LAYER },
		{ "netlink", 0, 1u << SOCK_NETLINK },
		{ "vsock", 0, 1u << SOCK_VSOCK },
		{ "all", 0, INTERNET | BEYOND | 1u << SOCK_UNIX },
	};
	const char *list = settings->family_list;

	while (list) {
		size_t length = strcspn(list, ","), i = 0;

		while (i < sizeof(known) / sizeof(known[0]) &&
		       (strlen(known[i].name) != length ||
			memcmp(known[i].name, list, length) != 0))
			i++;
		if (i == sizeof(known) / sizeof(known[0]))
			return err_set(err, -EINVAL,
				       "-A: no family '%.*s' here: inet, inet6, unix, tcp, "
				       "udp, udplite, sctp, raw, mptcp, packet, netlink, vsock, "
				       "all",
				       (int)(length < 32 ? length : 32), list);
		settings->families |= known[i].families;
		settings->protos |= known[i].protos;
		list = list[length] ? list + length + 1 : NULL;
	}
	return 0;
}

/* Refuse what a mode cannot be combined with: the first fault is told. */
static int check_mode(const struct settings *settings, struct err *err)
{
	const struct cli_common *common = &settings->common;
	bool all_netns = settings->all_netns;
	bool is_changes = settings->mode == MODE_CHANGES;
	bool is_monitor = settings->mode == MODE_MONITOR;
	bool is_kill = settings->mode == MODE_KILL;
	bool is_ordered = settings->count_by || settings->sort;
	bool repeats = common->watch_ms || settings->continuous;
	const struct {
		bool is_so;
		const char *fault;
	} rules[] = {
		{ all_netns && common->netns, "--all-netns and --netns exclude each other" },
		{ all_netns && common->resolve, "--all-netns and --resolve exclude each other" },
		{ all_netns && is_kill, "--kill is for one network namespace: no --all-netns" },
		{ all_netns && is_monitor,
		  "--monitor is for one network namespace: no --all-netns" },
		{ settings->dry_run && !is_kill, "--dry-run goes with --kill" },
		{ (is_changes || is_monitor) && is_ordered,
		  "what happens comes in its own order: no --sort, --count-by" },
		{ is_changes && !repeats, "--changes: how often to look? --watch says" },
		{ is_monitor && repeats, "--monitor waits for the kernel: no --watch, -c" },
		{ is_monitor && common->layout == CLI_LAYOUT_JSON,
		  "endless events are no JSON array: use --ndjson" },
		{ is_monitor && common->resolve, "--monitor does not wait for names" },
		{ is_kill && repeats, "--kill closes once: no --watch, -c" },
		{ is_kill && settings->protos & ~KILLED,
		  "--kill: the kernel closes TCP and UDP sockets alone" },
		{ is_monitor && settings->protos & ~MONITORED,
		  "--monitor: the kernel tells of TCP and UDP alone" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].is_so)
			return err_set(err, -EINVAL, "%s", rules[i].fault);
	return 0;
}

/* Fill in what netstat fills in: a family without protocols means all of its protocols, protocols
 * without a family both families, nothing at all everything. */
static int check_sockets(struct settings *settings, struct err *err)
{
	struct cli_common *common = &settings->common;
	int ret = check_mode(settings, err);

	if (ret < 0)
		return ret;
	if (settings->mode == MODE_MONITOR || settings->mode == MODE_CHANGES)
		settings->all = true;
	settings->has_protos = settings->protos || settings->families;
	if (settings->families && !(settings->protos & (INTERNET | 1u << SOCK_MPTCP)))
		settings->protos |= INTERNET;
	if (!settings->protos)
		settings->protos = INTERNET | 1u << SOCK_UNIX;
	if (!settings->families)
		settings->families = FAMILY_INET | FAMILY_INET6;
	if (settings->top && !settings->sort && !settings->count_by)
		return err_set(err, -EINVAL, "--top: of which order? --sort or --count-by says");
	if (settings->mode == MODE_KILL)
		settings->protos &= KILLED;
	if (settings->mode == MODE_MONITOR)
		settings->protos &= MONITORED;
	if ((settings->count_by || settings->mode == MODE_CHANGES ||
	     settings->mode == MODE_MONITOR || settings->all_netns || settings->extra ||
	     settings->protos & BEYOND) &&
	    common->layout == CLI_LAYOUT_HABIT)
		common->layout = CLI_LAYOUT_WIDE;
	return 0;
}

/* Fill in what follows from what was said, and refuse what contradicts itself. */
int settings_check(struct settings *settings, struct err *err)
{
	struct cli_common *common = &settings->common;
	int ret = add_families(settings, err);

	if (ret < 0)
		return ret;
	cli_begin_compat(common);
	ret = settings->other_table ? tables_check(settings, err) : check_sockets(settings, err);
	if (ret < 0)
		return ret;
	if (common->columns && common->layout == CLI_LAYOUT_HABIT)
		common->layout = CLI_LAYOUT_WIDE;
	if (settings->continuous && common->watch_ms)
		return err_set(err, -EINVAL, "-c and --watch exclude each other");
	if (settings->continuous)
		common->watch_ms = 1000;
	if (common->watch_ms && common->layout == CLI_LAYOUT_JSON)
		return err_set(err, -EINVAL, "an endless listing is no JSON array: use --ndjson");
	if (common->resolve && common->netns)
		return err_set(err, -EINVAL,
			       "--resolve asks this host's resolver, not that of --netns %s",
			       common->netns);
	return 0;
}

/* Whether sockets of this family (AF_INET, AF_INET6; others always) are to be shown. */
bool settings_wants_family(const struct settings *settings, uint8_t family)
{
	if (family == AF_INET)
		return settings->families & FAMILY_INET;
	return family != AF_INET6 || settings->families & FAMILY_INET6;
}

/* netstat's choice: without -a, what has a peer; with -l, what has none. For TCP a peer is a port,
 * for the others an address. Packet and netlink sockets, of which neither can be said, are always
 * wanted. */
bool settings_wants(const struct settings *settings, const struct sock *sock)
{
	bool has_peer;

	if (settings->all || sock->proto == SOCK_LINK_LAYER || sock->proto == SOCK_NETLINK)
		return true;
	if (sock->proto == SOCK_UNIX || sock->proto == SOCK_VSOCK)
		has_peer = sock->state != SOCK_LISTEN;
	else if (sock->proto == SOCK_TCP || sock->proto == SOCK_SCTP || sock->proto == SOCK_MPTCP)
		has_peer = sock->peer.port;
	else
		has_peer = !addr_is_any(&sock->peer);
	return has_peer != settings->listening;
}
