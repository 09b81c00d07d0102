// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/neigh_get.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

static int on_reply(uint32_t index, const struct nlmsghdr *reply, int error, void *arg)
{
	struct neigh_entry *entry = arg;
	const struct ndmsg *body;
	const struct nlattr *attr;

	(void)index;
	if (!reply)
		return error ? error : -ENOENT;
	body = mnl_nlmsg_get_payload(reply);
	if (reply->nlmsg_type != RTM_NEWNEIGH || mnl_nlmsg_get_payload_len(reply) < sizeof(*body))
		return -EBADMSG;
	entry->state = body->ndm_state;
	nl_for_each_attr(attr, reply, sizeof(*body)) {
		uint16_t length = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) != NDA_LLADDR || length > sizeof(entry->lladdr))
			continue;
		entry->lladdr_length = (uint8_t)length;
		memcpy(entry->lladdr, mnl_attr_get_payload(attr), length);
	}
	return 0;
}

/* Read the entry of @addr on @device.
 *
 * Return: 0, -ENOENT if there is none, or another -errno.
 */
int neigh_get(struct nl *nl, const struct addr *addr, uint32_t device, struct neigh_entry *entry,
	      struct err *err)
{
	_Alignas(struct nlmsghdr) char request[64] = { 0 };
	struct nlmsghdr *head = (struct nlmsghdr *)request;
	struct ndmsg *body;

	*entry = (struct neigh_entry){ 0 };
	head->nlmsg_len = sizeof(*head);
	head->nlmsg_type = RTM_GETNEIGH;
	body = mnl_nlmsg_put_extra_header(head, sizeof(*body));
	body->ndm_family = addr->family;
	body->ndm_ifindex = (int)device;
	mnl_attr_put(head, NDA_DST, addr->family == AF_INET ? 4 : 16, addr->bytes);
	return nl_exchange(nl, request, head->nlmsg_len, on_reply, entry, err);
}

/* The name of a neighbour's state (NUD_*), as ip-neighbour(8) writes it. */
const char *neigh_state_name(uint16_t state)
{
	static const struct {
		uint16_t state;
		const char *name;
	} names[] = {
		{ NUD_INCOMPLETE, "INCOMPLETE" }, { NUD_REACHABLE, "REACHABLE" },
		{ NUD_STALE, "STALE" },		  { NUD_DELAY, "DELAY" },
		{ NUD_PROBE, "PROBE" },		  { NUD_FAILED, "FAILED" },
		{ NUD_NOARP, "NOARP" },		  { NUD_PERMANENT, "PERMANENT" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].state == state)
			return names[i].name;
	return "NONE";
}
