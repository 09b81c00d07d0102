// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SYN_LOOKER_H
#define NETSONDE_HOST_SYN_LOOKER_H

#include "base/err.h"
#include "host/sockets.h"
#include "record/syn_look.h"

/* What a look hands over, in this order: on_look once, then on_sock for each listener, then for
 * each half-open connection. Each returns 0 or -errno, which ends the look. */
struct syn_sink {
	int (*on_look)(const struct syn_look *look, void *arg);
	sock_row_fn *on_sock;
	void *arg;
};

int syn_counters_read(struct syn_counters *counters, struct err *err);
void syn_sysctls_read(struct syn_look *look);
int syn_look_take(struct sockets *sockets, const struct syn_sink *sink, unsigned int *gaps,
		  struct err *err);

#endif
