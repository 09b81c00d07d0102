// SPDX-License-Identifier: GPL-2.0-or-later
/* The netlink session: what it makes of what a kernel sends, and of what no kernel should send. */
#include "host/nl.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "fake_link.h"
#include "unit.h"

/* Messages carry a number; a test expects 1, 2, 3 and so on. */
struct fixture {
	struct nl nl;
	struct err err;
	uint32_t seen, out_of_order;
	uint32_t stop_at; /* the number that is answered with @verdict */
	int verdict;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fake_link_reset();
	*state = fixture;
	return fixture && nl_open(&fixture->nl, NETLINK_ROUTE, NULL) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	nl_close(&fixture->nl);
	free(fixture);
	fake_link_reset();
	return 0;
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct fixture *fixture = arg;
	uint32_t number = 0;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(number))
		memcpy(&number, mnl_nlmsg_get_payload(message), sizeof(number));
	fixture->out_of_order += number != ++fixture->seen;
	return number == fixture->stop_at ? fixture->verdict : 0;
}

static int dump(struct fixture *fixture)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg body;
	} request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK },
	};

	fixture->seen = 0;
	fixture->out_of_order = 0;
	memset(&fixture->err, 0, sizeof(fixture->err));
	return nl_dump(&fixture->nl, &request.head, on_message, fixture, &fixture->err);
}

/* The numbers @first to @last, in messages of one datagram, at @bytes.
 *
 * Return: its length.
 */
static size_t make_datagram(char *bytes, uint32_t sequence, uint32_t first, uint32_t last)
{
	size_t length = 0;

	for (uint32_t number = first; number <= last; number++) {
		struct message message;

		message_begin(&message, RTM_NEWLINK, sequence, &number, sizeof(number));
		memcpy(bytes + length, message.bytes, message_head(&message)->nlmsg_len);
		length += message_head(&message)->nlmsg_len;
	}
	return length;
}

static void add_numbers(uint32_t sequence, uint32_t first, uint32_t last)
{
	char bytes[4096];

	fake_link_add(bytes, make_datagram(bytes, sequence, first, last));
}

static void expect(struct fixture *fixture, int ret, uint32_t seen)
{
	assert_int_equal(dump(fixture), ret);
	assert_int_equal(fixture->seen, seen);
	assert_int_equal(fixture->out_of_order, 0);
	if (ret < 0)
		assert_int_equal(strncmp(fixture->err.text, "netlink dump: ", 14), 0);
	else
		assert_string_equal(fixture->err.text, "");
}

