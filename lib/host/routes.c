// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/routes.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "record/flow.h"

#define METRIC_MAX (ROUTE_METRIC_COUNT - 1)

/* Give back the room of @hops. */
void route_hops_fini(struct route_hops *hops)
{
	free(hops->list);
	*hops = (struct route_hops){ 0 };
}

/* struct rtvia: a family, then an address of it. */
static void get_via(const struct nlattr *attr, struct addr *addr)
{
	const unsigned char *payload = mnl_attr_get_payload(attr);
	uint16_t length = mnl_attr_get_payload_len(attr), family;

	*addr = (struct addr){ 0 };
	if (length < sizeof(family))
		return;
	memcpy(&family, payload, sizeof(family));
	if ((family != AF_INET || length < 6) && (family != AF_INET6 || length < 18))
		return;
	addr->family = (uint8_t)family;
	memcpy(addr->bytes, payload + 2, family == AF_INET ? 4 : 16);
}

/* What a hop has of its own, as an attribute of the route or of one hop in its list. */
static void parse_hop_attr(const struct nlattr *attr, uint8_t family, struct route_hop *hop)
{
	switch (mnl_attr_get_type(attr)) {
	case RTA_GATEWAY:
		nl_attr_addr(attr, family, &hop->via);
		break;
	case RTA_VIA:
		get_via(attr, &hop->via);
		break;
	case RTA_OIF:
		hop->oif = nl_attr_u32(attr);
		break;
	case RTA_FLOW:
		hop->realms = nl_attr_u32(attr);
		break;
	case RTA_ENCAP_TYPE:
		if (mnl_attr_get_payload_len(attr) >= sizeof(uint16_t))
			hop->encap_type = mnl_attr_get_u16(attr);
		break;
	case RTA_ENCAP:
		hop->encap = mnl_attr_get_payload(attr);
		hop->encap_length = mnl_attr_get_payload_len(attr);
		break;
	}
}

static struct route_hop *add_hop(struct route *route, struct route_hops *hops)
{
	struct route_hop *list =
		grow_array(hops->list, &hops->room, route->hop_count + 1, sizeof(*list));

	if (!list)
		return NULL;
	hops->list = list;
	list[route->hop_count] = (struct route_hop){ .weight = 1 };
	return &list[route->hop_count++];
}

/* RTA_MULTIPATH: struct rtnexthop with attributes, one after the other. */
static bool parse_hops(const struct nlattr *attr, struct route *route, struct route_hops *hops)
{
	const char *at = mnl_attr_get_payload(attr);
	size_t left = mnl_attr_get_payload_len(attr);
	uint8_t family = route->dst.addr.family;

	route->is_multipath = true;
	while (left >= sizeof(struct rtnexthop)) {
		struct rtnexthop next;
		struct route_hop *hop;
		size_t step;

		memcpy(&next, at, sizeof(next));
		if (next.rtnh_len < sizeof(next) || next.rtnh_len > left)
			return false;
		hop = add_hop(route, hops);
		if (!hop)
			return false;
		hop->oif = (uint32_t)next.rtnh_ifindex;
		hop->weight = (uint16_t)(next.rtnh_hops + 1);
		hop->flags = next.rtnh_flags;
		nl_for_each_inner(attr, at + sizeof(next), next.rtnh_len - sizeof(next)) {
			parse_hop_attr(attr, family, hop);
		}
		step = (next.rtnh_len + 3u) & ~3u;
		if (step >= left)
			break;
		at += step;
		left -= step;
	}
	return true;
}

static void parse_metric(const struct nlattr *attr, struct route *route)
{
	uint16_t which = mnl_attr_get_type(attr);

	if (which == 0 || which > METRIC_MAX)
		return;
	if (which == ROUTE_CONGESTION) {
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
			return;
		route->congestion = mnl_attr_get_str(attr);
	} else {
		route->metrics[which] = nl_attr_u32(attr);
	}
	route->metrics_set |= 1u << which;
}

static void parse_cache_info(const struct nlattr *attr, struct route *route)
{
	struct rta_cacheinfo info;

	if (mnl_attr_get_payload_len(attr) < sizeof(info))
		return;
	memcpy(&info, mnl_attr_get_payload(attr), sizeof(info));
	/* in USER_HZ, which is 100 everywhere (include/asm-generic/param.h) */
	route->expires_s = info.rta_expires / 100;
}

static bool parse_attr(const struct nlattr *attr, struct route *route, struct route_hop *single,
		       struct route_hops *hops)
{
	uint8_t family = route->dst.addr.family;
	const struct nlattr *inner;

	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
		nl_attr_addr(attr, family, &route->dst.addr);
		return route->dst.addr.family == family;
	case RTA_SRC:
		nl_attr_addr(attr, family, &route->src.addr);
		break;
	case RTA_PREFSRC:
		nl_attr_addr(attr, family, &route->prefsrc);
		break;
	case RTA_IIF:
		route->iif = nl_attr_u32(attr);
		break;
	case RTA_PRIORITY:
		route->metric = nl_attr_u32(attr);
		route->has_metric = true;
		break;
	case RTA_TABLE:
		route->table = nl_attr_u32(attr);
		break;
	case RTA_NH_ID:
		route->nhid = nl_attr_u32(attr);
		break;
	case RTA_UID:
		route->uid = nl_attr_u32(attr);
		break;
	case RTA_PREF:
		if (mnl_attr_get_payload_len(attr) >= 1)
			route->pref = mnl_attr_get_u8(attr);
		break;
	case RTA_CACHEINFO:
		parse_cache_info(attr, route);
		break;
	case RTA_METRICS:
		nl_for_each_inner(inner, mnl_attr_get_payload(attr),
				  mnl_attr_get_payload_len(attr)) {
			parse_metric(inner, route);
		}
		break;
	case RTA_MULTIPATH:
		return parse_hops(attr, route, hops);
	default:
		parse_hop_attr(attr, family, single);
	}
	return true;
}

