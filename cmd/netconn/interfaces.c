// SPDX-License-Identifier: GPL-2.0-or-later
/* -i: the interfaces and what they have carried. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"
#include "host/ifaddrs.h"
#include "host/links.h"
#include "netconn.h"
#include "tables.h"

/* IFF_LOWER_UP, IFF_DORMANT, IFF_ECHO of linux/if.h follow those of net/if.h. */
#define FLAG_COUNT 19
#define IFF_MASK_HABIT 0xffffu /* an ioctl tells no more */

struct interface_row {
	const char *ifname, *operstate, *address, *master;
	const char *const *flags;
	uint32_t ifindex, mtu;
	const struct link_counters *rx, *tx;

	struct link_counters counters;

	/* netstat's own */
	uint64_t rx_drops; /* as /proc/net/dev has them: with what the device missed */
	const char *letters;

	const char *flag_words[FLAG_COUNT + 1];
	char letter_text[16], address_text[LLADDR_TEXT_MAX + 1];
};

#define AT(field) .offset = offsetof(struct interface_row, field)
#define COUNT(field)                                                                               \
	COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, .offset = offsetof(struct link_counters, field)

/* clang-format off */
static const struct column rx_columns[] = {
	{ "bytes", "RX-Bytes", NULL, COUNT(rx_bytes) },
	{ "packets", "RX-Packets", NULL, COUNT(rx_packets) },
	{ "errors", "RX-Errors", NULL, COUNT(rx_errors) },
	{ "dropped", "RX-Dropped", NULL, COUNT(rx_dropped) },
	{ "over_errors", "RX-Over", NULL, COUNT(rx_over_errors) },
	{ "multicast", "RX-Multicast", NULL, COUNT(multicast) },
	{ "compressed", "RX-Compressed", NULL, COUNT(rx_compressed) },
	{ "length_errors", "RX-Length", NULL, COUNT(rx_length_errors) },
	{ "crc_errors", "RX-CRC", NULL, COUNT(rx_crc_errors) },
	{ "frame_errors", "RX-Frame", NULL, COUNT(rx_frame_errors) },
	{ "fifo_errors", "RX-FIFO", NULL, COUNT(rx_fifo_errors) },
	{ "missed_errors", "RX-Missed", NULL, COUNT(rx_missed_errors) },
	{ "nohandler", "RX-No-Handler", NULL, COUNT(rx_nohandler) },
	{ "otherhost_dropped", "RX-Other-Host", NULL, COUNT(rx_otherhost_dropped) },
	{ .key = NULL },
};

static const struct column tx_columns[] = {
	{ "bytes", "TX-Bytes", NULL, COUNT(tx_bytes) },
	{ "packets", "TX-Packets", NULL, COUNT(tx_packets) },
	{ "errors", "TX-Errors", NULL, COUNT(tx_errors) },
	{ "dropped", "TX-Dropped", NULL, COUNT(tx_dropped) },
	{ "carrier_errors", "TX-Carrier", NULL, COUNT(tx_carrier_errors) },
	{ "collisions", "TX-Collisions", NULL, COUNT(collisions) },
	{ "compressed", "TX-Compressed", NULL, COUNT(tx_compressed) },
	{ "aborted_errors", "TX-Aborted", NULL, COUNT(tx_aborted_errors) },
	{ "fifo_errors", "TX-FIFO", NULL, COUNT(tx_fifo_errors) },
	{ "window_errors", "TX-Window", NULL, COUNT(tx_window_errors) },
	{ "heartbeat_errors", "TX-Heartbeat", NULL, COUNT(tx_heartbeat_errors) },
	{ .key = NULL },
};

