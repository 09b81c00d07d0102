// SPDX-License-Identifier: GPL-2.0-or-later
/* What a file says of a route, key by key: ip route show has words for them, ip -j route show and
 * netroute --json keys, of which both call few differently. */
#include "host/route_reading.h"

#include <string.h>

#include "base/text.h"
#include "record/route.h"

static bool is(const char *word, const char *other)
{
	return strcmp(word, other) == 0;
}

/* Begin a route. @family is that of "default" where nothing else tells it, or AF_UNSPEC. */
void route_reading_begin(struct route_reading *reading, uint8_t family)
{
	*reading = (struct route_reading){ .route.type = ROUTE_UNICAST, .family = family };
}

/* Return: whether @type is one, which the route is now of. */
bool route_reading_type(struct route_reading *reading, const char *type)
{
	for (unsigned int i = ROUTE_UNICAST; i < ROUTE_TYPE_COUNT; i++) {
		if (!is(route_type_names[i], type))
			continue;
		reading->route.type = (uint8_t)i;
		return true;
	}
	return false;
}

/* The prefix, which is understood when the rest is known. A tunnel's destination comes later, in
 * `ip -j route show` under the same key. */
void route_reading_dst(struct route_reading *reading, const char *dst)
{
	if (reading->has_dst)
		return;
	reading->is_bad |= strlen(dst) >= sizeof(reading->dst);
	text_copy(reading->dst, sizeof(reading->dst), dst);
	reading->has_dst = true;
}

/* The family of the next hop, which is told only where the route is of the other one. */
void route_reading_via_family(struct route_reading *reading, const char *family)
{
	reading->family = is(family, "inet6") ? AF_INET : AF_INET6;
}

static void put_number(struct route_reading *reading, uint32_t *number, const char *text)
{
	uint64_t value;

	if (text_parse_u64(text, UINT32_MAX, &value) < 0)
		reading->is_bad = true;
	else
		*number = (uint32_t)value;
}

/* Devices are names here: the zone of an address would be looked for among those of this host. */
static void put_addr(struct route_reading *reading, struct addr *addr, const char *text)
{
	reading->is_bad |= strchr(text, '%') || addr_parse(addr, text) < 0;
}

static void begin_tunnel(struct route_reading *reading, const char *type)
{
	reading->in_tunnel = true;
	reading->tunnel_has_tos = is(type, "ip");
}

/* Whether @key is one that tunnels have, too, and this is the tunnel's. */
static bool is_of_tunnel(struct route_reading *reading, const char *key)
{
	bool is_tos = is(key, "tos");

	if (!reading->in_tunnel || (is_tos && !reading->tunnel_has_tos))
		return false;
	if (is_tos)
		reading->tunnel_has_tos = false;
	return is_tos || is(key, "src") || is(key, "dst");
}

/* Note @value, which stands behind @key; what is not known is passed over. */
void route_reading_put(struct route_reading *reading, const char *key, const char *value)
{
	struct route_text *route = &reading->route;

	if (is(key, "encap")) {
		begin_tunnel(reading, value);
	} else if (is_of_tunnel(reading, key)) {
		return;
	} else if (is(key, "via") || is(key, "gateway") || is(key, "host")) {
		reading->in_tunnel = false;
		put_addr(reading, &route->gateway, value);
	} else if (is(key, "dev")) {
		reading->in_tunnel = false;
		text_copy(route->dev, sizeof(route->dev), value);
	} else if (is(key, "src") || is(key, "prefsrc")) {
		put_addr(reading, &route->prefsrc, value);
	} else if (is(key, "metric")) {
		put_number(reading, &route->metric, value);
	} else if (is(key, "mtu")) {
		put_number(reading, &route->mtu, value);
	} else if (is(key, "table")) {
		text_copy(route->table, sizeof(route->table), value);
	} else if (is(key, "from")) {
		route->has_source = true;
	} else if (is(key, "tos")) {
		route->has_tos = true;
	} else if (is(key, "dst")) {
		route_reading_dst(reading, value);
	} else if (is(key, "family")) {
		reading->family = is(value, "inet6") ? AF_INET6 : AF_INET;
	} else if (is(key, "type")) {
		reading->is_bad |= !route_reading_type(reading, value);
	}
}

/* Return: whether a hop was read already. */
bool route_reading_has_hop(const struct route_reading *reading)
{
	return reading->route.gateway.family || reading->route.dev[0];
}

/* Of "default" the family is that of whatever address stands beside it. */
static uint8_t family_of(const struct route_reading *reading)
{
	if (reading->family)
		return reading->family;
	if (reading->route.gateway.family)
		return reading->route.gateway.family;
	return reading->route.prefsrc.family ? reading->route.prefsrc.family : AF_INET;
}

/* Return: whether what was read is a route; then reading->route is whole. */
bool route_reading_finish(struct route_reading *reading)
{
	struct route_text *route = &reading->route;

	if (!reading->has_dst || reading->is_bad)
		return false;
	if (is(reading->dst, "default") || is(reading->dst, "all")) {
		route->dst = prefix_any(family_of(reading));
		return true;
	}
	return !strchr(reading->dst, '%') && prefix_parse(&route->dst, reading->dst) == 0;
}
