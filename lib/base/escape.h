// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_ESCAPE_H
#define NETSONDE_BASE_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

/* What the first character of a text from outside is, and so how it may be shown. */
enum escape_class {
	ESCAPE_PLAIN,	/* printable */
	ESCAPE_CONTROL, /* steers a terminal: C0, DEL, C1, bidirectional controls */
	ESCAPE_INVALID, /* not UTF-8 */
};

/* Longest escaped form of one character, "\u202e": no control lies beyond U+FFFF. */
#define ESCAPE_UNIT_MAX 6

enum escape_class escape_classify(const char *text, size_t length, size_t *used,
				  uint32_t *character);
size_t escape_plain_run(const char *text, size_t length);
size_t escape_text(char *to, size_t size, const char *text, size_t length, size_t *used);

#endif
