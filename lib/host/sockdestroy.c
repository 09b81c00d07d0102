// SPDX-License-Identifier: GPL-2.0-or-later
/* Closing somebody's sockets (SOCK_DESTROY), and hearing of those that are gone (the multicast
 * groups SKNLGRP_*_DESTROY); net/core/sock_diag.c.
 *
 * The kernel looks a socket up by its ends, as it does for a packet, and then compares the cookie
 * (net/ipv4/inet_diag.c, inet_diag_find_one_icsk(); net/ipv4/udp_diag.c). Of sockets that share a
 * port by SO_REUSEPORT it finds the one that a packet from these ends would go to: where nobody is
 * at the other end, other ports there are tried until it is the right one's turn. */
#include "host/sockdestroy.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "host/sockdiag.h"

static const uint8_t protocols[SOCK_PROTO_COUNT] = {
	[SOCK_TCP] = IPPROTO_TCP,
	[SOCK_UDP] = IPPROTO_UDP,
	[SOCK_UDPLITE] = 136, /* IPPROTO_UDPLITE */
};

/* How many ports are tried: with 50 that share one, a socket is missed once in 30,000 times. */
#define TRIES 512

/* Whether the kernel can be asked to close such a socket, and told which one is meant. */
bool sockdestroy_can(const struct sock *sock)
{
	return sock->proto < SOCK_PROTO_COUNT && protocols[sock->proto] &&
	       sock->cookie != SOCK_NO_COOKIE;
}

/* Whether the ends of @sock are those of no other: somebody is at the other one. */
bool sockdestroy_has_peer(const struct sock *sock)
{
	return sock->peer.port || !addr_is_any(&sock->peer);
}

static int destroy_once(struct nl *nl, const struct sock *sock, uint16_t peer_port, struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} request = {
		.head = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = SOCK_DESTROY,
		},
		.body = {
			.sdiag_family = sock->family,
			.sdiag_protocol = protocols[sock->proto],
			.idiag_states = UINT32_MAX,
			.id = {
				.idiag_sport = htons(sock->local.port),
				.idiag_dport = htons(peer_port),
				.idiag_if = sock->iface,
				.idiag_cookie = { (uint32_t)sock->cookie,
						  (uint32_t)(sock->cookie >> 32) },
			},
		},
	};

	memcpy(request.body.id.idiag_src, sock->local.bytes, sizeof(sock->local.bytes));
	memcpy(request.body.id.idiag_dst, sock->peer.bytes, sizeof(sock->peer.bytes));
	return nl_request(nl, &request.head, NULL, NULL, err);
}

/* Close @sock: that very one, which its cookie tells from whoever has taken its place in the
 * meantime. Its program gets ECONNABORTED. Half-open connections and those in TIME_WAIT go, too.
 *
 * Return: 0; -ENOENT if it is gone, or, with a port that others share, was not found; -EPERM
 * without CAP_NET_ADMIN; -EOPNOTSUPP if this kernel or this protocol knows no such thing; or
 * another -errno.
 */
int sockdestroy(struct nl *nl, const struct sock *sock, struct err *err)
{
	unsigned int tries = sockdestroy_has_peer(sock) ? 1 : TRIES;
	int ret = -ENOENT;

	if (!sockdestroy_can(sock))
		return err_set(err, -EOPNOTSUPP, "no socket that can be closed");
	for (unsigned int i = 0; i < tries && ret == -ENOENT; i++) {
		ret = destroy_once(nl, sock, (uint16_t)(sock->peer.port + i), err);
		if (ret == -ESTALE) /* what UDP says of another cookie */
			ret = -ENOENT;
	}
	return ret;
}

/* Have the kernel tell on @nl of the sockets of @protos (bit 1 << enum sock_proto) that are
 * destroyed; nl_next_events() takes it in. It does so for TCP and UDP.
 *
 * Return: 0 or -errno, -ENOENT if none of the groups is for @protos.
 */
int sockdestroy_join(struct nl *nl, unsigned int protos, struct err *err)
{
	static const struct {
		enum sock_proto proto;
		unsigned int group;
	} groups[] = {
		{ SOCK_TCP, SKNLGRP_INET_TCP_DESTROY },
		{ SOCK_UDP, SKNLGRP_INET_UDP_DESTROY },
		{ SOCK_TCP, SKNLGRP_INET6_TCP_DESTROY },
		{ SOCK_UDP, SKNLGRP_INET6_UDP_DESTROY },
	};
	bool has_joined = false;
	int ret = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && ret == 0; i++) {
		if (!(protos & 1u << groups[i].proto))
			continue;
		ret = nl_join(nl, groups[i].group, err);
		has_joined = true;
	}
	if (!has_joined)
		return err_set(err, -ENOENT, "the kernel tells of TCP and UDP alone");
	return ret;
}

static uint8_t protocol_of(const struct nlmsghdr *message)
{
	const struct nlattr *attr;

	nl_for_each_attr(attr, message, sizeof(struct inet_diag_msg))
		if (mnl_attr_get_type(attr) == INET_DIAG_PROTOCOL &&
		    mnl_attr_get_payload_len(attr) >= sizeof(uint8_t))
			return mnl_attr_get_u8(attr);
	return 0;
}

/* Read a message about a socket that is gone.
 *
 * Return: whether it is one, of TCP or UDP; if not, @sock is undefined.
 */
bool sockdestroy_parse(const struct nlmsghdr *message, struct sock *sock)
{
	if (!sockdiag_parse_inet(message, SOCK_TCP, sock))
		return false;
	switch (protocol_of(message)) {
	case IPPROTO_TCP:
		return true;
	case IPPROTO_UDP:
		return sockdiag_parse_inet(message, SOCK_UDP, sock);
	default:
		return false;
	}
}
