// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes out of a file: the JSON of netroute or ip -j route show, or the lines of ip route show. */
#include "host/route_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json_reader.h"
#include "base/lines.h"
#include "base/text.h"
#include "record/route.h"

/* The parts of a route's object in JSON. */
enum section {
	SECTION_ROUTE,
	SECTION_HOPS,
	SECTION_METRICS,
	SECTION_OTHER,
};

struct reading {
	struct route_text route;
	char dst[PREFIX_TEXT_MAX + 1];
	uint8_t family; /* of "default" where nothing else tells, or AF_UNSPEC */
	bool has_dst, is_bad;
};

static void begin_route(struct reading *reading)
{
	reading->route = (struct route_text){ .type = ROUTE_UNICAST };
	reading->has_dst = false;
	reading->is_bad = false;
}

static bool set_type(struct route_text *route, const char *text)
{
	for (unsigned int i = ROUTE_UNICAST; i < ROUTE_TYPE_COUNT; i++) {
		if (strcmp(route_type_names[i], text) != 0)
			continue;
		route->type = (uint8_t)i;
		return true;
	}
	return false;
}

static void set_number(struct reading *reading, uint32_t *number, const char *text)
{
	uint64_t value;

	if (text_parse_u64(text, UINT32_MAX, &value) < 0)
		reading->is_bad = true;
	else
		*number = (uint32_t)value;
}

/* Devices are names here: the zone of an address would be looked for among those of this host. */
static void set_addr(struct reading *reading, struct addr *addr, const char *text)
{
	reading->is_bad |= strchr(text, '%') || addr_parse(addr, text) < 0;
}

static void set_dst(struct reading *reading, const char *text)
{
	reading->is_bad |= strlen(text) >= sizeof(reading->dst);
	text_copy(reading->dst, sizeof(reading->dst), text);
	reading->has_dst = true;
}

/* Of "default" the family is that of whatever address stands beside it. */
static uint8_t family_of(const struct reading *reading)
{
	if (reading->route.gateway.family && !reading->family)
		return reading->route.gateway.family;
	if (reading->route.prefsrc.family && !reading->family)
		return reading->route.prefsrc.family;
	return reading->family ? reading->family : AF_INET;
}

/* Whether what was read is a route; its prefix is read now, when the rest is known. */
static bool finish_route(struct reading *reading)
{
	struct route_text *route = &reading->route;

	if (!reading->has_dst || reading->is_bad)
		return false;
	if (strcmp(reading->dst, "default") == 0 || strcmp(reading->dst, "all") == 0) {
		route->dst = prefix_any(family_of(reading));
		return true;
	}
	return !strchr(reading->dst, '%') && prefix_parse(&route->dst, reading->dst) == 0;
}

/* --- lines --- */

static void set_word(struct reading *reading, const char *key, const char *value)
{
	struct route_text *route = &reading->route;

	if (strcmp(key, "via") == 0)
		set_addr(reading, &route->gateway, value);
	else if (strcmp(key, "dev") == 0)
		text_copy(route->dev, sizeof(route->dev), value);
	else if (strcmp(key, "src") == 0)
		set_addr(reading, &route->prefsrc, value);
	else if (strcmp(key, "metric") == 0)
		set_number(reading, &route->metric, value);
	else if (strcmp(key, "mtu") == 0)
		set_number(reading, &route->mtu, value);
	else if (strcmp(key, "table") == 0)
		text_copy(route->table, sizeof(route->table), value);
	else if (strcmp(key, "from") == 0)
		route->has_source = true;
	else if (strcmp(key, "tos") == 0)
		route->has_tos = true;
}

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

static bool has_hop(const struct reading *reading)
{
	return reading->route.gateway.family || reading->route.dev[0];
}

/* The words behind the prefix: keys with values; what is not known is passed over, and so are the
 * hops behind the first one. */
static void take_words(struct reading *reading, char **rest)
{
	char *word, *value;

	while ((word = strtok_r(NULL, " \t\r", rest))) {
		if (strcmp(word, "nexthop") == 0 && has_hop(reading))
			return;
		if (!takes_value(word))
			continue;
		value = strtok_r(NULL, " \t\r", rest);
		if (value && strcmp(word, "via") == 0 && strncmp(value, "inet", 4) == 0)
			value = strtok_r(NULL, " \t\r", rest);
		if (value && strcmp(word, "mtu") == 0 && strcmp(value, "lock") == 0)
			value = strtok_r(NULL, " \t\r", rest);
		if (value)
			set_word(reading, word, value);
		else
			reading->is_bad = true;
	}
}

static void take_line(struct reading *reading, char *line)
{
	char *rest = NULL, *word = strtok_r(line, " \t\r", &rest);

	if (word && set_type(&reading->route, word))
		word = strtok_r(NULL, " \t\r", &rest);
	if (!word)
		return;
	set_dst(reading, word);
	take_words(reading, &rest);
}

/* The first hop of several, which ip route show writes on lines of their own. */
static void take_hop(struct reading *reading, char *line)
{
	char *rest = NULL;

	strtok_r(line, " \t\r", &rest);
	if (!has_hop(reading))
		take_words(reading, &rest);
}

/* Read one line as of ip-route(8), "[TYPE] PREFIX [via ADDRESS] [dev DEVICE] ...", which is
 * changed. @family is the family of "default" where no address tells it; AF_UNSPEC: IPv4.
 *
 * Return: whether it is one; if not, @route is undefined.
 */
bool route_file_parse(char *line, uint8_t family, struct route_text *route)
{
	struct reading reading = { .family = family };
	bool is_route;

	begin_route(&reading);
	take_line(&reading, line);
	is_route = finish_route(&reading);
	*route = reading.route;
	return is_route;
}

