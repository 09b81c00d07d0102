// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_METRICS_H
#define NETSONDE_TABLE_METRICS_H

#include "base/buf.h"

void metrics_head(struct buf *out, const char *name, const char *type, const char *help);
void metrics_label(struct buf *out, const char *text);

#endif
