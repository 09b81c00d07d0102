// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/space_saving.h"

#include "support.h"
#include "unit.h"

#define ROOM 64u

static struct space_saving_key source(uint32_t number)
{
	struct space_saving_key key = { .source.family = AF_INET };

	for (int i = 0; i < 4; i++)
		key.source.bytes[i] = (uint8_t)(number >> (24 - 8 * i));
	return key;
}

static void add(struct space_saving *sketch, uint32_t number, uint64_t weight)
{
	struct space_saving_key key = source(number);

	assert_non_null(space_saving_add(sketch, &key, weight, NULL));
}

static void as_long_as_there_is_room_it_is_exact(void **state)
{
	const struct space_saving_item *top[ROOM];
	struct space_saving sketch;

	(void)state;
	assert_int_equal(space_saving_init(&sketch, ROOM, 1), 0);
	for (uint32_t turn = 0; turn < 3; turn++)
		for (uint32_t i = 1; i <= ROOM; i++)
			add(&sketch, i * 2654435761u, i);
	assert_int_equal(space_saving_top(&sketch, NULL, top, ROOM), ROOM);
	for (uint32_t i = 0; i < ROOM; i++) {
		struct space_saving_key key = source((ROOM - i) * 2654435761u);

		assert_ptr_equal(space_saving_find(&sketch, &key), top[i]);
		assert_int_equal(top[i]->count, 3 * (ROOM - i));
		assert_int_equal(top[i]->error, 0);
	}
	assert_int_equal(sketch.total, 3 * ROOM * (ROOM + 1) / 2);
	space_saving_clear(&sketch);
	assert_int_equal(space_saving_top(&sketch, NULL, top, ROOM), 0);
	space_saving_fini(&sketch);
}

/* Some heavy keys among ten times as many that come once: the bounds of the paper, of each key. */
static void counts_stay_within_their_bounds(void **state)
{
	static uint64_t truth[1000];
	const uint32_t keys = 1000, turns = 200000;
	struct support_random random = { 9 };
	struct space_saving sketch;

	(void)state;
	assert_int_equal(space_saving_init(&sketch, ROOM, 5), 0);
	for (uint32_t i = 0; i < turns; i++) {
		uint64_t bits = support_random(&random);
		uint32_t at = (uint32_t)(bits % 4 ? bits >> 8 & 7 : (bits >> 8) % keys);
		uint64_t weight = bits >> 60 == 0 ? 5 : 1;

		add(&sketch, at, weight);
		truth[at] += weight;
	}
	assert_int_equal(sketch.count, ROOM);
	for (uint32_t i = 0; i < ROOM; i++) {
		const struct space_saving_item *item = &sketch.items[i];
		uint32_t number =
			(uint32_t)item->key.source.bytes[2] << 8 | item->key.source.bytes[3];

		assert_true(item->count >= truth[number]);
		assert_true(item->count - item->error <= truth[number]);
		assert_true(item->error <= sketch.total / ROOM);
	}
	for (uint32_t i = 0; i < 8; i++) {
		struct space_saving_key key = source(i);
		const struct space_saving_item *item = space_saving_find(&sketch, &key);

		assert_non_null(item);
		assert_true(item->count - truth[i] <= sketch.total / ROOM);
	}
	space_saving_fini(&sketch);
}

static void listeners_differ_by_their_port_and_sources_do_not(void **state)
{
	const struct space_saving_item *top[3];
	struct space_saving_key key = source(1);
	struct space_saving sketch;
	bool is_new;

	(void)state;
	assert_int_equal(space_saving_init(&sketch, ROOM, 1), 0);
	key.listener = source(9).source;
	key.listener.port = 80;
	for (uint16_t port = 1; port <= 5; port++) {
		key.source.port = port;
		space_saving_add(&sketch, &key, 1, &is_new);
		assert_int_equal(is_new, port == 1);
	}
	key.listener.port = 443;
	space_saving_add(&sketch, &key, 1, &is_new);
	assert_true(is_new);
	assert_int_equal(space_saving_top(&sketch, NULL, top, 3), 2);
	assert_int_equal(top[0]->key.listener.port, 80);
	assert_int_equal(space_saving_top(&sketch, &key.listener, top, 3), 1);
	assert_int_equal(top[0]->count, 1);
	assert_int_equal(space_saving_top(&sketch, &key.listener, top, 0), 0);
	space_saving_fini(&sketch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_long_as_there_is_room_it_is_exact),
		cmocka_unit_test(counts_stay_within_their_bounds),
		cmocka_unit_test(listeners_differ_by_their_port_and_sources_do_not),
	};

	return cmocka_run_group_tests_name("space_saving", tests, NULL, NULL);
}
