// SPDX-License-Identifier: GPL-2.0-or-later
/* Packet and netlink sockets out of /proc/net, where the kernel lacks their diags. */
#include "host/procfamily.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/lines.h"
#include "host/procnet.h"

/* A number of at most 32 bits, behind the next spaces. */
static uint32_t take_u32(struct cursor *cursor, bool is_hex)
{
	uint64_t value;

	cursor_skip_spaces(cursor);
	value = is_hex ? cursor_take_hex(cursor) : cursor_take_decimal(cursor);
	if (value > UINT32_MAX)
		cursor->failed = true;
	return (uint32_t)value;
}

/* Nothing but spaces is left. */
static bool is_whole(struct cursor *cursor)
{
	cursor_skip_spaces(cursor);
	return !cursor->failed && !*cursor->at;
}

/* Read a line of /proc/net/packet (net/packet/af_packet.c, packet_seq_show()): "address references
 * type protocol device running queue user inode".
 *
 * Return: whether it is one; if not, @sock is undefined.
 */
bool procfamily_parse_packet(const char *line, struct sock *sock)
{
	struct cursor cursor = { .at = line };

	*sock = (struct sock){
		.cookie = SOCK_NO_COOKIE,
		.proto = SOCK_LINK_LAYER,
		.family = AF_PACKET,
		.state = SOCK_CLOSE,
	};
	cursor_take_hex(&cursor);
	take_u32(&cursor, false);
	sock->ll.type = (uint16_t)take_u32(&cursor, false);
	sock->ll.ethertype = (uint16_t)take_u32(&cursor, true);
	sock->iface = take_u32(&cursor, false);
	take_u32(&cursor, false);
	sock->rqueue = take_u32(&cursor, false);
	sock->uid = take_u32(&cursor, false);
	sock->inode = take_u32(&cursor, false);
	return is_whole(&cursor);
}

/* Read a line of /proc/net/netlink (net/netlink/af_netlink.c, netlink_native_seq_show()): "address
 * protocol port groups rqueue wqueue dumping references drops inode". Of the groups it gives 32.
 *
 * Return: whether it is one; if not, @sock is undefined.
 */
bool procfamily_parse_netlink(const char *line, struct sock *sock)
{
	struct cursor cursor = { .at = line };

	*sock = (struct sock){
		.nl = { .type = SOCK_RAW },
		.cookie = SOCK_NO_COOKIE,
		.uid = SOCK_NO_UID,
		.proto = SOCK_NETLINK,
		.family = AF_NETLINK,
		.state = SOCK_CLOSE,
	};
	cursor_take_hex(&cursor);
	sock->nl.protocol = (uint8_t)take_u32(&cursor, false);
	sock->nl.port_id = take_u32(&cursor, false);
	sock->nl.groups = take_u32(&cursor, true);
	sock->rqueue = take_u32(&cursor, false);
	sock->wqueue = take_u32(&cursor, false);
	take_u32(&cursor, false);
	take_u32(&cursor, false);
	take_u32(&cursor, false);
	sock->inode = take_u32(&cursor, false);
	return is_whole(&cursor);
}

/* List the sockets that @query asks for: SOCK_LINK_LAYER or SOCK_NETLINK; others have no file.
 *
 * Return: as procnet_inet().
 */
int procfamily_list(const struct sock_query *query, sock_row_fn *on_row, void *arg, struct err *err)
{
	bool is_packet = query->proto == SOCK_LINK_LAYER;
	const char *file = is_packet ? "packet" : "netlink";
	struct lines lines;
	struct sock sock;
	size_t length;
	char *line;
	int fd, ret;

	if (!is_packet && query->proto != SOCK_NETLINK)
		return err_set(err, -ENOENT, "these sockets have no file in /proc/net");
	fd = procnet_open(file, err);
	if (fd < 0)
		return fd;
	lines_init(&lines, fd);
	ret = lines_next(&lines, &line, &length); /* the header */
	while (ret > 0 && (ret = lines_next(&lines, &line, &length)) > 0) {
		bool is_row = is_packet ? procfamily_parse_packet(line, &sock) :
					  procfamily_parse_netlink(line, &sock);
		int answer = is_row ? on_row(&sock, arg) :
				      err_set(err, -EBADMSG, "/proc/net/%s: bad line", file);

		if (answer)
			ret = answer < 0 ? answer : 0;
	}
	close(fd);
	return ret;
}
