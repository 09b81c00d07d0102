// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own layouts: all that is known of an entry, for --wide, --json, --ndjson and --csv. The keys
 * are those of `ip -j neigh` where it has one. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "netarp.h"

#define AT(field) .offset = offsetof(struct neigh_row, field)

static enum tint state_tint(const void *data)
{
	const struct neigh_row *row = data;
	const char *state = row->states[0] ? row->states[0] : "";

	if (strcmp(state, "REACHABLE") == 0 || strcmp(state, "PERMANENT") == 0)
		return TINT_GOOD;
	if (strcmp(state, "FAILED") == 0 || strcmp(state, "INCOMPLETE") == 0)
		return TINT_BAD;
	return strcmp(state, "STALE") == 0 ? TINT_FADED : TINT_NONE;
}

/* clang-format off */
const struct column neigh_columns[] = {
	{ "netns", "Netns", "network namespace: its name, or net:[INODE]",
	  COLUMN_TEXT, AT(netns) },
	{ "family", "Family", "inet, inet6",
	  COLUMN_TEXT, AT(family) },
	{ "dst", "Address", "the neighbour's address",
	  COLUMN_ADDR, AT(dst) },
	{ "dev", "Iface", "interface; none: a proxy on all of them",
	  COLUMN_TEXT, AT(dev) },
	{ "ifindex", "Index", "the interface's number",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(ifindex) },
	{ "lladdr", "HWaddress", "link-layer (MAC) address",
	  COLUMN_TEXT, AT(lladdr) },
	{ "hwtype", "HWtype", "type of the interface: ether...",
	  COLUMN_TEXT, AT(hwtype) },
	{ "vendor", "Vendor", "with --vendor: whose MAC address that is",
	  COLUMN_TEXT, AT(vendor) },
	{ "state", "State", "reachability: REACHABLE, STALE, FAILED...",
	  COLUMN_WORDS, AT(states),
	  .tint = state_tint },
	{ "router", "Router", "it is a router (IPv6)",
	  COLUMN_BOOL, AT(router) },
	{ "proxy", "Proxy", "this host answers in its place",
	  COLUMN_BOOL, AT(proxy) },
	{ "extern_learn", "Learnt", "a program keeps it",
	  COLUMN_BOOL, AT(extern_learn) },
	{ "offload", "Offload", "hardware has it, too",
	  COLUMN_BOOL, AT(offload) },
	{ "sticky", "Sticky", "it does not move",
	  COLUMN_BOOL, AT(sticky) },
	{ "managed", "Managed", "the kernel keeps it resolved",
	  COLUMN_BOOL, AT(managed) },
	{ "protocol", "Proto", "who made it: static, kernel, zebra...",
	  COLUMN_TEXT, AT(protocol) },
	{ "vlan", "VLAN", "VLAN",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(vlan) },
	{ "vni", "VNI", "network of the tunnel",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(vni) },
	{ "confirmed_ms", "Confirmed", "milliseconds since it was known to be right",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(confirmed_ms) },
	{ "used_ms", "Used", "milliseconds since it was used",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(used_ms) },
	{ "updated_ms", "Updated", "milliseconds since it changed",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(updated_ms) },
	{ "probes", "Probes", "requests without an answer",
	  COLUMN_U32, .align = COLUMN_RIGHT, AT(probes) },
	{ "refcnt", "Refs", "users inside the kernel",
	  COLUMN_U32, .align = COLUMN_RIGHT, AT(refcnt) },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] =
	"dst,dev,lladdr,state,router,proxy,extern_learn,managed,protocol,confirmed_ms,used_ms,"
	"updated_ms,probes";
static const char full_list[] =
	"netns,family,dst,dev,ifindex,lladdr,hwtype,state,router,proxy,extern_learn,offload,sticky,"
	"managed,protocol,vlan,vni,confirmed_ms,used_ms,updated_ms,probes,refcnt";

