// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/histogram.h"

#include <stdlib.h>

#include "support.h"
#include "unit.h"

static void an_empty_one_has_no_quantile(void **state)
{
	struct histogram histogram = { 0 };

	(void)state;
	assert_int_equal(histogram_quantile(&histogram, 500), 0);
	assert_int_equal(histogram_count_below(&histogram, UINT64_MAX), 0);
	histogram_fini(&histogram);
}

/* The values 1 to 100, shuffled: the Nth percentile is N. */
static void quantiles_are_exact_by_nearest_rank(void **state)
{
	struct histogram histogram = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(histogram_add(&histogram, i * 37 % 100 + 1), 0);
	for (unsigned int percent = 1; percent <= 100; percent++)
		assert_int_equal(histogram_quantile(&histogram, 10 * percent), percent);
	assert_int_equal(histogram_quantile(&histogram, 0), 1);
	assert_int_equal(histogram_count_below(&histogram, 51), 50);
	histogram_fini(&histogram);
}

/* Beyond a million values: within one part in 128. */
static void many_values_are_kept_coarsely(void **state)
{
	struct support_random random = { 5 };
	struct histogram histogram = { 0 };
	const uint64_t count = HISTOGRAM_EXACT_MAX + 500000, top = 100000000;

	(void)state;
	for (uint64_t i = 0; i < count; i++)
		assert_int_equal(histogram_add(&histogram, support_random(&random) % top), 0);
	assert_int_equal(histogram.count, count);
	assert_null(histogram.values);
	for (unsigned int permille = 100; permille < 1000; permille += 100) {
		double expected = (double)top * permille / 1000;
		double found = (double)histogram_quantile(&histogram, permille);

		assert_true(found > expected * 0.985 && found < expected * 1.015);
	}
	histogram_fini(&histogram);
}

static void every_size_of_value_finds_its_bucket(void **state)
{
	struct histogram histogram = { 0 };

	(void)state;
	for (uint64_t i = 0; i <= HISTOGRAM_EXACT_MAX; i++)
		histogram_add(&histogram, 0);
	for (int bit = 0; bit < 64; bit++) {
		uint64_t value = (uint64_t)1 << bit, found;
		struct histogram one = { 0 };

		assert_int_equal(histogram_add(&histogram, value), 0);
		assert_int_equal(histogram_add(&histogram, value | (value - 1)), 0);
		one.buckets = calloc(HISTOGRAM_BUCKETS, sizeof(*one.buckets));
		assert_non_null(one.buckets);
		histogram_add(&one, value);
		found = histogram_quantile(&one, 500);
		assert_true(found >= value && found - value <= value / 128);
		histogram_fini(&one);
	}
	histogram_fini(&histogram);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_has_no_quantile),
		cmocka_unit_test(quantiles_are_exact_by_nearest_rank),
		cmocka_unit_test(many_values_are_kept_coarsely),
		cmocka_unit_test(every_size_of_value_finds_its_bucket),
	};

	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
