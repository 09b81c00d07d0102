// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "netping.h"
#include "own.h"

/* The least interval to a group of hosts of who is not root: iputils' rule. */
#define USER_GROUP_INTERVAL_MS 1000

/* The most data that an IPv4 packet can carry behind its headers, without options. */
#define SIZE_MAX_BYTES 65507

static const char *const mtu_choices[] = { "do", "want", "dont", "probe", NULL };
static const char *const stamp_choices[] = { "tsonly", "tsandaddr", NULL };

/* NOLINTBEGIN(bugprone-macro-parentheses): initialisers take no parentheses */
#define AT(field) .offset = offsetof(struct settings, field)
#define FLAG(letter, long_name, in_group, field, text)                                             \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_FLAG, .group = in_group,          \
		.help = text, AT(field)                                                            \
	}
#define NUMBER(letter, long_name, word, in_group, field, least, most, text)                        \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_NUMBER, .argument = word,         \
		.group = in_group, .min = least, .max = most, .help = text, AT(field)              \
	}
#define SECONDS(letter, long_name, in_group, field, least, text)                                   \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_SECONDS, .argument = "SECONDS",   \
		.group = in_group, .min = least, .max = INT32_MAX, .help = text, AT(field)         \
	}
#define FAMILY(letter, long_name, bit, text)                                                       \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_BITS, .max = bit,                 \
		.group = "Hosts", .help = text, AT(families)                                       \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

/* clang-format off */
static const struct option_def options[] = {
	FAMILY('4', "ipv4", FAMILY_INET, "IPv4"),
	FAMILY('6', "ipv6", FAMILY_INET6, "IPv6"),
	{ .name = "file", .kind = OPTION_TEXT, .argument = "FILE", .group = "Hosts",
	  .hint = OPTION_HINT_FILE, .help = "read hosts, one a line; - for standard input",
	  AT(file) },
	FLAG(0, "all-addresses", "Hosts", all_addresses, "every address of a name"),
	FLAG('n', "numeric", "Hosts", numeric, "no names for addresses"),
	FLAG('H', "resolve", "Hosts", force_names, "names even where an address was given"),

	NUMBER('c', "count", "N", "Pace", count, 1, UINT32_MAX, "stop after N replies"),
	SECONDS('i', "interval", "Pace", interval_ms, 0, "between probes to a host (1)"),
	SECONDS('w', "deadline", "Pace", deadline_ms, 0, "end after so long"),
	SECONDS('W', "timeout", "Pace", timeout_ms, 0, "how long a reply may take"),
	NUMBER('l', "preload", "N", "Pace", preload, 1, 65535, "send N probes without waiting"),
	FLAG('A', "adaptive", "Pace", adaptive, "as fast as replies come"),
	FLAG('f', "flood", "Pace", flood, "as fast as replies come, or 100 a second"),
	FLAG('o', "first-reply", "Pace", first_reply, "stop at the first reply"),
	NUMBER(0, "rate", "N", "Pace", rate, 0, 10000000,
	       "several hosts: probes a second in all (1000); 0: no limit"),
	NUMBER(0, "retries", "N", "Pace", retries, 0, 100,
	       "several hosts: tries after the first (3)"),
	FLAG(0, "loop", "Pace", loop, "several hosts: probe for ever"),

	NUMBER('s', "size", "BYTES", "Probes", size, 0, SIZE_MAX_BYTES, "of data (56)"),
	{ .key = 'p', .name = "pattern", .kind = OPTION_TEXT, .argument = "HEX",
	  .group = "Probes", .help = "fill the data with these bytes, up to 16", AT(pattern) },
	NUMBER('t', "ttl", "N", "Probes", ttl, 0, 255, "time to live, hop limit"),
	{ .key = 'Q', .name = "tos", .kind = OPTION_HEX, .argument = "N", .max = 255,
	  .group = "Probes", .help = "type of service, traffic class", AT(tos) },
	NUMBER('m', "mark", "N", "Probes", mark, 0, INT32_MAX, "for this host's routing rules"),
	NUMBER('e', "identifier", "N", "Probes", ident, 0, 65535, "of the echo requests"),
	{ .key = 'F', .name = "flow-label", .kind = OPTION_HEX, .argument = "N", .max = 0xfffff,
	  .group = "Probes", .help = "IPv6: flow label", AT(flow_label) },
	{ .key = 'I', .name = "interface", .kind = OPTION_TEXT, .argument = "DEVICE",
	  .group = "Probes", .help = "leave by this device, or from this address",
	  AT(interface) },
	FLAG('B', "sticky", "Probes", sticky, "keep the source address"),
	FLAG('C', "connect", "Probes", connect, "connect the socket"),
	FLAG('r', "dont-route", "Probes", dont_route, "to hosts on attached links only"),
	FLAG('b', "broadcast", "Probes", broadcast, "allow broadcast addresses"),
	FLAG('L', "no-loop", "Probes", no_loop, "multicast: none to this host itself"),
	{ .key = 'M', .name = "mtu-discovery", .kind = OPTION_CHOICE, .argument = "HOW",
	  .group = "Probes", .choices = mtu_choices, .help = "do, want, dont, probe",
	  AT(mtu_discovery) },
	FLAG('R', "record-route", "Probes", record_route, "IPv4: routers write their addresses"),
	{ .key = 'T', .name = "ip-timestamps", .kind = OPTION_CHOICE, .argument = "WHAT",
	  .group = "Probes", .choices = stamp_choices,
	  .help = "IPv4: routers write the time: tsonly, tsandaddr", AT(ip_stamps) },
	NUMBER('S', "send-buffer", "BYTES", "Probes", send_buffer, 1, INT32_MAX,
	       "of the socket"),

	FLAG('a', "audible", "Output", audible, "ring the bell at each reply"),
	FLAG('D', "timestamps", "Output", timestamps, "the time in front of each line"),
	FLAG('O', "outstanding", "Output", outstanding, "tell what is not answered"),
	FLAG('q', "quiet", "Output", quiet, "the summary only"),
	FLAG('U', "user-latency", "Output", user_latency, "by the clock of this process"),
	FLAG('v', "verbose", "Output", verbose, "say which socket and clock are used"),
	FLAG('3', "precise", "Output", precise, "always three decimals"),
	FLAG(0, "stats", "Output", stats, "percentiles, jitter, runs of loss, local delay"),
	FLAG(0, "explain", "Output", explain,
	     "one host: how it is reached, and how long each stage takes"),
	FLAG(0, "histogram", "Output", histogram, "draw the distribution at the end"),
	FLAG(0, "live", "Output", live, "on a terminal: one line for each host, kept up to date"),
	FLAG(0, "prometheus", "Output", prometheus, "the summary as Prometheus reads it"),
	{ .name = "alive", .kind = OPTION_SELECT, .max = SWEEP_ALIVE, .group = "Output",
	  .help = "several hosts: name those that answer", AT(sweep) },
	{ .name = "unreachable", .kind = OPTION_SELECT, .max = SWEEP_UNREACHABLE,
	  .group = "Output", .help = "several hosts: name those that do not", AT(sweep) },
	FLAG(0, "elapsed", "Output", elapsed, "several hosts: the time with each name"),
	NUMBER(0, "count-table", "N", "Output", table_count, 1, 100000,
	       "several hosts: N probes each, a row of times"),

	CLI_FORMAT_OPTIONS(struct settings, common),
	CLI_NETNS_OPTION(struct settings, common),
	CLI_COMPAT_OPTIONS(struct settings, common),
	CLI_HELP_OPTIONS,

	FLAG('d', "debug", "Not here", debug, "SO_DEBUG does nothing for ICMP"),
	{ .key = 'N', .name = "node-info", .kind = OPTION_TEXT, .argument = "QUERY",
	  .group = "Not here", .help = "node information (RFC 4620)", AT(node_info) },
	{ .name = NULL },
};
/* clang-format on */

