// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Read the number in /proc/sys/net/@path: of the calling thread's network namespace, as these files
 * are.
 *
 * Return: 0 or -errno, -EBADMSG if it is no number.
 */
int sysctl_read_number(const char *path, int64_t *value)
{
	char text[128] = "/proc/sys/net/";
	size_t length = strlen(text);
	bool is_negative;
	uint64_t number;
	ssize_t n;
	int fd;

	if (strlen(path) >= sizeof(text) - length)
		return -ENAMETOOLONG;
	text_copy(text + length, sizeof(text) - length, path);
	fd = open(text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	text[strcspn(text, "\n\t ")] = '\0';
	is_negative = text[0] == '-';
	if (text_parse_u64(text + is_negative, INT64_MAX, &number) < 0)
		return -EBADMSG;
	*value = is_negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

/* Read a setting of a device: @family is "ipv4" or "ipv6", @device may be "all".
 *
 * Return: as sysctl_read_number().
 */
int sysctl_read_conf(const char *family, const char *device, const char *name, int64_t *value)
{
	char path[96];
	size_t length = text_copy(path, sizeof(path), family);

	length += text_copy(path + length, sizeof(path) - length, "/conf/");
	length += text_copy(path + length, sizeof(path) - length, device);
	length += text_copy(path + length, sizeof(path) - length, "/");
	text_copy(path + length, sizeof(path) - length, name);
	return sysctl_read_number(path, value);
}
