// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NL_AHEAD_H
#define NETSONDE_HOST_NL_AHEAD_H

#include <stdint.h>
#include <sys/types.h>

#include "host/nl_link.h"

/* A thread that receives a dump while what it received before is looked at. */
struct nl_ahead;

int nl_ahead_start(struct nl_ahead **ahead, struct nl_link *link, uint32_t sequence);
ssize_t nl_ahead_next(struct nl_ahead *ahead, const void **bytes);
void nl_ahead_stop(struct nl_ahead *ahead);

#endif
