// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "explain.h"
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
#define TEXT_KEY(letter, long_name, placeholder, in_group, field, text)                            \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_TEXT, .argument = placeholder,    \
		.group = in_group, .help = text, AT(field)                                         \
	}
#define TEXT(long_name, placeholder, in_group, field, text)                                        \
	TEXT_KEY(0, long_name, placeholder, in_group, field, text)
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
	TEXT_KEY('A', "family", "FAMILY", "Routes", family_list, "the same: inet, inet6"),
	{ .key = 'e', .name = "extend", .kind = OPTION_COUNT, .group = "Routes", AT(extend),
	  .help = "as netstat -r: MSS, window, initial RTT; -ee: all that route knows" },
	FLAG('r', "route", "Routes", netstat, "be like netstat -r, where -e is route's layout"),
	{ .key = 'F', .name = "fib", .kind = OPTION_BITS, .max = SOURCE_FIB, .group = "Routes",
	  .help = "the kernel's routes (the default)", AT(sources) },
	{ .key = 'C', .name = "cache", .kind = OPTION_BITS, .max = SOURCE_CACHE,
	  .group = "Routes", .help = "its cache of them: empty since Linux 3.6", AT(sources) },
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
	TEXT("uid", "USER", "Selectors", uid, "name or number of the sending user"),
	TEXT("proto", "PROTOCOL", "Selectors", proto, "tcp, udp, icmp"),
	PORT("sport", sport, "source port"),
	PORT("dport", dport, "destination port"),

	CLI_NAMES_OPTIONS(struct settings, common),
	{ .key = 'N', .name = "symbolic", .kind = OPTION_FLAG, .group = "Names",
	  .help = "as -n: so route takes it", AT(common.numeric) },
	CLI_FORMAT_OPTIONS(struct settings, common),
	{ .key = 'W', .name = "no-truncate", .kind = OPTION_ACCEPTED, .group = "Format",
	  .help = "never cut anything (always so)" },

	FLAG('c', "continuous", "General", continuous, "list again every second"),
	CLI_WATCH_OPTION(struct settings, common),
	CLI_NETNS_OPTION(struct settings, common),
	{ .key = 'v', .name = "verbose", .kind = OPTION_ACCEPTED, .group = "General",
	  .help = "without effect: nothing is kept back" },
	FLAG('a', "all", NULL, about_sockets, NULL),
	CLI_COMPAT_OPTIONS(struct settings, common),
	CLI_HELP_OPTIONS,
	{ .name = NULL },
};
/* clang-format on */

static const struct cli_columns more_columns[] = {
	{ "look-ups", answer_columns },
	{ "--explain, behind those of look-ups", explain_columns },
	{ "--rules", rule_columns },
	{ "--monitor, before those of routes", event_columns },
	{ .of = NULL },
};

