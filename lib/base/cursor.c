// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cursor.h"

#include "base/text.h"

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* Go on to what is no space. */
void cursor_skip_spaces(struct cursor *cursor)
{
	while (*cursor->at == ' ')
		cursor->at++;
}

/* Go on to what is neither a space nor a tab. */
void cursor_skip_blanks(struct cursor *cursor)
{
	while (is_blank(*cursor->at))
		cursor->at++;
}

/* Take the word behind the next blanks, whatever is in it; that there is none is a failure.
 *
 * Return: where it begins, and in @length how long it is.
 */
const char *cursor_take_word(struct cursor *cursor, size_t *length)
{
	const char *start;

	cursor_skip_blanks(cursor);
	start = cursor->at;
	while (*cursor->at && !is_blank(*cursor->at))
		cursor->at++;
	*length = (size_t)(cursor->at - start);
	if (*length == 0)
		cursor->failed = true;
	return start;
}

/* Skip the word behind the next blanks, if there is one. */
void cursor_skip_word(struct cursor *cursor)
{
	cursor_skip_blanks(cursor);
	while (*cursor->at && !is_blank(*cursor->at))
		cursor->at++;
}

/* Take exactly @byte. */
void cursor_expect(struct cursor *cursor, char byte)
{
	if (*cursor->at == byte)
		cursor->at++;
	else
		cursor->failed = true;
}

/* Take a hexadecimal number of at most sixteen digits, right here. */
uint64_t cursor_take_hex(struct cursor *cursor)
{
	uint64_t value = 0;
	int digits = 0, digit;

	for (; (digit = text_hex_digit(*cursor->at)) >= 0; cursor->at++, digits++)
		value = value << 4 | (unsigned int)digit;
	if (digits == 0 || digits > 16)
		cursor->failed = true;
	return value;
}

/* Take a decimal number of at most twenty digits behind the next spaces. One that is negative, or
 * too large for 64 bits, is a failure. */
uint64_t cursor_take_decimal(struct cursor *cursor)
{
	uint64_t value = 0;
	int digits = 0;

	cursor_skip_spaces(cursor);
	for (; *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++, digits++) {
		unsigned int digit = (unsigned int)(*cursor->at - '0');

		if (value > (UINT64_MAX - digit) / 10)
			cursor->failed = true;
		value = value * 10 + digit;
	}
	if (digits == 0)
		cursor->failed = true;
	return value;
}

/* Take @count bytes, two hexadecimal digits each, right here. */
void cursor_take_bytes(struct cursor *cursor, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int high = text_hex_digit(cursor->at[0]);
		int low = high < 0 ? -1 : text_hex_digit(cursor->at[1]);

		if (low < 0) {
			cursor->failed = true;
			return;
		}
		bytes[i] = (uint8_t)(high << 4 | low);
		cursor->at += 2;
	}
}
