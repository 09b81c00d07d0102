// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own layouts: all that is known of a route, for --wide, --json, --ndjson and --csv. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/text.h"
#include "netroute.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define AT(field) IN(route_row, field)
#define METRIC(key, which, text)                                                                   \
	{                                                                                          \
		key, key, text, COLUMN_U32, COLUMN_NULL_MAX,                                       \
			.offset = (uint16_t)(offsetof(struct metrics_row, values) +                \
					     (which) * sizeof(uint32_t))                           \
	}

static enum tint type_tint(const void *data)
{
	const struct route_row *row = data;

	if (!row->type || strcmp(row->type, "unicast") == 0)
		return TINT_NONE;
	if (strcmp(row->type, "blackhole") == 0 || strcmp(row->type, "unreachable") == 0 ||
	    strcmp(row->type, "prohibit") == 0)
		return TINT_BAD;
	return strcmp(row->type, "throw") == 0 ? TINT_NOTICE : TINT_FADED;
}

/* clang-format off */
static const struct column via_columns[] = {
	{ "family", "Family", "its family", COLUMN_TEXT, IN(via_row, family) },
	{ "host", "Host", "the next hop", COLUMN_ADDR, IN(via_row, host) },
	{ .key = NULL },
};

static const struct column flow_columns[] = {
	{ "from", "From", "source realm", COLUMN_TEXT, IN(flow_row, from) },
	{ "to", "To", "destination realm", COLUMN_TEXT, IN(flow_row, to) },
	{ .key = NULL },
};

static const struct column metrics_columns[] = {
	METRIC("mtu", ROUTE_MTU, "largest packet"),
	METRIC("window", ROUTE_WINDOW, "largest window advertised"),
	METRIC("rtt", ROUTE_RTT, "first round-trip time, ms"),
	METRIC("rttvar", ROUTE_RTTVAR, "its variance, ms"),
	METRIC("ssthresh", ROUTE_SSTHRESH, "slow start threshold"),
	METRIC("cwnd", ROUTE_CWND, "largest congestion window"),
	METRIC("advmss", ROUTE_ADVMSS, "MSS advertised"),
	METRIC("reordering", ROUTE_REORDERING, "reordering expected"),
	METRIC("hoplimit", ROUTE_HOPLIMIT, "TTL"),
	METRIC("initcwnd", ROUTE_INITCWND, "first congestion window"),
	METRIC("initrwnd", ROUTE_INITRWND, "first receive window"),
	METRIC("features", ROUTE_FEATURES, "bits; 1: ECN"),
	METRIC("rto_min", ROUTE_RTO_MIN, "least retransmission timeout, ms"),
	METRIC("quickack", ROUTE_QUICKACK, "no delayed acknowledgements"),
	METRIC("fastopen_no_cookie", ROUTE_FASTOPEN_NO_COOKIE, "TCP fast open without cookies"),
	{ "congestion", "congestion", "congestion control", COLUMN_TEXT,
	  IN(metrics_row, congestion) },
	{ "locked", "locked", "settings that path MTU discovery and the like may not change",
	  COLUMN_WORDS, IN(metrics_row, locked) },
	{ .key = NULL },
};

/* ip's list of one, and in text each with its name. */
static const struct column metrics_list[] = {
	{ "", "", NULL, COLUMN_FACTS, .nested = metrics_columns },
	{ .key = NULL },
};

static const struct column hop_columns[] = {
	{ "gateway", "Gateway", "next hop", COLUMN_ADDR, IN(hop_row, gateway) },
	{ "via", "Via", "next hop of another family", COLUMN_OBJECT, .nested = via_columns,
	  IN(hop_row, via) },
	{ "dev", "Dev", "device", COLUMN_TEXT, IN(hop_row, dev) },
	{ "weight", "Weight", "its share", COLUMN_U32, IN(hop_row, weight) },
	{ "flags", "Flags", "dead, linkdown, onlink...", COLUMN_WORDS, IN(hop_row, flags) },
	{ "encap", "Encap", "tunnel", COLUMN_FACTS, .nested = encap_columns, IN(hop_row, encap) },
	{ "flow", "Realms", "source and destination realm", COLUMN_FACTS, .nested = flow_columns,
	  IN(hop_row, flow) },
	{ .key = NULL },
};

