// SPDX-License-Identifier: GPL-2.0-or-later
/* --count-by, --sort and --top: how many of which kind, and which first. */
#include "order.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "cli/signals.h"
#include "netconn.h"

static void need(struct run *run, const struct slots *slots)
{
	for (size_t i = 0; i < slots->count; i++)
		own_need(run, slots->sources[i].column, slots->sources[i].parent);
}

/* Make ready to count or sort one listing, if that was asked for.
 *
 * Return: 0 or -errno, -EINVAL for a bad list of columns.
 */
int order_begin(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	struct order *order = &run->order;
	int ret = 0;

	if (settings->count_by) {
		ret = groups_init(&order->groups, own_columns, settings->count_by, settings->sort,
				  err);
		need(run, &order->groups.by);
	} else if (settings->sort) {
		ret = slots_select(&order->slots, own_columns, settings->sort, true, err);
		need(run, &order->slots);
		rank_init(&order->rank, &order->slots);
	}
	return ret;
}

/* Count the socket that run->row is of.
 *
 * Return: 0 or -ENOMEM.
 */
int order_count(struct run *run)
{
	return groups_add(&run->order.groups, &run->row);
}

static size_t limit(const struct run *run, size_t count)
{
	size_t top = run->settings.top;

	return top && top < count ? top : count;
}

/* Write the groups. */
void order_show_groups(struct run *run)
{
	const struct groups *groups = &run->order.groups;
	size_t count = limit(run, groups->count);

	for (size_t i = 0; i < count && !run->out.error && !cli_stop_signal(); i++)
		table_row(&run->table, groups_row(groups, i));
}

static int keep(struct run *run, const struct sock *sock)
{
	struct order *order = &run->order;
	const struct sock **list =
		grow_array(order->list, &order->room, order->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	order->list = list;
	list[order->count++] = sock;
	own_fill(run, sock);
	return rank_add(&order->rank, &run->row);
}

/* Put the stored sockets that are wanted into order->list, in their order, and no more than --top
 * says.
 *
 * Return: 0 or -ENOMEM.
 */
int order_sort(struct run *run)
{
	struct order *order = &run->order;
	struct store_place place = { 0 };
	const struct sock **sorted;
	const struct sock *sock;
	size_t count;
	int ret = 0;

	while (ret == 0 && (sock = store_next(&run->store, &place)))
		if (select_wants_late(run, sock))
			ret = keep(run, sock);
	if (ret < 0 || order->count == 0)
		return ret;
	rank_sort(&order->rank);
	count = limit(run, order->count);
	sorted = calloc(count, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = order->list[rank_row(&order->rank, i)];
	free(order->list);
	order->list = sorted;
	order->count = count;
	run->unknown_owners = 0; /* rows are filled once more, to be shown */
	return 0;
}

/* Forget one listing. */
void order_end(struct order *order)
{
	groups_fini(&order->groups);
	rank_fini(&order->rank);
	free(order->list);
	order->list = NULL;
	order->count = 0;
	order->room = 0;
}
