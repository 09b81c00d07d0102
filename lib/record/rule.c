// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/rule.h"

#include <netinet/in.h>
#include <string.h>

#include "base/text.h"
#include "record/route.h"

static char *add(char *at, const char *text)
{
	return at + text_copy(at, 64, text);
}

static char *add_number(char *at, const char *before, uint64_t value)
{
	return text_u64(add(at, before), value);
}

static char *add_hex(char *at, const char *before, uint32_t value)
{
	return text_hex(add(at, before), value);
}

/* A prefix in a rule: "all" rather than "default". */
static char *add_prefix(char *at, const char *before, const struct prefix *prefix)
{
	at = add(at, before);
	if (prefix->addr.family == AF_UNSPEC || prefix->length == 0)
		return add(at, "all");
	return prefix_format(at, prefix);
}

static char *add_ports(char *at, const char *before, const struct rule_ports *ports)
{
	if (!ports->is_set)
		return at;
	at = add_number(at, before, ports->first);
	if (ports->mask && ports->mask != UINT16_MAX)
		return add_hex(at, "/", ports->mask);
	return ports->last != ports->first ? add_number(at, "-", ports->last) : at;
}

/* Return: the name of an IP protocol as protocols(5) has it, NULL if it has none here. */
const char *rule_proto_name(uint8_t proto)
{
	static const struct {
		uint8_t proto;
		const char *name;
	} names[] = {
		{ IPPROTO_ICMP, "icmp" },
		{ IPPROTO_IGMP, "igmp" },
		{ IPPROTO_IPIP, "ipencap" },
		{ IPPROTO_TCP, "tcp" },
		{ IPPROTO_UDP, "udp" },
		{ IPPROTO_DCCP, "dccp" },
		{ IPPROTO_IPV6, "ipv6" },
		{ IPPROTO_GRE, "gre" },
		{ IPPROTO_ESP, "esp" },
		{ IPPROTO_AH, "ah" },
		{ IPPROTO_ICMPV6, "ipv6-icmp" },
		{ 89, "ospf" },
		{ IPPROTO_PIM, "pim" },
		{ 112, "vrrp" },
		{ 115, "l2tp" },
		{ IPPROTO_SCTP, "sctp" },
		{ IPPROTO_UDPLITE, "udplite" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].proto == proto)
			return names[i].name;
	return NULL;
}

static char *add_proto(char *at, uint8_t proto)
{
	const char *name = rule_proto_name(proto);

	at = add(at, " ipproto ");
	return name ? add(at, name) : text_u64(at, proto);
}

/* Who knows the names of numbers. */
struct namer {
	rule_name_fn *name;
	void *arg;
};

static char *add_name(char *at, const char *before, const struct namer *namer, enum rule_name kind,
		      uint32_t number)
{
	return namer->name(add(at, before), kind, number, namer->arg);
}

static char *add_selectors(char *at, const struct rule *rule, const struct namer *namer)
{
	at = add_prefix(at, rule->is_inverted ? "not from " : "from ", &rule->src);
	if (rule->dst.addr.family != AF_UNSPEC)
		at = add_prefix(at, " to ", &rule->dst);
	if (rule->tos)
		at = add_name(at, " tos ", namer, RULE_NAME_TOS, rule->tos);
	if (rule->mark)
		at = add_hex(at, " fwmark ", rule->mark);
	else if (rule->mark_mask)
		at = add(at, " fwmark 0");
	if (rule->mark_mask && rule->mark_mask != UINT32_MAX)
		at = add_hex(at, "/", rule->mark_mask);
	if (rule->iif[0])
		at = add(add(at, " iif "), rule->iif);
	if (rule->is_iif_detached)
		at = add(at, " [detached]");
	if (rule->oif[0])
		at = add(add(at, " oif "), rule->oif);
	if (rule->is_oif_detached)
		at = add(at, " [detached]");
	if (rule->has_uids)
		at = add_number(add_number(at, " uidrange ", rule->uid_first), "-", rule->uid_last);
	if (rule->proto)
		at = add_proto(at, rule->proto);
	at = add_ports(at, " sport ", &rule->sport);
	at = add_ports(at, " dport ", &rule->dport);
	if (rule->tunnel_id)
		at = add_number(at, " tun_id ", rule->tunnel_id);
	if (rule->dscp_mask)
		at = add_hex(at, " dscp ", rule->dscp);
	if (rule->dscp_mask && rule->dscp_mask != 0x3f)
		at = add_hex(at, "/", rule->dscp_mask);
	if (rule->flow_label_mask)
		at = add_hex(at, " flowlabel ", rule->flow_label);
	if (rule->flow_label_mask && rule->flow_label_mask != 0xfffff)
		at = add_hex(at, "/", rule->flow_label_mask);
	return at;
}

