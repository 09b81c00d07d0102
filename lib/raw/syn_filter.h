// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_SYN_FILTER_H
#define NETSONDE_RAW_SYN_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#define SYN_FILTER_MAX 64   /* instructions */
#define SYN_FILTER_SHIFT 16 /* the most that is sampled: one in 2^16 */

struct syn_filter {
	bool is_for_host;   /* nothing that other hosts were meant to get, nor broadcasts */
	bool wants_acks;    /* ACKs without data, too */
	unsigned int shift; /* one in 2^shift passes, by chance */
};

size_t syn_filter_build(struct sock_filter *program, const struct syn_filter *wanted);

#endif
