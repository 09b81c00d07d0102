// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "netarp.h"

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
		.group = "Table", .help = text, AT(families)                                       \
	}
#define MODE(letter, long_name, in_group, which, text)                                             \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_SELECT, .max = which,             \
		.group = in_group, .help = text, AT(mode)                                          \
	}
#define TEXT(letter, long_name, placeholder, in_group, field, text)                                \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_TEXT, .argument = placeholder,    \
		.group = in_group, .help = text, AT(field)                                         \
	}
#define NUMBER(letter, long_name, placeholder, in_group, least, most, field, text)                 \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_NUMBER, .argument = placeholder,  \
		.group = in_group, .min = least, .max = most, .help = text, AT(field)              \
	}
#define SECONDS(letter, long_name, in_group, least, field, text)                                   \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_SECONDS, .argument = "SECONDS",   \
		.group = in_group, .min = least, .max = 86400000, .help = text, AT(field)          \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

/* clang-format off */
static const struct option_def options[] = {
	FLAG('a', "all", "Table", bsd, "BSD style: one sentence an entry"),
	{ .key = 'e', .name = "linux", .kind = OPTION_ACCEPTED, .group = "Table",
	  .help = "Linux style (the default)" },
	TEXT('i', "device", "IF", "Table", device, "this interface alone"),
	TEXT('H', "hw-type", "TYPE", "Table", hwtype, "interfaces of this type alone: ether"),
	TEXT('t', "type", "TYPE", "Table", hwtype, "the same"),
	FAMILY('4', "inet", FAMILY_INET, "IPv4 (the default in arp's styles)"),
	FAMILY('6', "inet6", FAMILY_INET6, "IPv6"),
	TEXT('A', "protocol", "FAMILY", "Table", family_name, "inet or inet6"),
	TEXT('p', "family", "FAMILY", "Table", family_name, "the same"),
	TEXT(0, "nud", "STATES", "Table", nud, "states such as stale,failed; all"),
	FLAG(0, "vendor", "Table", vendor, "whose MAC addresses they are"),
	{ .name = "monitor", .kind = OPTION_SELECT, .max = MODE_MONITOR, .group = "Table",
	  .help = "print changes as they happen", AT(mode) },
	CLI_NAMES_OPTIONS(struct settings, common),

	MODE('s', "set", "Changes", MODE_SET, "set ADDR MAC [temp] [pub]"),
	FLAG('D', "use-device", "Changes", use_device, "with -s: the MAC is that of an interface"),
	MODE('d', "delete", "Changes", MODE_DELETE, "delete ADDR [pub]"),
	FLAG('f', "file", "Changes", from_file, "set what FILE lists (/etc/ethers)"),
	MODE(0, "flush", "Changes", MODE_FLUSH, "delete all that would be listed"),

	MODE(0, "probe", "Asking", MODE_PROBE, "ask who has ADDR, as arping does"),
	MODE(0, "dad", "Asking", MODE_DAD, "is ADDR free? 0 yes, 1 no, 2 unknown"),
	MODE(0, "announce", "Asking", MODE_ANNOUNCE, "tell the link that ADDR is here"),
	MODE(0, "scan", "Asking", MODE_SCAN, "ask every address of [PREFIX]"),
	TEXT('I', "interface", "IF", "Asking", device, "through this interface"),
	NUMBER('c', "count", "N", "Asking", 1, 1000000, count, "this many requests"),
	SECONDS(0, "interval", "Asking", 10, interval_ms, "between two requests (1)"),
	SECONDS('w', "deadline", "Asking", 1, deadline_ms, "stop after this time"),
	SECONDS('W', "timeout", "Asking", 1, wait_ms, "for the last reply (1)"),
	FLAG(0, "first", "Asking", first, "stop at the first reply"),
	TEXT(0, "source", "ADDR", "Asking", source, "ask from this address of the host"),
	NUMBER(0, "rate", "N", "Asking", 1, 10000, rate, "--scan: requests a second (1000)"),
	NUMBER(0, "retries", "N", "Asking", 0, 10, retries, "--scan: ask the silent again (1)"),
	FLAG('q', "quiet", "Asking", quiet, "print nothing"),
	FLAG('U', "unsolicited", "Asking", refused_letter, "refused: arping's -U is --announce"),

	MODE(0, "guard", "Watching", MODE_GUARD, "report spoofing and conflicts"),
	{ .name = "state", .kind = OPTION_TEXT, .argument = "FILE", .hint = OPTION_HINT_FILE,
	  .group = "Watching", .help = "know stations across runs", AT(state_file) },
	{ .name = "read", .kind = OPTION_TEXT, .argument = "FILE", .hint = OPTION_HINT_FILE,
	  .group = "Watching", .help = "watch a capture file", AT(read_file) },
	SECONDS(0, "for", "Watching", 100, for_ms, "stop after this time"),
	NUMBER(0, "stations", "N", "Watching", 16, 1000000, stations, "know this many (16384)"),

	CLI_FORMAT_OPTIONS(struct settings, common),

	CLI_WATCH_OPTION(struct settings, common),
	CLI_NETNS_OPTION(struct settings, common),
	FLAG('v', "verbose", "General", verbose, "say more"),
	CLI_COMPAT_OPTIONS(struct settings, common),
	CLI_HELP_OPTIONS,
	{ .name = NULL },
};
/* clang-format on */

