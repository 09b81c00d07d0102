// SPDX-License-Identifier: GPL-2.0-or-later
/* States in an expression, by all of their names. */
#include <ctype.h>
#include <string.h>

#include "analysis/filter_parse.h"

#define BIT(state) (uint16_t)(1u << (state))
#define ALL_STATES UINT16_MAX
#define UNCONNECTED (BIT(SOCK_CLOSE) | BIT(SOCK_LISTEN))
#define SMALL (BIT(SOCK_SYN_RECV) | BIT(SOCK_TIME_WAIT))

/* Every spelling in use (netstat, ss, lsof, RFC 9293), without case, '-' and '_'; ss's sets. */
static const struct {
	char name[16];
	uint16_t states;
} state_words[] = {
	{ "established", BIT(SOCK_ESTABLISHED) },
	{ "estab", BIT(SOCK_ESTABLISHED) },
	{ "synsent", BIT(SOCK_SYN_SENT) },
	{ "synrecv", BIT(SOCK_SYN_RECV) },
	{ "synrcv", BIT(SOCK_SYN_RECV) },
	{ "synrcvd", BIT(SOCK_SYN_RECV) },
	{ "synreceived", BIT(SOCK_SYN_RECV) },
	{ "finwait1", BIT(SOCK_FIN_WAIT1) },
	{ "finwait2", BIT(SOCK_FIN_WAIT2) },
	{ "timewait", BIT(SOCK_TIME_WAIT) },
	{ "unconnected", BIT(SOCK_CLOSE) },
	{ "unconn", BIT(SOCK_CLOSE) },
	{ "close", BIT(SOCK_CLOSE) },
	{ "closed", BIT(SOCK_CLOSE) },
	{ "closewait", BIT(SOCK_CLOSE_WAIT) },
	{ "lastack", BIT(SOCK_LAST_ACK) },
	{ "listening", BIT(SOCK_LISTEN) },
	{ "listen", BIT(SOCK_LISTEN) },
	{ "closing", BIT(SOCK_CLOSING) },
	{ "all", ALL_STATES },
	{ "connected", (uint16_t)~UNCONNECTED },
	{ "synchronized", (uint16_t) ~(UNCONNECTED | BIT(SOCK_SYN_SENT)) },
	{ "bucket", SMALL },
	{ "big", (uint16_t)~SMALL },
};

/* Return: the states that @name, of @length, stands for; 0 if it is none. */
uint16_t filter_states_named(const char *name, size_t length)
{
	char plain[sizeof(state_words[0].name)];
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		if (name[i] == '-' || name[i] == '_')
			continue;
		if (at == sizeof(plain) - 1)
			return 0;
		plain[at++] = (char)tolower((unsigned char)name[i]);
	}
	plain[at] = '\0';
	for (size_t i = 0; i < sizeof(state_words) / sizeof(state_words[0]); i++)
		if (strcmp(plain, state_words[i].name) == 0)
			return state_words[i].states;
	return 0;
}

/* The states of one `state` or `exclude`, separated by commas, added to @node or taken away. */
static bool take_states(struct filter_parser *parser, struct filter_node *node, bool is_first)
{
	struct filter_lexer *lexer = &parser->lexer;
	bool is_exclude = !filter_lex_is(lexer, "state");
	const char *name;
	size_t length;

	if (!filter_take_equality(parser, "a state", &is_exclude))
		return false;
	/* What begins with an exclusion begins with all states. */
	if (is_first)
		node->states = is_exclude ? ALL_STATES : 0;
	for (name = lexer->word;; name += length + 1) {
		uint16_t found;

		length = strcspn(name, ",");
		found = filter_states_named(name, length);
		if (!found) {
			size_t at = lexer->is_quoted ? 0 : (size_t)(name - lexer->word);

			filter_fail(parser, lexer->start + at, "'%.*s' is no state",
				    (int)(length < 32 ? length : 32), name);
			return false;
		}
		node->states = is_exclude ? node->states & (uint16_t)~found : node->states | found;
		if (found == BIT(SOCK_LISTEN))
			node->is_explicit = !is_exclude;
		if (!name[length])
			break;
	}
	filter_lex(lexer);
	return true;
}

/* Read conditions on states, turned over if @is_negated. As in ss, one `state` or `exclude` after
 * the other builds up one set.
 *
 * Return: a node or FILTER_BAD.
 */
uint16_t filter_state_term(struct filter_parser *parser, bool is_negated)
{
	struct filter_node node = { .kind = FILTER_STATE };
	bool is_first = true;

	do {
		if (!take_states(parser, &node, is_first))
			return FILTER_BAD;
		is_first = false;
	} while (filter_lex_is_state(&parser->lexer));
	if (is_negated) {
		node.states = (uint16_t)~node.states;
		node.is_explicit = false;
	}
	return filter_add(parser, &node);
}
