// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "cli/stdio_guard.h"
#include "netconn.h"

/* Say no to one of netstat's other tables, and help hands trained on ss, whose -i and -s mean
 * something else. */
static int refuse_other_table(const struct settings *settings)
{
	static const char *const instead[] = {
		[OTHER_ROUTES] = "-r: for the routing table use netroute",
		[OTHER_INTERFACES] = "-i: for the interface table use 'ip -s link'",
		[OTHER_STATISTICS] = "-s: for protocol counters use 'nstat -az'",
		[OTHER_GROUPS] = "-g: for multicast groups use 'ip maddress'",
		[OTHER_MASQUERADE] = "-M: for masqueraded connections use 'conntrack -L'",
	};
	int table = settings->other_table;

	cli_message("netconn", "%s", instead[table]);
	if (isatty(STDERR_FILENO) && table == OTHER_INTERFACES)
		cli_message("netconn",
			    "the letters are netstat's here; what ss -i shows is in 'ss -ti'");
	if (isatty(STDERR_FILENO) && table == OTHER_STATISTICS)
		cli_message("netconn",
			    "the letters are netstat's here; what ss -s shows is in 'ss -s'");
	return CLI_EXIT_TROUBLE;
}

static int prepare(struct run *run, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
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
	if (!settings_is_habit(&run->settings))
		ret = cli_catch_stop();
	sockets_open(&run->sockets);
	owners_init(&run->owners);
	listeners_init(&run->listeners);
	links_init(&run->links);
	cgroups_init(&run->cgroups);
	return ret;
}

/* List, and list again if that was asked for, until somebody says stop. */
static int list_repeatedly(struct run *run, struct err *err)
{
	uint64_t period_ns = (uint64_t)run->settings.common.watch_ms * 1000000u;
	uint64_t next_ns = clock_mono_ns();
	bool clears = period_ns && !run->settings.continuous && isatty(STDOUT_FILENO);
	int ret;

	do {
		if (clears)
			buf_add_text(&run->out, "\033[H\033[2J");
		ret = gather(run, err);
		if (run->settings.common.layout == CLI_LAYOUT_CSV)
			run->settings.common.no_header = true;
		next_ns += period_ns;
		if (ret == 0 && period_ns && !cli_stop_signal())
			clock_sleep_until_ns(next_ns);
	} while (ret == 0 && period_ns && !cli_stop_signal());
	return ret;
}

static int run_netconn(struct run *run, int argc, char **argv)
{
	struct err err = { 0 };
	int first, ret;

	ret = cli_parse(&netconn_command, argc, argv, &run->settings, &first, &run->out, &err);
	if (ret == CLI_DONE) {
		ret = buf_flush(&run->out);
		err_set(&err, ret, "cannot write: %s", strerror(-ret));
		goto out;
	}
	if (ret == CLI_RUN && run->settings.other_table)
		return refuse_other_table(&run->settings);
	if (ret == CLI_RUN && first < argc)
		ret = err_set(&err, -EINVAL, "'%s': no argument is expected", argv[first]);
	if (ret == CLI_RUN)
		ret = settings_check(&run->settings, &err);
	if (ret < 0) {
		cli_message("netconn", "%s (try --help)", err.text);
		return CLI_EXIT_TROUBLE;
	}
	ret = prepare(run, &err);
	if (ret == 0)
		ret = list_repeatedly(run, &err);
out:
	/* Somebody who reads only the head of a list has not been failed. */
	if (ret < 0 && ret != -EPIPE)
		cli_message("netconn", "%s", err.text);
	return ret < 0 || run->is_incomplete ? CLI_EXIT_TROUBLE : CLI_EXIT_OK;
}

int main(int argc, char **argv)
{
	static struct run run;
	int status;

	setlocale(LC_CTYPE, "");
	cli_guard_stdio();
	buf_init(&run.out, STDOUT_FILENO);
	run.names.helper = -1; /* none: names_stop() is called however far the run gets */
	status = run_netconn(&run, argc, argv);
	names_stop(&run.names);
	sockets_close(&run.sockets);
	free(run.owner_rows.list);
	if (cli_stop_signal())
		cli_die_of(cli_stop_signal());
	return status;
}
