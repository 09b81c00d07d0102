// SPDX-License-Identifier: GPL-2.0-or-later
/* From the kernel's table to rows. Without names a row goes out as soon as it comes in; with them
 * the entries are kept, everything is asked at once, and then they are shown. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/grow.h"
#include "cli/signals.h"
#include "host/lookup.h"
#include "netarp.h"

/* How long names may take. */
#define NAMES_NS 3000000000u

static const uint8_t families[] = { AF_INET, AF_INET6 };

/* Settle what the listing is narrowed down to: the operand, the interface, the families.
 *
 * Return: 0 or -errno.
 */
int list_prepare(struct run *run, struct err *err)
{
	struct settings *settings = &run->settings;
	struct wanted *wanted = &run->wanted;
	struct addr addr;
	uint8_t family = AF_UNSPEC;
	int ret;

	if (settings->families == FAMILY_INET)
		family = AF_INET;
	if (settings->families == FAMILY_INET6)
		family = AF_INET6;
	if (run->operand_count > 0) {
		wanted->name = run->operands[0];
		if (strchr(wanted->name, '/')) {
			ret = prefix_parse(&wanted->prefix, wanted->name);
			if (ret < 0)
				return err_set(err, ret, "%s: not a prefix", wanted->name);
		} else {
			ret = lookup_host(wanted->name, family, &addr, err);
			if (ret < 0)
				return ret;
			wanted->prefix = prefix_of(&addr, 128);
			wanted->is_host = true;
		}
		if (!settings->families)
			settings->families =
				wanted->prefix.addr.family == AF_INET ? FAMILY_INET : FAMILY_INET6;
	}
	if (!settings->families)
		settings->families = FAMILY_INET;
	if (family == AF_UNSPEC && run->operand_count == 0 &&
	    (!settings_is_habit(settings) || settings->mode == MODE_MONITOR))
		settings->families = FAMILY_INET | FAMILY_INET6;
	return 0;
}

/* Whether the filters let @neigh pass: interface, type, address, state. */
bool list_wants(const struct run *run, const struct neigh *neigh)
{
	const struct settings *settings = &run->settings;
	const struct link *link = links_find(&run->links, neigh->iface);

	if (settings->device && (!link || strcmp(link->name, settings->device) != 0))
		return false;
	if (settings->type >= 0 && (link ? link->type : 0) != settings->type)
		return false;
	return !run->wanted.name || prefix_contains(&run->wanted.prefix, &neigh->dst);
}

static bool has_state(const struct settings *settings, const struct neigh *neigh)
{
	return neigh->is_proxy ? settings->mode != MODE_FLUSH && !settings->nud :
				 settings->states & (neigh->state ? neigh->state : NUD_NONE_BIT);
}

/* Keep @neigh in run->kept, and ask for its name if names are wanted.
 *
 * Return: 0 or -ENOMEM.
 */
int list_keep(struct run *run, const struct neigh *neigh)
{
	struct name_key key = name_key_host(&neigh->dst);
	struct neigh *list;

	list = grow_array(run->kept.list, &run->kept.room, run->kept.count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	run->kept.list = list;
	list[run->kept.count++] = *neigh;
	return run->settings.common.resolve ? names_want(&run->names, &key) : 0;
}

static int on_neigh(const struct neigh *neigh, void *arg)
{
	struct run *run = arg;

	if (!has_state(&run->settings, neigh))
		return 0;
	run->entries++;
	if (!list_wants(run, neigh))
		return 0;
	run->shown++;
	if (run->settings.common.resolve || run->settings.mode == MODE_FLUSH)
		return list_keep(run, neigh);
	rows_add(run, neigh);
	return run->out.error || cli_stop_signal();
}

/* Walk the tables of the families: neighbours, then proxies. */
static int walk(struct run *run, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < 2 * sizeof(families) && ret == 0; i++) {
		struct neigh_query query = { .family = families[i / 2], .proxies = i % 2 };

		if (settings_wants_family(&run->settings, query.family))
			ret = neigh_list(&run->nl, &query, on_neigh, run, err);
	}
	return ret;
}

/* Keep the entries that the filters let pass in run->kept, and show none.
 *
 * Return: 0 or -errno.
 */
int list_collect(struct run *run, struct err *err)
{
	int ret = walk(run, err);

	return ret == -ENOMEM ? err_set(err, ret, "out of memory") : ret;
}

/* List once. That a filter was named and nothing passed is an answer: run->status is then 1.
 *
 * Return: 0 or -errno.
 */
int list_once(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;
	bool has_filter = run->wanted.name || settings->device || settings->hwtype || settings->nud;
	int ret = rows_begin_list(run, err);

	run->entries = 0;
	run->shown = 0;
	run->kept.count = 0;
	if (ret == 0)
		ret = walk(run, err);
	if (ret == -ENOMEM)
		return err_set(err, ret, "out of memory");
	if (ret < 0)
		return ret;
	if (settings->common.resolve)
		names_wait(&run->names, clock_mono_ns() + NAMES_NS);
	for (size_t i = 0; i < run->kept.count; i++)
		rows_add(run, &run->kept.list[i]);
	run->status = has_filter && run->shown == 0 && !settings->common.compat ? CLI_EXIT_NO :
										  CLI_EXIT_OK;
	return rows_end(run, err);
}