static const struct column interface_columns[] = {
	{ "ifindex", "Index", "its number", COLUMN_U32, .align = COLUMN_RIGHT, AT(ifindex) },
	{ "ifname", "Interface", "its name", COLUMN_TEXT, AT(ifname) },
	{ "flags", "Flags", "UP, RUNNING and others", COLUMN_WORDS, AT(flags) },
	{ "mtu", "MTU", "largest packet, in bytes", COLUMN_U32, .align = COLUMN_RIGHT, AT(mtu) },
	{ "operstate", "State", "whether it can carry packets", COLUMN_TEXT, AT(operstate) },
	{ "address", "HWaddress", "link-layer address", COLUMN_TEXT, AT(address) },
	{ "master", "Master", "bridge, bond or VRF that it is part of", COLUMN_TEXT, AT(master) },
	{ "rx", "RX", "what it received", COLUMN_FACTS, .nested = rx_columns, AT(rx) },
	{ "tx", "TX", "what it sent", COLUMN_FACTS, .nested = tx_columns, AT(tx) },
	{ .key = NULL },
};

static const char wide_list[] =
	"ifname,operstate,mtu,rx.bytes,rx.packets,rx.errors,rx.dropped,tx.bytes,tx.packets,"
	"tx.errors,tx.dropped,address,master";
static const char flat_list[] =
	"ifindex,ifname,flags,mtu,operstate,address,master,"
	"rx.bytes,rx.packets,rx.errors,rx.dropped,"
	"rx.over_errors,rx.multicast,rx.compressed,rx.length_errors,rx.crc_errors,rx.frame_errors,"
	"rx.fifo_errors,rx.missed_errors,rx.nohandler,rx.otherhost_dropped,tx.bytes,tx.packets,"
	"tx.errors,tx.dropped,tx.carrier_errors,tx.collisions,tx.compressed,tx.aborted_errors,"
	"tx.fifo_errors,tx.window_errors,tx.heartbeat_errors";

#define HABIT(field) COLUMN_U64, .align = COLUMN_RIGHT, AT(counters.field)

static const struct column habit_columns[] = {
	{ "name", "Iface", NULL, COLUMN_TEXT, .width = 15, AT(ifname) },
	{ "mtu", "MTU", NULL, COLUMN_U32, .align = COLUMN_RIGHT, .width = 5, AT(mtu) },
	{ "rx_ok", "RX-OK", NULL, HABIT(rx_packets), .width = 8 },
	{ "rx_errors", "RX-ERR", NULL, HABIT(rx_errors), .width = 6 },
	{ "rx_drops", "RX-DRP", NULL, COLUMN_U64, .align = COLUMN_RIGHT, .width = 6, AT(rx_drops) },
	{ "rx_overruns", "RX-OVR", NULL, COLUMN_U64, .width = 6, AT(counters.rx_fifo_errors) },
	{ "tx_ok", "TX-OK", NULL, HABIT(tx_packets), .width = 8 },
	{ "tx_errors", "TX-ERR", NULL, HABIT(tx_errors), .width = 6 },
	{ "tx_drops", "TX-DRP", NULL, HABIT(tx_dropped), .width = 6 },
	{ "tx_overruns", "TX-OVR", NULL, HABIT(tx_fifo_errors), .width = 6 },
	{ "flags", "Flg", NULL, COLUMN_TEXT, AT(letters) },
	{ .key = NULL },
};

/* An alias, such as eth0:1, counts nothing of its own. */
static const struct column alias_columns[] = {
	{ "name", "Iface", NULL, COLUMN_TEXT, .width = 15, AT(ifname) },
	{ "mtu", "MTU", NULL, COLUMN_U32, .align = COLUMN_RIGHT, .width = 5, AT(mtu) },
	{ "counters", "", NULL, COLUMN_TEXT, .width = 55, AT(operstate) },
	{ "flags", "Flg", NULL, COLUMN_TEXT, AT(letters) },
	{ .key = NULL },
};
/* clang-format on */

/* A line of netstat's: an interface, or an alias of it. */
struct line {
	const char *name;
	const struct link *link;
	bool is_alias;
};

struct listing {
	struct line *list;
	size_t count, room;
};

