// SPDX-License-Identifier: GPL-2.0-or-later
/* --kill: closing the sockets that a filter lets through. What is shown is what was closed. */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "base/priv.h"
#include "cli/message.h"
#include "host/sockdestroy.h"
#include "netconn.h"

/* Refuse what would close too much.
 *
 * Return: 0 or -errno.
 */
int kill_begin(struct run *run, struct err *err)
{
	if (!run->selection.is_active)
		return err_set(err, -EINVAL, "--kill needs a filter: options are none");
	if (run->settings.dry_run)
		return 0;
	if (!priv_has(CAP_NET_ADMIN))
		return err_set(err, -EPERM, "--kill needs CAP_NET_ADMIN: be root");
	return nl_open(&run->killing.nl, NETLINK_SOCK_DIAG, err);
}

/* A connection that the kernel does not find has closed by itself. */
static void note_failure(struct run *run, const struct sock *sock, int error)
{
	struct killing *killing = &run->killing;

	if (error == -ENOENT && sockdestroy_has_peer(sock))
		return;
	killing->missed++;
	if (!killing->error)
		killing->error = error;
}

/* Close @sock, or find out whether it would be.
 *
 * Return: whether it is to be shown.
 */
bool kill_one(struct run *run, const struct sock *sock)
{
	struct err err;
	int ret = 0;

	if (!sockdestroy_can(sock))
		return false;
	if (sock->state == SOCK_LISTEN && !select_says_listening(run, sock)) {
		run->killing.spared++;
		return false;
	}
	if (!run->settings.dry_run)
		ret = sockdestroy(&run->killing.nl, sock, &err);
	if (ret < 0)
		note_failure(run, sock, ret);
	return ret == 0;
}

/* Say what was left alone, and what could not be closed. */
void kill_end(struct run *run)
{
	struct killing *killing = &run->killing;

	if (killing->spared)
		cli_message("netconn",
			    "listening sockets left alone: %u; 'state listening' takes them, too",
			    killing->spared);
	if (killing->missed)
		cli_message("netconn", "not closed: %u: %s", killing->missed,
			    killing->error == -ENOENT	  ? "gone, or others share the port" :
			    killing->error == -EOPNOTSUPP ? "this kernel does not close sockets" :
							    strerror(-killing->error));
	run->is_incomplete |= killing->missed > 0;
	if (killing->nl.link)
		nl_close(&killing->nl);
}