/* Choose from @columns (by --columns, or the list for --wide, or the one for the other formats) and
 * start the table that all rows go to.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int rows_begin(struct run *run, const struct column *columns, const char *wide, const char *full,
	       struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	const char *list = common->layout == CLI_LAYOUT_WIDE ? wide : full;
	int ret;

	ret = table_select(&run->table, columns, common->columns ? common->columns : list, err);
	if (ret < 0)
		return ret;
	run->table.header = !common->no_header;
	run->table.palette = cli_palette(common->color, STDOUT_FILENO);
	table_begin(&run->table, &run->out, cli_format(common, TABLE_FIXED));
	return 0;
}

/* Start a listing of entries.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int rows_begin_list(struct run *run, struct err *err)
{
	char wide[sizeof(wide_list) + 8], full[sizeof(full_list) + 8];
	size_t wide_length = text_copy(wide, sizeof(wide), wide_list);
	size_t full_length = text_copy(full, sizeof(full), full_list);

	if (settings_is_habit(&run->settings))
		return habit_begin(run);
	if (run->settings.vendor) {
		text_copy(wide + wide_length, sizeof(wide) - wide_length, ",vendor");
		text_copy(full + full_length, sizeof(full) - full_length, ",vendor");
	}
	return rows_begin(run, neigh_columns, wide, full, err);
}

/* The name of a RTPROT_* as iproute2 has it (etc/iproute2/rt_protos), or the number in @text (at
 * least 4 bytes). */
const char *rows_protocol(uint8_t protocol, char *text)
{
	static const char *const names[] = {
		[1] = "redirect", [2] = "kernel",      [3] = "boot",   [4] = "static",
		[8] = "gated",	  [9] = "ra",	       [10] = "mrt",   [11] = "zebra",
		[12] = "bird",	  [13] = "dnrouted",   [14] = "xorp",  [15] = "ntk",
		[16] = "dhcp",	  [18] = "keepalived", [42] = "babel", [186] = "bgp",
		[187] = "isis",	  [188] = "ospf",      [189] = "rip",  [192] = "eigrp",
	};

	if (protocol < sizeof(names) / sizeof(names[0]) && names[protocol])
		return names[protocol];
	*text_u64(text, protocol) = '\0';
	return text;
}

static void fill_state(struct neigh_row *row, const struct neigh *neigh)
{
	const char *name = neigh_state_name(neigh->state);

	if (!name) {
		*text_u64(row->state_text, neigh->state & 0xffff) = '\0';
		name = row->state_text;
	}
	row->state_words[0] = neigh->is_proxy ? NULL : name;
	row->states = row->state_words;
}

/* Make run->row a row of our own table. */
void rows_fill(struct run *run, const struct neigh *neigh)
{
	const struct link *link = links_find(&run->links, neigh->iface);
	struct neigh_row *row = &run->row;

	row->netns = run->netns;
	row->family = neigh->family == AF_INET6 ? "inet6" : "inet";
	row->dst = neigh->dst;
	row->ifindex = neigh->iface;
	row->dev = link ? link->name : NULL;
	row->hwtype = link ? link_type_name(link->type) : NULL;
	row->lladdr = NULL;
	if (neigh->lladdr.length > 0) {
		*lladdr_format(row->lladdr_text, &neigh->lladdr) = '\0';
		row->lladdr = row->lladdr_text;
	}
	row->vendor = run->settings.vendor ? vendors_name(&run->vendors, &neigh->lladdr) : NULL;
	row->protocol = neigh->protocol ? rows_protocol(neigh->protocol, row->protocol_text) : NULL;
	fill_state(row, neigh);
	row->router = neigh->is_router;
	row->proxy = neigh->is_proxy;
	row->extern_learn = neigh->is_extern_learn;
	row->offload = neigh->is_offload;
	row->sticky = neigh->is_sticky;
	row->managed = neigh->is_managed;
	row->vlan = neigh->vlan;
	row->vni = neigh->vni;
	row->confirmed_ms = neigh->confirmed_ms;
	row->used_ms = neigh->used_ms;
	row->updated_ms = neigh->updated_ms;
	row->probes = neigh->probes;
	row->refcnt = neigh->refcnt;
}

/* Show one entry. */
void rows_add(struct run *run, const struct neigh *neigh)
{
	if (settings_is_habit(&run->settings))
		habit_fill(run, neigh);
	else
		rows_fill(run, neigh);
	table_row(&run->table, &run->row);
}

/* Finish the listing and send it off.
 *
 * Return: 0 or the -errno of a failed write.
 */
int rows_end(struct run *run, struct err *err)
{
	int ret;

	if (settings_is_habit(&run->settings))
		habit_end(run);
	else
		table_end(&run->table);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}
