// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "netroute.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): initialisers take no parentheses */
#define AT(field) .offset = offsetof(struct settings, field)
#define FLAG(letter, long_name, in_group, field, text)                                             \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_FLAG, .group = in_group,          \
		.help = text, AT(field)                                                            \
	}
#define FAMILY(letter, long_name, bit, text)                                                       \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_BITS, .max = bit,                 \
		.group = "Routes", .help = text, AT(families)                                      \
	}
#define MODE(long_name, in_group, which, text)                                                     \
	{                                                                                          \
		.name = long_name, .kind = OPTION_SELECT, .max = which, .group = in_group,         \
		.help = text, AT(mode)                                                             \
	}
#define TEXT(long_name, placeholder, in_group, field, text)                                        \
	{                                                                                          \
		.name = long_name, .kind = OPTION_TEXT, .argument = placeholder,                   \
		.group = in_group, .help = text, AT(field)                                         \
	}
#define FILE_TEXT(long_name, field, text)                                                          \
	{                                                                                          \
		.name = long_name, .kind = OPTION_TEXT, .argument = "FILE", .group = "Look-up",    \
		.hint = OPTION_HINT_FILE, .help = text, AT(field)                                  \
	}
#define PORT(long_name, field, text)                                                               \
	{                                                                                          \
		.name = long_name, .kind = OPTION_NUMBER, .argument = "PORT", .min = 1,            \
		.max = 65535, .group = "Selectors", .help = text, AT(field)                        \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

/* clang-format off */
static const struct option_def options[] = {
	FAMILY('4', "inet", FAMILY_INET, "IPv4 (the default of the table)"),
	FAMILY('6', "inet6", FAMILY_INET6, "IPv6"),
	{ .key = 'e', .name = "extend", .kind = OPTION_COUNT, .group = "Routes", AT(extend),
	  .help = "as netstat -r: MSS, window, initial RTT; -ee: all that route knows" },
	{ .key = 'F', .name = "fib", .kind = OPTION_ACCEPTED, .group = "Routes",
	  .help = "without effect: the kernel's routes are always shown" },
	TEXT("table", "TABLE", "Routes", table, "a table's name or number, or all"),
	TEXT("oif", "DEVICE", "Routes", oif, "routes to this device; look-up: bound to it"),
	TEXT("protocol", "NAME", "Routes", protocol, "routes made by: kernel, static, bird..."),
	TEXT("type", "TYPE", "Routes", type, "unicast, local, blackhole, unreachable..."),
	TEXT("via", "ADDRESS", "Routes", via, "routes over this next hop"),
	TEXT("root", "PREFIX", "Routes", root, "routes inside this prefix"),
	TEXT("match", "PREFIX", "Routes", match, "routes that cover this prefix"),
	TEXT("exact", "PREFIX", "Routes", exact, "routes to exactly this prefix"),
	MODE("rules", "Routes", MODE_RULES, "list the policy rules instead"),
	MODE("monitor", "Routes", MODE_MONITOR, "show routes and rules as they change"),

	MODE("explain", "Look-up", MODE_EXPLAIN, "show the decision step by step"),
	FILE_TEXT("file", file, "look up what this file names, one a line"),
	FILE_TEXT("read", read, "look up in the routes of this file: JSON, or as ip route show"),
	FLAG(0, "userland", "Look-up", userland, "read this host's table once, look up in it"),

	TEXT("from", "ADDRESS", "Selectors", from, "source address"),
	TEXT("iif", "DEVICE", "Selectors", iif, "as if it came in there"),
	TEXT("mark", "MARK", "Selectors", mark, "firewall mark"),
	TEXT("tos", "TOS", "Selectors", tos, "type of service, or traffic class"),
	TEXT("uid", "USER", "Selectors", uid, "number of the sending user"),
	TEXT("proto", "PROTOCOL", "Selectors", proto, "tcp, udp, icmp"),
	PORT("sport", sport, "source port"),
	PORT("dport", dport, "destination port"),

	CLI_NAMES_OPTIONS(struct settings, common),
	CLI_FORMAT_OPTIONS(struct settings, common),
	CLI_NETNS_OPTION(struct settings, common),
	CLI_COMPAT_OPTIONS(struct settings, common),
	CLI_HELP_OPTIONS,
	{ .name = NULL },
};
/* clang-format on */

const struct cli_command netroute_command = {
	.name = "netroute",
	.usage = "netroute [-46en] [FILTER]... [OPTION]...\n"
		 "       netroute [--explain] [SELECTOR]... DEST...\n"
		 "       netroute [SELECTOR]... - | --file FILE",
	.summary = "Show the routing table, and why a packet goes where it goes.",
	.options = options,
	.columns = own_columns,
};

/* Whether rows come in route's or netstat's own layout. */
bool settings_is_habit(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT;
}

static const char *filter_named(const struct settings *settings)
{
	const struct {
		const char *value, *name;
	} filters[] = {
		{ settings->table, "--table" }, { settings->protocol, "--protocol" },
		{ settings->type, "--type" },	{ settings->via, "--via" },
		{ settings->root, "--root" },	{ settings->match, "--match" },
		{ settings->exact, "--exact" },
	};

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (filters[i].value)
			return filters[i].name;
	return NULL;
}

static const char *selector_named(const struct settings *settings)
{
	const struct {
		bool is_set;
		const char *name;
	} selectors[] = {
		{ settings->from, "--from" },	{ settings->iif, "--iif" },
		{ settings->mark, "--mark" },	{ settings->tos, "--tos" },
		{ settings->uid, "--uid" },	{ settings->proto, "--proto" },
		{ settings->sport, "--sport" }, { settings->dport, "--dport" },
	};

	for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++)
		if (selectors[i].is_set)
			return selectors[i].name;
	return NULL;
}

