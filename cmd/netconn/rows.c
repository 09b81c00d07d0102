// SPDX-License-Identifier: GPL-2.0-or-later
#include "netconn.h"

/* Start a listing in the layout that was asked for.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int rows_begin(struct run *run, struct err *err)
{
	return settings_is_habit(&run->settings) ? 0 : own_begin(run, err);
}

/* The rows that follow are of UNIX sockets, or of the others: netstat has a table for each. */
void rows_begin_section(struct run *run, bool is_unix)
{
	if (settings_is_habit(&run->settings))
		habit_begin_section(run, is_unix);
}

/* Show one socket. */
void rows_add(struct run *run, const struct sock *sock)
{
	if (settings_is_habit(&run->settings))
		habit_fill(run, sock);
	else
		own_fill(run, sock);
	table_row(&run->table, &run->row);
	run->shown++;
}

/* Finish the listing and send it off.
 *
 * Return: 0 or the -errno of a failed write.
 */
int rows_end(struct run *run)
{
	if (!settings_is_habit(&run->settings))
		table_end(&run->table);
	return buf_flush(&run->out);
}
