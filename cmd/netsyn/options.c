// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "netsyn.h"

/* Looks are a second apart: less than two seconds cannot show who survives two. */
#define INTERVAL_MIN_MS 2000u
#define INTERVAL_MS 3000u

/* The plugins' usual patience. */
#define TIMEOUT_MS 15000u

/* NOLINTBEGIN(bugprone-macro-parentheses): initialisers take no parentheses */
#define AT(field) .offset = offsetof(struct settings, field)
#define FLAG(long_name, in_group, field, text)                                                     \
	{                                                                                          \
		.name = long_name, .kind = OPTION_FLAG, .group = in_group, .help = text, AT(field) \
	}
#define FAMILY(letter, long_name, bit, text)                                                       \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_BITS, .max = bit,                 \
		.group = "Listing", .help = text, AT(families)                                     \
	}
#define TEXT(letter, long_name, placeholder, in_group, field, text)                                \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_TEXT, .argument = placeholder,    \
		.group = in_group, .help = text, AT(field)                                         \
	}
#define COUNT(long_name, field, text)                                                              \
	{                                                                                          \
		.name = long_name, .kind = OPTION_NUMBER, .argument = "N", .group = "Thresholds",  \
		.min = 1, .max = 100000000, .help = text, AT(field)                                \
	}