const struct cli_command netarp_command = {
	.name = "netarp",
	.usage = "netarp [-aenv46] [-i IF] [-H TYPE] [ADDR | PREFIX] [OPTION]...\n"
		 "       netarp -s ADDR MAC [temp] [pub] | -d ADDR [pub] | -f [FILE] | --flush\n"
		 "       netarp --probe | --dad | --announce ADDR [-I IF] [OPTION]...\n"
		 "       netarp --scan [PREFIX] [-I IF] [OPTION]...\n"
		 "       netarp --guard [-I IF] [--state FILE] [OPTION]...",
	.summary = "Show and change the neighbour table, ask the link, notice spoofing.",
	.options = options,
	.columns = neigh_columns,
};

/* Whether rows come in arp's own layouts. */
bool settings_is_habit(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT;
}

bool settings_wants_family(const struct settings *settings, uint8_t family)
{
	return settings->families & (family == AF_INET ? FAMILY_INET : FAMILY_INET6);
}

static int add_family(struct settings *settings, struct err *err)
{
	if (!settings->family_name)
		return 0;
	if (settings->mode == MODE_PROBE)
		return err_set(err, -EINVAL, "arping's -A is --announce here");
	if (strcmp(settings->family_name, "inet") == 0)
		settings->families |= FAMILY_INET;
	else if (strcmp(settings->family_name, "inet6") == 0)
		settings->families |= FAMILY_INET6;
	else
		return err_set(err, -EINVAL, "-A: no address family '%s' here: inet, inet6",
			       settings->family_name);
	return 0;
}

/* Read --nud's list. Without one all states count but NOARP and none, as for ip and arp; what is to
 * be flushed spares permanent entries, too. */
static int add_states(struct settings *settings, struct err *err)
{
	static const struct {
		const char *name;
		uint16_t bits;
	} known[] = {
		{ "incomplete", NEIGH_INCOMPLETE }, { "reachable", NEIGH_REACHABLE },
		{ "stale", NEIGH_STALE },	    { "delay", NEIGH_DELAY },
		{ "probe", NEIGH_PROBE },	    { "failed", NEIGH_FAILED },
		{ "noarp", NEIGH_NOARP },	    { "permanent", NEIGH_PERMANENT },
		{ "none", NUD_NONE_BIT },	    { "all", 0xff | NUD_NONE_BIT },
	};
	const char *list = settings->nud;

	if (!list)
		settings->states = 0xff & ~NEIGH_NOARP;
	if (!list && settings->mode == MODE_FLUSH)
		settings->states &= (uint16_t)~NEIGH_PERMANENT;
	while (list) {
		size_t length = strcspn(list, ","), i = 0;

		while (i < sizeof(known) / sizeof(known[0]) &&
		       (strlen(known[i].name) != length ||
			strncasecmp(known[i].name, list, length) != 0))
			i++;
		if (i == sizeof(known) / sizeof(known[0]))
			return err_set(
				err, -EINVAL,
				"--nud: no state '%.*s': incomplete, reachable, stale, delay, "
				"probe, failed, noarp, permanent, none, all",
				(int)(length < 32 ? length : 32), list);
		settings->states |= known[i].bits;
		list = list[length] ? list + length + 1 : NULL;
	}
	return 0;
}

/* arping's letters mean something else here: say which long option means the same. */
static int refuse_letters(struct settings *settings, struct err *err)
{
	if (settings->refused_letter)
		return err_set(err, -EINVAL, "arping's -U is --announce here");
	if (settings->mode == MODE_PROBE && settings->use_device)
		return err_set(err, -EINVAL, "arping's -D is --dad here");
	if (settings->mode == MODE_PROBE && settings->from_file)
		return err_set(err, -EINVAL, "arping's -f is --first here");
	if (settings->from_file && settings->mode)
		return err_set(err, -EINVAL, "-f and another mode exclude each other");
	if (settings->from_file)
		settings->mode = MODE_FILE;
	if (settings->use_device && settings->mode != MODE_SET && settings->mode != MODE_FILE)
		return err_set(err, -EINVAL, "-D goes with -s or -f");
	return 0;
}

