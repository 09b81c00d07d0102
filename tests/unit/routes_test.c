// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes and rules as the kernel sends them, whole and cut, and many requests at once. */
#include "host/routes.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "fake_link.h"
#include "host/rules.h"
#include "message.h"
#include "record/flow.h"
#include "unit.h"

static const uint32_t five = 5, ten = 10;

static void make_route(struct message *message)
{
	const struct rtmsg body = {
		.rtm_family = AF_INET,
		.rtm_dst_len = 16,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_type = RTN_UNICAST,
	};
	const struct {
		struct rtnexthop first;
		struct nlattr first_head;
		uint8_t first_via[4];
		struct rtnexthop second;
	} hops = {
		.first = { .rtnh_len = 16, .rtnh_hops = 2, .rtnh_ifindex = 3 },
		.first_head = { .nla_len = 8, .nla_type = RTA_GATEWAY },
		.first_via = { 10, 0, 0, 2 },
		.second = { .rtnh_len = 8, .rtnh_ifindex = 4, .rtnh_flags = RTNH_F_DEAD },
	};
	const struct {
		struct nlattr head;
		uint32_t value;
	} mtu = { { .nla_len = 8, .nla_type = RTAX_MTU }, 1400 };

	message_begin(message, RTM_NEWROUTE, 1, &body, sizeof(body));
	message_attr(message, RTA_DST, "\x0a\x05\0\0", 4);
	message_attr(message, RTA_PRIORITY, &five, 4);
	message_attr(message, RTA_METRICS, &mtu, sizeof(mtu));
	message_attr(message, RTA_MULTIPATH, &hops, sizeof(hops));
}

static void a_message_becomes_a_route(void **state)
{
	struct route_hops hops = { 0 };
	struct message message;
	struct route route;
	char text[PREFIX_TEXT_MAX + 1];

	(void)state;
	make_route(&message);
	assert_true(routes_parse(message_head(&message), &route, &hops));
	*prefix_format(text, &route.dst) = '\0';
	assert_string_equal(text, "10.5.0.0/16");
	assert_int_equal(route.metric, 5);
	assert_int_equal(route.metrics[ROUTE_MTU], 1400);
	assert_int_equal(route.metrics_set, 1u << ROUTE_MTU);
	assert_int_equal(route.hop_count, 2);
	assert_true(route.is_multipath);
	assert_int_equal(route.hops[0].weight, 3);
	assert_int_equal(route.hops[0].oif, 3);
	assert_int_equal(route.hops[0].via.bytes[3], 2);
	assert_int_equal(route.hops[1].flags, ROUTE_DEAD);
	assert_int_equal(route.hops[1].via.family, AF_UNSPEC);
	route_hops_fini(&hops);
}

/* Whatever is cut off, nothing behind the end is read: each is on the heap, exactly that long. */
static void a_message_that_is_cut_does_no_harm(void **state)
{
	struct route_hops hops = { 0 };
	struct message message;
	struct route route;
	size_t length;

	(void)state;
	make_route(&message);
	length = message_head(&message)->nlmsg_len;
	for (size_t cut = sizeof(struct nlmsghdr); cut < length; cut++) {
		struct nlmsghdr *exact = message_exact(&message, cut);
		bool is_route = routes_parse(exact, &route, &hops);

		if (cut < sizeof(struct nlmsghdr) + sizeof(struct rtmsg))
			assert_false(is_route);
		free(exact);
	}
	route_hops_fini(&hops);
}

static void a_message_becomes_a_rule(void **state)
{
	const struct fib_rule_hdr body = {
		.family = AF_INET6,
		.dst_len = 16,
		.action = FR_ACT_GOTO,
		.flags = FIB_RULE_INVERT | FIB_RULE_UNRESOLVED,
	};
	const uint16_t ports[2] = { 80, 90 };
	struct message message;
	struct rule rule;

	(void)state;
	message_begin(&message, RTM_NEWRULE, 1, &body, sizeof(body));
	message_attr(&message, FRA_PRIORITY, &five, 4);
	message_attr(&message, FRA_GOTO, &ten, 4);
	message_attr(&message, FRA_DST, "\xfd\1\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	message_attr(&message, FRA_DPORT_RANGE, ports, sizeof(ports));
	message_attr(&message, 99, &five, 4);
	assert_true(rules_parse(message_head(&message), &rule));
	assert_int_equal(rule.priority, 5);
	assert_int_equal(rule.target, 10);
	assert_int_equal(rule.dst.length, 16);
	assert_int_equal(rule.dst.addr.bytes[15], 0);
	assert_int_equal(rule.dport.first, 80);
	assert_int_equal(rule.dport.last, 90);
	assert_int_equal(rule.suppress_length, RULE_NO_SUPPRESS);
	assert_true(rule.is_inverted && rule.is_unresolved && rule.is_unknown);
}

struct replies {
	int error[4];
	unsigned int count[4];
};

static int on_reply(uint32_t index, const struct nlmsghdr *reply, int error, void *arg)
{
	struct replies *replies = arg;

	replies->count[index]++;
	replies->error[index] = reply ? 1 : error;
	return 0;
}

static void queue_reply(uint32_t sequence)
{
	struct message message;

	make_route(&message);
	message_head(&message)->nlmsg_seq = sequence;
	fake_link_add_message(&message);
}

static int exchange(struct replies *replies)
{
	struct nlmsghdr requests[3] = { { .nlmsg_len = 16, .nlmsg_type = RTM_GETROUTE },
					{ .nlmsg_len = 16, .nlmsg_type = RTM_GETROUTE },
					{ .nlmsg_len = 16, .nlmsg_type = RTM_GETROUTE } };
	struct nl nl;
	int ret;

	memset(replies, 0, sizeof(*replies));
	assert_int_equal(nl_open(&nl, 0, NULL), 0);
	ret = nl_exchange(&nl, requests, sizeof(requests), on_reply, replies, NULL);
	nl_close(&nl);
	return ret;
}

static void replies_find_their_requests(void **state)
{
	struct replies replies;

	(void)state;
	fake_link_reset();
	queue_reply(3);
	queue_reply(99); /* of somebody else's request */
	fake_link_add_end(NLMSG_ERROR, 1, -ENETUNREACH);
	queue_reply(3); /* once more */
	queue_reply(2);
	assert_int_equal(exchange(&replies), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(replies.count[i], 1);
	assert_int_equal(replies.error[0], -ENETUNREACH);
	assert_int_equal(replies.error[1], 1);
	assert_int_equal(replies.error[2], 1);
	assert_int_equal(fake_link.sent, 1);
}

static void what_was_lost_is_asked_again(void **state)
{
	struct replies replies;

	(void)state;
	fake_link_reset();
	queue_reply(1);
	fake_link_add_error(-ENOBUFS);
	queue_reply(2);
	queue_reply(3);
	assert_int_equal(exchange(&replies), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(replies.count[i], 1);
	assert_true(fake_link.sent > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_becomes_a_route),
		cmocka_unit_test(a_message_that_is_cut_does_no_harm),
		cmocka_unit_test(a_message_becomes_a_rule),
		cmocka_unit_test(replies_find_their_requests),
		cmocka_unit_test(what_was_lost_is_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
