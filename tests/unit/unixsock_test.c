// SPDX-License-Identifier: GPL-2.0-or-later
/* UNIX sockets out of two sources: a diag that the test makes up, and the real /proc/net/unix, into
 * which the test binds names with newlines. Rows count if their path has the test's own tag. */
#include "host/unixsock.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fake_link.h"
#include "unit.h"

struct fixture {
	char tag[32];
	struct sockets sockets;
	int fds[16];
	size_t fd_count;
	struct row {
		char path[SOCK_PATH_SIZE];
		uint32_t inode, references;
		bool is_pending;
	} rows[32];
	size_t count;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	fake_link_reset();
	sockets_open(&fixture->sockets);
	snprintf(fixture->tag, sizeof(fixture->tag), "unixsock-test-%d", (int)getpid());
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	sockets_close(&fixture->sockets);
	for (size_t i = 0; i < fixture->fd_count; i++)
		close(fixture->fds[i]);
	free(fixture);
	fake_link_reset();
	return 0;
}

/* In an abstract name, as in /proc, '@' stands for NUL. */
static socklen_t make_address(struct sockaddr_un *address, const char *name)
{
	size_t length = strlen(name);

	assert_in_range(length, 1, sizeof(address->sun_path));
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, name, length);
	address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static int new_socket(struct fixture *fixture)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	fixture->fds[fixture->fd_count++] = fd;
	return fd;
}

static uint32_t inode_of(int fd)
{
	struct stat found;

	assert_int_equal(fstat(fd, &found), 0);
	return (uint32_t)found.st_ino;
}

/* A listener of this name, and what the diag says of it.
 *
 * Return: its inode.
 */
static uint32_t add_listener(struct fixture *fixture, const char *name)
{
	struct sockaddr_un address;
	socklen_t length = make_address(&address, name);
	int fd = new_socket(fixture);
	struct unix_diag_msg diag = {
		.udiag_family = AF_UNIX,
		.udiag_type = SOCK_STREAM,
		.udiag_state = SOCK_LISTEN,
		.udiag_ino = inode_of(fd),
		.udiag_cookie = { inode_of(fd), 1 },
	};
	struct message message;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(fd, 8), 0);
	message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &diag, sizeof(diag));
	message_attr(&message, UNIX_DIAG_NAME, address.sun_path, strlen(name));
	fake_link_add_message(&message);
	return diag.udiag_ino;
}

/* A connection that waits for accept(). */
static void add_pending(struct fixture *fixture, const char *name)
{
	struct sockaddr_un address;
	socklen_t length = make_address(&address, name);

	assert_int_equal(connect(new_socket(fixture), (struct sockaddr *)&address, length), 0);
}

static int on_row(const struct sock *sock, void *arg)
{
	struct fixture *fixture = arg;
	struct row *row = &fixture->rows[fixture->count];

	if (!sock->un.path || !strstr(sock->un.path, fixture->tag))
		return 0;
	if (++fixture->count == UNIT_COUNT(fixture->rows))
		abort();
	strcpy(row->path, sock->un.path);
	row->inode = sock->inode;
	row->references = sock->un.references;
	row->is_pending = sock->un.is_pending;
	return 0;
}

/* List, or skip the test where there is no /proc/net/unix. */
static void list(struct fixture *fixture)
{
	if (access("/proc/thread-self/net/unix", R_OK) < 0)
		skip();
	assert_int_equal(unixsock_list(&fixture->sockets,
				       &(struct sock_query){ .proto = SOCK_UNIX }, on_row, fixture,
				       NULL),
			 0);
}

static const struct row *find(const struct fixture *fixture, uint32_t inode, const char *path)
{
	const struct row *found = NULL;

	for (size_t i = 0; i < fixture->count; i++) {
		if (fixture->rows[i].inode != inode || strcmp(fixture->rows[i].path, path) != 0)
			continue;
		assert_null(found);
		found = &fixture->rows[i];
	}
	return found;
}

static void both_sources_make_one_row(void **state)
{
	struct fixture *fixture = *state;
	const struct row *row;
	uint32_t inode;
	char name[100];

	snprintf(name, sizeof(name), "@%s", fixture->tag);
	inode = add_listener(fixture, name);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	list(fixture);
	assert_int_equal(fixture->count, 1);
	row = find(fixture, inode, name);
	assert_non_null(row);
	assert_true(row->references > 0); /* the diag does not tell it */
}

