// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_FD_BPF_H
#define NETSONDE_HOST_FD_BPF_H

#include <sys/types.h>

/* As much as one read() can bring of what fd_bpf_open() opens (kernel/bpf/bpf_iter.c). */
#define FD_BPF_READ_SIZE 32768

/* The BPF program that lists the sockets of a process, in the kernel. */
struct fd_bpf {
	void *skeleton; /* NULL: it is not there */
	int program;
};

int fd_bpf_load(struct fd_bpf *bpf, const char **why);
void fd_bpf_unload(struct fd_bpf *bpf);
int fd_bpf_open(const struct fd_bpf *bpf, pid_t pid);

#endif
