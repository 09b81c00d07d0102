// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/fib.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* Write the request to look @flow up at @at, which is aligned and has room for FIB_REQUEST_MAX
 * bytes: the answer (an RTM_NEWROUTE, see routes_parse()) tells the way that the kernel chose or,
 * with @wants_entry, the route as it stands in its table, with all its hops.
 *
 * Return: the length of the request, ready for nl_exchange().
 */
size_t fib_request(void *at, const struct flow *flow, bool wants_entry)
{
	bool is_v4 = flow->dst.family == AF_INET;
	size_t size = is_v4 ? 4 : 16;
	struct nlmsghdr *head = at;
	struct rtmsg *body;

	memset(at, 0, FIB_REQUEST_MAX); /* the padding of attributes, too */
	head->nlmsg_len = sizeof(*head);
	head->nlmsg_type = RTM_GETROUTE;
	body = mnl_nlmsg_put_extra_header(head, sizeof(*body));
	body->rtm_family = flow->dst.family;
	body->rtm_tos = flow->tos;
	body->rtm_dst_len = (uint8_t)(8 * size);
	body->rtm_flags = is_v4 ? RTM_F_LOOKUP_TABLE : 0; /* IPv6 always tells its table */
	if (wants_entry)
		body->rtm_flags |= RTM_F_FIB_MATCH;
	mnl_attr_put(head, RTA_DST, size, flow->dst.bytes);
	if (flow->src.family) {
		body->rtm_src_len = body->rtm_dst_len;
		mnl_attr_put(head, RTA_SRC, size, flow->src.bytes);
	}
	if (flow->iif)
		mnl_attr_put_u32(head, RTA_IIF, flow->iif);
	if (flow->oif)
		mnl_attr_put_u32(head, RTA_OIF, flow->oif);
	if (flow->mark)
		mnl_attr_put_u32(head, RTA_MARK, flow->mark);
	if (flow->uid != FLOW_NO_UID)
		mnl_attr_put_u32(head, RTA_UID, flow->uid);
	if (flow->proto)
		mnl_attr_put_u8(head, RTA_IP_PROTO, flow->proto);
	if (flow->sport)
		mnl_attr_put_u16(head, RTA_SPORT, htons(flow->sport));
	if (flow->dport)
		mnl_attr_put_u16(head, RTA_DPORT, htons(flow->dport));
	return head->nlmsg_len;
}
