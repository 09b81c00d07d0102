// SPDX-License-Identifier: GPL-2.0-or-later
/* What the layouts of ping and fping are written with. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "netping.h"

#define PIECE_SIZE 512

/* Add a piece of a line, cut off at 511 bytes: what may be longer comes through buf_add_text(). */
void words_add(struct buf *out, const char *format, ...)
{
	char *at = buf_reserve(out, PIECE_SIZE);
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(at, PIECE_SIZE, format, args);
	va_end(args);
	buf_commit(out, at + (length < PIECE_SIZE ? length : PIECE_SIZE - 1));
}

/* Add text from outside, harmless for a terminal. */
void words_add_foreign(struct buf *out, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		char *at = buf_reserve(out, PIECE_SIZE);
		size_t used;

		buf_commit(out, at + escape_text(at, PIECE_SIZE, text, length, &used));
		text += used;
		length -= used;
	}
}
