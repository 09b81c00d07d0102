// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_JSON_READER_H
#define NETSONDE_BASE_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer strings and numbers are cut. */
#define JSON_TEXT_SIZE 1024

/* Deeper nesting is refused. */
#define JSON_DEPTH_MAX 32

enum json_token {
	JSON_END, /* of the input */
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_LIST,
	JSON_LIST_END,
	JSON_KEY,
	JSON_STRING,
	JSON_NUMBER, /* as it is written, in text */
	JSON_WORD,   /* true, false, null */
};

/* A file of JSON (RFC 8259) read token by token, without allocation. Values may follow each other,
 * so that a line an object is read alike. */
struct json_reader {
	int fd;
	bool is_over;
	bool has_value; /* a value has just ended: a comma, an end or a line follows */
	bool wants_key, wants_value;
	unsigned int depth;
	bool in_object[JSON_DEPTH_MAX];
	uint64_t line;
	size_t start, end;
	char bytes[65536];
	char text[JSON_TEXT_SIZE];
};

void json_reader_init(struct json_reader *reader, int fd);
int json_reader_next(struct json_reader *reader);

#endif
