// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETARP_ASK_H
#define NETARP_ASK_H

#include "netarp.h"

/* What each mode does with the operands; run->status is the answer. Return: 0 or -errno. */
int probe_run(struct run *run, struct err *err);
int dad_run(struct run *run, struct err *err);
int announce_run(struct run *run, struct err *err);
int scan_run(struct run *run, struct err *err);
int monitor_run(struct run *run, struct err *err);
int guard_run(struct run *run, struct err *err);

#endif
