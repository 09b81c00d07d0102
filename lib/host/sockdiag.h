// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SOCKDIAG_H
#define NETSONDE_HOST_SOCKDIAG_H

#include "host/filter_bytecode.h"
#include "host/nl.h"
#include "host/sockets.h"
#include "record/sock.h"
#include "record/sock_extra.h"

/* Room for a request: a header, a body, 32 bits, and a program. */
struct sockdiag_buffer {
	_Alignas(struct nlmsghdr) char bytes[256 + FILTER_BYTECODE_MAX];
};

/* What the messages of a dump are made into, and for whom. */
struct sockdiag_dump {
	enum sock_proto proto;
	bool has_extra, with_probes;
	struct sock_extra extra;
	sock_row_fn *on_row;
	void *arg;
};

void sockdiag_begin(struct sockdiag_dump *dump, const struct sock_query *query, sock_row_fn *on_row,
		    void *arg);
int sockdiag_on_inet(const struct nlmsghdr *message, void *arg);
struct nlmsghdr *sockdiag_request(struct sockdiag_buffer *buffer, const struct sock_query *query);
int sockdiag_inet(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		  struct err *err);
int sockdiag_unix(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row, void *arg,
		  struct err *err);
bool sockdiag_parse_inet(const struct nlmsghdr *message, enum sock_proto proto, struct sock *sock);
bool sockdiag_parse_unix(const struct nlmsghdr *message, struct sock *sock, char *path);

#endif