static void the_request_is_a_dump(void **state)
{
	const struct nlmsghdr *head = message_head(&fake_link.request);

	for (uint32_t sequence = 1; sequence < 4; sequence++) {
		fake_link_add_end(NLMSG_DONE, sequence, 0);
		expect(*state, 0, 0);
		assert_int_equal(head->nlmsg_seq, sequence);
		assert_int_equal(head->nlmsg_type, RTM_GETLINK);
		assert_int_equal(head->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	}
	assert_int_equal(fake_link.opened, 1);
	assert_int_equal(fake_link.sent, 3);
}

static void a_dump_of_several_datagrams(void **state)
{
	add_numbers(1, 1, 10);
	add_numbers(1, 11, 11);
	add_numbers(1, 12, 100);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	expect(*state, 0, 100);
	assert_int_equal(fake_link.next, fake_link.count);
}

/* What comes behind the end in one datagram is nobody's. */
static void done_ends_it_within_a_datagram(void **state)
{
	char bytes[4096];
	size_t length = make_datagram(bytes, 1, 1, 3);
	struct message done;
	int none = 0;

	message_begin(&done, NLMSG_DONE, 1, &none, sizeof(none));
	memcpy(bytes + length, done.bytes, message_head(&done)->nlmsg_len);
	length += message_head(&done)->nlmsg_len;
	length += make_datagram(bytes + length, 1, 4, 5);
	fake_link_add(bytes, length);
	expect(*state, 0, 3);
}

/* A diag that the kernel lacks says so in NLMSG_DONE; a command it refuses, in NLMSG_ERROR. */
static void errors_at_the_end(void **state)
{
	static const uint16_t types[] = { NLMSG_DONE, NLMSG_ERROR };
	static const int errors[] = { -ENOENT, -EPERM, -EOPNOTSUPP, -4095 };
	uint32_t sequence = 0;

	for (size_t i = 0; i < UNIT_COUNT(types); i++)
		for (size_t j = 0; j < UNIT_COUNT(errors); j++) {
			add_numbers(++sequence, 1, 2);
			fake_link_add_end(types[i], sequence, errors[j]);
			expect(*state, errors[j], 2);
			fake_link_reset();
		}
}

static void ends_that_are_no_errors(void **state)
{
	struct message done;

	fake_link_add_end(NLMSG_ERROR, 1, 0); /* an acknowledgement */
	expect(*state, 0, 0);
	fake_link_add_end(NLMSG_DONE, 2, 17); /* a count */
	expect(*state, 0, 0);
	message_begin(&done, NLMSG_DONE, 3, NULL, 0); /* old kernels */
	fake_link_add_message(&done);
	expect(*state, 0, 0);
}

static void ends_that_make_no_sense(void **state)
{
	struct message error;

	fake_link_add_end(NLMSG_DONE, 1, -4096);
	expect(*state, -EBADMSG, 0);
	fake_link_add_end(NLMSG_ERROR, 2, INT32_MIN);
	expect(*state, -EBADMSG, 0);
	message_begin(&error, NLMSG_ERROR, 3, "\377\377", 2);
	fake_link_add_message(&error);
	expect(*state, -EBADMSG, 0);
	message_begin(&error, NLMSG_OVERRUN, 4, NULL, 0);
	fake_link_add_message(&error);
	expect(*state, -EOVERFLOW, 0);
}

/* Late answers to an earlier question, its end included. */
static void answers_to_another_question_are_skipped(void **state)
{
	struct fixture *fixture = *state;

	fixture->nl.sequence = 41;
	add_numbers(41, 7, 9);
	add_numbers(42, 1, 2);
	fake_link_add_end(NLMSG_DONE, 41, 0);
	fake_link_add_end(NLMSG_ERROR, 43, -EPERM);
	add_numbers(0, 9, 9);
	add_numbers(42, 3, 3);
	fake_link_add_end(NLMSG_DONE, 42, 0);
	expect(fixture, 0, 3);
}

static void noop_is_skipped(void **state)
{
	struct message noop;

	message_begin(&noop, NLMSG_NOOP, 1, NULL, 0);
	fake_link_add_message(&noop);
	add_numbers(1, 1, 1);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	expect(*state, 0, 1);
}

static void nothing_is_received_again(void **state)
{
	fake_link_add("", 0);
	fake_link_add_error(-EINTR);
	add_numbers(1, 1, 1);
	fake_link_add_error(-EINTR);
	fake_link_add_error(-EINTR);
	add_numbers(1, 2, 2);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	expect(*state, 0, 2);
}

/* What was received before is not lost; the link is made anew, since the rest may still come. */
static void a_failed_receive_ends_it(void **state)
{
	static const int errors[] = { -ENOBUFS, -ENOSPC, -ENOMEM };
	uint32_t sequence = 0;

	for (size_t i = 0; i < UNIT_COUNT(errors); i++) {
		add_numbers(++sequence, 1, 2);
		fake_link_add_error(errors[i]);
		expect(*state, errors[i], 2);
		add_numbers(sequence, 3, 4);
		add_numbers(++sequence, 1, 1);
		fake_link_add_end(NLMSG_DONE, sequence, 0);
		expect(*state, 0, 1);
		assert_int_equal(fake_link.opened, i + 2);
		assert_int_equal(fake_link.closed, i + 1);
	}
}

static void the_receiver_may_stop(void **state)
{
	struct fixture *fixture = *state;

	fixture->stop_at = 2;
	fixture->verdict = 1;
	add_numbers(1, 1, 3);
	expect(fixture, 0, 2);
	fixture->verdict = -ENOMEM;
	add_numbers(2, 1, 3);
	expect(fixture, -ENOMEM, 2);
	assert_int_equal(fake_link.opened, 2);
	fixture->stop_at = 0;
	add_numbers(2, 3, 4);
	add_numbers(3, 1, 4);
	fake_link_add_end(NLMSG_DONE, 3, 0);
	expect(fixture, 0, 4);
	assert_int_equal(fake_link.opened, 3);
}

static void add_datagrams(uint32_t sequence, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		add_numbers(sequence, 3 * i + 1, 3 * i + 3);
}

/* Long dumps are received ahead, by a thread: they must end, and fail, all the same. */
static void a_long_dump_ends_as_a_short_one(void **state)
{
	struct fixture *fixture = *state;
	uint32_t sequence = 0;

	for (uint32_t count = 5; count < 60; count += 3) {
		fake_link_reset();
		add_datagrams(++sequence, count);
		fake_link_add_error(-EINTR);
		fake_link_add_end(NLMSG_DONE, sequence, 0);
		expect(fixture, 0, 3 * count);
		assert_int_equal(fake_link.next, fake_link.count);
	}
	fake_link_reset();
	add_datagrams(++sequence, 20);
	fake_link_add_end(NLMSG_ERROR, sequence, -EPERM);
	expect(fixture, -EPERM, 60);
	fake_link_reset();
	add_datagrams(++sequence, 20);
	fake_link_add_error(-ENOBUFS);
	add_datagrams(sequence, 20);
	expect(fixture, -ENOBUFS, 60);
}

static void the_receiver_may_stop_a_long_dump(void **state)
{
	struct fixture *fixture = *state;
	uint32_t sequence = 0;

	for (uint32_t stop_at = 1; stop_at < 90; stop_at += 4) {
		fake_link_reset();
		fixture->stop_at = stop_at;
		fixture->verdict = stop_at % 8 == 1 ? 1 : -ENOMEM;
		add_datagrams(++sequence, 30);
		fake_link_add_end(NLMSG_DONE, sequence, 0);
		expect(fixture, fixture->verdict > 0 ? 0 : fixture->verdict, stop_at);
	}
	fixture->stop_at = 0;
	fake_link_reset();
	add_datagrams(++sequence, 30);
	fake_link_add_end(NLMSG_DONE, sequence, 0);
	expect(fixture, 0, 90);
}

static void a_disturbed_dump_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct message message;
	uint32_t number = 1;

	message_begin(&message, RTM_NEWLINK, 1, &number, sizeof(number));
	message_head(&message)->nlmsg_flags |= NLM_F_DUMP_INTR;
	fake_link_add_message(&message);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	expect(fixture, 0, 1);
	assert_true(fixture->nl.is_interrupted);
	fake_link_add_end(NLMSG_DONE, 2, 0);
	expect(fixture, 0, 0);
	assert_false(fixture->nl.is_interrupted);
}

