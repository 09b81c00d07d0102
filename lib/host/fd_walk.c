// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking for sockets among the descriptors of all processes.
 *
 * Theory of operation: /proc is read once for the process numbers; threads take one process after
 * the other, open its fd folder, and ask statx() of each descriptor what it is: an inode on the
 * sockets' own file system, or not. Nothing is opened and no link is read, so that a descriptor on
 * a dead network file system cannot hang the walk. Each thread keeps what it found to itself.
 */
#include "host/fd_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/text.h"

/* Below this many processes a thread costs more than it saves. */
#define PROCESSES_A_WORKER 8
#define LISTING_SIZE 65536
/* Free numbers among the descriptors until counting them up no longer pays. */
#define GAPS_MAX 64
/* As much of a command line as netstat looks at. */
#define COMMAND_LINE_SIZE 512

/* What the threads of a walk share. */
struct shared {
	struct fd_walk *walk;
	const struct inode_map *wanted;
	int proc;
	unsigned int device_major, device_minor; /* of the sockets' file system */
	atomic_size_t next;
	atomic_uint denied;
	atomic_int error; /* -errno of the first failure that is not a process's own */
};

struct thread {
	struct shared *shared;
	struct fd_worker *worker;
	uint8_t index;
	bool is_running;
	pthread_t id;
	char *listing; /* LISTING_SIZE bytes */
};

/* The kernel's answer to getdents64(2). */
struct listed {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

/* Open @rest ("/fd") of the process @pid below /proc. */
static int open_process(const struct shared *shared, pid_t pid, const char *rest, int flags)
{
	char path[32];
	char *end = text_u64(path, (uint64_t)pid);

	text_copy(end, (size_t)(path + sizeof(path) - end), rest);
	return openat(shared->proc, path, flags | O_RDONLY | O_CLOEXEC);
}

/* Keep what netstat shows of a command line: its first word, without folders if it is an absolute
 * path. */
static int add_program(struct thread *thread, pid_t pid)
{
	struct fd_worker *worker = thread->worker;
	int fd = open_process(thread->shared, pid, "/cmdline", 0);
	char line[COMMAND_LINE_SIZE];
	const char *name = line;
	ssize_t length = 0;
	size_t size;
	char *names;

	if (fd >= 0) {
		length = read(fd, line, sizeof(line) - 1);
		close(fd);
	}
	line[length > 0 ? length : 0] = '\0';
	if (line[0] == '/')
		name = strrchr(line, '/') + 1;
	size = strlen(name) + 1;
	names = grow_array(worker->names, &worker->names_room, worker->names_length + size, 1);
	if (!names)
		return -ENOMEM;
	worker->names = names;
	memcpy(names + worker->names_length, name, size);
	worker->names_length += size;
	return 0;
}

static int add_find(struct thread *thread, struct fd_process *process, uint32_t inode, int fd)
{
	struct fd_worker *worker = thread->worker;
	size_t program = worker->names_length;
	struct fd_find *finds;

	finds = grow_array(worker->finds, &worker->find_room, worker->find_count + 1,
			   sizeof(*finds));
	if (!finds)
		return -ENOMEM;
	worker->finds = finds;
	if (process->count == 0) {
		if (add_program(thread, process->pid) < 0)
			return -ENOMEM;
		process->program = program;
		process->first = worker->find_count;
	}
	finds[worker->find_count++] = (struct fd_find){ .inode = inode, .fd = fd };
	process->count++;
	return 0;
}

static bool is_socket(const struct shared *shared, const struct statx *found)
{
	return S_ISSOCK(found->stx_mode) && found->stx_ino <= UINT32_MAX &&
	       found->stx_dev_major == shared->device_major &&
	       found->stx_dev_minor == shared->device_minor;
}

/* Look at the descriptor @fd, whose name in the folder is @name.
 *
 * Return: 0, -ENOENT if there is none, -EACCES if this process may not be looked at, -ENOMEM.
 */
static int look(struct thread *thread, struct fd_process *process, int folder, const char *name,
		int fd)
{
	struct statx found;

	if (statx(folder, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_INO,
		  &found) < 0)
		return -errno;
	if (!is_socket(thread->shared, &found) ||
	    !inode_map_find(thread->shared->wanted, (uint32_t)found.stx_ino))
		return 0;
	return add_find(thread, process, (uint32_t)found.stx_ino, fd);
}

/* Look at the descriptors from 0 on, as long as most of the numbers are taken: they mostly are, for
 * the kernel gives the lowest one that is free. That spares reading the folder. Since Linux 6.2 the
 * folder's size tells how many there are (fs/proc/fd.c, proc_fd_getattr()); before it is 0.
 *
 * Return: 1 if that were all, 0 if the folder has to be read from descriptor *next on, -errno.
 */
static int count_up(struct thread *thread, struct fd_process *process, int folder, int *next)
{
	char name[TEXT_U64_MAX + 1];
	struct stat found;
	int gaps = 0, ret;
	off_t left;

	if (fstat(folder, &found) < 0)
		return -errno;
	for (left = found.st_size; left > 0 && gaps <= GAPS_MAX; ++*next) {
		*text_u64(name, (uint64_t)*next) = '\0';
		ret = look(thread, process, folder, name, *next);
		if (ret == -EACCES || ret == -ENOMEM)
			return ret;
		if (ret == -ENOENT)
			gaps++;
		else
			left--;
	}
	return found.st_size > 0 && left == 0;
}

/* Look at the descriptors from @next on that the folder lists. */
static int read_folder(struct thread *thread, struct fd_process *process, int folder, int next)
{
	ssize_t length;
	uint64_t fd;

	while ((length = getdents64(folder, thread->listing, LISTING_SIZE)) > 0) {
		for (ssize_t at = 0; at < length;) {
			const struct listed *entry = (const void *)(thread->listing + at);
			int ret = 0;

			if (text_parse_u64(entry->name, INT32_MAX, &fd) == 0 && (int)fd >= next)
				ret = look(thread, process, folder, entry->name, (int)fd);
			if (ret == -EACCES || ret == -ENOMEM)
				return ret;
			at += entry->length;
		}
	}
	return 0;
}

/* Look at all descriptors of one process. That it is gone by now is nobody's error. */
static int visit(struct thread *thread, struct fd_process *process)
{
	int folder = open_process(thread->shared, process->pid, "/fd", O_DIRECTORY);
	int next = 0, ret;

	if (folder >= 0) {
		ret = count_up(thread, process, folder, &next);
		if (ret == 0)
			ret = read_folder(thread, process, folder, next);
		close(folder);
	} else {
		ret = -errno;
	}
	if (ret == -EACCES || ret == -EPERM) {
		atomic_fetch_add(&thread->shared->denied, 1);
		return 0;
	}
	return ret == -ENOENT || ret == -ESRCH || ret > 0 ? 0 : ret;
}

static void *work(void *arg)
{
	struct thread *thread = arg;
	struct shared *shared = thread->shared;
	struct fd_walk *walk = shared->walk;
	int ret = 0;

	thread->listing = malloc(LISTING_SIZE);
	if (!thread->listing)
		ret = -ENOMEM;
	while (ret == 0 && !atomic_load(&shared->error)) {
		size_t i = atomic_fetch_add(&shared->next, 1);

		if (i >= walk->process_count)
			break;
		walk->processes[i].worker = thread->index;
		ret = visit(thread, &walk->processes[i]);
	}
	if (ret < 0)
		atomic_store(&shared->error, ret);
	free(thread->listing);
	return NULL;
}

static int add_process(struct fd_walk *walk, pid_t pid)
{
	struct fd_process *processes = grow_array(walk->processes, &walk->process_room,
						  walk->process_count + 1, sizeof(*processes));

	if (!processes)
		return -ENOMEM;
	walk->processes = processes;
	processes[walk->process_count++] = (struct fd_process){ .pid = pid };
	return 0;
}

/* The numbers of all processes, in /proc's order, which is theirs. */
static int list_processes(struct fd_walk *walk, int proc)
{
	int fd = fcntl(proc, F_DUPFD_CLOEXEC, 0), ret = 0;
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	uint64_t pid;

	if (!folder) {
		ret = -errno;
		if (fd >= 0)
			close(fd);
		return ret;
	}
	while (ret == 0 && (entry = readdir(folder)))
		if (text_parse_u64(entry->d_name, INT32_MAX, &pid) == 0)
			ret = add_process(walk, (pid_t)pid);
	closedir(folder);
	return ret < 0 || walk->process_count > 0 ? ret : -ENOENT;
}

/* Learn which device the sockets' inodes are on: a bound UNIX socket's file is S_IFSOCK too. */
static int find_device(struct shared *shared)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret = 0;
	struct stat found;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &found) < 0) {
		ret = -errno;
	} else {
		shared->device_major = major(found.st_dev);
		shared->device_minor = minor(found.st_dev);
	}
	close(fd);
	return ret;
}

