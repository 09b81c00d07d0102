// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "host/netns.h"
#include "netroute.h"

/* Say no to hands trained on ip-route(8): netroute only reads, and such a word names no host. */
static bool refuse_verb(const char *word)
{
	static const struct {
		const char *verb, *instead;
	} verbs[] = {
		{ "add", "'ip route add'" },
		{ "del", "'ip route del'" },
		{ "delete", "'ip route delete'" },
		{ "change", "'ip route change'" },
		{ "replace", "'ip route replace'" },
		{ "append", "'ip route append'" },
		{ "flush", "'ip route flush'" },
		{ "get", "'ip route get', or netroute DEST" },
		{ "show", "'ip route show', or netroute --wide" },
		{ "list", "'ip route list', or netroute --wide" },
		{ "save", "'ip route save'" },
		{ "restore", "'ip route restore'" },
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(word, verbs[i].verb) != 0)
			continue;
		cli_message("netroute", "'%s' is no destination: netroute only reads; use %s", word,
			    verbs[i].instead);
		return true;
	}
	return false;
}

static int prepare(struct run *run, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	int ret = common->resolve ? names_start(&run->names, err) : 0;

	if (ret == 0 && common->netns)
		ret = netns_enter(common->netns, err);
	if (ret == 0 && !settings_is_habit(&run->settings))
		ret = cli_catch_stop();
	if (ret == 0 && rtnames_load(&run->rtnames) < 0)
		ret = err_set(err, -ENOMEM, "out of memory");
	if (ret < 0 || run->settings.read)
		return ret;
	run->has_path = true;
	ret = path_open(&run->path, err);
	if (ret == 0)
		ret = query_filters(run, err);
	return ret == 0 ? query_flow(run, err) : ret;
}

static int answer_once(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	char **operands = run->operands;
	int count = run->operand_count;

	if (settings->read || settings->userland)
		return offline_run(run, operands, count, err);
	if (settings->file)
		return bulk_run(run, err);
	if (settings->mode == MODE_EXPLAIN)
		return explain_operands(run, operands, count, err);
	if (count > 0)
		return lookup_operands(run, operands, count, err);
	if (settings->mode == MODE_MONITOR)
		return monitor_run(run, err);
	return settings->mode == MODE_RULES ? rules_show(run, err) : listing_routes(run, err);
}

/* What is repeated begins with the devices and rules as they are then. */
static int answer(void *arg, struct err *err)
{
	struct run *run = arg;
	int ret = 0;

	if (run->rounds++ > 0) {
		run->rows = 0;
		run->has_no = false;
		run->last_device_name = NULL;
		ret = path_learn(&run->path, err);
		if (ret == 0)
			ret = query_filters(run, err);
		if (ret == 0)
			ret = query_flow(run, err);
	}
	if (ret == 0)
		ret = answer_once(run, err);
	if (ret == 0) {
		ret = buf_flush(&run->out);
		err_set(err, ret, "cannot write: %s", strerror(-ret));
	}
	return ret;
}

static int run_netroute(struct run *run, int argc, char **argv)
{
	struct settings *settings = &run->settings;
	struct err err = { 0 };
	int first, ret, status = CLI_EXIT_OK;

	ret = cli_parse(&netroute_command, argc, argv, settings, &first, &run->out, &err);
	if (ret == CLI_RUN && first < argc && !settings->common.compat && refuse_verb(argv[first]))
		return CLI_EXIT_TROUBLE;
	if (ret == CLI_RUN && argc - first == 1 && strcmp(argv[first], "-") == 0 &&
	    !settings->file) {
		settings->file = "-";
		first = argc;
	}
	if (ret == CLI_RUN)
		ret = settings_check(settings, argc - first, &err);
	if (ret != CLI_RUN || settings->common.compat == CLI_COMPAT_CHECK)
		return cli_not_run(&netroute_command, &settings->common, ret, &run->out, &err);
	run->operands = argv + first;
	run->operand_count = argc - first;
	ret = prepare(run, &err);
	if (ret == 0)
		ret = cli_repeat(&settings->common, !settings->continuous, &run->out, answer, run,
				 &err);
	if (run->is_incomplete)
		status = CLI_EXIT_TROUBLE;
	else if (run->has_no)
		status = CLI_EXIT_NO;
	return cli_conclude(&netroute_command, ret, &err, status);
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	cli_begin(&run.out);
	run.names.helper = -1; /* none: names_stop() is called however far the run gets */
	status = run_netroute(&run, argc, argv);
	names_stop(&run.names);
	rtnames_fini(&run.rtnames);
	if (run.has_path)
		path_close(&run.path);
	nexthops_fini(&run.nexthops);
	own_release(&run);
	return cli_end(status);
}
