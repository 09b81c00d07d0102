// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sockdiag.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "message.h"
#include "unit.h"

#define CGROUP_ID 0x1122334455667788u

static const struct inet_diag_msg inet_payload = {
	.idiag_family = AF_INET6,
	.idiag_state = SOCK_CLOSE_WAIT,
	.idiag_timer = SOCK_TIMER_KEEPALIVE,
	.idiag_retrans = 3,
	.idiag_expires = 7200000,
	.idiag_rqueue = 11,
	.idiag_wqueue = 12,
	.idiag_uid = 1000,
	.idiag_inode = 4294967295,
	.id = { .idiag_if = 5, .idiag_cookie = { 0x89abcdef, 0x01234567 } },
};

/* A message with the fixed part @diag and the two attributes that are read. */
static void make_inet(struct message *message, const struct inet_diag_msg *diag)
{
	struct tcp_info info = { .tcpi_retransmits = 4, .tcpi_probes = 6 };
	uint64_t cgroup = CGROUP_ID;

	message_begin(message, SOCK_DIAG_BY_FAMILY, 1, diag, sizeof(*diag));
	message_attr(message, INET_DIAG_SHUTDOWN, "\1", 1);
	message_attr(message, INET_DIAG_INFO, &info, sizeof(info));
	message_attr(message, INET_DIAG_CGROUP_ID, &cgroup, sizeof(cgroup));
}

