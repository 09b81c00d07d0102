// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SOCKEXTRA_H
#define NETSONDE_HOST_SOCKEXTRA_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "record/sock.h"
#include "record/sock_extra.h"

void sockextra_init(struct sock_extra *extra);
uint8_t sockextra_inet_request(unsigned int wanted);
void sockextra_parse_inet(const struct nlmsghdr *message, enum sock_proto proto,
			  struct sock_extra *extra);
void sockextra_parse_unix(const struct nlmsghdr *message, struct sock_extra *extra);
void sockextra_set_memory(struct sock_extra *extra, const void *bytes, size_t length);

#endif
