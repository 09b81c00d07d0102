// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/priv.h"
#include "base/seccomp.h"
#include "cli/message.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "host/netns.h"
#include "netshake.h"
#include "passive.h"

/* The kernel begins to stamp what it receives for the first socket that asks, but only soon after:
 * without a pause the first reply would have no stamp. */
#define STAMPS_BEGIN_NS 5000000u

/* The most that --data-file may hold. */
#define DATA_MAX (16u << 20)

/* Read what is to be sent, all of it: it is needed until the peer has acknowledged it. */
static int read_data(struct run *run, const char *path, int fd, struct err *err)
{
	ssize_t n;

	run->data = malloc(DATA_MAX + 1u);
	if (!run->data)
		return err_set(err, -ENOMEM, "out of memory");
	do {
		n = read(fd, run->data + run->data_length, DATA_MAX + 1u - run->data_length);
		if (n > 0)
			run->data_length += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR && !cli_stop_signal()));
	if (n < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (run->data_length > DATA_MAX)
		return err_set(err, -EFBIG, "%s: more than %u bytes", path, DATA_MAX);
	return 0;
}

static int open_data(struct run *run, struct err *err)
{
	const char *path = run->settings.data_file;
	int fd, ret;

	if (run->settings.data) {
		run->data = (uint8_t *)strdup(run->settings.data);
		run->data_length = strlen(run->settings.data);
		return run->data ? 0 : err_set(err, -ENOMEM, "out of memory");
	}
	if (!path)
		return 0;
	fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	ret = read_data(run, path, fd, err);
	if (fd != STDIN_FILENO)
		close(fd);
	return ret;
}

/* Open what takes the rights of whoever started us, and keep the capabilities that the sockets
 * take: CAP_NET_RAW, and two that make them better where they are to be had. */
static int prepare(struct run *run, struct err *err)
{
	static const int capabilities[] = { CAP_NET_RAW, CAP_NET_ADMIN, CAP_NET_BIND_SERVICE };
	const struct settings *settings = &run->settings;
	int ret = open_data(run, err);

	if (ret == 0 && settings->pcap)
		ret = capture_writer_open(&run->capture, settings->pcap, settings->force, err);
	if (ret == 0)
		ret = netns_enter_as(settings->common.netns, run->netns, sizeof(run->netns), err);
	if (ret < 0)
		return ret;
	ret = priv_keep_some(capabilities, sizeof(capabilities) / sizeof(capabilities[0]), err);
	return ret == 0 ? cli_catch_stop() : ret;
}

/* Give up what is not needed any more, before anything from outside is read: capabilities, and all
 * system calls but those that take segments out and in, ask the kernel about the next hop, set up
 * the port of the next connection, and put the capture file in its place. */
static int give_up(struct err *err)
{
	static const char *const calls[] = {
		"sendto",   "sendmsg",	       "sendmmsg",    "recvfrom",   "recvmsg",
		"recvmmsg", "recvmmsg_time64", "socket",      "setsockopt", "getsockopt",
		"bind",	    "listen",	       "getsockname", "capget",	    "capset",
		"fsync",    "renameat",	       "unlinkat",

		NULL,
	};
	int ret = priv_drop_all(err);

	return ret < 0 ? ret : seccomp_confine(netshake_command.name, calls, err);
}

static int open_sockets(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	struct tcp_config config = {
		.dest = run->target.addr,
		.device = settings->interface,
		.ttl = settings->ttl == UNSET ? -1 : (int)settings->ttl,
		.tos = settings->dscp == UNSET ? -1 : (int)settings->dscp << 2,
		.mark = settings->mark == UNSET ? -1 : (int64_t)settings->mark,
	};
	int ret = quiet_open(&run->quiet, &run->source, &run->target.addr,
			     run->way.vrf[0] ? run->way.vrf : NULL, err);

	if (ret < 0)
		return ret;
	run->source.port = run->quiet.port;
	config.source = run->source;
	ret = tcp_open(&run->sock, &config, err);
	if (ret == 0)
		ret = packet_open_tcp(&run->packet, &run->source, err);
	if (ret == 0 && settings_walks(settings))
		ret = quotes_open(&run->quotes, run->source.family, settings->interface, err);
	if (ret == 0)
		echo_open(run);
	clock_sleep_until_ns(clock_mono_ns() + STAMPS_BEGIN_NS);
	return ret;
}