const struct column own_columns[] = {
	{ "family", "Family", "inet, inet6", COLUMN_TEXT, AT(family) },
	{ "type", "Type", "unicast, local, broadcast, blackhole, unreachable, prohibit, throw...",
	  COLUMN_TEXT, AT(type), .tint = type_tint },
	{ "dst", "Destination", "prefix that it leads to", COLUMN_PREFIX, AT(dst) },
	{ "from", "From", "IPv6: prefix that a packet has to come from", COLUMN_PREFIX, AT(src) },
	{ "tos", "TOS", "type of service that it is for", COLUMN_TEXT, AT(tos) },
	{ "gateway", "Gateway", "next hop; none: the destination is on the link",
	  COLUMN_ADDR, AT(gateway) },
	{ "via", "Via", "next hop of another family", COLUMN_OBJECT, .nested = via_columns,
	  AT(via) },
	{ "dev", "Dev", "device", COLUMN_TEXT, AT(dev) },
	{ "table", "Table", "table that it is in", COLUMN_TEXT, AT(table) },
	{ "protocol", "Protocol", "who made it: kernel, boot, static, dhcp, bird...",
	  COLUMN_TEXT, AT(protocol) },
	{ "scope", "Scope", "how far it leads: global, site, link, host",
	  COLUMN_TEXT, AT(scope) },
	{ "prefsrc", "Source", "source address that it prefers", COLUMN_ADDR, AT(prefsrc) },
	{ "metric", "Metric", "of equal prefixes the least wins",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(metric) },
	{ "flags", "Flags", "dead, linkdown, onlink, offload...", COLUMN_WORDS, AT(flags) },
	{ "nexthops", "Nexthops", "every hop of several, with its weight",
	  COLUMN_LIST, .nested = hop_columns, .stride = sizeof(struct hop_row),
	  .count_offset = offsetof(struct route_row, hop_count), AT(hops) },
	{ "nhid", "Nhid", "nexthop object or group that it uses",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(nhid) },
	{ "nh_info", "Nexthop", "that object: of a group its parts and their weights",
	  COLUMN_FACTS, .nested = nexthop_columns, AT(nexthop) },
	{ "encap", "Encap", "tunnel: its type, addresses, segments...",
	  COLUMN_FACTS, .nested = encap_columns, AT(encap) },
	{ "metrics", "Metrics", "MTU and the like",
	  COLUMN_LIST, .nested = metrics_list, .stride = sizeof(struct metrics_row *),
	  .count_offset = offsetof(struct route_row, metrics_count), AT(metrics) },
	{ "flow", "Realms", "source and destination realm", COLUMN_FACTS, .nested = flow_columns,
	  AT(flow) },
	{ "iif", "Iif", "multicast: device that packets come in at", COLUMN_TEXT, AT(iif) },
	{ "expires", "Expires", "seconds left to it",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(expires_s) },
	{ "pref", "Pref", "IPv6: router preference: low, medium, high", COLUMN_TEXT, AT(pref) },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] =
	"family,type,dst,gateway,dev,table,protocol,scope,prefsrc,metric,flags,via,nhid,metrics,"
	"encap,from,tos,flow,expires,pref,nexthops";

/* Put the columns of @second behind those of @first; there have to be fewer than
 * TABLE_COLUMNS_MAX of both together. */
void columns_join(struct column *joined, const struct column *first, const struct column *second)
{
	while (first->key)
		*joined++ = *first++;
	while (second->key)
		*joined++ = *second++;
	*joined = (struct column){ .key = NULL };
}