static void an_inet_message_becomes_a_socket(void **state)
{
	struct inet_diag_msg diag = inet_payload;
	struct message message;
	struct addr peer;
	struct sock sock;

	(void)state;
	diag.id.idiag_sport = htons(443);
	diag.id.idiag_dport = htons(50000);
	assert_int_equal(addr_parse(&peer, "2001:db8::77"), 0);
	memcpy(diag.id.idiag_src, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	memcpy(diag.id.idiag_dst, peer.bytes, 16);
	make_inet(&message, &diag);
	assert_true(sockdiag_parse_inet(message_head(&message), SOCK_TCP, &sock));
	assert_int_equal(sock.proto, SOCK_TCP);
	assert_int_equal(sock.family, AF_INET6);
	assert_int_equal(sock.state, SOCK_CLOSE_WAIT);
	assert_int_equal(sock.local.port, 443);
	assert_int_equal(sock.local.bytes[0], 0xfe);
	assert_int_equal(sock.local.zone, 5); /* its address means something on this link alone */
	assert_int_equal(sock.peer.port, 50000);
	assert_true(addr_equal(&sock.peer, &peer));
	assert_int_equal(sock.peer.zone, 0);
	assert_int_equal(sock.cookie, 0x0123456789abcdef);
	assert_int_equal(sock.cgroup_id, CGROUP_ID);
	assert_int_equal(sock.inode, 4294967295);
	assert_int_equal(sock.rqueue, 11);
	assert_int_equal(sock.wqueue, 12);
	assert_int_equal(sock.uid, 1000);
	assert_int_equal(sock.iface, 5);
	assert_int_equal(sock.expires_ms, 7200000);
	assert_int_equal(sock.timer, SOCK_TIMER_KEEPALIVE);
	assert_int_equal(sock.retrans, 4); /* with tcp_info at hand, what that says */
	assert_int_equal(sock.probes, 6);
}

static void ipv4_takes_four_bytes(void **state)
{
	struct inet_diag_msg diag = inet_payload;
	struct message message;
	struct sock sock;

	(void)state;
	diag.idiag_family = AF_INET;
	memset(diag.id.idiag_src, 0xff, 16);
	memset(diag.id.idiag_dst, 0xee, 16);
	make_inet(&message, &diag);
	assert_true(sockdiag_parse_inet(message_head(&message), SOCK_UDP, &sock));
	assert_memory_equal(sock.local.bytes, "\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(sock.peer.bytes, "\xee\xee\xee\xee\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(sock.retrans, 3); /* tcp_info is TCP's */
	assert_int_equal(sock.probes, 0);
}

static void what_is_no_inet_message(void **state)
{
	struct inet_diag_msg diag = inet_payload;
	struct message message;
	struct sock sock;

	(void)state;
	make_inet(&message, &diag);
	message_head(&message)->nlmsg_type = SOCK_DIAG_BY_FAMILY + 1;
	assert_false(sockdiag_parse_inet(message_head(&message), SOCK_TCP, &sock));
	for (unsigned int family = 0; family < 256; family++) {
		diag.idiag_family = (uint8_t)family;
		make_inet(&message, &diag);
		assert_int_equal(sockdiag_parse_inet(message_head(&message), SOCK_TCP, &sock),
				 family == AF_INET || family == AF_INET6);
	}
}

/* What is cut off is not read: neither behind the message's end (a sanitizer sees that), nor out of
 * what an attribute has lost, although the bytes are still there. */
static void inet_messages_of_every_length(void **state)
{
	struct message message;
	size_t whole;

	(void)state;
	make_inet(&message, &inet_payload);
	whole = message_head(&message)->nlmsg_len;
	for (size_t length = NLMSG_HDRLEN; length <= whole; length++) {
		bool fits = length >= NLMSG_HDRLEN + sizeof(struct inet_diag_msg);
		struct nlmsghdr *exact = message_exact(&message, length);
		struct sock sock;

		assert_int_equal(sockdiag_parse_inet(exact, SOCK_TCP, &sock), fits);
		free(exact);
		message_head(&message)->nlmsg_len = (uint32_t)length;
		assert_int_equal(sockdiag_parse_inet(message_head(&message), SOCK_TCP, &sock),
				 fits);
		if (!fits)
			continue;
		assert_int_equal(sock.inode, 4294967295);
		assert_int_equal(sock.cgroup_id, length == whole ? CGROUP_ID : 0);
	}
}

static void attributes_of_every_length(void **state)
{
	char bytes[sizeof(struct tcp_info) + 64];

	(void)state;
	memset(bytes, 9, sizeof(bytes));
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		struct message message;
		struct nlmsghdr *exact;
		struct sock sock;

		message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &inet_payload,
			      sizeof(inet_payload));
		message_attr(&message, INET_DIAG_INFO, bytes, length);
		message_attr(&message, INET_DIAG_CGROUP_ID, bytes, length);
		exact = message_exact(&message, message_head(&message)->nlmsg_len);
		assert_true(sockdiag_parse_inet(exact, SOCK_TCP, &sock));
		free(exact);
		assert_int_equal(sock.cgroup_id, length >= 8 ? 0x0909090909090909 : 0);
		assert_int_equal(sock.retrans,
				 length >= offsetof(struct tcp_info, tcpi_backoff) ? 9 : 3);
	}
}

/* An attribute that claims a wrong length ends the reading, and what came before it counts. */
static void attributes_that_lie_about_their_length(void **state)
{
	static const uint16_t wrong[] = { 0, 1, 2, 3, 13, 14, 200, 0x7fff, 0x8000, 0xffff };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++) {
		uint64_t cgroup = CGROUP_ID, other = 1;
		struct message message;
		struct nlmsghdr *exact;
		struct nlattr *attr;
		struct sock sock;

		message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &inet_payload,
			      sizeof(inet_payload));
		message_attr(&message, INET_DIAG_CGROUP_ID, &cgroup, sizeof(cgroup));
		attr = message_attr(&message, INET_DIAG_CGROUP_ID, &other, sizeof(other));
		attr->nla_len = wrong[i];
		exact = message_exact(&message, message_head(&message)->nlmsg_len);
		assert_true(sockdiag_parse_inet(exact, SOCK_TCP, &sock));
		free(exact);
		assert_int_equal(sock.cgroup_id, CGROUP_ID);
	}
}

static const struct unix_diag_msg unix_payload = {
	.udiag_family = AF_UNIX,
	.udiag_type = SOCK_SEQPACKET,
	.udiag_state = SOCK_LISTEN,
	.udiag_ino = 4242,
	.udiag_cookie = { 0x89abcdef, 0x01234567 },
};

