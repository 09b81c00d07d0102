// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETARP_EVENT_H
#define NETARP_EVENT_H

#include <stdbool.h>

#include "netarp.h"
#include "record/link_event.h"

int event_begin(struct run *run, bool has_replies, struct err *err);
int event_show(struct run *run, const struct link_event *event);
int event_end(struct run *run, struct err *err);

#endif
