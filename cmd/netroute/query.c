// SPDX-License-Identifier: GPL-2.0-or-later
/* What was typed, read: filters of the table, selectors of look-ups. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "base/text.h"
#include "host/lookup.h"
#include "netroute.h"

static int read_number(const char *text, uint32_t max, uint32_t *number)
{
	uint64_t value = 0;
	int ret = text_parse_number(text, max, &value);

	*number = (uint32_t)value;
	return ret;
}

static int read_device(struct run *run, const char *option, const char *text, uint32_t *index,
		       struct err *err)
{
	const struct link *link = links_named(&run->path.links, text);

	if (!link)
		return err_set(err, -ENODEV, "%s: no device '%s' here", option, text);
	*index = link->index;
	return 0;
}

static int read_type(const char *text, uint8_t *type, struct err *err)
{
	uint32_t number;

	for (unsigned int i = ROUTE_UNICAST; i < ROUTE_TYPE_COUNT; i++) {
		if (strcmp(route_type_names[i], text) == 0) {
			*type = (uint8_t)i;
			return 0;
		}
	}
	if (read_number(text, UINT8_MAX, &number) < 0 || number == 0)
		return err_set(err, -EINVAL, "--type: no route type '%s'", text);
	*type = (uint8_t)number;
	return 0;
}

/* "default" is IPv4's, unless that is not asked for. */
static int read_prefix(const struct settings *settings, const char *option, const char *text,
		       struct prefix *prefix, struct err *err)
{
	if (!text)
		return 0;
	if (strcmp(text, "default") == 0 || strcmp(text, "any") == 0 || strcmp(text, "all") == 0)
		*prefix = prefix_any(settings->families == FAMILY_INET6 ? AF_INET6 : AF_INET);
	else if (prefix_parse_short(prefix, text) < 0)
		return err_set(err, -EINVAL, "%s: '%s' is no prefix", option, text);
	return 0;
}

static int read_named(struct run *run, enum rtnames_kind kind, const char *option, const char *text,
		      uint32_t max, uint32_t *number, struct err *err)
{
	if (rtnames_number(&run->rtnames, kind, text, max, number) < 0)
		return err_set(err, -EINVAL, "%s: '%s' is neither a name nor a number", option,
			       text);
	return 0;
}

/* A prefix or address tells the family where none was named. */
static void lean_to_family(struct settings *settings, uint8_t family)
{
	if (!settings->families && family != AF_UNSPEC)
		settings->families = family == AF_INET6 ? FAMILY_INET6 : FAMILY_INET;
}

/* Read the filters of the command line into run->filters.
 *
 * Return: 0 or -errno.
 */
int query_filters(struct run *run, struct err *err)
{
	struct settings *settings = &run->settings;
	struct filters *filters = &run->filters;
	uint32_t number = 0;
	int ret = 0;

	filters->query.table = ROUTE_TABLE_MAIN;
	if (settings->table && strcmp(settings->table, "all") == 0)
		filters->query.table = 0;
	else if (settings->table)
		ret = read_named(run, RTNAMES_TABLE, "--table", settings->table, UINT32_MAX,
				 &filters->query.table, err);
	if (ret == 0 && settings->oif)
		ret = read_device(run, "--oif", settings->oif, &filters->query.oif, err);
	if (ret == 0 && settings->protocol) {
		ret = read_named(run, RTNAMES_PROTOCOL, "--protocol", settings->protocol, UINT8_MAX,
				 &number, err);
		filters->query.protocol = (uint8_t)number;
	}
	if (ret == 0 && settings->type)
		ret = read_type(settings->type, &filters->query.type, err);
	if (ret == 0 && settings->via && addr_parse(&filters->via, settings->via) < 0)
		ret = err_set(err, -EINVAL, "--via: '%s' is no address", settings->via);
	if (ret == 0)
		ret = read_prefix(settings, "--root", settings->root, &filters->root, err);
	if (ret == 0)
		ret = read_prefix(settings, "--match", settings->match, &filters->match, err);
	if (ret == 0)
		ret = read_prefix(settings, "--exact", settings->exact, &filters->exact, err);
	lean_to_family(settings, filters->root.addr.family);
	lean_to_family(settings, filters->match.addr.family);
	lean_to_family(settings, filters->exact.addr.family);
	filters->is_any = settings->oif || settings->protocol || settings->type || settings->via ||
			  settings->root || settings->match || settings->exact;
	return ret;
}

