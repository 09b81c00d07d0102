// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"
#include "unit.h"

#define OVERFILL ((size_t)3 * BUF_SIZE)

/* A buf is large, and a sanitizer sees more around the heap. */
static struct buf *new_buf(int fd)
{
	struct buf *buf = malloc(sizeof(*buf));

	assert_non_null(buf);
	buf_init(buf, fd);
	return buf;
}

/* What byte number @at of the pattern is. */
static char pattern(size_t at)
{
	return (char)('a' + at % 23);
}

static void check_pattern(int fd, size_t length)
{
	char *bytes = malloc(length + 1);

	assert_non_null(bytes);
	assert_int_equal(pread(fd, bytes, length + 1, 0), length);
	for (size_t i = 0; i < length; i++)
		assert_int_equal(bytes[i], pattern(i));
	free(bytes);
}

static void pieces_of_every_kind_come_in_order(void **state)
{
	static const size_t sizes[] = { 0,    1,     2,	    7,	   255,	  4095,	 4096,
					5000, 40000, 65535, 65536, 65537, 200000 };
	struct support_random random = { 6 };
	int fd = support_file(NULL, 0);
	struct buf *buf = new_buf(fd);
	char *piece = malloc(200000);
	size_t total = 0;

	(void)state;
	assert_non_null(piece);
	for (int i = 0; i < 300; i++) {
		size_t size = sizes[support_random(&random) % UNIT_COUNT(sizes)];

		for (size_t j = 0; j < size; j++)
			piece[j] = pattern(total + j);
		if (size <= BUF_RESERVE_MAX && i % 2) {
			char *at = buf_reserve(buf, size);

			memcpy(at, piece, size);
			buf_commit(buf, at + size);
		} else if (size == 1) {
			buf_add_char(buf, piece[0]);
		} else {
			buf_add(buf, piece, size);
		}
		total += size;
		assert_true(buf->length <= BUF_SIZE);
		assert_int_equal(buf->written + buf->length, total);
	}
	assert_int_equal(buf_flush(buf), 0);
	assert_int_equal(buf->written, total);
	assert_int_equal(buf->length, 0);
	check_pattern(fd, total);
	free(piece);
	free(buf);
	close(fd);
}

static void text_and_spaces(void **state)
{
	struct support_catch *caught = malloc(sizeof(*caught));
	const char *text;
	size_t length;

	(void)state;
	assert_non_null(caught);
	support_catch(caught);
	buf_add_text(&caught->out, "");
	buf_add_text(&caught->out, "begin");
	buf_add_spaces(&caught->out, 0);
	buf_add_spaces(&caught->out, 100000);
	buf_add_text(&caught->out, "end");
	text = support_caught(caught, &length);
	assert_int_equal(length, 100008);
	assert_int_equal(strspn(text + 5, " "), 100000);
	assert_string_equal(text + 100005, "end");
	support_release(caught);
	free(caught);
}

static void formats_are_cut_off(void **state)
{
	struct buf *buf = new_buf(-1);
	char longer[2 * BUF_FORMAT_MAX];

	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	buf_add_format(buf, "%s", "");
	assert_int_equal(buf->length, 0);
	buf_add_format(buf, "%d of %s;", 3, "four");
	assert_int_equal(buf->length, 10);
	assert_memory_equal(buf->bytes, "3 of four;", 10);
	buf_add_format(buf, "%.*s", BUF_FORMAT_MAX - 1, longer);
	assert_int_equal(buf->length, 10 + BUF_FORMAT_MAX - 1);
	buf_add_format(buf, "%s\n", longer);
	assert_int_equal(buf->length, 10 + 2 * (BUF_FORMAT_MAX - 1));
	assert_int_equal(buf->bytes[buf->length - 1], 'x');
	assert_int_equal(buf->error, 0);
	free(buf);
}

