// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_BUF_H
#define NETSONDE_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BUF_SIZE 65536

/* The largest piece that buf_reserve() hands out at once. */
#define BUF_RESERVE_MAX 4096

/* Room for a piece that buf_add_format() writes, with a terminator. */
#define BUF_FORMAT_MAX 512

/* Output collected for a file descriptor. A failed write is remembered and later output is dropped,
 * so that callers check once, at the end. Without a descriptor (-1) it is a memory buffer: when it
 * overflows, error becomes -ENOSPC and only the bytes below kept are still good.
 * Invariant: kept <= length <= BUF_SIZE. */
struct buf {
	int fd;
	int error; /* 0 or the -errno of the first failed write */
	size_t length;
	size_t kept;	  /* memory buffers: bytes that an overflow spares */
	uint64_t written; /* bytes that left through fd */
	char bytes[BUF_SIZE];
};

void buf_init(struct buf *buf, int fd);
int buf_flush(struct buf *buf);
char *buf_reserve_slow(struct buf *buf);
void buf_add_large(struct buf *buf, const char *bytes, size_t length);
void buf_add_spaces(struct buf *buf, size_t count);
void buf_add_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_add_foreign(struct buf *buf, const char *text);

/* Room for @size bytes (at most BUF_RESERVE_MAX), to be claimed by buf_commit(). Never NULL. */
static inline char *buf_reserve(struct buf *buf, size_t size)
{
	if (BUF_SIZE - buf->length < size)
		return buf_reserve_slow(buf);
	return buf->bytes + buf->length;
}

/* Claim what was written into the room of buf_reserve(), up to @end. */
static inline void buf_commit(struct buf *buf, const char *end)
{
	buf->length = (size_t)(end - buf->bytes);
}

static inline void buf_add(struct buf *buf, const char *bytes, size_t length)
{
	if (BUF_SIZE - buf->length < length) {
		buf_add_large(buf, bytes, length);
		return;
	}
	memcpy(buf->bytes + buf->length, bytes, length);
	buf->length += length;
}

static inline void buf_add_char(struct buf *buf, char byte)
{
	*buf_reserve(buf, 1) = byte;
	buf->length++;
}

static inline void buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

#endif
