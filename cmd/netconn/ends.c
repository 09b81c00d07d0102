// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands at the two ends of a socket, family by family, in our own layouts. */
#include <net/if.h>
#include <sys/socket.h>

#include "base/text.h"
#include "netconn.h"

static void fill_inet(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;

	row->family = sock->family == AF_INET6 ? "inet6" : "inet";
	row->local_addr = sock->local;
	row->peer_addr = sock->peer;
	row->local_port = sock->local.port;
	row->peer_port = sock->peer.port;
	row->iface = sock->iface ? facts_iface(run, sock, sock->iface) : NULL;
	row->type = NULL;
	row->path = NULL;
	row->peer_inode = 0;
	if (run->needs & NEED_TEXTS) {
		facts_end_text(run, sock, &sock->local, row->local_text);
		facts_end_text(run, sock, &sock->peer, row->peer_text);
	}
	row->local = row->local_text;
	row->peer = row->peer_text;
}

/* Nothing of the Internet. */
static void clear_inet(struct conn_row *row)
{
	row->local_addr.family = AF_UNSPEC;
	row->peer_addr.family = AF_UNSPEC;
	row->local_port = UINT32_MAX;
	row->peer_port = UINT32_MAX;
	row->iface = NULL;
	row->path = NULL;
	row->peer_inode = 0;
	row->local = NULL;
	row->peer = NULL;
}

static void fill_unix(struct conn_row *row, const struct sock *sock)
{
	row->family = "unix";
	row->type = sock_type_name(sock->un.type);
	row->path = sock->un.path;
	row->peer_inode = sock->un.peer_inode;
	row->local = sock->un.path;
	if (sock->un.peer_inode) {
		*text_u64(row->peer_text + text_copy(row->peer_text, 16, "inode "),
			  sock->un.peer_inode) = '\0';
		row->peer = row->peer_text;
	}
}

/* ETHERTYPE:DEVICE */
static void fill_link_layer(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;
	const char *name = sock_ethertype_name(sock->ll.ethertype);
	char *at = row->local_text;

	row->family = "packet";
	row->type = sock_type_name(sock->ll.type);
	row->iface = sock->iface ? facts_iface(run, sock, sock->iface) : NULL;
	if (name) {
		at += text_copy(at, 16, name);
	} else {
		at += text_copy(at, 3, "0x");
		at = text_hex8(text_hex8(at, (uint8_t)(sock->ll.ethertype >> 8)),
			       (uint8_t)sock->ll.ethertype);
	}
	*at++ = ':';
	text_copy(at, IF_NAMESIZE, row->iface ? row->iface : "*");
	row->local = row->local_text;
}

/* PROTOCOL:PORT, the peer by its port alone, or by its group as group:N. */
static void fill_netlink(struct conn_row *row, const struct sock *sock)
{
	const char *name = sock_netlink_name(sock->nl.protocol);
	char *at = row->local_text;

	row->family = "netlink";
	row->type = sock_type_name(sock->nl.type);
	at = name ? at + text_copy(at, 32, name) : text_u64(at, sock->nl.protocol);
	*at++ = ':';
	*text_u64(at, sock->nl.port_id) = '\0';
	row->local = row->local_text;
	if (sock->nl.peer_port_id || sock->nl.peer_group) {
		at = row->peer_text;
		if (sock->nl.peer_group)
			at += text_copy(at, 16, "group:");
		*text_u64(at, sock->nl.peer_group ? sock->nl.peer_group : sock->nl.peer_port_id) =
			'\0';
		row->peer = row->peer_text;
	}
}

/* CID:PORT, with '*' for any. */
static const char *vsock_end(char *text, uint32_t cid, uint32_t port)
{
	char *at = text;

	if (cid == UINT32_MAX)
		*at++ = '*';
	else
		at = text_u64(at, cid);
	*at++ = ':';
	if (port == UINT32_MAX)
		*at++ = '*';
	else
		at = text_u64(at, port);
	*at = '\0';
	return text;
}

static void fill_vsock(struct conn_row *row, const struct sock *sock)
{
	row->family = "vsock";
	row->type = sock_type_name(sock->vs.type);
	row->local = vsock_end(row->local_text, sock->vs.cid, sock->vs.port);
	row->peer = vsock_end(row->peer_text, sock->vs.peer_cid, sock->vs.peer_port);
}

/* The family, both ends, and what else tells one socket from the other. */
void ends_fill(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;

	if (sock_proto_is_inet(sock->proto)) {
		fill_inet(run, sock);
		return;
	}
	clear_inet(row);
	if (sock->proto == SOCK_UNIX)
		fill_unix(row, sock);
	else if (sock->proto == SOCK_LINK_LAYER)
		fill_link_layer(run, sock);
	else if (sock->proto == SOCK_NETLINK)
		fill_netlink(row, sock);
	else
		fill_vsock(row, sock);
}
