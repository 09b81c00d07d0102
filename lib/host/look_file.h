// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_LOOK_FILE_H
#define NETSONDE_HOST_LOOK_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "host/syn_looker.h"

/* The first line of a file; the number is the format's version. */
#define LOOK_FILE_HEAD "netsyn-look 1"

/* What a name of a namespace, or of a process, takes at most, its terminator included. */
#define LOOK_FILE_NAME_SIZE 256

/* Looks on their way into a folder, a file each. */
struct look_writer {
	int dir;
	char name[64], temporary[72];
	uint64_t rows; /* in this file */
	struct buf out;
};

int look_writer_open(struct look_writer *writer, const char *path, struct err *err);
void look_writer_close(struct look_writer *writer);
int look_writer_begin(struct look_writer *writer, const struct syn_look *look, const char *netns,
		      struct err *err);
void look_writer_sock(struct look_writer *writer, const struct sock *sock);
int look_writer_end(struct look_writer *writer, unsigned int gaps, struct err *err);

/* The files of a folder, in order of time. */
struct look_folder {
	int dir;
	char (*names)[64];
	size_t count, room;
};

int look_folder_open(struct look_folder *folder, const char *path, struct err *err);
void look_folder_close(struct look_folder *folder);
int look_folder_read(const struct look_folder *folder, size_t index, const struct syn_sink *sink,
		     unsigned int *gaps, char *netns, struct err *err);
int look_file_read(int fd, const char *name, const struct syn_sink *sink, unsigned int *gaps,
		   char *netns, struct err *err);

#endif