static char *add_table(char *at, const struct rule *rule, const struct namer *namer)
{
	if (rule->is_l3mdev)
		at = add(at, " lookup [l3mdev-table]");
	else if (rule->action == RULE_LOOKUP)
		at = add_name(at, " lookup ", namer, RULE_NAME_TABLE, rule->table);
	if (rule->suppress_length != RULE_NO_SUPPRESS)
		at = add_number(at, " suppress_prefixlength ", rule->suppress_length);
	if (rule->suppress_group != RULE_NO_SUPPRESS)
		at = add_name(at, " suppress_ifgroup ", namer, RULE_NAME_GROUP,
			      rule->suppress_group);
	return at;
}

static char *add_action(char *at, const struct rule *rule, const struct namer *namer)
{
	const char *before = " realms ";

	if (rule->realms >> 16) {
		at = add_name(at, before, namer, RULE_NAME_REALM, rule->realms >> 16);
		before = "/";
	}
	if (rule->realms)
		at = add_name(at, before, namer, RULE_NAME_REALM, rule->realms & 0xffff);
	switch (rule->action) {
	case RULE_LOOKUP:
		return at;
	case RULE_GOTO:
		at = add_number(at, " goto ", rule->target);
		return rule->is_unresolved ? add(at, " [unresolved]") : at;
	case RULE_NOP:
		return add(at, " nop");
	case RULE_BLACKHOLE:
	case RULE_UNREACHABLE:
	case RULE_PROHIBIT: /* the numbers are those of routes */
		return add(add(at, " "), route_type_names[rule->action]);
	default:
		return add_number(at, " action ", rule->action);
	}
}

/* Write what @rule says, without its priority, to @text (RULE_TEXT_SIZE bytes): as ip-rule(8) does,
 * "from all lookup main". @name is asked for the names of numbers.
 *
 * Return: the length of the text.
 */
size_t rule_format(char *text, const struct rule *rule, rule_name_fn *name, void *arg)
{
	const struct namer namer = { name, arg };
	char *at = add_selectors(text, rule, &namer);

	at = add_table(at, rule, &namer);
	at = add_action(at, rule, &namer);
	*at = '\0';
	return (size_t)(at - text);
}

static bool has_selector(const struct rule *rule)
{
	return rule->src.length || rule->dst.length || rule->iif[0] || rule->oif[0] ||
	       rule->tunnel_id || rule->mark_mask || rule->flow_label_mask || rule->sport.is_set ||
	       rule->dport.is_set || rule->tos || rule->dscp_mask || rule->proto ||
	       rule->has_uids || rule->is_inverted || rule->is_l3mdev || rule->is_unknown;
}

static bool is_plain(const struct rule *rule, uint32_t priority, uint32_t table)
{
	return rule->action == RULE_LOOKUP && rule->priority == priority && rule->table == table &&
	       rule->suppress_length == RULE_NO_SUPPRESS &&
	       rule->suppress_group == RULE_NO_SUPPRESS && !has_selector(rule);
}

/* Whether @rules are those that a namespace begins with: local, main and, in IPv4, default. */
bool rules_are_default(const struct rule *rules, size_t count, uint8_t family)
{
	static const struct {
		uint32_t priority, table;
	} begin[] = {
		{ 0, ROUTE_TABLE_LOCAL },
		{ 32766, ROUTE_TABLE_MAIN },
		{ 32767, ROUTE_TABLE_DEFAULT },
	};
	size_t expected = family == AF_INET ? 3 : 2;

	for (size_t i = 0; i < expected && i < count; i++)
		if (!is_plain(&rules[i], begin[i].priority, begin[i].table))
			return false;
	return count == expected;
}
