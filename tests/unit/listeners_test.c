// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/listeners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "unit.h"

static struct sock inet(enum sock_state state, const char *local, uint16_t port, uint32_t inode)
{
	struct sock sock = { .proto = SOCK_TCP, .state = (uint8_t)state, .inode = inode };

	assert_int_equal(addr_parse(&sock.local, local), 0);
	sock.local.port = port;
	sock.family = sock.local.family;
	return sock;
}

static struct sock local(enum sock_state state, const char *path, uint32_t inode)
{
	return (struct sock){
		.proto = SOCK_UNIX,
		.family = AF_UNIX,
		.state = (uint8_t)state,
		.inode = inode,
		.un = { .path = path, .type = SOCK_STREAM },
	};
}

static void add(struct listeners *listeners, struct sock sock)
{
	assert_int_equal(listeners_add(listeners, &sock), 0);
}

static void expect(const struct listeners *listeners, struct sock sock, uint32_t inode)
{
	const struct sock *found = listeners_find(listeners, &sock);

	if (!inode) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_int_equal(found->inode, inode);
}

static struct listeners *new_listeners(void)
{
	struct listeners *listeners = malloc(sizeof(*listeners));

	assert_non_null(listeners);
	listeners_init(listeners);
	return listeners;
}

static void forget(struct listeners *listeners)
{
	listeners_fini(listeners);
	assert_int_equal(listeners->count, 0);
	free(listeners);
}

static void none_finds_none(void **state)
{
	struct listeners *listeners = new_listeners();

	(void)state;
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0), 0);
	expect(listeners, local(SOCK_ESTABLISHED, "/path", 0), 0);
	expect(listeners, local(SOCK_ESTABLISHED, NULL, 0), 0);
	forget(listeners);
}

static void only_listeners_are_remembered(void **state)
{
	struct listeners *listeners = new_listeners();

	(void)state;
	for (int number = SOCK_ESTABLISHED; number < SOCK_STATE_COUNT; number++)
		if (number != SOCK_LISTEN)
			add(listeners, inet((enum sock_state)number, "192.0.2.1", 80, 1));
	add(listeners, local(SOCK_CLOSE, "/path", 2));
	add(listeners,
	    local(SOCK_LISTEN, NULL, 3)); /* autobound sockets have names; this has none */
	assert_int_equal(listeners->count, 0);
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0), 0);
	forget(listeners);
}

static void address_port_family_and_protocol_must_fit(void **state)
{
	struct listeners *listeners = new_listeners();
	struct sock other = inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0);

	(void)state;
	add(listeners, inet(SOCK_LISTEN, "192.0.2.1", 80, 1));
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0), 1);
	expect(listeners, inet(SOCK_TIME_WAIT, "192.0.2.1", 80, 0), 1);
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", 81, 0), 0);
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", 80 + LISTENERS_BUCKETS, 0), 0);
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.2", 80, 0), 0);
	expect(listeners, inet(SOCK_SYN_RECV, "2001:db8::1", 80, 0), 0);
	other.proto = SOCK_SCTP;
	expect(listeners, other, 0);
	forget(listeners);
}

/* In whatever order they come: the address beats any address, the device beats none. */
static void the_best_fit_wins(void **state)
{
	struct sock socks[4] = {
		inet(SOCK_LISTEN, "0.0.0.0", 80, 1),
		inet(SOCK_LISTEN, "192.0.2.1", 80, 2),
		inet(SOCK_LISTEN, "0.0.0.0", 80, 3),
		inet(SOCK_LISTEN, "192.0.2.1", 80, 4),
	};
	struct sock sock = inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0);

	(void)state;
	socks[2].iface = socks[3].iface = 7;
	for (unsigned int order = 0; order < 24; order++) {
		struct listeners *listeners = new_listeners();
		unsigned int left = order, used = 0;

		for (unsigned int i = 4; i > 0; i--) { /* the order'th permutation */
			unsigned int pick = left % i, at = 0;

			left /= i;
			while (used >> at & 1 || pick-- > 0)
				at++;
			used |= 1u << at;
			add(listeners, socks[at]);
		}
		sock.iface = 7;
		expect(listeners, sock, 4);
		sock.iface = 0;
		expect(listeners, sock, 2);
		expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.2", 80, 0), 1);
		forget(listeners);
	}
}

