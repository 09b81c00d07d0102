// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_FAKE_LINK_H
#define NETSONDE_TESTS_UNIT_FAKE_LINK_H

#include <stddef.h>

#include "message.h"

#define FAKE_LINK_DATAGRAMS_MAX 64

/* lib/host/nl_link.h with nobody behind it: what a test queued is received, one entry at a time,
 * and -ENODATA after the last, where a kernel would let wait for ever. */
struct fake_link {
	int opened, closed, sent; /* how often */
	int open_error, send_error, strict_error;
	struct message request; /* the last one sent */
	size_t count, next;
	struct fake_datagram {
		char *bytes; /* on the heap, exactly that long */
		size_t length;
		int error; /* -errno instead of bytes */
	} queue[FAKE_LINK_DATAGRAMS_MAX];
};

extern struct fake_link fake_link;

void fake_link_reset(void);
void fake_link_add(const void *bytes, size_t length);
void fake_link_add_error(int error);
void fake_link_add_message(struct message *message);
void fake_link_add_end(uint16_t type, uint32_t sequence, int error);

#endif