static void make_unix(struct message *message, const char *name, size_t length)
{
	struct unix_diag_rqlen queues = { .udiag_rqueue = 3, .udiag_wqueue = 128 };
	uint32_t peer = 77, uid = 1000;

	message_begin(message, SOCK_DIAG_BY_FAMILY, 1, &unix_payload, sizeof(unix_payload));
	if (name)
		message_attr(message, UNIX_DIAG_NAME, name, length);
	message_attr(message, UNIX_DIAG_PEER, &peer, sizeof(peer));
	message_attr(message, UNIX_DIAG_RQLEN, &queues, sizeof(queues));
	message_attr(message, UNIX_DIAG_UID, &uid, sizeof(uid));
}

static void a_unix_message_becomes_a_socket(void **state)
{
	struct message message;
	char path[SOCK_PATH_SIZE];
	struct sock sock;

	(void)state;
	make_unix(&message, UNIT_BYTES("/run/socket\0"));
	assert_true(sockdiag_parse_unix(message_head(&message), &sock, path));
	assert_int_equal(sock.proto, SOCK_UNIX);
	assert_int_equal(sock.family, AF_UNIX);
	assert_int_equal(sock.state, SOCK_LISTEN);
	assert_int_equal(sock.un.type, SOCK_SEQPACKET);
	assert_string_equal(sock.un.path, "/run/socket");
	assert_ptr_equal(sock.un.path, path);
	assert_int_equal(sock.un.peer_inode, 77);
	assert_int_equal(sock.inode, 4242);
	assert_int_equal(sock.cookie, 0x0123456789abcdef);
	assert_int_equal(sock.rqueue, 3);
	assert_int_equal(sock.wqueue, 128);
	assert_int_equal(sock.uid, 1000);
	assert_false(sock.un.is_pending);
}

static void without_attributes_all_is_unknown(void **state)
{
	struct message message;
	char path[SOCK_PATH_SIZE];
	struct sock sock;

	(void)state;
	message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &unix_payload, sizeof(unix_payload));
	assert_true(sockdiag_parse_unix(message_head(&message), &sock, path));
	assert_null(sock.un.path);
	assert_int_equal(sock.un.peer_inode, 0);
	assert_int_equal(sock.rqueue, 0);
	assert_int_equal(sock.wqueue, SOCK_NO_BACKLOG);
	assert_int_equal(sock.uid, SOCK_NO_UID);
}

static void check_name(const char *name, size_t length, const char *expected)
{
	struct message message;
	char *path = malloc(SOCK_PATH_SIZE);
	struct sock sock;

	assert_non_null(path);
	make_unix(&message, name, length);
	assert_true(sockdiag_parse_unix(message_head(&message), &sock, path));
	if (expected)
		assert_string_equal(sock.un.path, expected);
	else
		assert_null(sock.un.path);
	assert_int_equal(sock.un.peer_inode, 77);
	free(path);
}

static void names_of_every_kind(void **state)
{
	(void)state;
	check_name(UNIT_BYTES(""), NULL);
	check_name(UNIT_BYTES("relative\0"), "relative");
	check_name(UNIT_BYTES("no terminator"), "no terminator");
	check_name(UNIT_BYTES("\0abstract"), "@abstract");
	check_name(UNIT_BYTES("\0trailing nul\0"), "@trailing nul@");
	check_name(UNIT_BYTES("\0\0two"), "@@two");
	check_name(UNIT_BYTES("\0"), "@");
	check_name(UNIT_BYTES("\0nul\0in\0side"), "@nul@in@side");
	check_name(UNIT_BYTES("new\nline\0"), "new\nline");
	check_name(UNIT_BYTES(" \0"), " ");
}

/* 108 bytes are the longest: of an abstract name, and of a path, for which the kernel keeps a
 * terminator in addition (net/unix/af_unix.c, unix_mkname_bsd()). More is nothing it would say. */
