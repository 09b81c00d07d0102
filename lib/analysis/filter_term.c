// SPDX-License-Identifier: GPL-2.0-or-later
/* The conditions of an expression, one by one. */
#include <errno.h>
#include <string.h>

#include "analysis/filter_parse.h"
#include "base/text.h"

/* ip_local_port_range of the kernel (net/ipv4/af_inet.c). */
#define DEFAULT_LOW_PORT 32768
#define DEFAULT_HIGH_PORT 60999

/* Step over the word that began the condition, and over a relation if one follows.
 *
 * Return: the relation, FILTER_TOKEN_EQ if there is none.
 */
static enum filter_token take_relation(struct filter_lexer *lexer)
{
	enum filter_token relation;

	filter_lex(lexer);
	relation = filter_lex_relation(lexer);
	if (relation == FILTER_TOKEN_END)
		return FILTER_TOKEN_EQ;
	filter_lex(lexer);
	return relation;
}

/* Whether a value stands here; if not, that is told. */
static bool expect_value(struct filter_parser *parser, const char *what)
{
	const struct filter_lexer *lexer = &parser->lexer;

	if (lexer->token == FILTER_TOKEN_WORD)
		return true;
	if (lexer->token == FILTER_TOKEN_BAD)
		filter_fail(parser, lexer->start, "%s", lexer->why);
	else
		filter_fail(parser, lexer->start, "%s is missing here", what);
	return false;
}

/* As take_relation() for conditions that know only "=" and "!=", and the value behind it.
 *
 * Return: whether both are there; @is_negated is turned over by "!=".
 */
bool filter_take_equality(struct filter_parser *parser, const char *what, bool *is_negated)
{
	struct filter_lexer *lexer = &parser->lexer;
	enum filter_token relation;
	size_t at;

	filter_lex(lexer);
	at = lexer->start;
	relation = filter_lex_relation(lexer);
	if (relation != FILTER_TOKEN_END)
		filter_lex(lexer);
	if (relation >= FILTER_TOKEN_LT && relation <= FILTER_TOKEN_GE) {
		filter_fail(parser, at, "%s can be = or != only", what);
		return false;
	}
	*is_negated ^= relation == FILTER_TOKEN_NE;
	return expect_value(parser, what);
}

static uint16_t dev_term(struct filter_parser *parser, bool is_negated)
{
	const struct filter_names *names = parser->names;
	const char *word = parser->lexer.word;
	struct filter_node node = { .kind = FILTER_DEV };
	uint32_t index;

	if (!filter_take_equality(parser, "a device", &is_negated))
		return FILTER_BAD;
	if (names->device && names->device(word, &index, names->arg) == 0)
		node.number = index;
	else if (text_parse_u64(word, INT32_MAX, &node.number) < 0 || node.number == 0)
		return filter_fail(parser, parser->lexer.start, "there is no device '%.32s'", word);
	node.is_negated = is_negated;
	node.text = filter_keep(parser, word);
	filter_lex(&parser->lexer);
	return filter_add(parser, &node);
}

static uint16_t mark_term(struct filter_parser *parser, bool is_negated)
{
	struct filter_node node = { .kind = FILTER_MARK };
	uint64_t value, mask = UINT32_MAX;
	char *slash;
	int ret;

	if (!filter_take_equality(parser, "a mark", &is_negated))
		return FILTER_BAD;
	slash = strchr(parser->lexer.word, '/');
	if (slash)
		*slash = '\0';
	ret = text_parse_number(parser->lexer.word, UINT32_MAX, &value);
	if (slash) {
		*slash = '/';
		ret = ret < 0 ? ret : text_parse_number(slash + 1, UINT32_MAX, &mask);
	}
	if (ret < 0)
		return filter_fail(parser, parser->lexer.start, "'%.32s' is no mark: N or N/MASK",
				   parser->lexer.word);
	node.mark.value = (uint32_t)value;
	node.mark.mask = (uint32_t)mask;
	node.is_negated = is_negated;
	filter_lex(&parser->lexer);
	return filter_add(parser, &node);
}

static uint16_t cgroup_term(struct filter_parser *parser, bool is_negated)
{
	const struct filter_names *names = parser->names;
	const char *word = parser->lexer.word;
	struct filter_node node = { .kind = FILTER_CGROUP };

	if (!filter_take_equality(parser, "a cgroup", &is_negated))
		return FILTER_BAD;
	if (!names->cgroup || names->cgroup(word, &node.number, names->arg) < 0)
		return filter_fail(parser, parser->lexer.start, "there is no cgroup '%.64s'", word);
	node.is_negated = is_negated;
	node.text = filter_keep(parser, word);
	filter_lex(&parser->lexer);
	return filter_add(parser, &node);
}

static uint16_t user_term(struct filter_parser *parser, bool is_negated)
{
	const struct filter_names *names = parser->names;
	const char *word = parser->lexer.word;
	struct filter_node node = { .kind = FILTER_USER };
	uint32_t uid;

	if (!filter_take_equality(parser, "a user", &is_negated))
		return FILTER_BAD;
	if (text_parse_u64(word, SOCK_NO_UID - 1, &node.number) < 0) {
		if (!names->user || names->user(word, &uid, names->arg) < 0)
			return filter_fail(parser, parser->lexer.start, "there is no user '%.64s'",
					   word);
		node.number = uid;
	}
	node.is_negated = is_negated;
	filter_lex(&parser->lexer);
	return filter_add(parser, &node);
}