const struct cli_command netroute_command = {
	.name = "netroute",
	.usage = "netroute [-46CcFenrv] [-A FAMILY] [FILTER]... [OPTION]...\n"
		 "       netroute [--explain] [SELECTOR]... DEST...\n"
		 "       netroute [SELECTOR]... - | --file FILE",
	.summary = "Show the routing table, and why a packet goes where it goes.",
	.options = options,
	.columns = own_columns,
	.more_columns = more_columns,
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

/* What a copy of the routes, a file's or one read once, cannot answer. */
static int check_offline(const struct settings *settings, struct err *err)
{
	const char *source = settings->read ? "--read" : "--userland";
	const char *selector = selector_named(settings);

	if (settings->read && settings->userland)
		return err_set(err, -EINVAL, "--read and --userland exclude each other");
	if (settings->mode == MODE_EXPLAIN)
		return err_set(err, -EINVAL, "--explain asks the kernel, not %s", source);
	if (settings->common.watch_ms)
		return err_set(err, -EINVAL, "--watch asks the kernel again and again: not %s",
			       source);
	if (!selector && settings->oif)
		selector = "--oif";
	if (selector)
		return err_set(err, -EINVAL, "%s knows destinations alone, not %s", source,
			       selector);
	return 0;
}

/* What a look-up leaves without meaning. */
static int check_look_up(const struct settings *settings, struct err *err)
{
	int ret = 0;

	if (settings->netstat || settings->extend)
		return err_set(err, -EINVAL, "%s is for the table, not for a look-up",
			       settings->netstat ? "-r" : "-e");
	if (settings->mode == MODE_RULES)
		return err_set(err, -EINVAL, "--rules takes no destination");
	if (settings->mode == MODE_MONITOR)
		return err_set(err, -EINVAL, "--monitor takes no destination");
	if (settings->mode == MODE_EXPLAIN && settings->file)
		return err_set(err, -EINVAL, "--explain is for destinations on the command line");
	if (settings->read || settings->userland)
		ret = check_offline(settings, err);
	else if (settings->common.watch_ms && settings->file)
		ret = err_set(err, -EINVAL, "--watch asks the kernel again and again: not --file");
	if (ret == 0 && filter_named(settings) && !settings->read)
		ret = err_set(err, -EINVAL, "%s chooses among the table's rows, not for a look-up",
			      filter_named(settings));
	return ret;
}

/* Add the families that -A names. */
static int add_families(struct settings *settings, struct err *err)
{
	static const struct {
		const char *name;
		unsigned int family;
	} known[] = { { "inet", FAMILY_INET }, { "inet6", FAMILY_INET6 } };
	const char *list = settings->family_list;

	while (list) {
		size_t length = strcspn(list, ","), i = 0;

		while (i < 2 && (strlen(known[i].name) != length ||
				 memcmp(known[i].name, list, length) != 0))
			i++;
		if (i == 2)
			return err_set(err, -EINVAL, "-A: no family '%.*s' here: inet, inet6",
				       (int)(length < 32 ? length : 32), list);
		settings->families |= known[i].family;
		list = list[length] ? list + length + 1 : NULL;
	}
	return 0;
}

static int check_repetition(struct settings *settings, struct err *err)
{
	struct cli_common *common = &settings->common;

	if (settings->continuous && common->watch_ms)
		return err_set(err, -EINVAL, "-c and --watch exclude each other");
	if (settings->continuous)
		common->watch_ms = 1000;
	if (common->watch_ms && settings->mode == MODE_MONITOR)
		return err_set(err, -EINVAL, "--watch and --monitor exclude each other");
	if ((common->watch_ms || settings->mode == MODE_MONITOR) &&
	    common->layout == CLI_LAYOUT_JSON)
		return err_set(err, -EINVAL, "what never ends is no JSON array: use --ndjson");
	return 0;
}

/* What only an older program's name makes of the command line. */
static int check_compat(struct settings *settings, bool looks_up, struct err *err)
{
	struct cli_common *common = &settings->common;

	if (common->compat && looks_up)
		return err_set(err, -EINVAL, "route takes no destination");
	if (settings->about_sockets && !(common->compat && settings->netstat))
		return err_set(err, -EINVAL, "unknown option '-a'");
	cli_begin_compat(common);
	return 0;
}

/* What lists no routes takes nothing that chooses among them, nor a layout of theirs. */
static int check_rules(const struct settings *settings, struct err *err)
{
	struct settings others = *settings;
	const char *filter;

	others.table = NULL;
	filter = settings->oif ? "--oif" : filter_named(&others);
	if (filter)
		return err_set(err, -EINVAL, "%s chooses among routes, not for --rules", filter);
	if (settings->netstat || settings->extend)
		return err_set(err, -EINVAL, "%s is for the table, not for --rules",
			       settings->netstat ? "-r" : "-e");
	return 0;
}

/* What a table leaves without meaning. */
static int check_table(const struct settings *settings, struct err *err)
{
	const char *selector = selector_named(settings);

	if (settings->mode == MODE_EXPLAIN)
		return err_set(err, -EINVAL, "--explain needs a destination");
	if (settings->read || settings->userland)
		return err_set(err, -EINVAL, "%s needs destinations, or - for standard input",
			       settings->read ? "--read" : "--userland");
	if (selector)
		return err_set(err, -EINVAL, "%s is for a look-up: name a destination", selector);
	return settings->mode == MODE_RULES ? check_rules(settings, err) : 0;
}

static int check_names(const struct settings *settings, struct err *err)
{
	const struct cli_common *common = &settings->common;

	if (settings->mode == MODE_MONITOR && common->resolve)
		return err_set(err, -EINVAL, "--resolve is for the table, not for --monitor");
	if (common->resolve && common->netns)
		return err_set(err, -EINVAL,
			       "--resolve asks this host's resolver, not that of --netns %s",
			       common->netns);
	return 0;
}

/* Refuse what contradicts itself. @operands is how many there are. */
int settings_check(struct settings *settings, int operands, struct err *err)
{
	struct cli_common *common = &settings->common;
	bool looks_up = operands > 0 || settings->file;
	int ret = check_compat(settings, looks_up, err);

	if (ret == 0)
		ret = add_families(settings, err);
	if ((common->columns || settings->mode == MODE_MONITOR) && settings_is_habit(settings))
		common->layout = CLI_LAYOUT_WIDE;
	if (ret == 0)
		ret = check_repetition(settings, err);
	if (ret == 0)
		ret = check_names(settings, err);
	if (ret == 0 && operands > 0 && settings->file)
		ret = err_set(err, -EINVAL, "destinations on the command line and in --file %s",
			      settings->file);
	if (ret == 0)
		ret = looks_up ? check_look_up(settings, err) : check_table(settings, err);
	if (ret == 0 && (settings->netstat || settings->extend) && !settings_is_habit(settings))
		ret = err_set(err, -EINVAL, "%s is a layout of its own",
			      settings->netstat ? "-r" : "-e");
	if (settings->netstat && settings->extend < 2)
		settings->extend = 1 - settings->extend;
	return ret;
}
