// SPDX-License-Identifier: GPL-2.0-or-later
#include "table/groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"

#define FIRST_BUCKETS 256

/* What stands behind a group's values. */
struct tally {
	uint64_t count, hash;
};

static struct tally *tally_of(const struct groups *groups, char *row)
{
	return (struct tally *)(row + groups->by.count * sizeof(union slot));
}

static char *row_at(const struct groups *groups, size_t number)
{
	return groups->rows + number * groups->size;
}

/* By number, the largest group first, those alike by their values. */
static void default_order(const struct groups *groups, char *list, size_t size)
{
	size_t length = text_copy(list, size, "-count");

	for (size_t i = 0; i < groups->by.count; i++) {
		length += text_copy(list + length, size - length, ",");
		length += text_copy(list + length, size - length, groups->by.keys[i]);
	}
}

/* Begin to count rows, which have the columns @all, by those that the list @by names, as for
 * slots_select(). Groups are ordered by the list @order of the same columns or "count"; NULL: the
 * largest first. @groups may not move; groups_fini() is due in any case.
 *
 * Return: 0, -EINVAL for a bad list, -E2BIG for too many columns, -ENOMEM.
 */
int groups_init(struct groups *groups, const struct column *all, const char *by, const char *order,
		struct err *err)
{
	char list[SLOTS_MAX * TABLE_KEY_SIZE + 8];
	int ret;

	memset(groups, 0, sizeof(*groups));
	ret = slots_select(&groups->by, all, by, false, err);
	if (ret < 0)
		return ret;
	groups->size = groups->by.count * sizeof(union slot) + sizeof(struct tally);
	memcpy(groups->columns, groups->by.columns, groups->by.count * sizeof(struct column));
	groups->columns[groups->by.count] = (struct column){
		.key = "count",
		.heading = "Count",
		.type = COLUMN_U64,
		.align = COLUMN_RIGHT,
		.offset = (uint16_t)(groups->by.count * sizeof(union slot)),
	};
	if (!order)
		default_order(groups, list, sizeof(list));
	ret = slots_select(&groups->order, groups->columns, order ? order : list, true, err);
	if (ret < 0)
		return ret;
	groups->buckets = calloc(FIRST_BUCKETS, sizeof(*groups->buckets));
	groups->bucket_count = FIRST_BUCKETS;
	return groups->buckets ? 0 : err_set(err, -ENOMEM, "out of memory");
}

void groups_fini(struct groups *groups)
{
	free(groups->rows);
	free(groups->buckets);
	texts_fini(&groups->texts);
	rank_fini(&groups->rank);
	groups->rows = NULL;
	groups->buckets = NULL;
	groups->count = 0;
	groups->room = 0;
}

/* The values' bytes are zero where they have no meaning, so that all of them count. */
static uint64_t hash_of(const struct slots *by, const union slot *values)
{
	uint64_t hash = 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < by->count; i++) {
		uint64_t words[sizeof(union slot) / sizeof(uint64_t)];

		if (by->columns[i].type == COLUMN_TEXT) {
			for (const char *at = values[i].text; at && *at; at++)
				hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
			continue;
		}
		memcpy(words, &values[i], sizeof(words));
		for (size_t j = 0; j < sizeof(words) / sizeof(words[0]); j++) {
			hash = (hash ^ words[j]) * 0xff51afd7ed558ccdu;
			hash ^= hash >> 32;
		}
	}
	return hash ^ hash >> 29;
}

static uint32_t *find_bucket(const struct groups *groups, const union slot *values, uint64_t hash)
{
	size_t mask = groups->bucket_count - 1, at = (size_t)hash & mask;

	while (groups->buckets[at]) {
		char *row = row_at(groups, groups->buckets[at] - 1);

		if (tally_of(groups, row)->hash == hash &&
		    slots_compare(&groups->by, (const union slot *)row, values) == 0)
			break;
		at = (at + 1) & mask;
	}
	return &groups->buckets[at];
}

/* Twice as many buckets, and each group in its new one. */
static int spread(struct groups *groups)
{
	size_t bucket_count = 2 * groups->bucket_count;
	uint32_t *buckets = calloc(bucket_count, sizeof(*buckets));

	if (!buckets)
		return -ENOMEM;
	for (size_t i = 0; i < groups->count; i++) {
		size_t at = (size_t)tally_of(groups, row_at(groups, i))->hash & (bucket_count - 1);

		while (buckets[at])
			at = (at + 1) & (bucket_count - 1);
		buckets[at] = (uint32_t)i + 1;
	}
	free(groups->buckets);
	groups->buckets = buckets;
	groups->bucket_count = bucket_count;
	return 0;
}

static int add_group(struct groups *groups, union slot *values, uint64_t hash, uint32_t *bucket)
{
	char *rows = grow_array(groups->rows, &groups->room, groups->count + 1, groups->size);

	if (!rows || groups->count == UINT32_MAX - 1)
		return -ENOMEM;
	groups->rows = rows;
	for (size_t i = 0; i < groups->by.count; i++) {
		if (groups->by.columns[i].type != COLUMN_TEXT || !values[i].text)
			continue;
		values[i].text = texts_keep(&groups->texts, values[i].text);
		if (!values[i].text)
			return -ENOMEM;
	}
	rows = row_at(groups, groups->count);
	memcpy(rows, values, groups->by.count * sizeof(*values));
	*tally_of(groups, rows) = (struct tally){ .count = 1, .hash = hash };
	*bucket = (uint32_t)++groups->count;
	return groups->count < groups->bucket_count / 2 ? 0 : spread(groups);
}

/* Count @row, which is borrowed for this call.
 *
 * Return: 0 or -ENOMEM.
 */
int groups_add(struct groups *groups, const void *row)
{
	union slot values[SLOTS_MAX];
	uint32_t *bucket;
	uint64_t hash;

	slots_take(&groups->by, row, values);
	hash = hash_of(&groups->by, values);
	bucket = find_bucket(groups, values, hash);
	if (!*bucket)
		return add_group(groups, values, hash, bucket);
	tally_of(groups, row_at(groups, *bucket - 1))->count++;
	return 0;
}

/* Put the groups into their order. No more may be added.
 *
 * Return: 0 or -ENOMEM.
 */
int groups_sort(struct groups *groups)
{
	int ret = 0;

	rank_init(&groups->rank, &groups->order);
	for (size_t i = 0; i < groups->count && ret == 0; i++)
		ret = rank_add(&groups->rank, row_at(groups, i));
	if (ret == 0)
		rank_sort(&groups->rank);
	return ret;
}

/* Return: the row of the group at @place of the order, from 0 on. */
const void *groups_row(const struct groups *groups, size_t place)
{
	return row_at(groups, rank_row(&groups->rank, place));
}
