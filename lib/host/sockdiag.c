// SPDX-License-Identifier: GPL-2.0-or-later
/* Internet sockets through NETLINK_SOCK_DIAG (include/uapi/linux/{sock,inet}_diag.h). */
#include "host/sockdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <string.h>

#include "host/sockextra.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif

static void set_end(struct addr *end, uint8_t family, const __be32 *bytes, __be16 port_be,
		    uint32_t iface)
{
	memset(end, 0, sizeof(*end));
	memcpy(end->bytes, bytes, family == AF_INET ? 4 : 16);
	end->family = family;
	end->port = ntohs(port_be);
	if (addr_is_scoped(end))
		end->zone = iface;
}

static void parse_inet_attr(const struct nlattr *attr, struct sock *sock)
{
	struct tcp_info info;
	uint16_t length = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case INET_DIAG_CGROUP_ID:
		if (length >= sizeof(uint64_t))
			sock->cgroup_id = mnl_attr_get_u64(attr);
		break;
	case INET_DIAG_MARK:
		if (length >= sizeof(uint32_t)) {
			sock->mark = mnl_attr_get_u32(attr);
			sock->has_mark = true;
		}
		break;
	case INET_DIAG_INFO:
		if (sock->proto != SOCK_TCP || length < offsetof(struct tcp_info, tcpi_backoff))
			break;
		memset(&info, 0, sizeof(info));
		memcpy(&info, mnl_attr_get_payload(attr),
		       length < sizeof(info) ? length : sizeof(info));
		sock->retrans = info.tcpi_retransmits;
		sock->probes = info.tcpi_probes;
		break;
	}
}

/* Read one answer of inet_diag (struct inet_diag_msg and attributes) about a socket of @proto.
 *
 * Return: whether it is one; if not, @sock is undefined.
 */
bool sockdiag_parse_inet(const struct nlmsghdr *message, enum sock_proto proto, struct sock *sock)
{
	const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if ((message->nlmsg_type != SOCK_DIAG_BY_FAMILY &&
	     message->nlmsg_type != TCPDIAG_GETSOCK) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*diag))
		return false;
	if (diag->idiag_family != AF_INET && diag->idiag_family != AF_INET6)
		return false;
	*sock = (struct sock){
		.cookie = (uint64_t)diag->id.idiag_cookie[1] << 32 | diag->id.idiag_cookie[0],
		.inode = diag->idiag_inode,
		.rqueue = diag->idiag_rqueue,
		.wqueue = diag->idiag_wqueue,
		.uid = diag->idiag_uid,
		.iface = diag->id.idiag_if,
		.expires_ms = diag->idiag_expires,
		.proto = (uint8_t)proto,
		.family = diag->idiag_family,
		.state = diag->idiag_state,
		.timer = diag->idiag_timer,
		.retrans = diag->idiag_retrans,
	};
	set_end(&sock->local, sock->family, diag->id.idiag_src, diag->id.idiag_sport, sock->iface);
	set_end(&sock->peer, sock->family, diag->id.idiag_dst, diag->id.idiag_dport, sock->iface);
	nl_for_each_attr(attr, message, sizeof(*diag))
		parse_inet_attr(attr, sock);
	return true;
}

/* Make ready to hand the rows of a dump that @query asks for to @on_row. */
void sockdiag_begin(struct sockdiag_dump *dump, const struct sock_query *query, sock_row_fn *on_row,
		    void *arg)
{
	dump->proto = query->proto;
	dump->has_extra = query->extra;
	dump->with_probes = query->with_probes;
	dump->on_row = on_row;
	dump->arg = arg;
}

/* Receive one message of a dump; @arg is its struct sockdiag_dump. */
int sockdiag_on_inet(const struct nlmsghdr *message, void *arg)
{
	struct sockdiag_dump *dump = arg;
	struct sock sock;

	if (!sockdiag_parse_inet(message, dump->proto, &sock))
		return -EBADMSG;
	if (dump->has_extra) {
		const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);

		sockextra_parse_inet(message, dump->proto, &dump->extra);
		sock.extra = &dump->extra;
		if (!dump->with_probes) /* tcp_info comes, too, but these are the timer's */
			sock.retrans = diag->idiag_retrans;
	}
	return dump->on_row(&sock, dump->arg);
}

static uint8_t extensions(const struct sock_query *query)
{
	uint8_t wanted = sockextra_inet_request(query->extra);

	if (query->with_probes)
		wanted |= 1 << (INET_DIAG_INFO - 1);
	return wanted;
}

/* Ask for TCP sockets of both families. The compatibility request walks the kernel's table once;
 * the newer one takes a walk for each family (net/ipv4/inet_diag.c, inet_diag_dump_compat()). */
static void ask_for_both(struct nlmsghdr *request, const struct sock_query *query)
{
	struct inet_diag_req *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));

	request->nlmsg_type = TCPDIAG_GETSOCK;
	body->idiag_family = AF_INET;
	body->idiag_states = query->states;
	body->idiag_ext = extensions(query);
	body->id.idiag_sport = htons(query->sport);
	body->id.idiag_dport = htons(query->dport);
}

static void ask_for_one(struct nlmsghdr *request, const struct sock_query *query)
{
	static const uint8_t protocols[SOCK_PROTO_COUNT] = {
		[SOCK_TCP] = IPPROTO_TCP,    [SOCK_SCTP] = IPPROTO_SCTP,
		[SOCK_UDP] = IPPROTO_UDP,    [SOCK_UDPLITE] = IPPROTO_UDPLITE,
		[SOCK_RAW_IP] = IPPROTO_RAW, [SOCK_MPTCP] = IPPROTO_IP,
	};
	struct inet_diag_req_v2 *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));

	request->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	body->sdiag_family = query->family;
	body->sdiag_protocol = protocols[query->proto];
	body->idiag_states = query->states;
	body->idiag_ext = extensions(query);
	body->id.idiag_sport = htons(query->sport);
	body->id.idiag_dport = htons(query->dport);
	/* The number is too large for sdiag_protocol. */
	if (query->proto == SOCK_MPTCP)
		mnl_attr_put_u32(request, INET_DIAG_REQ_PROTOCOL, IPPROTO_MPTCP);
}

/* Write the request for the sockets that @query asks for to @buffer.
 *
 * Return: the message there.
 */
struct nlmsghdr *sockdiag_request(struct sockdiag_buffer *buffer, const struct sock_query *query)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer->bytes);

	if (query->family == AF_UNSPEC)
		ask_for_both(request, query);
	else
		ask_for_one(request, query);
	if (query->code_length > 0)
		mnl_attr_put(request, INET_DIAG_REQ_BYTECODE, query->code_length, query->code);
	return request;
}

/* Dump the sockets that @query asks for.
 *
 * Return: as nl_dump().
 */
int sockdiag_inet(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		  struct err *err)
{
	struct sockdiag_buffer buffer;
	struct sockdiag_dump dump;

	sockdiag_begin(&dump, query, on_row, arg);
	return nl_dump(nl, sockdiag_request(&buffer, query), sockdiag_on_inet, &dump, err);
}