static void waiting_sockets_have_their_listeners_name(void **state)
{
	struct fixture *fixture = *state;
	char names[4][100];
	size_t pending = 0;

	snprintf(names[0], sizeof(names[0]), "@%s", fixture->tag);
	snprintf(names[1], sizeof(names[1]), "@%s new\nline", fixture->tag);
	snprintf(names[2], sizeof(names[2]), "@%s two\n\nnewlines\n", fixture->tag);
	snprintf(names[3], sizeof(names[3]), "@%s\nx", fixture->tag);
	for (int i = 4; i-- > 0;) { /* the one that begins the others last */
		add_listener(fixture, names[i]);
		add_pending(fixture, names[i]);
	}
	fake_link_add_end(NLMSG_DONE, 1, 0);
	list(fixture);
	assert_int_equal(fixture->count, 8);
	for (int i = 0; i < 4; i++)
		assert_non_null(find(fixture, 0, names[i]));
	for (size_t i = 0; i < fixture->count; i++)
		pending += fixture->rows[i].is_pending;
	assert_int_equal(pending, 4);
}

/* What stands behind a newline looks like a row of its own, but the diag knows the whole name. */
static void names_forge_no_rows(void **state)
{
	static const char *const rows[] = {
		"0: 00000002 0 00010000 0001 01 4242",	/* a listener */
		"0: 00000003 0 00000000 0001 02     0", /* one that waits for accept() */
		"0: 00000003 0 00000000 0001 03 4242",
	};
	struct fixture *fixture = *state;
	uint32_t inodes[3];
	char names[3][110];

	for (int i = 0; i < 3; i++) {
		snprintf(names[i], sizeof(names[i]), "@%d\n%s @%s", i, rows[i], fixture->tag);
		inodes[i] = add_listener(fixture, names[i]);
		add_pending(fixture, names[i]);
	}
	fake_link_add_end(NLMSG_DONE, 1, 0);
	list(fixture);
	assert_int_equal(fixture->count, 6);
	for (int i = 0; i < 3; i++) {
		assert_non_null(find(fixture, inodes[i], names[i]));
		assert_non_null(find(fixture, 0, names[i]));
	}
}

/* A socket that is gone from /proc, or not there yet, is listed all the same. */
static void the_diag_alone_will_do(void **state)
{
	struct fixture *fixture = *state;
	uint32_t inode;
	char name[100];

	snprintf(name, sizeof(name), "@%s gone\naway", fixture->tag);
	inode = add_listener(fixture, name);
	close(fixture->fds[--fixture->fd_count]);
	fake_link_add_end(NLMSG_DONE, 1, 0);
	list(fixture);
	assert_int_equal(fixture->count, 1);
	assert_non_null(find(fixture, inode, name));
	assert_int_equal(fixture->rows[0].references, 0);
}

/* A name with a newline, somebody else's, may end it early; what is wrong then is told. */
static void proc_alone_will_do(void **state)
{
	struct fixture *fixture = *state;
	const struct row *row;
	uint32_t inode;
	char name[100];
	int ret;

	if (access("/proc/thread-self/net/unix", R_OK) < 0)
		skip();
	snprintf(name, sizeof(name), "@%s", fixture->tag);
	inode = add_listener(fixture, name);
	add_pending(fixture, name);
	fake_link_reset();
	fake_link_add_end(NLMSG_DONE, 1, -ENOENT);
	ret = unixsock_list(&fixture->sockets, &(struct sock_query){ .proto = SOCK_UNIX }, on_row,
			    fixture, NULL);
	if (ret < 0) {
		assert_int_equal(ret, -EBADMSG);
		skip();
	}
	assert_int_equal(fixture->count, 2);
	row = find(fixture, inode, name);
	assert_non_null(row);
	assert_true(row->references > 0);
	assert_non_null(find(fixture, 0, name));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_sources_make_one_row), TEST(waiting_sockets_have_their_listeners_name),
		TEST(names_forge_no_rows),	 TEST(the_diag_alone_will_do),
		TEST(proc_alone_will_do),
	};

	return cmocka_run_group_tests_name("unixsock", tests, NULL, NULL);
}