static int add(struct listing *listing, const char *name, const struct link *link, bool is_alias)
{
	struct line *list =
		grow_array(listing->list, &listing->room, listing->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	listing->list = list;
	list[listing->count++] = (struct line){ name, link, is_alias };
	return 0;
}

/* A name taken apart: "eth12:3" is stem "eth", number 12, alias 3. */
struct name {
	const char *text;
	size_t stem, length; /* of the stem, and of both without the alias */
	uint64_t number;
	int64_t alias; /* -1: none */
};

static uint64_t digits(const char *text, const char *end)
{
	uint64_t value = 0;

	for (; text < end; text++)
		value = value * 10 + (unsigned int)(*text - '0');
	return value;
}

static size_t stem_length(const char *text, size_t length)
{
	while (length > 0 && text[length - 1] >= '0' && text[length - 1] <= '9')
		length--;
	return length;
}

static struct name take_apart(const char *text)
{
	struct name name = { .text = text, .length = strlen(text), .alias = -1 };
	size_t front = stem_length(text, name.length);

	if (front > 0 && front < name.length && text[front - 1] == ':') {
		name.alias = (int64_t)digits(text + front, text + name.length);
		name.length = front - 1;
	}
	name.stem = stem_length(text, name.length);
	name.number = digits(text + name.stem, text + name.length);
	return name;
}

/* net-tools' order: eth2 before eth10, each interface before its aliases. */
static int by_name(const void *a, const void *b)
{
	const struct line *left_line = a, *right_line = b;
	struct name left = take_apart(left_line->name), right = take_apart(right_line->name);
	size_t shorter = left.stem < right.stem ? left.stem : right.stem;
	int order = strncmp(left.text, right.text, shorter);

	if (order == 0)
		order = (left.stem > right.stem) - (left.stem < right.stem);
	if (order == 0)
		order = (left.number > right.number) - (left.number < right.number);
	if (order == 0) /* eth01, eth1 */
		order = strncmp(left.text + shorter, right.text + shorter,
				(left.length < right.length ? left.length : right.length) -
					shorter);
	if (order == 0)
		order = (left.length > right.length) - (left.length < right.length);
	if (order == 0)
		order = (left.alias > right.alias) - (left.alias < right.alias);
	return order ? order : strcmp(left.text, right.text);
}

/* Addresses of IPv4 have labels, and what differs from the interface's name is an alias of it. */
static int add_aliases(struct listing *listing, const struct links *links,
		       const struct ifaddrs *ifaddrs)
{
	int ret = 0;

	for (size_t i = 0; i < ifaddrs->count && ret == 0; i++) {
		const struct iface_addr *ifaddr = &ifaddrs->list[i];
		const struct link *link = links_find(links, ifaddr->iface);

		if (link && strchr(ifaddr->label, ':'))
			ret = add(listing, ifaddr->label, link, true);
	}
	return ret;
}

/* Letters in the order of net-tools' source; P stands for two of them. */
static const char *flag_letters(char *text, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		char letter;
	} letters[] = {
		{ IFF_ALLMULTI, 'A' },	  { IFF_BROADCAST, 'B' },  { IFF_DEBUG, 'D' },
		{ IFF_LOOPBACK, 'L' },	  { IFF_MULTICAST, 'M' },  { IFF_DYNAMIC, 'd' },
		{ IFF_PROMISC, 'P' },	  { IFF_NOTRAILERS, 'N' }, { IFF_NOARP, 'O' },
		{ IFF_POINTOPOINT, 'P' }, { IFF_SLAVE, 's' },	   { IFF_MASTER, 'm' },
		{ IFF_RUNNING, 'R' },	  { IFF_UP, 'U' },
	};
	char *at = text;

	if (!(flags & IFF_MASK_HABIT))
		return "[NO FLAGS]";
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (flags & letters[i].flag)
			*at++ = letters[i].letter;
	*at = '\0';
	return text;
}

static void add_line(struct run *run, struct table *aliases, struct interface_row *row,
		     const struct line *line)
{
	row->ifname = line->name;
	row->mtu = line->link->mtu;
	row->letters = flag_letters(row->letter_text, line->link->flags);
	row->counters = line->link->counters;
	row->rx_drops = row->counters.rx_dropped + row->counters.rx_missed_errors;
	row->operstate = "     - no statistics available -";
	table_row(line->is_alias ? aliases : &run->table, row);
}

