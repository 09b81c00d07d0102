// SPDX-License-Identifier: GPL-2.0-or-later
/* -s: the counters of the protocols, in netstat's words or by the kernel's names. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "host/counters.h"
#include "netconn.h"
#include "tables.h"
#include "words.h"

struct counter_row {
	const char *name, *group;
	uint64_t value; /* UINT64_MAX: none */
	char name_text[128];
};

struct statistics {
	struct run *run;
	enum counters_file file;
	const char *only; /* the one group that is wanted of this file, NULL: all */

	/* netstat's words: the group, whether it is shown, and what was shown last */
	const struct words_group *known;
	bool is_shown;
	enum words_kind kind;
	char group[COUNTERS_GROUP_SIZE];

	struct counter_row row;
};

/* clang-format off */
static const struct column counter_columns[] = {
	{ "name", "Name", "group and counter, as nstat calls it",
	  COLUMN_TEXT, .offset = offsetof(struct counter_row, name) },
	{ "group", "Group", "group of the kernel's",
	  COLUMN_TEXT, .offset = offsetof(struct counter_row, group) },
	{ "value", "Value", "since the namespace was made",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  .offset = offsetof(struct counter_row, value) },
	{ .key = NULL },
};
/* clang-format on */

/* Which protocol, a bit, the counters of @group are of. */
static unsigned int proto_of(const char *group)
{
	static const struct {
		const char *front;
		enum sock_proto proto;
	} fronts[] = {
		{ "Tcp", SOCK_TCP },	     { "MPTcp", SOCK_MPTCP }, { "Sctp", SOCK_SCTP },
		{ "UdpLite", SOCK_UDPLITE }, { "Udp", SOCK_UDP },     { "Ip", SOCK_RAW_IP },
		{ "Icmp", SOCK_RAW_IP },
	};

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (strncmp(group, fronts[i].front, strlen(fronts[i].front)) == 0)
			return 1u << fronts[i].proto;
	return 0;
}

/* Whether @group counts for IPv4 alone. What is not of /proc/net/snmp6, for IPv6 alone, counts for
 * both. */
static bool is_ipv4(const char *group)
{
	return proto_of(group) & (1u << SOCK_RAW_IP | 1u << SOCK_UDP | 1u << SOCK_UDPLITE);
}

static int add_row(const struct counter *counter, void *arg)
{
	struct statistics *statistics = arg;
	const struct settings *settings = &statistics->run->settings;
	struct counter_row *row = &statistics->row;
	bool is_pair = statistics->file == COUNTERS_SNMP || statistics->file == COUNTERS_NETSTAT;
	size_t length = 0;

	if (settings->protos && !(settings->protos & proto_of(counter->group)))
		return 0;
	if (settings->families == FAMILY_INET6 && is_pair && is_ipv4(counter->group))
		return 0;
	if (is_pair)
		length = text_copy(row->name_text, sizeof(row->name_text), counter->group);
	text_copy(row->name_text + length, sizeof(row->name_text) - length, counter->name);
	row->name = row->name_text;
	row->group = counter->group;
	row->value = counter->value;
	table_row(&statistics->run->table, row);
	return statistics->run->out.error;
}

/* Titles of ICMP's histograms come where the first counter of one would. Each line stands as far in
 * as the kind of the last one tells: that of a title belongs to what was before it. */
static void add_line(struct statistics *statistics, const char *text, size_t length)
{
	struct buf *out = &statistics->run->out;
	bool is_deep = statistics->kind == WORDS_RECEIVED || statistics->kind == WORDS_SENT;

	buf_add_spaces(out, is_deep ? 8 : 4);
	buf_add(out, text, length);
}

static void add_number(struct buf *out, uint64_t value)
{
	char text[TEXT_U64_MAX];

	buf_add(out, text, (size_t)(text_u64(text, value) - text));
}

static void say(struct statistics *statistics, const struct words *words, uint64_t value)
{
	static const char *const titles[] = {
		[WORDS_RECEIVED] = "ICMP input histogram:\n",
		[WORDS_SENT] = "ICMP output histogram:\n",
	};
	struct buf *out = &statistics->run->out;
	bool is_histogram = words->kind == WORDS_RECEIVED || words->kind == WORDS_SENT;

	if (is_histogram && statistics->kind != words->kind)
		add_line(statistics, titles[words->kind], strlen(titles[words->kind]));
	statistics->kind = words->kind;
	if (value || words->kind == WORDS_ALWAYS) {
		size_t front = strcspn(words->text, "#");

		add_line(statistics, words->text, front);
		add_number(out, value);
		buf_add_text(out, words->text + front + 1);
		buf_add_char(out, '\n');
	}
}