static void the_address_beats_the_device(void **state)
{
	struct sock any = inet(SOCK_LISTEN, "0.0.0.0", 80, 1);
	struct sock sock = inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0);

	(void)state;
	any.iface = sock.iface = 7;
	for (int order = 0; order < 2; order++) {
		struct listeners *listeners = new_listeners();

		if (order)
			add(listeners, any);
		add(listeners, inet(SOCK_LISTEN, "192.0.2.1", 80, 2));
		if (!order)
			add(listeners, any);
		expect(listeners, sock, 2);
		forget(listeners);
	}
}

static void any_address_takes_its_own_family(void **state)
{
	struct listeners *listeners = new_listeners();

	(void)state;
	add(listeners, inet(SOCK_LISTEN, "::", 80, 6));
	expect(listeners, inet(SOCK_SYN_RECV, "2001:db8::1", 80, 0), 6);
	expect(listeners, inet(SOCK_SYN_RECV, "::ffff:192.0.2.1", 80, 0), 6);
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0), 0);
	add(listeners, inet(SOCK_LISTEN, "0.0.0.0", 80, 4));
	expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", 80, 0), 4);
	forget(listeners);
}

static void unix_listeners_by_their_whole_name(void **state)
{
	struct listeners *listeners = new_listeners();
	char path[] = "/run/socket";

	(void)state;
	add(listeners, local(SOCK_LISTEN, path, 1));
	memset(path, 'x', sizeof(path) - 1); /* the name was borrowed for the call */
	add(listeners, local(SOCK_LISTEN, "@run/socket", 2));
	expect(listeners, local(SOCK_ESTABLISHED, "/run/socket", 0), 1);
	expect(listeners, local(SOCK_ESTABLISHED, "@run/socket", 0), 2);
	expect(listeners, local(SOCK_ESTABLISHED, "/run/socke", 0), 0);
	expect(listeners, local(SOCK_ESTABLISHED, "/run/socket ", 0), 0);
	expect(listeners, local(SOCK_ESTABLISHED, "", 0), 0);
	expect(listeners, local(SOCK_ESTABLISHED, NULL, 0), 0);
	forget(listeners);
}

static void tens_of_thousands(void **state)
{
	struct listeners *listeners = new_listeners();

	(void)state;
	for (uint32_t i = 1; i <= 65535; i++)
		add(listeners, inet(SOCK_LISTEN, "0.0.0.0", (uint16_t)i, i));
	for (uint32_t i = 1; i <= 5000; i++) {
		char path[32];

		snprintf(path, sizeof(path), "@listener %u", i);
		add(listeners, local(SOCK_LISTEN, path, 100000 + i));
	}
	assert_int_equal(listeners->count, 70535);
	for (uint32_t i = 1; i <= 65535; i++)
		expect(listeners, inet(SOCK_TIME_WAIT, "192.0.2.9", (uint16_t)i, 0), i);
	expect(listeners, local(SOCK_ESTABLISHED, "@listener 4711", 0), 104711);
	forget(listeners);
}

static void there_is_life_after_fini(void **state)
{
	struct listeners *listeners = new_listeners();

	(void)state;
	for (uint32_t round = 1; round < 4; round++) {
		add(listeners, inet(SOCK_LISTEN, "192.0.2.1", (uint16_t)round, round));
		add(listeners, local(SOCK_LISTEN, "/path", round));
		expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", (uint16_t)round, 0), round);
		expect(listeners, inet(SOCK_SYN_RECV, "192.0.2.1", (uint16_t)(round - 1), 0), 0);
		listeners_fini(listeners);
	}
	forget(listeners);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_finds_none),
		cmocka_unit_test(only_listeners_are_remembered),
		cmocka_unit_test(address_port_family_and_protocol_must_fit),
		cmocka_unit_test(the_best_fit_wins),
		cmocka_unit_test(the_address_beats_the_device),
		cmocka_unit_test(any_address_takes_its_own_family),
		cmocka_unit_test(unix_listeners_by_their_whole_name),
		cmocka_unit_test(tens_of_thousands),
		cmocka_unit_test(there_is_life_after_fini),
	};

	return cmocka_run_group_tests_name("listeners", tests, NULL, NULL);
}
