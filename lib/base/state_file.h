// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_STATE_FILE_H
#define NETSONDE_BASE_STATE_FILE_H

#include <limits.h>

#include "base/buf.h"
#include "base/err.h"

/* A file that is read at the start and replaced as a whole, so that nobody ever sees half of it. */
struct state_file {
	int dir;
	int fd; /* what was there, -1: nothing */
	char name[NAME_MAX + 1];
	char temporary[NAME_MAX + 1];
};

int state_file_open(struct state_file *file, const char *path, struct err *err);
void state_file_close(struct state_file *file);
int state_file_set_aside(struct state_file *file, char *name, size_t size, struct err *err);
int state_file_begin(struct state_file *file, struct buf *out, struct err *err);
int state_file_commit(struct state_file *file, struct buf *out, struct err *err);

#endif
