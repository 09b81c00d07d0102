// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses and ports in an expression: ADDRESS, ADDRESS/LENGTH, [ADDRESS]:PORT, :PORT, *:PORT,
 * ADDRESS:LOW-HIGH, names for both, and patterns for the names of UNIX sockets. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "analysis/filter_parse.h"
#include "base/text.h"

/* A word taken apart: both may be empty. */
struct host_parts {
	char *address, *port;
	uint8_t family; /* AF_UNSPEC: any */
};

/* Whether @word names UNIX sockets: "unix:PATTERN", a path, "@NAME". */
bool filter_is_path(const char *word)
{
	return word[0] == '/' || word[0] == '@' || strncmp(word, "unix:", 5) == 0;
}

static uint16_t port_range(struct filter_parser *parser, enum filter_end end, uint16_t low,
			   uint16_t high, bool is_negated)
{
	struct filter_node node = { .kind = FILTER_PORT,
				    .end = (uint8_t)end,
				    .is_negated = is_negated };

	node.low = low;
	node.high = high;
	return filter_add(parser, &node);
}

/* Read "N", "N-M" or the name of a service.
 *
 * Return: 0 or -EINVAL.
 */
static int parse_range(const struct filter_names *names, const char *text, uint16_t *low,
		       uint16_t *high)
{
	const char *dash = strchr(text, '-');
	char first[8];
	uint64_t number, last;

	if (text_parse_u64(text, UINT16_MAX, &number) == 0) {
		*low = *high = (uint16_t)number;
		return 0;
	}
	if (names->service && names->service(text, low, names->arg) == 0) {
		*high = *low;
		return 0;
	}
	if (!dash || (size_t)(dash - text) >= sizeof(first))
		return -EINVAL;
	text_copy(first, (size_t)(dash - text) + 1, text);
	if (text_parse_u64(first, UINT16_MAX, &number) < 0 ||
	    text_parse_u64(dash + 1, UINT16_MAX, &last) < 0 || number > last)
		return -EINVAL;
	*low = (uint16_t)number;
	*high = (uint16_t)last;
	return 0;
}

/* Read the port @text, with or without ':' in front, that one of @end stands in @relation to.
 *
 * Return: a node or FILTER_BAD.
 */
uint16_t filter_port(struct filter_parser *parser, enum filter_end end, const char *text,
		     enum filter_token relation, bool is_negated)
{
	size_t start = parser->lexer.start;
	const char *port = text + (text[0] == ':');
	uint16_t low = 0, high = UINT16_MAX;
	bool is_any = strcmp(port, "*") == 0;

	if (!is_any && parse_range(parser->names, port, &low, &high) < 0)
		return filter_fail(parser, start,
				   "'%.64s' is no port: a number to 65535, "
				   "LOW-HIGH, or the name of a service",
				   port);
	if (relation != FILTER_TOKEN_EQ && relation != FILTER_TOKEN_NE && low != high)
		return filter_fail(parser, start, "one port is needed to compare with");
	switch (relation) {
	case FILTER_TOKEN_GE:
		return port_range(parser, end, low, UINT16_MAX, is_negated);
	case FILTER_TOKEN_LT:
		return port_range(parser, end, low, UINT16_MAX, !is_negated);
	case FILTER_TOKEN_LE:
		return port_range(parser, end, 0, high, is_negated);
	case FILTER_TOKEN_GT:
		return port_range(parser, end, 0, high, !is_negated);
	default:
		return port_range(parser, end, low, high,
				  is_negated ^ (relation == FILTER_TOKEN_NE));
	}
}

/* Take @word apart, in place. An IPv6 address without brackets has no port behind it. */
static int split_host(char *word, struct host_parts *parts)
{
	struct prefix whole;
	char *end;

	parts->family = AF_UNSPEC;
	if (strncmp(word, "inet:", 5) == 0) {
		parts->family = AF_INET;
		word += 5;
	} else if (strncmp(word, "inet6:", 6) == 0) {
		parts->family = AF_INET6;
		word += 6;
	}
	parts->address = word;
	parts->port = word + strlen(word);
	if (word[0] == '[') {
		end = strchr(word, ']');
		if (!end)
			return -EINVAL;
		parts->address = word + 1;
		/* "[ADDRESS]/LENGTH:PORT": the length moves up to the address. */
		parts->port = end + 1 + strcspn(end + 1, ":");
		memmove(end, end + 1, (size_t)(parts->port - end - 1));
		parts->port[-1] = '\0';
	} else if (prefix_parse(&whole, word) == 0) {
		return 0;
	} else if ((end = strrchr(word, ':'))) {
		parts->port = end;
	}
	if (*parts->port == ':')
		*parts->port++ = '\0';
	return 0;
}

