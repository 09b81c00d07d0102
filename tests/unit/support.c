// SPDX-License-Identifier: GPL-2.0-or-later
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

uint64_t support_random(struct support_random *random)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return random->state;
}

/* Return: a descriptor to read the @length bytes at @bytes from, the caller's to close. */
int support_file(const void *bytes, size_t length)
{
	int fd = memfd_create("support", MFD_CLOEXEC);

	if (fd < 0 || (length > 0 && pwrite(fd, bytes, length, 0) != (ssize_t)length))
		abort();
	return fd;
}

/* Begin to catch what is written to caught->out. */
void support_catch(struct support_catch *caught)
{
	buf_init(&caught->out, support_file(NULL, 0));
	caught->text = NULL;
}

/* Forget what was caught, and begin anew. */
void support_recatch(struct support_catch *caught)
{
	int fd = caught->out.fd;

	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	buf_init(&caught->out, fd);
}

/* Return: all that was written until now, terminated; its length goes to @length unless that is
 * NULL. It is good until the next call. */
const char *support_caught(struct support_catch *caught, size_t *length)
{
	size_t size;

	if (buf_flush(&caught->out) < 0)
		abort();
	size = (size_t)caught->out.written;
	free(caught->text);
	caught->text = malloc(size + 1);
	if (!caught->text || pread(caught->out.fd, caught->text, size, 0) != (ssize_t)size)
		abort();
	caught->text[size] = '\0';
	if (length)
		*length = size;
	return caught->text;
}

/* Give back what support_catch() took. */
void support_release(struct support_catch *caught)
{
	close(caught->out.fd);
	free(caught->text);
}

/* --- is it JSON? A reader of RFC 8259 that keeps nothing ------------------------------------- */

struct reader {
	const char *at, *end;
	int depth;
};

static bool read_value(struct reader *reader);

static void skip_space(struct reader *reader)
{
	while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at)
		reader->at++;
}

static bool take(struct reader *reader, char byte)
{
	if (reader->at == reader->end || *reader->at != byte)
		return false;
	reader->at++;
	return true;
}

static bool take_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

static bool take_digits(struct reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return reader->at > start;
}

static bool read_number(struct reader *reader)
{
	take(reader, '-');
	if (!take(reader, '0') && !take_digits(reader))
		return false;
	if (take(reader, '.') && !take_digits(reader))
		return false;
	if (take(reader, 'e') || take(reader, 'E')) {
		if (!take(reader, '+'))
			take(reader, '-');
		return take_digits(reader);
	}
	return true;
}

static bool read_escape(struct reader *reader)
{
	if (take(reader, 'u')) {
		for (int i = 0; i < 4; i++, reader->at++)
			if (reader->at == reader->end || !*reader->at ||
			    !strchr("0123456789abcdefABCDEF", *reader->at))
				return false;
		return true;
	}
	if (reader->at == reader->end || !*reader->at || !strchr("\"\\/bfnrt", *reader->at))
		return false;
	reader->at++;
	return true;
}

static bool read_string(struct reader *reader)
{
	if (!take(reader, '"'))
		return false;
	while (!take(reader, '"')) {
		if (reader->at == reader->end || (unsigned char)*reader->at < 0x20)
			return false;
		if (take(reader, '\\')) {
			if (!read_escape(reader))
				return false;
		} else {
			reader->at++;
		}
	}
	return true;
}

/* The members of an array or of an object, up to @close. */
static bool read_members(struct reader *reader, bool with_names, char close)
{
	skip_space(reader);
	if (take(reader, close))
		return true;
	do {
		skip_space(reader);
		if (with_names) {
			if (!read_string(reader))
				return false;
			skip_space(reader);
			if (!take(reader, ':'))
				return false;
		}
		if (!read_value(reader))
			return false;
		skip_space(reader);
	} while (take(reader, ','));
	return take(reader, close);
}

static bool read_value(struct reader *reader)
{
	bool valid;

	if (++reader->depth > 100)
		return false;
	skip_space(reader);
	if (take(reader, '['))
		valid = read_members(reader, false, ']');
	else if (take(reader, '{'))
		valid = read_members(reader, true, '}');
	else if (reader->at < reader->end && *reader->at == '"')
		valid = read_string(reader);
	else
		valid = take_word(reader, "null") || take_word(reader, "true") ||
			take_word(reader, "false") || read_number(reader);
	reader->depth--;
	return valid;
}

/* --- is it CSV? ----------------------------------------------------------------------------- */

/* The end of the field at @at (RFC 4180), NULL if it is none. */
static const char *skip_field(const char *at, const char *end)
{
	if (at == end || *at != '"') {
		while (at < end && *at != ',')
			if (*at++ == '"')
				return NULL;
		return at;
	}
	for (at++; at < end; at++) {
		if (*at != '"')
			continue;
		if (at + 1 == end || at[1] == ',')
			return at + 1;
		if (*++at != '"')
			return NULL;
	}
	return NULL;
}

/* Return: the number of fields in @line, which is without its newline; 0 if it is no CSV. */
size_t support_csv_fields(const char *line, size_t length)
{
	const char *end = line + length;
	size_t fields = 0;

	for (;; line++) {
		line = skip_field(line, end);
		if (!line)
			return 0;
		fields++;
		if (line == end)
			return fields;
	}
}

/* --- is it harmless? A decoder of its own, so that the library is not judged by itself ----- */

/* The character that well-formed UTF-8 begins with (Unicode 15, table 3-7).
 *
 * Return: its length in bytes, 0 if it is not well-formed.
 */
static size_t decode(const unsigned char *at, size_t length, uint32_t *character)
{
	static const struct {
		unsigned char first, last, second_first, second_last;
		size_t length;
	} rows[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	*character = at[0];
	if (at[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (at[0] < rows[i].first || at[0] > rows[i].last)
			continue;
		if (length < rows[i].length || at[1] < rows[i].second_first ||
		    at[1] > rows[i].second_last)
			return 0;
		*character = at[0] & (0xffu >> (rows[i].length + 1));
		for (size_t j = 1; j < rows[i].length; j++) {
			if ((at[j] & 0xc0) != 0x80)
				return 0;
			*character = *character << 6 | (at[j] & 0x3fu);
		}
		return rows[i].length;
	}
	return 0;
}

/* Whether all of @text is well-formed UTF-8 in which nothing steers a terminal: no C0 but newlines,
 * no DEL, no C1, no bidirectional control, no line or paragraph separator. */
bool support_text_is_harmless(const char *text, size_t length)
{
	while (length > 0) {
		uint32_t c;
		size_t used = decode((const unsigned char *)text, length, &c);

		if (used == 0 || (c < 0x20 && c != '\n') || (c >= 0x7f && c <= 0x9f))
			return false;
		if (c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069))
			return false;
		text += used;
		length -= used;
	}
	return true;
}

/* Whether @text is one JSON value, in well-formed UTF-8, and harmless on a terminal. */
bool support_json_is_valid(const char *text, size_t length)
{
	struct reader reader = { .at = text, .end = text + length };

	if (!read_value(&reader))
		return false;
	skip_space(&reader);
	return reader.at == reader.end && support_text_is_harmless(text, length);
}
