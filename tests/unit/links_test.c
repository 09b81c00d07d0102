// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/links.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "fake_link.h"
#include "message.h"
#include "unit.h"

static const struct ifinfomsg payload = { .ifi_index = 7 };

static void make(struct message *message, const char *name, size_t length)
{
	message_begin(message, RTM_NEWLINK, 1, &payload, sizeof(payload));
	message_attr(message, IFLA_MTU, "\0\0\1\0", 4);
	message_attr(message, IFLA_IFNAME, name, length);
	message_attr(message, IFLA_QDISC, "noqueue", 8);
}

static bool parse(const struct message *message, size_t length, struct link *link)
{
	struct nlmsghdr *exact = message_exact(message, length);
	bool is_link = links_parse(exact, link);

	free(exact);
	return is_link;
}

static void a_message_becomes_a_link(void **state)
{
	struct message message;
	struct link link;

	(void)state;
	make(&message, UNIT_BYTES("eth0\0"));
	assert_true(parse(&message, message_head(&message)->nlmsg_len, &link));
	assert_int_equal(link.index, 7);
	assert_string_equal(link.name, "eth0");
}

static void names_must_be_terminated(void **state)
{
	struct message message;
	struct link link;

	(void)state;
	make(&message, UNIT_BYTES("eth0"));
	assert_false(parse(&message, message_head(&message)->nlmsg_len, &link));
	make(&message, UNIT_BYTES(""));
	assert_false(parse(&message, message_head(&message)->nlmsg_len, &link));
	make(&message, UNIT_BYTES("\0"));
	assert_false(parse(&message, message_head(&message)->nlmsg_len, &link));
}

static void long_names_are_cut(void **state)
{
	char name[64];

	(void)state;
	for (size_t length = 1; length < sizeof(name); length++) {
		struct message message;
		struct link link;

		memset(name, 'n', length);
		name[length] = '\0';
		make(&message, name, length + 1);
		assert_true(parse(&message, message_head(&message)->nlmsg_len, &link));
		assert_int_equal(strlen(link.name),
				 length < IF_NAMESIZE ? length : IF_NAMESIZE - 1);
	}
}

static void what_is_no_link(void **state)
{
	struct message message;
	struct link link;

	(void)state;
	make(&message, UNIT_BYTES("eth0\0"));
	message_head(&message)->nlmsg_type = RTM_DELLINK;
	assert_false(parse(&message, message_head(&message)->nlmsg_len, &link));
	message_begin(&message, RTM_NEWLINK, 1, &payload, sizeof(payload));
	assert_false(parse(&message, message_head(&message)->nlmsg_len, &link));
}

static void messages_of_every_length(void **state)
{
	const size_t name_end = NLMSG_HDRLEN + sizeof(payload) + 8 + 4 + 7;
	struct message message;
	size_t whole;

	(void)state;
	make(&message, UNIT_BYTES("veth00\0"));
	whole = message_head(&message)->nlmsg_len;
	for (size_t length = NLMSG_HDRLEN; length <= whole; length++) {
		struct link link;

		assert_int_equal(parse(&message, length, &link), length >= name_end);
		message_head(&message)->nlmsg_len = (uint32_t)length;
		assert_int_equal(links_parse(message_head(&message), &link), length >= name_end);
	}
}

static void attributes_that_lie_about_their_length(void **state)
{
	static const uint16_t wrong[] = { 0, 1, 2, 3, 300, 0x7fff, 0x8000, 0xffff };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		struct message message;
		struct link link;

		message_begin(&message, RTM_NEWLINK, 1, &payload, sizeof(payload));
		message_attr(&message, IFLA_IFNAME, "lo", 3);
		message_attr(&message, IFLA_IFNAME, "eth0", 5)->nla_len = wrong[i];
		assert_true(parse(&message, message_head(&message)->nlmsg_len, &link));
		assert_string_equal(link.name, "lo");
	}
}

/* Kernels count more and more: what this one does not have is unknown. */
static void counters_of_every_length(void **state)
{
	uint64_t counted[30];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(counted); i++)
		counted[i] = i + 1;
	for (size_t length = 0; length <= sizeof(counted); length += 4) {
		struct message message;
		struct link link;
		uint64_t counters[25];

		message_begin(&message, RTM_NEWLINK, 1, &payload, sizeof(payload));
		message_attr(&message, IFLA_IFNAME, "lo", 3);
		message_attr(&message, IFLA_STATS64, counted, length);
		message_attr(&message, IFLA_OPERSTATE, "\6", 1);
		assert_true(parse(&message, message_head(&message)->nlmsg_len, &link));
		assert_string_equal(link_operstate_name(link.operstate), "UP");
		memcpy(counters, &link.counters, sizeof(counters));
		for (size_t i = 0; i < UNIT_COUNT(counters); i++)
			if (8 * (i + 1) <= length)
				assert_int_equal(counters[i], i + 1);
			else if (8 * i >= length)
				assert_int_equal(counters[i], UINT64_MAX);
	}
	assert_null(link_operstate_name(7));
}

