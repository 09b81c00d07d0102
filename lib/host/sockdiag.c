// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets through NETLINK_SOCK_DIAG (include/uapi/linux/{sock,inet,unix}_diag.h). */
#include "host/sockdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <string.h>

#include "host/filter_bytecode.h"
#include "host/sockextra.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif

struct inet_dump {
	enum sock_proto proto;
	bool has_extra, with_probes;
	struct sock_extra extra;
	sock_row_fn *on_row;
	void *arg;
};

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

static int on_inet_message(const struct nlmsghdr *message, void *arg)
{
	struct inet_dump *dump = arg;
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

/* Room for attributes behind a request: 32 bits, and a program. */
#define ATTRIBUTES_SIZE (8 + sizeof(struct nlattr) + FILTER_BYTECODE_MAX)

static uint8_t extensions(const struct sock_query *query)
{
	uint8_t wanted = sockextra_inet_request(query->extra);

	if (query->with_probes)
		wanted |= 1 << (INET_DIAG_INFO - 1);
	return wanted;
}

static void put_program(struct nlmsghdr *request, const struct sock_query *query)
{
	if (query->code_length > 0)
		mnl_attr_put(request, INET_DIAG_REQ_BYTECODE, query->code_length, query->code);
}

/* Dump TCP sockets of both families. The compatibility request walks the kernel's table once; the
 * newer one takes a walk for each family (net/ipv4/inet_diag.c, inet_diag_dump_compat()). */
static int dump_both(struct nl *nl, const struct sock_query *query, struct inet_dump *dump,
		     struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req body;
		char attributes[ATTRIBUTES_SIZE];
	} request = {
		.head = {.nlmsg_len = offsetof(__typeof__(request), attributes),
			 .nlmsg_type = TCPDIAG_GETSOCK},
		.body = {
			.idiag_family = AF_INET,
			.idiag_states = query->states,
			.idiag_ext = extensions(query),
			.id.idiag_sport = htons(query->sport),
			.id.idiag_dport = htons(query->dport),
		},
	};

	put_program(&request.head, query);
	return nl_dump(nl, &request.head, on_inet_message, dump, err);
}

/* Dump the sockets that @query asks for.
 *
 * Return: as nl_dump().
 */
int sockdiag_inet(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		  struct err *err)
{
	static const uint8_t protocols[SOCK_PROTO_COUNT] = {
		[SOCK_TCP] = IPPROTO_TCP,    [SOCK_SCTP] = IPPROTO_SCTP,
		[SOCK_UDP] = IPPROTO_UDP,    [SOCK_UDPLITE] = IPPROTO_UDPLITE,
		[SOCK_RAW_IP] = IPPROTO_RAW, [SOCK_MPTCP] = IPPROTO_IP,
	};
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
		char attributes[ATTRIBUTES_SIZE];
	} request = {
		.head = {.nlmsg_len = offsetof(__typeof__(request), attributes),
			 .nlmsg_type = SOCK_DIAG_BY_FAMILY},
		.body = {
			.sdiag_family = query->family,
			.sdiag_protocol = protocols[query->proto],
			.idiag_states = query->states,
			.idiag_ext = extensions(query),
			.id.idiag_sport = htons(query->sport),
			.id.idiag_dport = htons(query->dport),
		},
	};
	struct inet_dump dump = {
		.proto = query->proto,
		.has_extra = query->extra,
		.with_probes = query->with_probes,
		.on_row = on_row,
		.arg = arg,
	};

	if (query->family == AF_UNSPEC)
		return dump_both(nl, query, &dump, err);
	/* The number is too large for sdiag_protocol. */
	if (query->proto == SOCK_MPTCP)
		mnl_attr_put_u32(&request.head, INET_DIAG_REQ_PROTOCOL, IPPROTO_MPTCP);
	put_program(&request.head, query);
	return nl_dump(nl, &request.head, on_inet_message, &dump, err);
}

