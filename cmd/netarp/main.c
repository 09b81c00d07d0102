// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <unistd.h>

#include "ask.h"
#include "base/priv.h"
#include "cli/message.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "netarp.h"

static bool needs_raw(const struct settings *settings)
{
	return settings->mode >= MODE_PROBE && !settings->read_file;
}

static int prepare(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	const struct cli_common *common = &settings->common;
	int ret = common->resolve ? names_start(&run->names, err) : 0;

	if (ret == 0)
		ret = netns_enter_as(common->netns, run->netns, sizeof(run->netns), err);
	if (ret < 0)
		return ret;
	if (needs_raw(settings))
		ret = priv_keep(CAP_NET_RAW, err);
	else if (settings->read_file)
		ret = priv_drop_all(err);
	if (ret < 0)
		return ret;
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

/* A listing that is repeated sees the interfaces as they are then. */
static int list_afresh(void *arg, struct err *err)
{
	struct run *run = arg;
	int ret = run->settings.common.watch_ms ? links_load(&run->links, err) : 0;

	return ret < 0 ? ret : list_once(run, err);
}

static int list_repeatedly(struct run *run, struct err *err)
{
	int ret = list_prepare(run, err);

	return ret < 0 ? ret :
			 cli_repeat(&run->settings.common, true, &run->out, list_afresh, run, err);
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
	if (ret == CLI_RUN) {
		run->operands = argv + first;
		run->operand_count = argc - first;
		ret = settings_check(&run->settings, run->operand_count, &err);
	}
	if (ret != CLI_RUN || run->settings.common.compat == CLI_COMPAT_CHECK)
		return cli_not_run(&netarp_command, &run->settings.common, ret, &run->out, &err);
	ret = prepare(run, &err);
	if (ret == 0)
		ret = run_mode(run, &err);
	return cli_conclude(&netarp_command, ret, &err, run->status);
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	cli_begin(&run.out);
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
	return cli_end(status);
}
