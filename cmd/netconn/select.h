// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_SELECT_H
#define NETCONN_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/filter.h"
#include "base/err.h"
#include "host/filter_bytecode.h"
#include "host/sockets.h"

#define SELECT_TEXT_SIZE 4096

struct run;

/* Which sockets the operands ask for, and who decides it: the kernel, then this command as they
 * come in, and, once owners are known, it again. */
struct selection {
	bool is_active;
	uint16_t states;
	uint16_t kernel; /* node of what the kernel decides */
	uint16_t rest;	 /* of what it leaves */
	uint16_t sieved; /* of that without owners, */
	uint16_t whole;	 /* or of all without owners, for sockets that it did not sieve */
	uint16_t late;	 /* of what needs owners */
	uint32_t space;	 /* the network namespace that it is compiled for */
	size_t code_length;
	char code[FILTER_BYTECODE_MAX];
	char text[SELECT_TEXT_SIZE];
	struct filter filter;
};

void select_enter(struct run *run, uint32_t space);
int select_read(struct run *run, int count, char **operands, struct err *err);
void select_explain(struct run *run);
bool select_needs_owners(const struct selection *selection);
bool select_needs_listeners(const struct selection *selection);
void select_limit(const struct selection *selection, struct sock_query *query);
bool select_wants_early(struct run *run, const struct sock *sock);
bool select_says_listening(struct run *run, const struct sock *sock);
bool select_wants_late(struct run *run, const struct sock *sock);

#endif
