// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/nl_link.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

/* Since Linux 4.20. */
#ifndef NETLINK_GET_STRICT_CHK
#define NETLINK_GET_STRICT_CHK 12
#endif

#define PIECES_MAX 64

static struct mnl_socket *socket_of(struct nl_link *link)
{
	return (struct mnl_socket *)link;
}

/* Open a netlink socket of @protocol (NETLINK_ROUTE, ...).
 *
 * Return: 0 or -errno.
 */
int nl_link_open(struct nl_link **link, int protocol)
{
	struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);

	if (!socket)
		return -errno;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		int ret = -errno;

		mnl_socket_close(socket);
		return ret;
	}
	*link = (struct nl_link *)socket;
	return 0;
}

/* Close what nl_link_open() opened; NULL is fine. */
void nl_link_close(struct nl_link *link)
{
	if (link)
		mnl_socket_close(socket_of(link));
}

/* Send one datagram to the kernel.
 *
 * Return: 0 or -errno.
 */
int nl_link_send(struct nl_link *link, const void *bytes, size_t length)
{
	return mnl_socket_sendto(socket_of(link), bytes, length) < 0 ? -errno : 0;
}

/* Become a member of the multicast @group (RTNLGRP_NEIGH, ...).
 *
 * Return: 0 or -errno.
 */
int nl_link_join(struct nl_link *link, unsigned int group)
{
	int value = (int)group;

	return mnl_socket_setsockopt(socket_of(link), NETLINK_ADD_MEMBERSHIP, &value,
				     sizeof(value)) < 0 ?
		       -errno :
		       0;
}

/* Return: the descriptor to poll. */
int nl_link_fd(const struct nl_link *link)
{
	return mnl_socket_get_fd((const struct mnl_socket *)link);
}

/* Receive one datagram.
 *
 * Return: its length, or -errno: -ENOSPC if @size was too small for it, -ENOBUFS if the kernel had
 * to drop some.
 */
ssize_t nl_link_receive(struct nl_link *link, void *bytes, size_t size)
{
	ssize_t length = mnl_socket_recvfrom(socket_of(link), bytes, size);

	return length < 0 ? -errno : length;
}

/* Receive the datagrams that are there, up to @count, and at least one.
 *
 * Return: how many, or -errno as nl_link_receive().
 */
int nl_link_receive_many(struct nl_link *link, struct nl_piece *pieces, unsigned int count)
{
	struct mmsghdr messages[PIECES_MAX];
	struct iovec vectors[PIECES_MAX];
	int received;

	if (count > PIECES_MAX)
		count = PIECES_MAX;
	memset(messages, 0, sizeof(messages[0]) * count);
	for (unsigned int i = 0; i < count; i++) {
		vectors[i] = (struct iovec){ pieces[i].bytes, pieces[i].size };
		messages[i].msg_hdr.msg_iov = &vectors[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	received =
		recvmmsg(mnl_socket_get_fd(socket_of(link)), messages, count, MSG_WAITFORONE, NULL);
	if (received < 0)
		return -errno;
	for (int i = 0; i < received; i++) {
		if (messages[i].msg_hdr.msg_flags & MSG_TRUNC)
			return -ENOSPC;
		pieces[i].length = messages[i].msg_len;
	}
	return received;
}

/* Have the kernel check requests for dumps, and filter them as they ask.
 *
 * Return: 0 or -errno: -ENOPROTOOPT before Linux 4.20.
 */
int nl_link_be_strict(struct nl_link *link)
{
	int on = 1;

	return mnl_socket_setsockopt(socket_of(link), NETLINK_GET_STRICT_CHK, &on, sizeof(on)) < 0 ?
		       -errno :
		       0;
}
