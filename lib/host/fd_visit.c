// SPDX-License-Identifier: GPL-2.0-or-later
/* The descriptors of a process that are open on sockets, from /proc.
 *
 * Theory of operation: statx() tells of each descriptor what it is: an inode on the sockets' own
 * file system, or not. Nothing is opened and no link is read, so that a descriptor on a dead
 * network file system cannot hang the visit. The threads of a process mostly share its descriptors;
 * those that do not (unshare(CLONE_FILES)) have a folder of their own, which kcmp() tells.
 */
#include "host/fd_visit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/text.h"

#define LISTING_SIZE 32768
/* Free numbers among the descriptors until counting them up no longer pays. */
#define GAPS_MAX 64
#define PATH_SIZE 64

/* The kernel's answer to getdents64(2). */
struct listed {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

/* What is being looked at. */
struct look {
	const struct fd_visit *visit;
	struct fd_worker *worker;
	struct fd_process *process;
	int folder;
	size_t size;   /* of the folder: fd_visit_begin() */
	int next;      /* descriptor */
	size_t looked; /* descriptors */
};

/* --- /proc ------------------------------------------------------------------------------------ */

/* Learn which device the sockets' inodes are on: a bound UNIX socket's file is S_IFSOCK too. */
static int find_device(struct fd_visit *visit)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret = 0;
	struct stat found;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &found) < 0) {
		ret = -errno;
	} else {
		visit->device_major = major(found.st_dev);
		visit->device_minor = minor(found.st_dev);
	}
	close(fd);
	return ret;
}

/* Whether /proc numbers processes as system calls of this process do: its status has one number for
 * each PID namespace from /proc's down to its own. */
static bool is_ours(int proc)
{
	char status[2048], *at, *tab;
	int fd = openat(proc, "self/status", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, status, sizeof(status) - 1);

	if (fd >= 0)
		close(fd);
	if (length <= 0)
		return false;
	status[length] = '\0';
	at = strstr(status, "\nNSpid:\t");
	if (!at)
		return false;
	at += sizeof("\nNSpid:\t") - 1;
	tab = at + strcspn(at, "\t\n");
	return *tab == '\n' && strtol(at, NULL, 10) == (long)getpid();
}

/* Open /proc and learn what there is to know; @visit->wanted is the caller's.
 *
 * Return: 0 or -errno.
 */
int fd_visit_open(struct fd_visit *visit)
{
	int ret;

	visit->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (visit->proc < 0)
		return -errno;
	visit->is_ours = is_ours(visit->proc);
	ret = find_device(visit);
	if (ret < 0)
		fd_visit_close(visit);
	return ret;
}

/* Undo a successful fd_visit_open(). */
void fd_visit_close(struct fd_visit *visit)
{
	close(visit->proc);
	visit->proc = -1;
}

/* Write "PID" and @rest to @path (PATH_SIZE bytes).
 *
 * Return: @path.
 */
static const char *path_of(char *path, pid_t pid, const char *rest)
{
	char *end = text_u64(path, (uint64_t)pid);

	text_copy(end, (size_t)(path + PATH_SIZE - end), rest);
	return path;
}

/* Open the folder of the descriptors of the process, or thread, @pid. Its @size is how many they
 * are, 0 before Linux 6.2 (fs/proc/fd.c, proc_fd_getattr()).
 *
 * Return: a descriptor, or -errno: -EACCES if the process may not be looked at.
 */
