// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_BYTECODE_H
#define NETSONDE_TESTS_UNIT_BYTECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "record/sock.h"

/* What the kernel does with a filter's program, after net/ipv4/inet_diag.c: whether it takes it,
 * and whether a socket passes. */
bool bytecode_is_valid(const void *code, size_t length);
bool bytecode_run(const void *code, size_t length, const struct sock *sock, bool is_autobound);

#endif
