// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes out of a file: the JSON of netroute or ip -j route show, or the lines of ip route show. */
#include "host/route_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_reader.h"
#include "base/lines.h"
#include "host/route_reading.h"

static bool takes_value(const char *word)
{
	static const char *const keys[] = {
		"via",	 "dev",	   "src",  "metric", "mtu",  "table",  "from",	"tos",	 "proto",
		"scope", "weight", "pref", "advmss", "nhid", "window", "realm", "encap", "expires",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], word) == 0)
			return true;
	return false;
}

/* The words behind the prefix: keys with values; what is not known is passed over, and so are the
 * hops behind the first one. */
static void take_words(struct route_reading *reading, char **rest)
{
	char *word, *value;

	while ((word = strtok_r(NULL, " \t\r", rest))) {
		if (strcmp(word, "nexthop") == 0 && route_reading_has_hop(reading))
			return;
		if (!takes_value(word))
			continue;
		value = strtok_r(NULL, " \t\r", rest);
		if (value && strcmp(word, "via") == 0 && strncmp(value, "inet", 4) == 0) {
			route_reading_via_family(reading, value);
			value = strtok_r(NULL, " \t\r", rest);
		}
		if (value && strcmp(word, "mtu") == 0 && strcmp(value, "lock") == 0)
			value = strtok_r(NULL, " \t\r", rest);
		if (value)
			route_reading_put(reading, word, value);
		else
			reading->is_bad = true;
	}
}

/* One line as of ip-route(8), "[TYPE] PREFIX [via ADDRESS] [dev DEVICE] ...". */
static void take_line(struct route_reading *reading, char *line)
{
	char *rest = NULL, *word = strtok_r(line, " \t\r", &rest);

	if (word && route_reading_type(reading, word))
		word = strtok_r(NULL, " \t\r", &rest);
	if (!word)
		return;
	route_reading_dst(reading, word);
	take_words(reading, &rest);
}

/* The first hop of several, which ip route show writes on lines of their own. */
static void take_hop(struct route_reading *reading, char *line)
{
	char *rest = NULL;

	strtok_r(line, " \t\r", &rest);
	if (!route_reading_has_hop(reading))
		take_words(reading, &rest);
}

static bool is_blank(const char *line)
{
	line += strspn(line, " \t\r");
	return !*line || *line == '#';
}

static int read_lines(struct lines *lines, uint8_t family, route_file_fn *on_route, void *arg,
		      struct err *err)
{
	struct route_reading reading;
	uint64_t number = 0, begun = 0;
	size_t length;
	char *line;
	int ret;

	route_reading_begin(&reading, family);
	for (;;) {
		bool is_hop;

		ret = lines_next(lines, &line, &length);
		if (ret < 0)
			return err_set(err, ret, "cannot read: %s", strerror(-ret));
		number++;
		is_hop = ret > 0 && strncmp(line + strspn(line, " \t"), "nexthop", 7) == 0;
		if (ret > 0 && (strlen(line) < length || length == LINES_SIZE))
			return err_set(err, -EBADMSG, "line %llu: not a route",
				       (unsigned long long)number);
		if (ret > 0 && is_blank(line))
			continue;
		if (is_hop) {
			take_hop(&reading, line);
			continue;
		}
		if (begun && !route_reading_finish(&reading))
			return err_set(err, -EBADMSG, "line %llu: not a route",
				       (unsigned long long)begun);
		if (begun) {
			int answer = on_route(&reading.route, arg);

			if (answer < 0)
				return answer;
		}
		if (ret == 0)
			return 0;
		route_reading_begin(&reading, family);
		take_line(&reading, line);
		begun = number;
	}
}

/* The first byte that is no space tells JSON from lines. */
static bool is_json(const struct lines *lines)
{
	size_t at = lines->start;

	while (at < lines->end && strchr(" \t\r\n", lines->bytes[at]) && lines->bytes[at])
		at++;
	return at < lines->end && (lines->bytes[at] == '[' || lines->bytes[at] == '{');
}

/* Read the routes in @fd, JSON or lines, and hand each to @on_route. @family is that of "default"
 * where nothing else tells it.
 *
 * Return: 0, -EBADMSG for what is no route, -ENOMEM, -errno of reading or of @on_route.
 */
int route_file_read(int fd, uint8_t family, route_file_fn *on_route, void *arg, struct err *err)
{
	struct json_reader *reader;
	struct lines lines;
	int ret;

	lines_init(&lines, fd);
	ret = lines_fill(&lines);
	if (ret < 0)
		return err_set(err, ret, "cannot read: %s", strerror(-ret));
	if (!is_json(&lines))
		return read_lines(&lines, family, on_route, arg, err);
	reader = malloc(sizeof(*reader));
	if (!reader)
		return err_set(err, -ENOMEM, "out of memory");
	json_reader_init(reader, fd);
	memcpy(reader->bytes, lines.bytes, lines.end);
	reader->end = lines.end;
	reader->is_over = lines.at_end;
	ret = route_file_read_json(reader, family, on_route, arg, err);
	free(reader);
	return ret;
}
