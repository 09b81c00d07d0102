// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/grow.h"

#include <stdlib.h>

#include "unit.h"

/* Under AddressSanitizer, too, an allocation that is too large is to fail, not to end the test. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void growing_one_by_one_keeps_everything(void **state)
{
	size_t room = 0, moves = 0;
	uint32_t *array = NULL;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		size_t before = room;

		array = grow_array(array, &room, i + 1, sizeof(*array));
		assert_non_null(array);
		assert_true(room > i);
		moves += room != before;
		array[i] = (uint32_t)(i * 7);
	}
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(array[i], i * 7);
	assert_true(moves < 20); /* doubling, not one by one */
	free(array);
}

static void growing_by_a_leap(void **state)
{
	size_t room = 0;
	char *array = grow_array(NULL, &room, 1000000, 1);

	(void)state;
	assert_non_null(array);
	assert_true(room >= 1000000);
	array[999999] = 'x';
	free(array);
}

static void enough_room_changes_nothing(void **state)
{
	size_t room = 0, before;
	char *array = grow_array(NULL, &room, 1, 1);

	(void)state;
	assert_non_null(array);
	before = room;
	assert_ptr_equal(grow_array(array, &room, room, 1), array);
	assert_int_equal(room, before);
	free(array);
}

/* Too much is refused, and what was there is still there. */
static void no_memory_leaves_everything_as_it_was(void **state)
{
	size_t room = 0, before;
	char *array = grow_array(NULL, &room, 10, 1);

	(void)state;
	assert_non_null(array);
	array[9] = 'x';
	before = room;
	assert_null(grow_array(array, &room, SIZE_MAX / 8, 4096));
	assert_int_equal(room, before);
	assert_int_equal(array[9], 'x');
	free(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growing_one_by_one_keeps_everything),
		cmocka_unit_test(growing_by_a_leap),
		cmocka_unit_test(enough_room_changes_nothing),
		cmocka_unit_test(no_memory_leaves_everything_as_it_was),
	};

	return cmocka_run_group_tests_name("grow", tests, NULL, NULL);
}
