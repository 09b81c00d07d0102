// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "support.h"
#include "unit.h"

static struct lines *new_lines(int fd)
{
	struct lines *lines = malloc(sizeof(*lines));

	assert_non_null(lines);
	lines_init(lines, fd);
	return lines;
}

static void expect(struct lines *lines, const char *bytes, size_t length)
{
	size_t got;
	char *line;

	assert_int_equal(lines_next(lines, &line, &got), 1);
	assert_int_equal(got, length);
	assert_memory_equal(line, bytes, length);
	assert_int_equal(line[got], '\0');
}

static void expect_end(struct lines *lines)
{
	size_t length;
	char *line;

	for (int i = 0; i < 3; i++)
		assert_int_equal(lines_next(lines, &line, &length), 0);
	close(lines->fd);
	free(lines);
}

static void an_empty_file_has_no_line(void **state)
{
	(void)state;
	expect_end(new_lines(support_file(NULL, 0)));
}

static void lines_come_without_their_newlines(void **state)
{
	struct lines *lines = new_lines(support_file(UNIT_BYTES("one\n\nthree words here\n\n")));

	(void)state;
	expect(lines, UNIT_BYTES("one"));
	expect(lines, UNIT_BYTES(""));
	expect(lines, UNIT_BYTES("three words here"));
	expect(lines, UNIT_BYTES(""));
	expect_end(lines);
}

static void the_last_line_may_lack_its_newline(void **state)
{
	struct lines *lines = new_lines(support_file(UNIT_BYTES("one\ntwo")));

	(void)state;
	expect(lines, UNIT_BYTES("one"));
	expect(lines, UNIT_BYTES("two"));
	expect_end(lines);
}

static void nuls_are_bytes_like_others(void **state)
{
	struct lines *lines = new_lines(support_file(UNIT_BYTES("\0a\0\n\0\n\0\0")));

	(void)state;
	expect(lines, UNIT_BYTES("\0a\0"));
	expect(lines, UNIT_BYTES("\0"));
	expect(lines, UNIT_BYTES("\0\0"));
	expect_end(lines);
}

/* Lines around the buffer's size, behind lines that leave every remainder in it. */
static void long_lines_come_whole_or_in_pieces(void **state)
{
	static const size_t sizes[] = { LINES_SIZE - 2, LINES_SIZE - 1, LINES_SIZE, LINES_SIZE + 1,
					2 * LINES_SIZE + 5 };
	char *bytes = malloc(3 * LINES_SIZE);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 2 * UNIT_COUNT(sizes); i++) {
		size_t size = sizes[i / 2], left = size;
		struct lines *lines;

		memcpy(bytes, "first\n", 6);
		memset(bytes + 6, 'x', size);
		memcpy(bytes + 6 + size, "\nlast", 5);
		lines = new_lines(support_file(bytes, 6 + size + (i % 2 ? 5 : 0)));
		expect(lines, UNIT_BYTES("first"));
		while (left > 0) {
			size_t piece = left < LINES_SIZE ? left : LINES_SIZE;

			expect(lines, bytes + 6, piece);
			left -= piece;
		}
		if (i % 2 &&
		    size % LINES_SIZE == 0) /* the newline of a line that came in full pieces */
			expect(lines, UNIT_BYTES(""));
		if (i % 2)
			expect(lines, UNIT_BYTES("last"));
		expect_end(lines);
	}
	free(bytes);
}

static void *write_slowly(void *arg)
{
	static const char text[] = "one\ntw";
	int fd = *(const int *)arg;

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		if (write(fd, text + i, 1) != 1)
			abort();
	close(fd);
	return NULL;
}

/* /proc hands out what it likes: here a byte at a time. */
static void short_reads_make_no_short_lines(void **state)
{
	struct lines *lines;
	pthread_t thread;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(pthread_create(&thread, NULL, write_slowly, &ends[1]), 0);
	lines = new_lines(ends[0]);
	expect(lines, UNIT_BYTES("one"));
	expect(lines, UNIT_BYTES("tw"));
	expect_end(lines);
	pthread_join(thread, NULL);
}

static void *write_in_two(void *arg)
{
	static char bytes[LINES_SIZE + 1];
	int fd = *(const int *)arg, unread = 1;

	memset(bytes, 'x', LINES_SIZE);
	bytes[LINES_SIZE] = '\n';
	if (write(fd, bytes, LINES_SIZE - 1) != LINES_SIZE - 1)
		abort();
	while (unread > 0) /* until the reader has had that much */
		if (ioctl(fd, FIONREAD, &unread) < 0)
			abort();
	if (write(fd, bytes + LINES_SIZE - 1, 2) != 2)
		abort();
	close(fd);
	return NULL;
}

/* A buffer with one byte to spare is not full yet. */
static void a_line_that_just_fits_comes_whole(void **state)
{
	char expected[LINES_SIZE];
	struct lines *lines;
	pthread_t thread;
	int ends[2];

	(void)state;
	memset(expected, 'x', sizeof(expected));
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(pthread_create(&thread, NULL, write_in_two, &ends[1]), 0);
	lines = new_lines(ends[0]);
	expect(lines, expected, sizeof(expected));
	pthread_join(thread, NULL);
	close(ends[0]);
	free(lines);
}

static void a_failed_read_is_told(void **state)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct lines *lines = new_lines(fd);
	size_t length;
	char *line;

	(void)state;
	assert_int_equal(lines_next(lines, &line, &length), -EISDIR);
	close(fd);
	assert_int_equal(lines_next(lines, &line, &length), -EBADF);
	free(lines);
}

/* What random bytes hold is what memchr() finds in them. */
static void noise_is_cut_at_its_newlines(void **state)
{
	const size_t size = 100000;
	struct support_random random = { 7 };
	char *bytes = malloc(size), *at = bytes;
	struct lines *lines;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = support_random(&random) % 50 ? (char)support_random(&random) : '\n';
	lines = new_lines(support_file(bytes, size));
	while (at < bytes + size) {
		char *newline = memchr(at, '\n', (size_t)(bytes + size - at));
		char *end = newline ? newline : bytes + size;

		expect(lines, at, (size_t)(end - at));
		at = end + 1;
	}
	expect_end(lines);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_has_no_line),
		cmocka_unit_test(lines_come_without_their_newlines),
		cmocka_unit_test(the_last_line_may_lack_its_newline),
		cmocka_unit_test(nuls_are_bytes_like_others),
		cmocka_unit_test(long_lines_come_whole_or_in_pieces),
		cmocka_unit_test(short_reads_make_no_short_lines),
		cmocka_unit_test(a_line_that_just_fits_comes_whole),
		cmocka_unit_test(a_failed_read_is_told),
		cmocka_unit_test(noise_is_cut_at_its_newlines),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
