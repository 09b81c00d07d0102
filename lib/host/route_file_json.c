// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes in JSON: of netroute --json or --ndjson, or of ip -j route show. */
#include <errno.h>
#include <string.h>

#include "base/json_reader.h"
#include "base/text.h"
#include "host/route_reading.h"

/* The parts of a route's object. */
enum section {
	SECTION_ROUTE,
	SECTION_VIA,
	SECTION_HOPS,
	SECTION_METRICS,
	SECTION_OTHER,
};

/* A key of a hop: the first one's is the route's. */
static bool is_of_hop(const char *key)
{
	return strcmp(key, "gateway") == 0 || strcmp(key, "host") == 0 || strcmp(key, "dev") == 0;
}

static void put(struct route_reading *reading, enum section section, const char *key,
		const char *value)
{
	bool is_family = strcmp(key, "family") == 0;

	switch (section) {
	case SECTION_ROUTE:
		route_reading_put(reading, key, value);
		break;
	case SECTION_VIA:
		if (is_family)
			route_reading_via_family(reading, value);
		else
			route_reading_put(reading, key, value);
		break;
	case SECTION_HOPS:
		if (is_of_hop(key))
			route_reading_put(reading, key, value);
		break;
	case SECTION_METRICS:
		if (strcmp(key, "mtu") == 0)
			route_reading_put(reading, key, value);
		break;
	case SECTION_OTHER:
		break;
	}
}

/* What a value inside the route's object belongs to, by the key that it stands under. */
static enum section section_of(const char *key)
{
	if (strcmp(key, "nexthops") == 0)
		return SECTION_HOPS;
	if (strcmp(key, "metrics") == 0)
		return SECTION_METRICS;
	return strcmp(key, "via") == 0 ? SECTION_VIA : SECTION_OTHER;
}

/* Read the rest of a route's object, whose brace was taken. */
static int read_object(struct json_reader *reader, struct route_reading *reading)
{
	enum section section = SECTION_ROUTE;
	unsigned int level = 1, hops = 0;
	char key[32] = "";
	int token;

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
				put(reading, section, key, reader->text);
			break;
		case JSON_WORD:
			break;
		default:
			return token < 0 ? token : -EBADMSG;
		}
	}
	return 0;
}

/* Read what is left of @reader. @family is that of "default" where nothing else tells it.
 *
 * Return: as route_file_read().
 */
int route_file_read_json(struct json_reader *reader, uint8_t family, route_file_fn *on_route,
			 void *arg, struct err *err)
{
	struct route_reading reading;
	int token, ret = 0;

	while (ret == 0 && (token = json_reader_next(reader)) != JSON_END) {
		if (token == JSON_LIST || token == JSON_LIST_END)
			continue;
		route_reading_begin(&reading, family);
		ret = token == JSON_OBJECT ? read_object(reader, &reading) :
		      token < 0		   ? token :
					     -EBADMSG;
		if (ret == 0 && !route_reading_finish(&reading))
			ret = -EBADMSG;
		if (ret == 0) {
			ret = on_route(&reading.route, arg);
			if (ret < 0)
				return ret;
		}
	}
	if (ret == -EBADMSG)
		return err_set(err, ret, "line %llu: no route in JSON",
			       (unsigned long long)reader->line);
	return ret < 0 ? err_set(err, ret, "cannot read: %s", strerror(-ret)) : 0;
}
