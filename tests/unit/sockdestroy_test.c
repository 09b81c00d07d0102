// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sockdestroy.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fake_link.h"
#include "message.h"
#include "unit.h"

static struct sock connection(enum sock_proto proto)
{
	struct sock sock = {
		.proto = (uint8_t)proto,
		.family = AF_INET6,
		.state = SOCK_ESTABLISHED,
		.iface = 7,
		.cookie = 0x0123456789abcdef,
	};

	assert_int_equal(addr_parse(&sock.local, "2001:db8::1"), 0);
	assert_int_equal(addr_parse(&sock.peer, "2001:db8::2"), 0);
	sock.local.port = 443;
	sock.peer.port = 50000;
	return sock;
}

static void open_fake(struct nl *nl)
{
	fake_link_reset();
	assert_int_equal(nl_open(nl, NETLINK_SOCK_DIAG, NULL), 0);
}

static const struct inet_diag_req_v2 *request_of(const struct message *message)
{
	return (const void *)(message->bytes + NLMSG_HDRLEN);
}

static void the_request_names_one_socket(void **state)
{
	struct sock sock = connection(SOCK_TCP);
	const struct inet_diag_req_v2 *request;
	struct nl nl;

	(void)state;
	open_fake(&nl);
	fake_link_add_end(NLMSG_ERROR, nl.sequence + 1, 0);
	assert_int_equal(sockdestroy(&nl, &sock, NULL), 0);
	assert_int_equal(message_head(&fake_link.request)->nlmsg_type, SOCK_DESTROY);
	request = request_of(&fake_link.request);
	assert_int_equal(request->sdiag_family, AF_INET6);
	assert_int_equal(request->sdiag_protocol, IPPROTO_TCP);
	assert_int_equal(ntohs(request->id.idiag_sport), 443);
	assert_int_equal(ntohs(request->id.idiag_dport), 50000);
	assert_memory_equal(request->id.idiag_src, sock.local.bytes, 16);
	assert_memory_equal(request->id.idiag_dst, sock.peer.bytes, 16);
	assert_int_equal(request->id.idiag_if, 7);
	assert_int_equal(request->id.idiag_cookie[0], 0x89abcdef);
	assert_int_equal(request->id.idiag_cookie[1], 0x01234567);
	nl_close(&nl);
}

/* Of sockets that share a port the kernel finds another one with each port at the other end. */
static void who_has_no_peer_is_looked_for(void **state)
{
	struct sock sock = connection(SOCK_UDP);
	struct nl nl;

	(void)state;
	memset(sock.peer.bytes, 0, sizeof(sock.peer.bytes));
	sock.peer.port = 0;
	open_fake(&nl);
	fake_link_add_end(NLMSG_ERROR, nl.sequence + 1, -ENOENT);
	fake_link_add_end(NLMSG_ERROR, nl.sequence + 2, -ESTALE);
	fake_link_add_end(NLMSG_ERROR, nl.sequence + 3, 0);
	assert_int_equal(sockdestroy(&nl, &sock, NULL), 0);
	assert_int_equal(fake_link.sent, 3);
	assert_int_equal(ntohs(request_of(&fake_link.request)->id.idiag_dport), 2);
	nl_close(&nl);
}

static void errors_end_it(void **state)
{
	struct sock sock = connection(SOCK_TCP);
	struct nl nl;

	(void)state;
	open_fake(&nl);
	fake_link_add_end(NLMSG_ERROR, nl.sequence + 1, -ENOENT);
	assert_int_equal(sockdestroy(&nl, &sock, NULL), -ENOENT);
	assert_int_equal(fake_link.sent, 1);
	sock.peer = (struct addr){ .family = AF_INET6 };
	fake_link_add_end(NLMSG_ERROR, nl.sequence + 1, -EOPNOTSUPP);
	assert_int_equal(sockdestroy(&nl, &sock, NULL), -EOPNOTSUPP);
	assert_int_equal(fake_link.sent, 2);
	sock.cookie = SOCK_NO_COOKIE;
	assert_int_equal(sockdestroy(&nl, &sock, NULL), -EOPNOTSUPP);
	sock = connection(SOCK_RAW_IP);
	assert_int_equal(sockdestroy(&nl, &sock, NULL), -EOPNOTSUPP);
	assert_int_equal(fake_link.sent, 2);
	nl_close(&nl);
}

static bool parse(uint8_t protocol, size_t cut, struct sock *sock)
{
	struct inet_diag_msg diag = { .idiag_family = AF_INET, .idiag_state = SOCK_CLOSE };
	struct message message;
	struct nlmsghdr *exact;
	bool ok;

	diag.id.idiag_sport = htons(53);
	message_begin(&message, SOCK_DIAG_BY_FAMILY, 0, &diag, sizeof(diag));
	if (protocol)
		message_attr(&message, INET_DIAG_PROTOCOL, &protocol, sizeof(protocol));
	exact = message_exact(&message, message_head(&message)->nlmsg_len - cut);
	ok = sockdestroy_parse(exact, sock);
	free(exact);
	return ok;
}

static void what_is_gone_says_its_protocol(void **state)
{
	struct sock sock;

	(void)state;
	assert_true(parse(IPPROTO_TCP, 0, &sock));
	assert_int_equal(sock.proto, SOCK_TCP);
	assert_true(parse(IPPROTO_UDP, 0, &sock));
	assert_int_equal(sock.proto, SOCK_UDP);
	assert_int_equal(sock.local.port, 53);
	assert_false(parse(IPPROTO_SCTP, 0, &sock));
	assert_false(parse(0, 0, &sock));
	assert_false(parse(IPPROTO_UDP, 4, &sock)); /* the attribute is cut off */
	assert_false(parse(0, 1, &sock));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_request_names_one_socket),
		cmocka_unit_test(who_has_no_peer_is_looked_for),
		cmocka_unit_test(errors_end_it),
		cmocka_unit_test(what_is_gone_says_its_protocol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
