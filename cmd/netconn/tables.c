// SPDX-License-Identifier: GPL-2.0-or-later
#include "tables.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "netconn.h"

static const struct other {
	const char *option;
	const char *instead; /* who has it: this command does not */
	int (*list)(struct run *run, struct err *err);
	unsigned int protos; /* bits of those that it can be limited to */
} others[] = {
	[OTHER_ROUTES] = { "-r", .instead = "-r: for the routing table use netroute" },
	[OTHER_INTERFACES] = { "-i", .list = interfaces_list, .protos = UINT_MAX },
	[OTHER_STATISTICS] = { "-s", .list = statistics_list, .protos = (1u << SOCK_UNIX) - 1 },
	[OTHER_GROUPS] = { "-g", .list = groups_list },
	[OTHER_SUMMARY] = { "--summary", .list = summary_list },
	[OTHER_MASQUERADE] = { "-M", .instead = "-M: for masqueraded connections use "
						"'conntrack -L'" },
};

/* Say no to a table that is somebody else's.
 *
 * Return: the exit status; 0 if the table is ours.
 */
int tables_refuse(const struct settings *settings)
{
	const struct other *other = &others[settings->other_table];

	if (!other->instead)
		return 0;
	cli_message("netconn", "%s", other->instead);
	return CLI_EXIT_TROUBLE;
}

/* Return: an option that is for sockets, and was given; NULL if there is none. */
static const char *socket_option(const struct settings *settings)
{
	static const char *const modes[] = {
		[MODE_CHANGES] = "--changes",
		[MODE_MONITOR] = "--monitor",
		[MODE_KILL] = "--kill",
	};

	if (settings->mode != MODE_LIST)
		return modes[settings->mode];
	if (settings->all_netns)
		return "--all-netns";
	if (settings->count_by)
		return "--count-by";
	if (settings->sort)
		return "--sort";
	if (settings->top)
		return "--top";
	if (settings->dry_run)
		return "--dry-run";
	if (settings->explain_filter)
		return "--explain-filter";
	if (settings->extra & SOCK_EXTRA_INFO)
		return "--info";
	if (settings->extra & SOCK_EXTRA_MEMORY)
		return "--memory";
	if (settings->extra & SOCK_EXTRA_DETAILS)
		return "--details";
	return settings->extra & SHOW_TIMER_INFO ? "--timer-info" : NULL;
}

/* By the name of netstat: its -s takes one look at one family, its -g with a family lists
 * connections, too. */
static int check_compat(struct settings *settings, struct err *err)
{
	if (settings->other_table == OTHER_STATISTICS) {
		settings->continuous = false;
		if (settings->families == (FAMILY_INET | FAMILY_INET6))
			return err_set(err, -EINVAL, "-s: one family at a time");
	}
	if (settings->other_table == OTHER_GROUPS && settings->families)
		return err_set(err, -EINVAL, "-g: not of one family");
	return 0;
}

/* Refuse what does not go together with the table that was asked for. Letters that netstat ignores
 * there are ignored here.
 *
 * Return: 0 or -EINVAL.
 */
int tables_check(struct settings *settings, struct err *err)
{
	const struct other *other = &others[settings->other_table];
	const char *option = socket_option(settings);

	if (!other->list)
		return err_set(err, -EINVAL, "this table is not shown here");
	if (option)
		return err_set(err, -EINVAL, "%s and %s exclude each other", other->option, option);
	if (settings->protos & ~other->protos ||
	    (settings->families && settings->other_table == OTHER_SUMMARY))
		return err_set(err, -EINVAL, "%s: not of these sockets", other->option);
	if (settings->other_table == OTHER_INTERFACES && settings->extend)
		return err_set(err, -EINVAL,
			       "-ie: for addresses and all counters use "
			       "'ip -s address', or -i with --json");
	if (settings->other_table != OTHER_GROUPS)
		settings->common.resolve = false;
	return settings->common.compat ? check_compat(settings, err) : 0;
}

/* Help hands trained on ss, to which -ti is what --info is here, and on lsof, with its -i4. */
static void tell_of_others(const struct settings *settings)
{
	if (settings->other_table != OTHER_INTERFACES || settings->common.compat ||
	    !isatty(STDERR_FILENO))
		return;
	if (settings->protos)
		cli_message("netconn", "-i is netstat's here, the interface table; ss's is --info");
	else if (settings->families || settings->programs)
		cli_message("netconn", "-i is netstat's here, the interface table; lsof's is -p");
}

/* Choose the columns, of @columns, and start the table in the format that was asked for: those that
 * --columns names, otherwise @list, NULL for all.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int tables_begin(struct run *run, const struct column *columns, const char *list, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	struct table *table = &run->table;
	int ret = table_select(table, columns, common->columns ? common->columns : list, err);

	if (ret < 0)
		return ret;
	table->header = !common->no_header;
	table->palette = cli_palette(common->color, STDOUT_FILENO);
	table_begin(table, &run->out, cli_format(common, TABLE_ALIGNED));
	return 0;
}

/* List what was asked for in place of sockets.
 *
 * Return: 0 or -errno.
 */
int tables_list(struct run *run, struct err *err)
{
	int ret = others[run->settings.other_table].list(run, err);
	int flushed = buf_flush(&run->out);

	tell_of_others(&run->settings);
	if (ret == 0 && flushed < 0)
		ret = err_set(err, flushed, "cannot write: %s", strerror(-flushed));
	return ret;
}
