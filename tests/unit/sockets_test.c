// SPDX-License-Identifier: GPL-2.0-or-later
/* What a listing makes of a dump: duplicates, ends, and where /proc has to serve. The latter is
 * this machine's own, so that only rows with the inodes below count. */
#include "host/sockets.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_link.h"
#include "unit.h"

/* No kernel counts up to here while a test runs. */
#define FIRST_INODE 4294960000u

struct fixture {
	struct sockets sockets;
	struct err err;
	uint32_t only; /* the only inode that counts, 0: those from FIRST_INODE on */
	uint32_t inodes[256];
	char paths[256][SOCK_PATH_SIZE];
	size_t count;
	size_t stop_at;
	int verdict;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	fake_link_reset();
	sockets_open(&fixture->sockets);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	sockets_close(&fixture->sockets);
	free(fixture);
	fake_link_reset();
	return 0;
}

static int on_row(const struct sock *sock, void *arg)
{
	struct fixture *fixture = arg;

	if (fixture->only ? sock->inode != fixture->only : sock->inode < FIRST_INODE)
		return 0;
	if (fixture->count == UNIT_COUNT(fixture->inodes))
		abort();
	fixture->inodes[fixture->count] = sock->inode;
	if (sock->proto == SOCK_UNIX && sock->un.path)
		strcpy(fixture->paths[fixture->count], sock->un.path);
	return ++fixture->count == fixture->stop_at ? fixture->verdict : 0;
}

static int list(struct fixture *fixture, enum sock_proto proto)
{
	struct sock_query query = {
		.proto = proto,
		.family = proto == SOCK_UNIX ? AF_UNIX : AF_INET,
		.states = UINT16_MAX,
	};

	fixture->count = 0;
	memset(&fixture->err, 0, sizeof(fixture->err));
	return sockets_list(&fixture->sockets, &query, on_row, fixture, &fixture->err);
}

static void queue_inet(uint32_t sequence, uint32_t inode, uint64_t cookie)
{
	struct inet_diag_msg diag = {
		.idiag_family = AF_INET,
		.idiag_state = SOCK_ESTABLISHED,
		.idiag_inode = FIRST_INODE + inode,
		.id.idiag_cookie = { (uint32_t)cookie, (uint32_t)(cookie >> 32) },
	};
	struct message message;

	message_begin(&message, SOCK_DIAG_BY_FAMILY, sequence, &diag, sizeof(diag));
	fake_link_add_message(&message);
}

static void queue_unix(uint32_t sequence, uint32_t inode, const char *name)
{
	struct unix_diag_msg diag = {
		.udiag_family = AF_UNIX,
		.udiag_type = SOCK_STREAM,
		.udiag_state = SOCK_LISTEN,
		.udiag_ino = FIRST_INODE + inode,
		.udiag_cookie = { inode, 1 },
	};
	struct message message;

	message_begin(&message, SOCK_DIAG_BY_FAMILY, sequence, &diag, sizeof(diag));
	message_attr(&message, UNIX_DIAG_NAME, name, strlen(name) + 1);
	fake_link_add_message(&message);
}

