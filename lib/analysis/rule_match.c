// SPDX-License-Identifier: GPL-2.0-or-later
/* Does a policy rule match? As net/core/fib_rules.c, fib_rule_match(), and the rules of both
 * families, net/ipv4/fib_rules.c and net/ipv6/fib6_rules.c. */
#include "analysis/rule_match.h"

#include <netinet/in.h>
#include <string.h>

/* Without its two bits for congestion a TOS is a DSCP; a rule's "tos" looks at the bits of RFC 1349
 * alone in IPv4, and at the whole DSCP in IPv6. */
#define DSCP_BITS 0xfcu
#define TOS_BITS 0x1cu

const char *const rule_mismatch_texts[RULE_MISMATCH_COUNT] = {
	[RULE_MATCHES] = "matches",
	[RULE_OTHER_IIF] = "comes in elsewhere",
	[RULE_OTHER_OIF] = "is not bound to that device",
	[RULE_OTHER_MARK] = "has another mark",
	[RULE_OTHER_TUNNEL] = "comes from no such tunnel",
	[RULE_NO_L3MDEV] = "belongs to no VRF",
	[RULE_OTHER_UID] = "is of another user",
	[RULE_OTHER_SRC] = "has another source",
	[RULE_OTHER_DST] = "goes elsewhere",
	[RULE_OTHER_TOS] = "has another TOS",
	[RULE_OTHER_PROTO] = "is of another protocol",
	[RULE_OTHER_SPORT] = "has another source port",
	[RULE_OTHER_DPORT] = "has another destination port",
	[RULE_OTHER_LABEL] = "has another flow label",
	[RULE_UNKNOWN_SELECTOR] = "a selector is not known here",
};

/* A source that is not chosen yet matches only "from all". */
static bool has_prefix(const struct prefix *prefix, const struct addr *addr)
{
	if (prefix->addr.family == AF_UNSPEC || prefix->length == 0)
		return true;
	return addr->family == prefix->addr.family && prefix_contains(prefix, addr);
}

static bool has_tos(const struct rule *rule, uint8_t tos)
{
	unsigned int seen = rule->family == AF_INET ? TOS_BITS : DSCP_BITS;

	if (rule->tos && ((rule->tos ^ tos) & seen))
		return false;
	return !(((unsigned int)rule->dscp ^ tos >> 2) & rule->dscp_mask);
}

static bool has_port(const struct rule_ports *ports, uint16_t port)
{
	if (!ports->is_set)
		return true;
	if (ports->mask)
		return !((port ^ ports->first) & ports->mask);
	return port >= ports->first && port <= ports->last;
}

/* The kernel's request for a look-up is of UDP in IPv4 unless it names a protocol. */
static uint8_t proto_of(const struct flow *flow)
{
	return flow->proto || flow->dst.family != AF_INET ? flow->proto : IPPROTO_UDP;
}

/* Compare @rule's selectors with the flow, leaving "not" aside.
 *
 * Return: RULE_MATCHES, or the first of them that differs.
 */
enum rule_mismatch rule_match_selectors(const struct rule *rule, const struct rule_view *view)
{
	const struct flow *flow = view->flow;
	uint32_t mask = rule->mark_mask;

	if (rule->is_unknown)
		return RULE_UNKNOWN_SELECTOR;
	if (rule->iif[0] && strcmp(rule->iif, view->iif) != 0)
		return RULE_OTHER_IIF;
	if (rule->oif[0] && strcmp(rule->oif, view->oif) != 0)
		return RULE_OTHER_OIF;
	if ((rule->mark ^ flow->mark) & mask)
		return RULE_OTHER_MARK;
	if (rule->tunnel_id)
		return RULE_OTHER_TUNNEL;
	if (rule->is_l3mdev && !view->has_l3mdev)
		return RULE_NO_L3MDEV;
	if (rule->has_uids && (flow->uid < rule->uid_first || flow->uid > rule->uid_last))
		return RULE_OTHER_UID;
	if (!has_prefix(&rule->src, &flow->src))
		return RULE_OTHER_SRC;
	if (!has_prefix(&rule->dst, &flow->dst))
		return RULE_OTHER_DST;
	if (!has_tos(rule, flow->tos))
		return RULE_OTHER_TOS;
	if (rule->proto && rule->proto != proto_of(flow))
		return RULE_OTHER_PROTO;
	if (!has_port(&rule->sport, flow->sport))
		return RULE_OTHER_SPORT;
	if (!has_port(&rule->dport, flow->dport))
		return RULE_OTHER_DPORT;
	if (rule->flow_label & rule->flow_label_mask)
		return RULE_OTHER_LABEL;
	return RULE_MATCHES;
}

/* Whether @rule applies, "not" included; @mismatch says which of its selectors differs, if any. */
bool rule_matches(const struct rule *rule, const struct rule_view *view,
		  enum rule_mismatch *mismatch)
{
	*mismatch = rule_match_selectors(rule, view);
	return (*mismatch == RULE_MATCHES) != rule->is_inverted;
}
