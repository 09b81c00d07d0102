// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/buf.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/escape.h"

/* Start collecting output for @fd, or in memory alone if it is -1. */
void buf_init(struct buf *buf, int fd)
{
	buf->fd = fd;
	buf->error = 0;
	buf->length = 0;
	buf->kept = 0;
	buf->written = 0;
}

/* Write out what was collected. A memory buffer has overflowed when this is called: it falls back
 * to what it keeps.
 *
 * Return: 0, or the -errno of the first write that ever failed on @buf.
 */
int buf_flush(struct buf *buf)
{
	size_t done = 0;

	if (buf->fd < 0 && !buf->error)
		buf->error = -ENOSPC;
	while (!buf->error && done < buf->length) {
		ssize_t n = write(buf->fd, buf->bytes + done, buf->length - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = buf->fd, .events = POLLOUT }, 1, -1);
		else if (errno != EINTR)
			buf->error = -errno;
	}
	buf->written += done;
	buf->length = buf->kept;
	return buf->error;
}

/* The case of buf_reserve() where the room has to be made first. */
char *buf_reserve_slow(struct buf *buf)
{
	buf_flush(buf);
	return buf->bytes + buf->length;
}

/* The case of buf_add() where @length exceeds the room that is left. */
void buf_add_large(struct buf *buf, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t part = BUF_SIZE - buf->length;

		if (part > length)
			part = length;
		memcpy(buf->bytes + buf->length, bytes, part);
		buf->length += part;
		bytes += part;
		length -= part;
		if (buf->length == BUF_SIZE)
			buf_flush(buf);
	}
}

/* Add @count spaces. */
void buf_add_spaces(struct buf *buf, size_t count)
{
	while (count > 0) {
		size_t part = count < BUF_RESERVE_MAX ? count : BUF_RESERVE_MAX;
		char *at = buf_reserve(buf, part);

		memset(at, ' ', part);
		buf_commit(buf, at + part);
		count -= part;
	}
}

/* Add what printf() would print, cut off at BUF_FORMAT_MAX - 1 bytes: what may be longer comes
 * through buf_add_text(), what is from outside through buf_add_foreign(). */
void buf_add_format(struct buf *buf, const char *format, ...)
{
	char *at = buf_reserve(buf, BUF_FORMAT_MAX);
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(at, BUF_FORMAT_MAX, format, args);
	va_end(args);
	if (length > BUF_FORMAT_MAX - 1)
		length = BUF_FORMAT_MAX - 1;
	buf_commit(buf, at + (length > 0 ? length : 0));
}

/* Add text from outside, harmless for a terminal. */
void buf_add_foreign(struct buf *buf, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		char *at = buf_reserve(buf, BUF_RESERVE_MAX);
		size_t used;

		buf_commit(buf, at + escape_text(at, BUF_RESERVE_MAX, text, length, &used));
		text += used;
		length -= used;
	}
}
