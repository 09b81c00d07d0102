// SPDX-License-Identifier: GPL-2.0-or-later
/* --monitor: the sockets that the kernel says are gone, as they go. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "host/sockdestroy.h"
#include "netconn.h"

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct run *run = arg;
	struct sock sock;

	if (!sockdestroy_parse(message, &sock) || !(run->settings.protos & 1u << sock.proto) ||
	    !settings_wants_family(&run->settings, sock.family) || !select_wants_early(run, &sock))
		return 0;
	run->row.time_ns = clock_real_ns();
	run->row.event = "closed";
	return rows_add(run, &sock);
}

/* How long devices and cgroups keep their names here. */
#define MEMORY_NS 1000000000u

static int flush(struct run *run, struct err *err)
{
	int ret = rows_flush(run);

	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}

/* Follow until somebody says stop.
 *
 * Return: 0 or -errno.
 */
int monitor_run(struct run *run, struct err *err)
{
	struct nl *nl = &run->sockets.nl;
	struct pollfd polled = { .events = POLLIN };
	uint64_t forgot_ns = clock_mono_ns();
	int ret = rows_begin(run, err);

	if (ret == 0 && !run->sockets.has_diag)
		ret = err_set(err, -ENOENT, "--monitor: there is no sock_diag here");
	if (ret == 0)
		ret = sockdestroy_join(nl, run->settings.protos, err);
	polled.fd = ret == 0 ? nl_fd(nl) : -1;
	while (ret == 0 && !cli_stop_signal()) {
		if (poll(&polled, 1, -1) <= 0)
			continue; /* a signal, which the loop asks for */
		if (clock_mono_ns() - forgot_ns > MEMORY_NS) {
			facts_forget(run);
			forgot_ns = clock_mono_ns();
		}
		ret = nl_next_events(nl, on_message, run, err);
		if (ret == -ENOBUFS)
			cli_message("netconn", "some were missed: there were too many");
		if (ret == -ENOBUFS || ret == -EINTR)
			ret = 0;
		if (ret == 0)
			ret = flush(run, err);
	}
	return ret;
}
