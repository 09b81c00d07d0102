// SPDX-License-Identifier: GPL-2.0-or-later
/* Pieces of the sequence space, compared with a row of flags, one for each number. */
#include "analysis/tcp_ranges.h"

#include <string.h>

#include "support.h"
#include "unit.h"

#define SPACE 60u

struct model {
	struct tcp_ranges ranges;
	bool has[SPACE];
	uint32_t base;
};

static void check(const struct model *model)
{
	const struct tcp_ranges *ranges = &model->ranges;
	size_t count = 0;

	for (uint32_t i = 0; i < SPACE; i++) {
		count += model->has[i] && (i == 0 || !model->has[i - 1]);
		assert_int_equal(tcp_ranges_covered(ranges, model->base + i, model->base + i + 1),
				 model->has[i]);
	}
	assert_int_equal(ranges->count, count); /* those that touch are one */
}

/* Return: false if it was refused, for want of room. */
static bool add(struct model *model, uint32_t left, uint32_t right)
{
	if (!tcp_ranges_add(&model->ranges, model->base + left, model->base + right))
		return false;
	memset(model->has + left, true, right - left);
	return true;
}

static void advance(struct model *model, uint32_t next)
{
	uint32_t behind = tcp_ranges_advance(&model->ranges, model->base + next) - model->base;

	assert_true(behind >= next);
	memset(model->has, false, next);
	while (next < SPACE && model->has[next])
		model->has[next++] = false;
	assert_int_equal(behind, next);
}

static void remove_some(struct model *model, uint32_t left, uint32_t right)
{
	if (tcp_ranges_remove(&model->ranges, model->base + left, model->base + right))
		memset(model->has + left, false, right - left);
	else /* one became shorter than it ought to be */
		for (uint32_t i = left; i < SPACE; i++)
			model->has[i] = tcp_ranges_covered(&model->ranges, model->base + i,
							   model->base + i + 1);
}

static void check_latest(const struct model *model, uint32_t left)
{
	struct tcp_range latest[TCP_RANGES_MAX];
	size_t count = tcp_ranges_latest(&model->ranges, latest, 3);

	assert_int_equal(count, model->ranges.count < 3 ? model->ranges.count : 3);
	assert_true(latest[0].left - model->base <= left); /* where something was just added */
	assert_true(latest[0].right - model->base > left);
	for (size_t i = 1; i < count; i++)
		assert_true(latest[i - 1].age > latest[i].age);
}

static void at_random(void **state)
{
	static const uint32_t bases[] = { 1000, 0xffffffffu - SPACE / 2, 0x7fffffffu - SPACE / 2 };
	struct support_random random = { 1 };

	(void)state;
	for (unsigned int run = 0; run < 600; run++) {
		struct model model = { .base = bases[run % UNIT_COUNT(bases)] };

		for (int step = 0; step < 60; step++) {
			uint64_t dice = support_random(&random);
			uint32_t left = (uint32_t)(dice % SPACE);
			uint32_t right = left + 1 + (uint32_t)(dice / SPACE % 6);

			if (right > SPACE)
				right = SPACE;
			if (dice >> 60 == 0) {
				advance(&model, left);
			} else if (dice >> 60 == 1) {
				remove_some(&model, left, right);
			} else if (add(&model, left, right)) {
				check_latest(&model, left);
			} else {
				assert_int_equal(model.ranges.count, TCP_RANGES_MAX);
			}
			check(&model);
		}
	}
}

static void nothing_changes_nothing(void **state)
{
	struct model model = { .base = 0xfffffff0u };

	(void)state;
	assert_true(add(&model, 5, 5));
	check(&model);
	assert_int_equal(model.ranges.count, 0);
	remove_some(&model, 0, SPACE);
	advance(&model, 7);
	check(&model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_random),
		cmocka_unit_test(nothing_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
