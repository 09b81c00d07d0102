// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ifaddrs.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/prefix.h"
#include "base/text.h"

void ifaddrs_init(struct ifaddrs *ifaddrs)
{
	*ifaddrs = (struct ifaddrs){ 0 };
}

void ifaddrs_fini(struct ifaddrs *ifaddrs)
{
	free(ifaddrs->list);
	ifaddrs_init(ifaddrs);
}

/* IFA_LOCAL is the host's own address; on a point-to-point link IFA_ADDRESS is the peer's. */
static void parse_attr(const struct nlattr *attr, struct iface_addr *ifaddr, bool *has_local)
{
	uint16_t length = mnl_attr_get_payload_len(attr);
	uint16_t type = mnl_attr_get_type(attr);

	if (type == IFA_FLAGS && length >= sizeof(uint32_t))
		ifaddr->flags = mnl_attr_get_u32(attr);
	if (type == IFA_LABEL && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		text_copy(ifaddr->label, sizeof(ifaddr->label), mnl_attr_get_str(attr));
	if (type != IFA_LOCAL && (type != IFA_ADDRESS || *has_local))
		return;
	if (length != (ifaddr->addr.family == AF_INET ? 4 : 16))
		return;
	memcpy(ifaddr->addr.bytes, mnl_attr_get_payload(attr), length);
	*has_local = type == IFA_LOCAL;
}

/* Read one RTM_NEWADDR (rtnetlink(7)).
 *
 * Return: whether it is one, of IPv4 or IPv6.
 */
bool ifaddrs_parse(const struct nlmsghdr *message, struct iface_addr *ifaddr)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;
	bool has_local = false;

	if (message->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*info))
		return false;
	if (info->ifa_family != AF_INET && info->ifa_family != AF_INET6)
		return false;
	*ifaddr = (struct iface_addr){
		.addr = { .family = info->ifa_family },
		.iface = info->ifa_index,
		.flags = info->ifa_flags,
		.length = info->ifa_prefixlen,
		.scope = info->ifa_scope,
	};
	nl_for_each_attr(attr, message, sizeof(*info))
		parse_attr(attr, ifaddr, &has_local);
	if (addr_is_scoped(&ifaddr->addr))
		ifaddr->addr.zone = ifaddr->iface;
	return true;
}

static int remember(const struct nlmsghdr *message, void *arg)
{
	struct ifaddrs *ifaddrs = arg;
	struct iface_addr ifaddr, *list;

	if (!ifaddrs_parse(message, &ifaddr))
		return 0;
	list = grow_array(ifaddrs->list, &ifaddrs->room, ifaddrs->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	ifaddrs->list = list;
	list[ifaddrs->count++] = ifaddr;
	return 0;
}

/* Learn the addresses of the current network namespace.
 *
 * Return: 0 or -errno.
 */
int ifaddrs_load(struct ifaddrs *ifaddrs, struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct ifaddrmsg body;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETADDR },
		.body = { .ifa_family = AF_UNSPEC },
	};
	struct nl nl;
	int ret = nl_open(&nl, NETLINK_ROUTE, err);

	if (ret < 0)
		return ret;
	ifaddrs->count = 0;
	ret = nl_dump(&nl, &request.head, remember, ifaddrs, err);
	nl_close(&nl);
	return ret;
}

/* Whether @addr is this host's own, on the interface @iface (0: on any). */
bool ifaddrs_has(const struct ifaddrs *ifaddrs, const struct addr *addr, uint32_t iface)
{
	for (size_t i = 0; i < ifaddrs->count; i++)
		if (addr_equal(&ifaddrs->list[i].addr, addr) &&
		    (!iface || ifaddrs->list[i].iface == iface))
			return true;
	return false;
}

/* How well an own address suits as the source for @target: in its prefix, then of its scope. */
static int fit(const struct iface_addr *ifaddr, const struct addr *target)
{
	struct prefix prefix = prefix_of(&ifaddr->addr, ifaddr->length);

	if (ifaddr->addr.family != target->family ||
	    ifaddr->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return 0;
	if (prefix_contains(&prefix, target))
		return 3;
	return addr_is_scoped(&ifaddr->addr) == addr_is_scoped(target) ? 2 : 1;
}

/* Return: the address of the interface @iface to ask @target from, NULL if it has none of that
 * family. */
const struct iface_addr *ifaddrs_source(const struct ifaddrs *ifaddrs, const struct addr *target,
					uint32_t iface)
{
	const struct iface_addr *best = NULL;
	int best_fit = 0;

	for (size_t i = 0; i < ifaddrs->count; i++) {
		const struct iface_addr *ifaddr = &ifaddrs->list[i];
		int score = ifaddr->iface == iface ? fit(ifaddr, target) : 0;

		if (score > best_fit) {
			best = ifaddr;
			best_fit = score;
		}
	}
	return best;
}
