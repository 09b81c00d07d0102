// SPDX-License-Identifier: GPL-2.0-or-later
/* Packet, netlink and vsock sockets: out of their diags, and out of /proc. */
#include "host/familydiag.h"

#include <errno.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/vm_sockets_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fake_link.h"
#include "host/procfamily.h"
#include "message.h"
#include "unit.h"

static const struct packet_diag_msg packet = {
	.pdiag_family = AF_PACKET,
	.pdiag_type = SOCK_RAW,
	.pdiag_num = 0x0800,
	.pdiag_ino = 4242,
	.pdiag_cookie = { 0x89abcdef, 0x01234567 },
};

static const struct netlink_diag_msg netlink = {
	.ndiag_family = AF_NETLINK,
	.ndiag_type = SOCK_RAW,
	.ndiag_protocol = NETLINK_GENERIC,
	.ndiag_state = 1,
	.ndiag_portid = 77,
	.ndiag_dst_portid = 88,
	.ndiag_dst_group = 3,
	.ndiag_ino = 4243,
	.ndiag_cookie = { 1, 2 },
};

static const struct vsock_diag_msg vsock = {
	.vdiag_family = AF_VSOCK,
	.vdiag_type = SOCK_STREAM,
	.vdiag_state = SOCK_LISTEN,
	.vdiag_src_cid = 3,
	.vdiag_src_port = 999,
	.vdiag_dst_cid = UINT32_MAX,
	.vdiag_dst_port = UINT32_MAX,
	.vdiag_ino = 4244,
	.vdiag_cookie = { 5, 0 },
};

static const uint32_t memory[9] = { 100, 2, 300, 4, 5, 6, 7, 8, 9 };

static void make_packet(struct message *message)
{
	const struct packet_diag_info info = { .pdi_index = 5, .pdi_version = 2, .pdi_flags = 1 };
	const struct packet_diag_ring ring = { .pdr_block_size = 4096, .pdr_block_nr = 8 };
	const struct packet_diag_mclist list[2] = { 0 };
	const uint64_t filter[3] = { 0 };
	const uint32_t uid = 1000, fanout = 0x10002;

	message_begin(message, SOCK_DIAG_BY_FAMILY, 1, &packet, sizeof(packet));
	message_attr(message, PACKET_DIAG_INFO, &info, sizeof(info));
	message_attr(message, PACKET_DIAG_MCLIST, list, sizeof(list));
	message_attr(message, PACKET_DIAG_RX_RING, &ring, sizeof(ring));
	message_attr(message, PACKET_DIAG_FANOUT, &fanout, sizeof(fanout));
	message_attr(message, PACKET_DIAG_UID, &uid, sizeof(uid));
	message_attr(message, PACKET_DIAG_MEMINFO, memory, sizeof(memory));
	message_attr(message, PACKET_DIAG_FILTER, filter, sizeof(filter));
}

static void make_netlink(struct message *message)
{
	const uint64_t groups = 0x8000000000000011;

	message_begin(message, SOCK_DIAG_BY_FAMILY, 1, &netlink, sizeof(netlink));
	message_attr(message, NETLINK_DIAG_MEMINFO, memory, sizeof(memory));
	message_attr(message, NETLINK_DIAG_GROUPS, &groups, sizeof(groups));
}

static void a_packet_socket(void **state)
{
	struct sock_extra extra;
	struct message message;
	struct sock sock;

	(void)state;
	make_packet(&message);
	assert_true(familydiag_parse_packet(message_head(&message), &sock, &extra));
	assert_int_equal(sock.proto, SOCK_LINK_LAYER);
	assert_int_equal(sock.ll.ethertype, 0x0800);
	assert_int_equal(sock.ll.type, SOCK_RAW);
	assert_int_equal(sock.cookie, 0x0123456789abcdef);
	assert_int_equal(sock.inode, 4242);
	assert_int_equal(sock.iface, 5);
	assert_int_equal(sock.uid, 1000);
	assert_int_equal(sock.rqueue, 100);
	assert_int_equal(sock.wqueue, 300);
	assert_int_equal(extra.has, SOCK_HAS_PACKET | SOCK_HAS_MEMORY);
	assert_int_equal(extra.packet.version, 2);
	assert_int_equal(extra.packet.rx_blocks, 8);
	assert_int_equal(extra.packet.rx_block_size, 4096);
	assert_int_equal(extra.packet.tx_blocks, 0);
	assert_int_equal(extra.packet.fanout, 0x10002);
	assert_int_equal(extra.packet.memberships, 2);
	assert_int_equal(extra.packet.filter_length, 3);
	assert_int_equal(extra.memory.drops, 9);
}

static void a_netlink_socket(void **state)
{
	struct sock_extra extra;
	struct message message;
	struct sock sock;

	(void)state;
	make_netlink(&message);
	assert_true(familydiag_parse_netlink(message_head(&message), &sock, &extra));
	assert_int_equal(sock.proto, SOCK_NETLINK);
	assert_int_equal(sock.nl.protocol, NETLINK_GENERIC);
	assert_int_equal(sock.nl.port_id, 77);
	assert_int_equal(sock.nl.peer_port_id, 88);
	assert_int_equal(sock.nl.peer_group, 3);
	assert_int_equal(sock.nl.groups, 0x8000000000000011);
	assert_int_equal(sock.state, SOCK_ESTABLISHED);
	assert_int_equal(sock.rqueue, 100);
	assert_int_equal(sock.uid, SOCK_NO_UID);
}

