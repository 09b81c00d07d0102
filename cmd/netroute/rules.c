// SPDX-License-Identifier: GPL-2.0-or-later
/* --rules: the policy rules, in the order in which they are tried. */
#include <string.h>

#include "base/text.h"
#include "netroute.h"

struct rule_row {
	const char *family, *text, *iif, *oif, *action, *table, *mark, *mark_mask, *protocol;
	const char *tos, *proto, *suppress_group, *realm_from, *realm_to;
	struct prefix src, dst;
	uint32_t priority, target, uid_first, uid_last, suppress_length;
	uint32_t sport_first, sport_last, dport_first, dport_last, dscp;
	uint64_t tunnel;
	bool inverted, l3mdev;

	char text_storage[RULE_TEXT_SIZE], table_text[RTNAMES_SIZE];
	char action_text[NUMBER_TEXT_SIZE], protocol_text[NUMBER_TEXT_SIZE];
	char mark_text[16], mark_mask_text[16], tos_text[NUMBER_TEXT_SIZE];
	char proto_text[NUMBER_TEXT_SIZE], group_text[RTNAMES_SIZE];
	char realm_from_text[NUMBER_TEXT_SIZE], realm_to_text[NUMBER_TEXT_SIZE];
};

#define AT(field) .offset = offsetof(struct rule_row, field)
#define NUMBER COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT
#define PORT(field) COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(field)

/* clang-format off */
const struct column rule_columns[] = {
	{ "family", "Family", "inet, inet6", COLUMN_TEXT, AT(family) },
	{ "priority", "Priority", "least first", COLUMN_U32, .align = COLUMN_RIGHT, AT(priority) },
	{ "text", "Rule", "as ip rule writes it", COLUMN_TEXT, AT(text) },
	{ "not", "Not", "matches what its selectors do not", COLUMN_BOOL, AT(inverted) },
	{ "src", "From", "source prefix", COLUMN_PREFIX, AT(src) },
	{ "dst", "To", "destination prefix", COLUMN_PREFIX, AT(dst) },
	{ "iif", "Iif", "device that it comes in at", COLUMN_TEXT, AT(iif) },
	{ "oif", "Oif", "device that it is bound to", COLUMN_TEXT, AT(oif) },
	{ "fwmark", "Mark", "firewall mark", COLUMN_TEXT, AT(mark) },
	{ "fwmask", "Mask", "its bits that count", COLUMN_TEXT, AT(mark_mask) },
	{ "tos", "TOS", "type of service", COLUMN_TEXT, AT(tos) },
	{ "uid_start", "Uid-Start", "first user", NUMBER, AT(uid_first) },
	{ "uid_end", "Uid-End", "last user", NUMBER, AT(uid_last) },
	{ "ipproto", "IP-Proto", "IP protocol", COLUMN_TEXT, AT(proto) },
	{ "sport_start", "Sport-Start", "first source port", PORT(sport_first) },
	{ "sport_end", "Sport-End", "last source port", PORT(sport_last) },
	{ "dport_start", "Dport-Start", "first destination port", PORT(dport_first) },
	{ "dport_end", "Dport-End", "last destination port", PORT(dport_last) },
	{ "dscp", "DSCP", "differentiated services", NUMBER, AT(dscp) },
	{ "tun_id", "Tunnel", "number of its tunnel", COLUMN_U64, COLUMN_NULL_ZERO, AT(tunnel) },
	{ "l3mdev", "L3mdev", "looks into the table of the packet's VRF", COLUMN_BOOL, AT(l3mdev) },
	{ "action", "Action", "lookup, goto, nop, blackhole, unreachable, prohibit",
	  COLUMN_TEXT, AT(action) },
	{ "table", "Table", "table that it looks into", COLUMN_TEXT, AT(table) },
	{ "goto", "Goto", "priority of the rule to go on with", NUMBER, AT(target) },
	{ "suppress_prefixlen", "Suppress-Len", "routes as short are not taken", NUMBER,
	  AT(suppress_length) },
	{ "suppress_ifgroup", "Suppress-Group", "routes to devices of this group are not taken",
	  COLUMN_TEXT, AT(suppress_group) },
	{ "flow_from", "Flow-From", "source realm that it gives", COLUMN_TEXT, AT(realm_from) },
	{ "flow_to", "Flow-To", "destination realm that it gives", COLUMN_TEXT, AT(realm_to) },
	{ "protocol", "Protocol", "who made it", COLUMN_TEXT, AT(protocol) },
	{ .key = NULL },
};
/* clang-format on */

