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
