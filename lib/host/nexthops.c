// SPDX-License-Identifier: GPL-2.0-or-later
/* Nexthop objects (net/ipv4/nexthop.c; ip-nexthop(8)). They are kept as the kernel sent them, and
 * read when they are asked for: groups and tunnels have any length. */
#include "host/nexthops.h"

#include <errno.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define MEMBER_SIZE sizeof(struct nexthop_grp)

/* Times are in USER_HZ, which is 100 everywhere (include/asm-generic/param.h). */
#define TICKS 100.0

struct nexthops_place {
	uint32_t id;
	size_t offset; /* of its message */
};

void nexthops_init(struct nexthops *nexthops)
{
	*nexthops = (struct nexthops){ 0 };
}

void nexthops_fini(struct nexthops *nexthops)
{
	free(nexthops->bytes);
	free(nexthops->places);
	nexthops_init(nexthops);
}

static void parse_resilience(const struct nlattr *nest, struct nexthop *nexthop)
{
	const struct nlattr *attr;
	uint64_t ticks;
	uint16_t buckets;

	nexthop->has_resilience = true;
	nl_for_each_inner(attr, mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest)) {
		const void *payload = mnl_attr_get_payload(attr);
		uint16_t size = mnl_attr_get_payload_len(attr), type = mnl_attr_get_type(attr);

		if (type == NHA_RES_GROUP_BUCKETS && size >= sizeof(buckets)) {
			memcpy(&buckets, payload, sizeof(buckets));
			nexthop->buckets = buckets;
		} else if (type == NHA_RES_GROUP_IDLE_TIMER) {
			nexthop->idle_s = nl_attr_u32(attr) / TICKS;
		} else if (type == NHA_RES_GROUP_UNBALANCED_TIMER) {
			nexthop->unbalanced_limit_s = nl_attr_u32(attr) / TICKS;
		} else if (type == NHA_RES_GROUP_UNBALANCED_TIME && size >= sizeof(ticks)) {
			memcpy(&ticks, payload, sizeof(ticks));
			nexthop->unbalanced_s = (double)ticks / TICKS;
		}
	}
}

static void parse_attr(const struct nlattr *attr, uint8_t family, struct nexthop *nexthop)
{
	const unsigned char *payload = mnl_attr_get_payload(attr);
	uint16_t size = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case NHA_ID:
		nexthop->id = nl_attr_u32(attr);
		break;
	case NHA_GROUP:
		nexthop->is_group = true;
		nexthop->members = payload;
		nexthop->member_count = (uint32_t)(size / MEMBER_SIZE);
		break;
	case NHA_GROUP_TYPE:
		if (size >= sizeof(nexthop->group_type))
			memcpy(&nexthop->group_type, payload, sizeof(nexthop->group_type));
		break;
	case NHA_BLACKHOLE:
		nexthop->is_blackhole = true;
		break;
	case NHA_FDB:
		nexthop->is_fdb = true;
		break;
	case NHA_OIF:
		nexthop->oif = nl_attr_u32(attr);
		break;
	case NHA_GATEWAY:
		if (family == AF_INET || family == AF_INET6)
			nl_attr_addr(attr, family, &nexthop->via);
		break;
	case NHA_ENCAP_TYPE:
		if (size >= sizeof(nexthop->encap_type))
			memcpy(&nexthop->encap_type, payload, sizeof(nexthop->encap_type));
		break;
	case NHA_ENCAP:
		nexthop->encap = payload;
		nexthop->encap_length = size;
		break;
	case NHA_RES_GROUP:
		parse_resilience(attr, nexthop);
		break;
	}
}

/* Read one RTM_NEWNEXTHOP or RTM_DELNEXTHOP. @nexthop borrows from it.
 *
 * Return: whether it is one; if not, @nexthop is undefined.
 */
bool nexthops_parse(const struct nlmsghdr *message, struct nexthop *nexthop)
{
	const struct nhmsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if ((message->nlmsg_type != RTM_NEWNEXTHOP && message->nlmsg_type != RTM_DELNEXTHOP) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*info))
		return false;
	*nexthop = (struct nexthop){
		.flags = info->nh_flags,
		.scope = info->nh_scope,
		.protocol = info->nh_protocol,
	};
	nl_for_each_attr(attr, message, sizeof(*info))
		parse_attr(attr, info->nh_family, nexthop);
	return nexthop->id != 0;
}

/* Return: part @number, from 0, of the group @nexthop. Shares beyond 256 are Linux 6.12's. */
struct nexthop_member nexthops_member(const struct nexthop *nexthop, uint32_t number)
{
	const unsigned char *at = nexthop->members + number * MEMBER_SIZE;
	struct nexthop_member member = { .weight = (at[4] | (uint32_t)at[5] << 8) + 1 };

	memcpy(&member.id, at, sizeof(member.id));
	return member;
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	size_t size = (message->nlmsg_len + 3u) & ~3u;
	struct nexthops *nexthops = arg;
	struct nexthops_place *places;
	struct nexthop nexthop;
	char *bytes;

	if (!nexthops_parse(message, &nexthop))
		return 0;
	bytes = grow_array(nexthops->bytes, &nexthops->room, nexthops->length + size, 1);
	if (!bytes)
		return -ENOMEM;
	nexthops->bytes = bytes;
	places = grow_array(nexthops->places, &nexthops->place_room, nexthops->count + 1,
			    sizeof(*places));
	if (!places)
		return -ENOMEM;
	nexthops->places = places;
	places[nexthops->count++] = (struct nexthops_place){ nexthop.id, nexthops->length };
	memcpy(bytes + nexthops->length, message, message->nlmsg_len);
	nexthops->length += size;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct nexthops_place *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

/* Read the nexthop objects of the current network namespace, in place of those that were there. A
 * kernel that does not know such things has none.
 *
 * Return: as nl_dump().
 */
int nexthops_load(struct nexthops *nexthops, struct nl *nl, struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct nhmsg body;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETNEXTHOP },
	};
	struct err detail = { 0 };
	int ret;

	nexthops->length = 0;
	nexthops->count = 0;
	ret = nl_dump(nl, &request.head, on_message, nexthops, &detail);
	if (ret == -EOPNOTSUPP)
		return 0;
	if (ret < 0)
		return err_set(err, ret, "%s", detail.text);
	if (nexthops->count > 1)
		qsort(nexthops->places, nexthops->count, sizeof(*nexthops->places), by_id);
	return 0;
}

/* Find the object @id; @nexthop borrows from @nexthops.
 *
 * Return: whether there is one.
 */
bool nexthops_find(const struct nexthops *nexthops, uint32_t id, struct nexthop *nexthop)
{
	const struct nexthops_place key = { .id = id }, *place;

	if (nexthops->count == 0)
		return false;
	place = bsearch(&key, nexthops->places, nexthops->count, sizeof(key), by_id);
	return place &&
	       nexthops_parse((const struct nlmsghdr *)(nexthops->bytes + place->offset), nexthop);
}
