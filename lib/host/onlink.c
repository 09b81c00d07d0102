// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/onlink.h"

#include <errno.h>
#include <string.h>

#include "host/fib.h"
#include "host/routes.h"

static struct onlink first_hop(const struct route *route)
{
	struct onlink onlink = { .is_local = route->type != ROUTE_UNICAST };

	if (route->hop_count > 0) {
		onlink.iface = route->hops[0].oif;
		onlink.via = route->hops[0].via;
	}
	return onlink;
}

struct question {
	struct onlink *onlink;
	struct route_hops hops;
	int error;
};

static int on_answer(uint32_t index, const struct nlmsghdr *answer, int error, void *arg)
{
	struct question *question = arg;
	struct route route;

	(void)index;
	question->error = error;
	if (!answer)
		return 0;
	if (!routes_parse(answer, &route, &question->hops))
		return -EBADMSG;
	*question->onlink = first_hop(&route);
	return 0;
}

/* Ask the kernel which way leads to @addr.
 *
 * Return: 0, or -errno: -ENETUNREACH and the like if there is none.
 */
int onlink_ask(struct nl *nl, const struct addr *addr, struct onlink *onlink, struct err *err)
{
	_Alignas(struct nlmsghdr) char request[FIB_REQUEST_MAX];
	struct flow flow = { .dst = *addr, .oif = addr->zone, .uid = FLOW_NO_UID };
	struct question question = { .onlink = onlink };
	size_t length = fib_request(request, &flow, false);
	int ret;

	*onlink = (struct onlink){ 0 };
	ret = nl_exchange(nl, request, length, on_answer, &question, err);
	route_hops_fini(&question.hops);
	if (ret == 0 && question.error < 0)
		return err_set(err, question.error, "netlink: %s", strerror(-question.error));
	return ret;
}

struct gateways {
	struct onlink *list;
	size_t room, count;
};

static int on_route(const struct route *route, void *arg)
{
	struct onlink onlink = first_hop(route);
	struct gateways *gateways = arg;

	if (route->dst.length > 0 || onlink.via.family == AF_UNSPEC)
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
		struct route_query query = { .family = families[i] };

		ret = routes_list(nl, &query, on_route, &gateways, err);
	}
	*count = gateways.count;
	return ret;
}