/* Read one RTM_NEWROUTE or RTM_DELROUTE (rtnetlink(7)), a dump's, a notice or the answer to a
 * look-up. Its hops go to @hops, whose room grows as needed.
 *
 * Return: whether it is one, of IPv4 or IPv6; if not, @route is undefined.
 */
bool routes_parse(const struct nlmsghdr *message, struct route *route, struct route_hops *hops)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	struct route_hop single = { .weight = 1 };
	const struct nlattr *attr;
	struct route_hop *hop;
	uint8_t bits;

	if ((message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*info) ||
	    (info->rtm_family != AF_INET && info->rtm_family != AF_INET6))
		return false;
	bits = info->rtm_family == AF_INET ? 32 : 128;
	if (info->rtm_dst_len > bits || info->rtm_src_len > bits)
		return false;
	*route = (struct route){
		.dst = { .addr.family = info->rtm_family, .length = info->rtm_dst_len },
		.src.length = info->rtm_src_len,
		.table = info->rtm_table,
		.flags = info->rtm_flags,
		.uid = FLOW_NO_UID,
		.type = info->rtm_type,
		.protocol = info->rtm_protocol,
		.scope = info->rtm_scope,
		.tos = info->rtm_tos,
		.pref = ROUTE_NO_PREF,
	};
	nl_for_each_attr(attr, message, sizeof(*info)) {
		if (!parse_attr(attr, route, &single, hops))
			return false;
	}
	if (!route->is_multipath && (single.oif || single.via.family || single.encap_type)) {
		hop = add_hop(route, hops);
		if (!hop)
			return false;
		single.flags = route->flags & 0xff;
		*hop = single;
	}
	route->hops = hops->list;
	return true;
}

struct listing {
	const struct route_query *query;
	route_row_fn *on_row;
	void *arg;
	struct route_hops hops;
};

static bool leads_to(const struct route *route, uint32_t oif)
{
	for (uint32_t i = 0; i < route->hop_count; i++)
		if (route->hops[i].oif == oif)
			return true;
	return false;
}

/* A kernel without strict dumps (before 4.20), or without one of the filters in a family, sends
 * more than was asked for. Copies of routes that the kernel learned (IPv4 exceptions, IPv6 cache)
 * are not routes of the table.
 *
 * Return: whether @route is one that @query asks for.
 */
bool routes_is_wanted(const struct route *route, const struct route_query *query)
{
	return (!query->table || route->table == query->table) &&
	       (!query->protocol || route->protocol == query->protocol) &&
	       (!query->type || route->type == query->type) &&
	       (!query->oif || leads_to(route, query->oif)) && !(route->flags & ROUTE_CLONED) &&
	       route->dst.addr.family == query->family;
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct listing *listing = arg;
	struct route route;

	if (!routes_parse(message, &route, &listing->hops))
		return -EBADMSG;
	if (!routes_is_wanted(&route, listing->query))
		return 0;
	return listing->on_row(&route, listing->arg);
}

/* Dump the routes that @query asks for, in the kernel's order. @nl has to be a NETLINK_ROUTE
 * session; with nl_be_strict() it is the kernel that chooses.
 *
 * Return: as nl_dump(); a table that does not exist is empty.
 */
int routes_list(struct nl *nl, const struct route_query *query, route_row_fn *on_row, void *arg,
		struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct rtmsg body;
		struct nlattr table_head;
		uint32_t table;
		struct nlattr oif_head;
		uint32_t oif;
	} request = {
		.head = { .nlmsg_len = offsetof(typeof(request), oif_head),
			  .nlmsg_type = RTM_GETROUTE },
		.body = { .rtm_family = query->family,
			  .rtm_protocol = query->protocol,
			  .rtm_type = query->type },
		.table_head = { .nla_len = 8, .nla_type = RTA_TABLE },
		.table = query->table,
		.oif_head = { .nla_len = 8, .nla_type = RTA_OIF },
		.oif = query->oif,
	};
	struct listing listing = { .query = query, .on_row = on_row, .arg = arg };
	struct err detail = { 0 };
	int ret;

	if (query->oif)
		request.head.nlmsg_len = sizeof(request);
	ret = nl_dump(nl, &request.head, on_message, &listing, &detail);
	route_hops_fini(&listing.hops);
	if (ret == -ENOENT)
		return 0;
	return ret < 0 ? err_set(err, ret, "%s", detail.text) : ret;
}
