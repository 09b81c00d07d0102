// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes that hold sockets in every way there is: /proc and BPF tell the same of them. */
#include "host/fd_walk.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holders.h"
#include "unit.h"

static const struct fd_process *find(const struct fd_walk *walk, pid_t pid)
{
	for (size_t i = 0; i < walk->process_count; i++)
		if (walk->processes[i].pid == pid)
			return &walk->processes[i];
	return NULL;
}

static const struct fd_find *finds_of(const struct fd_walk *walk, const struct fd_process *process)
{
	return walk->workers[process->worker].finds + process->first;
}

static uint32_t inode_of(int fd)
{
	struct stat status;

	assert_int_equal(fstat(fd, &status), 0);
	return (uint32_t)status.st_ino;
}

static size_t holds(const struct fd_walk *walk, pid_t pid, uint32_t inode)
{
	const struct fd_process *process = find(walk, pid);
	size_t count = 0;

	for (size_t i = 0; process && i < process->count; i++)
		count += finds_of(walk, process)[i].inode == inode;
	return count;
}

static bool is_child(const struct holders *scene, pid_t pid)
{
	for (size_t i = 0; i < scene->count; i++)
		if (scene->children[i] == pid)
			return true;
	return false;
}

/* The parent of a process is in its stat, behind the state. */
static bool is_of_the_scene(const struct holders *scene, pid_t pid)
{
	char path[64], line[512] = "", *at;
	FILE *file;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	at = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	return is_child(scene, pid) ||
	       (at && sscanf(at, ") %*c %d", &parent) == 1 && is_child(scene, parent));
}

static void assert_same(const struct holders *scene, const struct fd_walk *one,
			const struct fd_walk *two)
{
	size_t compared = 0;

	for (size_t i = 0; i < one->process_count; i++) {
		const struct fd_process *process = &one->processes[i], *other;

		if (!is_of_the_scene(scene, process->pid))
			continue;
		other = find(two, process->pid);
		assert_non_null(other);
		assert_int_equal(process->count, other->count);
		if (process->count > 0)
			assert_memory_equal(finds_of(one, process), finds_of(two, other),
					    process->count * sizeof(struct fd_find));
		compared++;
	}
	assert_true(compared >= scene->count);
}

static void expect_everything(const struct holders *scene, const struct fd_walk *walk)
{
	uint32_t shared = inode_of(scene->shared);
	size_t counts[HOLDERS_MAX] = { 0 };

	for (size_t i = 0; i < scene->count; i++) {
		const struct fd_process *process = find(walk, scene->children[i]);

		counts[i] = process ? process->count : 0;
	}
	assert_int_equal(holds(walk, getpid(), shared), 1);
	assert_int_equal(holds(walk, scene->children[HOLDER_TWICE], shared), 2);
	/* what it took instead of the copy */
	assert_int_equal(counts[HOLDER_TAKER], counts[HOLDER_TWICE]);
	/* by the threads that share their descriptors */
	assert_int_equal(holds(walk, scene->children[HOLDER_THREADS], shared), 1);
	/* what is in both tables counts once; the leader has one more, the thread two */
	assert_int_equal(counts[HOLDER_THREADS], counts[HOLDER_TWICE] - 1 + 3);
	/* root alone may look at a process whose first thread is gone */
	if (geteuid() == 0)
		assert_int_equal(counts[HOLDER_WITHOUT_LEADER], counts[HOLDER_TWICE] - 1 + 1);
	assert_true(counts[HOLDER_MANY] > HOLDERS_MANY / 2);
	assert_int_equal(counts[HOLDER_ZOMBIE], 0);
}

static void proc_tells_everything(void **state)
{
	struct fd_walk walk;
	struct err err;

	assert_int_equal(fd_walk_run(&walk, FD_WALK_PROC, NULL, &err), 0);
	assert_int_equal(walk.by_bpf, 0);
	assert_non_null(walk.why);
	expect_everything(*state, &walk);
	fd_walk_fini(&walk);
}

/* Run a walk by BPF.
 *
 * Return: whether there was one; else the reason is printed.
 */
static bool walk_by_bpf(struct fd_walk *walk, const struct inode_map *wanted)
{
	struct err err;

	assert_int_equal(fd_walk_run(walk, FD_WALK_BPF, wanted, &err), 0);
	if (walk->by_bpf > 0)
		return true;
	printf("# no BPF here: %s\n", walk->why);
	return false;
}

static void bpf_tells_the_same(void **state)
{
	struct fd_walk proc, bpf;
	struct err err;
	bool has_bpf;

	assert_int_equal(fd_walk_run(&proc, FD_WALK_PROC, NULL, &err), 0);
	has_bpf = walk_by_bpf(&bpf, NULL);
	if (has_bpf)
		expect_everything(*state, &bpf);
	assert_same(*state, &proc, &bpf); /* falling back is no less */
	fd_walk_fini(&proc);
	fd_walk_fini(&bpf);
	if (!has_bpf)
		skip();
}

static void either_looks_for_some(void **state)
{
	const struct holders *scene = *state;
	uint32_t shared = inode_of(scene->shared);
	struct fd_walk walks[2];
	struct inode_map wanted;
	struct err err;

	inode_map_init(&wanted);
	assert_non_null(inode_map_add(&wanted, shared, 0));
	assert_int_equal(fd_walk_run(&walks[0], FD_WALK_PROC, &wanted, &err), 0);
	walk_by_bpf(&walks[1], &wanted);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(find(&walks[i], scene->children[HOLDER_TWICE])->count, 2);
		assert_int_equal(find(&walks[i], scene->children[HOLDER_THREADS])->count, 1);
		assert_int_equal(finds_of(&walks[i], find(&walks[i], getpid()))->inode, shared);
		fd_walk_fini(&walks[i]);
	}
	inode_map_fini(&wanted);
}

/* Those that stay are told of. */
static void beside_processes_that_end(void **state)
{
	holders_breed();
	for (int i = 0; i < 8; i++) {
		struct fd_walk walk;
		struct err err;

		assert_int_equal(fd_walk_run(&walk, i % 2 ? FD_WALK_BPF : FD_WALK_PROC, NULL, &err),
				 0);
		expect_everything(*state, &walk);
		fd_walk_fini(&walk);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proc_tells_everything),
		cmocka_unit_test(bpf_tells_the_same),
		cmocka_unit_test(either_looks_for_some),
		cmocka_unit_test(beside_processes_that_end),
	};

	return cmocka_run_group_tests(tests, holders_begin, holders_end);
}