/* netstat's table. With -c its title is written once, the headings again and again. */
static int list_habit(struct run *run, const struct links *links, struct ifaddrs *ifaddrs)
{
	struct interface_row row = { 0 };
	struct table aliases = { .header = false };
	struct listing listing = { 0 };
	int ret = 0;

	for (size_t i = 0; i < links->count && ret == 0; i++)
		ret = add(&listing, links->list[i].name, &links->list[i], false);
	if (ret == 0)
		ret = add_aliases(&listing, links, ifaddrs);
	if (listing.count > 1)
		qsort(listing.list, listing.count, sizeof(*listing.list), by_name);
	run->table.header = !run->settings.common.no_header;
	if (run->table.header && !run->is_titled)
		buf_add_text(&run->out, "Kernel Interface table\n");
	run->is_titled = true;
	table_select(&run->table, habit_columns, NULL, NULL);
	table_begin(&run->table, &run->out, TABLE_FIXED);
	table_select(&aliases, alias_columns, NULL, NULL);
	table_begin(&aliases, &run->out, TABLE_FIXED);
	for (size_t i = 0; i < listing.count && ret == 0; i++) {
		const struct line *line = &listing.list[i];
		bool is_again = i > 0 && strcmp(line->name, line[-1].name) == 0;

		if (!is_again && (line->link->flags & IFF_UP || run->settings.all))
			add_line(run, &aliases, &row, line);
	}
	free(listing.list);
	return ret;
}

static void fill(struct interface_row *row, const struct links *links, const struct link *link)
{
	static const char *const flags[FLAG_COUNT] = {
		"UP",	      "BROADCAST", "DEBUG",	"LOOPBACK", "POINTOPOINT",
		"NOTRAILERS", "RUNNING",   "NOARP",	"PROMISC",  "ALLMULTI",
		"MASTER",     "SLAVE",	   "MULTICAST", "PORTSEL",  "AUTOMEDIA",
		"DYNAMIC",    "LOWER_UP",  "DORMANT",	"ECHO",
	};
	unsigned int words = 0;

	row->ifindex = link->index;
	row->ifname = link->name;
	row->mtu = link->mtu;
	row->flags = row->flag_words;
	for (unsigned int i = 0; i < FLAG_COUNT; i++)
		if (link->flags & 1u << i)
			row->flag_words[words++] = flags[i];
	row->flag_words[words] = NULL;
	row->operstate = link_operstate_name(link->operstate);
	row->master = link->master ? links_name(links, link->master) : NULL;
	row->address = link->lladdr.length > 0 ? row->address_text : NULL;
	*lladdr_format(row->address_text, &link->lladdr) = '\0';
	row->counters = link->counters;
	row->rx = &row->counters;
	row->tx = &row->counters;
}

static int list_rows(struct run *run, const struct links *links, struct err *err)
{
	int layout = run->settings.common.layout;
	const char *list = layout == CLI_LAYOUT_WIDE ? wide_list :
			   layout == CLI_LAYOUT_CSV  ? flat_list :
						       NULL;
	struct interface_row row = { 0 };
	int ret = tables_begin(run, interface_columns, list, err);

	for (size_t i = 0; i < links->count && ret == 0; i++) {
		if (!(links->list[i].flags & IFF_UP) && !run->settings.all)
			continue;
		fill(&row, links, &links->list[i]);
		table_row(&run->table, &row);
	}
	if (ret == 0)
		table_end(&run->table);
	return ret;
}

/* List the interfaces that are up, or all of them.
 *
 * Return: 0 or -errno.
 */
int interfaces_list(struct run *run, struct err *err)
{
	bool is_habit = settings_is_habit(&run->settings);
	struct ifaddrs ifaddrs;
	struct links links;
	int ret;

	links_init(&links);
	ifaddrs_init(&ifaddrs);
	ret = links_load(&links, err);
	if (ret == 0 && is_habit)
		ret = ifaddrs_load(&ifaddrs, err);
	if (ret == 0)
		ret = is_habit ? list_habit(run, &links, &ifaddrs) : list_rows(run, &links, err);
	if (ret == -ENOMEM)
		err_set(err, ret, "out of memory");
	links_fini(&links);
	ifaddrs_fini(&ifaddrs);
	return ret;
}
