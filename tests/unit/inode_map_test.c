// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/inode_map.h"

#include <stdlib.h>

#include "support.h"
#include "unit.h"

static void an_empty_map_knows_nothing(void **state)
{
	struct inode_map map;

	(void)state;
	inode_map_init(&map);
	assert_null(inode_map_find(&map, 1));
	assert_null(inode_map_find(&map, 0));
	inode_map_fini(&map);
	assert_null(inode_map_find(&map, 1));
}

static void the_first_value_stays(void **state)
{
	struct inode_map map;
	uint32_t *value;

	(void)state;
	inode_map_init(&map);
	value = inode_map_add(&map, 42, 7);
	assert_non_null(value);
	assert_int_equal(*value, 7);
	value = inode_map_add(&map, 42, 8);
	assert_int_equal(*value, 7);
	assert_int_equal(map.used, 1);
	*value = 9;
	assert_int_equal(*inode_map_find(&map, 42), 9);
	assert_null(inode_map_find(&map, 41));
	assert_null(inode_map_find(&map, 0));
	inode_map_fini(&map);
}

/* Add what @next gives, and look all of it up, and what lies beside it. */
static void fill(uint32_t count, uint32_t (*next)(uint32_t i))
{
	struct inode_map map;

	inode_map_init(&map);
	for (uint32_t i = 0; i < count; i++)
		assert_non_null(inode_map_add(&map, next(i), i));
	assert_int_equal(map.used, count);
	assert_true(4 * map.used <= 3 * map.size);
	assert_int_equal(map.size & (map.size - 1), 0);
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t *value = inode_map_find(&map, next(i));

		assert_non_null(value);
		assert_int_equal(*value, i);
	}
	for (uint32_t i = count; i < count + 1000; i++)
		assert_null(inode_map_find(&map, next(i)));
	inode_map_fini(&map);
}

static uint32_t one_by_one(uint32_t i)
{
	return 100000 + i;
}

static uint32_t in_steps(uint32_t i)
{
	return 1 + i * 4096;
}

static uint32_t downwards(uint32_t i)
{
	return UINT32_MAX - i;
}

static void inodes_in_a_row(void **state)
{
	(void)state;
	fill(200000, one_by_one);
	fill(200000, downwards);
}

static void inodes_far_apart(void **state)
{
	(void)state;
	fill(200000, in_steps);
}

static void inodes_at_random(void **state)
{
	struct support_random random = { 11 };
	struct inode_map map;
	uint32_t *inodes = calloc(100000, sizeof(*inodes));

	(void)state;
	assert_non_null(inodes);
	inode_map_init(&map);
	for (uint32_t i = 0; i < 100000; i++) {
		inodes[i] = (uint32_t)support_random(&random) | 1;
		assert_non_null(inode_map_add(&map, inodes[i], i));
	}
	for (uint32_t i = 0; i < 100000; i++) {
		const uint32_t *value = inode_map_find(&map, inodes[i]);

		assert_non_null(value);
		assert_int_equal(inodes[*value],
				 inodes[i]); /* an inode that came twice: the first */
		assert_true(*value <= i);
	}
	free(inodes);
	inode_map_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_map_knows_nothing),
		cmocka_unit_test(the_first_value_stays),
		cmocka_unit_test(inodes_in_a_row),
		cmocka_unit_test(inodes_far_apart),
		cmocka_unit_test(inodes_at_random),
	};

	return cmocka_run_group_tests_name("inode_map", tests, NULL, NULL);
}
