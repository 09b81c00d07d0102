// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/procnet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "support.h"
#include "unit.h"

/* The kernel writes addresses as numbers of its own byte order. */
static void inet_line(char *line, size_t size, const char *local, const char *rest)
{
	struct addr addr;
	char hex[33] = "";
	uint32_t words[4];

	assert_int_equal(addr_parse(&addr, local), 0);
	memcpy(words, addr.bytes, sizeof(words));
	for (int i = 0; i < (addr.family == AF_INET ? 1 : 4); i++)
		snprintf(hex + strlen(hex), sizeof(hex) - strlen(hex), "%08X", words[i]);
	snprintf(line, size, "  12: %s:01BB %s:C350 %s", hex, hex, rest);
}

#define INET_REST                                                                                  \
	"08 0000000C:0000000B 02:000AFC80 00000003  1000        6 4294967295 2 0000000000000000"

/* The line lies on the heap, exactly that long, so that a sanitizer sees a byte too many. */
static bool parse_inet(const char *line, size_t length, uint8_t family, struct sock *sock)
{
	char *copy = strndup(line, length);
	bool is_row;

	assert_non_null(copy);
	is_row = procnet_parse_inet(copy, SOCK_TCP, family, sock);
	free(copy);
	return is_row;
}

static void an_inet_line_becomes_a_socket(void **state)
{
	static const char *const addresses[] = { "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1" };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(addresses); i++) {
		struct addr addr;
		struct sock sock;
		char line[256];

		assert_int_equal(addr_parse(&addr, addresses[i]), 0);
		inet_line(line, sizeof(line), addresses[i], INET_REST);
		assert_true(parse_inet(line, strlen(line), addr.family, &sock));
		assert_true(addr_equal(&sock.local, &addr));
		assert_true(addr_equal(&sock.peer, &addr));
		assert_int_equal(sock.local.port, 443);
		assert_int_equal(sock.peer.port, 50000);
		assert_int_equal(sock.proto, SOCK_TCP);
		assert_int_equal(sock.family, addr.family);
		assert_int_equal(sock.state, SOCK_CLOSE_WAIT);
		assert_int_equal(sock.wqueue, 12);
		assert_int_equal(sock.rqueue, 11);
		assert_int_equal(sock.timer, SOCK_TIMER_KEEPALIVE);
		assert_int_equal(sock.expires_ms, 7200000);
		assert_int_equal(sock.retrans, 3);
		assert_int_equal(sock.uid, 1000);
		assert_int_equal(sock.probes, 6);
		assert_int_equal(sock.inode, 4294967295);
		assert_int_equal(sock.cookie, SOCK_NO_COOKIE);
	}
}

static void a_listener_has_no_backlog_here(void **state)
{
	struct sock sock;
	char line[256];

	(void)state;
	inet_line(line, sizeof(line), "0.0.0.0",
		  "0A 00000000:00000002 00:00000000 00000000     0        0 77 1");
	assert_true(parse_inet(line, strlen(line), AF_INET, &sock));
	assert_int_equal(sock.state, SOCK_LISTEN);
	assert_int_equal(sock.rqueue, 2);
	assert_int_equal(sock.wqueue, SOCK_NO_BACKLOG);
}

static void inet_lines_of_every_length(void **state)
{
	static const char *const addresses[] = { "192.0.2.1", "2001:db8::1" };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(addresses); i++) {
		uint8_t family = i ? AF_INET6 : AF_INET;
		struct sock sock;
		size_t inode;
		char line[256];

		inet_line(line, sizeof(line), addresses[i], INET_REST);
		inode = (size_t)(strstr(line, "4294967295") - line);
		for (size_t length = 0; length <= strlen(line); length++)
			assert_int_equal(parse_inet(line, length, family, &sock), length > inode);
	}
}

/* Any byte of a line exchanged for one that cannot stand there. */
static void inet_lines_with_a_wrong_byte(void **state)
{
	static const char wrong[] = "\t\n-xz/@\x80\xff\"";
	struct sock sock;
	char line[256];
	size_t inode;

	(void)state;
	inet_line(line, sizeof(line), "192.0.2.1", INET_REST);
	inode = (size_t)(strstr(line, "4294967295") - line);
	for (size_t at = 0; at <= inode; at++) {
		char right = line[at];

		for (size_t i = 0; i < sizeof(wrong) - 1; i++) {
			line[at] = wrong[i];
			assert_false(parse_inet(line, strlen(line), AF_INET, &sock));
		}
		line[at] = right;
	}
}

