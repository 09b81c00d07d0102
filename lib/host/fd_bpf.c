// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's own iterator over the descriptors of a process, with a program of ours that picks
 * the sockets (lib/host/bpf/fd_iter.bpf.c).
 *
 * Theory of operation: bpftool turns the compiled program into a light skeleton, whose own loader
 * is a BPF program, too: one system call and no library. Loading takes the capabilities and the
 * kernel's BTF; what was loaded is used through its descriptor, by anybody who has that. A link
 * names the process (Linux 6.1), an iterator made from the link is read like a file.
 */
#include "host/fd_bpf.h"

#include <errno.h>

#ifdef HAVE_BPF

#include <fd_iter.lskel.h> /* made by the build */
#include <linux/bpf.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/priv.h"

/* Put in force what it takes to load programs: CAP_BPF and CAP_PERFMON, since Linux 5.8, or the
 * capability that these were a part of. */
static int borrow_privileges(struct priv_loan *loan)
{
	static const int young[] = { CAP_BPF, CAP_PERFMON }, old[] = { CAP_SYS_ADMIN };
	int ret = priv_borrow(loan, young, 2);

	return ret == -EPERM ? priv_borrow(loan, old, 1) : ret;
}

/* Load the program. The caller's privileges are as before when this returns.
 *
 * Return: 0, or -errno and the reason in @why, in few words. fd_bpf_unload() is due after 0 alone.
 */
int fd_bpf_load(struct fd_bpf *bpf, const char **why)
{
	struct fd_iter *skeleton;
	struct priv_loan loan;
	int ret;

	*bpf = (struct fd_bpf){ 0 };
	*why = "no BTF in /sys/kernel/btf/vmlinux";
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return -errno;
	*why = "no CAP_BPF and CAP_PERFMON";
	ret = borrow_privileges(&loan);
	if (ret < 0)
		return ret;
	*why = "the kernel refuses the BPF program";
	skeleton = fd_iter__open();
	ret = skeleton ? fd_iter__load(skeleton) : -ENOMEM;
	priv_return(&loan);
	if (ret < 0) {
		fd_iter__destroy(skeleton);
		return ret;
	}
	*why = NULL;
	bpf->skeleton = skeleton;
	bpf->program = skeleton->progs.list_sockets.prog_fd;
	return 0;
}

/* Give it back. */
void fd_bpf_unload(struct fd_bpf *bpf)
{
	fd_iter__destroy(bpf->skeleton);
	*bpf = (struct fd_bpf){ 0 };
}

static int bpf_call(enum bpf_cmd command, union bpf_attr *attr)
{
	int ret = (int)syscall(SYS_bpf, command, attr, sizeof(*attr));

	return ret < 0 ? -errno : ret;
}

/* Open the list of the sockets that the process @pid holds, to be read() as struct fd_find, up to
 * FD_BPF_READ_SIZE bytes at once. It has all threads; those that share their descriptors come once.
 * A process that has ended has none. -EAGAIN from read() asks to go on (kernel/bpf/bpf_iter.c,
 * bpf_seq_read()).
 *
 * Return: the descriptor, or -errno: -EINVAL before Linux 6.1.
 */
int fd_bpf_open(const struct fd_bpf *bpf, pid_t pid)
{
	/* union bpf_iter_link_info, which older headers have less of */
	const struct {
		__u32 tid, pid, pid_fd;
	} which = { .pid = (__u32)pid };
	union bpf_attr attr;
	int link, fd;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (__u32)bpf->program;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	attr.link_create.iter_info = (uintptr_t)&which;
	attr.link_create.iter_info_len = sizeof(which);
	link = bpf_call(BPF_LINK_CREATE, &attr);
	if (link < 0)
		return link;
	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (__u32)link;
	fd = bpf_call(BPF_ITER_CREATE, &attr);
	close(link);
	return fd;
}

#else

int fd_bpf_load(struct fd_bpf *bpf, const char **why)
{
	*bpf = (struct fd_bpf){ 0 };
	*why = "built without BPF";
	return -EOPNOTSUPP;
}

void fd_bpf_unload(struct fd_bpf *bpf)
{
	(void)bpf;
}

int fd_bpf_open(const struct fd_bpf *bpf, pid_t pid)
{
	(void)bpf;
	(void)pid;
	return -EOPNOTSUPP;
}

#endif
