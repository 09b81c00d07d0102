// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/checksum.h"

/* Add @length bytes to the Internet checksum @sum (0 at first), as 16-bit words in network order
 * (RFC 1071). An odd @length is for the last piece alone; the pieces together are at most 64 KiB.
 *
 * Return: the sum, for more pieces or for checksum_finish().
 */
uint32_t checksum_add(uint32_t sum, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	for (; length > 1; at += 2, length -= 2)
		sum += (uint32_t)at[0] << 8 | at[1];
	if (length > 0)
		sum += (uint32_t)at[0] << 8;
	return sum;
}

/* Return: the checksum in host order; 0 for bytes that include a correct one. */
uint16_t checksum_finish(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}