static void begin_group(struct statistics *statistics, const char *group)
{
	unsigned int protos = statistics->run->settings.protos;

	text_copy(statistics->group, sizeof(statistics->group), group);
	statistics->known = words_group(group);
	statistics->is_shown = true;
	if (statistics->known) {
		statistics->is_shown = !protos || protos & statistics->known->proto;
		statistics->kind = WORDS_ALWAYS;
	}
	if (statistics->is_shown) {
		buf_add_text(&statistics->run->out, group);
		buf_add_text(&statistics->run->out, ":\n");
	}
}

static int add_words(const struct counter *counter, void *arg)
{
	struct statistics *statistics = arg;
	struct buf *out = &statistics->run->out;
	const struct words *words = NULL;

	if (statistics->only && strcmp(counter->group, statistics->only) != 0)
		return 0;
	if (strcmp(counter->group, statistics->group) != 0)
		begin_group(statistics, counter->group);
	if (!statistics->is_shown)
		return 0;
	if (statistics->known)
		words = words_find(statistics->known, counter->name);
	if (!words && counter->value) {
		add_line(statistics, counter->name, strlen(counter->name));
		buf_add_text(out, ": ");
		add_number(out, counter->value);
		buf_add_char(out, '\n');
	} else if (words && words->kind != WORDS_NEVER) {
		say(statistics, words, counter->value);
	}
	return out->error;
}

static int read_file(struct statistics *statistics, enum counters_file file, struct err *err)
{
	bool is_habit = settings_is_habit(&statistics->run->settings);

	statistics->file = file;
	return counters_read(file, is_habit ? add_words : add_row, statistics, err);
}

/* What a kernel without IPv6, or without SCTP, does not have is left out. */
static int read_optional(struct statistics *statistics, enum counters_file file, struct err *err)
{
	int ret = read_file(statistics, file, err);

	return ret == -ENOENT ? 0 : ret;
}

/* netstat takes IPv4 for granted, and shows of IPv6, if it is told to, little beyond its own. */
static int list_words(struct statistics *statistics, struct err *err)
{
	unsigned int families = statistics->run->settings.families;
	int ret = 0;

	if (families != FAMILY_INET6) {
		ret = read_file(statistics, COUNTERS_SNMP, err);
		if (ret == 0)
			ret = read_optional(statistics, COUNTERS_NETSTAT, err);
		if (ret == 0)
			ret = read_optional(statistics, COUNTERS_SCTP, err);
	}
	if (ret == 0 && families & FAMILY_INET6)
		ret = read_file(statistics, COUNTERS_SNMP6, err);
	statistics->only = "Tcp";
	if (ret == 0 && families == FAMILY_INET6)
		ret = read_file(statistics, COUNTERS_SNMP, err);
	return ret;
}

static int list_rows(struct statistics *statistics, struct err *err)
{
	unsigned int families = statistics->run->settings.families;
	int ret = tables_begin(statistics->run, counter_columns, NULL, err);

	if (ret == 0)
		ret = read_file(statistics, COUNTERS_SNMP, err);
	if (ret == 0)
		ret = read_optional(statistics, COUNTERS_NETSTAT, err);
	if (ret == 0)
		ret = read_optional(statistics, COUNTERS_SCTP, err);
	if (ret == 0 && families == FAMILY_INET6)
		ret = read_file(statistics, COUNTERS_SNMP6, err);
	else if (ret == 0 && families != FAMILY_INET)
		ret = read_optional(statistics, COUNTERS_SNMP6, err);
	table_end(&statistics->run->table);
	return ret;
}

/* List the counters.
 *
 * Return: 0 or -errno.
 */
int statistics_list(struct run *run, struct err *err)
{
	struct statistics statistics = { .run = run };

	return settings_is_habit(&run->settings) ? list_words(&statistics, err) :
						   list_rows(&statistics, err);
}
