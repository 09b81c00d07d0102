// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include "base/priv.h"
#include "cli/message.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "netconn.h"
#include "tables.h"

static int prepare(struct run *run, int count, char **operands, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	struct space *home = &run->spaces.home;
	int ret = common->resolve ? names_start(&run->names, err) : 0;

	if (ret == 0 && run->settings.all_netns && !priv_has(CAP_SYS_ADMIN))
		ret = err_set(err, -EPERM, "--all-netns needs CAP_SYS_ADMIN: be root");
	if (ret == 0)
		ret = netns_enter_as(common->netns, home->name, sizeof(home->name), err);
	if (ret < 0)
		return ret;
	if (!settings_is_habit(&run->settings))
		ret = cli_catch_stop();
	if (!run->settings.other_table) /* --summary counts sockets, this one would be among them */
		sockets_open(&run->sockets);
	owners_init(&run->owners);
	cgroups_init(&run->cgroups);
	if (ret == 0 && spaces_init(&run->spaces) < 0)
		ret = err_set(err, -ENOMEM, "out of memory");
	return ret < 0 ? ret : select_read(run, count, operands, err);
}

static int list_once(void *run, struct err *err)
{
	struct run *of = run;

	return of->settings.other_table ? tables_list(of, err) : gather(of, err);
}

static int explain_filter(struct run *run, struct err *err)
{
	int ret;

	select_explain(run);
	ret = buf_flush(&run->out);
	return err_set(err, ret, "cannot write: %s", strerror(-ret));
}

static int work(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	bool in_place = !settings->continuous && settings->mode != MODE_CHANGES;
	int ret = 0;

	if (settings->explain_filter)
		return explain_filter(run, err);
	if (settings->mode == MODE_MONITOR)
		return monitor_run(run, err);
	if (settings->mode == MODE_KILL)
		ret = kill_begin(run, err);
	if (ret == 0)
		ret = cli_repeat(&run->settings.common, in_place, &run->out, list_once, run, err);
	kill_end(run);
	return ret;
}

static bool nothing_matched(const struct run *run)
{
	return run->selection.is_active && !run->settings.explain_filter && !run->shown;
}

static int refuse_operand(const struct settings *settings, const char *word, struct err *err)
{
	if (settings->other_table == OTHER_INTERFACES && !settings->common.compat)
		return err_set(err, -EINVAL,
			       "'%s': -i lists interfaces, without a filter; lsof's -i is -p here",
			       word);
	return err_set(err, -EINVAL, "'%s': no argument is expected", word);
}

static int run_netconn(struct run *run, int argc, char **argv)
{
	struct err err = { 0 };
	int first, ret, status = 0;

	ret = cli_parse(&netconn_command, argc, argv, &run->settings, &first, &run->out, &err);
	if (ret == CLI_RUN && run->settings.other_table && !run->settings.common.compat)
		status = tables_refuse(&run->settings);
	if (status)
		return status;
	if (ret == CLI_RUN && first < argc &&
	    (run->settings.common.compat || run->settings.other_table))
		ret = refuse_operand(&run->settings, argv[first], &err);
	if (ret == CLI_RUN)
		ret = settings_check(&run->settings, &err);
	if (ret != CLI_RUN || run->settings.common.compat == CLI_COMPAT_CHECK)
		return cli_not_run(&netconn_command, &run->settings.common, ret, &run->out, &err);
	ret = prepare(run, argc - first, argv + first, &err);
	if (ret > 0)
		return CLI_EXIT_TROUBLE;
	if (ret == 0)
		ret = work(run, &err);
	return cli_conclude(&netconn_command, ret, &err,
			    run->is_incomplete	 ? CLI_EXIT_TROUBLE :
			    nothing_matched(run) ? CLI_EXIT_NO :
						   CLI_EXIT_OK);
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	cli_begin(&run.out);
	run.names.helper = -1; /* none: names_stop() is called however far the run gets */
	status = run_netconn(&run, argc, argv);
	names_stop(&run.names);
	sockets_close(&run.sockets);
	changes_fini(&run.changes);
	spaces_fini(&run.spaces);
	free(run.owner_rows.list);
	return cli_end(status);
}
