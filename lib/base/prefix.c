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
	for (unsigned int i = 0; i < sizeof(addr->bytes); i++) {
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
