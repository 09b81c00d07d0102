// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/json_reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Start reading @fd, which stays the caller's to close. */
void json_reader_init(struct json_reader *reader, int fd)
{
	*reader = (struct json_reader){ .fd = fd, .line = 1 };
}

/* Return: the next byte without taking it, -1 at the end, -errno - 1 of read(). */
static int peek(struct json_reader *reader)
{
	ssize_t n;

	if (reader->start < reader->end)
		return (unsigned char)reader->bytes[reader->start];
	if (reader->is_over)
		return -1;
	do
		n = read(reader->fd, reader->bytes, sizeof(reader->bytes));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno - 1;
	reader->start = 0;
	reader->end = (size_t)n;
	reader->is_over = n == 0;
	return n == 0 ? -1 : (unsigned char)reader->bytes[0];
}

static int skip_space(struct json_reader *reader)
{
	int byte;

	while ((byte = peek(reader)) == ' ' || byte == '\t' || byte == '\r' || byte == '\n') {
		reader->line += byte == '\n';
		reader->start++;
	}
	return byte;
}

static void keep(struct json_reader *reader, size_t *length, char byte)
{
	if (*length < JSON_TEXT_SIZE - 1)
		reader->text[(*length)++] = byte;
}

/* \uXXXX as UTF-8; half a pair becomes what it is, three bytes of no character. */
static int take_unicode(struct json_reader *reader, size_t *length)
{
	unsigned int value = 0;

	for (int i = 0; i < 4; i++) {
		int byte = peek(reader);

		if (byte >= '0' && byte <= '9')
			value = value << 4 | (unsigned int)(byte - '0');
		else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
			value = value << 4 | (unsigned int)((byte | 0x20) - 'a' + 10);
		else
			return -EBADMSG;
		reader->start++;
	}
	if (value < 0x80) {
		keep(reader, length, (char)value);
	} else if (value < 0x800) {
		keep(reader, length, (char)(0xc0 | value >> 6));
		keep(reader, length, (char)(0x80 | (value & 0x3f)));
	} else {
		keep(reader, length, (char)(0xe0 | value >> 12));
		keep(reader, length, (char)(0x80 | (value >> 6 & 0x3f)));
		keep(reader, length, (char)(0x80 | (value & 0x3f)));
	}
	return 0;
}

static int take_escape(struct json_reader *reader, size_t *length)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int byte = peek(reader);
	const char *at = byte > 0 ? strchr(from, byte) : NULL;

	if (byte < 0)
		return -EBADMSG;
	reader->start++;
	if (byte == 'u')
		return take_unicode(reader, length);
	if (!at)
		return -EBADMSG;
	keep(reader, length, to[at - from]);
	return 0;
}

static int take_string(struct json_reader *reader)
{
	size_t length = 0;
	int byte;

	reader->start++;
	while ((byte = peek(reader)) != '"') {
		if (byte < 0x20)
			return byte < -1 ? byte + 1 : -EBADMSG;
		reader->start++;
		if (byte != '\\')
			keep(reader, &length, (char)byte);
		else if (take_escape(reader, &length) < 0)
			return -EBADMSG;
	}
	reader->start++;
	reader->text[length] = '\0';
	return 0;
}

/* A number or a word: what they may be made of. */
static int take_bare(struct json_reader *reader)
{
	size_t length = 0;
	int byte;

	while ((byte = peek(reader)) >= 0 &&
	       ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte == '-' ||
		byte == '+' || byte == '.' || byte == 'E')) {
		keep(reader, &length, (char)byte);
		reader->start++;
	}
	reader->text[length] = '\0';
	if (length == 0)
		return byte < -1 ? byte + 1 : -EBADMSG;
	if (reader->text[0] >= 'a')
		return strcmp(reader->text, "true") == 0 || strcmp(reader->text, "false") == 0 ||
				       strcmp(reader->text, "null") == 0 ?
			       JSON_WORD :
			       -EBADMSG;
	return reader->text[0] <= '9' ? JSON_NUMBER : -EBADMSG;
}

static int begin(struct json_reader *reader, bool is_object)
{
	if (reader->depth == JSON_DEPTH_MAX)
		return -EBADMSG;
	reader->start++;
	reader->in_object[reader->depth++] = is_object;
	reader->has_value = false;
	reader->wants_key = is_object;
	reader->wants_value = false;
	return is_object ? JSON_OBJECT : JSON_LIST;
}

static int finish(struct json_reader *reader, bool is_object)
{
	if (reader->depth == 0 || reader->in_object[reader->depth - 1] != is_object ||
	    reader->wants_value)
		return -EBADMSG;
	reader->start++;
	reader->depth--;
	reader->has_value = true;
	reader->wants_key = false;
	return is_object ? JSON_OBJECT_END : JSON_LIST_END;
}

static int take_key(struct json_reader *reader)
{
	int ret = peek(reader) == '"' ? take_string(reader) : -EBADMSG;

	if (ret < 0)
		return ret;
	if (skip_space(reader) != ':')
		return -EBADMSG;
	reader->start++;
	reader->wants_key = false;
	reader->wants_value = true;
	return JSON_KEY;
}

/* The comma between two values, if one is due.
 *
 * Return: the byte that follows, -1 at the end, -EBADMSG - 1.
 */
static int pass_comma(struct json_reader *reader)
{
	int byte = skip_space(reader);

	if (!reader->has_value || reader->depth == 0 || byte == '}' || byte == ']')
		return byte;
	if (byte != ',')
		return -EBADMSG - 1;
	reader->start++;
	reader->has_value = false;
	reader->wants_key = reader->in_object[reader->depth - 1];
	reader->wants_value = !reader->wants_key;
	return skip_space(reader);
}

/* Get the next token; the text of keys, strings, numbers and words is in reader->text.
 *
 * Return: an enum json_token, -EBADMSG if it is no JSON, or -errno of read().
 */
int json_reader_next(struct json_reader *reader)
{
	int byte = pass_comma(reader), ret;

	if (byte == -1)
		return reader->depth == 0 ? JSON_END : -EBADMSG;
	if (byte < 0)
		return byte + 1;
	if (byte == '}')
		return finish(reader, true);
	if (byte == ']')
		return finish(reader, false);
	if (reader->wants_key)
		return take_key(reader);
	if (byte == '{')
		return begin(reader, true);
	if (byte == '[')
		return begin(reader, false);
	ret = byte == '"' ? take_string(reader) : take_bare(reader);
	if (ret < 0)
		return ret;
	reader->has_value = true;
	reader->wants_value = false;
	return byte == '"' ? JSON_STRING : ret;
}
