// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/prefix.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static uint8_t bits_of(uint8_t family)
{
	return family == AF_INET ? 32 : 128;
}

/* The prefix of @length bits that @addr lies in; @length is cut to what the family has. */
struct prefix prefix_of(const struct addr *addr, uint8_t length)
{
	struct prefix prefix = { .addr = *addr, .length = length };

	if (prefix.length > bits_of(addr->family))
		prefix.length = bits_of(addr->family);
	prefix.addr.port = 0;
	for (unsigned int i = 0; i < bits_of(addr->family) / 8u; i++) {
		unsigned int kept = prefix.length > 8 * i ? prefix.length - 8 * i : 0;

		if (kept < 8)
			prefix.addr.bytes[i] &= (uint8_t)(0xff00u >> kept);
	}
	return prefix;
}

/* Read "ADDRESS/LENGTH", or an address alone, which is a prefix of its full length. Bits beyond the
 * length are cleared.
 *
 * Return: 0, -EINVAL if @text is none, -ENODEV if its zone names no interface.
 */
int prefix_parse(struct prefix *prefix, const char *text)
{
	const char *slash = strchr(text, '/');
	struct addr addr;
	uint64_t length;
	char bare[128];
	int ret;

	if (slash && (size_t)(slash - text) >= sizeof(bare))
		return -EINVAL;
	text_copy(bare, slash ? (size_t)(slash - text) + 1 : sizeof(bare), text);
	ret = addr_parse(&addr, bare);
	if (ret < 0)
		return ret;
	length = bits_of(addr.family);
	if (slash && text_parse_u64(slash + 1, length, &length) < 0)
		return -EINVAL;
	*prefix = prefix_of(&addr, (uint8_t)length);
	return 0;
}

/* Whether @addr lies in @prefix; zones are not looked at. */
bool prefix_contains(const struct prefix *prefix, const struct addr *addr)
{
	struct prefix other = prefix_of(addr, prefix->length);

	return addr->family == prefix->addr.family && addr_equal(&other.addr, &prefix->addr);
}

/* The prefix of length 0: every address of @family. */
struct prefix prefix_any(uint8_t family)
{
	return (struct prefix){ .addr.family = family };
}

/* The mask of @prefix as an address: 255.255.240.0 for a length of 20. */
struct addr prefix_mask(const struct prefix *prefix)
{
	struct addr ones = { .family = prefix->addr.family };

	memset(ones.bytes, 0xff, ones.family == AF_INET ? 4 : 16);
	return prefix_of(&ones, prefix->length).addr;
}

/* What follows the address: a length, or a mask, whose length is written at @at (4 bytes). */
static int copy_length(char *at, const char *text)
{
	struct addr mask;
	struct prefix whole;
	unsigned int length = 0;

	if (!strchr(text, '.')) {
		text_copy(at, 4, text);
		return strlen(text) < 4 ? 0 : -EINVAL;
	}
	if (addr_parse(&mask, text) < 0 || mask.family != AF_INET)
		return -EINVAL;
	while (length < 32 && mask.bytes[length / 8] & 0x80u >> length % 8)
		length++;
	whole = prefix_of(&mask, (uint8_t)length);
	if (!addr_equal(&whole.addr, &mask))
		return -EINVAL;
	*text_u64(at, length) = '\0';
	return 0;
}

/* Read a prefix as prefix_parse() does, or as ip-route(8) takes it for IPv4: "10/8" and
 * "192.168/16", where what is missing of the address is zero, and "10.0.0.0/255.0.0.0".
 *
 * Return: as prefix_parse().
 */
int prefix_parse_short(struct prefix *prefix, const char *text)
{
	size_t length = strspn(text, "0123456789."), dots = 0;
	char whole[64];
	int ret = prefix_parse(prefix, text);

	if (ret != -EINVAL || length == 0 || length > 16 || (text[length] && text[length] != '/') ||
	    text[length - 1] == '.')
		return ret;
	for (size_t i = 0; i < length; i++)
		dots += text[i] == '.';
	text_copy(whole, length + 1, text);
	for (; dots < 3; dots++)
		length += text_copy(whole + length, sizeof(whole) - length, ".0");
	if (strchr(text, '/')) {
		whole[length++] = '/';
		if (copy_length(whole + length, strchr(text, '/') + 1) < 0)
			return -EINVAL;
	}
	return prefix_parse(prefix, whole);
}

/* Whether @prefix is one address. */
bool prefix_is_host(const struct prefix *prefix)
{
	return prefix->length == bits_of(prefix->addr.family);
}

/* Write @prefix at @at (room for PREFIX_TEXT_MAX bytes, no terminator) as ip-route(8) does:
 * "default" for all addresses, and no length behind a single one.
 *
 * Return: the first byte after the text.
 */
char *prefix_format(char *at, const struct prefix *prefix)
{
	if (prefix->length == 0) {
		memcpy(at, "default", 7);
		return at + 7;
	}
	at = addr_format(at, &prefix->addr);
	if (prefix_is_host(prefix))
		return at;
	*at++ = '/';
	return text_u64(at, prefix->length);
}

/* Whether all of @inner lies in @outer. */
bool prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
	return outer->length <= inner->length && prefix_contains(outer, &inner->addr);
}

/* Whether both are the same prefix. */
bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && addr_equal(&a->addr, &b->addr);
}

/* How many leading bits @a and @b, of one family, have in common. */
unsigned int prefix_common_bits(const struct addr *a, const struct addr *b)
{
	unsigned int bits = bits_of(a->family);

	for (unsigned int i = 0; i < bits / 8; i++) {
		unsigned int differing = a->bytes[i] ^ b->bytes[i];

		if (differing)
			return 8 * i + (unsigned int)__builtin_clz(differing) - 24;
	}
	return bits;
}
