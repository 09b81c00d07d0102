// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_CGROUPS_H
#define NETSONDE_HOST_CGROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct cgroup {
	uint64_t id;
	uint32_t path; /* offset in cgroups.paths */
};

/* The cgroups (version 2) of this host, in the order of their ids. */
struct cgroups {
	struct cgroup *list;
	size_t count, room;
	char *paths;
	size_t paths_length, paths_room;
};

void cgroups_init(struct cgroups *cgroups);
void cgroups_fini(struct cgroups *cgroups);
int cgroups_load(struct cgroups *cgroups, struct err *err);
int cgroups_find(const struct cgroups *cgroups, const char *path, uint64_t *id);
const char *cgroups_path(const struct cgroups *cgroups, uint64_t id);

#endif