static void names_of_every_length(void **state)
{
	char name[200], expected[200];

	(void)state;
	for (size_t length = 1; length < sizeof(name); length++) {
		memset(name, 'n', sizeof(name));
		memset(expected, 'n', sizeof(expected));
		expected[length] = '\0';
		check_name(name, length, length <= 108 ? expected : NULL);
		name[length - 1] = '\0';
		expected[length - 1] = '\0';
		if (length > 1)
			check_name(name, length, length <= 109 ? expected : NULL);
		name[length - 1] = 'n';
		name[0] = '\0';
		expected[0] = '@';
		if (length > 1)
			expected[length - 1] = 'n';
		expected[length] = '\0';
		check_name(name, length, length <= 108 ? expected : NULL);
	}
}

static void what_is_no_unix_message(void **state)
{
	struct unix_diag_msg diag = unix_payload;
	struct message message;
	char path[SOCK_PATH_SIZE];
	struct sock sock;

	(void)state;
	make_unix(&message, NULL, 0);
	message_head(&message)->nlmsg_type = NLMSG_MIN_TYPE;
	assert_false(sockdiag_parse_unix(message_head(&message), &sock, path));
	diag.udiag_family = AF_INET;
	message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &diag, sizeof(diag));
	assert_false(sockdiag_parse_unix(message_head(&message), &sock, path));
}

static void unix_messages_of_every_length(void **state)
{
	struct message message;
	size_t whole;

	(void)state;
	make_unix(&message, UNIT_BYTES("/run/socket\0"));
	whole = message_head(&message)->nlmsg_len;
	for (size_t length = NLMSG_HDRLEN; length <= whole; length++) {
		bool fits = length >= NLMSG_HDRLEN + sizeof(struct unix_diag_msg);
		struct nlmsghdr *exact = message_exact(&message, length);
		char path[SOCK_PATH_SIZE];
		struct sock sock;

		assert_int_equal(sockdiag_parse_unix(exact, &sock, path), fits);
		free(exact);
		message_head(&message)->nlmsg_len = (uint32_t)length;
		assert_int_equal(sockdiag_parse_unix(message_head(&message), &sock, path), fits);
		if (fits)
			assert_int_equal(sock.uid, length == whole ? 1000 : SOCK_NO_UID);
	}
}

static void unix_attributes_of_every_length(void **state)
{
	char bytes[16];

	(void)state;
	memset(bytes, 1, sizeof(bytes));
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		struct message message;
		struct nlmsghdr *exact;
		char path[SOCK_PATH_SIZE];
		struct sock sock;

		message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &unix_payload,
			      sizeof(unix_payload));
		message_attr(&message, UNIX_DIAG_PEER, bytes, length);
		message_attr(&message, UNIX_DIAG_RQLEN, bytes, length);
		message_attr(&message, UNIX_DIAG_UID, bytes, length);
		exact = message_exact(&message, message_head(&message)->nlmsg_len);
		assert_true(sockdiag_parse_unix(exact, &sock, path));
		free(exact);
		assert_int_equal(sock.un.peer_inode, length >= 4 ? 0x01010101 : 0);
		assert_int_equal(sock.rqueue, length >= 8 ? 0x01010101 : 0);
		assert_int_equal(sock.uid, length >= 4 ? 0x01010101 : SOCK_NO_UID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_inet_message_becomes_a_socket),
		cmocka_unit_test(ipv4_takes_four_bytes),
		cmocka_unit_test(what_is_no_inet_message),
		cmocka_unit_test(inet_messages_of_every_length),
		cmocka_unit_test(attributes_of_every_length),
		cmocka_unit_test(attributes_that_lie_about_their_length),
		cmocka_unit_test(a_unix_message_becomes_a_socket),
		cmocka_unit_test(without_attributes_all_is_unknown),
		cmocka_unit_test(names_of_every_kind),
		cmocka_unit_test(names_of_every_length),
		cmocka_unit_test(what_is_no_unix_message),
		cmocka_unit_test(unix_messages_of_every_length),
		cmocka_unit_test(unix_attributes_of_every_length),
	};

	return cmocka_run_group_tests_name("sockdiag", tests, NULL, NULL);
}
