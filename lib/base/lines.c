// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Start reading @fd, which stays the caller's to close. */
void lines_init(struct lines *lines, int fd)
{
	lines->fd = fd;
	lines->at_end = false;
	lines->start = 0;
	lines->end = 0;
}

/* Read on behind what is there, making room first: for somebody who wants to see how a file begins.
 *
 * Return: 0, or -errno of read().
 */
int lines_fill(struct lines *lines)
{
	ssize_t n;

	memmove(lines->bytes, lines->bytes + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	do
		n = read(lines->fd, lines->bytes + lines->end, LINES_SIZE - lines->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n == 0)
		lines->at_end = true;
	lines->end += (size_t)n;
	return 0;
}

/* Get the next line, without its newline and terminated by NUL (it may hold other NULs); it stays
 * valid until the next call. A line of more than LINES_SIZE bytes comes in pieces.
 *
 * Return: 1 for a line, 0 at the end, -errno of read().
 */
int lines_next(struct lines *lines, char **line, size_t *length)
{
	for (;;) {
		char *start = lines->bytes + lines->start;
		size_t available = lines->end - lines->start;
		char *newline = memchr(start, '\n', available);
		bool is_full = available == LINES_SIZE;
		int ret;

		if (newline || is_full || (lines->at_end && available > 0)) {
			*length = newline ? (size_t)(newline - start) : available;
			lines->start += *length + (newline != NULL);
			start[*length] = '\0';
			*line = start;
			return 1;
		}
		if (lines->at_end)
			return 0;
		ret = lines_fill(lines);
		if (ret < 0)
			return ret;
	}
}