static void names_are_found_by_index(void **state)
{
	struct link list[] = {
		{ .index = 1, .name = "lo" },
		{ .index = 2, .name = "eth0" },
		{ .index = 7, .name = "eth1" },
		{ .index = UINT32_MAX, .name = "last" },
	};
	struct links links = { .list = list, .count = UNIT_COUNT(list) };

	(void)state;
	assert_string_equal(links_name(&links, 1), "lo");
	assert_string_equal(links_name(&links, 7), "eth1");
	assert_string_equal(links_name(&links, UINT32_MAX), "last");
	assert_null(links_name(&links, 0));
	assert_null(links_name(&links, 3));
	links.count = 0;
	assert_null(links_name(&links, 1));
}

/* Queue the end of a dump, or one interface of it. */
static void queue(uint32_t sequence, int32_t index, const char *name, uint16_t flags)
{
	struct ifinfomsg info = { .ifi_index = index };
	struct message message;

	message_begin(&message, RTM_NEWLINK, sequence, &info, sizeof(info));
	message_attr(&message, IFLA_IFNAME, name, strlen(name) + 1);
	message_head(&message)->nlmsg_flags |= flags;
	fake_link_add_message(&message);
}

static void a_dump_becomes_a_sorted_list(void **state)
{
	struct links links;

	(void)state;
	fake_link_reset();
	links_init(&links);
	queue(1, 7, "eth1", 0);
	queue(1, 1, "lo", 0);
	queue(1, 3, "eth0", 0);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(links_load(&links, NULL), 0);
	assert_int_equal(links.count, 3);
	assert_string_equal(links_name(&links, 1), "lo");
	assert_string_equal(links_name(&links, 3), "eth0");
	assert_string_equal(links_name(&links, 7), "eth1");
	assert_int_equal(fake_link.opened, fake_link.closed);
	links_fini(&links);
}

static void a_disturbed_dump_is_taken_again(void **state)
{
	struct links links;

	(void)state;
	fake_link_reset();
	links_init(&links);
	for (uint32_t sequence = 1; sequence < 6; sequence++) {
		queue(sequence, 1, "lo", NLM_F_DUMP_INTR);
		queue(sequence, (int32_t)(10 + sequence), "eth0", 0);
		fake_link_add_end(NLMSG_DONE, sequence, 0);
	}
	assert_int_equal(links_load(&links, NULL), 0);
	assert_int_equal(fake_link.sent, 3); /* not for ever */
	assert_int_equal(links.count, 2);
	assert_string_equal(links_name(&links, 13), "eth0");
	links_fini(&links);
}

static void a_failed_dump_keeps_what_came(void **state)
{
	struct links links;
	struct err err;

	(void)state;
	fake_link_reset();
	links_init(&links);
	queue(1, 7, "eth1", 0);
	queue(1, 1, "lo", 0);
	fake_link_add_error(-ENOBUFS);
	assert_int_equal(links_load(&links, &err), -ENOBUFS);
	assert_string_equal(links_name(&links, 1), "lo");
	assert_string_equal(links_name(&links, 7), "eth1");
	assert_int_equal(fake_link.opened, fake_link.closed);
	fake_link.open_error = -EPERM;
	assert_int_equal(links_load(&links, &err), -EPERM);
	links_fini(&links);
	fake_link_reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_becomes_a_link),
		cmocka_unit_test(names_must_be_terminated),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(what_is_no_link),
		cmocka_unit_test(messages_of_every_length),
		cmocka_unit_test(attributes_that_lie_about_their_length),
		cmocka_unit_test(counters_of_every_length),
		cmocka_unit_test(names_are_found_by_index),
		cmocka_unit_test(a_dump_becomes_a_sorted_list),
		cmocka_unit_test(a_disturbed_dump_is_taken_again),
		cmocka_unit_test(a_failed_dump_keeps_what_came),
	};

	return cmocka_run_group_tests_name("links", tests, NULL, NULL);
}
