// SPDX-License-Identifier: GPL-2.0-or-later
/* What is given up before frames, or capture files, are read. */
#include "base/priv.h"
#include "base/seccomp.h"
#include "netarp.h"

/* Beyond what every program does: frames out and in, the kernel's tables (a session that begins
 * afresh, a thread that reads ahead), a capture file, and the file of --state, which is
 * replaced. */
static const char *const calls[] = {
	"sendto",	   "sendmsg",	 "recvfrom",   "recvmsg", "recvmmsg",
	"recvmmsg_time64", "getsockopt", "setsockopt", "socket",  "bind",
	"getsockname",	   "clone",	 "clone3",     "openat",  "fsync",
	"renameat",	   "renameat2",	 "unlinkat",   NULL,
};

/* Give up all privileges, and every system call that the modes which hear others do not need once
 * their sockets are open.
 *
 * Return: 0 or -errno.
 */
int confine(struct err *err)
{
	int ret = priv_drop_all(err);

	return ret < 0 ? ret : seccomp_confine(netarp_command.name, calls, err);
}
