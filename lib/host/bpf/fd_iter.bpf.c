// SPDX-License-Identifier: GPL-2.0-or-later
/* For each descriptor of a process that is open on a socket: the socket's inode and the number of
 * the descriptor, as two numbers of 32 bits (struct fd_find). Run by the kernel's iterator over the
 * files of tasks (kernel/bpf/task_iter.c). */
#include "host/bpf/kernel.h"

#include <bpf/bpf_helpers.h>

int list_sockets(struct bpf_iter__task_file *ctx);

SEC("iter/task_file")
int list_sockets(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	__u32 row[2];

	/* after the last one there is a call without a file */
	if (!file || !bpf_sock_from_file(file))
		return 0;
	row[0] = (__u32)file->f_inode->i_ino;
	row[1] = ctx->fd;
	bpf_seq_write(ctx->meta->seq, row, sizeof(row));
	return 0;
}

char program_license[] SEC("license") = "GPL";