static void expect_inodes(const struct fixture *fixture, const uint32_t *inodes, size_t count)
{
	assert_int_equal(fixture->count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(fixture->inodes[i], FIRST_INODE + inodes[i]);
}

static void the_request_names_what_is_wanted(void **state)
{
	const struct inet_diag_req_v2 *request =
		(const void *)(fake_link.request.bytes + NLMSG_HDRLEN);
	struct fixture *fixture = *state;

	queue_inet(1, 1, 1);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(list(fixture, SOCK_TCP), 0);
	expect_inodes(fixture, (const uint32_t[]){ 1 }, 1);
	assert_int_equal(message_head(&fake_link.request)->nlmsg_type, SOCK_DIAG_BY_FAMILY);
	assert_int_equal(request->sdiag_family, AF_INET);
	assert_int_equal(request->sdiag_protocol, IPPROTO_TCP);
	assert_int_equal(request->idiag_states, UINT16_MAX);
}

/* Both families of TCP in one request, sieved as one of them would be. */
static void both_families_are_sieved_at_once(void **state)
{
	static const uint32_t code[] = { 0x12345678, 0x9abcdef0 };
	const struct sock_query query = {
		.proto = SOCK_TCP,
		.family = AF_UNSPEC,
		.states = 1u << SOCK_ESTABLISHED,
		.with_probes = true,
		.is_sieved = true,
		.sport = 443,
		.dport = 50000,
		.code = code,
		.code_length = sizeof(code),
	};
	const struct nlmsghdr *head = message_head(&fake_link.request);
	const struct inet_diag_req *request = mnl_nlmsg_get_payload(head);
	struct fixture *fixture = *state;
	const struct nlattr *attr;
	unsigned int attrs = 0;

	queue_inet(1, 1, 1);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(sockets_list(&fixture->sockets, &query, on_row, fixture, &fixture->err),
			 0);
	assert_true(fixture->sockets.is_sieved);
	expect_inodes(fixture, (const uint32_t[]){ 1 }, 1);
	assert_int_equal(head->nlmsg_type, TCPDIAG_GETSOCK);
	assert_int_equal(request->idiag_states, query.states);
	assert_int_equal(request->idiag_ext, 1 << (INET_DIAG_INFO - 1));
	assert_int_equal(ntohs(request->id.idiag_sport), 443);
	assert_int_equal(ntohs(request->id.idiag_dport), 50000);
	nl_for_each_attr(attr, head, sizeof(*request)) {
		attrs++;
		assert_int_equal(mnl_attr_get_type(attr), INET_DIAG_REQ_BYTECODE);
		assert_int_equal(mnl_attr_get_payload_len(attr), sizeof(code));
		assert_memory_equal(mnl_attr_get_payload(attr), code, sizeof(code));
	}
	assert_int_equal(attrs, 1);
}

/* A bucket that grew while it was read gives a socket twice; another one may have the same inode
 * (0, in reality), and one whose cookie is not known cannot be told from others. */
static void a_cookie_comes_once(void **state)
{
	struct fixture *fixture = *state;

	queue_inet(1, 1, 0x100000001);
	queue_inet(1, 2, 0x200000001);
	queue_inet(1, 1, 0x100000001);
	queue_inet(1, 2, 0x200000001);
	queue_inet(1, 2, 0x300000001);
	queue_inet(1, 3, SOCK_NO_COOKIE);
	queue_inet(1, 3, SOCK_NO_COOKIE);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(list(fixture, SOCK_TCP), 0);
	expect_inodes(fixture, (const uint32_t[]){ 1, 2, 2, 3, 3 }, 5);
	/* the next listing is another one */
	queue_inet(2, 1, 0x100000001);
	fake_link_add_end(NLMSG_DONE, 2, 0);
	assert_int_equal(list(fixture, SOCK_TCP), 0);
	expect_inodes(fixture, (const uint32_t[]){ 1 }, 1);
}

static void a_unix_socket_comes_once(void **state)
{
	struct fixture *fixture = *state;

	queue_unix(1, 1, "/one");
	queue_unix(1, 2, "/two");
	queue_unix(1, 1, "/one");
	queue_unix(1, 3, "/two");
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(list(fixture, SOCK_UNIX), 0);
	expect_inodes(fixture, (const uint32_t[]){ 1, 2, 3 }, 3);
	assert_string_equal(fixture->paths[0], "/one");
	assert_string_equal(fixture->paths[1], "/two");
	assert_string_equal(fixture->paths[2], "/two");
}

/* The inode of a UNIX socket that is open, and so in /proc. */
static uint32_t open_socket(int *fd)
{
	struct stat found;

	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(*fd >= 0);
	assert_int_equal(fstat(*fd, &found), 0);
	return (uint32_t)found.st_ino;
}

/* When the diag breaks off, /proc takes over for the rest: what the diag had said comes once. */
static void a_broken_diag_doubles_nothing(void **state)
{
	struct fixture *fixture = *state;
	uint32_t inode;
	int fd;

	inode = open_socket(&fd);
	fixture->only = inode;
	for (uint32_t sequence = 1; sequence < 3; sequence++) {
		queue_unix(sequence, inode - FIRST_INODE, "/one");
		if (sequence == 1)
			fake_link_add_end(NLMSG_DONE, sequence, 0);
		else
			fake_link_add_error(-ENOBUFS);
		list(fixture, SOCK_UNIX); /* without /proc it fails, but has its row */
		assert_int_equal(fixture->count, 1);
		assert_string_equal(fixture->paths[0], "/one");
	}
	close(fd);
}

/* An error after rows is told, and the rows were handed on: /proc would give them once more. */
static void an_error_after_rows_is_told(void **state)
{
	static const int errors[] = { -ENOBUFS, -ENOENT, -EPERM };
	struct fixture *fixture = *state;

	for (uint32_t i = 0; i < UNIT_COUNT(errors); i++) {
		queue_inet(i + 1, 1, 1);
		queue_inet(i + 1, 2, 2);
		fake_link_add_end(NLMSG_ERROR, i + 1, errors[i]);
		assert_int_equal(list(fixture, SOCK_TCP), errors[i]);
		expect_inodes(fixture, (const uint32_t[]){ 1, 2 }, 2);
		assert_int_equal(strncmp(fixture->err.text, "netlink dump: ", 14), 0);
	}
}

/* SCTP has no file in /proc/net that could serve instead. */
static void a_protocol_that_is_missing(void **state)
{
	static const int errors[] = { -ENOENT, -EOPNOTSUPP };
	struct fixture *fixture = *state;

	for (uint32_t i = 0; i < UNIT_COUNT(errors); i++) {
		fake_link_add_end(i ? NLMSG_ERROR : NLMSG_DONE, i + 1, errors[i]);
		assert_int_equal(list(fixture, SOCK_SCTP), -ENOENT);
		assert_int_equal(fixture->count, 0);
	}
}

static void no_netlink_at_all(void **state)
{
	struct fixture *fixture = *state;

	sockets_close(&fixture->sockets);
	fake_link.open_error = -EPROTONOSUPPORT;
	sockets_open(&fixture->sockets);
	assert_false(fixture->sockets.has_diag);
	assert_int_equal(list(fixture, SOCK_SCTP), -ENOENT);
}

static void what_is_no_answer_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct message message;

	queue_inet(1, 1, 1);
	message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, "short", 5);
	fake_link_add_message(&message);
	queue_inet(1, 2, 2);
	assert_int_equal(list(fixture, SOCK_TCP), -EBADMSG);
	expect_inodes(fixture, (const uint32_t[]){ 1 }, 1);
	queue_unix(2, 1, "/one");
	message_head(&message)->nlmsg_seq = 2;
	fake_link_add_message(&message);
	assert_int_equal(list(fixture, SOCK_UNIX), -EBADMSG);
	expect_inodes(fixture, (const uint32_t[]){ 1 }, 1);
	assert_int_equal(strncmp(fixture->err.text, "netlink dump: ", 14), 0);
}

