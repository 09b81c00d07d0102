// SPDX-License-Identifier: GPL-2.0-or-later
/* What is given up before bytes from outside are read: packets, or files that somebody recorded. */
#include "base/priv.h"
#include "base/seccomp.h"
#include "netsyn.h"

/* Beyond what every program does: looks (netlink, /proc/net), files written and read in folders
 * that are open, and the ring, whose filter may be replaced. */
static const char *const calls[] = {
	"socket",  "bind",	"getsockname", "setsockopt",  "getsockopt", "sendto",
	"sendmsg", "recvmsg",	"recvfrom",    "openat",      "getdents64", "linkat",
	"statx",   "renameat",	"renameat2",   "unlinkat",    "fsync",	    "fchmod",
	"fstatfs", "fstatfs64", "epoll_wait",  "epoll_pwait", NULL,
};

/* Give up all privileges, and every system call that netsyn does not need from here on.
 *
 * Return: 0 or -errno.
 */
int confine(struct err *err)
{
	int ret = priv_drop_all(err);

	return ret < 0 ? ret : seccomp_confine("netsyn", calls, err);
}
