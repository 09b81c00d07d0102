// SPDX-License-Identifier: GPL-2.0-or-later
/* arp's two layouts, byte for byte (net-tools 2.10), but that nothing is ever cut. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "netarp.h"

#define AT(field) .offset = offsetof(struct neigh_row, field)

/* clang-format off */
static const struct column linux_columns[] = {
	{ "address", "Address", NULL, COLUMN_TEXT, .width = 24, AT(address) },
	{ "hwtype", "HWtype", NULL, COLUMN_TEXT, .width = 7, AT(hwtype) },
	{ "lladdr", "HWaddress", NULL, COLUMN_TEXT, .width = 19, AT(lladdr) },
	{ "flags", "Flags", NULL, COLUMN_TEXT, .width = 5, AT(flags) },
	{ "mask", "Mask", NULL, COLUMN_TEXT, .width = 15, AT(mask) },
	{ "dev", "Iface", NULL, COLUMN_TEXT, AT(dev) },
	{ .key = NULL },
};

static const struct column line_columns[] = {
	{ "line", "", NULL, COLUMN_TEXT, AT(line) },
	{ .key = NULL },
};
/* clang-format on */

/* Start a listing in arp's way: its header stands only above entries. */
int habit_begin(struct run *run)
{
	struct table *table = &run->table;

	table_select(table, run->settings.bsd ? line_columns : linux_columns, NULL, NULL);
	table->palette = NULL;
	table->header = false;
	table_begin(table, &run->out, TABLE_FIXED);
	return 0;
}

/* Print one line, with everything escaped that could steer a terminal. Nothing else may be under
 * way in run->table. */
void say_line(struct run *run, const char *format, ...)
{
	char text[1024];
	struct neigh_row row = { .line = text };
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	table_select(&run->table, line_columns, NULL, NULL);
	run->table.header = false;
	run->table.palette = NULL;
	table_begin(&run->table, &run->out, TABLE_FIXED);
	table_row(&run->table, &row);
}

/* What the kernel tells as ATF_COM in /proc/net/arp: that the entry has a link-layer address. */
static bool is_complete(const struct neigh *neigh)
{
	return !neigh->is_proxy && !(neigh->state & (NEIGH_INCOMPLETE | NEIGH_FAILED)) &&
	       neigh->state;
}

static const char *host_name(const struct run *run, const struct neigh *neigh)
{
	struct name_key key = name_key_host(&neigh->dst);

	return run->settings.common.resolve ? names_get(&run->names, &key) : NULL;
}

/* "HOST (ADDRESS) at MAC [TYPE] PERM PUB on IF". */
static void fill_sentence(struct run *run, const struct neigh *neigh, const char *type,
			  const char *dev)
{
	struct neigh_row *row = &run->row;
	const char *name = host_name(run, neigh);
	char *at = row->line_text;

	at += text_copy(at, NAMES_SIZE, name ? name : "?");
	at += text_copy(at, 3, " (");
	at = addr_format(at, &neigh->dst);
	at += text_copy(at, 6, ") at ");
	if (is_complete(neigh)) {
		at = lladdr_format(at, &neigh->lladdr);
		at += text_copy(at, 3, " [");
		at += text_copy(at, 16, type);
		at += text_copy(at, 3, "] ");
	} else {
		at += text_copy(at, 18, neigh->is_proxy ? "<from_interface> " : "<incomplete> ");
	}
	if (neigh->is_proxy || neigh->state & NEIGH_PERMANENT)
		at += text_copy(at, 6, "PERM ");
	if (neigh->is_proxy)
		at += text_copy(at, 5, "PUB ");
	at += text_copy(at, 4, "on ");
	text_copy(at, IF_NAMESIZE, dev);
	row->line = row->line_text;
}

static void fill_columns(struct run *run, const struct neigh *neigh, const char *type,
			 const char *dev)
{
	struct neigh_row *row = &run->row;
	const char *name = host_name(run, neigh);

	if (!name)
		*addr_format(row->address_text, &neigh->dst) = '\0';
	row->address = name ? name : row->address_text;
	row->mask = "";
	row->dev = dev;
	row->flags = "";
	if (neigh->is_proxy) {
		row->hwtype = "*";
		row->lladdr = "<from_interface>";
		row->flags = "MP";
	} else if (is_complete(neigh)) {
		*lladdr_format(row->lladdr_text, &neigh->lladdr) = '\0';
		row->hwtype = type;
		row->lladdr = row->lladdr_text;
		row->flags = neigh->state & NEIGH_PERMANENT ? "CM" : "C";
	} else {
		row->hwtype = "";
		row->lladdr = "(incomplete)";
	}
}

/* Make run->row a row of arp's table. */
void habit_fill(struct run *run, const struct neigh *neigh)
{
	const struct link *link = links_find(&run->links, neigh->iface);
	const char *type = link ? link_type_name(link->type) : NULL;
	const char *dev = link ? link->name : "*";

	if (!type)
		type = "ether"; /* what arp says of types it does not know */
	if (run->settings.bsd) {
		fill_sentence(run, neigh, type, dev);
		return;
	}
	if (run->table.rows == 0 && !run->settings.common.no_header) {
		run->table.header = true;
		table_begin(&run->table, &run->out, TABLE_FIXED);
	}
	fill_columns(run, neigh, type, dev);
}

/* What arp says below its table, or in place of it. */
void habit_end(struct run *run)
{
	const struct settings *settings = &run->settings;
	const struct wanted *wanted = &run->wanted;
	unsigned long long entries = run->entries, shown = run->shown;

	if (settings->verbose) {
		char text[128];

		snprintf(text, sizeof(text), "Entries: %llu\tSkipped: %llu\tFound: %llu\n", entries,
			 entries - shown, shown);
		buf_add_text(&run->out, text);
	}
	if (shown > 0)
		return;
	if (wanted->is_host && !settings->bsd) {
		char text[ADDR_TEXT_MAX + 1];

		*addr_format(text, &wanted->prefix.addr) = '\0';
		say_line(run, "%s (%s) -- no entry", wanted->name, text);
	} else if (wanted->name || settings->device || settings->hwtype) {
		say_line(run, "arp: in %llu entries no match found.", entries);
	}
}