static const char *action_name(uint8_t action, char *text)
{
	switch (action) {
	case RULE_LOOKUP:
		return "lookup";
	case RULE_GOTO:
		return "goto";
	case RULE_NOP:
		return "nop";
	default:
		return texts_type(action, text);
	}
}

static const char *hex_text(uint32_t value, char *text)
{
	*text_hex(text, value) = '\0';
	return text;
}

static const char *proto_text(uint8_t proto, char *text)
{
	const char *name = rule_proto_name(proto);

	if (name || !proto)
		return name;
	*text_u64(text, proto) = '\0';
	return text;
}

static const char *group_text(struct run *run, uint32_t group, char *text)
{
	if (group == RULE_NO_SUPPRESS)
		return NULL;
	*rtnames_of_rule(text, RULE_NAME_GROUP, group, &run->rtnames) = '\0';
	return text;
}

static void fill_realms(struct run *run, struct rule_row *row, uint32_t realms)
{
	uint32_t from = realms >> 16, to = realms & 0xffff;

	row->realm_from = from ? texts_realm(run, from, row->realm_from_text) : NULL;
	row->realm_to = to ? texts_realm(run, to, row->realm_to_text) : NULL;
}

static void fill(struct run *run, struct rule_row *row, const struct rule *rule)
{
	bool looks_up = rule->action == RULE_LOOKUP && !rule->is_l3mdev;

	rule_format(row->text_storage, rule, rtnames_of_rule, &run->rtnames);
	row->family = rule->family == AF_INET6 ? "inet6" : "inet";
	row->priority = rule->priority;
	row->text = row->text_storage;
	row->inverted = rule->is_inverted;
	row->src = rule->src;
	row->dst = rule->dst;
	row->iif = rule->iif[0] ? rule->iif : NULL;
	row->oif = rule->oif[0] ? rule->oif : NULL;
	row->mark = rule->mark_mask ? hex_text(rule->mark, row->mark_text) : NULL;
	row->mark_mask = rule->mark_mask ? hex_text(rule->mark_mask, row->mark_mask_text) : NULL;
	row->tos = texts_tos(run, rule->tos, row->tos_text);
	row->uid_first = rule->has_uids ? rule->uid_first : UINT32_MAX;
	row->uid_last = rule->has_uids ? rule->uid_last : UINT32_MAX;
	row->proto = proto_text(rule->proto, row->proto_text);
	row->sport_first = rule->sport.is_set ? rule->sport.first : UINT32_MAX;
	row->sport_last = rule->sport.is_set ? rule->sport.last : UINT32_MAX;
	row->dport_first = rule->dport.is_set ? rule->dport.first : UINT32_MAX;
	row->dport_last = rule->dport.is_set ? rule->dport.last : UINT32_MAX;
	row->dscp = rule->dscp_mask ? rule->dscp : UINT32_MAX;
	row->tunnel = rule->tunnel_id;
	row->l3mdev = rule->is_l3mdev;
	row->action = action_name(rule->action, row->action_text);
	row->table = looks_up ? texts_table(run, rule->table, row->table_text) : NULL;
	row->target = rule->action == RULE_GOTO ? rule->target : UINT32_MAX;
	row->suppress_length = rule->suppress_length;
	row->suppress_group = group_text(run, rule->suppress_group, row->group_text);
	fill_realms(run, row, rule->realms);
	row->protocol = texts_protocol(run, rule->protocol, row->protocol_text);
}

static void show_family(struct run *run, struct rule_row *row, const struct rules *rules)
{
	for (size_t i = 0; i < rules->count && !run->out.error; i++) {
		if (!query_wants_rule(run, &rules->list[i]))
			continue;
		fill(run, row, &rules->list[i]);
		table_row(&run->table, row);
		run->rows++;
	}
}

/* List the rules of the families that were asked for, both unless one was, or those that look into
 * the table that was.
 *
 * Return: 0, or -EINVAL for a bad --columns; that there is none makes run->has_no true.
 */
int rules_show(struct run *run, struct err *err)
{
	enum cli_layout layout = (enum cli_layout)run->settings.common.layout;
	bool is_text = layout == CLI_LAYOUT_HABIT || layout == CLI_LAYOUT_WIDE;
	struct rule_row row = { 0 };
	int ret = table_start(run, rule_columns, is_text ? "family,priority,text,protocol" : NULL,
			      err);

	if (ret < 0)
		return ret;
	show_family(run, &row, &run->path.rules4);
	show_family(run, &row, &run->path.rules6);
	run->has_no = run->settings.table && run->rows == 0;
	return table_end(&run->table);
}