static uint16_t number_term(struct filter_parser *parser, enum filter_kind kind, uint64_t max,
			    const char *what, bool is_negated)
{
	struct filter_node node = { .kind = (uint8_t)kind };

	if (!filter_take_equality(parser, what, &is_negated))
		return FILTER_BAD;
	if (text_parse_number(parser->lexer.word, max, &node.number) < 0)
		return filter_fail(parser, parser->lexer.start, "'%.32s' is not %s",
				   parser->lexer.word, what);
	node.is_negated = is_negated;
	filter_lex(&parser->lexer);
	return filter_add(parser, &node);
}

static uint16_t program_term(struct filter_parser *parser, bool is_negated)
{
	struct filter_node node = { .kind = FILTER_PROGRAM };

	if (!filter_take_equality(parser, "a program", &is_negated))
		return FILTER_BAD;
	node.is_negated = is_negated;
	node.text = filter_keep(parser, parser->lexer.word);
	filter_lex(&parser->lexer);
	return filter_add(parser, &node);
}

static uint16_t autobound_term(struct filter_parser *parser, bool is_negated)
{
	const struct filter_names *names = parser->names;
	struct filter_node node = { .kind = FILTER_AUTOBOUND, .is_negated = is_negated };

	node.low = names->high_port ? names->low_port : DEFAULT_LOW_PORT;
	node.high = names->high_port ? names->high_port : DEFAULT_HIGH_PORT;
	filter_lex(&parser->lexer);
	return filter_add(parser, &node);
}

static uint16_t port_term(struct filter_parser *parser, enum filter_end end, bool is_negated)
{
	enum filter_token relation = take_relation(&parser->lexer);
	uint16_t node;

	if (!expect_value(parser, "a port"))
		return FILTER_BAD;
	node = filter_port(parser, end, parser->lexer.word, relation, is_negated);
	filter_lex(&parser->lexer);
	return node;
}

static uint16_t host_term(struct filter_parser *parser, enum filter_end end, bool is_negated)
{
	uint16_t node;

	if (!filter_take_equality(parser, "an address", &is_negated))
		return FILTER_BAD;
	node = filter_host(parser, end, is_negated);
	filter_lex(&parser->lexer);
	return node;
}

/* Refuse the parser's word, with a hint at what may have been meant by it. */
static uint16_t fail_word(struct filter_parser *parser)
{
	const char *word = parser->lexer.word;
	size_t start = parser->lexer.start;
	uint64_t number;

	if (text_parse_u64(word, UINT16_MAX, &number) == 0)
		return filter_fail(parser, start, "a port is written ':%s'", word);
	if (filter_states_named(word, strlen(word)))
		return filter_fail(parser, start, "a state is written 'state %s'", word);
	if (strcmp(word, "port") == 0)
		return filter_fail(parser, start,
				   "a port is written ':PORT'; 'sport' and 'dport' are one end's");
	if (strcmp(word, "host") == 0)
		return filter_fail(parser, start,
				   "an address stands alone; 'src' and 'dst' are one end's");
	return filter_fail(parser, start,
			   "'%.32s' is no condition: state, exclude, src, dst, sport, dport, dev, "
			   "fwmark, cgroup, autobound, pid, user, program, inode, cookie, :PORT, "
			   "ADDRESS:PORT",
			   word);
}

/* lsof's way: an address, a port or both, at either end. */
static uint16_t either_term(struct filter_parser *parser, bool is_negated)
{
	const char *word = parser->lexer.word;
	uint16_t src, dst;

	if (!strpbrk(word, ":./[*@"))
		return fail_word(parser);
	src = filter_host(parser, FILTER_SRC, is_negated);
	if (filter_is_path(word)) {
		filter_lex(&parser->lexer);
		return src;
	}
	dst = src == FILTER_BAD ? src : filter_host(parser, FILTER_DST, is_negated);
	filter_lex(&parser->lexer);
	return filter_join(parser, is_negated ? FILTER_AND : FILTER_OR, src, dst);
}

/* Read one condition, turned over if @is_negated.
 *
 * Return: its node or FILTER_BAD.
 */
uint16_t filter_term(struct filter_parser *parser, bool is_negated)
{
	struct filter_lexer *lexer = &parser->lexer;

	if (!expect_value(parser, "a condition"))
		return FILTER_BAD;
	if (filter_lex_is_state(lexer))
		return filter_state_term(parser, is_negated);
	if (filter_lex_is(lexer, "src"))
		return host_term(parser, FILTER_SRC, is_negated);
	if (filter_lex_is(lexer, "dst"))
		return host_term(parser, FILTER_DST, is_negated);
	if (filter_lex_is(lexer, "sport"))
		return port_term(parser, FILTER_SRC, is_negated);
	if (filter_lex_is(lexer, "dport"))
		return port_term(parser, FILTER_DST, is_negated);
	if (filter_lex_is(lexer, "dev"))
		return dev_term(parser, is_negated);
	if (filter_lex_is(lexer, "fwmark"))
		return mark_term(parser, is_negated);
	if (filter_lex_is(lexer, "cgroup"))
		return cgroup_term(parser, is_negated);
	if (filter_lex_is(lexer, "pid"))
		return number_term(parser, FILTER_PID, INT32_MAX, "a process", is_negated);
	if (filter_lex_is(lexer, "user"))
		return user_term(parser, is_negated);
	if (filter_lex_is(lexer, "program"))
		return program_term(parser, is_negated);
	if (filter_lex_is(lexer, "inode"))
		return number_term(parser, FILTER_INODE, UINT32_MAX, "an inode", is_negated);
	if (filter_lex_is(lexer, "cookie"))
		return number_term(parser, FILTER_COOKIE, UINT64_MAX, "a cookie", is_negated);
	if (filter_lex_is(lexer, "autobound"))
		return autobound_term(parser, is_negated);
	return either_term(parser, is_negated);
}
