// SPDX-License-Identifier: GPL-2.0-or-later
/* Nexthop objects, and tunnels of hops, as the kernel sends them: whole, and cut anywhere. */
#include "host/nexthops.h"

#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_iptunnel.h>
#include <stdlib.h>
#include <string.h>

#include "fake_link.h"
#include "host/encaps.h"
#include "message.h"
#include "unit.h"

static void make_group(struct message *message, uint32_t id)
{
	const struct nhmsg body = { .nh_scope = 0, .nh_protocol = RTPROT_STATIC };
	const struct nexthop_grp members[] = { { .id = 10, .weight = 2 }, { .id = 11 } };
	const uint16_t type = NEXTHOP_RESILIENT, buckets[] = { 6, NHA_RES_GROUP_BUCKETS, 16, 0 };
	const struct {
		struct nlattr head;
		uint32_t value;
	} idle = { { .nla_len = 8, .nla_type = NHA_RES_GROUP_IDLE_TIMER }, 150 };
	char nest[sizeof(buckets) + sizeof(idle)];

	memcpy(nest, buckets, sizeof(buckets));
	memcpy(nest + sizeof(buckets), &idle, sizeof(idle));
	message_begin(message, RTM_NEWNEXTHOP, 1, &body, sizeof(body));
	message_attr(message, NHA_ID, &id, sizeof(id));
	message_attr(message, NHA_GROUP, members, sizeof(members));
	message_attr(message, NHA_GROUP_TYPE, &type, sizeof(type));
	message_attr(message, NHA_RES_GROUP, nest, sizeof(nest));
}

static void make_way(struct message *message, uint32_t id)
{
	const struct nhmsg body = { .nh_family = AF_INET, .nh_flags = RTNH_F_ONLINK };
	const uint32_t oif = 3;
	const uint16_t type = LWTUNNEL_ENCAP_IP;
	const struct {
		struct nlattr head;
		uint8_t address[4];
	} to = { { .nla_len = 8, .nla_type = LWTUNNEL_IP_DST }, { 1, 2, 3, 4 } };

	message_begin(message, RTM_NEWNEXTHOP, 1, &body, sizeof(body));
	message_attr(message, NHA_ID, &id, sizeof(id));
	message_attr(message, NHA_OIF, &oif, sizeof(oif));
	message_attr(message, NHA_GATEWAY, "\x0a\0\0\x02", 4);
	message_attr(message, NHA_ENCAP_TYPE, &type, sizeof(type));
	message_attr(message, NHA_ENCAP, &to, sizeof(to));
}

static void a_group_has_parts(void **state)
{
	struct message message;
	struct nexthop nexthop;

	(void)state;
	make_group(&message, 12);
	assert_true(nexthops_parse(message_head(&message), &nexthop));
	assert_int_equal(nexthop.id, 12);
	assert_true(nexthop.is_group && nexthop.has_resilience);
	assert_int_equal(nexthop.group_type, NEXTHOP_RESILIENT);
	assert_int_equal(nexthop.member_count, 2);
	assert_int_equal(nexthops_member(&nexthop, 0).id, 10);
	assert_int_equal(nexthops_member(&nexthop, 0).weight, 3);
	assert_int_equal(nexthops_member(&nexthop, 1).weight, 1);
	assert_int_equal(nexthop.buckets, 16);
	assert_true(nexthop.idle_s == 1.5);
	assert_int_equal(nexthop.protocol, RTPROT_STATIC);
}

static void a_way_is_a_hop(void **state)
{
	struct message message;
	struct nexthop nexthop;
	struct encap encap;

	(void)state;
	make_way(&message, 7);
	assert_true(nexthops_parse(message_head(&message), &nexthop));
	assert_false(nexthop.is_group || nexthop.is_blackhole);
	assert_int_equal(nexthop.oif, 3);
	assert_int_equal(nexthop.via.bytes[3], 2);
	assert_int_equal(nexthop.flags, RTNH_F_ONLINK);
	encaps_parse(&encap, nexthop.encap_type, nexthop.encap, nexthop.encap_length);
	assert_true(encap.is_whole && encap.has_tunnel);
	assert_int_equal(encap.dst.bytes[3], 4);
}

