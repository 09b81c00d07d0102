// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

/* What a name grows by at most: ".1234567890.new", ".damaged-" and a number. */
#define SUFFIX_MAX 40

/* Open the folder of @path, and the file if it is there: a regular one, not behind a symbolic link.
 *
 * Return: 0 or -errno; state_file_close() is due in either case.
 */
int state_file_open(struct state_file *file, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char folder[PATH_MAX] = ".";
	struct stat status;

	*file = (struct state_file){ .dir = -1, .fd = -1 };
	if (!*name || strlen(name) + SUFFIX_MAX > NAME_MAX ||
	    (slash && (size_t)(slash - path) + 2 > sizeof(folder)))
		return err_set(err, -EINVAL, "%s: no name for a file", path);
	if (slash)
		text_copy(folder, (size_t)(slash - path) + 2, path);
	text_copy(file->name, sizeof(file->name), name);
	file->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file->dir < 0)
		return err_set(err, -errno, "%s: %s", folder, strerror(errno));
	file->fd = openat(file->dir, file->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (file->fd < 0)
		return errno == ENOENT ? 0 : err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (fstat(file->fd, &status) < 0 || !S_ISREG(status.st_mode))
		return err_set(err, -EINVAL, "%s is no regular file", path);
	return 0;
}

/* Close what state_file_open() opened, and remove a temporary that was not committed. */
void state_file_close(struct state_file *file)
{
	if (file->temporary[0])
		unlinkat(file->dir, file->temporary, 0);
	if (file->fd >= 0)
		close(file->fd);
	if (file->dir >= 0)
		close(file->dir);
	*file = (struct state_file){ .dir = -1, .fd = -1 };
}

/* Give the file that is there another name, which is written to @name: it is not to be trusted, and
 * not to be lost.
 *
 * Return: 0 or -errno.
 */
int state_file_set_aside(struct state_file *file, char *name, size_t size, struct err *err)
{
	static const char suffix[] = ".damaged-";
	size_t length = text_copy(name, size, file->name);

	if (size - length < sizeof(suffix) + TEXT_U64_MAX)
		return err_set(err, -ENAMETOOLONG, "%s: too long a name", file->name);
	length += text_copy(name + length, size - length, suffix);
	*text_u64(name + length, clock_real_ns() / 1000000000u) = '\0';
	if (renameat(file->dir, file->name, file->dir, name) < 0)
		return err_set(err, -errno, "%s: cannot be set aside: %s", file->name,
			       strerror(errno));
	close(file->fd);
	file->fd = -1;
	return 0;
}

/* Begin to write the file that is to take the other's place; what is said goes through @out.
 *
 * Return: 0 or -errno.
 */
int state_file_begin(struct state_file *file, struct buf *out, struct err *err)
{
	size_t length;
	char *at;
	int fd;

	length = text_copy(file->temporary, sizeof(file->temporary) - SUFFIX_MAX, file->name);
	at = file->temporary + length;
	*at++ = '.';
	at = text_u64(at, (uint64_t)getpid());
	text_copy(at, sizeof(".new"), ".new");
	fd = openat(file->dir, file->temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		int ret = err_set(err, -errno, "%s: %s", file->temporary, strerror(errno));

		file->temporary[0] = '\0';
		return ret;
	}
	buf_init(out, fd);
	return 0;
}

/* Put the new file in place of the other, once it is on the disk.
 *
 * Return: 0 or -errno.
 */
int state_file_commit(struct state_file *file, struct buf *out, struct err *err)
{
	int ret = buf_flush(out);

	if (ret == 0 && fsync(out->fd) < 0)
		ret = -errno;
	if (close(out->fd) < 0 && ret == 0)
		ret = -errno;
	if (ret == 0 && renameat(file->dir, file->temporary, file->dir, file->name) < 0)
		ret = -errno;
	if (ret == 0 && fsync(file->dir) < 0)
		ret = -errno;
	if (ret < 0) {
		unlinkat(file->dir, file->temporary, 0);
		err_set(err, ret, "%s: %s", file->name, strerror(-ret));
	}
	file->temporary[0] = '\0';
	return ret;
}
