// SPDX-License-Identifier: GPL-2.0-or-later
/* From the number that the kernel gives with each socket to the cgroup's path. The number is the
 * inode of the cgroup's folder (fs/kernfs: 64 bits wide since 5.5), so that a walk over the folders
 * of the cgroup2 file system, which anybody may do, tells them all. */
#include "host/cgroups.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/lines.h"
#include "host/mounts.h"

void cgroups_init(struct cgroups *cgroups)
{
	*cgroups = (struct cgroups){ 0 };
}

void cgroups_fini(struct cgroups *cgroups)
{
	free(cgroups->list);
	free(cgroups->paths);
	cgroups_init(cgroups);
}

static int add(struct cgroups *cgroups, uint64_t id, const char *path)
{
	size_t length = strlen(path) + 1;
	struct cgroup *list =
		grow_array(cgroups->list, &cgroups->room, cgroups->count + 1, sizeof(*list));
	char *paths =
		grow_array(cgroups->paths, &cgroups->paths_room, cgroups->paths_length + length, 1);

	if (list)
		cgroups->list = list;
	if (paths)
		cgroups->paths = paths;
	if (!list || !paths)
		return -ENOMEM;
	list[cgroups->count++] =
		(struct cgroup){ .id = id, .path = (uint32_t)cgroups->paths_length };
	memcpy(paths + cgroups->paths_length, path, length);
	cgroups->paths_length += length;
	return 0;
}

static int walk(struct cgroups *cgroups, char *mount)
{
	char *const roots[] = { mount, NULL };
	size_t prefix = strlen(mount);
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	int ret = 0;

	if (!tree)
		return -errno;
	while (ret == 0 && (entry = fts_read(tree)))
		if (entry->fts_info == FTS_D)
			ret = add(cgroups, entry->fts_statp->st_ino,
				  entry->fts_path[prefix] ? entry->fts_path + prefix : "/");
	fts_close(tree);
	return ret;
}

static int by_id(const void *a, const void *b)
{
	const struct cgroup *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

/* Learn the cgroups of this host. A host without cgroup2 has none.
 *
 * Return: 0 or -errno.
 */
int cgroups_load(struct cgroups *cgroups, struct err *err)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC), ret;
	struct lines lines;
	char *line, *mount = NULL;
	size_t length;

	if (fd < 0)
		return err_set(err, -errno, "/proc/self/mountinfo: %s", strerror(errno));
	lines_init(&lines, fd);
	while (!mount && lines_next(&lines, &line, &length) > 0)
		mount = mounts_point(line, "cgroup2");
	close(fd);
	ret = mount ? walk(cgroups, mount) : 0;
	if (cgroups->count > 1)
		qsort(cgroups->list, cgroups->count, sizeof(*cgroups->list), by_id);
	return ret;
}

/* Return: the path of the cgroup @id below the root of the hierarchy, NULL if it is not known. */
const char *cgroups_path(const struct cgroups *cgroups, uint64_t id)
{
	struct cgroup key = { .id = id };
	const struct cgroup *found = NULL;

	if (cgroups->count > 0)
		found = bsearch(&key, cgroups->list, cgroups->count, sizeof(key), by_id);
	return found ? cgroups->paths + found->path : NULL;
}

/* Find the number of the cgroup @path: that of a folder, or as cgroups_path() gives it.
 *
 * Return: 0 or -ENOENT.
 */
int cgroups_find(const struct cgroups *cgroups, const char *path, uint64_t *id)
{
	struct statfs system;
	struct stat folder;

	if (statfs(path, &system) == 0 && system.f_type == CGROUP2_SUPER_MAGIC &&
	    stat(path, &folder) == 0) {
		*id = folder.st_ino;
		return 0;
	}
	for (size_t i = 0; i < cgroups->count; i++) {
		if (strcmp(cgroups->paths + cgroups->list[i].path, path) == 0) {
			*id = cgroups->list[i].id;
			return 0;
		}
	}
	return -ENOENT;
}
