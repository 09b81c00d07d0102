// SPDX-License-Identifier: GPL-2.0-or-later
/* Every network namespace of this host, one after the other: this thread's own; those with a name;
 * those that container runtimes keep in folders of their own, or anybody elsewhere; those of
 * processes. Each is visited once, by its inode, under the first name that it is found by. */
#include "host/netns_all.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/lines.h"
#include "base/text.h"
#include "host/mounts.h"

struct visit {
	uint64_t *seen;
	size_t count, room;
	unsigned int missed;
	netns_visit_fn *on_visit;
	void *arg;
};

static bool was_seen(const struct visit *visit, uint64_t inode)
{
	/* Most processes are where the one before was. */
	for (size_t i = visit->count; i > 0; i--)
		if (visit->seen[i - 1] == inode)
			return true;
	return false;
}

static int remember(struct visit *visit, uint64_t inode)
{
	uint64_t *seen =
		grow_array(visit->seen, &visit->room, visit->count + 1, sizeof(*visit->seen));

	if (!seen)
		return -ENOMEM;
	visit->seen = seen;
	seen[visit->count++] = inode;
	return 0;
}

/* Enter what @fd is open on, if it is a network namespace and a new one. A NULL @name is none. */
static int visit_open(struct visit *visit, int fd, const char *name)
{
	char number[32];
	struct netns_place place = { .name = name };
	struct stat status;
	int ret;

	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET || fstat(fd, &status) < 0 ||
	    was_seen(visit, status.st_ino))
		return 0;
	ret = remember(visit, status.st_ino);
	if (ret < 0)
		return ret;
	if (setns(fd, CLONE_NEWNET) < 0) {
		visit->missed++;
		return 0;
	}
	place.inode = status.st_ino;
	if (!name) {
		char *end =
			text_u64(number + text_copy(number, sizeof(number), "net:["), place.inode);

		text_copy(end, 2, "]");
		place.name = number;
	}
	return visit->on_visit(&place, visit->arg);
}

/* O_NONBLOCK: what the path names may be a FIFO. */
static int visit_path(struct visit *visit, const char *path, const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret;

	if (fd < 0) {
		visit->missed += errno == EACCES || errno == EPERM;
		return 0;
	}
	ret = visit_open(visit, fd, name);
	close(fd);
	return ret;
}

/* Write @folder, @name and @rest to @path, one behind the other.
 *
 * Return: whether @size bytes are enough.
 */
static bool join_path(char *path, size_t size, const char *folder, const char *name,
		      const char *rest)
{
	size_t length = text_copy(path, size, folder);

	if (strlen(name) + strlen(rest) >= size - length)
		return false;
	length += text_copy(path + length, size - length, name);
	text_copy(path + length, size - length, rest);
	return true;
}

/* @folder ends with a slash; what is in it is called by its name alone if @is_named, else by its
 * path. */
static int visit_folder(struct visit *visit, const char *folder, bool is_named)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort), ret = 0;
	char path[NETNS_NAME_SIZE];

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (ret == 0 && name[0] != '.' && join_path(path, sizeof(path), folder, name, ""))
			ret = visit_path(visit, path, is_named ? name : path);
		free(entries[i]);
	}
	free(entries);
	return ret;
}

/* Users' own containers: /run/user/UID/netns/. */
static int visit_users(struct visit *visit)
{
	DIR *users = opendir("/run/user");
	const struct dirent *entry;
	char folder[NETNS_NAME_SIZE];
	int ret = 0;

	while (users && ret == 0 && (entry = readdir(users)))
		if (entry->d_name[0] != '.' &&
		    join_path(folder, sizeof(folder), "/run/user/", entry->d_name, "/netns/"))
			ret = visit_folder(visit, folder, false);
	if (users)
		closedir(users);
	return ret;
}

/* Whatever else keeps one by a mount. */
static int visit_mounts(struct visit *visit)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC), ret = 0;
	struct lines lines;
	const char *point;
	size_t length;
	char *line;

	if (fd < 0)
		return 0;
	lines_init(&lines, fd);
	while (ret == 0 && lines_next(&lines, &line, &length) > 0) {
		point = mounts_point(line, "nsfs");
		if (point)
			ret = visit_path(visit, point, point);
	}
	close(fd);
	return ret;
}

static int visit_process(struct visit *visit, const char *pid)
{
	char path[64];
	struct stat status;

	if (!join_path(path, sizeof(path), "/proc/", pid, "/ns/net"))
		return 0;
	if (stat(path, &status) < 0) { /* ENOENT: it has ended */
		visit->missed += errno == EACCES || errno == EPERM;
		return 0;
	}
	return was_seen(visit, status.st_ino) ? 0 : visit_path(visit, path, NULL);
}

static int visit_processes(struct visit *visit)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int ret = 0;

	if (!proc)
		return -errno;
	while (ret == 0 && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			ret = visit_process(visit, entry->d_name);
	closedir(proc);
	return ret;
}

static int visit_everywhere(struct visit *visit, int own)
{
	int ret = visit_open(visit, own, NULL);

	if (ret == 0)
		ret = visit_folder(visit, "/run/netns/", true);
	if (ret == 0)
		ret = visit_folder(visit, "/run/docker/netns/", false);
	if (ret == 0)
		ret = visit_users(visit);
	if (ret == 0)
		ret = visit_mounts(visit);
	return ret == 0 ? visit_processes(visit) : ret;
}

/* Call @on_visit in every network namespace that can be found, the calling thread's own first; that
 * is where the thread is afterwards. Namespaces that only a descriptor or a socket keeps are not
 * found. Write to @missed how many files and processes could not be looked at.
 *
 * Return: 0, -EPERM without CAP_SYS_ADMIN, the -errno that @on_visit returned, or another -errno.
 */
int netns_visit_all(netns_visit_fn *on_visit, void *arg, unsigned int *missed, struct err *err)
{
	struct visit visit = { .on_visit = on_visit, .arg = arg };
	int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), ret;

	if (own < 0)
		return err_set(err, -errno, "/proc/thread-self/ns/net: %s", strerror(errno));
	if (setns(own, CLONE_NEWNET) < 0) {
		ret = err_set(err, -errno, "network namespaces: %s", strerror(errno));
	} else {
		ret = visit_everywhere(&visit, own);
		if (setns(own, CLONE_NEWNET) < 0 && ret >= 0)
			ret = err_set(err, -errno, "network namespaces: %s", strerror(errno));
	}
	close(own);
	free(visit.seen);
	*missed = visit.missed;
	return ret < 0 ? ret : 0;
}
