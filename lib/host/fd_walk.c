// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking for sockets among the descriptors of all processes.
 *
 * Theory of operation: /proc is read once for the process numbers; threads take one process after
 * the other, and each keeps what it found to itself. The descriptors of a process come from /proc
 * (fd_visit.c) or, at a tenth of the cost of each, from a BPF program (fd_bpf.c), which has to be
 * loaded first. So a walk begins in /proc, and once it has looked at as many descriptors as loading
 * costs it loads the program: that way it never takes twice the time of the better of the two.
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
#include <unistd.h>

#include "base/grow.h"
#include "base/text.h"
#include "host/fd_bpf.h"
#include "host/fd_visit.h"

/* Below this many processes a thread costs more than it saves. */
#define PROCESSES_A_WORKER 8
/* Descriptors that /proc tells of in the time it takes to load the program. Measured on Linux 6.18:
 * 0.85 ms to load; then 7 us a process and 0.18 us a descriptor, against 5 us and 1.8 us in /proc.
 */
#define BREAK_EVEN 512

enum bpf_state {
	BPF_NOT_YET,
	BPF_LOADED,
	BPF_REFUSED,
};

/* What the threads of a walk share. */
struct shared {
	struct fd_walk *walk;
	struct fd_visit visit;
	struct fd_bpf bpf;
	pthread_mutex_t loading;
	_Atomic enum bpf_state bpf_state;
	const char *why;
	size_t break_even;
	atomic_size_t next, looked;
	atomic_uint denied;
	atomic_int error; /* -errno of the first failure that is not a process's own */
};

struct thread {
	struct shared *shared;
	struct fd_worker *worker;
	uint8_t index;
	bool is_running;
	pthread_t id;
};

/* --- BPF -------------------------------------------------------------------------------------- */

/* Load the program if @size descriptors more make it worth that, and nobody did before. What takes
 * less time than loading does not wait for another thread that loads.
 *
 * Return: whether it is there.
 */
static bool has_bpf(struct shared *shared, size_t size)
{
	enum bpf_state state = atomic_load(&shared->bpf_state);

	if (state != BPF_NOT_YET || atomic_load(&shared->looked) + size < shared->break_even)
		return state == BPF_LOADED;
	if (size < shared->break_even) {
		if (pthread_mutex_trylock(&shared->loading) != 0)
			return false;
	} else {
		pthread_mutex_lock(&shared->loading);
	}
	if (atomic_load(&shared->bpf_state) == BPF_NOT_YET) {
		state = fd_bpf_load(&shared->bpf, &shared->why) < 0 ? BPF_REFUSED : BPF_LOADED;
		atomic_store(&shared->bpf_state, state);
	}
	pthread_mutex_unlock(&shared->loading);
	return atomic_load(&shared->bpf_state) == BPF_LOADED;
}

/* Leave of @count finds behind those of @process the wanted ones. */
static void take(const struct shared *shared, struct fd_worker *worker, struct fd_process *process,
		 size_t count)
{
	const struct inode_map *wanted = shared->visit.wanted;
	struct fd_find *finds = worker->finds + worker->find_count;
	size_t kept = count;

	if (wanted) {
		kept = 0;
		for (size_t i = 0; i < count; i++)
			if (inode_map_find(wanted, finds[i].inode))
				finds[kept++] = finds[i];
	}
	worker->find_count += kept;
	process->count += kept;
}

/* Have BPF list the sockets of @process.
 *
 * Return: 0, -EOPNOTSUPP if /proc has to serve, -ENOMEM.
 */
static int list_by_bpf(struct shared *shared, struct fd_worker *worker, struct fd_process *process)
{
	int fd = fd_bpf_open(&shared->bpf, process->pid), ret = 0;
	ssize_t length = -1;

	if (fd == -EINVAL)
		atomic_store(&shared->bpf_state, BPF_REFUSED); /* for all: before Linux 6.1 */
	if (fd < 0)
		return fd == -ENOMEM ? fd : -EOPNOTSUPP;
	do {
		if (fd_worker_room(worker, FD_BPF_READ_SIZE / sizeof(struct fd_find)) < 0) {
			ret = -ENOMEM;
			break;
		}
		length = read(fd, worker->finds + worker->find_count, FD_BPF_READ_SIZE);
		if (length > 0)
			take(shared, worker, process, (size_t)length / sizeof(struct fd_find));
	} while (length > 0 || (length < 0 && (errno == EINTR || errno == EAGAIN)));
	close(fd);
	if (length < 0 && ret == 0) {
		worker->find_count -= process->count;
		process->count = 0;
		return -EOPNOTSUPP;
	}
	fd_worker_sort(worker, process);
	worker->by_bpf += ret == 0;
	return ret;
}

/* --- the processes ---------------------------------------------------------------------------- */

static int list_by_proc(struct shared *shared, int folder, size_t size, struct fd_worker *worker,
			struct fd_process *process)
{
	size_t looked = 0;
	int ret = fd_visit_read(&shared->visit, folder, size, worker, process, &looked);