static void a_vsock_socket(void **state)
{
	struct message message;
	struct sock sock;

	(void)state;
	message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &vsock, sizeof(vsock));
	assert_true(familydiag_parse_vsock(message_head(&message), &sock));
	assert_int_equal(sock.proto, SOCK_VSOCK);
	assert_int_equal(sock.state, SOCK_LISTEN);
	assert_int_equal(sock.vs.cid, 3);
	assert_int_equal(sock.vs.port, 999);
	assert_int_equal(sock.vs.peer_cid, UINT32_MAX);
	assert_int_equal(sock.inode, 4244);
	assert_int_equal(sock.cookie, 5);
}

/* Cut anywhere, nothing behind the end is read (a sanitizer sees that), and only the fixed part
 * matters. */
static void messages_of_every_length(void **state)
{
	struct message whole[3];
	const size_t fixed[] = { sizeof(packet), sizeof(netlink), sizeof(vsock) };

	(void)state;
	make_packet(&whole[0]);
	make_netlink(&whole[1]);
	message_begin(&whole[2], SOCK_DIAG_BY_FAMILY, 1, &vsock, sizeof(vsock));
	for (int i = 0; i < 3; i++) {
		size_t end = message_head(&whole[i])->nlmsg_len;

		for (size_t length = NLMSG_HDRLEN; length <= end; length++) {
			struct nlmsghdr *exact = message_exact(&whole[i], length);
			bool fits = length >= NLMSG_HDRLEN + fixed[i];
			struct sock_extra extra;
			struct sock sock;

			assert_int_equal(familydiag_parse_packet(exact, &sock, &extra),
					 fits && i == 0);
			assert_int_equal(familydiag_parse_netlink(exact, &sock, &extra),
					 fits && i == 1);
			assert_int_equal(familydiag_parse_vsock(exact, &sock), fits && i == 2);
			free(exact);
		}
	}
}

struct seen {
	int count;
	bool has_extra;
};

static int on_row(const struct sock *sock, void *arg)
{
	struct seen *seen = arg;

	seen->count++;
	seen->has_extra |= sock->extra != NULL;
	return 0;
}

/* netlink_diag gives sockets that have joined groups twice, however far apart. */
static void a_dump_gives_none_twice(void **state)
{
	struct sock_query query = { .proto = SOCK_NETLINK };
	struct nl *nl = malloc(sizeof(*nl));
	struct message message;
	struct seen seen = { 0 };

	(void)state;
	assert_non_null(nl);
	fake_link_reset();
	for (int round = 0; round < 2; round++) {
		char datagram[200 * (NLMSG_HDRLEN + sizeof(netlink))];
		size_t length = 0;

		for (uint32_t i = 0; i < 200; i++) {
			struct netlink_diag_msg diag = netlink;

			diag.ndiag_ino = 1000 + i;
			message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &diag, sizeof(diag));
			memcpy(datagram + length, message.bytes, message_head(&message)->nlmsg_len);
			length += message_head(&message)->nlmsg_len;
		}
		fake_link_add(datagram, length);
	}
	fake_link_add_end(NLMSG_DONE, 1, 0);
	assert_int_equal(nl_open(nl, NETLINK_SOCK_DIAG, NULL), 0);
	assert_int_equal(familydiag_list(nl, &query, on_row, &seen, NULL), 0);
	assert_int_equal(seen.count, 200);
	assert_false(seen.has_extra);
	nl_close(nl);
	fake_link_reset();
	free(nl);
}

static void lines_of_proc(void **state)
{
	static const char packet_line[] =
		"00000000478f9682 3      3    0800   1     1 1666   1000   1835601 ";
	static const char netlink_line[] =
		"000000005cb7786a 16  4294966201 80000011 7        8   "
		"     0     2        0        1835605 ";
	char line[160];
	struct sock sock;

	(void)state;
	assert_true(procfamily_parse_packet(packet_line, &sock));
	assert_int_equal(sock.ll.type, 3);
	assert_int_equal(sock.ll.ethertype, 0x0800);
	assert_int_equal(sock.iface, 1);
	assert_int_equal(sock.rqueue, 1666);
	assert_int_equal(sock.uid, 1000);
	assert_int_equal(sock.inode, 1835601);
	assert_int_equal(sock.cookie, SOCK_NO_COOKIE);
	assert_true(procfamily_parse_netlink(netlink_line, &sock));
	assert_int_equal(sock.nl.protocol, 16);
	assert_int_equal(sock.nl.port_id, 4294966201);
	assert_int_equal(sock.nl.groups, 0x80000011);
	assert_int_equal(sock.rqueue, 7);
	assert_int_equal(sock.wqueue, 8);
	assert_int_equal(sock.inode, 1835605);
	/* Cut in front of the inode they are none; headers are none. */
	for (size_t length = 0; length < strlen(packet_line) - 8; length++) {
		memcpy(line, packet_line, length);
		line[length] = '\0';
		assert_false(procfamily_parse_packet(line, &sock));
	}
	for (size_t length = 0; length < strlen(netlink_line) - 8; length++) {
		memcpy(line, netlink_line, length);
		line[length] = '\0';
		assert_false(procfamily_parse_netlink(line, &sock));
	}
	assert_false(procfamily_parse_packet("sk RefCnt Type Proto  Iface R Rmem   User   Inode",
					     &sock));
	assert_false(procfamily_parse_packet("0 3 3 0800 1 1 1666 1000 4294967296", &sock));
	assert_false(procfamily_parse_netlink("0 16 1 0 0 0 0 2 0 1 1", &sock));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_socket),
		cmocka_unit_test(a_netlink_socket),
		cmocka_unit_test(a_vsock_socket),
		cmocka_unit_test(messages_of_every_length),
		cmocka_unit_test(a_dump_gives_none_twice),
		cmocka_unit_test(lines_of_proc),
	};

	return cmocka_run_group_tests_name("familydiag", tests, NULL, NULL);
}
