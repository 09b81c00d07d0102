// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_QUOTES_H
#define NETSONDE_RAW_QUOTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

/* A raw socket for the ICMP errors of one family, whole: the error queue of the socket that sent
 * (IP_RECVERR) leaves out the quoted IP header. */
struct quotes {
	int fd;
	uint8_t family;
};

/* An ICMP error, borrowed until the next one. */
struct quotes_message {
	const uint8_t *bytes; /* from the ICMP header on */
	size_t length;
	struct addr from;
	uint64_t stamp_ns; /* the kernel's, since 1970; 0: none */
};

int quotes_open(struct quotes *quotes, uint8_t family, const char *device, struct err *err);
void quotes_close(struct quotes *quotes);
int quotes_receive(const struct quotes *quotes, struct quotes_message *message, void *room,
		   size_t size);

#endif
