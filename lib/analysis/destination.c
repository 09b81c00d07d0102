// SPDX-License-Identifier: GPL-2.0-or-later
/* In which order the addresses of a host are tried: destination address selection of RFC 6724. */
#include "analysis/destination.h"

#include <string.h>
#include <sys/socket.h>

#include "base/prefix.h"

/* RFC 4291 section 2.7; of unicast addresses only these three are told apart. */
#define SCOPE_LINK 0x2
#define SCOPE_SITE 0x5
#define SCOPE_GLOBAL 0xe

const char *const destination_reasons[DESTINATION_RULES] = {
	[DESTINATION_NO_RULE] = "the resolver's own policy, see gai.conf(5)",
	[DESTINATION_UNUSABLE] = "there is no way to it",
	[DESTINATION_SCOPE] = "its source has another scope",
	[DESTINATION_DEPRECATED] = "its source is deprecated",
	[DESTINATION_HOME] = "its source is no home address",
	[DESTINATION_LABEL] = "its source has another label",
	[DESTINATION_PRECEDENCE] = "lower precedence",
	[DESTINATION_TRANSPORT] = "it is reached by a tunnel",
	[DESTINATION_SMALLER_SCOPE] = "larger scope",
	[DESTINATION_PREFIX] = "fewer bits in common with its source",
	[DESTINATION_UNCHANGED] = "as the name service has them",
};

struct policy {
	struct prefix prefix;
	uint8_t precedence, label;
};

/* RFC 6724 section 2.1, the longest prefixes first. */
static const struct policy policies[] = {
	{ { { .family = AF_INET6, .bytes = { [15] = 1 } }, 128 }, 50, 0 },
	{ { { .family = AF_INET6, .bytes = { [10] = 0xff, 0xff } }, 96 }, 35, 4 },
	{ { { .family = AF_INET6 }, 96 }, 1, 3 },
	{ { { .family = AF_INET6, .bytes = { 0x20, 0x01 } }, 32 }, 5, 5 },
	{ { { .family = AF_INET6, .bytes = { 0x20, 0x02 } }, 16 }, 30, 2 },
	{ { { .family = AF_INET6, .bytes = { 0x3f, 0xfe } }, 16 }, 1, 12 },
	{ { { .family = AF_INET6, .bytes = { 0xfe, 0xc0 } }, 10 }, 1, 11 },
	{ { { .family = AF_INET6, .bytes = { 0xfc } }, 7 }, 3, 13 },
	{ { { .family = AF_INET6 }, 0 }, 40, 1 },
};

/* IPv4 addresses have the policy of those mapped into IPv6. */
static const struct policy *policy_of(const struct addr *addr)
{
	struct addr unscoped = *addr;
	size_t i = 0;

	if (addr->family == AF_INET)
		return &policies[1];
	unscoped.zone = 0;
	while (!prefix_contains(&policies[i].prefix, &unscoped))
		i++;
	return &policies[i];
}

/* RFC 6724 sections 3.1 and 3.2: private IPv4 addresses are global. */
static uint8_t scope_of(const struct addr *addr)
{
	const uint8_t *bytes = addr->bytes;
	static const uint8_t loopback[16] = { [15] = 1 };

	if (addr->family == AF_INET)
		return bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254) ? SCOPE_LINK :
										 SCOPE_GLOBAL;
	if (bytes[0] == 0xff)
		return bytes[1] & 15;
	if ((bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) || memcmp(bytes, loopback, 16) == 0)
		return SCOPE_LINK;
	return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0xc0 ? SCOPE_SITE : SCOPE_GLOBAL;
}

static unsigned int common_bits(const struct destination *destination)
{
	unsigned int bits = prefix_common_bits(&destination->addr, &destination->source);

	return bits < destination->source_length ? bits : destination->source_length;
}

static bool has_own_scope(const struct destination *destination)
{
	return scope_of(&destination->addr) == scope_of(&destination->source);
}

static bool has_own_label(const struct destination *destination)
{
	return policy_of(&destination->addr)->label == policy_of(&destination->source)->label;
}

/* Hold both against each of the rules that need a source. */
static enum destination_rule decide_by_source(const struct destination *first,
					      const struct destination *second)
{
	const struct {
		enum destination_rule rule;
		int difference; /* above zero: in favour of the first */
	} tests[] = {
		{ DESTINATION_SCOPE, has_own_scope(first) - has_own_scope(second) },
		{ DESTINATION_DEPRECATED, second->is_deprecated - first->is_deprecated },
		{ DESTINATION_LABEL, has_own_label(first) - has_own_label(second) },
		{ DESTINATION_PRECEDENCE,
		  policy_of(&first->addr)->precedence - policy_of(&second->addr)->precedence },
		{ DESTINATION_SMALLER_SCOPE, scope_of(&second->addr) - scope_of(&first->addr) },
		{ DESTINATION_PREFIX, first->addr.family != second->addr.family ?
					      0 :
					      (int)common_bits(first) - (int)common_bits(second) },
	};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (tests[i].difference != 0)
			return tests[i].difference > 0 ? tests[i].rule : DESTINATION_NO_RULE;
	return DESTINATION_UNCHANGED;
}

/* Find the rule that puts @first before @second. Rules 4 and 7, on home addresses and tunnels, are
 * left out: a host does not tell these things.
 *
 * Return: its number, DESTINATION_NO_RULE if the RFC would have them the other way round.
 */
enum destination_rule destination_decide(const struct destination *first,
					 const struct destination *second)
{
	bool is_usable = first->source.family != AF_UNSPEC;

	if (is_usable != (second->source.family != AF_UNSPEC))
		return is_usable ? DESTINATION_UNUSABLE : DESTINATION_NO_RULE;
	return is_usable ? decide_by_source(first, second) : DESTINATION_UNCHANGED;
}