const struct cli_command netping_command = {
	.name = "netping",
	.usage = "netping [OPTION]... HOST\n"
		 "       netping [OPTION]... HOST... | PREFIX | FIRST-LAST | --file FILE",
	.summary = "Probe hosts with ICMP echo requests and measure round trips.",
	.operands = "host:_hosts",
	.options = options,
	.columns = own_columns,
};

/* What holds where the command line says nothing. */
void settings_default(struct settings *settings)
{
	*settings = (struct settings){
		.mtu_discovery = -1,
		.ip_stamps = -1,
		.interval_ms = UNSET,
		.timeout_ms = UNSET,
		.preload = 1,
		.size = 56,
		.ttl = UNSET,
		.tos = UNSET,
		.mark = UNSET,
		.ident = UNSET,
		.flow_label = UNSET,
		.retries = UNSET,
		.rate = UNSET,
	};
}

/* Whether the output is ping's or fping's. */
bool settings_is_habit(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT && !settings->prometheus;
}

/* Whether the output has quantiles, for which every time has to be kept. */
bool settings_wants_quantiles(const struct settings *settings)
{
	return settings->stats || settings->histogram || !settings_is_habit(settings);
}

static int refuse(const struct settings *settings, struct err *err)
{
	if (settings->node_info)
		return err_set(err, -EINVAL,
			       "-N: node information queries (RFC 4620) are not "
			       "done here");
	if (settings->debug)
		return err_set(err, -EINVAL, "-d: SO_DEBUG does nothing for ICMP");
	return 0;
}

