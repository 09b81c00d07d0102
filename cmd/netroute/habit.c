// SPDX-License-Identifier: GPL-2.0-or-later
/* The layouts of route and netstat -r, byte for byte (net-tools 2.10), but that nothing is ever cut
 * (route -ee does so to devices), and that a metric beyond 2^31 is not made negative. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "host/procnet.h"
#include "netroute.h"

#define AT(field) .offset = offsetof(struct route_row, field)

/* clang-format off */
static const struct column inet_columns[] = {
	{ "dst", "", NULL, COLUMN_ADDR, .width = 15, AT(destination_addr) },
	{ "dst_name", "", NULL, COLUMN_TEXT, .width = 15, AT(destination) },
	{ "gateway", "", NULL, COLUMN_ADDR, .width = 15, AT(gateway) },
	{ "gateway_name", "", NULL, COLUMN_TEXT, .width = 15, AT(next) },
	{ "genmask", "", NULL, COLUMN_ADDR, .width = 15, AT(genmask) },
	{ "flags", "", NULL, COLUMN_TEXT, .width = 5, AT(habit_flags) },
	{ "metric", "", NULL, COLUMN_U64, .width = 6, AT(metric) },
	{ "ref", "", NULL, COLUMN_TEXT, .width = 2, AT(ref) },
	{ "use", "", NULL, COLUMN_U32, .align = COLUMN_RIGHT, .width = 7, AT(use) },
	{ "mss", "", NULL, COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, .width = 5, AT(mss) },
	{ "window", "", NULL, COLUMN_U64, COLUMN_NULL_MAX, .width = 5, AT(window) },
	{ "irtt", "", NULL, COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, .width = 6, AT(irtt) },
	{ "dev", "", NULL, COLUMN_TEXT, AT(dev) },
	{ "dev_all", "", NULL, COLUMN_TEXT, .width = 8, AT(dev) },
	{ "mss_all", "", NULL, COLUMN_U64, COLUMN_NULL_MAX, .width = 5, AT(mss) },
	{ "window_all", "", NULL, COLUMN_U64, COLUMN_NULL_MAX, .width = 6, AT(window) },
	{ "irtt_all", "", NULL, COLUMN_U64, COLUMN_NULL_MAX, AT(irtt) },
	{ .key = NULL },
};

static const struct column inet6_columns[] = {
	{ "dst", "", NULL, COLUMN_TEXT, .width = 30, AT(destination) },
	{ "gateway", "", NULL, COLUMN_TEXT, .width = 26, AT(next) },
	{ "flags", "", NULL, COLUMN_TEXT, .width = 4, AT(habit_flags) },
	{ "metric", "", NULL, COLUMN_TEXT, .width = 3, AT(habit_metric) },
	{ "ref", "", NULL, COLUMN_TEXT, .width = 1, AT(ref) },
	{ "use", "", NULL, COLUMN_U32, .align = COLUMN_RIGHT, .width = 6, AT(use) },
	{ "dev", "", NULL, COLUMN_TEXT, AT(dev) },
	{ .key = NULL },
};
/* clang-format on */

/* Of IPv4: route's own layout, netstat -r's, and route -ee's. */
static const struct {
	const char *headings, *columns, *columns_by_name;
} layouts[] = {
	{
		"Flags Metric Ref    Use Iface",
		"dst,gateway,genmask,flags,metric,ref,use,dev",
		"dst_name,gateway_name,genmask,flags,metric,ref,use,dev",
	},
	{
		"Flags   MSS Window  irtt Iface",
		"dst,gateway,genmask,flags,mss,window,irtt,dev",
		"dst_name,gateway_name,genmask,flags,mss,window,irtt,dev",
	},
	{
		"Flags Metric Ref    Use Iface    MSS   Window irtt",
		"dst,gateway,genmask,flags,metric,ref,use,dev_all,mss_all,window_all,irtt_all",
		"dst_name,gateway_name,genmask,flags,metric,ref,use,"
		"dev_all,mss_all,window_all,irtt_all",
	},
};

static int layout_of(const struct settings *settings)
{
	return settings->extend < 2 ? settings->extend : 2;
}

static const char inet6_headings[] =
	"Destination                    Next Hop                   "
	"Flag Met Ref  Use If\n";

/* What net-tools shows of a routing cache: on a kernel without one the headings. */
void habit_show_cache(struct run *run, uint8_t family)
{
	int layout = layout_of(&run->settings);

	if (run->settings.common.no_header)
		return;
	if (family == AF_INET6) {
		buf_add_text(&run->out, "Kernel IPv6 routing cache\n");
		buf_add_text(&run->out, inet6_headings);
		return;
	}
	buf_add_text(&run->out,
		     "Kernel IP routing cache\n"
		     "Source          Destination     Gateway         ");
	buf_add_text(&run->out, layouts[layout].headings);
	buf_add_text(&run->out, layout < 2 ? "\n" : "  TOS HHRef HHUptod     SpecDst\n");
}

/* Write the title and headings of net-tools' table of @family, and make it the one that rows go
 * to. */
void habit_begin(struct run *run, uint8_t family)
{
	const struct settings *settings = &run->settings;
	int layout = layout_of(settings);
	const char *by_number = layouts[layout].columns;
	const char *by_name = layouts[layout].columns_by_name;

	run->table.header = false;
	run->table.palette = NULL;
	if (family == AF_INET6)
		table_select(&run->table, inet6_columns, "dst,gateway,flags,metric,ref,use,dev",
			     NULL);
	else
		table_select(&run->table, inet_columns,
			     settings->common.resolve ? by_name : by_number, NULL);
	if (!settings->common.no_header && family == AF_INET6) {
		buf_add_text(&run->out, "Kernel IPv6 routing table\n");
		buf_add_text(&run->out, inet6_headings);
	} else if (!settings->common.no_header) {
		buf_add_text(&run->out,
			     "Kernel IP routing table\n"
			     "Destination     Gateway         Genmask         ");
		buf_add_text(&run->out, layouts[layout].headings);
		buf_add_char(&run->out, '\n');
	}
	table_begin(&run->table, &run->out, TABLE_FIXED);
}

