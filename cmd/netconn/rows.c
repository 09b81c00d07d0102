// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "netconn.h"

/* Start a listing in the layout that was asked for.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int rows_begin(struct run *run, struct err *err)
{
	int ret;

	run->extra = 0;
	run->needs = run->settings.programs ? NEED_OWNERS : 0;
	ret = order_begin(run, err);
	return ret < 0 || settings_is_habit(&run->settings) ? ret : own_begin(run, err);
}

/* The rows that follow are of UNIX sockets, or of the others: netstat has a table for each. */
void rows_begin_section(struct run *run, bool is_unix)
{
	if (settings_is_habit(&run->settings))
		habit_begin_section(run, is_unix);
}

/* Show one socket, or count it.
 *
 * Return: 0 or -ENOMEM.
 */
int rows_add(struct run *run, const struct sock *sock)
{
	run->shown++;
	if (settings_is_habit(&run->settings))
		habit_fill(run, sock);
	else
		own_fill(run, sock);
	if (run->settings.count_by)
		return order_count(run);
	table_row(&run->table, &run->row);
	return 0;
}

/* Send off the rows so far, of what happens: nobody knows when there will be more.
 *
 * Return: 0 or the -errno of a failed write.
 */
int rows_flush(struct run *run)
{
	if (run->table.rows > 0)
		table_flush(&run->table);
	return buf_flush(&run->out);
}

/* Finish the listing and send it off.
 *
 * Return: 0, -ENOMEM or the -errno of a failed write.
 */
int rows_end(struct run *run)
{
	if (run->settings.count_by) {
		if (groups_sort(&run->order.groups) < 0)
			return -ENOMEM;
		order_show_groups(run);
	}
	if (run->settings.mode == MODE_CHANGES)
		return rows_flush(run);
	if (!settings_is_habit(&run->settings))
		table_end(&run->table);
	return buf_flush(&run->out);
}
