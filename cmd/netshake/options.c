// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "netshake.h"
#include "passive.h"

/* The order is that of enum tcp_close_plan. */
static const char *const close_choices[] = { "fin", "half", "rst", "wait", "none", NULL };

/* The order is that of enum probe. */
const char *const probe_choices[] = { "cookie", "synproxy", "tfo", "ecn", "middlebox", NULL };

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
		.group = in_group, .min = least, .max = 86400000, .help = text, AT(field)          \
	}
#define TEXT(letter, long_name, placeholder, in_group, field, text)                                \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_TEXT, .argument = placeholder,    \
		.group = in_group, .help = text, AT(field)                                         \
	}
#define FAMILY(letter, long_name, bit, text)                                                       \
	{                                                                                          \
		.key = letter, .name = long_name, .kind = OPTION_BITS, .max = bit,                 \
		.group = "Peer", .help = text, AT(families)                                        \
	}

/* NOLINTEND(bugprone-macro-parentheses) */

/* clang-format off */
static const struct option_def options[] = {
	FAMILY('4', "ipv4", FAMILY_INET, "IPv4"),
	FAMILY('6', "ipv6", FAMILY_INET6, "IPv6"),
	TEXT(0, "source", "ADDR", "Peer", source, "from this address of the host"),
	TEXT('I', "interface", "IF", "Peer", interface, "through this interface"),
	NUMBER(0, "sport", "PORT", "Peer", sport, 1, 65535, "from this port (any free one)"),
	NUMBER(0, "serve", "PORT", "Peer", serve, 1, 65535, "answer who opens a connection to it"),
	NUMBER(0, "mark", "N", "Peer", mark, 0, UINT32_MAX - 1, "firewall mark, for rules"),

	{ .name = "close", .kind = OPTION_CHOICE, .argument = "HOW", .group = "Course",
	  .choices = close_choices, .help = "fin, half, rst, wait, none (fin)", AT(close) },
	SECONDS(0, "hold", "Course", hold_ms, 0, "stay open so long before closing (0)"),
	SECONDS(0, "time-wait", "Course", time_wait_ms, 0, "stay in TIME_WAIT so long (0)"),
	SECONDS(0, "timeout", "Course", timeout_ms, 1, "for opening, data, and closing each (10)"),
	NUMBER(0, "retries", "N", "Course", retries, 0, 20, "retransmissions of a segment (3)"),
	NUMBER('c', "count", "N", "Course", count, 1, 1000000, "connections, in sequence (1)"),
	SECONDS('i', "interval", "Course", interval_ms, 0, "from one to the next (1)"),
	TEXT(0, "send", "FLAGS", "Course", send, "one segment of no connection: A, FA, FPU, none"),

	FLAG(0, "hops", "Path", hops, "who is on the path, and what is changed there"),
	{ .name = "probe", .kind = OPTION_CHOICE, .argument = "WHAT", .group = "Path",
	  .choices = probe_choices, .help = "cookie, synproxy, tfo, ecn, middlebox?", AT(probe) },
	NUMBER(0, "max-hops", "N", "Path", max_hops, 1, TCP_HOPS_MAX, "so many at most (30)"),

	TEXT(0, "data", "TEXT", "Data", data, "send this once it is open"),
	{ .name = "data-file", .kind = OPTION_TEXT, .argument = "FILE", .group = "Data",
	  .hint = OPTION_HINT_FILE, .help = "send this file; - for standard input", AT(data_file) },
	NUMBER(0, "size", "N", "Data", size, 1, 65495, "largest segment up to N that gets through"),

	NUMBER(0, "mss", "N", "SYN", mss, 0, 65535, "announce this segment size; 0: none"),
	NUMBER(0, "wscale", "N", "SYN", wscale, 0, 14, "window scale (7)"),
	NUMBER(0, "window", "N", "SYN", window, 0, 1073725440, "receive window in bytes (64240)"),
	FLAG(0, "no-sack", "SYN", no_sack, "do not offer selective acknowledgements"),
	FLAG(0, "no-timestamps", "SYN", no_timestamps, "do not offer timestamps"),
	FLAG(0, "ecn", "SYN", ecn, "offer explicit congestion notification"),
	NUMBER(0, "ttl", "N", "SYN", ttl, 1, 255, "time to live, hop limit"),
	NUMBER(0, "dscp", "N", "SYN", dscp, 0, 63, "differentiated services code point"),

	{ .name = "read", .kind = OPTION_TEXT, .argument = "FILE", .group = "Watching",
	  .hint = OPTION_HINT_FILE, .help = "connections in a capture file; - for standard input",
	  AT(read_file) },
	TEXT(0, "sniff", "IF", "Watching", sniff, "those that pass an interface, or any"),
	NUMBER(0, "flow", "N", "Watching", flow, 1, UINT32_MAX - 1, "the ladder of connection N"),
	FLAG(0, "ladder", "Watching", ladder, "the ladders of all of them"),
	NUMBER(0, "connections", "N", "Watching", connections, 1, 10000000,
	       "keep track of so many at once (100000)"),
	SECONDS(0, "for", "Watching", for_ms, 1, "end --sniff after so long"),

	FLAG('v', "verbose", "Format", verbose, "every header field and byte of every segment"),
	FLAG(0, "absolute", "Format", absolute, "sequence numbers as they are on the wire"),
	CLI_FORMAT_OPTIONS(struct settings, common),
	{ .name = "pcap", .kind = OPTION_TEXT, .argument = "FILE", .group = "Format",
	  .hint = OPTION_HINT_FILE, .help = "write the packets to a capture file", AT(pcap) },
	FLAG(0, "force", "Format", force, "replace the capture file if it is there"),
	{ .key = 'n', .name = "numeric", .kind = OPTION_ACCEPTED, .group = "Format",
	  .help = "numbers for addresses and ports (the default)" },

	CLI_NETNS_OPTION(struct settings, common),
	CLI_HELP_OPTIONS,
	{ .name = NULL },
};
/* clang-format on */

