// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of the routes that cover a destination is taken. */
#include "analysis/fib.h"

#include <string.h>

#include "unit.h"

#define ROUTES_MAX 8

/* Routes to 10.0.0.1 or fd00::1, in the kernel's order. */
struct scene {
	struct flow flow;
	struct route routes[ROUTES_MAX];
	struct route_hop hops[ROUTES_MAX][2];
	bool failed[ROUTES_MAX][2];
	size_t count;
};

static void begin(struct scene *scene, uint8_t family)
{
	memset(scene, 0, sizeof(*scene));
	scene->flow.dst.family = family;
	scene->flow.dst.bytes[0] = family == AF_INET ? 10 : 0xfd;
	scene->flow.dst.bytes[family == AF_INET ? 3 : 15] = 1;
}

static struct route *add(struct scene *scene, uint8_t length, uint32_t metric, bool has_failed)
{
	struct route *route = &scene->routes[scene->count];

	*route = (struct route){
		.dst = prefix_of(&scene->flow.dst, length),
		.metric = metric,
		.table = ROUTE_TABLE_MAIN,
		.type = ROUTE_UNICAST,
		.hops = scene->hops[scene->count],
		.hop_count = 1,
	};
	scene->hops[scene->count][0].oif = (uint32_t)scene->count + 1;
	scene->failed[scene->count][0] = has_failed;
	scene->count++;
	return route;
}

static size_t choose(const struct scene *scene, bool wants_reachable, enum fib_verdict *verdicts)
{
	struct fib_choice choices[ROUTES_MAX];
	size_t chosen;

	for (size_t i = 0; i < scene->count; i++)
		choices[i] = (struct fib_choice){
			.route = &scene->routes[i],
			.verdict = fib_judge(&scene->routes[i], &scene->flow),
			.is_failed = scene->failed[i],
		};
	chosen = fib_choose(choices, scene->count, &scene->flow, wants_reachable);
	for (size_t i = 0; verdicts && i < scene->count; i++)
		verdicts[i] = choices[i].verdict;
	return chosen;
}

static void nothing_is_chosen_from_nothing(void **state)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct scene scene;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(families); i++) {
		begin(&scene, families[i]);
		assert_true(choose(&scene, true, NULL) == FIB_NONE);
		add(&scene, 8, 1, false);
		scene.hops[0][0].flags = ROUTE_DEAD;
		assert_true(choose(&scene, true, NULL) == FIB_NONE);
	}
}

static void the_longest_wins_then_the_least_metric(void **state)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct scene scene;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(families); i++) {
		begin(&scene, families[i]);
		add(&scene, 0, 1, false);
		add(&scene, 16, 5, false);
		add(&scene, 16, 4, false);
		add(&scene, 8, 1, false);
		assert_int_equal(choose(&scene, false, NULL), 2);
	}
}

static void local_wins_in_a_common_tree(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, AF_INET);
	add(&scene, 24, 1, false);
	add(&scene, 24, 50, false)->table = ROUTE_TABLE_LOCAL;
	assert_int_equal(choose(&scene, false, NULL), 1);
	add(&scene, 25, 99, false);
	assert_int_equal(choose(&scene, false, NULL), 2);
}

static void gateways_that_do_not_answer_are_passed_over(void **state)
{
	enum fib_verdict verdicts[ROUTES_MAX];
	struct scene scene;

	(void)state;
	begin(&scene, AF_INET6);
	add(&scene, 64, 1, true);
	add(&scene, 0, 1, false);
	assert_int_equal(choose(&scene, true, verdicts), 1);
	assert_int_equal(verdicts[0], FIB_FAILED);
	assert_int_equal(verdicts[1], FIB_FITS);
	assert_int_equal(choose(&scene, false, verdicts), 0);
	assert_int_equal(verdicts[0], FIB_FITS);

	/* another hop is enough */
	scene.routes[0].hop_count = 2;
	scene.hops[0][1].oif = 9;
	assert_int_equal(choose(&scene, true, NULL), 0);
	scene.hops[0][1].flags = ROUTE_DEAD;
	assert_int_equal(choose(&scene, true, NULL), 1);

	/* none answers: then it does not matter */
	scene.failed[1][0] = true;
	assert_int_equal(choose(&scene, true, verdicts), 0);
	assert_int_equal(verdicts[0], FIB_FITS);
}

static void preference_counts_among_equals(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, AF_INET6);
	add(&scene, 64, 5, false)->pref = 3;
	add(&scene, 64, 5, false)->pref = 1;
	add(&scene, 64, 6, false)->pref = 1;
	assert_int_equal(choose(&scene, true, NULL), 1);

	/* when the least metric is of no use, all others are equals */
	begin(&scene, AF_INET6);
	add(&scene, 64, 5, true);
	add(&scene, 64, 6, false)->pref = 3;
	add(&scene, 64, 7, false)->pref = 1;
	add(&scene, 64, 8, false)->pref = 1;
	assert_int_equal(choose(&scene, true, NULL), 2);
}

static void a_device_is_preferred_or_insisted_on(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, AF_INET6);
	add(&scene, 64, 5, false);
	add(&scene, 64, 5, false);
	add(&scene, 0, 5, false);
	scene.flow.oif = 3;
	assert_int_equal(choose(&scene, false, NULL), 2);
	scene.flow.src = scene.flow.dst; /* with a source it is a wish */
	assert_int_equal(choose(&scene, false, NULL), 0);
	scene.flow.oif = 2;
	assert_int_equal(choose(&scene, false, NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_chosen_from_nothing),
		cmocka_unit_test(the_longest_wins_then_the_least_metric),
		cmocka_unit_test(local_wins_in_a_common_tree),
		cmocka_unit_test(gateways_that_do_not_answer_are_passed_over),
		cmocka_unit_test(preference_counts_among_equals),
		cmocka_unit_test(a_device_is_preferred_or_insisted_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
