// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_MESSAGE_H
#define NETSONDE_TESTS_UNIT_MESSAGE_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_SIZE 4096

/* A netlink message in the making. */
struct message {
	_Alignas(struct nlmsghdr) char bytes[MESSAGE_SIZE];
};

void message_begin(struct message *message, uint16_t type, uint32_t sequence, const void *payload,
		   size_t length);
struct nlattr *message_attr(struct message *message, uint16_t type, const void *bytes,
			    size_t length);
struct nlmsghdr *message_head(struct message *message);
struct nlmsghdr *message_exact(const struct message *message, size_t length);

#endif
