// SPDX-License-Identifier: GPL-2.0-or-later
/* The nexthop objects that routes use. */
#include <errno.h>

#include "base/grow.h"
#include "base/text.h"
#include "netroute.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define AT(field) IN(nexthop_row, field)

/* clang-format off */
static const struct column member_columns[] = {
	{ "id", "Id", "nexthop object", COLUMN_U32, IN(member_row, id) },
	{ "weight", "Weight", "its share", COLUMN_U32, IN(member_row, weight) },
	{ .key = NULL },
};

static const struct column resilience_columns[] = {
	{ "buckets", "Buckets", "flows are divided among so many", COLUMN_U32,
	  IN(resilience_row, buckets) },
	{ "idle_timer", "Idle", "seconds until one may move", COLUMN_DOUBLE,
	  IN(resilience_row, idle_timer) },
	{ "unbalanced_timer", "Unbalanced", "seconds until one has to", COLUMN_DOUBLE,
	  IN(resilience_row, unbalanced_timer) },
	{ "unbalanced_time", "Since", "seconds that shares have been wrong", COLUMN_DOUBLE,
	  IN(resilience_row, unbalanced_time) },
	{ .key = NULL },
};

const struct column nexthop_columns[] = {
	{ "id", "Id", "its number", COLUMN_U32, AT(id) },
	{ "group", "Group", "its parts", COLUMN_LIST, .nested = member_columns,
	  .stride = sizeof(struct member_row),
	  .count_offset = offsetof(struct nexthop_row, group_count), AT(group) },
	{ "type", "Type", "of a group: mpath, resilient", COLUMN_TEXT, AT(type) },
	{ "resilient_args", "Resilience", "of a resilient group", COLUMN_FACTS,
	  .nested = resilience_columns, AT(resilience) },
	{ "gateway", "Gateway", "next hop", COLUMN_ADDR, AT(gateway) },
	{ "dev", "Dev", "device", COLUMN_TEXT, AT(dev) },
	{ "encap", "Encap", "tunnel", COLUMN_FACTS, .nested = encap_columns, AT(encap) },
	{ "scope", "Scope", "how far it leads", COLUMN_TEXT, AT(scope) },
	{ "blackhole", "Blackhole", "packets are dropped", COLUMN_BOOL, AT(blackhole) },
	{ "fdb", "Fdb", "for bridges' tables", COLUMN_BOOL, AT(fdb) },
	{ "protocol", "Protocol", "who made it", COLUMN_TEXT, AT(protocol) },
	{ "flags", "Flags", "dead, linkdown, onlink...", COLUMN_WORDS, AT(flags) },
	{ .key = NULL },
};
/* clang-format on */

static int fill_group(struct nexthop_row *row, const struct nexthop *nexthop)
{
	struct member_row *list = grow_array(row->members, &row->member_room,
					     nexthop->member_count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	row->members = list;
	for (uint32_t i = 0; i < nexthop->member_count; i++) {
		struct nexthop_member member = nexthops_member(nexthop, i);

		list[i] = (struct member_row){ member.id, member.weight };
	}
	row->group = list;
	row->group_count = nexthop->member_count;
	return 0;
}

static const char *group_type(uint16_t type, char *text)
{
	if (type == NEXTHOP_MULTIPATH)
		return "mpath";
	if (type == NEXTHOP_RESILIENT)
		return "resilient";
	*text_u64(text, type) = '\0';
	return text;
}

/* Fill @row with the object @id, and let @filled point to it; to NULL if there is none.
 *
 * Return: 0 or -ENOMEM.
 */
int nexthop_fill(struct run *run, struct nexthop_row *row, uint32_t id,
		 const struct nexthop_row **filled)
{
	struct nexthop nexthop;

	*filled = NULL;
	if (!nexthops_find(&run->nexthops, id, &nexthop))
		return 0;
	row->id = id;
	if (fill_group(row, &nexthop) < 0)
		return -ENOMEM;
	row->type = nexthop.is_group ? group_type(nexthop.group_type, row->type_text) : NULL;
	row->resilience_storage = (struct resilience_row){
		.buckets = nexthop.buckets,
		.idle_timer = nexthop.idle_s,
		.unbalanced_timer = nexthop.unbalanced_limit_s,
		.unbalanced_time = nexthop.unbalanced_s,
	};
	row->resilience = nexthop.has_resilience ? &row->resilience_storage : NULL;
	row->gateway = nexthop.via;
	row->dev = nexthop.oif ? texts_device(run, nexthop.oif) : NULL;
	row->encap = encap_fill(&row->encap_storage, nexthop.encap_type, nexthop.encap,
				nexthop.encap_length);
	row->scope = texts_scope(run, nexthop.scope, row->scope_text);
	row->blackhole = nexthop.is_blackhole;
	row->fdb = nexthop.is_fdb;
	row->protocol = texts_protocol(run, nexthop.protocol, row->protocol_text);
	row->flags = texts_flags(nexthop.flags, row->flag_storage);
	*filled = row;
	return 0;
}