/* Open what it takes to reach the peer. */
static int open_all(struct run *run, struct err *err)
{
	int ret = way_open(run, err);

	if (ret == 0)
		ret = way_find(run, err);
	if (ret == 0 && run->way.answer.error == 0)
		ret = way_choose_source(run, err);
	if (ret == 0 && run->way.answer.error == 0)
		ret = open_sockets(run, err);
	return ret;
}

static int run_mode(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;

	run->is_bare = settings->send || settings_asks(settings);
	if (settings_serves(settings))
		return serve_run(run, err);
	if (settings_walks(settings))
		return hops_run(run, err);
	if (settings->probe >= 0)
		return ask_run(run, err);
	return settings->send ? probe_run(run, err) : engine_run(run, err);
}

static int work(struct run *run, char **words, int count, struct err *err)
{
	bool serves = settings_serves(&run->settings);
	int ret;

	if (settings_is_passive(&run->settings))
		return passive_run(run, words, count, err);
	ret = run->target.host[0] ? target_resolve(run, err) : 0;
	if (ret == 0)
		ret = serves ? serve_open(run, err) : open_all(run, err);
	if (ret == 0)
		ret = give_up(err);
	if (ret == 0)
		ret = tell_begin(run, err);
	if (ret == 0)
		ret = run_mode(run, err);
	return ret == 0 ? tell_end(run, err) : ret;
}

/* A capture file that is not whole says so. */
static void count_missing(struct run *run)
{
	if (run->capture.is_open && run->packet.fd >= 0 && packet_count_drops(&run->packet) == 0 &&
	    run->packet.dropped)
		cli_message(netshake_command.name,
			    "%s: %llu packets are missing: they came too fast", run->settings.pcap,
			    (unsigned long long)run->packet.dropped);
}

static int run_netshake(struct run *run, int argc, char **argv)
{
	struct err err = { 0 }, late;
	int first, ret, closed;

	settings_default(&run->settings);
	ret = cli_parse(&netshake_command, argc, argv, &run->settings, &first, &run->out, &err);
	if (ret == CLI_RUN)
		ret = settings_check(&run->settings, &err);
	if (ret == CLI_RUN && !settings_is_passive(&run->settings))
		ret = target_parse(&run->target, argv + first, argc - first,
				   settings_serves(&run->settings), &err);
	if (ret != CLI_RUN)
		return cli_not_run(&netshake_command, &run->settings.common, ret, &run->out, &err);
	ret = prepare(run, &err);
	if (ret == 0)
		ret = work(run, argv + first, argc - first, &err);
	count_missing(run);
	closed = capture_writer_close(&run->capture, &late);
	if (ret >= 0 && closed < 0) {
		ret = closed;
		err = late;
	}
	return cli_conclude(&netshake_command, ret, &err, run->status);
}

int main(int argc, char **argv)
{
	static struct run run = {
		.quiet.fd = -1,
		.sock.fd = -1,
		.packet.fd = -1,
		.echo.fd = -1,
		.quotes.fd = -1,
		.servers = { { .quiet.fd = -1, .sock.fd = -1, .packet.fd = -1 },
			     { .quiet.fd = -1, .sock.fd = -1, .packet.fd = -1 } },
	};
	int status;

	cli_begin(&run.out);
	status = run_netshake(&run, argc, argv);
	trace_fini(&run.shake.trace);
	icmp_close(&run.echo);
	quotes_close(&run.quotes);
	serve_close(&run);
	packet_close(&run.packet);
	tcp_close(&run.sock);
	quiet_close(&run.quiet);
	if (run.way.is_open)
		path_close(&run.way.path);
	free(run.data);
	return cli_end(status);
}