/* Options that have a meaning in some modes alone: silence would look like obedience. */
static int refuse_strays(const struct settings *settings, struct err *err)
{
	enum { ASKING = 1 << MODE_PROBE | 1 << MODE_DAD | 1 << MODE_ANNOUNCE | 1 << MODE_SCAN };
	const unsigned int guard = 1u << MODE_GUARD, scan = 1u << MODE_SCAN;
	const unsigned int table = 1u << MODE_LIST | 1u << MODE_FLUSH | 1u << MODE_MONITOR;
	const struct {
		bool given;
		const char *name;
		unsigned int modes;
	} rows[] = {
		{ settings->count, "-c", 1u << MODE_PROBE | 1u << MODE_ANNOUNCE | 1u << MODE_DAD },
		{ settings->interval_ms, "--interval", 1u << MODE_PROBE | 1u << MODE_ANNOUNCE },
		{ settings->deadline_ms, "-w", 1u << MODE_PROBE | 1u << MODE_DAD },
		{ settings->wait_ms, "-W", 1u << MODE_PROBE | scan },
		{ settings->first, "--first", 1u << MODE_PROBE },
		{ settings->source, "--source", 1u << MODE_PROBE | scan },
		{ settings->quiet, "-q", ASKING },
		{ settings->rate, "--rate", scan },
		{ settings->retries != UINT32_MAX, "--retries", scan },
		{ settings->state_file, "--state", guard },
		{ settings->read_file, "--read", guard },
		{ settings->stations, "--stations", guard },
		{ settings->for_ms, "--for", guard | 1u << MODE_MONITOR },
		{ settings->bsd, "-a", 1u << MODE_LIST },
		{ settings->nud, "--nud", table },
		{ settings->hwtype, "-H", table | 1u << MODE_SET | 1u << MODE_FILE },
		{ settings->common.watch_ms, "--watch", 1u << MODE_LIST },
		{ settings->common.resolve, "--resolve", 1u << MODE_LIST },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].given && !(rows[i].modes & 1u << settings->mode))
			return err_set(err, -EINVAL, "%s means nothing here", rows[i].name);
	return 0;
}

/* How many operands each mode takes. */
static int check_operands(const struct settings *settings, int count, struct err *err)
{
	static const struct {
		int min, max;
		const char *missing;
	} rows[] = {
		[MODE_LIST] = { 0, 1, "" },
		[MODE_SET] = { 2, 4, "-s needs an address and a MAC address" },
		[MODE_DELETE] = { 1, 2, "-d needs an address" },
		[MODE_FILE] = { 0, 1, "" },
		[MODE_FLUSH] = { 0, 1, "" },
		[MODE_MONITOR] = { 0, 1, "" },
		[MODE_PROBE] = { 1, 1, "--probe needs an address" },
		[MODE_DAD] = { 1, 1, "--dad needs an address" },
		[MODE_ANNOUNCE] = { 1, 1, "--announce needs an address" },
		[MODE_SCAN] = { 0, 1, "" },
		[MODE_GUARD] = { 0, 0, "" },
	};

	if (count < rows[settings->mode].min)
		return err_set(err, -EINVAL, "%s", rows[settings->mode].missing);
	if (count > rows[settings->mode].max)
		return err_set(err, -EINVAL, "too many arguments: at most %d here",
			       rows[settings->mode].max);
	return 0;
}

static int check_formats(struct settings *settings, struct err *err)
{
	struct cli_common *common = &settings->common;
	bool is_endless =
		common->watch_ms || (settings->mode == MODE_MONITOR && !settings->for_ms) ||
		(settings->mode == MODE_GUARD && !settings->for_ms && !settings->read_file) ||
		(settings->mode == MODE_PROBE && !settings->count && !settings->deadline_ms &&
		 !settings->first);

	cli_begin_compat(common);
	if (common->columns && common->layout == CLI_LAYOUT_HABIT)
		common->layout = CLI_LAYOUT_WIDE;
	if (settings->bsd && common->layout != CLI_LAYOUT_HABIT)
		return err_set(err, -EINVAL, "-a is a layout of its own");
	if (is_endless && common->layout == CLI_LAYOUT_JSON)
		return err_set(err, -EINVAL, "what never ends is no JSON array: use --ndjson");
	if (common->resolve && common->netns)
		return err_set(err, -EINVAL,
			       "--resolve asks this host's resolver, not that of --netns %s",
			       common->netns);
	return 0;
}

/* Fill in what arp fills in, and refuse what contradicts itself. */
int settings_check(struct settings *settings, int operand_count, struct err *err)
{
	int ret = refuse_letters(settings, err);

	if (ret == 0)
		ret = add_family(settings, err);
	if (ret == 0)
		ret = refuse_strays(settings, err);
	if (ret == 0)
		ret = check_operands(settings, operand_count, err);
	if (ret == 0)
		ret = check_formats(settings, err);
	if (ret == 0)
		ret = add_states(settings, err);
	if (ret < 0)
		return ret;
	settings->type = settings->hwtype ? link_type_parse(settings->hwtype) : -1;
	if (settings->hwtype && settings->type < 0)
		return err_set(err, -EINVAL, "-H: '%s' is no type of hardware", settings->hwtype);
	return 0;
}
