// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/onlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

static void take_address(struct addr *addr, uint8_t family, const struct nlattr *attr)
{
	size_t length = family == AF_INET ? 4 : 16;

	if (mnl_attr_get_payload_len(attr) != length)
		return;
	*addr = (struct addr){ .family = family };
	memcpy(addr->bytes, mnl_attr_get_payload(attr), length);
}

/* RTA_VIA: a gateway of another family than the route's (RFC 8950), a struct rtvia. */
static void take_via(struct addr *addr, const struct nlattr *attr)
{
	const struct rtvia *via = mnl_attr_get_payload(attr);
	uint16_t length = mnl_attr_get_payload_len(attr);

	if (length != sizeof(*via) + 16 || via->rtvia_family != AF_INET6)
		return;
	*addr = (struct addr){ .family = AF_INET6 };
	memcpy(addr->bytes, via->rtvia_addr, 16);
}

static void parse_attr(const struct nlattr *attr, const struct rtmsg *route, struct onlink *onlink)
{
	uint16_t type = mnl_attr_get_type(attr);

	if (type == RTA_OIF && mnl_attr_get_payload_len(attr) >= sizeof(uint32_t))
		onlink->iface = mnl_attr_get_u32(attr);
	else if (type == RTA_GATEWAY)
		take_address(&onlink->via, route->rtm_family, attr);
	else if (type == RTA_VIA)
		take_via(&onlink->via, attr);
}

static bool parse(const struct nlmsghdr *message, struct onlink *onlink)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*route))
		return false;
	*onlink = (struct onlink){ .is_local = route->rtm_type != RTN_UNICAST };
	nl_for_each_attr(attr, message, sizeof(*route))
		parse_attr(attr, route, onlink);
	return true;
}

static int on_answer(const struct nlmsghdr *message, void *arg)
{
	return parse(message, arg) ? 0 : -EBADMSG;
}

/* Ask the kernel which way leads to @addr.
 *
 * Return: 0, or -errno: -ENETUNREACH and the like if there is none.
 */
int onlink_ask(struct nl *nl, const struct addr *addr, struct onlink *onlink, struct err *err)
{
	_Alignas(struct nlmsghdr) char buffer[128] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct rtmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
	size_t length = addr->family == AF_INET ? 4 : 16;

	request->nlmsg_type = RTM_GETROUTE;
	body->rtm_family = addr->family;
	body->rtm_dst_len = (uint8_t)(8 * length);
	mnl_attr_put(request, RTA_DST, length, addr->bytes);
	if (addr->zone)
		mnl_attr_put_u32(request, RTA_OIF, addr->zone);
	return nl_request(nl, request, on_answer, onlink, err);
}

struct gateways {
	struct onlink *list;
	size_t room, count;
};

static int on_route(const struct nlmsghdr *message, void *arg)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);
	struct gateways *gateways = arg;
	struct onlink onlink;

	if (!parse(message, &onlink) || route->rtm_dst_len > 0 || onlink.via.family == AF_UNSPEC)
		return 0;
	gateways->list[gateways->count++] = onlink;
	return gateways->count == gateways->room;
}

/* Find the default routes' gateways, of both families: at most @room go to @list.
 *
 * Return: 0 or -errno.
 */
int onlink_gateways(struct nl *nl, struct onlink *list, size_t room, size_t *count, struct err *err)
{
	struct gateways gateways = { .list = list, .room = room };
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	int ret = 0;

	for (size_t i = 0; i < sizeof(families) && ret == 0 && gateways.count < room; i++) {
		struct {
			struct nlmsghdr head;
			struct rtmsg body;
		} request = {
			.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETROUTE },
			.body = { .rtm_family = families[i] },
		};

		ret = nl_dump(nl, &request.head, on_route, &gateways, err);
	}
	*count = gateways.count;
	return ret;
}