static size_t worker_count(const struct fd_walk *walk)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t count = walk->process_count / PROCESSES_A_WORKER + 1;

	if (processors > 0 && count > (size_t)processors)
		count = (size_t)processors;
	return count < FD_WALK_WORKERS ? count : FD_WALK_WORKERS;
}

static void run_threads(struct shared *shared, size_t count)
{
	struct thread threads[FD_WALK_WORKERS];

	for (size_t i = 0; i < FD_WALK_WORKERS; i++)
		threads[i] = (struct thread){
			.shared = shared,
			.worker = &shared->walk->workers[i],
			.index = (uint8_t)i,
		};
	for (size_t i = 1; i < count; i++)
		threads[i].is_running =
			pthread_create(&threads[i].id, NULL, work, &threads[i]) == 0;
	work(&threads[0]);
	for (size_t i = 1; i < count; i++)
		if (threads[i].is_running)
			pthread_join(threads[i].id, NULL);
}

/* Look for the descriptors that are open on @wanted sockets, in every process that may be read.
 *
 * Return: 0, -ENOENT if there is no /proc, -EMFILE or another -errno if the walk could not be
 * finished; @walk then holds what was found. fd_walk_fini() is due in any case.
 */
int fd_walk_run(struct fd_walk *walk, const struct inode_map *wanted, struct err *err)
{
	struct shared shared = { .walk = walk, .wanted = wanted };
	int ret;

	*walk = (struct fd_walk){ 0 };
	shared.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ret = shared.proc < 0 ? -errno : find_device(&shared);
	if (ret == 0)
		ret = list_processes(walk, shared.proc);
	if (ret == 0) {
		walk->worker_count = worker_count(walk);
		run_threads(&shared, walk->worker_count);
		walk->denied = atomic_load(&shared.denied);
		ret = atomic_load(&shared.error);
	}
	if (shared.proc >= 0)
		close(shared.proc);
	return ret < 0 ? err_set(err, ret, "/proc: %s", strerror(-ret)) : 0;
}

/* Give back what the walk found. */
void fd_walk_fini(struct fd_walk *walk)
{
	for (size_t i = 0; i < walk->worker_count; i++) {
		free(walk->workers[i].finds);
		free(walk->workers[i].names);
	}
	free(walk->processes);
	*walk = (struct fd_walk){ 0 };
}