/* Start the one table that all rows go to: the columns of --columns, or those of @list (NULL: all)
 * among @all.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int table_start(struct run *run, const struct column *all, const char *list, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	int ret = table_select(&run->table, all, common->columns ? common->columns : list, err);

	if (ret < 0)
		return ret;
	run->table.header = !common->no_header;
	run->table.palette = cli_palette(common->color, STDOUT_FILENO);
	table_begin(&run->table, &run->out, cli_format(common, TABLE_ALIGNED));
	return 0;
}

/* Start the table of routes.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int own_begin(struct run *run, struct err *err)
{
	bool is_wide = run->settings.common.layout == CLI_LAYOUT_WIDE;
	int ret = table_start(run, own_columns, is_wide ? wide_list : NULL, err);

	for (size_t i = 0; i < run->table.count && ret == 0; i++)
		if (strcmp(run->table.columns[i]->key, "nh_info") == 0)
			ret = nexthops_load(&run->nexthops, &run->path.nl, err);
	return ret;
}

static const char *family_name(uint8_t family)
{
	return family == AF_INET6 ? "inet6" : "inet";
}

static const struct flow_row *fill_flow(struct run *run, struct flow_row *row, uint32_t realms)
{
	if (!realms)
		return NULL;
	row->from = realms >> 16 ? texts_realm(run, realms >> 16, row->from_text) : NULL;
	row->to = texts_realm(run, realms & 0xffff, row->to_text);
	return row;
}

static void fill_hop(struct run *run, struct hop_row *row, const struct route_hop *hop,
		     uint8_t family)
{
	bool is_via = hop->via.family && hop->via.family != family;

	row->gateway = hop->via;
	row->via = NULL;
	if (is_via) {
		row->gateway.family = AF_UNSPEC;
		row->via_storage = (struct via_row){ family_name(hop->via.family), hop->via };
		row->via = &row->via_storage;
	}
	row->dev = hop->oif ? texts_device(run, hop->oif) : NULL;
	row->weight = hop->weight;
	row->flags = texts_flags(hop->flags, row->flag_storage);
	row->encap =
		encap_fill(&row->encap_storage, hop->encap_type, hop->encap, hop->encap_length);
	row->flow = fill_flow(run, &row->flow_storage, hop->realms);
}

static int fill_hops(struct run *run, const struct route *route)
{
	struct route_row *row = &run->row;
	uint32_t count = route->hop_count ? route->hop_count : 1;
	struct hop_row *list = grow_array(row->hop_storage, &row->hop_room, count, sizeof(*list));
	bool is_single = !route->is_multipath && route->hop_count > 0;

	if (!list)
		return -ENOMEM;
	row->hop_storage = list;
	for (uint32_t i = 0; i < route->hop_count; i++)
		fill_hop(run, &list[i], &route->hops[i], route->dst.addr.family);
	row->hops = list;
	row->hop_count = route->is_multipath ? route->hop_count : 0;
	row->gateway = is_single ? list[0].gateway : (struct addr){ 0 };
	row->via = is_single ? list[0].via : NULL;
	row->dev = is_single ? list[0].dev : NULL;
	row->encap = is_single ? list[0].encap : NULL;
	row->flow = is_single ? list[0].flow : NULL;
	return 0;
}

static void fill_metrics(struct route_row *row, const struct route *route)
{
	struct metrics_row *metrics = &row->metrics_storage;
	uint32_t set = route->metrics_set & ~(1u << ROUTE_LOCK);
	uint32_t locked = route->metrics[ROUTE_LOCK];
	size_t words = 0;

	row->metrics = &row->metrics_first;
	row->metrics_first = metrics;
	row->metrics_count = set ? 1 : 0;
	if (!set)
		return;
	for (unsigned int i = 0; i < ROUTE_METRIC_COUNT; i++)
		metrics->values[i] = set & 1u << i ? route->metrics[i] : UINT32_MAX;
	if (set & 1u << ROUTE_RTT)
		metrics->values[ROUTE_RTT] /= 8;
	if (set & 1u << ROUTE_RTTVAR)
		metrics->values[ROUTE_RTTVAR] /= 4;
	metrics->congestion = route->congestion;
	for (unsigned int i = 1; i < ROUTE_METRIC_COUNT; i++)
		if (locked & 1u << i)
			row->lock_storage[words++] = route_metric_names[i];
	row->lock_storage[words] = NULL;
	metrics->locked = words > 0 ? row->lock_storage : NULL;
}

static const char *pref_text(uint8_t pref, char *text)
{
	static const char *const names[] = { "medium", "high", NULL, "low" };

	if (pref == ROUTE_NO_PREF)
		return NULL;
	if (pref < sizeof(names) / sizeof(names[0]) && names[pref])
		return names[pref];
	*text_u64(text, pref) = '\0';
	return text;
}

/* Make run->row a row of our own table.
 *
 * Return: 0 or -ENOMEM.
 */
int own_fill(struct run *run, const struct route *route)
{
	struct route_row *row = &run->row;

	row->family = family_name(route->dst.addr.family);
	row->type = texts_type(route->type, row->type_text);
	row->dst = route->dst;
	row->src = route->src;
	row->tos = texts_tos(run, route->tos, row->tos_text);
	row->table = texts_table(run, route->table, row->table_text);
	row->protocol = texts_protocol(run, route->protocol, row->protocol_text);
	row->scope = texts_scope(run, route->scope, row->scope_text);
	row->prefsrc = route->prefsrc;
	row->metric = route->has_metric ? route->metric : UINT64_MAX;
	row->flags =
		texts_flags(route->flags & ~(route->is_multipath ? 0xffu : 0u), row->flag_storage);
	row->nhid = route->nhid;
	row->iif = route->iif ? texts_device(run, route->iif) : NULL;
	row->expires_s = route->expires_s > 0 ? (uint32_t)route->expires_s : 0;
	row->pref = pref_text(route->pref, row->pref_text);
	fill_metrics(row, route);
	row->nexthop = NULL;
	if (route->nhid && nexthop_fill(run, &row->nexthop_storage, route->nhid, &row->nexthop) < 0)
		return -ENOMEM;
	return fill_hops(run, route);
}

/* Make @row one that tells nothing; what it holds it keeps. */
void own_clear(struct route_row *row)
{
	struct nexthop_row nexthop = {
		.members = row->nexthop_storage.members,
		.member_room = row->nexthop_storage.member_room,
	};

	*row = (struct route_row){
		.metric = UINT64_MAX,
		.hop_storage = row->hop_storage,
		.hop_room = row->hop_room,
		.nexthop_storage = nexthop,
	};
}

/* Give back what run->row holds. */
void own_release(struct run *run)
{
	free(run->row.hop_storage);
	free(run->row.nexthop_storage.members);
}
