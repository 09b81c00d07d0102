// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/escape.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "unit.h"

/* Write @character as UTF-8 at @to.
 *
 * Return: its length.
 */
static size_t encode(char *to, uint32_t character)
{
	size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
	static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = length; i-- > 1; character >>= 6)
		to[i] = (char)(0x80 | (character & 0x3f));
	to[0] = (char)(leads[length] | character);
	return length;
}

static enum escape_class classify(const char *text, size_t length, size_t *used,
				  uint32_t *character)
{
	char *copy = malloc(length); /* exact, so that a sanitizer sees one byte too many */
	enum escape_class class;

	assert_non_null(copy);
	memcpy(copy, text, length);
	class = escape_classify(copy, length, used, character);
	free(copy);
	return class;
}

static bool is_surrogate(uint32_t character)
{
	return character >= 0xd800 && character <= 0xdfff;
}

/* A few controls and a million others: each is what the support code's own list says. */
static void every_character_there_is(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char text[4];
		size_t length = encode(text, c), used;
		uint32_t character;
		enum escape_class class = escape_classify(text, length, &used, &character);

		if (is_surrogate(c)) {
			assert_int_equal(class, ESCAPE_INVALID);
			assert_int_equal(used, 1);
			continue;
		}
		assert_int_equal(used, length);
		assert_int_equal(character, c);
		assert_int_equal(class, c != '\n' && support_text_is_harmless(text, length) ?
						ESCAPE_PLAIN :
						ESCAPE_CONTROL);
	}
}

static void every_truncation_is_invalid(void **state)
{
	static const uint32_t characters[] = { 0x80,   0xa0,	0x7ff,	 0x800,	  0x202e,
					       0xffff, 0x10000, 0x1f600, 0x10ffff };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(characters); i++) {
		char text[4];
		size_t whole = encode(text, characters[i]), used;
		uint32_t character;

		for (size_t length = 1; length < whole; length++) {
			assert_int_equal(classify(text, length, &used, &character), ESCAPE_INVALID);
			assert_int_equal(used, 1);
			assert_int_equal(character, (unsigned char)text[0]);
		}
	}
}

/* A sequence that breaks off for another byte: only its first byte is given up. */
static void every_interruption_is_invalid(void **state)
{
	static const char breakers[] = { 'A', '\n', '\0', '\xc3', '\xf0', '\xff', '\x7f' };
	char text[4];
	size_t used;
	uint32_t character;

	(void)state;
	for (size_t at = 1; at < 4; at++) {
		for (size_t i = 0; i < sizeof(breakers); i++) {
			encode(text, 0x1f600);
			text[at] = breakers[i];
			assert_int_equal(classify(text, 4, &used, &character), ESCAPE_INVALID);
			assert_int_equal(used, 1);
		}
	}
}

static void bytes_that_begin_nothing(void **state)
{
	(void)state;
	for (unsigned int byte = 0x80; byte < 0x100; byte++) {
		char text[4] = { (char)byte, '\x80', '\x80', '\x80' };
		bool begins = byte >= 0xc2 && byte <= 0xf4;
		size_t used;
		uint32_t character;

		if (begins) /* 0x80 may be too low a continuation; every_character tells them */
			continue;
		assert_int_equal(classify(text, 4, &used, &character), ESCAPE_INVALID);
		assert_int_equal(used, 1);
		assert_int_equal(character, byte);
	}
}

static void what_is_longer_than_needed(void **state)
{
	static const char *const overlong[] = {
		"\xc0\x80",
		"\xc0\x9b",
		"\xc1\xbf",
		"\xe0\x80\x9b",
		"\xe0\x9f\xbf",
		"\xf0\x80\x80\x9b",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\xfc\x84\x80\x80\x80\x80",
	};
	size_t used;
	uint32_t character;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(overlong); i++) {
		assert_int_equal(classify(overlong[i], strlen(overlong[i]), &used, &character),
				 ESCAPE_INVALID);
		assert_int_equal(used, 1);
	}
}

static void plain_runs_end_where_they_must(void **state)
{
	(void)state;
	for (unsigned int byte = 0; byte < 256; byte++) {
		bool is_plain = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
		char text[3] = { 'a', (char)byte, 'b' };

		assert_int_equal(escape_plain_run(text, 3), is_plain ? 3 : 1);
		assert_int_equal(escape_plain_run(text + 1, 1), is_plain);
	}
	assert_int_equal(escape_plain_run("", 0), 0);
}

