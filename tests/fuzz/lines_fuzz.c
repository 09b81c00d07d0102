// SPDX-License-Identifier: GPL-2.0-or-later
/* A file read by lines: the first byte says how often the rest is repeated in it, so that small
 * inputs make large files. The lines, joined again, must be the file. */
#include <unistd.h>

#include "../unit/support.h"
#include "base/lines.h"
#include "fuzz.h"

/* Two buffers, and a half. */
#define FILE_MAX (5 * LINES_SIZE / 2)

static size_t make_file(char *bytes, const uint8_t *data, size_t size)
{
	size_t length = 0;

	for (int i = 0; i <= data[0] && length + size - 1 <= FILE_MAX; i++) {
		memcpy(bytes + length, data + 1, size - 1);
		length += size - 1;
	}
	return length;
}

/* Take one line off the file, which it must be the beginning of.
 *
 * Return: the bytes it took.
 */
static size_t match(const char *at, size_t left, const char *line, size_t length)
{
	FUZZ_CHECK(length <= left && length <= LINES_SIZE);
	FUZZ_CHECK(memcmp(at, line, length) == 0);
	FUZZ_CHECK(line[length] == '\0');
	FUZZ_CHECK(!memchr(line, '\n', length));
	if (length < left && at[length] == '\n' && length < LINES_SIZE)
		return length + 1;
	FUZZ_CHECK(length == left || length == LINES_SIZE);
	return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char bytes[FILE_MAX];
	struct lines *lines = malloc(sizeof(*lines));
	size_t length, at = 0, used;
	char *line;

	FUZZ_CHECK(lines);
	used = size > 1 ? make_file(bytes, data, size) : 0;
	lines_init(lines, support_file(bytes, used));
	while (lines_next(lines, &line, &length) == 1)
		at += match(bytes + at, used - at, line, length);
	FUZZ_CHECK(at == used);
	close(lines->fd);
	free(lines);
	return 0;
}
