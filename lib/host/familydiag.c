// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets of packet(7), netlink(7) and vsock(7) through NETLINK_SOCK_DIAG
 * (include/uapi/linux/{packet,netlink,vm_sockets}_diag.h). */
#include "host/familydiag.h"

#include <errno.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/vm_sockets_diag.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "host/inode_map.h"
#include "host/sockextra.h"

/* The cookie in the two halves at @halves. */
static uint64_t cookie_of(const uint32_t *halves)
{
	return (uint64_t)halves[1] << 32 | halves[0];
}

/* SK_MEMINFO: what waits to be read, or to be sent, is part of it. */
static void take_memory(const struct nlattr *attr, struct sock *sock, struct sock_extra *extra)
{
	uint16_t length = mnl_attr_get_payload_len(attr);

	sockextra_set_memory(extra, mnl_attr_get_payload(attr), length);
	if (length >= offsetof(struct sock_memory, sndbuf)) {
		sock->rqueue = extra->memory.rmem_alloc;
		sock->wqueue = extra->memory.wmem_alloc;
	}
}

static void take_packet_info(const struct nlattr *attr, struct sock *sock, struct sock_extra *extra)
{
	struct packet_diag_info info;

	if (mnl_attr_get_payload_len(attr) < sizeof(info))
		return;
	memcpy(&info, mnl_attr_get_payload(attr), sizeof(info));
	sock->iface = info.pdi_index;
	extra->packet.version = info.pdi_version;
	extra->packet.reserve = info.pdi_reserve;
	extra->packet.copy_threshold = info.pdi_copy_thresh;
	extra->packet.timestamps = info.pdi_tstamp;
	extra->packet.flags = info.pdi_flags;
	extra->has |= SOCK_HAS_PACKET;
}

static void take_ring(const struct nlattr *attr, uint32_t *blocks, uint32_t *block_size)
{
	struct packet_diag_ring ring;

	if (mnl_attr_get_payload_len(attr) < sizeof(ring))
		return;
	memcpy(&ring, mnl_attr_get_payload(attr), sizeof(ring));
	*blocks = ring.pdr_block_nr;
	*block_size = ring.pdr_block_size;
}

static void parse_packet_attr(const struct nlattr *attr, struct sock *sock,
			      struct sock_extra *extra)
{
	struct sock_packet_info *packet = &extra->packet;
	uint16_t length = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case PACKET_DIAG_INFO:
		take_packet_info(attr, sock, extra);
		break;
	case PACKET_DIAG_MCLIST:
		packet->memberships = length / (uint32_t)sizeof(struct packet_diag_mclist);
		break;
	case PACKET_DIAG_RX_RING:
		take_ring(attr, &packet->rx_blocks, &packet->rx_block_size);
		break;
	case PACKET_DIAG_TX_RING:
		take_ring(attr, &packet->tx_blocks, &packet->tx_block_size);
		break;
	case PACKET_DIAG_FANOUT:
		if (length >= sizeof(uint32_t))
			packet->fanout = mnl_attr_get_u32(attr);
		break;
	case PACKET_DIAG_UID:
		if (length >= sizeof(uint32_t))
			sock->uid = mnl_attr_get_u32(attr);
		break;
	case PACKET_DIAG_MEMINFO:
		take_memory(attr, sock, extra);
		break;
	case PACKET_DIAG_FILTER:
		packet->filter_length = length / 8; /* struct sock_filter */
		break;
	}
}

/* Read one answer of packet_diag (net/packet/diag.c); @extra is filled in as far as it came.
 *
 * Return: whether it is one; if not, @sock and @extra are undefined.
 */
bool familydiag_parse_packet(const struct nlmsghdr *message, struct sock *sock,
			     struct sock_extra *extra)
{
	const struct packet_diag_msg *diag = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->pdiag_family != AF_PACKET)
		return false;
	*sock = (struct sock){
		.ll = { .type = diag->pdiag_type, .ethertype = diag->pdiag_num },
		.cookie = cookie_of(diag->pdiag_cookie),
		.inode = diag->pdiag_ino,
		.uid = SOCK_NO_UID,
		.proto = SOCK_LINK_LAYER,
		.family = AF_PACKET,
		.state = SOCK_CLOSE,
	};
	sockextra_init(extra);
	memset(&extra->packet, 0, sizeof(extra->packet));
	extra->packet.fanout = UINT32_MAX;
	nl_for_each_attr(attr, message, sizeof(*diag))
		parse_packet_attr(attr, sock, extra);
	return true;
}

/* Read one answer of netlink_diag (net/netlink/diag.c); @extra is filled in as far as it came.
 *
 * Return: whether it is one; if not, @sock and @extra are undefined.
 */