	atomic_fetch_add(&shared->looked, looked);
	return ret == 0 ? fd_visit_threads(&shared->visit, worker, process) : ret;
}

/* Look at all descriptors of one process in /proc, or by BPF if they are many enough. */
static int look_in_proc(struct shared *shared, struct fd_worker *worker, struct fd_process *process)
{
	size_t size = 0;
	int folder = fd_visit_begin(&shared->visit, process->pid, &size);
	int ret = -EOPNOTSUPP;

	if (folder < 0)
		return folder;
	if (size > 0 && has_bpf(shared, size))
		ret = list_by_bpf(shared, worker, process);
	if (ret == -EOPNOTSUPP)
		ret = list_by_proc(shared, folder, size, worker, process);
	close(folder);
	return ret;
}

/* Look at all descriptors of one process, by BPF if it is there, or where /proc will not tell. */
static int look(struct shared *shared, struct fd_worker *worker, struct fd_process *process)
{
	int ret = -EOPNOTSUPP, told;

	if (has_bpf(shared, 0))
		ret = list_by_bpf(shared, worker, process);
	if (ret != -EOPNOTSUPP)
		return ret;
	ret = look_in_proc(shared, worker, process);
	if (ret != -EACCES || !has_bpf(shared, shared->break_even))
		return ret;
	worker->find_count = process->first;
	process->count = 0;
	told = list_by_bpf(shared, worker, process);
	return told == -EOPNOTSUPP ? ret : told;
}

/* The same, for the thread's list. That the process is gone by now is nobody's error. */
static int visit(struct thread *thread, struct fd_process *process)
{
	int ret;

	process->worker = thread->index;
	process->first = thread->worker->find_count;
	ret = look(thread->shared, thread->worker, process);
	if (ret == -EACCES || ret == -EPERM) {
		atomic_fetch_add(&thread->shared->denied, 1);
		return 0;
	}
	return ret == -ENOENT || ret == -ESRCH ? 0 : ret;
}

static void *work(void *arg)
{
	struct thread *thread = arg;
	struct shared *shared = thread->shared;
	struct fd_walk *walk = shared->walk;
	int ret = 0;

	while (ret == 0 && !atomic_load(&shared->error)) {
		size_t i = atomic_fetch_add(&shared->next, 1);

		if (i >= walk->process_count)
			break;
		ret = visit(thread, &walk->processes[i]);
	}
	if (ret < 0)
		atomic_store(&shared->error, ret);
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

/* Whether BPF may be tried, and from how many descriptors on. A BPF iterator is asked for a process
 * by its number in this PID namespace. */
static void choose(struct shared *shared, enum fd_walk_by by)
{
	shared->why = "few descriptors";
	shared->break_even = by == FD_WALK_BPF ? 0 : BREAK_EVEN;
	if (by != FD_WALK_PROC && shared->visit.is_ours)
		return;
	shared->why = by == FD_WALK_PROC ? "as asked for" : "/proc is of another PID namespace";
	shared->bpf_state = BPF_REFUSED;
}

static void sum_up(struct shared *shared)
{
	struct fd_walk *walk = shared->walk;

	for (size_t i = 0; i < walk->worker_count; i++)
		walk->by_bpf += walk->workers[i].by_bpf;
	walk->denied = atomic_load(&shared->denied);
	walk->why = shared->why ? shared->why : "the kernel cannot iterate over one process";
}

/* Look for the descriptors that are open on sockets, in every process that may be read: on @wanted
 * ones, or on any if that is NULL.
 *
 * Return: 0, -ENOENT if there is no /proc, -EMFILE or another -errno if the walk could not be
 * finished; @walk then holds what was found. fd_walk_fini() is due in any case.
 */
int fd_walk_run(struct fd_walk *walk, enum fd_walk_by by, const struct inode_map *wanted,
		struct err *err)
{
	struct shared shared = {
		.walk = walk,
		.visit.wanted = wanted,
		.loading = PTHREAD_MUTEX_INITIALIZER,
	};
	int ret;

	*walk = (struct fd_walk){ 0 };
	ret = fd_visit_open(&shared.visit);
	if (ret < 0)
		return err_set(err, ret, "/proc: %s", strerror(-ret));
	ret = list_processes(walk, shared.visit.proc);
	if (ret == 0) {
		choose(&shared, by);
		walk->worker_count = worker_count(walk);
		run_threads(&shared, walk->worker_count);
		sum_up(&shared);
		ret = atomic_load(&shared.error);
		fd_bpf_unload(&shared.bpf);
	}
	fd_visit_close(&shared.visit);
	return ret < 0 ? err_set(err, ret, "/proc: %s", strerror(-ret)) : 0;
}

/* Give back what the walk found. */
void fd_walk_fini(struct fd_walk *walk)
{
	for (size_t i = 0; i < walk->worker_count; i++)
		free(walk->workers[i].finds);
	free(walk->processes);
	*walk = (struct fd_walk){ 0 };
}
