// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/lladdr.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* The MAC address of the LLADDR_ETHER bytes at @bytes. */
struct lladdr lladdr_ether(const uint8_t *bytes)
{
	struct lladdr lladdr = { .length = LLADDR_ETHER };

	memcpy(lladdr.bytes, bytes, LLADDR_ETHER);
	return lladdr;
}

/* Write @lladdr at @at as two digits a byte with colons between (room for LLADDR_TEXT_MAX bytes, no
 * terminator).
 *
 * Return: the first byte after the text.
 */
char *lladdr_format(char *at, const struct lladdr *lladdr)
{
	for (uint8_t i = 0; i < lladdr->length; i++) {
		if (i > 0)
			*at++ = ':';
		at = text_hex8(at, lladdr->bytes[i]);
	}
	return at;
}

/* Read an address of one or two hexadecimal digits a byte, separated by colons or by dashes.
 *
 * Return: 0 or -EINVAL.
 */
int lladdr_parse(struct lladdr *lladdr, const char *text)
{
	char separator = '\0';

	memset(lladdr, 0, sizeof(*lladdr));
	for (;;) {
		int high = text_hex_digit(*text), low;

		if (high < 0 || lladdr->length == LLADDR_MAX)
			return -EINVAL;
		low = text_hex_digit(*++text);
		if (low >= 0)
			text++;
		lladdr->bytes[lladdr->length++] = (uint8_t)(low < 0 ? high : high << 4 | low);
		if (!*text)
			return lladdr->length > 1 ? 0 : -EINVAL;
		if ((*text != ':' && *text != '-') || (separator && *text != separator))
			return -EINVAL;
		separator = *text++;
	}
}

/* Whether both are the same address. */
bool lladdr_equal(const struct lladdr *a, const struct lladdr *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* Whether @lladdr is none, or all zeros. */
bool lladdr_is_zero(const struct lladdr *lladdr)
{
	for (uint8_t i = 0; i < lladdr->length; i++)
		if (lladdr->bytes[i])
			return false;
	return true;
}

/* Whether @lladdr is a MAC address of more than one station, broadcast among them (IEEE 802's I/G
 * bit): nobody's own. */
bool lladdr_is_group(const struct lladdr *lladdr)
{
	return lladdr->length == LLADDR_ETHER && lladdr->bytes[0] & 1;
}

/* Whether @lladdr is a MAC address that no vendor was given (IEEE 802's U/L bit). */
bool lladdr_is_local(const struct lladdr *lladdr)
{
	return lladdr->length == LLADDR_ETHER && lladdr->bytes[0] & 2;
}