static const struct cli_columns more_columns[] = {
	{ "--hops", walk_columns },
	{ "--probe", question_columns },
	{ "--read and --sniff", flow_columns },
	{ .of = NULL },
};

const struct cli_command netshake_command = {
	.name = "netshake",
	.usage = "netshake [OPTION]... HOST PORT\n"
		 "       netshake [OPTION]... HOST:PORT | [IPV6]:PORT\n"
		 "       netshake --send FLAGS [OPTION]... HOST PORT\n"
		 "       netshake --serve PORT [OPTION]... [HOST]\n"
		 "       netshake --hops | --probe WHAT [OPTION]... HOST PORT\n"
		 "       netshake --read FILE | --sniff IF [OPTION]... [FILTER]...\n",
	.summary = "Open one TCP connection and close it again, and show what both ends did.",
	.operands = "host",
	.options = options,
	.columns = trace_columns,
	.more_columns = more_columns,
};

/* What holds unless an option says otherwise. */
void settings_default(struct settings *settings)
{
	*settings = (struct settings){
		.count = UNSET,
		.interval_ms = 1000,
		.hold_ms = UNSET,
		.time_wait_ms = 0,
		.timeout_ms = UNSET,
		.retries = UNSET,
		.size = UNSET,
		.mss = UNSET,
		.wscale = UNSET,
		.window = UNSET,
		.ttl = UNSET,
		.dscp = UNSET,
		.mark = UNSET,
		.sport = UNSET,
		.max_hops = UNSET,
		.probe = -1,
		.flow = UNSET,
		.connections = CONNECTIONS,
		.close = -1,
		.serve = UNSET,
		.serve_wait_ms = UNSET,
	};
}

/* Whether somebody else opens the connection. */
bool settings_serves(const struct settings *settings)
{
	return settings->serve != UNSET;
}

/* Whether a question is asked, of the path or the host, rather than a connection traced. */
bool settings_asks(const struct settings *settings)
{
	return settings->hops || settings->probe >= 0;
}

/* Whether the path is walked. */
bool settings_walks(const struct settings *settings)
{
	return settings->hops || settings->probe == PROBE_MIDDLEBOX;
}

/* Whether the ladder is written, rather than records. */
bool settings_is_ladder(const struct settings *settings)
{
	return settings->common.layout == CLI_LAYOUT_HABIT && !settings->common.columns;
}

/* Whether connections are watched that somebody else makes. */
bool settings_is_passive(const struct settings *settings)
{
	return settings->read_file || settings->sniff;
}

/* Whether an option was given that shapes a connection of our own. */
static bool is_own_shaped(const struct settings *settings)
{
	const uint32_t numbers[] = {
		settings->hold_ms, settings->timeout_ms, settings->retries, settings->size,
		settings->mss,	   settings->wscale,	 settings->window,  settings->ttl,
		settings->dscp,	   settings->mark,	 settings->sport,   settings->max_hops,
		settings->serve,
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i] != UNSET)
			return true;
	return settings->families || settings->close >= 0 || settings->data ||
	       settings->data_file || settings->interface || settings->source || settings->send ||
	       settings->hops || settings->probe >= 0 || settings->pcap || settings->time_wait_ms ||
	       settings->no_sack || settings->no_timestamps || settings->ecn || settings->force;
}

/* Options that do not go together; a list ends with one that has no text. */
struct conflict {
	bool is_there;
	const char *text;
};

static int refuse(const struct conflict *conflicts, struct err *err)
{
	for (; conflicts->text; conflicts++)
		if (conflicts->is_there)
			return err_set(err, -EINVAL, "%s", conflicts->text);
	return CLI_RUN;
}

/* Of --read and --sniff. */
static int check_passive(const struct settings *settings, struct err *err)
{
	bool is_endless = settings->sniff && settings->count == UNSET && !settings->for_ms;
	const struct conflict conflicts[] = {
		{ settings->read_file && settings->sniff, "--read and --sniff exclude each other" },
		{ is_own_shaped(settings),
		  "--read and --sniff go without the options for a connection of our own" },
		{ settings->read_file && settings->for_ms, "--for goes with --sniff" },
		{ settings->flow != UNSET && settings->ladder,
		  "--flow and --ladder exclude each other" },
		{ is_endless && settings->common.layout == CLI_LAYOUT_JSON,
		  "--sniff has no end: say --ndjson, or give it one with --for or --count" },
		{ settings->verbose && !settings->ladder && settings->flow == UNSET,
		  "-v goes with --flow or --ladder here" },
		{ .text = NULL },
	};

	return refuse(conflicts, err);
}

