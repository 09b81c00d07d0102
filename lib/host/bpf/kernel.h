// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_BPF_KERNEL_H
#define NETSONDE_HOST_BPF_KERNEL_H

/* What the programs of this folder see of the kernel's own structs. Only the fields that they read
 * are here: when a program is loaded, the kernel puts in where these really are, by its BTF. */
#if defined(__bpf__)
typedef unsigned char __u8;
typedef unsigned short __u16, __be16;
typedef unsigned int __u32, __be32, __wsum;
typedef unsigned long long __u64;
typedef int __s32;
typedef long long __s64;
#define KERNEL_STRUCT __attribute__((preserve_access_index))
#else
#include <linux/types.h>
#define KERNEL_STRUCT
#endif

struct seq_file;
struct socket;
struct task_struct;

/* include/linux/fs.h */
struct inode {
	unsigned long i_ino;
} KERNEL_STRUCT;

struct file {
	struct inode *f_inode;
} KERNEL_STRUCT;

/* include/linux/bpf.h */
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
} KERNEL_STRUCT;

/* kernel/bpf/task_iter.c */
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} KERNEL_STRUCT;

#endif