static bool leads_via(const struct route *route, const struct addr *via)
{
	for (uint32_t i = 0; i < route->hop_count; i++)
		if (addr_equal(&route->hops[i].via, via))
			return true;
	return false;
}

/* Whether @route passes the filters that the kernel does not know. */
bool query_wants(const struct filters *filters, const struct route *route)
{
	if (filters->via.family && !leads_via(route, &filters->via))
		return false;
	if (filters->root.addr.family && !prefix_covers(&filters->root, &route->dst))
		return false;
	if (filters->match.addr.family && !prefix_covers(&route->dst, &filters->match))
		return false;
	return !filters->exact.addr.family || prefix_equal(&route->dst, &filters->exact);
}

/* Whether @family is asked for: both are unless one is named. */
bool query_wants_family(const struct run *run, uint8_t family)
{
	unsigned int families = run->settings.families;

	return !families || families & (family == AF_INET6 ? FAMILY_INET6 : FAMILY_INET);
}

/* Whether @rule is of a family that is asked for and, where a table is named, looks into that. */
bool query_wants_rule(const struct run *run, const struct rule *rule)
{
	uint32_t table = run->settings.table ? run->filters.query.table : 0;

	if (!query_wants_family(run, rule->family))
		return false;
	return !table || (rule->action == RULE_LOOKUP && !rule->is_l3mdev && rule->table == table);
}

static int read_proto(const char *text, uint8_t *proto, struct err *err)
{
	static const struct {
		const char *name;
		uint8_t proto;
	} known[] = {
		{ "tcp", IPPROTO_TCP },	      { "6", IPPROTO_TCP },
		{ "udp", IPPROTO_UDP },	      { "17", IPPROTO_UDP },
		{ "icmp", IPPROTO_ICMP },     { "1", IPPROTO_ICMP },
		{ "icmp6", IPPROTO_ICMPV6 },  { "ipv6-icmp", IPPROTO_ICMPV6 },
		{ "icmpv6", IPPROTO_ICMPV6 }, { "58", IPPROTO_ICMPV6 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, text) == 0) {
			*proto = known[i].proto;
			return 0;
		}
	}
	return err_set(err, -EINVAL, "--proto: the kernel looks up tcp, udp, icmp, icmp6, not '%s'",
		       text);
}

/* Read the selectors of the command line into run->flow.
 *
 * Return: 0 or -errno.
 */
int query_flow(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	struct flow *flow = &run->flow;
	uint32_t tos = 0;
	int ret = 0;

	*flow = (struct flow){
		.uid = FLOW_NO_UID,
		.sport = (uint16_t)settings->sport,
		.dport = (uint16_t)settings->dport,
	};
	if (settings->from && addr_parse(&flow->src, settings->from) < 0)
		return err_set(err, -EINVAL, "--from: '%s' is no address", settings->from);
	if (settings->iif)
		ret = read_device(run, "--iif", settings->iif, &flow->iif, err);
	if (ret == 0 && settings->oif)
		ret = read_device(run, "--oif", settings->oif, &flow->oif, err);
	if (ret == 0 && settings->mark && read_number(settings->mark, UINT32_MAX, &flow->mark) < 0)
		ret = err_set(err, -EINVAL, "--mark: '%s' is no number", settings->mark);
	if (ret == 0 && settings->tos)
		ret = read_named(run, RTNAMES_DSFIELD, "--tos", settings->tos, UINT8_MAX, &tos,
				 err);
	if (ret == 0 && settings->uid &&
	    read_number(settings->uid, UINT32_MAX - 1, &flow->uid) < 0 &&
	    lookup_user(settings->uid, &flow->uid) < 0)
		ret = err_set(err, -EINVAL, "--uid: there is no user '%s'", settings->uid);
	if (ret == 0 && settings->proto)
		ret = read_proto(settings->proto, &flow->proto, err);
	if (ret == 0 && (flow->sport || flow->dport) && !flow->proto)
		ret = err_set(err, -EINVAL, "ports need --proto tcp or udp");
	flow->tos = (uint8_t)tos;
	return ret;
}
