// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks into files. The format is lines of words, for people and for later versions:
 *
 *	netsyn-look 1
 *	time REAL_NS MONO_NS
 *	netns NAME
 *	counter NAME VALUE			one that is missing is unknown
 *	sysctl PATH VALUE			likewise
 *	listen ADDR PORT IFACE QUEUE BACKLOG INODE	a backlog of '-' is unknown
 *	half ADDR PORT PEER PORT IFACE RETRANS EXPIRES_MS
 *	gap NAME				what could not be seen
 *	end ROWS				listen and half lines; without it the file is cut
 *
 * NAME has a '%' and two hexadecimal digits for each byte that is not a plain character. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "host/look_file.h"
#include "host/look_words.h"

const char *const look_gap_words[LOOK_GAPS] = { "counters", "sysctls", "listeners", "half-opens",
						"memory" };

/* Open the folder @path for looks, and make it if it is not there.
 *
 * Return: 0 or -errno; look_writer_close() is due in either case.
 */
int look_writer_open(struct look_writer *writer, const char *path, struct err *err)
{
	writer->temporary[0] = '\0';
	writer->dir = -1;
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	writer->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (writer->dir < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

/* Close the folder; a look that was not brought to its end leaves nothing behind. */
void look_writer_close(struct look_writer *writer)
{
	if (writer->temporary[0]) {
		close(writer->out.fd);
		unlinkat(writer->dir, writer->temporary, 0);
	}
	if (writer->dir >= 0)
		close(writer->dir);
	writer->temporary[0] = '\0';
	writer->dir = -1;
}

/* Files are called by the time, so that their names have its order: 20261127T041500.123456Z.look */
static void name_files(struct look_writer *writer, uint64_t real_ns)
{
	char text[CLOCK_TEXT_MAX], *end = clock_format(text, real_ns), *at = writer->name;

	for (const char *from = text; from < end; from++)
		if (*from != '-' && *from != ':')
			*at++ = *from;
	text_copy(at, (size_t)(writer->name + sizeof(writer->name) - at), LOOK_SUFFIX);
	at = writer->temporary;
	*at++ = '.';
	text_copy(at, sizeof(writer->temporary) - 1, writer->name);
}

static void add_number(struct buf *out, uint64_t value)
{
	char *at = buf_reserve(out, TEXT_U64_MAX + 1);

	*at++ = ' ';
	buf_commit(out, text_u64(at, value));
}

static void add_pair(struct buf *out, const char *word, const char *name, uint64_t value)
{
	buf_add_text(out, word);
	buf_add_char(out, ' ');
	buf_add_text(out, name);
	add_number(out, value);
	buf_add_char(out, '\n');
}

static void add_name(struct buf *out, const char *name)
{
	for (; *name; name++) {
		unsigned char byte = (unsigned char)*name;

		if (byte > ' ' && byte < 0x7f && byte != '%') {
			buf_add_char(out, *name);
		} else {
			char *at = buf_reserve(out, 3);

			*at++ = '%';
			buf_commit(out, text_hex8(at, byte));
		}
	}
}

/* Begin a file with what is known of @look before its sockets.
 *
 * Return: 0 or -errno.
 */
int look_writer_begin(struct look_writer *writer, const struct syn_look *look, const char *netns,
		      struct err *err)
{
	struct buf *out = &writer->out;
	int fd;

	name_files(writer, look->real_ns);
	writer->rows = 0;
	fd = openat(writer->dir, writer->temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		err_set(err, -errno, "%s: %s", writer->temporary, strerror(errno));
		writer->temporary[0] = '\0';
		return -errno;
	}
	buf_init(out, fd);
	buf_add_text(out, LOOK_FILE_HEAD "\ntime");
	add_number(out, look->real_ns);
	add_number(out, look->mono_ns);
	buf_add_text(out, "\nnetns ");
	add_name(out, netns);
	buf_add_char(out, '\n');
	for (unsigned int i = 0; i < SYN_COUNTER_COUNT; i++)
		if (look->counters.values[i] != COUNTER_UNKNOWN)
			add_pair(out, "counter", syn_counter_defs[i].key, look->counters.values[i]);
	for (unsigned int i = 0; i < SYN_SYSCTL_COUNT; i++)
		if (look->sysctls[i] != SYN_SYSCTL_UNKNOWN)
			add_pair(out, "sysctl", syn_sysctl_paths[i], look->sysctls[i]);
	return 0;
}

static void add_end(struct buf *out, const struct addr *end)
{
	char *at = buf_reserve(out, ADDR_TEXT_MAX + 1);
	struct addr bare = *end;

	bare.zone = 0; /* the interface follows as a number */
	*at++ = ' ';
	buf_commit(out, addr_format(at, &bare));
	add_number(out, end->port);
}

/* Add a listener or a half-open connection. */
void look_writer_sock(struct look_writer *writer, const struct sock *sock)
{
	struct buf *out = &writer->out;
	bool is_listener = sock->state == SOCK_LISTEN;

	buf_add_text(out, is_listener ? "listen" : "half");
	add_end(out, &sock->local);
	if (!is_listener)
		add_end(out, &sock->peer);
	add_number(out, sock->iface);
	if (!is_listener) {
		add_number(out, sock->retrans);
		add_number(out, sock->expires_ms);
	} else {
		add_number(out, sock->rqueue);
		if (sock->wqueue == SOCK_NO_BACKLOG)
			buf_add_text(out, " -");
		else
			add_number(out, sock->wqueue);
		add_number(out, sock->inode);
	}
	buf_add_char(out, '\n');
	writer->rows++;
}

/* Bring the file to its end and give it its name.
 *
 * Return: 0, -EEXIST if there is a look of the very same time, or another -errno.
 */
int look_writer_end(struct look_writer *writer, unsigned int gaps, struct err *err)
{
	struct buf *out = &writer->out;
	int ret;

	for (unsigned int i = 0; i < LOOK_GAPS; i++) {
		if (!(gaps & 1u << i))
			continue;
		buf_add_text(out, "gap ");
		buf_add_text(out, look_gap_words[i]);
		buf_add_char(out, '\n');
	}
	buf_add_text(out, "end");
	add_number(out, writer->rows);
	buf_add_char(out, '\n');
	ret = buf_flush(out);
	if (ret == 0 && fsync(out->fd) < 0)
		ret = -errno;
	if (close(out->fd) < 0 && ret == 0)
		ret = -errno;
	/* A link, unlike a rename, takes no other file's place. */
	if (ret == 0 && linkat(writer->dir, writer->temporary, writer->dir, writer->name, 0) < 0)
		ret = -errno;
	unlinkat(writer->dir, writer->temporary, 0);
	writer->temporary[0] = '\0';
	return ret < 0 ? err_set(err, ret, "%s: %s", writer->name, strerror(-ret)) : 0;
}