bool familydiag_parse_netlink(const struct nlmsghdr *message, struct sock *sock,
			      struct sock_extra *extra)
{
	const struct netlink_diag_msg *diag = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->ndiag_family != AF_NETLINK)
		return false;
	*sock = (struct sock){
		.nl = {
			.port_id = diag->ndiag_portid,
			.peer_port_id = diag->ndiag_dst_portid,
			.peer_group = diag->ndiag_dst_group,
			.type = diag->ndiag_type,
			.protocol = diag->ndiag_protocol,
		},
		.cookie = cookie_of(diag->ndiag_cookie),
		.inode = diag->ndiag_ino,
		.uid = SOCK_NO_UID,
		.proto = SOCK_NETLINK,
		.family = AF_NETLINK,
		/* NETLINK_CONNECTED of net/netlink/af_netlink.c */
		.state = diag->ndiag_state == 1 ? SOCK_ESTABLISHED : SOCK_CLOSE,
	};
	sockextra_init(extra);
	nl_for_each_attr(attr, message, sizeof(*diag)) {
		uint16_t type = mnl_attr_get_type(attr), length = mnl_attr_get_payload_len(attr);

		if (type == NETLINK_DIAG_MEMINFO)
			take_memory(attr, sock, extra);
		else if (type == NETLINK_DIAG_GROUPS) /* words of unsigned long */
			memcpy(&sock->nl.groups, mnl_attr_get_payload(attr),
			       length < sizeof(sock->nl.groups) ? length : sizeof(sock->nl.groups));
	}
	return true;
}

/* Read one answer of vsock_diag (net/vmw_vsock/diag.c).
 *
 * Return: whether it is one; if not, @sock is undefined.
 */
bool familydiag_parse_vsock(const struct nlmsghdr *message, struct sock *sock)
{
	const struct vsock_diag_msg *diag = mnl_nlmsg_get_payload(message);

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->vdiag_family != AF_VSOCK)
		return false;
	*sock = (struct sock){
		.vs = {
			.cid = diag->vdiag_src_cid,
			.port = diag->vdiag_src_port,
			.peer_cid = diag->vdiag_dst_cid,
			.peer_port = diag->vdiag_dst_port,
			.type = diag->vdiag_type,
		},
		.cookie = cookie_of(diag->vdiag_cookie),
		.inode = diag->vdiag_ino,
		.uid = SOCK_NO_UID,
		.proto = SOCK_VSOCK,
		.family = AF_VSOCK,
		.state = diag->vdiag_state,
	};
	return true;
}

struct family_dump {
	const struct sock_query *query;
	sock_row_fn *on_row;
	void *arg;
	struct inode_map seen; /* netlink_diag walks multicast receivers a second time */
	struct sock_extra extra;
};

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct family_dump *dump = arg;
	struct sock sock;
	bool is_row = false;

	if (dump->query->proto == SOCK_LINK_LAYER)
		is_row = familydiag_parse_packet(message, &sock, &dump->extra);
	else if (dump->query->proto == SOCK_NETLINK)
		is_row = familydiag_parse_netlink(message, &sock, &dump->extra);
	else if (dump->query->proto == SOCK_VSOCK)
		is_row = familydiag_parse_vsock(message, &sock);
	if (!is_row)
		return -EBADMSG;
	if (sock.inode && inode_map_find(&dump->seen, sock.inode))
		return 0;
	if (sock.inode && !inode_map_add(&dump->seen, sock.inode, 1))
		return -ENOMEM;
	if (dump->query->extra && dump->query->proto != SOCK_VSOCK)
		sock.extra = &dump->extra;
	return dump->on_row(&sock, dump->arg);
}

/* Dump the sockets that @query asks for: SOCK_LINK_LAYER, SOCK_NETLINK or SOCK_VSOCK.
 *
 * Return: as nl_dump().
 */
int familydiag_list(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		    struct err *err)
{
	struct {
		struct nlmsghdr head;
		union {
			struct packet_diag_req packet;
			struct netlink_diag_req netlink;
			struct vsock_diag_req vsock;
		};
	} request = { .head.nlmsg_type = SOCK_DIAG_BY_FAMILY };
	struct family_dump dump = { .query = query, .on_row = on_row, .arg = arg };
	size_t size;
	int ret;

	inode_map_init(&dump.seen);
	if (query->proto == SOCK_LINK_LAYER) {
		request.packet.sdiag_family = AF_PACKET;
		request.packet.pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO;
		if (query->extra & SOCK_EXTRA_DETAILS)
			request.packet.pdiag_show |= PACKET_SHOW_MCLIST | PACKET_SHOW_RING_CFG |
						     PACKET_SHOW_FANOUT | PACKET_SHOW_FILTER;
		size = sizeof(request.packet);
	} else if (query->proto == SOCK_NETLINK) {
		request.netlink.sdiag_family = AF_NETLINK;
		request.netlink.sdiag_protocol = NDIAG_PROTO_ALL;
		request.netlink.ndiag_show = NDIAG_SHOW_MEMINFO | NDIAG_SHOW_GROUPS;
		size = sizeof(request.netlink);
	} else {
		request.vsock.sdiag_family = AF_VSOCK;
		request.vsock.vdiag_states = query->states;
		size = sizeof(request.vsock);
	}
	request.head.nlmsg_len = (uint32_t)(sizeof(request.head) + size);
	ret = nl_dump(nl, &request.head, on_message, &dump, err);
	inode_map_fini(&dump.seen);
	return ret;
}
