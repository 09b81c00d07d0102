// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/neigh.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

#ifndef NTF_EXT_MANAGED
#define NTF_EXT_MANAGED 1
#endif

/* The kernel counts ages in clock ticks of user space (jiffies_to_clock_t()): USER_HZ is 100 on
 * every architecture that Linux has left. */
#define TICK_MS 10

static void parse_cacheinfo(const struct nlattr *attr, struct neigh *neigh)
{
	struct nda_cacheinfo info;

	if (mnl_attr_get_payload_len(attr) < sizeof(info))
		return;
	memcpy(&info, mnl_attr_get_payload(attr), sizeof(info));
	neigh->confirmed_ms = (uint64_t)info.ndm_confirmed * TICK_MS;
	neigh->used_ms = (uint64_t)info.ndm_used * TICK_MS;
	neigh->updated_ms = (uint64_t)info.ndm_updated * TICK_MS;
	neigh->refcnt = info.ndm_refcnt;
}

static void parse_attr(const struct nlattr *attr, struct neigh *neigh)
{
	uint16_t length = mnl_attr_get_payload_len(attr);
	const void *payload = mnl_attr_get_payload(attr);
	uint16_t type = mnl_attr_get_type(attr);

	if (type == NDA_DST) {
		if (length == (neigh->family == AF_INET ? 4 : 16))
			memcpy(neigh->dst.bytes, payload, length);
	} else if (type == NDA_LLADDR) {
		if (length > LLADDR_MAX)
			return;
		neigh->lladdr.length = (uint8_t)length;
		memcpy(neigh->lladdr.bytes, payload, length);
	} else if (type == NDA_CACHEINFO) {
		parse_cacheinfo(attr, neigh);
	} else if (type == NDA_VLAN && length >= sizeof(uint16_t)) {
		neigh->vlan = mnl_attr_get_u16(attr);
	} else if (type == NDA_PROTOCOL && length >= sizeof(uint8_t)) {
		neigh->protocol = mnl_attr_get_u8(attr);
	} else if (length < sizeof(uint32_t)) {
		return;
	} else if (type == NDA_PROBES) {
		neigh->probes = mnl_attr_get_u32(attr);
	} else if (type == NDA_VNI) {
		neigh->vni = mnl_attr_get_u32(attr);
	} else if (type == NDA_FLAGS_EXT) {
		neigh->is_managed = mnl_attr_get_u32(attr) & NTF_EXT_MANAGED;
	}
}

/* Read one RTM_NEWNEIGH or RTM_DELNEIGH (rtnetlink(7)).
 *
 * Return: whether it is one, of IPv4 or IPv6; if not, @neigh is undefined.
 */
bool neigh_parse(const struct nlmsghdr *message, struct neigh *neigh)
{
	const struct ndmsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if ((message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*info))
		return false;
	if (info->ndm_family != AF_INET && info->ndm_family != AF_INET6)
		return false;
	*neigh = (struct neigh){
		.dst = { .family = info->ndm_family },
		.used_ms = NEIGH_NO_AGE,
		.confirmed_ms = NEIGH_NO_AGE,
		.updated_ms = NEIGH_NO_AGE,
		.iface = (uint32_t)info->ndm_ifindex,
		.state = info->ndm_state,
		.family = info->ndm_family,
		.is_router = info->ndm_flags & NTF_ROUTER,
		.is_proxy = info->ndm_flags & NTF_PROXY,
		.is_extern_learn = info->ndm_flags & NTF_EXT_LEARNED,
		.is_offload = info->ndm_flags & NTF_OFFLOADED,
		.is_sticky = info->ndm_flags & NTF_STICKY,
	};
	nl_for_each_attr(attr, message, sizeof(*info))
		parse_attr(attr, neigh);
	if (addr_is_scoped(&neigh->dst))
		neigh->dst.zone = neigh->iface;
	return true;
}

struct listing {
	const struct neigh_query *query;
	neigh_row_fn *on_row;
	void *arg;
};

