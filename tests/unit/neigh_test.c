// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages about neighbours: whole ones, wrong ones, and ones cut anywhere. */
#include "host/neigh.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "unit.h"

static const uint8_t address[] = { 192, 0, 2, 1 };
static const uint8_t mac[] = { 2, 0, 0, 0, 0, 1 };

static void make(struct message *message, uint8_t flags)
{
	const struct ndmsg body = {
		.ndm_family = AF_INET,
		.ndm_ifindex = 7,
		.ndm_state = NUD_STALE,
		.ndm_flags = flags,
	};
	const struct nda_cacheinfo ages = {
		.ndm_confirmed = 100,
		.ndm_used = 200,
		.ndm_updated = UINT32_MAX,
		.ndm_refcnt = 3,
	};
	const uint32_t probes = 4, managed = 1;
	const uint8_t protocol = RTPROT_STATIC;

	message_begin(message, RTM_NEWNEIGH, 1, &body, sizeof(body));
	message_attr(message, NDA_DST, address, sizeof(address));
	message_attr(message, NDA_LLADDR, mac, sizeof(mac));
	message_attr(message, NDA_CACHEINFO, &ages, sizeof(ages));
	message_attr(message, NDA_PROBES, &probes, sizeof(probes));
	message_attr(message, NDA_PROTOCOL, &protocol, sizeof(protocol));
	message_attr(message, NDA_FLAGS_EXT, &managed, sizeof(managed));
}

static void everything_is_read(void **state)
{
	struct message message;
	struct neigh neigh;

	(void)state;
	make(&message, NTF_ROUTER | NTF_EXT_LEARNED);
	assert_true(neigh_parse(message_head(&message), &neigh));
	assert_int_equal(neigh.iface, 7);
	assert_memory_equal(neigh.dst.bytes, address, 4);
	assert_int_equal(neigh.lladdr.length, 6);
	assert_memory_equal(neigh.lladdr.bytes, mac, 6);
	assert_int_equal(neigh.state, NEIGH_STALE);
	assert_int_equal(neigh.confirmed_ms, 1000);
	assert_int_equal(neigh.used_ms, 2000);
	assert_true(neigh.updated_ms == 42949672950);
	assert_int_equal(neigh.refcnt, 3);
	assert_int_equal(neigh.probes, 4);
	assert_int_equal(neigh.protocol, RTPROT_STATIC);
	assert_true(neigh.is_router && neigh.is_extern_learn && neigh.is_managed);
	assert_false(neigh.is_proxy || neigh.is_offload || neigh.is_sticky);
}

static void other_messages_are_not(void **state)
{
	struct message message;
	struct neigh neigh;

	(void)state;
	make(&message, 0);
	message_head(&message)->nlmsg_type = RTM_NEWLINK;
	assert_false(neigh_parse(message_head(&message), &neigh));
	make(&message, 0);
	((struct ndmsg *)(message_head(&message) + 1))->ndm_family = AF_BRIDGE;
	assert_false(neigh_parse(message_head(&message), &neigh));
	make(&message, 0);
	message_head(&message)->nlmsg_type = RTM_DELNEIGH;
	assert_true(neigh_parse(message_head(&message), &neigh));
}

static void attributes_of_wrong_lengths_are_left_out(void **state)
{
	static const uint16_t types[] = { NDA_DST,  NDA_LLADDR, NDA_CACHEINFO, NDA_PROBES,
					  NDA_VLAN, NDA_VNI,	NDA_PROTOCOL,  NDA_FLAGS_EXT };
	const struct ndmsg body = { .ndm_family = AF_INET };
	char bytes[64];
	struct message message;
	struct neigh neigh;

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	for (size_t i = 0; i < UNIT_COUNT(types); i++) {
		message_begin(&message, RTM_NEWNEIGH, 1, &body, sizeof(body));
		message_attr(&message, types[i], bytes, 0);
		assert_true(neigh_parse(message_head(&message), &neigh));
		assert_int_equal(neigh.lladdr.length, 0);
		assert_int_equal(neigh.probes | neigh.vlan | neigh.vni | neigh.protocol, 0);
		assert_true(neigh.used_ms == NEIGH_NO_AGE);
	}
	message_begin(&message, RTM_NEWNEIGH, 1, &body, sizeof(body));
	message_attr(&message, NDA_DST, bytes, 16);
	message_attr(&message, NDA_LLADDR, bytes, LLADDR_MAX + 1);
	assert_true(neigh_parse(message_head(&message), &neigh));
	assert_true(addr_is_any(&neigh.dst));
	assert_int_equal(neigh.lladdr.length, 0);
}

static void cut_anywhere(void **state)
{
	struct message message;
	size_t length;

	(void)state;
	make(&message, 0);
	length = message_head(&message)->nlmsg_len;
	for (size_t i = sizeof(struct nlmsghdr); i <= length; i++) {
		struct nlmsghdr *cut = message_exact(&message, i);
		struct neigh neigh;

		cut->nlmsg_len = (uint32_t)i;
		assert_int_equal(neigh_parse(cut, &neigh),
				 i >= sizeof(struct nlmsghdr) + sizeof(struct ndmsg));
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(other_messages_are_not),
		cmocka_unit_test(attributes_of_wrong_lengths_are_left_out),
		cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests_name("neigh", tests, NULL, NULL);
}
