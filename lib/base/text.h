// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_TEXT_H
#define NETSONDE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Digits of the largest uint64_t, without a terminator. */
#define TEXT_U64_MAX 20

char *text_u64(char *at, uint64_t value);
char *text_i64(char *at, int64_t value);
int text_hex_digit(char byte);
char *text_hex8(char *at, uint8_t value);
char *text_hex(char *at, uint32_t value);
int text_parse_u64(const char *text, uint64_t max, uint64_t *value);
int text_parse_hex(const char *text, uint64_t max, uint64_t *value);
int text_parse_number(const char *text, uint64_t max, uint64_t *value);
size_t text_copy(char *to, size_t size, const char *from);
char *text_bare(char *line);

#endif
