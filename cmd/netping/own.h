// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETPING_OWN_H
#define NETPING_OWN_H

#include "netping.h"

extern const struct column own_columns[];

int own_begin(struct run *run, struct err *err);
void own_reply(struct run *run, const struct reply *reply);
void own_loss(struct run *run, const struct slot *slot);
void own_error(struct run *run, const struct slot *slot, const struct probe_event *event);
void own_sum_up_sweep(const struct target *target, struct host_stats *stats);
void own_end(struct run *run);
void prometheus_end(struct run *run);

#endif