/* The name of @key, NULL if there is none; while names are gathered it is asked for. */
static const char *name_of(struct run *run, const struct name_key *key)
{
	if (!run->gathers_names)
		return names_get(&run->names, key);
	names_want(&run->names, key);
	return NULL;
}

static const char *name_or_number(struct run *run, const struct name_key *key, char *text)
{
	const char *name = name_of(run, key);

	if (name)
		return name;
	*addr_format(text, &key->addr) = '\0';
	return text;
}

/* net-tools asks for the network's name, but for a host's route (lib/inet.c, INET_rresolve()). */
static void fill_names(struct run *run, const struct route *route, bool is_reject)
{
	struct route_row *row = &run->row;
	struct name_key destination = prefix_is_host(&route->dst) ?
					      name_key_host(&route->dst.addr) :
					      name_key_network(&route->dst.addr);
	struct name_key host = name_key_host(&row->gateway);

	row->destination = "default";
	if (!addr_is_any(&route->dst.addr))
		row->destination = name_or_number(run, &destination, row->destination_text);
	row->next = NULL;
	if (!is_reject && addr_is_any(&row->gateway))
		row->next = "0.0.0.0";
	else if (!is_reject)
		row->next = name_or_number(run, &host, row->next_text);
}

/* Make run->row a row of net-tools' IPv4 table: what /proc/net/route shows of @route
 * (net/ipv4/fib_trie.c, fib_route_seq_show()), which knows the first hop only. */
void habit_fill(struct run *run, const struct route *route)
{
	struct route_row *row = &run->row;
	const struct route_hop *hop = route->hop_count > 0 ? &route->hops[0] : NULL;
	bool is_reject = route->type == ROUTE_UNREACHABLE || route->type == ROUTE_PROHIBIT;
	uint32_t advmss = route->metrics[ROUTE_ADVMSS];
	char *flag = row->flag_text;

	*flag++ = is_reject ? '!' : 'U';
	if (!is_reject && hop && hop->via.family)
		*flag++ = 'G';
	if (prefix_is_host(&route->dst))
		*flag++ = 'H';
	*flag = '\0';
	row->habit_flags = row->flag_text;
	row->destination_addr = route->dst.addr;
	row->genmask = prefix_mask(&route->dst);
	row->gateway = (struct addr){ .family = is_reject ? AF_UNSPEC : AF_INET };
	if (!is_reject && hop && hop->via.family == AF_INET)
		row->gateway = hop->via;
	row->metric = route->metric;
	row->ref = is_reject ? "-" : "0";
	row->use = 0;
	row->mss = is_reject ? UINT64_MAX : advmss ? advmss + 40 : 0;
	row->window = is_reject ? UINT64_MAX : route->metrics[ROUTE_WINDOW];
	row->irtt = is_reject ? UINT64_MAX : route->metrics[ROUTE_RTT] >> 3;
	row->dev = is_reject ? "-" : hop && hop->oif ? texts_device(run, hop->oif) : "*";
	if (run->settings.common.resolve)
		fill_names(run, route, is_reject);
}

static const char *inet6_flags(uint32_t flags, char *text)
{
	static const struct {
		uint32_t flag;
		char letter;
	} letters[] = {
		{ 0x0002, 'G' },   { 0x0004, 'H' },    { 0x0008, 'R' },	   { 0x0010, 'D' },
		{ 0x0020, 'M' },   { 0x10000, 'd' },   { 0x40000, 'a' },   { 0x200000, 'n' },
		{ 0x400000, 'e' }, { 0x1000000, 'c' }, { 0x4000000, 'w' },
	};
	char *at = text;

	*at++ = flags & 0x0200 ? '!' : 'U';
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (flags & letters[i].flag)
			*at++ = letters[i].letter;
	*at = '\0';
	return text;
}

static const char *inet6_text(struct run *run, const struct addr *addr, const uint8_t *length,
			      char *text)
{
	struct name_key key = name_key_host(addr);
	const char *name = NULL;
	char *at;

	if (run->settings.common.resolve)
		name = addr_is_any(addr) ? "[::]" : name_of(run, &key);
	at = name ? text + text_copy(text, NAMES_SIZE, name) : addr_format(text, addr);
	if (length) {
		*at++ = '/';
		at = text_u64(at, *length);
	}
	*at = '\0';
	return text;
}

static int on_inet6(const struct procnet_route6 *route, void *arg)
{
	struct run *run = arg;
	struct route_row *row = &run->row;
	uint8_t length = route->dst.length;

	row->destination = inet6_text(run, &route->dst.addr, &length, row->destination_text);
	row->next = inet6_text(run, &route->gateway, NULL, row->next_text);
	if (run->gathers_names)
		return 0;
	row->habit_flags = inet6_flags(route->flags, row->flag_text);
	*text_i64(row->metric_text, (int32_t)route->metric) = '\0';
	row->habit_metric = row->metric_text;
	*text_u64(row->ref_text, route->references) = '\0';
	row->ref = row->ref_text;
	row->use = route->uses;
	row->dev = route->device;
	table_row(&run->table, row);
	return run->out.error || cli_stop_signal();
}

/* List net-tools' IPv6 table: its counters are in /proc alone.
 *
 * Return: 0 or -errno.
 */
int habit_list_inet6(struct run *run, struct err *err)
{
	return procnet_routes6(on_inet6, run, err);
}
