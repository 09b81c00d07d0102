// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/links.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"

/* A dump that the kernel says was disturbed is taken again, this many times at most. */
#define ATTEMPTS 3

void links_init(struct links *links)
{
	*links = (struct links){ 0 };
}

void links_fini(struct links *links)
{
	free(links->list);
	links_init(links);
}

/* IFLA_LINKINFO: the kind of device, then what that kind has to say. */
static void parse_kind(const struct nlattr *attr, struct link *link)
{
	const struct nlattr *inner, *data = NULL;
	bool is_vrf = false;

	nl_for_each_inner(inner, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr)) {
		if (mnl_attr_get_type(inner) == IFLA_INFO_KIND &&
		    mnl_attr_validate(inner, MNL_TYPE_NUL_STRING) >= 0)
			is_vrf = strcmp(mnl_attr_get_str(inner), "vrf") == 0;
		if (mnl_attr_get_type(inner) == IFLA_INFO_DATA)
			data = inner;
	}
	if (!is_vrf || !data)
		return;
	nl_for_each_inner(inner, mnl_attr_get_payload(data), mnl_attr_get_payload_len(data)) {
		if (mnl_attr_get_type(inner) == IFLA_VRF_TABLE)
			link->vrf_table = nl_attr_u32(inner);
	}
}

static void parse_attr(const struct nlattr *attr, struct link *link)
{
	uint16_t length = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			text_copy(link->name, sizeof(link->name), mnl_attr_get_str(attr));
		break;
	case IFLA_ADDRESS:
		if (length > LLADDR_MAX)
			break;
		link->lladdr.length = (uint8_t)length;
		memcpy(link->lladdr.bytes, mnl_attr_get_payload(attr), length);
		break;
	case IFLA_OPERSTATE:
		if (length >= 1)
			link->operstate = mnl_attr_get_u8(attr);
		break;
	case IFLA_STATS64:
		length &= (uint16_t)~7u;
		memcpy(&link->counters, mnl_attr_get_payload(attr),
		       length < sizeof(link->counters) ? length : sizeof(link->counters));
		break;
	case IFLA_MTU:
		link->mtu = nl_attr_u32(attr);
		break;
	case IFLA_GROUP:
		link->group = nl_attr_u32(attr);
		break;
	case IFLA_MASTER:
		link->master = nl_attr_u32(attr);
		break;
	case IFLA_LINKINFO:
		parse_kind(attr, link);
		break;
	}
}

/* Read one RTM_NEWLINK (rtnetlink(7)).
 *
 * Return: whether it is one, with a name.
 */
bool links_parse(const struct nlmsghdr *message, struct link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*info))
		return false;
	*link = (struct link){
		.index = (uint32_t)info->ifi_index,
		.flags = info->ifi_flags,
		.type = info->ifi_type,
	};
	memset(&link->counters, 0xff, sizeof(link->counters));
	nl_for_each_attr(attr, message, sizeof(*info))
		parse_attr(attr, link);
	return link->name[0];
}

static int remember(const struct nlmsghdr *message, void *arg)
{
	struct links *links = arg;
	struct link link, *list;

	if (!links_parse(message, &link))
		return -EBADMSG;
	list = grow_array(links->list, &links->room, links->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	links->list = list;
	list[links->count++] = link;
	return 0;
}

static int by_index(const void *a, const void *b)
{
	const struct link *left = a, *right = b;

	return (left->index > right->index) - (left->index < right->index);
}

/* Learn the interfaces of the current network namespace.
 *
 * Return: 0 or -errno, @links being as complete as it got.
 */
int links_load(struct links *links, struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg body;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK },
		.body = { .ifi_family = AF_UNSPEC },
	};
	struct nl nl;
	int ret = nl_open(&nl, NETLINK_ROUTE, err);

	if (ret < 0)
		return ret;
	for (int i = 0; i < ATTEMPTS; i++) {
		links->count = 0;
		ret = nl_dump(&nl, &request.head, remember, links, err);
		if (ret < 0 || !nl.is_interrupted)
			break;
	}
	nl_close(&nl);
	if (links->count > 1)
		qsort(links->list, links->count, sizeof(*links->list), by_index);
	return ret;
}

/* Return: the interface @index, NULL if there is none. */
const struct link *links_find(const struct links *links, uint32_t index)
{
	struct link key = { .index = index };

	if (links->count == 0)
		return NULL;
	return bsearch(&key, links->list, links->count, sizeof(*links->list), by_index);
}

/* Return: the interface called @name, NULL if there is none. */
const struct link *links_named(const struct links *links, const char *name)
{
	for (size_t i = 0; i < links->count; i++)
		if (strcmp(links->list[i].name, name) == 0)
			return &links->list[i];
	return NULL;
}

/* Return: the name of the interface @index, NULL if there is none. */
const char *links_name(const struct links *links, uint32_t index)
{
	const struct link *found = links_find(links, index);

	return found ? found->name : NULL;
}
