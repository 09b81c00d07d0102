// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SOCKSTAT_H
#define NETSONDE_HOST_SOCKSTAT_H

#include <stdbool.h>

#include "base/err.h"
#include "record/sockstat.h"

int sockstat_read(struct sockstat *sockstat, struct err *err);
bool sockstat_parse(const char *line, struct sockstat *sockstat);

#endif
