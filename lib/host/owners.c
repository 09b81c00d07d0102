// SPDX-License-Identifier: GPL-2.0-or-later
/* Which process holds which socket: what fd_walk found, chained by socket. */
#include "host/owners.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/fd_walk.h"

void owners_init(struct owners *owners)
{
	*owners = (struct owners){ 0 };
	inode_map_init(&owners->wanted);
}

void owners_fini(struct owners *owners)
{
	inode_map_fini(&owners->wanted);
	free(owners->holders);
	free(owners->processes);
	free(owners->names);
	owners_init(owners);
}

/* Ask for the holders of the socket @inode; 0 is ignored.
 *
 * Return: 0 or -ENOMEM.
 */
int owners_want(struct owners *owners, uint32_t inode)
{
	return !inode || inode_map_add(&owners->wanted, inode, 0) ? 0 : -ENOMEM;
}

static int make_room(struct owners *owners, const struct fd_walk *walk)
{
	size_t holders = 0, names = 0, processes = 0;

	for (size_t i = 0; i < walk->worker_count; i++) {
		holders += walk->workers[i].find_count;
		names += walk->workers[i].names_length;
	}
	for (size_t i = 0; i < walk->process_count; i++)
		processes += walk->processes[i].count > 0;
	owners->holders = calloc(holders + 1, sizeof(*owners->holders));
	owners->processes = calloc(processes + 1, sizeof(*owners->processes));
	owners->names = malloc(names + 1);
	return owners->holders && owners->processes && owners->names ? 0 : -ENOMEM;
}

/* Add one process and chain its finds in front of those of the processes added before. */
static void add_process(struct owners *owners, const struct fd_worker *worker,
			const struct fd_process *process)
{
	const char *program = worker->names + process->program;
	size_t size = strlen(program) + 1;

	memcpy(owners->names + owners->names_length, program, size);
	owners->processes[owners->process_count] = (struct owner_process){
		.pid = process->pid,
		.program = (uint32_t)owners->names_length,
	};
	owners->names_length += size;
	for (size_t i = process->count; i-- > 0;) {
		const struct fd_find *find = &worker->finds[process->first + i];
		uint32_t *chain = inode_map_find(&owners->wanted, find->inode);

		owners->holders[owners->holder_count++] = (struct owner_holder){
			.process = (uint32_t)owners->process_count,
			.fd = find->fd,
			.next = *chain,
		};
		*chain = (uint32_t)owners->holder_count;
	}
	owners->process_count++;
}

/* Find the holders of all wanted sockets; owners->denied counts the processes that could not be
 * read. Chains are built from the last process to the first, so that each begins with the lowest
 * pid: the one that netstat names.
 *
 * Return: 0, -ENOENT if there is no /proc, -EMFILE or another -errno if the walk could not be
 * finished: what was found until then is there.
 */
int owners_walk(struct owners *owners, struct err *err)
{
	struct fd_walk walk;
	int ret = fd_walk_run(&walk, &owners->wanted, err);

	owners->denied = walk.denied;
	if (make_room(owners, &walk) < 0) {
		ret = err_set(err, -ENOMEM, "out of memory");
	} else {
		for (size_t i = walk.process_count; i-- > 0;)
			if (walk.processes[i].count > 0)
				add_process(owners, &walk.workers[walk.processes[i].worker],
					    &walk.processes[i]);
	}
	fd_walk_fini(&walk);
	return ret;
}

/* Return: the first holder of the socket @inode, the one with the lowest pid; NULL if none is
 * known. */
const struct owner_holder *owners_first(const struct owners *owners, uint32_t inode)
{
	const uint32_t *chain = inode_map_find(&owners->wanted, inode);

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

const char *owners_program(const struct owners *owners, const struct owner_holder *holder)
{
	return owners->names + owners->processes[holder->process].program;
}