/* A name as /proc/net/unix shows it: NULs as '@', without the terminator of a path.
 *
 * Return: whether it is one.
 */
static bool copy_name(char *path, const char *name, size_t length)
{
	if (length > 0 && name[0] && !name[length - 1])
		length--;
	if (length == 0 || length >= SOCK_PATH_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		path[i] = name[i] ? name[i] : '@';
	path[length] = '\0';
	return true;
}

static void parse_unix_attr(const struct nlattr *attr, struct sock *sock, char *path)
{
	const void *payload = mnl_attr_get_payload(attr);
	uint16_t length = mnl_attr_get_payload_len(attr);
	struct unix_diag_rqlen queues;

	switch (mnl_attr_get_type(attr)) {
	case UNIX_DIAG_NAME:
		if (copy_name(path, payload, length))
			sock->un.path = path;
		break;
	case UNIX_DIAG_PEER:
		if (length >= sizeof(uint32_t))
			sock->un.peer_inode = mnl_attr_get_u32(attr);
		break;
	case UNIX_DIAG_RQLEN:
		if (length < sizeof(queues))
			break;
		memcpy(&queues, payload, sizeof(queues));
		sock->rqueue = queues.udiag_rqueue;
		sock->wqueue = queues.udiag_wqueue;
		break;
	case UNIX_DIAG_UID:
		if (length >= sizeof(uint32_t))
			sock->uid = mnl_attr_get_u32(attr);
		break;
	}
}

/* Read one answer of unix_diag; a name goes to @path (SOCK_PATH_SIZE bytes), which @sock borrows.
 *
 * Return: whether it is one; if not, @sock is undefined.
 */
bool sockdiag_parse_unix(const struct nlmsghdr *message, struct sock *sock, char *path)
{
	const struct unix_diag_msg *diag = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*diag) || diag->udiag_family != AF_UNIX)
		return false;
	*sock = (struct sock){
		.un = { .type = diag->udiag_type },
		.cookie = (uint64_t)diag->udiag_cookie[1] << 32 | diag->udiag_cookie[0],
		.inode = diag->udiag_ino,
		.wqueue = SOCK_NO_BACKLOG,
		.uid = SOCK_NO_UID,
		.proto = SOCK_UNIX,
		.family = AF_UNIX,
		.state = diag->udiag_state,
	};
	nl_for_each_attr(attr, message, sizeof(*diag))
		parse_unix_attr(attr, sock, path);
	return true;
}

struct unix_dump {
	sock_row_fn *on_row;
	void *arg;
	bool has_extra;
	struct sock_extra extra;
	char path[SOCK_PATH_SIZE];
};

static int on_unix_message(const struct nlmsghdr *message, void *arg)
{
	struct unix_dump *dump = arg;
	struct sock sock;

	if (!sockdiag_parse_unix(message, &sock, dump->path))
		return -EBADMSG;
	if (dump->has_extra) {
		sockextra_parse_unix(message, &dump->extra);
		sock.extra = &dump->extra;
	}
	return dump->on_row(&sock, dump->arg);
}

/* Dump the UNIX sockets that have an inode; those that wait for accept() are not among them
 * (net/unix/diag.c, sk_diag_dump()).
 *
 * Return: as nl_dump().
 */
int sockdiag_unix(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		  struct err *err)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} request = {
		.head = {.nlmsg_len = sizeof(request), .nlmsg_type = SOCK_DIAG_BY_FAMILY},
		.body = {
			.sdiag_family = AF_UNIX,
			.udiag_states = UINT32_MAX,
			.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN |
				      UDIAG_SHOW_UID |
				      (query->extra & SOCK_EXTRA_MEMORY ? UDIAG_SHOW_MEMINFO : 0),
		},
	};
	struct unix_dump dump = { .on_row = on_row, .arg = arg, .has_extra = query->extra };

	return nl_dump(nl, &request.head, on_unix_message, &dump, err);
}
