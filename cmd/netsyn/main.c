// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "netsyn.h"

/* The name that it is installed by among the monitoring plugins. */
#define PLUGIN_NAME "check_netsyn"

static bool is_plugin(const char *called)
{
	const char *slash = strrchr(called, '/');

	return strcmp(slash ? slash + 1 : called, PLUGIN_NAME) == 0;
}

/* Monitoring waits no longer: say so, from a signal handler, and end. */
static void time_out(int signal_number)
{
	static const char line[] = "SYNFLOOD UNKNOWN - timed out\n";
	ssize_t written = write(STDOUT_FILENO, line, sizeof(line) - 1);

	(void)written;
	(void)signal_number;
	_exit(SYN_SEVERITY_UNKNOWN);
}

static int prepare(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	int ret = 0;

	if (settings->mode == MODE_NAGIOS) {
		signal(SIGALRM, time_out);
		alarm((settings->timeout_ms + 999) / 1000);
	}
	if (settings->read_dir)
		ret = confine(err);
	if (ret == 0 && settings->record_dir) {
		ret = look_writer_open(&run->writer, settings->record_dir, err);
		run->is_recording = ret == 0;
	}
	if (ret == 0)
		ret = sites_open(run, err);
	return ret < 0 ? ret : cli_catch_stop();
}

static int run_mode(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;

	if (settings->mode == MODE_LIST)
		return list_run(run, err);
	if (settings->read_dir)
		return recorded_run(run, err);
	return settings->common.watch_ms ? watch_run(run, err) : judge_once(run, err);
}

/* Monitoring reads standard output, and the first line of it. */
static int fail_plugin(struct run *run, const struct err *err)
{
	nagios_fail(&run->out, err->text);
	return SYN_SEVERITY_UNKNOWN;
}

static int run_netsyn(struct run *run, int argc, char **argv)
{
	struct err err = { 0 };
	bool plugin = is_plugin(argv[0]);
	int first, ret;

	if (plugin)
		run->settings.mode = MODE_NAGIOS;
	ret = cli_parse(&netsyn_command, argc, argv, &run->settings, &first, &run->out, &err);
	if (ret == CLI_RUN && first < argc)
		ret = err_set(&err, -EINVAL, "'%s': no argument is expected", argv[first]);
	if (ret == CLI_RUN)
		ret = settings_check(&run->settings, &err);
	plugin = run->settings.mode == MODE_NAGIOS;
	if (ret < 0 && plugin)
		return fail_plugin(run, &err);
	if (ret != CLI_RUN)
		return cli_not_run(&netsyn_command, &run->settings.common, ret, &run->out, &err);
	ret = prepare(run, &err);
	if (ret == 0)
		ret = run_mode(run, &err);
	if (ret < 0 && plugin && !run->out.error)
		return fail_plugin(run, &err);
	return cli_conclude(&netsyn_command, ret, &err, run->status);
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	cli_begin(&run.out);
	settings_init(&run.settings);
	owners_init(&run.owners);
	links_init(&run.links);
	run.writer.dir = -1;
	status = run_netsyn(&run, argc, argv);
	wire_close(&run);
	sites_close(&run);
	look_writer_close(&run.writer);
	owners_fini(&run.owners);
	links_fini(&run.links);
	free(run.listener_rows);
	free(run.source_rows);
	return cli_end(status);
}
