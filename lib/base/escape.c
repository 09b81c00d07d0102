// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/escape.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* Length of the UTF-8 sequence that @lead begins, its payload bits, and the least character that
 * may be written that long; 0 for a byte that begins none (RFC 3629 section 4). */
static size_t sequence_length(unsigned char lead, uint32_t *bits, uint32_t *least)
{
	if (lead < 0x80) {
		*bits = lead;
		*least = 0;
		return 1;
	}
	if ((lead & 0xe0) == 0xc0) {
		*bits = lead & 0x1f;
		*least = 0x80;
		return 2;
	}
	if ((lead & 0xf0) == 0xe0) {
		*bits = lead & 0x0f;
		*least = 0x800;
		return 3;
	}
	if ((lead & 0xf8) == 0xf0) {
		*bits = lead & 0x07;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

/* Unicode's bidirectional controls (UAX #9 section 2), line and paragraph separators. */
static bool is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x61c ||
	       character == 0x200e || character == 0x200f ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069);
}

/* Look at the first character of @text (@length of at least 1): its bytes in @used, its code point
 * in @character (for ESCAPE_INVALID: the one offending byte). */
enum escape_class escape_classify(const char *text, size_t length, size_t *used,
				  uint32_t *character)
{
	uint32_t value, least;
	size_t need = sequence_length((unsigned char)text[0], &value, &least);

	*used = 1;
	*character = (unsigned char)text[0];
	if (need == 0 || need > length)
		return ESCAPE_INVALID;
	for (size_t i = 1; i < need; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return ESCAPE_INVALID;
		value = value << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return ESCAPE_INVALID;
	*used = need;
	*character = value;
	return is_control(value) ? ESCAPE_CONTROL : ESCAPE_PLAIN;
}

/* Return: how many bytes at the start of @text are printable ASCII other than '"' and '\\', and so
 * can be copied into any output as they are. */
size_t escape_plain_run(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && text[n] >= 0x20 && text[n] < 0x7f && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

/* Copy as much of @text as fits into @size bytes at @to (no terminator), harmless for a terminal
 * and on one line: controls become \x1b or \u202e, bytes that are not UTF-8 \xff. Backslashes stay.
 *
 * Return: the bytes written; those taken from @text are in @used.
 */
size_t escape_text(char *to, size_t size, const char *text, size_t length, size_t *used)
{
	size_t out = 0, in = 0;

	while (in < length && size - out >= ESCAPE_UNIT_MAX) {
		uint32_t character;
		size_t n;
		enum escape_class class = escape_classify(text + in, length - in, &n, &character);

		if (class == ESCAPE_PLAIN) {
			memcpy(to + out, text + in, n);
			out += n;
		} else if (class == ESCAPE_CONTROL && character >= 0x80) {
			memcpy(to + out, "\\u", 2);
			text_hex8(text_hex8(to + out + 2, (uint8_t)(character >> 8)),
				  (uint8_t)character);
			out += 6;
		} else {
			memcpy(to + out, "\\x", 2);
			text_hex8(to + out + 2, (uint8_t)character);
			out += 4;
		}
		in += n;
	}
	*used = in;
	return out;
}
