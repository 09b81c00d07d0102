// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CAPTURE_CAPTURE_READER_H
#define NETSONDE_CAPTURE_CAPTURE_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A frame of a capture file; it is borrowed until the next one. */
struct captured {
	const uint8_t *bytes;
	size_t length, wire_length; /* the first is smaller for a frame that was cut */
	uint64_t time_ns;	    /* since 1970 */
};

/* A capture file that is read: pcap or pcapng, of Ethernet. */
struct capture_reader {
	void *pcap;
};

int capture_reader_open(struct capture_reader *reader, const char *path, struct err *err);
int capture_reader_next(struct capture_reader *reader, struct captured *frame, struct err *err);
void capture_reader_close(struct capture_reader *reader);

#endif
