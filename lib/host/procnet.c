// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets out of /proc/net: the fallback where the kernel lacks a diag, and the only place that
 * tells a UNIX socket's reference count and those that wait for accept(). */
#include "host/procnet.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/lines.h"
#include "base/text.h"

/* Open /proc/net/@name as this thread's network namespace has it: /proc/net itself is the thread
 * group leader's.
 *
 * Return: a file descriptor, -ENOENT if the kernel has no such protocol, -ENODEV if there is no
 * /proc, or another -errno.
 */
int procnet_open(const char *name, struct err *err)
{
	char path[64] = "/proc/thread-self/net/";
	size_t length = strlen(path);
	int fd, ret;

	text_copy(path + length, sizeof(path) - length, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	ret = -errno;
	if (ret == -ENOENT && access("/proc/thread-self/net", F_OK) < 0)
		return err_set(err, -ENODEV, "%s: no /proc here", name);
	return err_set(err, ret, "%s: %s", path, strerror(-ret));
}

/* A user or an inode. */
static uint32_t take_u32(struct cursor *cursor)
{
	uint64_t value = cursor_take_decimal(cursor);

	if (value > UINT32_MAX)
		cursor->failed = true;
	return (uint32_t)value;
}

/* An address is written as 32-bit words of this machine's byte order, each in hexadecimal. */
static void take_end(struct cursor *cursor, uint8_t family, struct addr *end)
{
	int words = family == AF_INET ? 1 : 4;

	memset(end, 0, sizeof(*end));
	end->family = family;
	cursor_skip_spaces(cursor);
	for (int i = 0; i < words; i++) {
		uint32_t word = 0;

		for (int j = 0; j < 8; j++) {
			int digit = text_hex_digit(*cursor->at);

			if (digit < 0) {
				cursor->failed = true;
				return;
			}
			word = word << 4 | (unsigned int)digit;
			cursor->at++;
		}
		memcpy(end->bytes + 4 * i, &word, sizeof(word));
	}
	cursor_expect(cursor, ':');
	end->port = (uint16_t)cursor_take_hex(cursor);
}

/* Read a line of /proc/net/{tcp,udp,udplite,raw}[6] (net/ipv4/tcp_ipv4.c, get_tcp4_sock()):
 * "sl: local remote st tx:rx tr:when retrnsmt uid timeout inode ...". Times are in 1/100 s.
 *
 * Return: whether it is one; if not, @sock is undefined.
 */
bool procnet_parse_inet(const char *line, enum sock_proto proto, uint8_t family, struct sock *sock)
{
	struct cursor cursor = { .at = line };

	*sock = (struct sock){
		.cookie = SOCK_NO_COOKIE,
		.proto = (uint8_t)proto,
		.family = family,
	};
	cursor_take_decimal(&cursor);
	cursor_expect(&cursor, ':');
	take_end(&cursor, family, &sock->local);
	take_end(&cursor, family, &sock->peer);
	cursor_expect(&cursor, ' ');
	sock->state = (uint8_t)cursor_take_hex(&cursor);
	cursor_expect(&cursor, ' ');
	sock->wqueue = (uint32_t)cursor_take_hex(&cursor);
	cursor_expect(&cursor, ':');
	sock->rqueue = (uint32_t)cursor_take_hex(&cursor);
	cursor_expect(&cursor, ' ');
	sock->timer = (uint8_t)cursor_take_hex(&cursor);
	cursor_expect(&cursor, ':');
	sock->expires_ms = (uint32_t)cursor_take_hex(&cursor) * 10;
	cursor_expect(&cursor, ' ');
	sock->retrans = (uint8_t)cursor_take_hex(&cursor);
	sock->uid = take_u32(&cursor);
	sock->probes = (uint8_t)cursor_take_decimal(&cursor);
	sock->inode = take_u32(&cursor);
	if (sock->state == SOCK_LISTEN && proto == SOCK_TCP)
		sock->wqueue = SOCK_NO_BACKLOG;
	return !cursor.failed;
}

/* The kernel's enum socket_state (include/uapi/linux/net.h) and the listening flag. */
static uint8_t unix_state(uint64_t flags, uint64_t state, bool *is_pending)
{
	enum { UNCONNECTED = 1, CONNECTING = 2, CONNECTED = 3 };
	const uint64_t accepting = 1 << 16;

	*is_pending = state == CONNECTING;
	if (state == UNCONNECTED)
		return flags & accepting ? SOCK_LISTEN : SOCK_CLOSE;
	return state == CONNECTING || state == CONNECTED ? SOCK_ESTABLISHED : SOCK_CLOSE;
}

/* Read a line of /proc/net/unix (net/unix/af_unix.c, unix_seq_show()): "address: references
 * protocol flags type state inode[ path]". The path goes to @path (SOCK_PATH_SIZE bytes), which
 * @sock borrows. A newline in a path looks like the end of the line: see host/unixsock.c.
 *
 * Return: whether it is one; if not, @sock is undefined.
 */
bool procnet_parse_unix(const char *line, struct sock *sock, char *path)
{
	struct cursor cursor = { .at = line };
	uint64_t flags, state;

	*sock = (struct sock){
		.cookie = SOCK_NO_COOKIE,
		.wqueue = SOCK_NO_BACKLOG,
		.uid = SOCK_NO_UID,
		.proto = SOCK_UNIX,
		.family = AF_UNIX,
	};
	cursor_skip_word(&cursor);
	if (cursor.at == line || cursor.at[-1] != ':')
		return false;
	cursor_expect(&cursor, ' ');
	sock->un.references = (uint32_t)cursor_take_hex(&cursor);
	cursor_expect(&cursor, ' ');
	cursor_take_hex(&cursor);
	cursor_expect(&cursor, ' ');
	flags = cursor_take_hex(&cursor);
	cursor_expect(&cursor, ' ');
	sock->un.type = (uint16_t)cursor_take_hex(&cursor);
	cursor_expect(&cursor, ' ');
	state = cursor_take_hex(&cursor);
	sock->inode = take_u32(&cursor);
	sock->state = unix_state(flags, state, &sock->un.is_pending);
	if (*cursor.at == ' ') {
		text_copy(path, SOCK_PATH_SIZE, cursor.at + 1);
		sock->un.path = path;
	} else if (*cursor.at) {
		return false;
	}
	return !cursor.failed;
}

/* List the sockets that @query asks for.
 *
 * Return: 0 or -errno: -ENOENT if the kernel has no such protocol, -ENODEV if there is no /proc,
 * -EBADMSG for a line that is not understood, or what @on_row failed with.
 */
int procnet_inet(const struct sock_query *query, sock_row_fn *on_row, void *arg, struct err *err)
{
	static const char *const files[SOCK_PROTO_COUNT][2] = {
		[SOCK_TCP] = { "tcp", "tcp6" },
		[SOCK_UDP] = { "udp", "udp6" },
		[SOCK_UDPLITE] = { "udplite", "udplite6" },
		[SOCK_RAW_IP] = { "raw", "raw6" },
	};
	const char *file = files[query->proto][query->family == AF_INET6];
	struct lines lines;
	struct sock sock;
	size_t length;
	char *line;
	int fd, ret;

	if (!file)
		return err_set(err, -ENOENT, "this protocol has no file in /proc/net");
	fd = procnet_open(file, err);
	if (fd < 0)
		return fd;
	lines_init(&lines, fd);
	ret = lines_next(&lines, &line, &length); /* the header */
	while (ret > 0 && (ret = lines_next(&lines, &line, &length)) > 0) {
		int answer = 0;

		if (!procnet_parse_inet(line, query->proto, query->family, &sock))
			answer = err_set(err, -EBADMSG, "/proc/net/%s: bad line", file);
		else if (sock.state >= 16 || query->states & 1u << sock.state)
			answer = on_row(&sock, arg);
		if (answer)
			ret = answer < 0 ? answer : 0;
	}
	close(fd);
	return ret;
}

/* An IPv6 address as 32 hexadecimal digits in network order. */
static void take_addr6(struct cursor *cursor, struct addr *addr)
{
	*addr = (struct addr){ .family = AF_INET6 };
	cursor_skip_spaces(cursor);
	cursor_take_bytes(cursor, addr->bytes, 16);
}

static uint32_t take_word(struct cursor *cursor)
{
	cursor_skip_spaces(cursor);
	return (uint32_t)cursor_take_hex(cursor);
}

/* Read a line of /proc/net/ipv6_route (net/ipv6/ip6_fib.c, ipv6_route_native_seq_show()):
 * "destination length source length gateway metric references uses flags device".
 *
 * Return: whether it is one; if not, @route is undefined.
 */
bool procnet_parse_route6(const char *line, struct procnet_route6 *route)
{
	struct cursor cursor = { .at = line };
	struct addr source;

	take_addr6(&cursor, &route->dst.addr);
	route->dst.length = (uint8_t)take_word(&cursor);
	take_addr6(&cursor, &source);
	take_word(&cursor);
	take_addr6(&cursor, &route->gateway);
	route->metric = take_word(&cursor);
	route->references = take_word(&cursor);
	route->uses = take_word(&cursor);
	route->flags = take_word(&cursor);
	cursor_skip_spaces(&cursor);
	text_copy(route->device, sizeof(route->device), cursor.at);
	return !cursor.failed && route->dst.length <= 128 && route->device[0];
}

/* List the IPv6 routes of all tables.
 *
 * Return: 0 or -errno: -ENOENT without IPv6, -ENODEV if there is no /proc, -EBADMSG for a line that
 * is not understood, or what @on_row failed with.
 */
int procnet_routes6(procnet_route6_fn *on_row, void *arg, struct err *err)
{
	struct procnet_route6 route;
	struct lines lines;
	size_t length;
	char *line;
	int fd = procnet_open("ipv6_route", err), ret;

	if (fd < 0)
		return fd;
	lines_init(&lines, fd);
	while ((ret = lines_next(&lines, &line, &length)) > 0) {
		int answer;

		if (procnet_parse_route6(line, &route))
			answer = on_row(&route, arg);
		else
			answer = err_set(err, -EBADMSG, "/proc/net/ipv6_route: bad line");
		if (answer) {
			ret = answer < 0 ? answer : 0;
			break;
		}
	}
	close(fd);
	return ret;
}