static bool is_blank(const char *line)
{
	line += strspn(line, " \t\r");
	return !*line || *line == '#';
}

static int read_lines(struct lines *lines, struct reading *reading, route_file_fn *on_route,
		      void *arg, struct err *err)
{
	uint64_t number = 0, begun = 0;
	size_t length;
	char *line;
	int ret;

	begin_route(reading);
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
			take_hop(reading, line);
			continue;
		}
		if (begun && !finish_route(reading))
			return err_set(err, -EBADMSG, "line %llu: not a route",
				       (unsigned long long)begun);
		if (begun) {
			int answer = on_route(&reading->route, arg);

			if (answer < 0)
				return answer;
		}
		if (ret == 0)
			return 0;
		begin_route(reading);
		take_line(reading, line);
		begun = number;
	}
}

/* --- JSON --- */

static void set_value(struct reading *reading, enum section section, const char *key,
		      const char *text)
{
	struct route_text *route = &reading->route;

	if (section == SECTION_METRICS && strcmp(key, "mtu") == 0)
		set_number(reading, &route->mtu, text);
	if (section == SECTION_OTHER || section == SECTION_METRICS)
		return;
	if (strcmp(key, "gateway") == 0 || strcmp(key, "host") == 0)
		set_addr(reading, &route->gateway, text);
	else if (strcmp(key, "dev") == 0)
		text_copy(route->dev, sizeof(route->dev), text);
	if (section != SECTION_ROUTE)
		return;
	if (strcmp(key, "dst") == 0)
		set_dst(reading, text);
	else if (strcmp(key, "family") == 0)
		reading->family = strcmp(text, "inet6") == 0 ? AF_INET6 : AF_INET;
	else if (strcmp(key, "type") == 0)
		reading->is_bad |= !set_type(route, text);
	else if (strcmp(key, "prefsrc") == 0)
		set_addr(reading, &route->prefsrc, text);
	else if (strcmp(key, "metric") == 0)
		set_number(reading, &route->metric, text);
	else if (strcmp(key, "table") == 0)
		text_copy(route->table, sizeof(route->table), text);
	else if (strcmp(key, "from") == 0)
		route->has_source = true;
	else if (strcmp(key, "tos") == 0)
		route->has_tos = true;
}

/* What a value inside the route's object belongs to, by the key that it stands under. */
static enum section section_of(const char *key)
{
	if (strcmp(key, "nexthops") == 0)
		return SECTION_HOPS;
	if (strcmp(key, "metrics") == 0)
		return SECTION_METRICS;
	return strcmp(key, "via") == 0 ? SECTION_ROUTE : SECTION_OTHER;
}

/* Read the rest of a route's object, whose brace was taken. */
static int read_object(struct json_reader *reader, struct reading *reading)
{
	enum section section = SECTION_ROUTE;
	unsigned int level = 1, hops = 0;
	char key[32] = "";
	int token;

	begin_route(reading);
	while (level > 0) {
		token = json_reader_next(reader);
		switch (token) {
		case JSON_KEY:
			text_copy(key, sizeof(key), reader->text);
			break;
		case JSON_OBJECT:
		case JSON_LIST:
			if (level == 1)
				section = section_of(key);
			hops += section == SECTION_HOPS && token == JSON_OBJECT && level == 2;
			level++;
			break;
		case JSON_OBJECT_END:
		case JSON_LIST_END:
			level--;
			if (level == 1)
				section = SECTION_ROUTE;
			break;
		case JSON_STRING:
		case JSON_NUMBER:
			if (section != SECTION_HOPS || hops == 1)
				set_value(reading, section, key, reader->text);
			break;
		case JSON_WORD:
			break;
		default:
			return token < 0 ? token : -EBADMSG;
		}
	}
	return 0;
}

static int read_json(struct json_reader *reader, struct reading *reading, route_file_fn *on_route,
		     void *arg, struct err *err)
{
	uint8_t family = reading->family;
	int token, ret = 0;

	while (ret == 0 && (token = json_reader_next(reader)) != JSON_END) {
		if (token == JSON_LIST || token == JSON_LIST_END)
			continue;
		reading->family = family;
		ret = token == JSON_OBJECT ? read_object(reader, reading) :
		      token < 0		   ? token :
					     -EBADMSG;
		if (ret == 0 && !finish_route(reading))
			ret = -EBADMSG;
		if (ret == 0) {
			ret = on_route(&reading->route, arg);
			if (ret < 0)
				return ret;
		}
	}
	if (ret == -EBADMSG)
		return err_set(err, ret, "line %llu: no route in JSON",
			       (unsigned long long)reader->line);
	return ret < 0 ? err_set(err, ret, "cannot read: %s", strerror(-ret)) : 0;
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
	struct reading reading = { .family = family };
	struct json_reader *reader;
	struct lines lines;
	int ret;

	lines_init(&lines, fd);
	ret = lines_fill(&lines);
	if (ret < 0)
		return err_set(err, ret, "cannot read: %s", strerror(-ret));
	if (!is_json(&lines))
		return read_lines(&lines, &reading, on_route, arg, err);
	reader = malloc(sizeof(*reader));
	if (!reader)
		return err_set(err, -ENOMEM, "out of memory");
	json_reader_init(reader, fd);
	memcpy(reader->bytes, lines.bytes, lines.end);
	reader->end = lines.end;
	reader->is_over = lines.at_end;
	ret = read_json(reader, &reading, on_route, arg, err);
	free(reader);
	return ret;
}
