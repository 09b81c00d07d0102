// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_FILTER_PARSE_H
#define NETSONDE_ANALYSIS_FILTER_PARSE_H

#include "analysis/filter.h"

/* Longest word of an expression, with a terminator. */
#define FILTER_WORD_SIZE 512

enum filter_token {
	FILTER_TOKEN_END,
	FILTER_TOKEN_WORD,
	FILTER_TOKEN_OPEN,
	FILTER_TOKEN_CLOSE,
	FILTER_TOKEN_NOT,
	FILTER_TOKEN_AND,
	FILTER_TOKEN_OR,
	FILTER_TOKEN_EQ, /* relations from here */
	FILTER_TOKEN_NE,
	FILTER_TOKEN_LT,
	FILTER_TOKEN_LE,
	FILTER_TOKEN_GT,
	FILTER_TOKEN_GE, /* to here */
	FILTER_TOKEN_BAD,
};

/* Where the reading of an expression stands: at one token, with what follows it unread. */
struct filter_lexer {
	const char *text; /* all of it */
	const char *next; /* behind the token */
	size_t start;	  /* of the token, in text */
	enum filter_token token;
	bool is_quoted;	 /* a word with quotes or a backslash in it is never a keyword */
	const char *why; /* FILTER_TOKEN_BAD: what is wrong */
	char word[FILTER_WORD_SIZE];
};

/* An expression on its way to a tree. */
struct filter_parser {
	struct filter_lexer lexer;
	struct filter *filter;
	const struct filter_names *names;
	unsigned int depth;
	size_t fault; /* where it was found: offset in the expression */
	int error;    /* 0 or -errno */
	struct err *err;
};

/* In place of a node: a fault was found, and told. */
#define FILTER_BAD (UINT16_MAX - 1)

void filter_lex(struct filter_lexer *lexer);
bool filter_lex_is(const struct filter_lexer *lexer, const char *word);
bool filter_lex_is_state(const struct filter_lexer *lexer);
enum filter_token filter_lex_relation(const struct filter_lexer *lexer);

uint16_t filter_fail(struct filter_parser *parser, size_t fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
uint16_t filter_add(struct filter_parser *parser, const struct filter_node *node);
uint16_t filter_join(struct filter_parser *parser, enum filter_kind kind, uint16_t left,
		     uint16_t right);
uint16_t filter_keep(struct filter_parser *parser, const char *text);

uint16_t filter_term(struct filter_parser *parser, bool is_negated);
bool filter_take_equality(struct filter_parser *parser, const char *what, bool *is_negated);
uint16_t filter_states_named(const char *name, size_t length);
uint16_t filter_state_term(struct filter_parser *parser, bool is_negated);
bool filter_is_path(const char *word);
uint16_t filter_host(struct filter_parser *parser, enum filter_end end, bool is_negated);
uint16_t filter_port(struct filter_parser *parser, enum filter_end end, const char *text,
		     enum filter_token relation, bool is_negated);

#endif