static void what_is_no_inet_line(void **state)
{
	static const char right[] = "0: 00000000:0000 00000000:0000 07 0:0 0:0 0 0 0 1";
	static const char *const wrong[] = {
		"",
		" ",
		":",
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
		"0: 0:0 0:0 0 0:0 0:0 0 0 0 0",
		"0 00000000:0000 00000000:0000 07 0:0 0:0 0 0 0 1",
		"0:00000000 00000000:0000 07 0:0 0:0 0 0 0 1",
		"0: 00000000:0000 00000000:0000  07 0:0 0:0 0 0 0 1",
		"0: 00000000:00000000000000000 00000000:0000 07 0:0 0:0 0 0 0 1",
		"0: 00000000:0000 00000000:0000 07 0:0 0:0 0 0 0 11111111111111111111",
		"0: 00000000:0000 00000000:0000 07 0:0 0:0 0 0 0 x",
	};
	struct sock sock;

	(void)state;
	assert_true(parse_inet(right, strlen(right), AF_INET, &sock));
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_false(parse_inet(wrong[i], strlen(wrong[i]), AF_INET, &sock));
	/* each family has its own file */
	assert_false(parse_inet(right, strlen(right), AF_INET6, &sock));
}

static bool parse_unix(const char *line, size_t length, struct sock *sock, char *path)
{
	char *copy = strndup(line, length), *exact = malloc(SOCK_PATH_SIZE);
	bool is_row;

	assert_non_null(copy);
	assert_non_null(exact);
	is_row = procnet_parse_unix(copy, sock, exact);
	if (is_row && sock->un.path) {
		assert_ptr_equal(sock->un.path, exact);
		strcpy(path, exact);
		sock->un.path = path;
	}
	free(copy);
	free(exact);
	return is_row;
}

#define UNIX_HEAD "0000000000000000: 0000000A 00000000 00010000 0005 01 "

static void a_unix_line_becomes_a_socket(void **state)
{
	const char line[] = UNIX_HEAD "4294967295 /run/a socket";
	char path[SOCK_PATH_SIZE];
	struct sock sock;

	(void)state;
	assert_true(parse_unix(line, strlen(line), &sock, path));
	assert_int_equal(sock.proto, SOCK_UNIX);
	assert_int_equal(sock.family, AF_UNIX);
	assert_int_equal(sock.un.references, 10);
	assert_int_equal(sock.un.type, SOCK_SEQPACKET);
	assert_int_equal(sock.state, SOCK_LISTEN);
	assert_int_equal(sock.inode, 4294967295);
	assert_string_equal(sock.un.path, "/run/a socket");
	assert_false(sock.un.is_pending);
	assert_int_equal(sock.wqueue, SOCK_NO_BACKLOG);
	assert_int_equal(sock.uid, SOCK_NO_UID);
	assert_int_equal(sock.cookie, SOCK_NO_COOKIE);
}

static void unix_states(void **state)
{
	static const struct {
		const char *line;
		enum sock_state state;
		bool is_pending;
	} rows[] = {
		{ "0: 2 0 00000000 1 01 5", SOCK_CLOSE, false },
		{ "0: 2 0 00010000 1 01 5", SOCK_LISTEN, false },
		{ "0: 2 0 00000000 1 02 0", SOCK_ESTABLISHED, true },
		{ "0: 2 0 00000000 1 03 5", SOCK_ESTABLISHED, false },
		{ "0: 2 0 00000000 1 04 5", SOCK_CLOSE, false },
		{ "0: 2 0 00000000 1 00 5", SOCK_CLOSE, false },
		{ "0: 2 0 00000000 1 ff 5", SOCK_CLOSE, false },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		char path[SOCK_PATH_SIZE];
		struct sock sock;

		assert_true(parse_unix(rows[i].line, 100, &sock, path));
		assert_int_equal(sock.state, rows[i].state);
		assert_int_equal(sock.un.is_pending, rows[i].is_pending);
		assert_null(sock.un.path);
	}
}

