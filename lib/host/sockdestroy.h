// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SOCKDESTROY_H
#define NETSONDE_HOST_SOCKDESTROY_H

#include <stdbool.h>

#include "host/nl.h"
#include "record/sock.h"

bool sockdestroy_can(const struct sock *sock);
bool sockdestroy_has_peer(const struct sock *sock);
int sockdestroy(struct nl *nl, const struct sock *sock, struct err *err);
int sockdestroy_join(struct nl *nl, unsigned int protos, struct err *err);
bool sockdestroy_parse(const struct nlmsghdr *message, struct sock *sock);

#endif
