// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/syn_survival.h"

#include "support.h"
#include "unit.h"

static struct syn_survival survival;

static int begin(void **state)
{
	(void)state;
	assert_int_equal(syn_survival_init(&survival), 0);
	return syn_survival_reserve(&survival, 3);
}

static int end(void **state)
{
	(void)state;
	syn_survival_fini(&survival);
	return 0;
}

static uint64_t hash(uint64_t number)
{
	struct support_random random = { .state = number * 0x9e3779b97f4a7c15u + 1 };

	support_random(&random);
	return support_random(&random) ^ support_random(&random) << 20;
}

static void look(uint32_t listener, uint64_t first, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		syn_survival_add(&survival, listener, hash(first + i), false);
}

static void followed_from_look_to_look(void **state)
{
	struct syn_survival_count counts[3];

	(void)state;
	syn_survival_begin_look(&survival);
	look(0, 0, 100);
	look(1, 0, 50); /* the same hashes, of another listener */
	syn_survival_begin_look(&survival);
	look(0, 50, 100);
	syn_survival_begin_look(&survival);
	look(0, 90, 100);
	look(1, 0, 1);
	look(1, 0, 1); /* seen twice: a dump may do that */
	syn_survival_between(&survival, 2, counts);
	assert_int_equal(counts[0].before, 100);
	assert_int_equal(counts[0].survivors, 10);
	assert_int_equal(counts[1].before, 50);
	assert_int_equal(counts[1].survivors, 1);
	assert_int_equal(counts[2].before, 0);
	syn_survival_between(&survival, 1, counts);
	assert_int_equal(counts[0].before, 100);
	assert_int_equal(counts[0].survivors, 60);
	assert_int_equal(counts[1].before, 0);
}

static void the_old_are_known_when_they_are_gone(void **state)
{
	struct syn_survival_count counts[3];

	(void)state;
	syn_survival_begin_look(&survival);
	for (uint64_t i = 0; i < 10; i++)
		syn_survival_add(&survival, 0, hash(i), i < 7);
	syn_survival_begin_look(&survival);
	for (uint64_t i = 5; i < 9; i++)
		syn_survival_add(&survival, 0, hash(i), true);
	syn_survival_between(&survival, 1, counts);
	assert_int_equal(counts[0].before, 10);
	assert_int_equal(counts[0].survivors, 4);
	assert_int_equal(counts[0].gone_old, 5);
	syn_survival_begin_look(&survival);
	syn_survival_between(&survival, 2, counts);
	assert_int_equal(counts[0].survivors, 0);
	assert_int_equal(counts[0].gone_old, 7);
	syn_survival_between(&survival, 1, counts);
	assert_int_equal(counts[0].before, 4);
	assert_int_equal(counts[0].gone_old, 4);
}

static void what_is_gone_is_forgotten(void **state)
{
	struct syn_survival_count counts[3];

	(void)state;
	syn_survival_begin_look(&survival);
	look(2, 0, 1000);
	assert_int_equal(survival.count, 1000);
	for (unsigned int i = 1; i < SYN_SURVIVAL_LOOKS; i++) {
		syn_survival_begin_look(&survival);
		syn_survival_between(&survival, i, counts);
		assert_int_equal(counts[2].before, 1000);
		assert_int_equal(counts[2].survivors, 0);
	}
	assert_int_equal(survival.count, 1000);
	syn_survival_begin_look(&survival);
	assert_int_equal(survival.count, 0);
	assert_int_equal(survival.taken[2], 0);
}

/* A million of one listener leave the few of another alone, and are sampled evenly: a share of
 * 16,000 to 32,000 is off by less than one part in fifty. */
static void a_sample_of_fixed_size(void **state)
{
	struct syn_survival_count counts[3];
	double share;

	(void)state;
	syn_survival_begin_look(&survival);
	look(1, 5000000, 40);
	look(0, 0, 1000000);
	assert_true(survival.count < SYN_SURVIVAL_ROOM);
	syn_survival_begin_look(&survival);
	look(0, 250000, 1000000);
	look(1, 5000010, 40);
	assert_true(survival.count <= SYN_SURVIVAL_ROOM);
	assert_true(survival.levels[0] >= 5);
	assert_int_equal(survival.levels[1], 0);
	syn_survival_between(&survival, 1, counts);
	assert_int_equal(counts[1].before, 40);
	assert_int_equal(counts[1].survivors, 30);
	share = (double)counts[0].survivors / (double)counts[0].before;
	assert_true(share > 0.73 && share < 0.77);
	assert_true((double)(counts[0].before << survival.levels[0]) > 0.95e6 &&
		    (double)(counts[0].before << survival.levels[0]) < 1.05e6);
}

/* Removing moves entries within the table: none may be lost on the way, whatever the runs. */
static void nothing_is_lost_in_the_table(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 40; round++) {
		struct syn_survival_count counts[3];

		syn_survival_begin_look(&survival);
		look(0, round * 2500, 5000);
		look(1, round * 1000, 2000);
		if (round < 2)
			continue;
		syn_survival_between(&survival, 1, counts);
		assert_int_equal(counts[0].before, 5000);
		assert_int_equal(counts[0].survivors, 2500);
		assert_int_equal(counts[1].survivors, 1000);
	}
}

/* Hashes that all want the same place, at the table's end. */
static void runs_go_around_the_end(void **state)
{
	struct syn_survival_count counts[3];

	(void)state;
	for (unsigned int round = 0; round < 12; round++) {
		syn_survival_begin_look(&survival);
		for (uint64_t i = 0; i < 100; i++)
			syn_survival_add(&survival, 0,
					 UINT64_C(0xfffffffe00000000) | (round * 50 + i) << 8,
					 false);
	}
	syn_survival_between(&survival, 1, counts);
	assert_int_equal(counts[0].before, 100);
	assert_int_equal(counts[0].survivors, 50);
	/* one in 2^31 of them would be sampled: they take no more than there is */
	for (uint64_t i = 0; i < 40000; i++)
		syn_survival_add(&survival, 0, i << 40, false);
	assert_true(survival.count <= SYN_SURVIVAL_ROOM);
}

#define FOLLOWED(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOLLOWED(followed_from_look_to_look),		FOLLOWED(what_is_gone_is_forgotten),
		FOLLOWED(the_old_are_known_when_they_are_gone), FOLLOWED(a_sample_of_fixed_size),
		FOLLOWED(nothing_is_lost_in_the_table),		FOLLOWED(runs_go_around_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
