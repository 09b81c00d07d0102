// SPDX-License-Identifier: GPL-2.0-or-later
/* Words and signs of a filter expression. Blanks separate words, and signs need none around them,
 * so that "sport=:80" and "(dport :80)" read as they look. Quotes ('...' or "...") and backslashes
 * take their meaning from what they enclose. */
#include <string.h>

#include "analysis/filter_parse.h"

static const struct {
	char text[3];
	uint8_t token;
} signs[] = {
	/* the longer first */
	{ "&&", FILTER_TOKEN_AND }, { "||", FILTER_TOKEN_OR },	 { "!=", FILTER_TOKEN_NE },
	{ "==", FILTER_TOKEN_EQ },  { ">=", FILTER_TOKEN_GE },	 { "<=", FILTER_TOKEN_LE },
	{ "&", FILTER_TOKEN_AND },  { "|", FILTER_TOKEN_OR },	 { "!", FILTER_TOKEN_NOT },
	{ "=", FILTER_TOKEN_EQ },   { ">", FILTER_TOKEN_GT },	 { "<", FILTER_TOKEN_LT },
	{ "(", FILTER_TOKEN_OPEN }, { ")", FILTER_TOKEN_CLOSE },
};

static void set_bad(struct filter_lexer *lexer, const char *why)
{
	lexer->token = FILTER_TOKEN_BAD;
	lexer->why = why;
}

/* Read a word, quotes and all. */
static void lex_word(struct filter_lexer *lexer)
{
	const char *at = lexer->next;
	size_t length = 0;
	char quote = 0;

	lexer->token = FILTER_TOKEN_WORD;
	lexer->is_quoted = false;
	for (; *at && (quote || !strchr(" \t\n&|!=<>()", *at)); at++) {
		if (*at == quote) {
			quote = 0;
			continue;
		}
		if (!quote && (*at == '\'' || *at == '"')) {
			quote = *at;
			lexer->is_quoted = true;
			continue;
		}
		if (*at == '\\' && at[1] && quote != '\'') {
			at++;
			lexer->is_quoted = true;
		}
		if (length == FILTER_WORD_SIZE - 1) {
			set_bad(lexer, "the word is too long");
			return;
		}
		lexer->word[length++] = *at;
	}
	lexer->word[length] = '\0';
	lexer->next = at;
	if (quote)
		set_bad(lexer, "the quote is not closed");
}

/* Go on to the next token. */
void filter_lex(struct filter_lexer *lexer)
{
	lexer->next += strspn(lexer->next, " \t\n");
	lexer->start = (size_t)(lexer->next - lexer->text);
	lexer->is_quoted = false;
	lexer->token = FILTER_TOKEN_END;
	if (!*lexer->next)
		return;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t length = strlen(signs[i].text);

		if (strncmp(lexer->next, signs[i].text, length) == 0) {
			lexer->token = signs[i].token;
			lexer->next += length;
			return;
		}
	}
	lex_word(lexer);
}

/* Whether the token is the word @word, not in quotes. */
bool filter_lex_is(const struct filter_lexer *lexer, const char *word)
{
	return lexer->token == FILTER_TOKEN_WORD && !lexer->is_quoted &&
	       strcmp(lexer->word, word) == 0;
}

/* Whether the token begins a condition on states. */
bool filter_lex_is_state(const struct filter_lexer *lexer)
{
	return filter_lex_is(lexer, "state") || filter_lex_is(lexer, "exclude") ||
	       filter_lex_is(lexer, "excl");
}

/* Return: the relation that the token is, in signs or in words; FILTER_TOKEN_END if it is none. */
enum filter_token filter_lex_relation(const struct filter_lexer *lexer)
{
	static const struct {
		char word[4];
		uint8_t token;
	} words[] = {
		{ "eq", FILTER_TOKEN_EQ }, { "ne", FILTER_TOKEN_NE }, { "neq", FILTER_TOKEN_NE },
		{ "gt", FILTER_TOKEN_GT }, { "ge", FILTER_TOKEN_GE }, { "geq", FILTER_TOKEN_GE },
		{ "lt", FILTER_TOKEN_LT }, { "le", FILTER_TOKEN_LE }, { "leq", FILTER_TOKEN_LE },
	};

	if (lexer->token >= FILTER_TOKEN_EQ && lexer->token <= FILTER_TOKEN_GE)
		return lexer->token;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (filter_lex_is(lexer, words[i].word))
			return words[i].token;
	return FILTER_TOKEN_END;
}
