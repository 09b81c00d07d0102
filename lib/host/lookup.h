// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_LOOKUP_H
#define NETSONDE_HOST_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

struct addrinfo;

int lookup_service(const char *name, uint16_t *port);
int lookup_user(const char *name, uint32_t *uid);
struct addr lookup_addr(const struct addrinfo *found);
int lookup_hosts(const char *name, struct addr *list, size_t room, size_t *count);
int lookup_host(const char *text, uint8_t family, struct addr *addr, struct err *err);

#endif