static void no_link_no_dump(void **state)
{
	struct fixture *fixture = *state;
	struct err err;
	struct nl nl;

	fake_link.send_error = -ECONNREFUSED;
	expect(fixture, -ECONNREFUSED, 0);
	fake_link.send_error = 0;
	fake_link.open_error = -EMFILE;
	expect(fixture, -EMFILE, 0); /* the link is stale and there is no other */
	expect(fixture, -EMFILE, 0);
	assert_int_equal(nl_open(&nl, NETLINK_ROUTE, &err), -EMFILE);
	assert_int_equal(strncmp(err.text, "cannot talk netlink to the kernel: ", 35), 0);
	fake_link.open_error = 0;
	add_numbers(4, 1, 1);
	fake_link_add_end(NLMSG_DONE, 4, 0);
	expect(fixture, 0, 1);
	assert_int_equal(fake_link.closed, 1);
}

/* Whatever is missing at a datagram's end, the messages before it were handed on. */
static void datagrams_of_every_length(void **state)
{
	char bytes[4096];
	size_t whole = make_datagram(bytes, 1, 1, 4);
	const size_t one = whole / 4;

	for (size_t length = 0; length <= whole; length++) {
		struct fixture *fixture = *state;

		fixture->nl.sequence = 0;
		fake_link_reset();
		fake_link_add(bytes, length);
		fake_link_add_end(NLMSG_DONE, 1, 0);
		expect(fixture, length % one ? -EBADMSG : 0, (uint32_t)(length / one));
	}
}

static void messages_that_lie_about_their_length(void **state)
{
	static const uint32_t wrong[] = { 0, 1, 15, 41, 1000, 0x7fffffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		struct fixture *fixture = *state;
		char bytes[4096];
		size_t length = make_datagram(bytes, 1, 1, 4);
		struct nlmsghdr *third = (struct nlmsghdr *)(bytes + length / 2);

		fixture->nl.sequence = 0;
		fake_link_reset();
		third->nlmsg_len = wrong[i];
		fake_link_add(bytes, length);
		fake_link_add_end(NLMSG_DONE, 1, 0);
		expect(fixture, -EBADMSG, 2);
	}
}

static void a_datagram_that_fills_the_buffer(void **state)
{
	char *bytes = calloc(1, NL_BUFFER_SIZE + 4);
	struct nlmsghdr *head = (struct nlmsghdr *)bytes;
	uint32_t number = 1;

	assert_non_null(bytes);
	*head = (struct nlmsghdr){ .nlmsg_len = NL_BUFFER_SIZE,
				   .nlmsg_type = RTM_NEWLINK,
				   .nlmsg_seq = 1 };
	memcpy(bytes + NLMSG_HDRLEN, &number, sizeof(number));
	fake_link_add(bytes, NL_BUFFER_SIZE);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	expect(*state, 0, 1);
	fake_link_add(bytes, NL_BUFFER_SIZE + 4);
	expect(*state, -ENOSPC, 0);
	free(bytes);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_request_is_a_dump),
		TEST(a_dump_of_several_datagrams),
		TEST(done_ends_it_within_a_datagram),
		TEST(errors_at_the_end),
		TEST(ends_that_are_no_errors),
		TEST(ends_that_make_no_sense),
		TEST(answers_to_another_question_are_skipped),
		TEST(noop_is_skipped),
		TEST(nothing_is_received_again),
		TEST(a_failed_receive_ends_it),
		TEST(the_receiver_may_stop),
		TEST(a_long_dump_ends_as_a_short_one),
		TEST(the_receiver_may_stop_a_long_dump),
		TEST(a_disturbed_dump_is_told),
		TEST(no_link_no_dump),
		TEST(datagrams_of_every_length),
		TEST(messages_that_lie_about_their_length),
		TEST(a_datagram_that_fills_the_buffer),
	};

	return cmocka_run_group_tests_name("nl", tests, NULL, NULL);
}
