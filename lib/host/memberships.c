// SPDX-License-Identifier: GPL-2.0-or-later
/* The multicast groups that interfaces have joined, out of /proc/net, the only place that has those
 * of IPv4 on older kernels, and how many use each. */
#include "host/memberships.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/lines.h"
#include "base/text.h"
#include "host/procnet.h"

static uint32_t take_u32(struct cursor *cursor)
{
	uint64_t value;

	cursor_skip_blanks(cursor);
	value = cursor_take_decimal(cursor);
	cursor->failed |= value > UINT32_MAX;
	return (uint32_t)value;
}

/* A word, without a colon at its end, as the name of an interface. */
static void take_name(struct cursor *cursor, char *name)
{
	size_t length;
	const char *word = cursor_take_word(cursor, &length);

	if (length > 0 && word[length - 1] == ':')
		length--;
	if (length == 0 || length >= IF_NAMESIZE) {
		cursor->failed = true;
		return;
	}
	memcpy(name, word, length);
	name[length] = '\0';
}

/* Read a line of /proc/net/igmp (net/ipv4/igmp.c, igmp_mc_seq_show()): "index name : count
 * querier", or, behind a tab, "group users timer reporter". The group is a word of this machine's
 * byte order in hexadecimal. The interface in @membership stays for the groups that follow.
 *
 * Return: which of the two it is, or that it is neither.
 */
enum memberships_line memberships_parse_igmp(const char *line, struct membership *membership)
{
	struct cursor cursor = { .at = line };
	bool is_group = *line == '\t';
	uint32_t group;

	if (!is_group) {
		membership->iface = take_u32(&cursor);
		take_name(&cursor, membership->name);
		return cursor.failed ? MEMBERSHIPS_BAD : MEMBERSHIPS_INTERFACE;
	}
	cursor_skip_blanks(&cursor);
	group = (uint32_t)cursor_take_hex(&cursor);
	membership->users = take_u32(&cursor);
	membership->group = (struct addr){ .family = AF_INET };
	memcpy(membership->group.bytes, &group, sizeof(group));
	return cursor.failed || !membership->name[0] ? MEMBERSHIPS_BAD : MEMBERSHIPS_GROUP;
}

/* Read a line of /proc/net/igmp6 (net/ipv6/mcast.c, igmp6_mc_seq_show()): "index name group users
 * flags timer", the group being 32 hexadecimal digits in network order.
 *
 * Return: whether it is one; if not, @membership is undefined.
 */
bool memberships_parse_igmp6(const char *line, struct membership *membership)
{
	struct cursor cursor = { .at = line };

	membership->iface = take_u32(&cursor);
	take_name(&cursor, membership->name);
	membership->group = (struct addr){ .family = AF_INET6 };
	cursor_skip_blanks(&cursor);
	cursor_take_bytes(&cursor, membership->group.bytes, 16);
	membership->users = take_u32(&cursor);
	return !cursor.failed;
}

static enum memberships_line parse(uint8_t family, const char *line, struct membership *membership)
{
	if (family == AF_INET)
		return memberships_parse_igmp(line, membership);
	return memberships_parse_igmp6(line, membership) ? MEMBERSHIPS_GROUP : MEMBERSHIPS_BAD;
}

/* List the memberships of @family in the kernel's order.
 *
 * Return: 0, also if @on_row stopped it, or -errno: -ENOENT if the kernel has no multicast of that
 * family, -ENODEV if there is no /proc, -EBADMSG for a line that is not understood, or what @on_row
 * failed with.
 */
int memberships_list(uint8_t family, membership_fn *on_row, void *arg, struct err *err)
{
	const char *file = family == AF_INET ? "igmp" : "igmp6";
	struct membership membership = { .name = "" };
	struct lines lines;
	size_t length;
	char *line;
	int fd = procnet_open(file, err), ret, answer = 0;

	if (fd < 0)
		return fd;
	lines_init(&lines, fd);
	ret = family == AF_INET ? lines_next(&lines, &line, &length) : 1; /* the heading */
	while (ret > 0 && answer == 0 && (ret = lines_next(&lines, &line, &length)) > 0) {
		enum memberships_line kind = parse(family, line, &membership);

		if (kind == MEMBERSHIPS_BAD)
			answer = err_set(err, -EBADMSG, "/proc/net/%s: bad line", file);
		else if (kind == MEMBERSHIPS_GROUP)
			answer = on_row(&membership, arg);
	}
	close(fd);
	if (ret < 0)
		err_set(err, ret, "/proc/net/%s: %s", file, strerror(-ret));
	return ret < 0 ? ret : answer < 0 ? answer : 0;
}
