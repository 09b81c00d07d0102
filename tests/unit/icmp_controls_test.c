// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes beside a message: stamps of the kernel and of the network device, hop limits. */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <string.h>

#include "raw/icmp.h"
#include "unit.h"

#define SEQ 7

static const struct icmp_socket naming4 = { .family = AF_INET, .names_stamps = true };

/* Put a control message at @at.
 *
 * Return: where the next one goes. */
static char *put_control(char *at, int level, int type, const void *data, size_t size)
{
	struct cmsghdr head = { .cmsg_len = CMSG_LEN(size),
				.cmsg_level = level,
				.cmsg_type = type };

	memset(at, 0, CMSG_SPACE(size));
	memcpy(at, &head, sizeof(head));
	memcpy(at + CMSG_LEN(0), data, size);
	return at + CMSG_SPACE(size);
}

/* SCM_TIMESTAMPING: three times, the first of them the kernel's, the last the device's; beside it a
 * hop limit and what the test does not know. */
static void controls_are_read(void **state)
{
	union {
		struct cmsghdr align;
		char bytes[256];
	} control = { 0 };
	const int64_t times[6] = { 1795751707, 945099123, 11, 12, 7, 250 };
	const int limit = 61, unknown = 5;
	struct msghdr message = { .msg_control = control.bytes };
	struct probe_event event = { .ttl = -1 };
	char *at = control.bytes;

	(void)state;
	at = put_control(at, SOL_SOCKET, 9999, &unknown, sizeof(unknown));
	at = put_control(at, SOL_SOCKET, SCM_TIMESTAMPING, times, sizeof(times));
	at = put_control(at, IPPROTO_IPV6, IPV6_HOPLIMIT, &limit, sizeof(limit));
	message.msg_controllen = (size_t)(at - control.bytes);
	icmp_read_controls(&event, &message);
	assert_int_equal(event.stamp_ns, 1795751707945099123);
	assert_int_equal(event.hardware_ns, 7000000250);
	assert_int_equal(event.ttl, 61);
	/* Cut short it says nothing. */
	for (size_t size = 0; size < sizeof(times); size++) {
		event = (struct probe_event){ .ttl = -1 };
		at = put_control(control.bytes, SOL_SOCKET, SCM_TIMESTAMPING, times, size);
		message.msg_controllen = (size_t)(at - control.bytes);
		icmp_read_controls(&event, &message);
		assert_int_equal(event.stamp_ns, 0);
		assert_int_equal(event.hardware_ns, 0);
	}
}

/* SCM_TIMESTAMPNS, of a flood: the kernel's time alone. */
static void a_lone_stamp_is_read(void **state)
{
	union {
		struct cmsghdr align;
		char bytes[256];
	} control = { 0 };
	const int64_t times[6] = { 1795751707, 945099123, 11, 12, 7, 250 };

	(void)state;
	for (size_t size = 0; size <= sizeof(times); size++) {
		char *end = put_control(control.bytes, SOL_SOCKET, SCM_TIMESTAMPNS, times, size);
		struct msghdr message = { .msg_control = control.bytes,
					  .msg_controllen = (size_t)(end - control.bytes) };
		struct probe_event event = { .ttl = -1 };

		icmp_read_controls(&event, &message);
		assert_int_equal(event.stamp_ns,
				 size < 2 * sizeof(times[0]) ? 0 : 1795751707945099123);
		assert_int_equal(event.hardware_ns, 0);
	}
}

struct sent_row {
	const char *what;
	int64_t times[6];
	uint32_t info;
	bool is_read;
};

static const struct sent_row sent_rows[] = {
	{ "the kernel's", { 1, 2, 0, 0, 0, 0 }, SCM_TSTAMP_SND, true },
	{ "the device's, in a message of its own", { 0, 0, 0, 0, 3, 4 }, SCM_TSTAMP_SND, true },
	{ "none", { 0 }, SCM_TSTAMP_SND, false },
	{ "of the moment before the queue", { 1, 2, 0, 0, 0, 0 }, SCM_TSTAMP_SCHED, false },
};

static void both_kinds_of_transmit_stamps_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(sent_rows); i++) {
		const struct sent_row *row = &sent_rows[i];
		const struct {
			struct sock_extended_err error;
			struct sockaddr_in offender;
		} told = { .error = { .ee_errno = ENOMSG,
				      .ee_origin = SO_EE_ORIGIN_TIMESTAMPING,
				      .ee_info = row->info,
				      .ee_data = 0x10000 + SEQ } };
		union {
			struct cmsghdr align;
			char bytes[256];
		} control = { 0 };
		struct msghdr message = { .msg_control = control.bytes };
		struct probe_event event = { .ttl = -1 };
		char *at = put_control(control.bytes, SOL_SOCKET, SCM_TIMESTAMPING, row->times,
				       sizeof(row->times));

		at = put_control(at, IPPROTO_IP, IP_RECVERR, &told, sizeof(told));
		message.msg_controllen = (size_t)(at - control.bytes);
		icmp_read_controls(&event, &message);
		if (icmp_parse_error(&event, &naming4, &message, NULL, 0) != row->is_read)
			fail_msg("%s", row->what);
		if (!row->is_read)
			continue;
		assert_int_equal(event.kind, PROBE_SENT);
		assert_int_equal(event.seq, SEQ);
		assert_int_equal(event.stamp_ns, row->times[0] ? 1000000002 : 0);
		assert_int_equal(event.hardware_ns, row->times[4] ? 3000000004 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controls_are_read),
		cmocka_unit_test(a_lone_stamp_is_read),
		cmocka_unit_test(both_kinds_of_transmit_stamps_are_read),
	};

	return cmocka_run_group_tests_name("icmp_controls", tests, NULL, NULL);
}
