// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CAPTURE_CAPTURE_READER_H
#define NETSONDE_CAPTURE_CAPTURE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "capture/capture_filter.h"
#include "wire/link.h"

/* A frame that was captured; it is borrowed until the next one. */
struct captured {
	const uint8_t *bytes;
	size_t length, wire_length; /* the first is smaller for a frame that was cut */
	uint64_t time_ns;	    /* since 1970 */
};

/* A capture file that is read, pcap or pcapng; or an interface that is listened to. */
struct capture_reader {
	FILE *file; /* until it is begun */
	void *pcap;
	const char *name; /* of the file, for messages; borrowed */
	enum link_kind link;
	int fd; /* of an interface, to poll */
	bool is_live;
	uint64_t dropped; /* by the kernel, for want of room */
};

int capture_reader_open(struct capture_reader *reader, const char *path, struct err *err);
int capture_reader_take(struct capture_reader *reader, FILE *file, const char *name);
int capture_reader_begin(struct capture_reader *reader, const struct capture_filter *filter,
			 struct err *err);
int capture_reader_listen(struct capture_reader *reader, const char *interface, int snaplen,
			  struct err *err);
int capture_reader_next(struct capture_reader *reader, struct captured *frame, struct err *err);
int capture_reader_count_drops(struct capture_reader *reader);
void capture_reader_close(struct capture_reader *reader);

#endif
