// SPDX-License-Identifier: GPL-2.0-or-later
/* Which process holds which socket: what fd_walk found, chained by socket. */
#include "host/owners.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* As much of a command line as netstat looks at. */
#define COMMAND_LINE_SIZE 512

void owners_init(struct owners *owners)
{
	*owners = (struct owners){ 0 };
	inode_map_init(&owners->sockets);
}

void owners_fini(struct owners *owners)
{
	for (size_t i = 0; i < owners->process_count; i++)
		free(owners->processes[i].program);
	inode_map_fini(&owners->sockets);
	free(owners->holders);
	free(owners->processes);
	owners_init(owners);
}

/* Ask for the holders of the socket @inode, and of no other but those that are asked for likewise;
 * 0 is ignored.
 *
 * Return: 0 or -ENOMEM.
 */
int owners_want(struct owners *owners, uint32_t inode)
{
	owners->is_limited = true;
	return !inode || inode_map_add(&owners->sockets, inode, 0) ? 0 : -ENOMEM;
}

static int make_room(struct owners *owners, const struct fd_walk *walk)
{
	size_t holders = 0, processes = 0;

	for (size_t i = 0; i < walk->worker_count; i++)
		holders += walk->workers[i].find_count;
	for (size_t i = 0; i < walk->process_count; i++)
		processes += walk->processes[i].count > 0;
	owners->holders = calloc(holders + 1, sizeof(*owners->holders));
	owners->processes = calloc(processes + 1, sizeof(*owners->processes));
	if (!owners->holders || !owners->processes)
		return -ENOMEM;
	return owners->is_limited ? 0 : inode_map_reserve(&owners->sockets, holders);
}

/* Add one process and chain its finds in front of those of the processes added before.
 *
 * Return: 0 or -ENOMEM.
 */
static int add_process(struct owners *owners, const struct fd_worker *worker,
		       const struct fd_process *process)
{
	owners->processes[owners->process_count] = (struct owner_process){ .pid = process->pid };
	for (size_t i = process->count; i-- > 0;) {
		const struct fd_find *find = &worker->finds[process->first + i];
		uint32_t *chain = inode_map_add(&owners->sockets, find->inode, 0);

		if (!chain)
			return -ENOMEM;
		owners->holders[owners->holder_count++] = (struct owner_holder){
			.process = (uint32_t)owners->process_count,
			.fd = find->fd,
			.next = *chain,
		};
		*chain = (uint32_t)owners->holder_count;
	}
	owners->process_count++;
	return 0;
}

/* Give @process its name, what netstat shows of a command line: its first word, without folders if
 * it is an absolute path. */
static void name_process(struct owner_process *process)
{
	char path[64], line[COMMAND_LINE_SIZE];
	const char *name = line;
	ssize_t length = 0;
	int fd;

	text_copy(path, sizeof(path), "/proc/");
	text_copy(text_u64(path + strlen(path), (uint64_t)process->pid), sizeof("/cmdline"),
		  "/cmdline");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		length = read(fd, line, sizeof(line) - 1);
		close(fd);
	}
	line[length > 0 ? length : 0] = '\0';
	if (line[0] == '/')
		name = strrchr(line, '/') + 1;
	process->program = strdup(name);
}

/* Find who holds the sockets; owners->denied counts the processes that could not be read. Chains
 * are built from the last process to the first, so that each begins with the lowest pid: the one
 * that netstat names. With FD_WALK_PROC names are read here, too, else by owners_program(): it may
 * then ask when the privileges are gone.
 *
 * Return: 0, -ENOENT if there is no /proc, -EMFILE or another -errno if the walk could not be
 * finished: what was found until then is there.
 */
int owners_walk(struct owners *owners, enum fd_walk_by by, struct err *err)
{
	struct fd_walk walk;
	int ret = fd_walk_run(&walk, by, owners->is_limited ? &owners->sockets : NULL, err);
	int added = make_room(owners, &walk);

	owners->denied = walk.denied;
	owners->looked = walk.process_count;
	owners->by_bpf = walk.by_bpf;
	owners->why_no_bpf = walk.why;
	for (size_t i = walk.process_count; i-- > 0 && added == 0;)
		if (walk.processes[i].count > 0)
			added = add_process(owners, &walk.workers[walk.processes[i].worker],
					    &walk.processes[i]);
	if (added < 0)
		ret = err_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < owners->process_count && by == FD_WALK_PROC; i++)
		name_process(&owners->processes[i]);
	fd_walk_fini(&walk);
	return ret;
}

/* Return: the first holder of the socket @inode, the one with the lowest pid; NULL if none is
 * known. */
const struct owner_holder *owners_first(const struct owners *owners, uint32_t inode)
{
	const uint32_t *chain = inode_map_find(&owners->sockets, inode);

	return chain && *chain ? &owners->holders[*chain - 1] : NULL;
}

/* Return: the holder after @holder of the same socket, NULL after the last. */
const struct owner_holder *owners_next(const struct owners *owners,
				       const struct owner_holder *holder)
{
	return holder->next ? &owners->holders[holder->next - 1] : NULL;
}

pid_t owners_pid(const struct owners *owners, const struct owner_holder *holder)
{
	return owners->processes[holder->process].pid;
}

/* Return: what the process of @holder is called: as name_process() says. */
const char *owners_program(const struct owners *owners, const struct owner_holder *holder)
{
	struct owner_process *process = &owners->processes[holder->process];

	if (!process->program)
		name_process(process);
	return process->program ? process->program : "";
}
