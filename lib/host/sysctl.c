// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Read /proc/sys/net/@path, which is of the calling thread's network namespace, to @text.
 *
 * Return: 0 or -errno.
 */
static int read_text(const char *path, char *text, size_t size)
{
	char whole[128] = "/proc/sys/net/";
	size_t length = strlen(whole);
	ssize_t n;
	int fd;

	if (strlen(path) >= sizeof(whole) - length)
		return -ENAMETOOLONG;
	text_copy(whole + length, sizeof(whole) - length, path);
	fd = open(whole, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	return 0;
}

/* Read the number in /proc/sys/net/@path.
 *
 * Return: 0 or -errno, -EBADMSG if it is no number.
 */
int sysctl_read_number(const char *path, int64_t *value)
{
	bool is_negative;
	uint64_t number;
	char text[128];
	int ret = read_text(path, text, sizeof(text));

	if (ret < 0)
		return ret;
	text[strcspn(text, "\n\t ")] = '\0';
	is_negative = text[0] == '-';
	if (text_parse_u64(text + is_negative, INT64_MAX, &number) < 0)
		return -EBADMSG;
	*value = is_negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

/* Read the two ports in /proc/sys/net/@path, as in ipv4/ip_local_port_range.
 *
 * Return: 0 or -errno, -EBADMSG if it is no range.
 */
int sysctl_read_ports(const char *path, uint16_t *low, uint16_t *high)
{
	uint64_t first, last;
	char text[128], *second;
	int ret = read_text(path, text, sizeof(text));

	if (ret < 0)
		return ret;
	second = text + strcspn(text, "\t ");
	if (!*second)
		return -EBADMSG;
	*second++ = '\0';
	second[strcspn(second, "\n")] = '\0';
	if (text_parse_u64(text, UINT16_MAX, &first) < 0 ||
	    text_parse_u64(second, UINT16_MAX, &last) < 0)
		return -EBADMSG;
	*low = (uint16_t)first;
	*high = (uint16_t)last;
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
