// SPDX-License-Identifier: GPL-2.0-or-later
/* The counters of the protocols, out of /proc/net, in the kernel's order. */
#include "host/counters.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/lines.h"
#include "base/text.h"
#include "host/procnet.h"

static uint64_t take_value(struct cursor *cursor)
{
	bool is_negative;
	uint64_t value;

	cursor_skip_blanks(cursor);
	is_negative = *cursor->at == '-';
	if (is_negative)
		cursor->at++;
	value = cursor_take_decimal(cursor);
	return is_negative ? -value : value;
}

/* Cut @text at its first colon.
 *
 * Return: what follows that, NULL if there is none, or nothing in front of it.
 */
static char *behind_title(char *text)
{
	char *colon = strchr(text, ':');

	if (!colon || colon == text || colon - text >= COUNTERS_GROUP_SIZE)
		return NULL;
	*colon = '\0';
	return colon + 1;
}

/* Read two lines of /proc/net/snmp or netstat (net/ipv4/proc.c): "Tcp: NAME NAME...", "Tcp: VALUE
 * VALUE...". Both are taken apart in place.
 *
 * Return: 0, -EBADMSG if they do not fit, or what @on_counter returned if that was not 0.
 */
int counters_parse_pair(char *names, char *values, counter_fn *on_counter, void *arg)
{
	struct counter counter = { .group = names };
	struct cursor name = { .at = behind_title(names) };
	struct cursor value = { .at = behind_title(values) };
	int ret;

	if (!name.at || !value.at || strcmp(names, values) != 0)
		return -EBADMSG;
	for (cursor_skip_blanks(&name); *name.at; cursor_skip_blanks(&name)) {
		size_t length, index;

		counter.name = cursor_take_word(&name, &length);
		counter.value = take_value(&value);
		if (value.failed)
			return -EBADMSG;
		index = (size_t)(counter.name - names) + length;
		if (names[index])
			name.at++; /* over the end that this name is given */
		names[index] = '\0';
		ret = on_counter(&counter, arg);
		if (ret)
			return ret;
	}
	cursor_skip_blanks(&value);
	return *value.at ? -EBADMSG : 0;
}

/* Read a line of /proc/net/snmp6 (net/ipv6/proc.c) or sctp/snmp: "NAME VALUE". It is taken apart in
 * place. The group is the front of the name, "Sctp" or all up to a 6; it goes to @group
 * (COUNTERS_GROUP_SIZE bytes).
 *
 * Return: whether it is one; if not, @counter is undefined.
 */
bool counters_parse_line(char *line, char *group, struct counter *counter)
{
	struct cursor cursor = { .at = line };
	size_t length, front;

	counter->name = cursor_take_word(&cursor, &length);
	counter->value = take_value(&cursor);
	counter->group = group;
	cursor_skip_blanks(&cursor);
	if (cursor.failed || *cursor.at || length == 0)
		return false;
	line[(size_t)(counter->name - line) + length] = '\0';
	front = strncmp(counter->name, "Sctp", 4) == 0 ? 4 : strcspn(counter->name, "6") + 1;
	if (front > length || front >= COUNTERS_GROUP_SIZE)
		return false;
	memcpy(group, counter->name, front);
	group[front] = '\0';
	return true;
}

static int read_pairs(struct lines *lines, counter_fn *on_counter, void *arg)
{
	char names[LINES_SIZE + 1], *line;
	size_t length;
	int ret;

	while ((ret = lines_next(lines, &line, &length)) > 0) {
		if (length == 0)
			continue;
		memcpy(names, line, length + 1);
		ret = lines_next(lines, &line, &length);
		if (ret <= 0)
			return ret < 0 ? ret : -EBADMSG;
		ret = counters_parse_pair(names, line, on_counter, arg);
		if (ret)
			return ret;
	}
	return ret;
}

static int read_lines(struct lines *lines, counter_fn *on_counter, void *arg)
{
	char group[COUNTERS_GROUP_SIZE], *line;
	struct counter counter;
	size_t length;
	int ret;

	while ((ret = lines_next(lines, &line, &length)) > 0) {
		ret = counters_parse_line(line, group, &counter) ? on_counter(&counter, arg) :
								   -EBADMSG;
		if (ret)
			return ret;
	}
	return ret;
}

/* Hand the counters in @file to @on_counter, in the kernel's order.
 *
 * Return: 0, also if @on_counter stopped it, or -errno: -ENOENT if the kernel has no such file,
 * -ENODEV if there is no /proc, -EBADMSG for a line that is not understood, or what @on_counter
 * failed with.
 */
int counters_read(enum counters_file file, counter_fn *on_counter, void *arg, struct err *err)
{
	static const char *const files[] = {
		[COUNTERS_SNMP] = "snmp",
		[COUNTERS_NETSTAT] = "netstat",
		[COUNTERS_SNMP6] = "snmp6",
		[COUNTERS_SCTP] = "sctp/snmp",
	};
	int fd = procnet_open(files[file], err), ret;
	struct lines lines;

	if (fd < 0)
		return fd;
	lines_init(&lines, fd);
	if (file == COUNTERS_SNMP || file == COUNTERS_NETSTAT)
		ret = read_pairs(&lines, on_counter, arg);
	else
		ret = read_lines(&lines, on_counter, arg);
	close(fd);
	if (ret == -EBADMSG)
		err_set(err, ret, "/proc/net/%s: bad line", files[file]);
	return ret < 0 ? ret : 0;
}