/* Of the peer and of what it is sent. */
static int check_data(const struct settings *settings, struct err *err)
{
	const struct conflict conflicts[] = {
		{ settings->families == (FAMILY_INET | FAMILY_INET6),
		  "-4 and -6 exclude each other" },
		{ settings->data && settings->data_file,
		  "--data and --data-file exclude each other" },
		{ settings->size != UNSET && (settings->data || settings->data_file),
		  "--size and --data exclude each other" },
		{ settings->size != UNSET && settings->close == TCP_PLAN_WAIT,
		  "--size and --close wait exclude each other" },
		{ .text = NULL },
	};

	return refuse(conflicts, err);
}

/* Of what is no connection that is opened from here and closed again. */
static int check_modes(const struct settings *settings, struct err *err)
{
	bool is_asking = settings_asks(settings);
	bool has_course =
		settings->hold_ms != UNSET || settings->close >= 0 || settings->time_wait_ms;
	const struct conflict conflicts[] = {
		{ settings->send && (has_course || settings->size != UNSET || settings->data ||
				     settings->data_file),
		  "--send is no connection: it goes without --close, --hold, --time-wait, --data "
		  "and --size" },
		{ settings_serves(settings) &&
			  (settings->send || is_asking || settings->interface ||
			   settings->sport != UNSET || settings->size != UNSET),
		  "--serve goes without --send, --hops, --probe, --size, -I and --sport" },
		{ settings->hops && settings->probe >= 0, "--hops and --probe exclude each other" },
		{ is_asking && (has_course || settings->send || settings->size != UNSET ||
				settings->data_file ||
				(settings->data && settings->probe != PROBE_TFO) ||
				settings->ttl != UNSET || settings->count != UNSET),
		  "--hops and --probe go without --send, --close, --hold, --time-wait, --data, "
		  "--size, --ttl and --count" },
		{ settings->probe >= 0 && settings->sport != UNSET,
		  "--probe and --sport exclude each other: each connection has a port of its own" },
		{ settings->max_hops != UNSET && !settings_walks(settings),
		  "--max-hops goes with --hops and --probe middlebox" },
		{ .text = NULL },
	};

	return refuse(conflicts, err);
}

/* Of options that take another one, or none of it. */
static int check_company(const struct settings *settings, struct err *err)
{
	const struct conflict conflicts[] = {
		{ settings->force && !settings->pcap, "--force goes with --pcap" },
		{ settings->flow != UNSET || settings->ladder || settings->for_ms ||
			  settings->connections != CONNECTIONS,
		  "--flow, --ladder, --connections and --for go with --read or --sniff" },
		{ settings->sport != UNSET && settings->count != UNSET && settings->count > 1,
		  "--sport and --count exclude each other: a port rests after a connection" },
		{ .text = NULL },
	};

	return refuse(conflicts, err);
}

static int check_flags(const char *text, struct err *err)
{
	uint16_t flags;

	if (segment_flags_parse(text, &flags) < 0)
		return err_set(err, -EINVAL,
			       "--send: '%s' are no flags: letters of SAFRPUEWN, names such as "
			       "SYN,ACK, or none",
			       text);
	return CLI_RUN;
}

/* What depends on other options where it was not said. */
static void settings_complete(struct settings *settings)
{
	bool serves = settings_serves(settings);
	bool is_asking = settings_asks(settings);

	if (settings->count == UNSET)
		settings->count = 1;
	if (serves)
		settings->serve_wait_ms = settings->timeout_ms;
	if (settings->close < 0)
		settings->close = serves ? TCP_PLAN_WAIT : TCP_PLAN_FIN;
	if (settings->timeout_ms == UNSET)
		settings->timeout_ms = is_asking ? 1000 : settings->send ? 2000 : 10000;
	if (settings->retries == UNSET)
		settings->retries = is_asking ? 2 : 3;
	if (settings->max_hops == UNSET)
		settings->max_hops = 30;
}

/* Find options that exclude each other, and set what was left open.
 *
 * Return: CLI_RUN, or -errno with @err.
 */
int settings_check(struct settings *settings, struct err *err)
{
	int ret;

	if (settings->common.columns && settings->common.layout == CLI_LAYOUT_HABIT)
		settings->common.layout = CLI_LAYOUT_WIDE;
	if (settings_is_passive(settings))
		return check_passive(settings, err);
	ret = check_data(settings, err);
	if (ret == CLI_RUN)
		ret = check_modes(settings, err);
	if (ret == CLI_RUN)
		ret = check_company(settings, err);
	if (ret == CLI_RUN && settings->send)
		ret = check_flags(settings->send, err);
	if (ret == CLI_RUN)
		settings_complete(settings);
	return ret;
}
