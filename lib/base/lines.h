// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_LINES_H
#define NETSONDE_BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINES_SIZE 16384

/* A file read line by line without allocation. Invariant: start <= end <= LINES_SIZE. */
struct lines {
	int fd;
	bool at_end;
	size_t start, end;
	char bytes[LINES_SIZE + 1];
};

void lines_init(struct lines *lines, int fd);
int lines_fill(struct lines *lines);
int lines_next(struct lines *lines, char **line, size_t *length);

#endif