static void unix_paths(void **state)
{
	static const char *const paths[] = { "/path", "@abstract", "@",		"",
					     " ",     " leading",  "trailing ", "@@nul@s",
					     "\t",    "\xff\x80",  "\033[2J" };
	char line[400], path[SOCK_PATH_SIZE];
	struct sock sock;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(paths); i++) {
		snprintf(line, sizeof(line), UNIX_HEAD "   77 %s", paths[i]);
		assert_true(parse_unix(line, sizeof(line), &sock, path));
		assert_int_equal(sock.inode, 77);
		assert_string_equal(sock.un.path, paths[i]);
	}
	for (size_t length = 1; length < 300; length++) {
		snprintf(line, sizeof(line), UNIX_HEAD "77 ");
		memset(line + strlen(line), 'n', length);
		line[strlen(UNIX_HEAD "77 ") + length] = '\0';
		assert_true(parse_unix(line, sizeof(line), &sock, path));
		assert_int_equal(strlen(sock.un.path),
				 length < SOCK_PATH_SIZE ? length : SOCK_PATH_SIZE - 1);
	}
}

static void unix_lines_of_every_length(void **state)
{
	const char line[] = UNIX_HEAD "4294967295 /run/socket";
	size_t inode = strlen(UNIX_HEAD);

	(void)state;
	for (size_t length = 0; length <= strlen(line); length++) {
		char path[SOCK_PATH_SIZE];
		struct sock sock;

		assert_int_equal(parse_unix(line, length, &sock, path), length > inode);
		if (length > inode)
			assert_int_equal(sock.un.path != NULL, length > inode + 10);
	}
}

static void unix_lines_with_a_wrong_byte(void **state)
{
	static const char wrong[] = "\t\n-xz/@\x80\xff\"";
	char line[] = UNIX_HEAD "4294967295 /run/socket", path[SOCK_PATH_SIZE];
	size_t colon = strcspn(line, ":");
	struct sock sock;

	(void)state;
	for (size_t at = colon; at < strlen(UNIX_HEAD) + 10; at++) {
		char right = line[at];

		for (size_t i = 0; i < sizeof(wrong) - 1; i++) {
			line[at] = wrong[i];
			assert_false(parse_unix(line, strlen(line), &sock, path));
		}
		line[at] = right;
	}
}

static void what_is_no_unix_line(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		":",
		": ",
		"Num       RefCount Protocol Flags    Type St Inode Path",
		"the rest of a name with a newline",
		"0: 2 0 0 1 1",
		"0: 2 0 0 1 1 ",
		"0: 2 0 0 1 1 /path",
		"0: 2 0 0 1 1 5/path",
		"0: 2 0 0 1 1 5\t/path",
		"0  2 0 0 1 1 5 /path",
		"0: g 0 0 1 1 5 /path",
		"0: 2 0 0 1 1 99999999999999999999 /path",
	};
	char path[SOCK_PATH_SIZE];
	struct sock sock;

	(void)state;
	assert_true(parse_unix("0: 2 0 0 1 1 5 /path", 100, &sock, path));
	for (size_t i = 0; i < UNIT_COUNT(wrong); i++)
		assert_false(parse_unix(wrong[i], 1000, &sock, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_inet_line_becomes_a_socket),
		cmocka_unit_test(a_listener_has_no_backlog_here),
		cmocka_unit_test(inet_lines_of_every_length),
		cmocka_unit_test(inet_lines_with_a_wrong_byte),
		cmocka_unit_test(what_is_no_inet_line),
		cmocka_unit_test(a_unix_line_becomes_a_socket),
		cmocka_unit_test(unix_states),
		cmocka_unit_test(unix_paths),
		cmocka_unit_test(unix_lines_of_every_length),
		cmocka_unit_test(unix_lines_with_a_wrong_byte),
		cmocka_unit_test(what_is_no_unix_line),
	};

	return cmocka_run_group_tests_name("procnet", tests, NULL, NULL);
}