static void check_text(const char *text, size_t length, const char *expected)
{
	char to[256];
	size_t used, written = escape_text(to, sizeof(to), text, length, &used);

	assert_int_equal(used, length);
	assert_int_equal(written, strlen(expected));
	assert_memory_equal(to, expected, written);
}

static void what_is_made_of_it(void **state)
{
	(void)state;
	check_text(UNIT_BYTES(""), "");
	check_text(UNIT_BYTES("plain \"text\" with \\"), "plain \"text\" with \\");
	check_text(UNIT_BYTES("a\nb\tc\rd"), "a\\x0ab\\x09c\\x0dd");
	check_text(UNIT_BYTES("\0nul\0"), "\\x00nul\\x00");
	check_text(UNIT_BYTES("\033[31m\x7f"), "\\x1b[31m\\x7f");
	check_text(UNIT_BYTES("\xc2\x9b"
			      "31m\x9b"),
		   "\\u009b31m\\x9b");
	check_text(UNIT_BYTES("\xe2\x80\xae\xe2\x81\xa6\xd8\x9c"), "\\u202e\\u2066\\u061c");
	check_text(UNIT_BYTES("\xe2\x80\xa8\xe2\x80\xa9"), "\\u2028\\u2029");
	check_text(UNIT_BYTES("bad\xff\xc3(\xed\xa0\x80"), "bad\\xff\\xc3(\\xed\\xa0\\x80");
	check_text(UNIT_BYTES("gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x98\x80"),
		   "gr\xc3\xbc\xc3\x9f\x65 \xf0\x9f\x98\x80");
	check_text(UNIT_BYTES("cut \xf0\x9f\x98"), "cut \\xf0\\x9f\\x98");
}

/* Piece by piece, however small the pieces, the same comes out, and no byte behind a piece. */
static void pieces_of_every_size(void **state)
{
	const char text[] = "a\n\xc2\x9b\xe2\x80\xaez\xff\xf0\x9f\x98\x80\0\"\\\xe2\x80";
	size_t length = sizeof(text) - 1, used;
	char whole[256];
	size_t expected = escape_text(whole, sizeof(whole), text, length, &used);

	(void)state;
	for (size_t size = ESCAPE_UNIT_MAX; size < 64; size++) {
		char joined[256];
		size_t in = 0, out = 0;

		while (in < length) {
			char *piece = malloc(size);
			size_t written;

			assert_non_null(piece);
			written = escape_text(piece, size, text + in, length - in, &used);
			assert_true(written <= size);
			assert_true(used > 0);
			memcpy(joined + out, piece, written);
			free(piece);
			in += used;
			out += written;
		}
		assert_int_equal(out, expected);
		assert_memory_equal(joined, whole, out);
	}
}

static void no_room_takes_nothing(void **state)
{
	char to[ESCAPE_UNIT_MAX];
	size_t used = 77;

	(void)state;
	assert_int_equal(escape_text(to, ESCAPE_UNIT_MAX - 1, "abc", 3, &used), 0);
	assert_int_equal(used, 0);
}

static void noise_comes_out_harmless(void **state)
{
	struct support_random random = { 5 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[64], to[4 * sizeof(text) + ESCAPE_UNIT_MAX];
		size_t used, written;

		for (size_t j = 0; j < sizeof(text); j += 8) {
			uint64_t bits = support_random(&random);

			if (i & 1) /* more lead and continuation bytes than chance would give */
				bits |= 0x8080808080808080u;
			memcpy(text + j, &bits, 8);
		}
		written = escape_text(to, sizeof(to), text, sizeof(text), &used);
		assert_int_equal(used, sizeof(text));
		assert_true(support_text_is_harmless(to, written));
		assert_null(memchr(to, '\n', written));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_there_is),
		cmocka_unit_test(every_truncation_is_invalid),
		cmocka_unit_test(every_interruption_is_invalid),
		cmocka_unit_test(bytes_that_begin_nothing),
		cmocka_unit_test(what_is_longer_than_needed),
		cmocka_unit_test(plain_runs_end_where_they_must),
		cmocka_unit_test(what_is_made_of_it),
		cmocka_unit_test(pieces_of_every_size),
		cmocka_unit_test(no_room_takes_nothing),
		cmocka_unit_test(noise_comes_out_harmless),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
