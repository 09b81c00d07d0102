// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of who is on a link: a hash table whose entries also stand in the order of their last
 * use. It is bounded, since whoever is watched decides how many addresses there are. */
#include "analysis/stations.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define FIRST_BUCKETS 256

/* Start an empty table for at most @max stations. */
void stations_init(struct stations *stations, size_t max)
{
	*stations = (struct stations){ .max = max };
}

void stations_fini(struct stations *stations)
{
	free(stations->list);
	free(stations->buckets);
	stations_init(stations, 0);
}

/* FNV-1a. */
static size_t hash(uint32_t iface, const struct addr *addr)
{
	uint64_t value = 14695981039346656037u ^ iface;

	for (size_t i = 0; i < sizeof(addr->bytes); i++)
		value = (value ^ addr->bytes[i]) * 1099511628211u;
	value = (value ^ addr->family) * 1099511628211u;
	return (size_t)(value ^ value >> 32);
}

static uint32_t *bucket_of(const struct stations *stations, uint32_t iface, const struct addr *addr)
{
	return &stations->buckets[hash(iface, addr) & (stations->bucket_count - 1)];
}

static uint32_t index_of(const struct stations *stations, const struct station *station)
{
	return (uint32_t)(station - stations->list) + 1;
}

/* Return: the station of @addr on the interface @iface, NULL if it is not known. */
struct station *stations_find(const struct stations *stations, uint32_t iface,
			      const struct addr *addr)
{
	uint32_t next = stations->bucket_count ? *bucket_of(stations, iface, addr) : 0;

	while (next) {
		struct station *station = &stations->list[next - 1];

		if (station->iface == iface && addr_equal(&station->addr, addr))
			return station;
		next = station->next;
	}
	return NULL;
}

static int grow_buckets(struct stations *stations)
{
	size_t count = stations->bucket_count ? 2 * stations->bucket_count : FIRST_BUCKETS;
	uint32_t *buckets = calloc(count, sizeof(*buckets));

	if (!buckets)
		return -1;
	free(stations->buckets);
	stations->buckets = buckets;
	stations->bucket_count = count;
	for (size_t i = 0; i < stations->count; i++) {
		struct station *station = &stations->list[i];
		uint32_t *bucket = bucket_of(stations, station->iface, &station->addr);

		station->next = *bucket;
		*bucket = (uint32_t)i + 1;
	}
	return 0;
}

/* Take @station out of the order of use. */
static void unlink_use(struct stations *stations, const struct station *station)
{
	if (station->older)
		stations->list[station->older - 1].newer = station->newer;
	else
		stations->oldest = station->newer;
	if (station->newer)
		stations->list[station->newer - 1].older = station->older;
	else
		stations->newest = station->older;
}

static void link_newest(struct stations *stations, struct station *station)
{
	station->newer = 0;
	station->older = stations->newest;
	if (stations->newest)
		stations->list[stations->newest - 1].newer = index_of(stations, station);
	stations->newest = index_of(stations, station);
	if (!stations->oldest)
		stations->oldest = stations->newest;
}

/* @station was used just now: it is the last one to be forgotten. */
void stations_touch(struct stations *stations, struct station *station)
{
	unlink_use(stations, station);
	link_newest(stations, station);
}

/* Forget the station used longest ago, but for gateways: to push them out would be to blind us. If
 * all of them are gateways, the oldest it is.
 *
 * Return: its place, free for another.
 */
static struct station *evict(struct stations *stations)
{
	struct station *station = &stations->list[stations->oldest - 1];
	uint32_t *link;

	while (station->is_gateway && station->newer)
		station = &stations->list[station->newer - 1];
	if (station->is_gateway)
		station = &stations->list[stations->oldest - 1];
	link = bucket_of(stations, station->iface, &station->addr);
	while (*link != index_of(stations, station))
		link = &stations->list[*link - 1].next;
	*link = station->next;
	unlink_use(stations, station);
	stations->evicted++;
	return station;
}

/* Add a station that stations_find() does not know; another may have to go, which
 * stations->evicted counts.
 *
 * Return: it, good until the next addition; NULL if there is no memory.
 */
struct station *stations_add(struct stations *stations, uint32_t iface, const struct addr *addr)
{
	struct station *station, *list;
	uint32_t *bucket;

	if (stations->count == stations->max) {
		station = evict(stations);
	} else {
		list = grow_array(stations->list, &stations->room, stations->count + 1,
				  sizeof(*list));
		if (!list)
			return NULL;
		stations->list = list;
		if (stations->count >= stations->bucket_count && grow_buckets(stations) < 0)
			return NULL;
		station = &list[stations->count++];
	}
	*station = (struct station){ .addr = *addr, .iface = iface };
	bucket = bucket_of(stations, iface, addr);
	station->next = *bucket;
	*bucket = index_of(stations, station);
	link_newest(stations, station);
	return station;
}
