// SPDX-License-Identifier: GPL-2.0-or-later
/* The routing table, from the kernel to rows; each goes out as it comes in. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "cli/message.h"
#include "netroute.h"

/* How long names may take in all. */
#define NAMES_DEADLINE_NS 5000000000u

static int on_route(const struct route *route, void *arg)
{
	struct run *run = arg;
	bool is_habit = settings_is_habit(&run->settings);
	int ret = 0;

	if (!query_wants(&run->filters, route))
		return 0;
	/* /proc/net/route leaves these out (net/ipv4/fib_trie.c, fib_route_seq_show()) */
	if (is_habit && (route->type == ROUTE_BROADCAST || route->type == ROUTE_MULTICAST))
		return 0;
	if (is_habit)
		habit_fill(run, route);
	else
		ret = own_fill(run, route);
	if (ret < 0)
		return ret;
	run->rows++;
	if (!run->gathers_names)
		table_row(&run->table, &run->row);
	return run->out.error || cli_stop_signal();
}

static int list_family(struct run *run, uint8_t family, struct err *err)
{
	run->filters.query.family = family;
	if (family == AF_INET6 && settings_is_habit(&run->settings))
		return habit_list_inet6(run, err);
	return routes_list(&run->path.nl, &run->filters.query, on_route, run, err);
}

static bool wants_fib(const struct settings *settings)
{
	return !settings->sources || settings->sources & SOURCE_FIB;
}

/* Of net-tools' layouts each family has its own; with names the table is read twice. */
static int list_habit(struct run *run, uint8_t family, struct err *err)
{
	bool shows_fib = wants_fib(&run->settings);
	int ret = 0;

	if (shows_fib && run->settings.common.resolve) {
		run->gathers_names = true;
		ret = list_family(run, family, err);
		run->gathers_names = false;
		run->rows = 0;
		names_wait(&run->names, clock_mono_ns() + NAMES_DEADLINE_NS);
	}
	if (ret < 0)
		return ret;
	if (shows_fib) {
		habit_begin(run, family);
		ret = list_family(run, family, err);
	}
	if (ret == 0 && run->settings.sources & SOURCE_CACHE)
		habit_show_cache(run, family);
	return ret;
}

static unsigned int families_of(const struct settings *settings)
{
	if (settings->families)
		return settings->families;
	return settings_is_habit(settings) ? FAMILY_INET : FAMILY_INET | FAMILY_INET6;
}

/* The habit's IPv6 table knows nothing of what filters look at. */
static void choose_layout(struct settings *settings, const struct filters *filters)
{
	bool has_filter = filters->is_any || settings->table;

	if (settings_is_habit(settings) && settings->families & FAMILY_INET6 && has_filter)
		settings->common.layout = CLI_LAYOUT_WIDE;
	if (settings_is_habit(settings) && settings->table && filters->query.table == 0)
		settings->common.layout = CLI_LAYOUT_WIDE;
}

/* List the routes that were asked for.
 *
 * Return: 0 or -errno; that a filter matched nothing makes run->has_no true.
 */
int listing_routes(struct run *run, struct err *err)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	unsigned int wanted;
	int ret = 0;

	choose_layout(&run->settings, &run->filters);
	wanted = families_of(&run->settings);
	if (!settings_is_habit(&run->settings))
		ret = own_begin(run, err);
	if (ret < 0)
		return ret;
	for (int i = 0; i < 2 && ret == 0; i++) {
		if (!(wanted & 1u << i))
			continue;
		ret = settings_is_habit(&run->settings) ? list_habit(run, families[i], err) :
		      wants_fib(&run->settings)		? list_family(run, families[i], err) :
							  0;
		/* a kernel without IPv6 has no such routes */
		if (ret == -EOPNOTSUPP || (ret == -ENOENT && wanted & FAMILY_INET))
			ret = 0;
	}
	if (!settings_is_habit(&run->settings))
		table_end(&run->table);
	if (ret == 0 && run->filters.is_any && run->rows == 0)
		run->has_no = true;
	return ret;
}
