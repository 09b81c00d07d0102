// SPDX-License-Identifier: GPL-2.0-or-later
/* The sockets of this network namespace, whatever way the kernel offers them.
 *
 * A dump is no snapshot. The kernel copies a hash bucket's sockets until a datagram is full and
 * goes on from a count within the bucket when the next one is asked for; a socket inserted in front
 * meanwhile shifts the others, and one of them comes twice. A duplicate therefore follows its twin
 * within a bucket's length, and the last few dozen cookies tell it.
 */
#include "host/sockets.h"

#include <errno.h>
#include <string.h>

#include "host/familydiag.h"
#include "host/procfamily.h"
#include "host/procnet.h"
#include "host/sockdiag.h"
#include "host/sockdiag_halves.h"
#include "host/unixsock.h"

/* Longer than a bucket of the kernel's tables gets, but for thousands of listeners on one port. */
#define RECENT 64

struct unique {
	uint64_t recent[RECENT];
	unsigned int next;
	uint64_t rows;
	sock_row_fn *on_row;
	void *arg;
};

static int on_unique(const struct sock *sock, void *arg)
{
	struct unique *unique = arg;
	bool seen = false;

	for (unsigned int i = 0; i < RECENT; i++)
		seen |= unique->recent[i] == sock->cookie;
	if (seen && sock->cookie != SOCK_NO_COOKIE)
		return 0;
	unique->recent[unique->next++ % RECENT] = sock->cookie;
	unique->rows++;
	return unique->on_row(sock, unique->arg);
}

/* By netlink: in two halves, if they are very many, and each is told its duplicates. */
static int list_by_diag(struct sockets *sockets, const struct sock_query *query,
			struct unique *unique, struct err *err)
{
	struct unique other;
	int ret;

	if (!sock_proto_is_inet(query->proto))
		return familydiag_list(&sockets->nl, query, on_unique, unique, err);
	if (!sockdiag_divides(query))
		return sockdiag_inet(&sockets->nl, query, on_unique, unique, err);
	other = *unique;
	ret = sockdiag_halves(&sockets->nl, query, on_unique, (void *const[]){ unique, &other },
			      err);
	unique->rows += other.rows;
	return ret;
}

/* Make ready to list. Without netlink (a seccomp filter, a very small kernel) /proc/net serves. */
void sockets_open(struct sockets *sockets)
{
	sockets->has_diag = nl_open(&sockets->nl, NETLINK_SOCK_DIAG, NULL) == 0;
}

/* Give back what sockets_open() took. */
void sockets_close(struct sockets *sockets)
{
	if (sockets->has_diag)
		nl_close(&sockets->nl);
	sockets->has_diag = false;
}

/* The families one after the other, where the kernel does not tell both at once. Without IPv6 there
 * is one. */
static int list_each(struct sockets *sockets, const struct sock_query *query, sock_row_fn *on_row,
		     void *arg, struct err *err)
{
	struct sock_query one = *query;
	int ret;

	one.family = AF_INET;
	ret = sockets_list(sockets, &one, on_row, arg, err);
	if (ret < 0)
		return ret;
	one.family = AF_INET6;
	ret = sockets_list(sockets, &one, on_row, arg, err);
	return ret == -ENOENT ? 0 : ret;
}

/* List the sockets that @query asks for, in the kernel's order. Only a diag sieves them by the
 * query's ports and program: sockets->is_sieved tells, while rows come, whether that was done.
 *
 * Return: 0, -ENOENT if this kernel has no such protocol, -ENODEV if neither a diag nor /proc can
 * tell, or another -errno, that of @on_row included.
 */
int sockets_list(struct sockets *sockets, const struct sock_query *query, sock_row_fn *on_row,
		 void *arg, struct err *err)
{
	struct unique unique = { .on_row = on_row, .arg = arg };
	int ret = -ENOENT;

	memset(unique.recent, 0xff, sizeof(unique.recent));
	sockets->is_sieved = false;
	if (query->proto == SOCK_UNIX)
		return unixsock_list(sockets, query, on_row, arg, err);
	sockets->is_sieved = sockets->has_diag && query->is_sieved;
	if (sockets->has_diag)
		ret = list_by_diag(sockets, query, &unique, err);
	if (ret == 0 || unique.rows > 0 || ret == -EBADMSG)
		return ret;
	if (query->family == AF_UNSPEC && sock_proto_is_inet(query->proto))
		return list_each(sockets, query, on_row, arg, err);
	sockets->is_sieved = false;
	return sock_proto_is_inet(query->proto) ? procnet_inet(query, on_row, arg, err) :
						  procfamily_list(query, on_row, arg, err);
}