static void the_receiver_may_stop(void **state)
{
	struct fixture *fixture = *state;

	fixture->stop_at = 2;
	fixture->verdict = 1;
	for (uint32_t i = 1; i < 4; i++)
		queue_inet(1, i, i);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(list(fixture, SOCK_TCP), 0);
	expect_inodes(fixture, (const uint32_t[]){ 1, 2 }, 2);
	fixture->verdict = -ENOMEM;
	for (uint32_t i = 1; i < 4; i++)
		queue_inet(2, i, i);
	assert_int_equal(list(fixture, SOCK_TCP), -ENOMEM);
	for (uint32_t i = 1; i < 4; i++)
		queue_unix(3, i, "/name");
	fake_link_add_end(NLMSG_DONE, 3, 0);
	assert_int_equal(list(fixture, SOCK_UNIX), -ENOMEM);
	assert_int_equal(fixture->count, 2);
}

static void more_than_fits_one_datagram(void **state)
{
	struct fixture *fixture = *state;

	for (uint32_t i = 1; i <= 50; i++)
		queue_unix(1, i, "/name");
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(list(fixture, SOCK_UNIX), 0);
	assert_int_equal(fixture->count, 50);
	for (uint32_t i = 0; i < 50; i++)
		assert_int_equal(fixture->inodes[i], FIRST_INODE + 1 + i);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_request_names_what_is_wanted),
		TEST(both_families_are_sieved_at_once),
		TEST(a_cookie_comes_once),
		TEST(a_unix_socket_comes_once),
		TEST(a_broken_diag_doubles_nothing),
		TEST(an_error_after_rows_is_told),
		TEST(a_protocol_that_is_missing),
		TEST(no_netlink_at_all),
		TEST(what_is_no_answer_is_told),
		TEST(the_receiver_may_stop),
		TEST(more_than_fits_one_datagram),
	};

	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}
