// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_LOOKUP_H
#define NETSONDE_HOST_LOOKUP_H

#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

int lookup_host(const char *text, uint8_t family, struct addr *addr, struct err *err);

#endif