static int check_look_up(const struct settings *settings, struct err *err)
{
	bool is_offline = settings->read || settings->userland;
	const char *selector = selector_named(settings);

	if (settings->extend)
		return err_set(err, -EINVAL, "-e is for the table, not for a look-up");
	if (settings->mode == MODE_RULES)
		return err_set(err, -EINVAL, "--rules takes no destination");
	if (settings->mode == MODE_MONITOR)
		return err_set(err, -EINVAL, "--monitor takes no destination");
	if (settings->mode == MODE_EXPLAIN && settings->file)
		return err_set(err, -EINVAL, "--explain is for destinations on the command line");
	if (settings->read && settings->userland)
		return err_set(err, -EINVAL, "--read and --userland exclude each other");
	if (is_offline && settings->mode == MODE_EXPLAIN)
		return err_set(err, -EINVAL, "--explain asks the kernel, not %s",
			       settings->read ? "--read" : "--userland");
	if (is_offline && !selector && settings->oif)
		selector = "--oif";
	if (is_offline && selector)
		return err_set(err, -EINVAL, "%s knows destinations alone, not %s",
			       settings->read ? "--read" : "--userland", selector);
	if (filter_named(settings) && !settings->read)
		return err_set(err, -EINVAL, "%s chooses among the table's rows, not for a look-up",
			       filter_named(settings));
	return 0;
}

/* Refuse what contradicts itself. @operands is how many there are. */
int settings_check(struct settings *settings, int operands, struct err *err)
{
	struct cli_common *common = &settings->common;
	bool looks_up = operands > 0 || settings->file;
	const char *selector = selector_named(settings);
	int ret = 0;

	if (common->compat && looks_up)
		return err_set(err, -EINVAL, "route takes no destination");
	cli_begin_compat(common);
	if ((common->columns || settings->mode == MODE_MONITOR) && settings_is_habit(settings))
		common->layout = CLI_LAYOUT_WIDE;
	if (settings->mode == MODE_MONITOR && common->layout == CLI_LAYOUT_JSON)
		return err_set(err, -EINVAL, "what never ends is no JSON array: use --ndjson");
	if (settings->mode == MODE_MONITOR && common->resolve)
		return err_set(err, -EINVAL, "--resolve is for the table, not for --monitor");
	if (common->resolve && common->netns)
		return err_set(err, -EINVAL,
			       "--resolve asks this host's resolver, not that of --netns %s",
			       common->netns);
	if (operands > 0 && settings->file)
		return err_set(err, -EINVAL, "destinations on the command line and in --file %s",
			       settings->file);
	if (looks_up)
		ret = check_look_up(settings, err);
	else if (settings->mode == MODE_EXPLAIN)
		ret = err_set(err, -EINVAL, "--explain needs a destination");
	else if (settings->read || settings->userland)
		ret = err_set(err, -EINVAL, "%s needs destinations, or - for standard input",
			      settings->read ? "--read" : "--userland");
	else if (selector)
		ret = err_set(err, -EINVAL, "%s is for a look-up: name a destination", selector);
	if (ret == 0 && settings->extend && !settings_is_habit(settings))
		ret = err_set(err, -EINVAL, "-e is a layout of its own");
	return ret;
}
