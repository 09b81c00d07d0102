// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_FILTER_BYTECODE_H
#define NETSONDE_HOST_FILTER_BYTECODE_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/filter.h"

/* What inet_diag decides, bit 1 << enum filter_kind; FILTER_MARK only with CAP_NET_ADMIN. */
#define FILTER_BYTECODE_KINDS                                                                      \
	(1u << FILTER_ADDR | 1u << FILTER_PORT | 1u << FILTER_DEV | 1u << FILTER_MARK |            \
	 1u << FILTER_CGROUP | 1u << FILTER_AUTOBOUND)

/* Room for the program of any filter_split(): of the longest condition and the jumps around it, for
 * as many conditions as there can be. */
#define FILTER_BYTECODE_MAX 16384

size_t filter_bytecode(const struct filter *filter, uint16_t node, void *code, size_t size);

#endif