#define PERCENT(long_name, field, text)                                                            \
	{                                                                                          \
		.name = long_name, .kind = OPTION_NUMBER, .argument = "PERCENT",                   \
		.group = "Thresholds", .min = 1, .max = 100, .help = text, AT(field)               \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

/* clang-format off */
static const struct option_def options[] = {
	{ .name = "interval", .kind = OPTION_SECONDS, .argument = "SECONDS", .group = "Judging",
	  .min = INTERVAL_MIN_MS, .max = 3600000, .help = "observe for this time (3)",
	  AT(interval_ms) },
	FLAG("snapshot", "Judging", snapshot, "judge from one look: weaker"),
	FLAG("why", "Judging", why, "every rule with its figures"),
	{ .name = "top", .kind = OPTION_NUMBER, .argument = "N", .group = "Judging", .min = 1,
	  .max = 1000, .help = "list the N biggest sources", AT(top) },
	FLAG("wire", "Judging", wire, "count the SYNs that arrive, too"),
	TEXT('I', "interface", "IF", "Judging", device, "those that arrive here; implies --wire"),
	FLAG("all-netns", "Judging", all_netns, "judge every named network namespace"),
	{ .name = "record", .kind = OPTION_TEXT, .argument = "DIR", .hint = OPTION_HINT_FILE,
	  .group = "Judging", .help = "keep what is seen in this folder", AT(record_dir) },
	{ .name = "read", .kind = OPTION_TEXT, .argument = "DIR", .hint = OPTION_HINT_FILE,
	  .group = "Judging", .help = "judge what was recorded", AT(read_dir) },

	{ .name = "list", .kind = OPTION_SELECT, .max = MODE_LIST, .group = "Listing",
	  .help = "the half-open connections", AT(mode) },
	FAMILY('4', "inet", FAMILY_INET, "--list: IPv4 alone"),
	FAMILY('6', "inet6", FAMILY_INET6, "--list: IPv6 alone"),
	{ .key = 'n', .name = "numeric", .kind = OPTION_ACCEPTED, .group = "Listing",
	  .help = "numbers (always: what floods has no names)" },

	{ .name = "nagios", .kind = OPTION_SELECT, .max = MODE_NAGIOS, .group = "Monitoring",
	  .help = "one line, as monitoring plugins have it", AT(mode) },
	TEXT('w', "warning", "RANGE", "Monitoring", warning_text, "warn: half-opens outside of it"),
	TEXT('c', "critical", "RANGE", "Monitoring", critical_text, "the same: critical"),
	{ .key = 't', .name = "timeout", .kind = OPTION_SECONDS, .argument = "SECONDS",
	  .group = "Monitoring", .min = 1000, .max = 3600000,
	  .help = "unknown after this time (15)", AT(timeout_ms) },
	{ .name = "prometheus", .kind = OPTION_TEXT, .argument = "FILE", .hint = OPTION_HINT_FILE,
	  .group = "Monitoring", .help = "write metrics there, -: to standard output",
	  AT(prometheus) },

	COUNT("survivors", survivors, "flood: half-opens older than 2 s (20)"),
	PERCENT("survival", survival, "... their share of those 2 s ago (50)"),
	PERCENT("old-share", old_share, "--snapshot: share sent 3 SYN-ACKs (50)"),
	COUNT("cookies", cookies, "flood: cookies sent (50)"),
	PERCENT("cookie-return", cookie_return, "... of which fewer come back (50)"),
	PERCENT("occupancy", occupancy, "a SYN queue is full from here on (90)"),
	COUNT("overflow", overflow, "backlog too small: cookies or drops (10)"),
	COUNT("resets", resets, "scan or RST flood: half-opens reset (50)"),
	PERCENT("reset-share", reset_share, "... of all handshakes (20)"),
	COUNT("closed", closed, "closed-port flood: RSTs sent (100)"),
	COUNT("unroutable", unroutable, "unroutable flood: SYNs dropped (50)"),
	COUNT("filtered", filtered, "note: packets that rp_filter drops (50)"),
	PERCENT("single-source", single_source, "single host: share of one source (50)"),

	CLI_FORMAT_OPTIONS(struct settings, common),

	CLI_WATCH_OPTION(struct settings, common),
	CLI_NETNS_OPTION(struct settings, common),
	CLI_HELP_OPTIONS,
	{ .name = NULL },
};
/* clang-format on */

const struct cli_command netsyn_command = {
	.name = "netsyn",
	.usage = "netsyn [--interval SECONDS | --snapshot] [--why] [--top N] [--wire] [OPTION]...\n"
		 "       netsyn --list [-46] [OPTION]...\n"
		 "       netsyn --watch SECONDS [OPTION]...\n"
		 "       netsyn --nagios [-w RANGE] [-c RANGE] [-t SECONDS] [OPTION]...\n"
		 "       netsyn --prometheus FILE | - [OPTION]...\n"
		 "       netsyn --read DIR [--interval SECONDS] [OPTION]...",
	.summary = "Is this host under SYN flood? Which listener, how bad, what to do.",
	.options = options,
	.columns = verdict_columns,
	.trouble = SYN_SEVERITY_UNKNOWN,
};

static uint32_t percent(double share)
{
	return (uint32_t)(share * 100 + 0.5);
}

/* The defaults, before the command line is read. */
void settings_init(struct settings *settings)
{
	const struct syn_thresholds *limits = &syn_thresholds_default;

	settings->survivors = (uint32_t)limits->survivors;
	settings->survival = percent(limits->survival);
	settings->old_share = percent(limits->old_share);
	settings->occupancy = percent(limits->occupancy);
	settings->cookies = (uint32_t)limits->cookies;
	settings->cookie_return = percent(limits->cookie_return);
	settings->overflow = (uint32_t)limits->overflow;
	settings->resets = (uint32_t)limits->resets;
	settings->reset_share = percent(limits->reset_share);
	settings->closed = (uint32_t)limits->closed;
	settings->unroutable = (uint32_t)limits->unroutable;
	settings->filtered = (uint32_t)limits->filtered;
	settings->single_source = percent(limits->single_source);
}

static void fill_thresholds(struct settings *settings)
{
	struct syn_thresholds *limits = &settings->thresholds;

	*limits = syn_thresholds_default;
	limits->survivors = settings->survivors;
	limits->survival = settings->survival / 100.0;
	limits->old_share = settings->old_share / 100.0;
	limits->occupancy = settings->occupancy / 100.0;
	limits->cookies = settings->cookies;
	limits->cookie_return = settings->cookie_return / 100.0;
	limits->overflow = settings->overflow;
	limits->resets = settings->resets;
	limits->reset_share = settings->reset_share / 100.0;
	limits->closed = settings->closed;
	limits->unroutable = settings->unroutable;
	limits->filtered = settings->filtered;
	limits->single_source = settings->single_source / 100.0;
}

/* Whether a verdict is written for people. */
bool settings_is_text(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT;
}

static int check_ranges(struct settings *settings, struct err *err)
{
	if (range_parse(&settings->warning,
			settings->warning_text ? settings->warning_text : "~:") < 0)
		return err_set(err, -EINVAL, "-w: '%s' is no range such as 10, 10:, ~:10, @10:20",
			       settings->warning_text);
	if (range_parse(&settings->critical,
			settings->critical_text ? settings->critical_text : "~:") < 0)
		return err_set(err, -EINVAL, "-c: '%s' is no range such as 10, 10:, ~:10, @10:20",
			       settings->critical_text);
	return 0;
}

/* Options that mean nothing beside others: silence would look like obedience. */
static int refuse_strays(const struct settings *settings, struct err *err)
{
	const struct cli_common *common = &settings->common;
	bool lists = settings->mode == MODE_LIST, reads = settings->read_dir;
	bool is_nagios = settings->mode == MODE_NAGIOS;
	const struct {
		bool given, is_wrong;
		const char *text;
	} rows[] = {
		{ settings->families, !lists, "-4 and -6 go with --list" },
		{ settings->timeout_ms, !is_nagios, "-t goes with --nagios" },
		{ settings->snapshot, lists, "--snapshot does not go with --list" },
		{ settings->snapshot, settings->interval_ms,
		  "--snapshot is one look: no --interval" },
		{ settings->snapshot, settings->wire, "--snapshot is one look: no --wire" },
		{ settings->snapshot, common->watch_ms, "--snapshot does not go with --watch" },
		{ settings->interval_ms, lists, "--interval does not go with --list" },
		{ settings->wire, lists, "--wire does not go with --list" },
		{ settings->wire, reads, "--wire does not go with --read" },
		{ settings->wire, settings->all_netns,
		  "--wire hears one namespace: no --all-netns" },
		{ settings->all_netns, common->netns,
		  "--netns and --all-netns exclude each other" },
		{ settings->all_netns, reads, "--all-netns does not go with --read" },
		{ settings->all_netns, settings->record_dir, "--record keeps one namespace" },
		{ settings->record_dir, lists, "--record does not go with --list" },
		{ settings->record_dir, reads, "--record does not go with --read" },
		{ reads, lists, "--read does not go with --list" },
		{ reads, common->netns, "--read looks at no namespace: no --netns" },
		{ reads, common->watch_ms, "--read has an end: --interval, not --watch" },
		{ reads, settings->snapshot, "--snapshot does not go with --read" },
		{ settings->why, lists, "--why does not go with --list" },
		{ settings->top, lists, "--top does not go with --list" },
		{ settings->prometheus, lists, "--prometheus does not go with --list" },
		{ settings->prometheus, is_nagios, "--nagios and --prometheus exclude each other" },
		{ is_nagios, common->layout, "--nagios is a format of its own" },
		{ is_nagios, common->columns, "--nagios is a format of its own" },
		{ is_nagios, common->watch_ms, "--nagios judges once: no --watch" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].given && rows[i].is_wrong)
			return err_set(err, -EINVAL, "%s", rows[i].text);
	return 0;
}

/* Fill in what is implied, and refuse what contradicts itself. */
int settings_check(struct settings *settings, struct err *err)
{
	struct cli_common *common = &settings->common;
	int ret;

	settings->wire |= settings->device != NULL;
	ret = refuse_strays(settings, err);
	if (ret == 0)
		ret = check_ranges(settings, err);
	if (ret < 0)
		return ret;
	if (common->columns && common->layout == CLI_LAYOUT_HABIT)
		common->layout = CLI_LAYOUT_WIDE;
	if (common->watch_ms && common->layout == CLI_LAYOUT_JSON)
		return err_set(err, -EINVAL, "what never ends is no JSON array: use --ndjson");
	if (common->watch_ms && common->watch_ms < 1000)
		return err_set(err, -ERANGE, "--watch: a judgement takes a second at least");
	if (!settings->read_dir && !settings->interval_ms)
		settings->interval_ms = INTERVAL_MS;
	if (!settings->timeout_ms)
		settings->timeout_ms = TIMEOUT_MS;
	if (settings->mode == MODE_NAGIOS && !settings->read_dir &&
	    settings->interval_ms + 2500 > settings->timeout_ms)
		return err_set(err, -EINVAL,
			       "-t: an interval of %u s may take 2.5 s more, and would time out",
			       settings->interval_ms / 1000);
	fill_thresholds(settings);
	return 0;
}