int fd_visit_begin(const struct fd_visit *visit, pid_t pid, size_t *size)
{
	char path[PATH_SIZE];
	struct stat found;
	int folder =
		openat(visit->proc, path_of(path, pid, "/fd"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret;

	if (folder < 0)
		return -errno;
	if (fstat(folder, &found) < 0) {
		ret = -errno;
		close(folder);
		return ret;
	}
	*size = (size_t)found.st_size;
	return folder;
}

/* --- the finds -------------------------------------------------------------------------------- */

/* Make room for @count finds more.
 *
 * Return: 0 or -ENOMEM.
 */
int fd_worker_room(struct fd_worker *worker, size_t count)
{
	struct fd_find *finds = grow_array(worker->finds, &worker->find_room,
					   worker->find_count + count, sizeof(*finds));

	if (!finds)
		return -ENOMEM;
	worker->finds = finds;
	return 0;
}

static int in_order(const void *a, const void *b)
{
	const struct fd_find *one = a, *two = b;

	if (one->fd != two->fd)
		return one->fd < two->fd ? -1 : 1;
	return one->inode < two->inode ? -1 : one->inode > two->inode;
}

/* Put what was found of @process, the last in the list of @worker, in order of the descriptors: of
 * several threads it is neither in order nor without repetitions. */
void fd_worker_sort(struct fd_worker *worker, struct fd_process *process)
{
	struct fd_find *finds = worker->finds + process->first;
	size_t kept = 0, i;

	for (i = 1; i < process->count && finds[i - 1].fd < finds[i].fd; i++)
		;
	if (i >= process->count)
		return;
	qsort(finds, process->count, sizeof(*finds), in_order);
	for (i = 0; i < process->count; i++)
		if (i == 0 || in_order(&finds[i], &finds[kept - 1]) != 0)
			finds[kept++] = finds[i];
	worker->find_count -= process->count - kept;
	process->count = kept;
}

/* --- a process -------------------------------------------------------------------------------- */

static bool is_socket(const struct fd_visit *visit, const struct statx *found)
{
	return S_ISSOCK(found->stx_mode) && found->stx_ino <= UINT32_MAX &&
	       found->stx_dev_major == visit->device_major &&
	       found->stx_dev_minor == visit->device_minor;
}

/* Look at the descriptor @fd, whose name in the folder is @name.
 *
 * Return: 0, -ENOENT if there is none, -EACCES if this process may not be looked at, -ENOMEM.
 */
static int look_at(struct look *look, const char *name, int fd)
{
	const struct fd_visit *visit = look->visit;
	struct fd_worker *worker = look->worker;
	struct statx found;

	if (statx(look->folder, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_INO,
		  &found) < 0)
		return -errno;
	look->looked++;
	if (!is_socket(visit, &found) ||
	    (visit->wanted && !inode_map_find(visit->wanted, (uint32_t)found.stx_ino)))
		return 0;
	if (fd_worker_room(worker, 1) < 0)
		return -ENOMEM;
	worker->finds[worker->find_count++] =
		(struct fd_find){ .inode = (uint32_t)found.stx_ino, .fd = fd };
	look->process->count++;
	return 0;
}

/* Look at the descriptors from 0 on, as long as most of the numbers are taken: they mostly are, for
 * the kernel gives the lowest one that is free. That spares reading the folder.
 *
 * Return: 1 if that were all, 0 if the folder has to be read from descriptor look->next on, -errno.
 */
static int count_up(struct look *look)
{
	char name[TEXT_U64_MAX + 1];
	size_t left = look->size;
	int gaps = 0, ret;

	for (; left > 0 && gaps <= GAPS_MAX; look->next++) {
		*text_u64(name, (uint64_t)look->next) = '\0';
		ret = look_at(look, name, look->next);
		if (ret == -EACCES || ret == -ENOMEM)
			return ret;
		if (ret == -ENOENT)
			gaps++;
		else
			left--;
	}
	return look->size > 0 && left == 0;
}

/* Look at the descriptors from look->next on that the folder lists. */
static int read_folder(struct look *look)
{
	_Alignas(struct listed) char listing[LISTING_SIZE];
	ssize_t length;
	uint64_t fd;

	while ((length = getdents64(look->folder, listing, sizeof(listing))) > 0) {
		for (ssize_t at = 0; at < length;) {
			const struct listed *entry = (const void *)(listing + at);
			int ret = 0;

			if (text_parse_u64(entry->name, INT32_MAX, &fd) == 0 &&
			    (int)fd >= look->next)
				ret = look_at(look, entry->name, (int)fd);
			if (ret == -EACCES || ret == -ENOMEM)
				return ret;
			at += entry->length;
		}
	}
	return 0;
}

/* Add the sockets in @folder, of fd_visit_begin() as is its @size, to the finds of @process, and
 * the number of descriptors that were looked at to @looked.
 *
 * Return: 0, or -errno: -EACCES if the process may not be looked at.
 */
int fd_visit_read(const struct fd_visit *visit, int folder, size_t size, struct fd_worker *worker,
		  struct fd_process *process, size_t *looked)
{
	struct look look = {
		.visit = visit,
		.worker = worker,
		.process = process,
		.folder = folder,
		.size = size,
	};
	int ret = count_up(&look);

	if (ret == 0)
		ret = read_folder(&look);
	*looked += look.looked;
	return ret < 0 ? ret : 0;
}

/* --- its threads ------------------------------------------------------------------------------ */

/* Where kcmp() is not to be had, they all do. */
static bool shares_files(pid_t one, pid_t two)
{
	return syscall(SYS_kcmp, one, two, KCMP_FILES, 0, 0) <= 0;
}

/* Add what the thread @tid holds. */
static int visit_thread(const struct fd_visit *visit, pid_t tid, struct fd_worker *worker,
			struct fd_process *process)
{
	size_t size = 0, looked = 0;
	int folder = fd_visit_begin(visit, tid, &size), ret;

	if (folder < 0)
		return 0;
	ret = fd_visit_read(visit, folder, size, worker, process, &looked);
	close(folder);
	return ret;
}

/* Add the sockets of those threads of @process that do not share the descriptors of its first one,
 * or outlive it.
 *
 * Return: 0 or -errno.
 */
int fd_visit_threads(const struct fd_visit *visit, struct fd_worker *worker,
		     struct fd_process *process)
{
	char path[PATH_SIZE];
	pid_t last = process->pid;
	struct stat found;
	struct dirent *entry;
	uint64_t tid;
	int ret = 0, fd;
	DIR *folder;

	path_of(path, process->pid, "/task");
	/* a folder has a link from above, from itself, and from each folder in it */
	if (!visit->is_ours || fstatat(visit->proc, path, &found, 0) < 0 || found.st_nlink <= 3)
		return 0;
	fd = openat(visit->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder && fd >= 0)
		close(fd);
	while (ret == 0 && folder && (entry = readdir(folder))) {
		if (text_parse_u64(entry->d_name, INT32_MAX, &tid) < 0 ||
		    (pid_t)tid == process->pid || shares_files(process->pid, (pid_t)tid) ||
		    shares_files(last, (pid_t)tid))
			continue;
		last = (pid_t)tid;
		ret = visit_thread(visit, last, worker, process);
	}
	if (folder)
		closedir(folder);
	fd_worker_sort(worker, process);
	return ret == -ENOMEM ? ret : 0;
}
