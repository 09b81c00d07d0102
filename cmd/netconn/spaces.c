// SPDX-License-Identifier: GPL-2.0-or-later
/* --all-netns: the network namespaces that are listed, and what has to be known of each when its
 * sockets are shown, which is after the thread has left it. */
#include "spaces.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/priv.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "host/sockstat.h"
#include "host/sysctl.h"
#include "netconn.h"

static void begin(struct space *space)
{
	listeners_init(&space->listeners);
	links_init(&space->links);
}

static int add(struct spaces *spaces, struct space *space)
{
	struct space **list =
		grow_array(spaces->list, &spaces->room, spaces->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	spaces->list = list;
	list[spaces->count++] = space;
	return 0;
}

/* Begin with the namespace that the thread is in.
 *
 * Return: 0 or -ENOMEM.
 */
int spaces_init(struct spaces *spaces)
{
	begin(&spaces->home);
	return add(spaces, &spaces->home);
}

static void forget_one(struct space *space)
{
	listeners_fini(&space->listeners);
	links_fini(&space->links);
	space->has_links = false;
}

void spaces_fini(struct spaces *spaces)
{
	for (uint32_t i = 0; i < spaces->count; i++) {
		forget_one(spaces->list[i]);
		if (spaces->list[i] != &spaces->home)
			free(spaces->list[i]);
	}
	free(spaces->list);
	spaces->list = NULL;
	spaces->count = 0;
}

/* Forget what holds for one listing only. A namespace that has gone keeps its devices: --changes
 * may still tell that its sockets were closed. */
void spaces_forget(struct spaces *spaces)
{
	for (uint32_t i = 0; i < spaces->count; i++) {
		struct space *space = spaces->list[i];

		listeners_fini(&space->listeners);
		if (spaces->looks == 0)
			forget_one(space);
	}
}

/* The place of a namespace that was neither in this look nor in the last one is free. */
static bool is_free(const struct spaces *spaces, const struct space *space)
{
	return space != &spaces->home && space->looked + 1 < spaces->looks;
}

/* Return: the index of the namespace, which may be new, or -ENOMEM. */
static int64_t find(struct spaces *spaces, const struct netns_place *place)
{
	struct space *space = NULL;
	uint32_t index = 0;

	if (spaces->looks == 1 && !spaces->home.inode)
		spaces->home.inode = place->inode; /* which comes first */
	while (index < spaces->count && spaces->list[index]->inode != place->inode)
		index++;
	if (index < spaces->count)
		return index;
	for (index = 0; index < spaces->count; index++)
		if (is_free(spaces, spaces->list[index]))
			break;
	if (index < spaces->count) {
		space = spaces->list[index];
		forget_one(space);
	} else {
		space = calloc(1, sizeof(*space));
		if (!space || add(spaces, space) < 0) {
			free(space);
			return -ENOMEM;
		}
	}
	begin(space);
	space->inode = place->inode;
	return index;
}

struct round {
	struct run *run;
	int (*list)(struct run *run);
};

static int on_visit(const struct netns_place *place, void *arg)
{
	struct round *round = arg;
	struct run *run = round->run;
	struct spaces *spaces = &run->spaces;
	int64_t index = find(spaces, place);
	struct space *space;
	int ret;

	if (index < 0)
		return -ENOMEM;
	space = spaces->list[index];
	space->looked = spaces->looks;
	text_copy(space->name, sizeof(space->name), place->name);
	spaces->current = (uint32_t)index;
	links_fini(&space->links);
	links_load(&space->links, NULL);
	space->has_links = true;
	sysctl_read_ports("ipv4/ip_local_port_range", &space->low_port, &space->high_port);
	select_enter(run, spaces->current);
	sockets_open(&run->sockets);
	ret = round->list(run);
	sockets_close(&run->sockets);
	return ret == 0 ? cli_stop_signal() : ret;
}

/* Whether there are no TCP sockets in the namespace that the thread is in, by the kernel's own
 * count. Its table is one for all namespaces: beside a million sockets it takes as long to find
 * none as to find all. */
bool spaces_has_no_tcp(void)
{
	struct sockstat stat;

	return sockstat_read(&stat, NULL) == 0 && stat.tcp == 0 && stat.tcp_timewait == 0 &&
	       (stat.tcp6 == 0 || stat.tcp6 == UINT64_MAX);
}

/* Call @list in every network namespace, with run->spaces.current and run->sockets made ready. What
 * cannot be looked at is said.
 *
 * Return: 0 or -errno.
 */
int spaces_each(struct run *run, int (*list)(struct run *run), struct err *err)
{
	struct round round = { .run = run, .list = list };
	unsigned int missed = 0;
	int ret;

	sockets_close(&run->sockets);
	run->spaces.looks++;
	ret = netns_visit_all(on_visit, &round, &missed, err);
	if (missed && run->spaces.looks == 1 && (run->settings.verbose || !priv_is_root()))
		cli_message("netconn",
			    "network namespaces may be missing: of %u process%s they could not "
			    "be read",
			    missed, missed == 1 ? "" : "es");
	return ret;
}