/* The kernel's own filter by interface is younger than some kernels: look again. */
static int on_message(const struct nlmsghdr *message, void *arg)
{
	const struct listing *listing = arg;
	struct neigh neigh;

	if (!neigh_parse(message, &neigh))
		return 0;
	if (listing->query->iface && neigh.iface != listing->query->iface)
		return 0;
	return listing->on_row(&neigh, listing->arg);
}

/* List the neighbour table of the current network namespace, in the kernel's order.
 *
 * Return: as nl_dump().
 */
int neigh_list(struct nl *nl, const struct neigh_query *query, neigh_row_fn *on_row, void *arg,
	       struct err *err)
{
	_Alignas(struct nlmsghdr) char buffer[128] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ndmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
	struct listing listing = { .query = query, .on_row = on_row, .arg = arg };

	request->nlmsg_type = RTM_GETNEIGH;
	body->ndm_family = query->family;
	body->ndm_flags = query->proxies ? NTF_PROXY : 0;
	if (query->iface && !query->proxies)
		mnl_attr_put_u32(request, NDA_IFINDEX, query->iface);
	return nl_dump(nl, request, on_message, &listing, err);
}

struct question {
	struct neigh *neigh;
	int error;
};

static int on_answer(uint32_t index, const struct nlmsghdr *answer, int error, void *arg)
{
	struct question *question = arg;

	(void)index;
	if (!answer)
		question->error = error ? error : -ENOENT;
	else if (!neigh_parse(answer, question->neigh))
		return -EBADMSG;
	return 0;
}

/* Read the entry of @addr on the interface @iface.
 *
 * Return: 0, -ENOENT if there is none, or another -errno.
 */
int neigh_get(struct nl *nl, const struct addr *addr, uint32_t iface, struct neigh *neigh,
	      struct err *err)
{
	_Alignas(struct nlmsghdr) char buffer[128] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ndmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
	struct question question = { .neigh = neigh };
	int ret;

	request->nlmsg_type = RTM_GETNEIGH;
	body->ndm_family = addr->family;
	body->ndm_ifindex = (int)iface;
	mnl_attr_put(request, NDA_DST, addr->family == AF_INET ? 4 : 16, addr->bytes);
	ret = nl_exchange(nl, request, request->nlmsg_len, on_answer, &question, err);
	if (ret == 0 && question.error < 0)
		return err_set(err, question.error, "netlink: %s", strerror(-question.error));
	return ret;
}

static int change(struct nl *nl, uint16_t type, uint16_t flags, const struct neigh *neigh,
		  struct err *err)
{
	_Alignas(struct nlmsghdr) char buffer[256] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ndmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));

	request->nlmsg_type = type;
	request->nlmsg_flags = flags;
	body->ndm_family = neigh->family;
	body->ndm_ifindex = (int)neigh->iface;
	body->ndm_state = neigh->state;
	body->ndm_flags = neigh->is_proxy ? NTF_PROXY : 0;
	mnl_attr_put(request, NDA_DST, neigh->family == AF_INET ? 4 : 16, neigh->dst.bytes);
	if (neigh->lladdr.length > 0)
		mnl_attr_put(request, NDA_LLADDR, neigh->lladdr.length, neigh->lladdr.bytes);
	return nl_request(nl, request, NULL, NULL, err);
}

/* Add @neigh to the kernel's table, or change the entry that is there: address, link-layer address,
 * state, interface, and whether it is a proxy entry.
 *
 * Return: 0 or -errno, -EPERM without CAP_NET_ADMIN.
 */
int neigh_set(struct nl *nl, const struct neigh *neigh, struct err *err)
{
	return change(nl, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, neigh, err);
}

/* Remove @neigh: address, interface, and whether it is a proxy entry say which.
 *
 * Return: 0 or -errno, -ENOENT if it is not there, -EPERM without CAP_NET_ADMIN.
 */
int neigh_delete(struct nl *nl, const struct neigh *neigh, struct err *err)
{
	return change(nl, RTM_DELNEIGH, 0, neigh, err);
}
