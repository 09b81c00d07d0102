// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"

#define NAMED_FOLDER "/run/netns/"

/* Build the path of a namespace that was given by name.
 *
 * Return: 0 or -EINVAL.
 */
static int named_path(char *path, size_t size, const char *name, struct err *err)
{
	size_t length = text_copy(path, size, NAMED_FOLDER);

	if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return err_set(err, -EINVAL, "'%.128s' is no name of a network namespace", name);
	if (strlen(name) >= size - length)
		return err_set(err, -ENAMETOOLONG, "the name of the network namespace is too long");
	text_copy(path + length, size - length, name);
	return 0;
}

/* O_NONBLOCK: what the path names may be a FIFO. */
static int open_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

/* The namespace of the process @text. The process is pinned first, and its namespace is good only
 * if the process is still there afterwards: the number may have been given to another one
 * meanwhile. */
static int open_process(const char *text, struct err *err)
{
	char path[64];
	uint64_t pid;
	int pin, fd;

	if (text_parse_u64(text, INT32_MAX, &pid) < 0 || pid == 0)
		return err_set(err, -EINVAL, "pid:%s: not a process number", text);
	pin = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (pin < 0)
		return -errno;
	text_copy(path, sizeof(path), "/proc/");
	text_copy(text_u64(path + strlen(path), pid), sizeof("/ns/net"), "/ns/net");
	fd = open_path(path);
	if (fd >= 0 && syscall(SYS_pidfd_send_signal, pin, 0, NULL, 0) < 0 && errno == ESRCH) {
		close(fd);
		fd = -ESRCH;
	}
	close(pin);
	return fd;
}

/* Move the calling thread into the network namespace @name: the name of one in /run/netns, a path
 * that has a '/', or pid:N for that of a process.
 *
 * Return: 0, -EINVAL if it is no network namespace, -EPERM without CAP_SYS_ADMIN, or another
 * -errno.
 */
int netns_enter(const char *name, struct err *err)
{
	char path[256];
	int fd, ret = 0;

	if (strncmp(name, "pid:", 4) == 0) {
		fd = open_process(name + 4, err);
		if (fd == -EINVAL)
			return fd;
	} else if (strchr(name, '/')) {
		fd = open_path(name);
	} else {
		ret = named_path(path, sizeof(path), name, err);
		if (ret < 0)
			return ret;
		fd = open_path(path);
	}
	if (fd < 0)
		return err_set(err, fd, "network namespace %.128s: %s", name, strerror(-fd));
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		ret = err_set(err, -EINVAL, "%.128s is no network namespace", name);
	else if (setns(fd, CLONE_NEWNET) < 0)
		ret = err_set(err, -errno, "network namespace %.128s: %s", name, strerror(errno));
	close(fd);
	return ret;
}

/* Write what the calling thread's network namespace is called when it has no name, "net:[INODE]",
 * to @text.
 *
 * Return: 0 or -errno.
 */
int netns_describe(char *text, size_t size)
{
	ssize_t length = readlink("/proc/thread-self/ns/net", text, size - 1);

	text[length > 0 ? length : 0] = '\0';
	return length < 0 ? -errno : 0;
}

/* Enter the namespace @name, if there is one, and write what it is to be called in output to
 * @label: @name as it was given, else "net:[INODE]".
 *
 * Return: 0, or -errno with @err.
 */
int netns_enter_as(const char *name, char *label, size_t size, struct err *err)
{
	int ret = name ? netns_enter(name, err) : 0;

	if (ret < 0)
		return ret;
	if (name)
		text_copy(label, size, name);
	else
		netns_describe(label, size);
	return 0;
}

/* Open what is called @name in /run/netns.
 *
 * Return: a descriptor, or -1 if it is no network namespace.
 */
static int open_named(const char *name, struct stat *status)
{
	char path[256];
	int fd;

	if (named_path(path, sizeof(path), name, NULL) < 0)
		return -1;
	fd = open_path(path);
	if (fd < 0)
		return -1;
	if (ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET && fstat(fd, status) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Name every network namespace in /run/netns, each once, whatever it is called there. One that has
 * no name, as containers' mostly have not, is not found.
 *
 * Return: 0, what @on_name returned if that was not 0, or -errno.
 */
int netns_each(int (*on_name)(const char *name, void *arg), void *arg, struct err *err)
{
	struct dirent **names = NULL;
	struct stat *seen = NULL;
	int count = scandir(NAMED_FOLDER, &names, NULL, alphasort), ret = 0;
	size_t known = 0;

	if (count < 0)
		return errno == ENOENT ? 0 :
					 err_set(err, -errno, NAMED_FOLDER ": %s", strerror(errno));
	seen = calloc((size_t)count + 1, sizeof(*seen));
	if (!seen)
		ret = err_set(err, -ENOMEM, "out of memory");
	for (int i = 0; i < count && seen && ret == 0; i++) {
		int fd = open_named(names[i]->d_name, &seen[known]);
		bool is_new = fd >= 0;

		if (fd >= 0)
			close(fd);
		for (size_t j = 0; j < known && is_new; j++)
			is_new = seen[j].st_ino != seen[known].st_ino;
		if (is_new) {
			known++;
			ret = on_name(names[i]->d_name, arg);
		}
	}
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	free(seen);
	return ret;
}
