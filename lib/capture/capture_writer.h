// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CAPTURE_CAPTURE_WRITER_H
#define NETSONDE_CAPTURE_CAPTURE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/state_file.h"

/* A capture file that is written: IPv4 and IPv6 packets, without a link's header. */
struct capture_writer {
	struct state_file file;
	struct buf out;
	bool is_open;
	bool is_replacing; /* another file, once this one is whole */
};

int capture_writer_open(struct capture_writer *writer, const char *path, bool force,
			struct err *err);
void capture_writer_add(struct capture_writer *writer, uint64_t time_ns, const uint8_t *bytes,
			size_t length, size_t wire_length);
int capture_writer_close(struct capture_writer *writer, struct err *err);

#endif
