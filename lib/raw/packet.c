// SPDX-License-Identifier: GPL-2.0-or-later
/* AF_PACKET (packet(7)). The socket is opened for no protocol, so that nothing arrives before the
 * filter is attached; then it is bound. */
#include "raw/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/priv.h"
#include "wire/wire.h"

/* Asked of the kernel for what TCP sends, which gives as much as net.core.rmem_max allows. */
#define RECEIVE_BUFFER (8 << 20)

/* ARP, RARP, and ICMPv6's echo reply (129) and router solicitation (133) to neighbour advertisement
 * (136), at once behind the IPv6 header, where RFC 6980 wants them unfragmented. VLAN tags are off
 * by then. */
static const struct sock_filter program[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 8, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_RARP, 7, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 7),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 58, 0, 5),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 129, 2, 0),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 133, 0, 2),
	BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 136, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, 0x40000),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static int prepare(int fd, uint32_t iface, const struct sock_fprog *filter)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)iface,
	};
	const int yes = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes)) < 0 ||
	    bind(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

/* Open a packet socket of @type (SOCK_RAW or SOCK_DGRAM) that hears nothing yet, with CAP_NET_RAW
 * raised for that one call.
 *
 * Return: the descriptor, -EPERM without CAP_NET_RAW, or another -errno.
 */
int packet_socket(int type, struct err *err)
{
	int fd;

	priv_raise(CAP_NET_RAW); /* without it, socket() says the same */
	fd = socket(AF_PACKET, type | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fd = -errno;
	priv_lower();
	if (fd == -EPERM)
		return err_set(
			err, fd,
			"raw sockets are not permitted: be root, or run it with CAP_NET_RAW");
	return fd < 0 ? err_set(err, fd, "no packet socket: %s", strerror(-fd)) : fd;
}

static int open_raw(struct packet *packet, int type, struct err *err)
{
	int fd = packet_socket(type, err);

	*packet = (struct packet){ .fd = fd < 0 ? -1 : fd };
	return fd < 0 ? fd : 0;
}

static int open_hearing(struct packet *packet, int type, uint32_t iface,
			const struct sock_fprog *filter, struct err *err)
{
	int ret = open_raw(packet, type, err);

	if (ret < 0)
		return ret;
	ret = prepare(packet->fd, iface, filter);
	if (ret < 0) {
		packet_close(packet);
		return err_set(err, ret, "cannot hear packets: %s", strerror(-ret));
	}
	return 0;
}

/* Open a socket that hears the interface @iface, or all of them if that is 0.
 *
 * Return: 0, -EPERM without CAP_NET_RAW, or another -errno.
 */
int packet_open(struct packet *packet, uint32_t iface, struct err *err)
{
	const struct sock_fprog filter = {
		.len = sizeof(program) / sizeof(program[0]),
		.filter = (struct sock_filter *)program, /* the kernel copies it */
	};

	return open_hearing(packet, SOCK_RAW, iface, &filter, err);
}

/* Open a socket that hears nothing, for packet_send().
 *
 * Return: as packet_open().
 */
int packet_open_sender(struct packet *packet, struct err *err)
{
	return open_raw(packet, SOCK_RAW, err);
}

/* Jumps are over the number of instructions that follow: on (if it is so, if it is not). */
#define LOAD(size, from, at) BPF_STMT(BPF_LD | (size) | (from), at)
#define IF(test, value, is_so, is_not) BPF_JUMP(BPF_JMP | (test) | BPF_K, value, is_so, is_not)
#define ACCEPT BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, 0)

/* Accept what has @local's port at @port_at (from the TCP header on, in IPv4) and its address,
 * unless that is any, at @addr_at; otherwise go on.
 *
 * Return: the end of the program.
 */
static struct sock_filter *add_end(struct sock_filter *at, const struct addr *local,
				   unsigned int port_at, unsigned int addr_at)
{
	bool is_v4 = local->family == AF_INET;
	unsigned int words = addr_is_any(local) ? 0 : is_v4 ? 1 : 4;

	*at++ = (struct sock_filter)LOAD(BPF_H, is_v4 ? BPF_IND : BPF_ABS, port_at);
	*at++ = (struct sock_filter)IF(BPF_JEQ, local->port, 0, (uint8_t)(2 * words + 1));
	for (unsigned int i = 0; i < words; i++) {
		*at++ = (struct sock_filter)LOAD(BPF_W, BPF_ABS, addr_at + 4 * i);
		*at++ = (struct sock_filter)IF(BPF_JEQ, wire_get_u32(local->bytes + 4 * i), 0,
					       (uint8_t)(2 * (words - 1 - i) + 1));
	}
	*at++ = (struct sock_filter)ACCEPT;
	return at;
}

/* Make the program for packets from and to @local, in @code.
 *
 * Return: its length.
 */
static unsigned short make_tcp_program(struct sock_filter *code, const struct addr *local)
{
	static const struct sock_filter start4[] = {
		LOAD(BPF_B, BPF_ABS, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
		IF(BPF_JEQ, 0x40, 1, 0),
		REFUSE,
		LOAD(BPF_B, BPF_ABS, 9),
		IF(BPF_JEQ, IPPROTO_TCP, 1, 0),
		REFUSE,
		LOAD(BPF_H, BPF_ABS, 6),
		IF(BPF_JSET, 0x1fff, 0, 1),
		REFUSE,
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
	};
	static const struct sock_filter start6[] = {
		LOAD(BPF_B, BPF_ABS, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
		IF(BPF_JEQ, 0x60, 1, 0),
		REFUSE,
		LOAD(BPF_B, BPF_ABS, 6),
		IF(BPF_JEQ, IPPROTO_TCP, 1, 0),
		REFUSE,
	};
	struct sock_filter *at = code;

	if (local->family == AF_INET) {
		memcpy(at, start4, sizeof(start4));
		at = add_end(at + sizeof(start4) / sizeof(start4[0]), local, 2, 16);
		at = add_end(at, local, 0, 12);
	} else {
		memcpy(at, start6, sizeof(start6));
		at = add_end(at + sizeof(start6) / sizeof(start6[0]), local, 42, 24);
		at = add_end(at, local, 40, 8);
	}
	*at++ = (struct sock_filter)REFUSE;
	return (unsigned short)(at - code);
}

/* Open a socket that hears on all interfaces what TCP sends from and to the address (0: any) and
 * port @local, with anybody: packets from their IP header on, as they are on the wire, before a
 * firewall has its say about those that come in. Fragments and IPv6 extension headers are passed
 * over.
 *
 * Return: as packet_open().
 */
int packet_open_tcp(struct packet *packet, const struct addr *local, struct err *err)
{
	struct sock_filter code[48];
	const struct sock_fprog filter = { .len = make_tcp_program(code, local), .filter = code };
	const int size = RECEIVE_BUFFER;
	int ret = open_hearing(packet, SOCK_DGRAM, 0, &filter, err);

	if (ret == 0) /* what the system does not allow it cuts */
		setsockopt(packet->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return ret;
}

/* From now on hear @local in place of the address and port before. What was heard of those may
 * still be received.
 *
 * Return: 0 or -errno.
 */
int packet_hear_tcp(const struct packet *packet, const struct addr *local)
{
	struct sock_filter code[48];
	const struct sock_fprog filter = { .len = make_tcp_program(code, local), .filter = code };

	return setsockopt(packet->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ?
		       -errno :
		       0;
}

/* Close what packet_open() opened; it may have failed. */
void packet_close(struct packet *packet)
{
	if (packet->fd >= 0)
		close(packet->fd);
	packet->fd = -1;
}

/* Hear all multicast on @iface: neighbour solicitations go to groups that this host is not in.
 *
 * Return: 0 or -errno.
 */
int packet_hear_all(const struct packet *packet, uint32_t iface)
{
	const struct packet_mreq request = {
		.mr_ifindex = (int)iface,
		.mr_type = PACKET_MR_ALLMULTI,
	};

	return setsockopt(packet->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request,
			  sizeof(request)) < 0 ?
		       -errno :
		       0;
}

static void read_control(struct msghdr *message, struct packet_frame *frame)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at; at = CMSG_NXTHDR(message, at)) {
		struct tpacket_auxdata aux;
		struct timespec stamp;

		if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SO_TIMESTAMPNS &&
		    at->cmsg_len >= CMSG_LEN(sizeof(stamp))) {
			memcpy(&stamp, CMSG_DATA(at), sizeof(stamp));
			frame->time_ns =
				(uint64_t)stamp.tv_sec * 1000000000u + (uint64_t)stamp.tv_nsec;
		} else if (at->cmsg_level == SOL_PACKET && at->cmsg_type == PACKET_AUXDATA &&
			   at->cmsg_len >= CMSG_LEN(sizeof(aux))) {
			memcpy(&aux, CMSG_DATA(at), sizeof(aux));
			frame->wire_length = aux.tp_len;
			if (aux.tp_status & TP_STATUS_VLAN_VALID)
				frame->vlan = aux.tp_vlan_tci & 0xfff;
			frame->is_checksum_pending = aux.tp_status & TP_STATUS_CSUMNOTREADY;
		}
	}
}

/* Take the next frame, without waiting for one, into the @size bytes of @room.
 *
 * Return: 0, -EAGAIN if there is none, -ENETDOWN if the interface went down (the socket stays
 * good), or another -errno.
 */
int packet_receive_long(const struct packet *packet, struct packet_frame *frame, void *room,
			size_t size)
{
	_Alignas(struct cmsghdr) char control[256];
	struct iovec part = { .iov_base = room, .iov_len = size };
	struct sockaddr_ll from = { 0 };
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(packet->fd, &message, MSG_DONTWAIT);

	if (length < 0)
		return -errno;
	frame->bytes = room;
	frame->length = (size_t)length;
	frame->wire_length = (size_t)length;
	frame->time_ns = 0;
	frame->vlan = 0;
	frame->iface = (uint32_t)from.sll_ifindex;
	frame->is_outgoing = from.sll_pkttype == PACKET_OUTGOING;
	frame->is_ethernet = from.sll_hatype == ARPHRD_ETHER;
	frame->is_for_others = from.sll_pkttype == PACKET_OTHERHOST;
	frame->is_checksum_pending = false;
	read_control(&message, frame);
	return 0;
}

/* The same into the frame's own room, which is enough for what neighbours say. */
int packet_receive(const struct packet *packet, struct packet_frame *frame)
{
	return packet_receive_long(packet, frame, frame->buffer, sizeof(frame->buffer));
}

/* Send a whole Ethernet frame on @iface.
 *
 * Return: 0 or -errno.
 */
int packet_send(const struct packet *packet, uint32_t iface, const uint8_t *bytes, size_t length)
{
	const struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)iface,
	};
	ssize_t sent;

	do
		sent = sendto(packet->fd, bytes, length, 0, (const struct sockaddr *)&to,
			      sizeof(to));
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* Add what the kernel dropped since the last call to packet->dropped.
 *
 * Return: 0 or -errno.
 */
int packet_count_drops(struct packet *packet)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	if (getsockopt(packet->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		return -errno;
	packet->dropped += stats.tp_drops;
	return 0;
}
