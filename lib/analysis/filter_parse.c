// SPDX-License-Identifier: GPL-2.0-or-later
/* From the text of an expression to its tree, by recursive descent:
 *
 *	all  = states or | or
 *	or   = and { ("|" | "||" | "or") and }
 *	and  = not { [ "&" | "&&" | "and" ] not }
 *	not  = ("!" | "not") not | "(" or ")" | term
 *
 * A NOT is carried down to the terms by De Morgan's laws while they are read. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analysis/filter_parse.h"

#define DEPTH_MAX 64

static uint16_t parse_or(struct filter_parser *parser, bool is_negated);

/* Note that the expression is wrong at @fault, and why; the first fault counts.
 *
 * Return: FILTER_BAD.
 */
uint16_t filter_fail(struct filter_parser *parser, size_t fault, const char *format, ...)
{
	va_list args;

	if (parser->error)
		return FILTER_BAD;
	parser->error = -EINVAL;
	parser->fault = fault;
	if (parser->err) {
		va_start(args, format);
		vsnprintf(parser->err->text, sizeof(parser->err->text), format, args);
		va_end(args);
	}
	return FILTER_BAD;
}

/* Add @node to the tree.
 *
 * Return: its number, FILTER_BAD if there are too many.
 */
uint16_t filter_add(struct filter_parser *parser, const struct filter_node *node)
{
	struct filter *filter = parser->filter;

	/* What it is split into has at most twice as many: three times over, if need be. */
	if (filter->count >= FILTER_NODES_MAX / 8)
		return filter_fail(parser, parser->lexer.start, "the filter is too long");
	filter->kinds |= 1u << node->kind;
	filter->nodes[filter->count] = *node;
	return filter->count++;
}

/* Return: a node of @kind over two others, FILTER_BAD if one of them is. */
uint16_t filter_join(struct filter_parser *parser, enum filter_kind kind, uint16_t left,
		     uint16_t right)
{
	struct filter_node node = { .kind = (uint8_t)kind, .left = left, .right = right };

	if (left == FILTER_BAD || right == FILTER_BAD)
		return FILTER_BAD;
	return filter_add(parser, &node);
}

/* Keep a copy of @text with the tree.
 *
 * Return: its place, 0 if there is no room, which was told.
 */
uint16_t filter_keep(struct filter_parser *parser, const char *text)
{
	struct filter *filter = parser->filter;
	uint16_t place = filter->texts_length;
	size_t size = strlen(text) + 1;

	if (size > FILTER_TEXTS_SIZE - (size_t)place) {
		filter_fail(parser, parser->lexer.start, "the filter is too long");
		return 0;
	}
	memcpy(filter->texts + place, text, size);
	filter->texts_length = (uint16_t)(place + size);
	return place;
}

static uint16_t parse_group(struct filter_parser *parser, bool is_negated)
{
	size_t open = parser->lexer.start;
	uint16_t node;

	if (parser->depth == DEPTH_MAX)
		return filter_fail(parser, open, "more than %d levels of parentheses", DEPTH_MAX);
	parser->depth++;
	filter_lex(&parser->lexer);
	node = parse_or(parser, is_negated);
	parser->depth--;
	if (node == FILTER_BAD)
		return node;
	if (parser->lexer.token != FILTER_TOKEN_CLOSE)
		return filter_fail(parser, open, "the parenthesis is not closed");
	filter_lex(&parser->lexer);
	return node;
}

static uint16_t parse_not(struct filter_parser *parser, bool is_negated)
{
	struct filter_lexer *lexer = &parser->lexer;

	while (lexer->token == FILTER_TOKEN_NOT || filter_lex_is(lexer, "not")) {
		is_negated = !is_negated;
		filter_lex(lexer);
	}
	if (lexer->token == FILTER_TOKEN_OPEN)
		return parse_group(parser, is_negated);
	return filter_term(parser, is_negated);
}

static bool is_or(const struct filter_lexer *lexer)
{
	return lexer->token == FILTER_TOKEN_OR || filter_lex_is(lexer, "or");
}

static bool is_and(const struct filter_lexer *lexer)
{
	return lexer->token == FILTER_TOKEN_AND || filter_lex_is(lexer, "and");
}

/* Whether another term follows, so that juxtaposition means AND. */
static bool goes_on(const struct filter_lexer *lexer)
{
	return lexer->token != FILTER_TOKEN_END && lexer->token != FILTER_TOKEN_CLOSE &&
	       !is_or(lexer);
}

static uint16_t parse_and(struct filter_parser *parser, bool is_negated)
{
	uint16_t node = parse_not(parser, is_negated);

	while (node != FILTER_BAD && goes_on(&parser->lexer)) {
		if (is_and(&parser->lexer))
			filter_lex(&parser->lexer);
		node = filter_join(parser, is_negated ? FILTER_OR : FILTER_AND, node,
				   parse_not(parser, is_negated));
	}
	return node;
}

static uint16_t parse_or(struct filter_parser *parser, bool is_negated)
{
	uint16_t node = parse_and(parser, is_negated);

	while (node != FILTER_BAD && is_or(&parser->lexer)) {
		filter_lex(&parser->lexer);
		node = filter_join(parser, is_negated ? FILTER_AND : FILTER_OR, node,
				   parse_and(parser, is_negated));
	}
	return node;
}

/* As in ss, states in front are for all of what follows: "state established sport :80 or dport :80"
 * is no OR. With an operator behind them they are a term like others. */
static uint16_t parse_whole(struct filter_parser *parser)
{
	struct filter_lexer *lexer = &parser->lexer, start = *lexer;
	uint16_t count = parser->filter->count, states;

	if (!filter_lex_is_state(lexer))
		return parse_or(parser, false);
	states = filter_term(parser, false);
	if (states == FILTER_BAD)
		return states;
	if (goes_on(lexer) && !is_and(lexer))
		return filter_join(parser, FILTER_AND, states, parse_or(parser, false));
	*lexer = start;
	parser->filter->count = count;
	return parse_or(parser, false);
}

/* Read the expression @text, with @names for what it calls by name (NULL: numbers alone).
 *
 * Return: 0; -EINVAL if it is none, and then @fault (may be NULL) is the offset in @text of what is
 * wrong with it.
 */
int filter_parse(struct filter *filter, const char *text, const struct filter_names *names,
		 size_t *fault, struct err *err)
{
	static const struct filter_names no_names;
	struct filter_parser parser = {
		.lexer = { .text = text, .next = text },
		.filter = filter,
		.names = names ? names : &no_names,
		.err = err,
	};

	filter->count = 0;
	filter->kinds = 0;
	filter->texts[0] = '\0';
	filter->texts_length = 1;
	filter->root = FILTER_ALL;
	filter_lex(&parser.lexer);
	if (parser.lexer.token == FILTER_TOKEN_END)
		return 0;
	filter->root = parse_whole(&parser);
	if (!parser.error && parser.lexer.token == FILTER_TOKEN_CLOSE)
		filter_fail(&parser, parser.lexer.start, "a parenthesis too many");
	if (parser.error) {
		filter->root = FILTER_ALL;
		if (fault)
			*fault = parser.fault;
	}
	return parser.error;
}
