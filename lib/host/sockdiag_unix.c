// SPDX-License-Identifier: GPL-2.0-or-later
/* UNIX sockets through NETLINK_SOCK_DIAG (include/uapi/linux/{sock,unix}_diag.h). */
#include <errno.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>

#include "host/sockdiag.h"
#include "host/sockextra.h"

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
