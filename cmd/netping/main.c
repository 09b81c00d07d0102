// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/priv.h"
#include "base/seccomp.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "explain.h"
#include "host/netns.h"
#include "netping.h"

#define STAMPS_BEGIN_NS 5000000u

/* iputils' rule: names for addresses only where a name was given, or -H asks for them. */
static void decide_names(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct in_addr number;

	run->has_names = !run->is_several && !settings->numeric && !settings->common.netns &&
			 settings_is_habit(settings) &&
			 (settings->force_names ||
			  (!strchr(run->hostname, ':') && !inet_aton(run->hostname, &number)));
}

/* Open what needs the rights of whoever started us, fork who will need none, and keep one
 * capability for the sockets. @fd becomes a descriptor of the hosts' file, -1 for none.
 *
 * Return: 0, or -errno with @err.
 */
static int prepare(struct run *run, int *fd, struct err *err)
{
	const struct settings *settings = &run->settings;
	int ret = 0;

	*fd = -1;
	if (settings->file && strcmp(settings->file, "-") == 0)
		*fd = STDIN_FILENO;
	else if (settings->file)
		*fd = open(settings->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (settings->file && *fd < 0)
		return err_set(err, -errno, "%s: %s", settings->file, strerror(errno));
	if (!settings->numeric && !settings->file)
		ret = names_start(&run->names, err);
	if (ret == 0 && settings->common.netns)
		ret = netns_enter(settings->common.netns, err);
	return ret == 0 ? priv_keep(CAP_NET_RAW, err) : ret;
}

/* Learn the hosts from the command line and from @fd, which is closed. */
static int learn_hosts(struct run *run, char **words, int count, int fd, struct err *err)
{
	uint64_t start_ns = clock_mono_ns();
	int ret = targets_add_words(run, words, count, err);

	if (ret == 0)
		ret = settings_check_hosts(&run->settings, run->is_several, err);
	if (ret == 0 && fd >= 0)
		ret = targets_add_file(run, fd, err);
	run->resolve_ns = clock_mono_ns() - start_ns;
	if (fd > STDIN_FILENO)
		close(fd);
	if (ret == 0 && run->targets.count == 0)
		ret = err_set(err, -ENOENT, "no host to probe");
	return ret;
}

/* The kernel begins to stamp what it receives for the first socket that asks, but only soon after:
 * without a pause the first reply would have no stamp. */
static void let_stamps_begin(const struct run *run)
{
	if (run->flights[0].sockets[0].stamps || run->flights[1].sockets[0].stamps)
		clock_sleep_until_ns(clock_mono_ns() + STAMPS_BEGIN_NS);
}

/* Give up what is not needed any more, before anything from outside is read: capabilities, and all
 * system calls but those that take probes out and replies in, ask the kernel about the neighbour,
 * and begin the second thread. */
static int give_up(struct err *err)
{
	static const char *const calls[] = {
		"sendto",	   "sendmsg",	 "sendmmsg",   "recvfrom", "recvmsg", "recvmmsg",
		"recvmmsg_time64", "setsockopt", "getsockopt", "clone",	   "clone3",  NULL,
	};
	int ret = priv_drop_all(err);

	return ret < 0 ? ret : seccomp_confine(netping_command.name, calls, err);
}

/* Open the sockets, then give every privilege up. */
static int open_all(struct run *run, struct err *err)
{
	bool explains = run->settings.explain;
	int ret = make_data(run, err);

	if (ret == 0 && explains)
		ret = explain_begin(run, err);
	if (ret == 0 && explains)
		ret = explain_addresses(run, err);
	if (ret == 0 && !run->is_several)
		ret = source_find(run, err);
	if (ret < 0 && run->explain && run->explain->addresses)
		explain_no_way(run, err);
	if (ret == 0 && explains)
		ret = explain_route(run, err);
	if (ret == 0)
		ret = targets_prepare(run, err);
	if (ret == 0)
		ret = open_sockets(run, err);
	if (ret < 0)
		return ret;
	if (!run->is_several && run->targets.list[0].addr.family == AF_INET6)
		run->links = if_nameindex();
	/* The kernel rounds sleeps up by 50 us otherwise. */
	prctl(PR_SET_TIMERSLACK, 1);
	ret = give_up(err);
	if (ret == 0)
		let_stamps_begin(run);
	return ret;
}

static int probe(struct run *run, struct err *err)
{
	int ret = cli_catch_stop();

	if (ret == 0)
		ret = cli_catch_quit();
	if (ret < 0)
		return err_set(err, ret, "signals: %s", strerror(-ret));
	decide_names(run);
	run->is_terminal = isatty(STDOUT_FILENO);
	ret = tell_begin(run, err);
	if (ret == 0)
		ret = engine_run(run, err);
	if (ret < 0)
		return ret;
	tell_end(run);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}

/* ping's status for one host; for several: 0 all answered, 1 some did not, 2 some have no
 * address. */
static int status_of(const struct run *run)
{
	const struct settings *settings = &run->settings;
	const struct loss *loss;

	if (!run->is_several) {
		loss = &run->targets.list[0].stats->loss;
		return !loss->received ||
				       (settings->deadline_ms && loss->received < settings->count) ?
			       CLI_EXIT_NO :
			       CLI_EXIT_OK;
	}
	if (run->targets.unknown)
		return CLI_EXIT_TROUBLE;
	if (settings->first_reply)
		return run->total.loss.received ? CLI_EXIT_OK : CLI_EXIT_NO;
	for (size_t i = 0; i < run->targets.count; i++) {
		const struct target *target = &run->targets.list[i];

		if (target->stats ? target->stats->loss.received == 0 :
				    target->state != TARGET_ALIVE)
			return CLI_EXIT_NO;
	}
	return CLI_EXIT_OK;
}

static int run_netping(struct run *run, int argc, char **argv)
{
	struct err err = { 0 };
	int first, fd, ret;

	settings_default(&run->settings);
	ret = cli_parse(&netping_command, argc, argv, &run->settings, &first, &run->out, &err);
	if (ret == CLI_RUN)
		ret = settings_check(&run->settings, run->is_root, &err);
	if (ret == CLI_RUN && first == argc && !run->settings.file)
		ret = err_set(&err, -EDESTADDRREQ, "usage error: Destination address required");
	if (ret != CLI_RUN || run->settings.common.compat == CLI_COMPAT_CHECK)
		return cli_not_run(&netping_command, &run->settings.common, ret, &run->out, &err);
	ret = prepare(run, &fd, &err);
	if (ret == 0)
		ret = learn_hosts(run, argv + first, argc - first, fd, &err);
	if (ret == 0)
		ret = open_all(run, &err);
	if (ret == 0)
		ret = probe(run, &err);
	return cli_conclude(&netping_command, ret, &err, ret == 0 ? status_of(run) : CLI_EXIT_OK);
}

static void forget(struct run *run)
{
	for (size_t i = 0; i < run->targets.count; i++) {
		if (!run->targets.list[i].stats)
			continue;
		histogram_fini(&run->targets.list[i].stats->histogram);
		free(run->targets.list[i].stats->results);
		free(run->targets.list[i].stats);
	}
	histogram_fini(&run->total.histogram);
	free(run->targets.list);
	free(run->targets.text);
	free(run->retry);
	free(run->data);
	if (run->links)
		if_freenameindex(run->links);
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	cli_begin(&run.out);
	buf_init(&run.notes, STDERR_FILENO);
	run.names.helper = -1; /* none: names_stop() is called however far the run gets */
	run.is_root = priv_is_root();
	status = run_netping(&run, argc, argv);
	names_stop(&run.names);
	close_sockets(&run);
	explain_end(&run);
	forget(&run);
	return status;
}
