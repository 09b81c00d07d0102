// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's own count of sockets, out of /proc/net: no socket is looked at for it. */
#include "host/sockstat.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/lines.h"
#include "host/procnet.h"

static const struct place {
	const char *group, *name;
	size_t offset;
} places[] = {
	{ "sockets:", "used", offsetof(struct sockstat, sockets) },
	{ "TCP:", "inuse", offsetof(struct sockstat, tcp) },
	{ "TCP:", "orphan", offsetof(struct sockstat, tcp_orphaned) },
	{ "TCP:", "tw", offsetof(struct sockstat, tcp_timewait) },
	{ "TCP:", "alloc", offsetof(struct sockstat, tcp_allocated) },
	{ "TCP:", "mem", offsetof(struct sockstat, tcp_pages) },
	{ "UDP:", "inuse", offsetof(struct sockstat, udp) },
	{ "UDP:", "mem", offsetof(struct sockstat, udp_pages) },
	{ "UDPLITE:", "inuse", offsetof(struct sockstat, udplite) },
	{ "RAW:", "inuse", offsetof(struct sockstat, raw) },
	{ "FRAG:", "inuse", offsetof(struct sockstat, frag) },
	{ "FRAG:", "memory", offsetof(struct sockstat, frag_bytes) },
	{ "TCP6:", "inuse", offsetof(struct sockstat, tcp6) },
	{ "UDP6:", "inuse", offsetof(struct sockstat, udp6) },
	{ "UDPLITE6:", "inuse", offsetof(struct sockstat, udplite6) },
	{ "RAW6:", "inuse", offsetof(struct sockstat, raw6) },
	{ "FRAG6:", "inuse", offsetof(struct sockstat, frag6) },
	{ "FRAG6:", "memory", offsetof(struct sockstat, frag6_bytes) },
};

static bool is_word(const char *word, size_t length, const char *text)
{
	return strlen(text) == length && memcmp(word, text, length) == 0;
}

/* Read a line of /proc/net/sockstat or sockstat6 (net/ipv4/proc.c, net/ipv6/proc.c): "GROUP: NAME
 * VALUE NAME VALUE...". What is not known is passed over.
 *
 * Return: whether it is one; if not, @sockstat has what came before the fault.
 */
bool sockstat_parse(const char *line, struct sockstat *sockstat)
{
	struct cursor cursor = { .at = line };
	size_t group_length, length;
	const char *group = cursor_take_word(&cursor, &group_length);

	if (cursor.failed || group[group_length - 1] != ':')
		return false;
	for (cursor_skip_blanks(&cursor); *cursor.at; cursor_skip_blanks(&cursor)) {
		const char *name = cursor_take_word(&cursor, &length);
		uint64_t value;

		cursor_skip_blanks(&cursor);
		value = cursor_take_decimal(&cursor);
		if (cursor.failed)
			return false;
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
			if (is_word(group, group_length, places[i].group) &&
			    is_word(name, length, places[i].name))
				memcpy((char *)sockstat + places[i].offset, &value, sizeof(value));
	}
	return true;
}

static int read_file(const char *file, struct sockstat *sockstat, struct err *err)
{
	int fd = procnet_open(file, err), ret;
	struct lines lines;
	size_t length;
	char *line;

	if (fd < 0)
		return fd;
	lines_init(&lines, fd);
	while ((ret = lines_next(&lines, &line, &length)) > 0) {
		if (sockstat_parse(line, sockstat))
			continue;
		ret = -EBADMSG;
		break;
	}
	close(fd);
	if (ret == -EBADMSG)
		err_set(err, ret, "/proc/net/%s: bad line", file);
	else if (ret < 0)
		err_set(err, ret, "/proc/net/%s: %s", file, strerror(-ret));
	return ret;
}

/* Read how many sockets this network namespace has. A kernel without IPv6 has none of these.
 *
 * Return: 0 or -errno: -ENOENT or -ENODEV if there is no /proc/net/sockstat, -EBADMSG for a line
 * that is not understood.
 */
int sockstat_read(struct sockstat *sockstat, struct err *err)
{
	int ret;

	memset(sockstat, 0xff, sizeof(*sockstat));
	ret = read_file("sockstat", sockstat, err);
	if (ret < 0)
		return ret;
	ret = read_file("sockstat6", sockstat, err);
	return ret == -ENOENT ? 0 : ret;
}
