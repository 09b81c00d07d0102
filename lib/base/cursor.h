// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_CURSOR_H
#define NETSONDE_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A position in a text that a NUL ends. Reading what is not there sets failed, once and for all, so
 * that it is looked at once, at the end. */
struct cursor {
	const char *at;
	bool failed;
};

void cursor_skip_spaces(struct cursor *cursor);
void cursor_skip_blanks(struct cursor *cursor);
void cursor_skip_word(struct cursor *cursor);
void cursor_expect(struct cursor *cursor, char byte);
uint64_t cursor_take_hex(struct cursor *cursor);
uint64_t cursor_take_decimal(struct cursor *cursor);
void cursor_take_bytes(struct cursor *cursor, uint8_t *bytes, size_t count);
const char *cursor_take_word(struct cursor *cursor, size_t *length);

#endif
