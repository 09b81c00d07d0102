// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CAPTURE_CAPTURE_LINK_H
#define NETSONDE_CAPTURE_CAPTURE_LINK_H

#include <stdbool.h>

#include "wire/link.h"

/* libpcap's numbers for what link_parse() reads. */
bool capture_link_of(int dlt, enum link_kind *kind);
int capture_link_dlt(enum link_kind kind);

#endif