/* However long, each character of it is escaped as a whole. */
static void foreign_text_is_harmless(void **state)
{
	enum { COUNT = 2000 };
	struct buf *buf = new_buf(-1);
	char text[COUNT + 1];

	(void)state;
	buf_add_foreign(buf, "");
	assert_int_equal(buf->length, 0);
	buf_add_foreign(buf, "a\x1b[2Jb\n\xff");
	assert_int_equal(buf->length, 17);
	assert_memory_equal(buf->bytes, "a\\x1b[2Jb\\x0a\\xff", 17);
	memset(text, '\n', COUNT);
	text[COUNT] = '\0';
	buf->length = 0;
	buf_add_foreign(buf, text);
	assert_int_equal(buf->length, 4 * COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_memory_equal(buf->bytes + 4 * i, "\\x0a", 4);
	free(buf);
}

/* The first error stays, later output goes nowhere, and nothing is written behind the end. */
static void a_failed_write_is_remembered(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct buf *buf = new_buf(fd);

	(void)state;
	if (fd < 0)
		skip();
	for (int i = 0; i < 100; i++)
		buf_add(buf, "0123456789", 10);
	assert_int_equal(buf->error, 0);
	assert_int_equal(buf_flush(buf), -ENOSPC);
	assert_int_equal(buf->written, 0);
	assert_int_equal(buf->length, 0);
	buf->fd = support_file(NULL, 0);
	buf_add_spaces(buf, 3 * BUF_SIZE);
	buf_add_text(buf, "too late");
	assert_int_equal(buf_flush(buf), -ENOSPC);
	assert_int_equal(lseek(buf->fd, 0, SEEK_END), 0);
	close(buf->fd);
	close(fd);
	free(buf);
}

static void a_closed_descriptor_fails(void **state)
{
	int fd = support_file(NULL, 0);
	struct buf *buf = new_buf(fd);

	(void)state;
	close(fd);
	buf_add_text(buf, "text");
	assert_int_equal(buf_flush(buf), -EBADF);
	assert_int_equal(buf_flush(buf), -EBADF);
	free(buf);
}

static void a_closed_pipe_fails(void **state)
{
	struct buf *buf = new_buf(-1);
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	buf->fd = ends[1];
	close(ends[0]);
	buf_add_text(buf, "text");
	assert_int_equal(buf_flush(buf), -EPIPE);
	close(ends[1]);
	free(buf);
}

/* The other end of a pipe: reads all of it, in no hurry, and ends well if it is the pattern. */
static void read_slowly(int fd, size_t expected)
{
	char got[1000];
	size_t count = 0;
	ssize_t n;

	while ((n = read(fd, got, sizeof(got))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (got[i] != pattern(count + (size_t)i))
				_exit(1);
		count += (size_t)n;
		usleep(100);
	}
	_exit(count == expected ? 0 : 2);
}

/* write() may take less than it is given, or nothing for now; a pipe that is not blocking does. */
static void part_of_a_write_is_no_loss(void **state)
{
	struct buf *buf = new_buf(-1);
	int ends[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 4096);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[1]);
		read_slowly(ends[0], BUF_SIZE / 2);
	}
	close(ends[0]);
	buf->fd = ends[1];
	for (size_t i = 0; i < BUF_SIZE / 2; i++)
		buf_add_char(buf, pattern(i));
	assert_int_equal(buf_flush(buf), 0);
	assert_int_equal(buf->written, BUF_SIZE / 2);
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	free(buf);
}

static void memory_holds_exactly_its_size(void **state)
{
	struct buf *buf = new_buf(-1);

	(void)state;
	for (size_t i = 0; i < BUF_SIZE; i++)
		buf_add_char(buf, pattern(i));
	assert_int_equal(buf->error, 0);
	assert_int_equal(buf->length, BUF_SIZE);
	for (size_t i = 0; i < BUF_SIZE; i++)
		assert_int_equal(buf->bytes[i], pattern(i));
	buf_add_char(buf, 'x');
	assert_int_equal(buf->error, -ENOSPC);
	free(buf);
}

/* One of the ways to add more than there is room for. @piece is a text of that length. */
static void overfill(struct buf *buf, int way, const char *piece)
{
	char *at;

	switch (way) {
	case 0:
		at = buf_reserve(buf, BUF_RESERVE_MAX);
		memset(at, 'x', BUF_RESERVE_MAX);
		buf_commit(buf, at + BUF_RESERVE_MAX);
		break;
	case 1:
		buf_add_text(buf, piece);
		break;
	case 2:
		buf_add_spaces(buf, BUF_RESERVE_MAX + 1);
		break;
	default:
		for (int i = 0; i < BUF_RESERVE_MAX; i++)
			buf_add_char(buf, 'x');
	}
}

/* However it comes to the overflow: what is below kept stays, and nothing is written elsewhere. */
static void overflow_spares_what_is_kept(void **state)
{
	static const size_t kepts[] = { 0, 1, 1000, BUF_SIZE - BUF_RESERVE_MAX };
	char *piece = malloc(OVERFILL + 1);

	(void)state;
	assert_non_null(piece);
	memset(piece, 'p', OVERFILL);
	piece[OVERFILL] = '\0';
	for (size_t i = 0; i < 4 * UNIT_COUNT(kepts); i++) {
		size_t kept = kepts[i / 4];
		struct buf *buf = new_buf(-1);

		for (size_t j = 0; j < kept; j++)
			buf_add_char(buf, pattern(j));
		buf->kept = buf->length;
		for (size_t added = 0; added <= OVERFILL; added += BUF_RESERVE_MAX) {
			overfill(buf, (int)(i % 4), piece);
			assert_true(buf->length <= BUF_SIZE);
		}
		assert_int_equal(buf->error, -ENOSPC);
		for (size_t j = 0; j < kept; j++)
			assert_int_equal(buf->bytes[j], pattern(j));
		free(buf);
	}
	free(piece);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_every_kind_come_in_order),
		cmocka_unit_test(text_and_spaces),
		cmocka_unit_test(formats_are_cut_off),
		cmocka_unit_test(foreign_text_is_harmless),
		cmocka_unit_test(a_failed_write_is_remembered),
		cmocka_unit_test(a_closed_descriptor_fails),
		cmocka_unit_test(a_closed_pipe_fails),
		cmocka_unit_test(part_of_a_write_is_no_loss),
		cmocka_unit_test(memory_holds_exactly_its_size),
		cmocka_unit_test(overflow_spares_what_is_kept),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