static uint16_t add_prefix(struct filter_parser *parser, enum filter_end end,
			   const struct prefix *prefix, bool is_negated)
{
	struct filter_node node = {
		.kind = FILTER_ADDR,
		.end = (uint8_t)end,
		.is_negated = is_negated,
		.prefix = *prefix,
	};

	return filter_add(parser, &node);
}

/* The addresses of the host @name. */
static uint16_t named_host(struct filter_parser *parser, enum filter_end end, const char *name,
			   uint8_t family, bool is_negated)
{
	const struct filter_names *names = parser->names;
	struct addr list[FILTER_HOSTS_MAX];
	uint16_t node = FILTER_ALL;
	size_t count = 0;

	if (strchr(name, '/') || !names->host || names->host(name, list, &count, names->arg) < 0)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		struct prefix prefix = prefix_of(&list[i], 128);
		uint16_t one;

		if (family != AF_UNSPEC && prefix.addr.family != family)
			continue;
		one = add_prefix(parser, end, &prefix, is_negated);
		node = node == FILTER_ALL ?
			       one :
			       filter_join(parser, is_negated ? FILTER_AND : FILTER_OR, node, one);
	}
	if (node == FILTER_ALL)
		return filter_fail(parser, parser->lexer.start,
				   "'%.64s' is no address, and no host of that name is known",
				   name);
	return node;
}

static uint16_t host_address(struct filter_parser *parser, enum filter_end end,
			     const struct host_parts *parts, bool is_negated)
{
	struct prefix prefix;
	int ret = prefix_parse_short(&prefix, parts->address);

	if (ret == -ENODEV)
		return filter_fail(parser, parser->lexer.start, "'%.64s': there is no such device",
				   parts->address);
	if (ret < 0)
		return named_host(parser, end, parts->address, parts->family, is_negated);
	if (parts->family != AF_UNSPEC && parts->family != prefix.addr.family)
		return filter_fail(parser, parser->lexer.start,
				   "'%.64s' is an address of the other family", parts->address);
	return add_prefix(parser, end, &prefix, is_negated);
}

static uint16_t path_pattern(struct filter_parser *parser, enum filter_end end, const char *word,
			     bool is_negated)
{
	struct filter_node node = { .kind = FILTER_PATH, .is_negated = is_negated };

	if (end == FILTER_DST)
		return filter_fail(parser, parser->lexer.start,
				   "the kernel does not tell the path of the other end");
	if (strncmp(word, "unix:", 5) == 0)
		word += 5;
	else if (strlen(word) + 5 >= FILTER_WORD_SIZE)
		return filter_fail(parser, parser->lexer.start, "the word is too long");
	node.text = filter_keep(parser, word);
	return filter_add(parser, &node);
}

/* Read the parser's word as an address, a port or both, of the socket's @end.
 *
 * Return: a node or FILTER_BAD.
 */
uint16_t filter_host(struct filter_parser *parser, enum filter_end end, bool is_negated)
{
	char word[FILTER_WORD_SIZE];
	struct host_parts parts;
	uint16_t address = FILTER_ALL, port = FILTER_ALL;

	text_copy(word, sizeof(word), parser->lexer.word);
	if (filter_is_path(word))
		return path_pattern(parser, end, word, is_negated);
	if (split_host(word, &parts) < 0)
		return filter_fail(parser, parser->lexer.start, "the bracket is not closed");
	if (*parts.address && strcmp(parts.address, "*") != 0)
		address = host_address(parser, end, &parts, is_negated);
	else if (parts.family != AF_UNSPEC)
		address = add_prefix(parser, end, &(struct prefix){ .addr.family = parts.family },
				     is_negated);
	if ((*parts.port && strcmp(parts.port, "*") != 0) || address == FILTER_ALL)
		port = filter_port(parser, end, *parts.port ? parts.port : "*", FILTER_TOKEN_EQ,
				   is_negated);
	if (port == FILTER_ALL)
		return address;
	if (address == FILTER_ALL)
		return port;
	return filter_join(parser, is_negated ? FILTER_OR : FILTER_AND, address, port);
}
