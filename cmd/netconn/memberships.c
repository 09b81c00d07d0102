// SPDX-License-Identifier: GPL-2.0-or-later
/* -g: the multicast groups that interfaces have joined. */
#include "host/memberships.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/grow.h"
#include "cli/message.h"
#include "netconn.h"
#include "tables.h"

#define NAMES_DEADLINE_NS 5000000000u

struct group_row {
	const char *family, *ifname, *name;
	uint32_t ifindex, users;
	struct addr address;
	char text[ADDR_TEXT_MAX + 1];
};

#define AT(field) .offset = offsetof(struct group_row, field)

/* clang-format off */
static const struct column group_columns[] = {
	{ "family", "Family", "inet, inet6", COLUMN_TEXT, AT(family) },
	{ "ifindex", "Index", "number of the interface",
	  COLUMN_U32, .align = COLUMN_RIGHT, AT(ifindex) },
	{ "ifname", "Interface", "its name", COLUMN_TEXT, AT(ifname) },
	{ "address", "Group", "address of the group", COLUMN_ADDR, AT(address) },
	{ "name", "Name", "its name, with --resolve", COLUMN_TEXT, AT(name) },
	{ "users", "Users", "how often it was joined",
	  COLUMN_U32, .align = COLUMN_RIGHT, AT(users) },
	{ .key = NULL },
};

static const struct column habit_columns[] = {
	{ "ifname", "Interface", NULL, COLUMN_TEXT, .width = 15, AT(ifname) },
	{ "users", "RefCnt", NULL, COLUMN_U32, .width = 6, AT(users) },
	{ "name", "Group", NULL, COLUMN_TEXT, AT(name) },
	{ .key = NULL },
};
/* clang-format on */

struct memberships {
	struct run *run;
	struct membership *list;
	size_t count, room;
};

/* All are kept before the first is shown, for their names to be looked up at once. */
static int keep(const struct membership *membership, void *arg)
{
	struct memberships *memberships = arg;
	struct name_key key = name_key_host(&membership->group);
	struct membership *list = grow_array(memberships->list, &memberships->room,
					     memberships->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	memberships->list = list;
	list[memberships->count++] = *membership;
	if (!memberships->run->settings.common.resolve)
		return 0;
	return names_want(&memberships->run->names, &key);
}

static int read_family(struct memberships *memberships, uint8_t family, struct err *err)
{
	struct run *run = memberships->run;
	unsigned int bit = family == AF_INET ? FAMILY_INET : FAMILY_INET6;
	int ret;

	if (run->settings.families && !(run->settings.families & bit))
		return 0;
	ret = memberships_list(family, keep, memberships, err);
	if (ret != -ENOENT)
		return ret;
	if (run->settings.families == bit || run->settings.verbose)
		cli_message("netconn", "this kernel has no multicast of IPv%d",
			    family == AF_INET ? 4 : 6);
	run->is_incomplete |= run->settings.families == bit;
	return 0;
}

static int begin(struct run *run, struct err *err)
{
	if (!settings_is_habit(&run->settings))
		return tables_begin(run, group_columns, NULL, err);
	run->table.header = false;
	if (!run->settings.common.no_header)
		buf_add_text(&run->out,
			     "IPv6/IPv4 Group Memberships\n"
			     "Interface       RefCnt Group\n"
			     "--------------- ------ ---------------------\n");
	table_select(&run->table, habit_columns, NULL, NULL);
	table_begin(&run->table, &run->out, TABLE_FIXED);
	return 0;
}

static void fill(struct run *run, struct group_row *row, const struct membership *membership)
{
	struct name_key key = name_key_host(&membership->group);
	const struct settings *settings = &run->settings;

	row->family = membership->group.family == AF_INET ? "inet" : "inet6";
	row->ifindex = membership->iface;
	row->ifname = membership->name;
	row->address = membership->group;
	row->users = membership->users;
	row->name = NULL;
	if (settings->common.resolve && !(settings->numeric & NUMERIC_HOSTS))
		row->name = names_get(&run->names, &key);
	if (!row->name && settings_is_habit(settings)) {
		*addr_format(row->text, &membership->group) = '\0';
		row->name = row->text;
	}
}

/* List the memberships, of IPv4 first.
 *
 * Return: 0 or -errno.
 */
int groups_list(struct run *run, struct err *err)
{
	struct memberships memberships = { .run = run };
	struct group_row row;
	int ret = read_family(&memberships, AF_INET, err);

	if (ret == 0)
		ret = read_family(&memberships, AF_INET6, err);
	if (ret == 0 && run->settings.common.resolve)
		names_wait(&run->names, clock_mono_ns() + NAMES_DEADLINE_NS);
	if (ret == 0)
		ret = begin(run, err);
	for (size_t i = 0; i < memberships.count && ret == 0; i++) {
		fill(run, &row, &memberships.list[i]);
		table_row(&run->table, &row);
	}
	if (ret == 0)
		table_end(&run->table);
	if (ret == -ENOMEM)
		err_set(err, ret, "out of memory");
	free(memberships.list);
	return ret;
}
