// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_IFADDRS_H
#define NETSONDE_HOST_IFADDRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "host/nl.h"
#include "record/iface_addr.h"

/* The addresses of a network namespace. */
struct ifaddrs {
	struct iface_addr *list;
	size_t count, room;
};

void ifaddrs_init(struct ifaddrs *ifaddrs);
void ifaddrs_fini(struct ifaddrs *ifaddrs);
int ifaddrs_load(struct ifaddrs *ifaddrs, struct err *err);
bool ifaddrs_parse(const struct nlmsghdr *message, struct iface_addr *ifaddr);
bool ifaddrs_has(const struct ifaddrs *ifaddrs, const struct addr *addr, uint32_t iface);
const struct iface_addr *ifaddrs_source(const struct ifaddrs *ifaddrs, const struct addr *target,
					uint32_t iface);

#endif
