// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SOCKETS_H
#define NETSONDE_HOST_SOCKETS_H

#include "base/err.h"
#include "host/nl.h"
#include "record/sock.h"
#include "record/sock_extra.h"

/* Longest path of a UNIX socket: sizeof(sun_path) of struct sockaddr_un, and a terminator. */
#define SOCK_PATH_SIZE 109

/* Which sockets are asked for. */
struct sock_query {
	enum sock_proto proto;
	uint8_t family;	  /* AF_INET, AF_INET6; TCP: AF_UNSPEC for both; else of no weight */
	uint16_t states;  /* bit 1 << enum sock_state */
	bool with_probes; /* fill sock.retrans and sock.probes whatever timer runs */
	uint8_t extra;	  /* what sock.extra is to have: bits SOCK_EXTRA_* */
	bool is_sieved;	  /* only those with these ports (0: any) that pass the program */
	uint16_t sport, dport;
	const void *code; /* of filter_bytecode() */
	size_t code_length;
};

/* Called with each socket, which it borrows.
 *
 * Return: 0 to go on, a positive number to stop, -errno to fail.
 */
typedef int sock_row_fn(const struct sock *sock, void *arg);

/* Where the kernel's sockets come from. */
struct sockets {
	struct nl nl;
	bool has_diag;	/* nl is open */
	bool is_sieved; /* the rows that come were sieved as the query said */
};

void sockets_open(struct sockets *sockets);
void sockets_close(struct sockets *sockets);
int sockets_list(struct sockets *sockets, const struct sock_query *query, sock_row_fn *on_row,
		 void *arg, struct err *err);

#endif
