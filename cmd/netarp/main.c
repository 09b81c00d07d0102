// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <unistd.h>

#include "ask.h"
#include "base/clock.h"
#include "base/priv.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "cli/stdio_guard.h"
#include "netarp.h"

static bool needs_raw(const struct settings *settings)
{
	return settings->mode >= MODE_PROBE && !settings->read_file;
}

static int prepare(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	const struct cli_common *common = &settings->common;
	int ret = 0;

	if (common->resolve)
		ret = names_start(&run->names, err);
	if (ret == 0 && common->netns)
		ret = netns_enter(common->netns, err);
	if (ret < 0)
		return ret;
	if (common->netns)
		text_copy(run->netns, sizeof(run->netns), common->netns);
	else
		netns_describe(run->netns, sizeof(run->netns));
	if (needs_raw(settings))
		ret = priv_keep(CAP_NET_RAW);
	else if (settings->read_file)
		ret = priv_drop_all();
	if (ret < 0)
		return err_set(err, ret, "cannot give up privileges: %s", strerror(-ret));
	if (settings->vendor && vendors_load(&run->vendors, err) < 0)
		cli_message("netarp", "%s", err->text);
	if (!settings_is_habit(settings) || settings->mode >= MODE_MONITOR)
		ret = cli_catch_stop();
	if (ret == 0)
		ret = nl_open(&run->nl, NETLINK_ROUTE, err);
	run->has_nl = ret == 0;
	if (ret == 0)
		ret = links_load(&run->links, err);
	return ret;
}

/* List, and list again if that was asked for, until somebody says stop. */
static int list_repeatedly(struct run *run, struct err *err)
{
	uint64_t period_ns = (uint64_t)run->settings.common.watch_ms * 1000000u;
	uint64_t next_ns = clock_mono_ns();
	int ret = list_prepare(run, err);

	while (ret == 0) {
		if (period_ns && settings_is_habit(&run->settings) && isatty(STDOUT_FILENO))
			buf_add_text(&run->out, "\033[H\033[2J");
		ret = list_once(run, err);
		if (run->settings.common.layout == CLI_LAYOUT_CSV)
			run->settings.common.no_header = true;
		if (!period_ns || ret < 0 || cli_stop_signal())
			break;
		next_ns += period_ns;
		clock_sleep_until_ns(next_ns);
		if (cli_stop_signal())
			break;
		ret = links_load(&run->links, err);
	}
	return ret;
}

static int run_mode(struct run *run, struct err *err)
{
	switch (run->settings.mode) {
	case MODE_SET:
		return change_set(run, err);
	case MODE_DELETE:
		return change_delete(run, err);
	case MODE_FILE:
		return change_from_file(run, err);
	case MODE_FLUSH:
		return change_flush(run, err);
	case MODE_PROBE:
		return probe_run(run, err);
	case MODE_DAD:
		return dad_run(run, err);
	case MODE_ANNOUNCE:
		return announce_run(run, err);
	case MODE_SCAN:
		return scan_run(run, err);
	case MODE_MONITOR:
		return monitor_run(run, err);
	case MODE_GUARD:
		return guard_run(run, err);
	default:
		return list_repeatedly(run, err);
	}
}

static int run_netarp(struct run *run, int argc, char **argv)
{
	struct err err = { 0 };
	int first, ret;

	ret = cli_parse(&netarp_command, argc, argv, &run->settings, &first, &run->out, &err);
	if (ret == CLI_DONE) {
		ret = buf_flush(&run->out);
		err_set(&err, ret, "cannot write: %s", strerror(-ret));
		goto out;
	}
	if (ret == CLI_RUN) {
		run->operands = argv + first;
		run->operand_count = argc - first;
		ret = settings_check(&run->settings, run->operand_count, &err);
	}
	if (ret < 0) {
		cli_message("netarp", "%s (try --help)", err.text);
		return CLI_EXIT_TROUBLE;
	}
	ret = prepare(run, &err);
	if (ret == 0)
		ret = run_mode(run, &err);
out:
	/* Somebody who reads only the head of a list has not been failed. */
	if (ret < 0 && ret != -EPIPE)
		cli_message("netarp", "%s", err.text);
	return ret < 0 ? CLI_EXIT_TROUBLE : run->status;
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	setlocale(LC_CTYPE, "");
	cli_guard_stdio();
	buf_init(&run.out, STDOUT_FILENO);
	run.names.helper = -1; /* none: names_stop() is called however far the run gets */
	run.settings.retries = UINT32_MAX;
	status = run_netarp(&run, argc, argv);
	names_stop(&run.names);
	if (run.has_nl)
		nl_close(&run.nl);
	links_fini(&run.links);
	ifaddrs_fini(&run.ifaddrs);
	vendors_fini(&run.vendors);
	free(run.kept.list);
	if (cli_stop_signal())
		cli_die_of(cli_stop_signal());
	return status;
}
