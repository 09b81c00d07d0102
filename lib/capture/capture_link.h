// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CAPTURE_CAPTURE_LINK_H
#define NETSONDE_CAPTURE_CAPTURE_LINK_H

#include "base/err.h"
#include "wire/link.h"

/* libpcap's numbers for what link_parse() reads. */
int capture_link_find(enum link_kind *kind, int dlt, const char *name, struct err *err);
int capture_link_dlt(enum link_kind kind);

#endif
