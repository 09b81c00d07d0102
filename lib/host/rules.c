// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/rules.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/grow.h"
#include "base/text.h"

/* Attributes of kernels newer than the oldest headers (include/uapi/linux/fib_rules.h). */
enum {
	ATTR_DSCP = 25,
	ATTR_FLOWLABEL,
	ATTR_FLOWLABEL_MASK,
	ATTR_SPORT_MASK,
	ATTR_DPORT_MASK,
	ATTR_DSCP_MASK,
	ATTR_LAST_KNOWN = ATTR_DSCP_MASK,
};

/* A dump that the kernel says was disturbed is taken again, this many times at most. */
#define ATTEMPTS 3

void rules_init(struct rules *rules)
{
	*rules = (struct rules){ 0 };
}

void rules_fini(struct rules *rules)
{
	free(rules->list);
	rules_init(rules);
}

/* The attribute's value if it is @size bytes long at least, else zeros. */
static void get(const struct nlattr *attr, void *value, size_t size)
{
	memset(value, 0, size);
	if (mnl_attr_get_payload_len(attr) >= size)
		memcpy(value, mnl_attr_get_payload(attr), size);
}

static uint8_t get_u8(const struct nlattr *attr)
{
	uint8_t value;

	get(attr, &value, sizeof(value));
	return value;
}

static uint16_t get_u16(const struct nlattr *attr)
{
	uint16_t value;

	get(attr, &value, sizeof(value));
	return value;
}

static void get_name(const struct nlattr *attr, char *name)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		text_copy(name, IF_NAMESIZE, mnl_attr_get_str(attr));
}

static void get_prefix(const struct nlattr *attr, struct prefix *prefix, uint8_t family,
		       uint8_t length)
{
	struct addr addr = { .family = family };

	get(attr, addr.bytes, family == AF_INET ? 4 : 16);
	*prefix = prefix_of(&addr, length);
}

static void get_ports(const struct nlattr *attr, struct rule_ports *ports)
{
	uint16_t range[2];

	get(attr, range, sizeof(range));
	ports->first = range[0];
	ports->last = range[1];
	ports->is_set = true;
}

static void parse_number(const struct nlattr *attr, struct rule *rule)
{
	uint64_t tunnel_be;
	uint32_t uids[2];

	switch (mnl_attr_get_type(attr)) {
	case FRA_PRIORITY:
		rule->priority = nl_attr_u32(attr);
		break;
	case FRA_TABLE:
		rule->table = nl_attr_u32(attr);
		break;
	case FRA_GOTO:
		rule->target = nl_attr_u32(attr);
		break;
	case FRA_FWMARK:
		rule->mark = nl_attr_u32(attr);
		break;
	case FRA_FWMASK:
		rule->mark_mask = nl_attr_u32(attr);
		break;
	case FRA_FLOW:
		rule->realms = nl_attr_u32(attr);
		break;
	case FRA_TUN_ID:
		get(attr, &tunnel_be, sizeof(tunnel_be));
		rule->tunnel_id = be64toh(tunnel_be);
		break;
	case FRA_SUPPRESS_PREFIXLEN:
		rule->suppress_length = nl_attr_u32(attr);
		break;
	case FRA_SUPPRESS_IFGROUP:
		rule->suppress_group = nl_attr_u32(attr);
		break;
	case FRA_UID_RANGE:
		get(attr, uids, sizeof(uids));
		rule->uid_first = uids[0];
		rule->uid_last = uids[1];
		rule->has_uids = true;
		break;
	case FRA_L3MDEV:
		rule->is_l3mdev = get_u8(attr);
		break;
	case FRA_PROTOCOL:
		rule->protocol = get_u8(attr);
		break;
	case FRA_IP_PROTO:
		rule->proto = get_u8(attr);
		break;
	}
}

static void parse_attr(const struct nlattr *attr, const struct fib_rule_hdr *head,
		       struct rule *rule)
{
	switch (mnl_attr_get_type(attr)) {
	case FRA_DST:
		get_prefix(attr, &rule->dst, rule->family, head->dst_len);
		break;
	case FRA_SRC:
		get_prefix(attr, &rule->src, rule->family, head->src_len);
		break;
	case FRA_IIFNAME:
		get_name(attr, rule->iif);
		break;
	case FRA_OIFNAME:
		get_name(attr, rule->oif);
		break;
	case FRA_SPORT_RANGE:
		get_ports(attr, &rule->sport);
		break;
	case FRA_DPORT_RANGE:
		get_ports(attr, &rule->dport);
		break;
	case ATTR_SPORT_MASK:
		rule->sport.mask = get_u16(attr);
		break;
	case ATTR_DPORT_MASK:
		rule->dport.mask = get_u16(attr);
		break;
	case ATTR_DSCP:
		rule->dscp = get_u8(attr);
		if (!rule->dscp_mask)
			rule->dscp_mask = 0x3f;
		break;
	case ATTR_DSCP_MASK:
		rule->dscp_mask = get_u8(attr);
		break;
	case ATTR_FLOWLABEL:
		rule->flow_label = ntohl(nl_attr_u32(attr));
		break;
	case ATTR_FLOWLABEL_MASK:
		rule->flow_label_mask = ntohl(nl_attr_u32(attr));
		break;
	default:
		if (mnl_attr_get_type(attr) > ATTR_LAST_KNOWN)
			rule->is_unknown = true;
		parse_number(attr, rule);
	}
}

/* Read one RTM_NEWRULE or RTM_DELRULE (net/core/fib_rules.c, fib_nl_fill_rule()).
 *
 * Return: whether it is one, of IPv4 or IPv6; if not, @rule is undefined.
 */
bool rules_parse(const struct nlmsghdr *message, struct rule *rule)
{
	const struct fib_rule_hdr *head = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if ((message->nlmsg_type != RTM_NEWRULE && message->nlmsg_type != RTM_DELRULE) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*head) ||
	    (head->family != AF_INET && head->family != AF_INET6))
		return false;
	memset(rule, 0, sizeof(*rule));
	rule->family = head->family;
	rule->action = head->action;
	rule->tos = head->tos;
	rule->table = head->table;
	rule->suppress_length = RULE_NO_SUPPRESS;
	rule->suppress_group = RULE_NO_SUPPRESS;
	rule->is_inverted = head->flags & FIB_RULE_INVERT;
	rule->is_unresolved = head->flags & FIB_RULE_UNRESOLVED;
	rule->is_iif_detached = head->flags & FIB_RULE_IIF_DETACHED;
	rule->is_oif_detached = head->flags & FIB_RULE_OIF_DETACHED;
	nl_for_each_attr(attr, message, sizeof(*head))
		parse_attr(attr, head, rule);
	return true;
}

static int remember(const struct nlmsghdr *message, void *arg)
{
	struct rules *rules = arg;
	struct rule *list = grow_array(rules->list, &rules->room, rules->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	rules->list = list;
	if (!rules_parse(message, &list[rules->count]))
		return -EBADMSG;
	rules->count++;
	return 0;
}

/* Learn the rules of @family, which replace those in @rules.
 *
 * Return: as nl_dump().
 */
int rules_load(struct rules *rules, struct nl *nl, uint8_t family, struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct fib_rule_hdr body;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETRULE },
		.body = { .family = family },
	};
	int ret = 0;

	for (int i = 0; i < ATTEMPTS; i++) {
		rules->count = 0;
		ret = nl_dump(nl, &request.head, remember, rules, err);
		if (ret < 0 || !nl->is_interrupted)
			break;
	}
	return ret;
}