static int check_layout(struct settings *settings, struct err *err)
{
	struct cli_common *common = &settings->common;
	bool is_endless = !settings->count && !settings->deadline_ms && !settings->table_count &&
			  !settings->first_reply;

	if (common->columns && common->layout == CLI_LAYOUT_HABIT)
		common->layout = CLI_LAYOUT_WIDE;
	if (settings->prometheus && common->layout != CLI_LAYOUT_HABIT)
		return err_set(err, -EINVAL, "--prometheus and another format exclude each other");
	if (common->layout == CLI_LAYOUT_JSON && settings->loop && is_endless)
		return err_set(err, -EINVAL, "an endless run is no JSON array: use --ndjson");
	if (settings->histogram && !settings_is_habit(settings))
		return err_set(err, -EINVAL, "--histogram is drawn below the usual text only");
	if (settings->live && !isatty(STDOUT_FILENO))
		return err_set(err, -EINVAL,
			       "--live: standard output is no terminal: use --ndjson");
	if (settings->live && (!settings_is_habit(settings) || settings->flood || settings->sweep ||
			       settings->table_count))
		return err_set(err, -EINVAL, "--live and other output exclude each other");
	if (settings->explain && (settings->prometheus || common->layout == CLI_LAYOUT_WIDE ||
				  common->layout == CLI_LAYOUT_CSV))
		return err_set(err, -EINVAL, "--explain: only as text, --json or --ndjson");
	if (settings->explain && (settings->flood || settings->dont_route))
		return err_set(err, -EINVAL, "--explain and %s exclude each other",
			       settings->flood ? "-f" : "-r");
	if (common->netns && settings->force_names)
		return err_set(err, -EINVAL,
			       "--resolve asks this host's resolver, not that of --netns %s",
			       common->netns);
	return 0;
}

static int check_pace(struct settings *settings, bool is_root, struct err *err)
{
	if (settings->interval_ms == UNSET)
		settings->interval_ms = settings->flood ? 0 : 1000;
	if (is_root)
		return 0;
	if (settings->interval_ms < USER_INTERVAL_MS)
		return err_set(err, -EPERM,
			       "cannot flood; minimal interval allowed for user is %ums",
			       USER_INTERVAL_MS);
	if (settings->broadcast && settings->interval_ms < USER_GROUP_INTERVAL_MS)
		return err_set(err, -EPERM, "broadcast ping with too short interval: %u",
			       settings->interval_ms);
	if (settings->preload > 3)
		return err_set(err, -EPERM, "cannot set preload to value greater than 3: %u",
			       settings->preload);
	if (settings->rate != UNSET && (settings->rate == 0 || settings->rate > RATE_DEFAULT))
		return err_set(err, -EPERM, "--rate: more than %d a second is for root",
			       RATE_DEFAULT);
	return 0;
}

/* Fill in what follows from other options, and refuse what contradicts itself.
 *
 * Return: 0; -EINVAL, or -EPERM for what is root's, with @err.
 */
int settings_check(struct settings *settings, bool is_root, struct err *err)
{
	int ret = refuse(settings, err);

	if (ret == 0 && settings->families == (FAMILY_INET | FAMILY_INET6))
		ret = err_set(err, -EINVAL, "only one -4 or -6 option may be specified");
	if (ret == 0 && settings->record_route && settings->ip_stamps >= 0)
		ret = err_set(err, -EINVAL, "only one of -T or -R may be used");
	if (ret == 0 && settings->table_count && (settings->count || settings->loop))
		ret = err_set(err, -EINVAL, "--count-table and %s exclude each other",
			      settings->count ? "-c" : "--loop");
	if (ret == 0 && settings->loop && settings->count)
		ret = err_set(err, -EINVAL, "--loop and -c exclude each other");
	if (ret == 0)
		ret = check_layout(settings, err);
	if (ret == 0)
		ret = check_pace(settings, is_root, err);
	if (ret == 0 && settings->sweep && (settings->count || settings->loop))
		ret = err_set(err, -EINVAL, "--%s and %s exclude each other",
			      settings->sweep == SWEEP_ALIVE ? "alive" : "unreachable",
			      settings->count ? "-c" : "--loop");
	if (settings->timeout_ms == 0)
		settings->timeout_ms = UNSET;
	if (settings->flood)
		settings->numeric = true;
	if (settings->prometheus || settings->live)
		settings->quiet = true;
	return ret;
}

/* Whether options say that this is a run in fping's way, even if there is but one host. */
bool settings_mean_several(const struct settings *settings)
{
	return settings->file || settings->all_addresses || settings->sweep ||
	       settings->table_count || settings->loop || settings->elapsed ||
	       settings->retries != UNSET;
}

/* Refuse what has no meaning for one host, or for several.
 *
 * Return: 0, or -EINVAL with @err.
 */
int settings_check_hosts(const struct settings *settings, bool is_several, struct err *err)
{
	const char *single = settings->explain	   ? "--explain" :
			     settings->histogram   ? "--histogram" :
			     settings->adaptive	   ? "-A" :
			     settings->preload > 1 ? "-l" :
						     NULL;

	if (is_several && single)
		return err_set(err, -EINVAL, "%s is for one host", single);
	if (!is_several && settings->rate != UNSET)
		return err_set(err, -EINVAL, "--rate is for several hosts: for one there is -i");
	return 0;
}
