// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_FIB_H
#define NETSONDE_HOST_FIB_H

#include <stdbool.h>
#include <stddef.h>

#include "record/flow.h"

/* Longest request that fib_request() makes. */
#define FIB_REQUEST_MAX 128

size_t fib_request(void *at, const struct flow *flow, bool wants_entry);

#endif