static void a_message_that_is_cut_does_no_harm(void **state)
{
	void (*const makers[])(struct message *, uint32_t) = { make_group, make_way };
	struct message message;
	struct nexthop nexthop;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(makers); i++) {
		makers[i](&message, 1);
		for (size_t cut = sizeof(struct nlmsghdr); cut < message_head(&message)->nlmsg_len;
		     cut++) {
			struct nlmsghdr *exact = message_exact(&message, cut);

			if (nexthops_parse(exact, &nexthop))
				for (uint32_t n = 0; n < nexthop.member_count; n++)
					assert_true(nexthops_member(&nexthop, n).weight > 0);
			free(exact);
		}
	}
}

/* A mode, and a header with two segments, the last one first. */
static void segments_come_in_their_order(void **state)
{
	const struct nlattr head = { .nla_len = 48, .nla_type = SEG6_IPTUNNEL_SRH };
	const int32_t mode = 1;
	unsigned char bytes[4 + 4 + 8 + 32] = { 0 };
	struct encap encap;

	(void)state;
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), &mode, sizeof(mode));
	bytes[8 + 4] = 1; /* number of the last one */
	bytes[16 + 15] = 2;
	bytes[32 + 15] = 1;
	encaps_parse(&encap, LWTUNNEL_ENCAP_SEG6, bytes, sizeof(bytes));
	assert_true(encap.is_whole && encap.has_segments);
	assert_int_equal(encap.mode, 1);
	assert_int_equal(encap.segment_count, 2);
	assert_int_equal(encap_segment(&encap, 0).bytes[15], 1);
	assert_int_equal(encap_segment(&encap, 1).bytes[15], 2);
	bytes[8 + 4] = 2; /* one more than there are */
	encaps_parse(&encap, LWTUNNEL_ENCAP_SEG6, bytes, sizeof(bytes));
	assert_false(encap.is_whole || encap.has_segments);
}

static void what_is_not_understood_is_said(void **state)
{
	const uint16_t flags[] = { 6, LWTUNNEL_IP_FLAGS, 4, 0 };
	struct encap encap;

	(void)state;
	encaps_parse(&encap, LWTUNNEL_ENCAP_IP, (const unsigned char *)flags, sizeof(flags));
	assert_true(encap.has_tunnel);
	assert_false(encap.is_whole);
	encaps_parse(&encap, LWTUNNEL_ENCAP_IP, NULL, 0);
	assert_true(encap.has_tunnel && encap.is_whole);
	encaps_parse(&encap, LWTUNNEL_ENCAP_SEG6, NULL, 0);
	assert_false(encap.has_segments || encap.is_whole);
	encaps_parse(&encap, LWTUNNEL_ENCAP_BPF, NULL, 0);
	assert_false(encap.is_whole || encap.has_tunnel || encap.has_segments);
}

static void objects_are_found_by_number(void **state)
{
	static const uint32_t ids[] = { 30, 4, 12, 7 };
	struct nexthops nexthops;
	struct message message;
	struct nexthop nexthop;
	struct nl nl;

	(void)state;
	fake_link_reset();
	for (size_t i = 0; i < UNIT_COUNT(ids); i++) {
		(i % 2 ? make_group : make_way)(&message, ids[i]);
		fake_link_add_message(&message);
	}
	fake_link_add_end(NLMSG_DONE, 1, 0);
	fake_link_add_end(NLMSG_ERROR, 2, -EOPNOTSUPP);
	nexthops_init(&nexthops);
	assert_false(nexthops_find(&nexthops, 4, &nexthop));
	assert_int_equal(nl_open(&nl, NETLINK_ROUTE, NULL), 0);
	assert_int_equal(nexthops_load(&nexthops, &nl, NULL), 0);
	for (size_t i = 0; i < UNIT_COUNT(ids); i++) {
		assert_true(nexthops_find(&nexthops, ids[i], &nexthop));
		assert_int_equal(nexthop.id, ids[i]);
		assert_int_equal(nexthop.is_group, i % 2);
	}
	assert_false(nexthops_find(&nexthops, 5, &nexthop));
	assert_int_equal(nexthops_load(&nexthops, &nl, NULL), 0);
	assert_false(nexthops_find(&nexthops, 4, &nexthop));
	nl_close(&nl);
	nexthops_fini(&nexthops);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_has_parts),
		cmocka_unit_test(a_way_is_a_hop),
		cmocka_unit_test(a_message_that_is_cut_does_no_harm),
		cmocka_unit_test(segments_come_in_their_order),
		cmocka_unit_test(what_is_not_understood_is_said),
		cmocka_unit_test(objects_are_found_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
