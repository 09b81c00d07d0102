// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NL_LINK_H
#define NETSONDE_HOST_NL_LINK_H

#include <stddef.h>
#include <sys/types.h>

/* The narrow waist between a netlink session and where its bytes come from. The library's own is
 * the kernel; test programs link another one, which plays recordings, in its place. */
struct nl_link;

/* One datagram of several that are received at once. */
struct nl_piece {
	void *bytes;
	size_t size;
	size_t length; /* what came */
};

int nl_link_open(struct nl_link **link, int protocol);
void nl_link_close(struct nl_link *link);
int nl_link_send(struct nl_link *link, const void *bytes, size_t length);
int nl_link_join(struct nl_link *link, unsigned int group);
int nl_link_fd(const struct nl_link *link);
ssize_t nl_link_receive(struct nl_link *link, void *bytes, size_t size);
int nl_link_receive_many(struct nl_link *link, struct nl_piece *pieces, unsigned int count);
int nl_link_be_strict(struct nl_link *link);

#endif
