// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/rtt.h"

#include <math.h>

#include "support.h"
#include "unit.h"

#define SECOND 1000000000u

struct choice {
	const char *what;
	struct rtt_stamps stamps;
	struct rtt expected;
};

/* The probe left at 10 s of one clock, which was 1000 s of the other. */
#define MONO (10ull * SECOND)
#define REAL (1000ull * SECOND)

static const struct choice choices[] = {
	{ "both stamps: kernel to kernel, and what came before it is local delay",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL + 400, 0, 0 },
	  { 300, 100, PROBE_CLOCK_KERNEL } },
	{ "no transmit stamp: from this process to the kernel",
	  { MONO, MONO + 500, REAL, 0, REAL + 400, 0, 0 },
	  { 400, UINT64_MAX, PROBE_CLOCK_RECEIVE } },
	{ "no stamp at all: this process alone",
	  { MONO, MONO + 500, REAL, 0, 0, 0, 0 },
	  { 500, UINT64_MAX, PROBE_CLOCK_USER } },
	{ "a transmit stamp alone says nothing",
	  { MONO, MONO + 500, REAL, REAL + 100, 0, 0, 0 },
	  { 500, UINT64_MAX, PROBE_CLOCK_USER } },
	{ "the clock was set back between the stamps: negative, so dropped",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL - SECOND, 0, 0 },
	  { 500, UINT64_MAX, PROBE_CLOCK_USER } },
	{ "the clock was set forward between the stamps: longer than can be, so dropped",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL + SECOND, 0, 0 },
	  { 500, UINT64_MAX, PROBE_CLOCK_USER } },
	{ "the clock was set before the probe left: the round trip holds, the local delay does not",
	  { MONO, MONO + 500, REAL, REAL - SECOND, REAL - SECOND + 300, 0, 0 },
	  { 300, UINT64_MAX, PROBE_CLOCK_KERNEL } },
	{ "equal stamps are no time",
	  { MONO, MONO + 500, REAL, REAL + 400, REAL + 400, 0, 0 },
	  { 400, UINT64_MAX, PROBE_CLOCK_RECEIVE } },
	{ "waiting for a neighbour is local delay",
	  { MONO, MONO + SECOND, REAL, REAL + SECOND - 50000, REAL + SECOND - 20000, 0, 0 },
	  { 30000, SECOND - 50000, PROBE_CLOCK_KERNEL } },
	{ "the network device saw both ends: its time, within the kernel's; the local delay stays",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL + 400, 7000, 7250 },
	  { 250, 100, PROBE_CLOCK_HARDWARE } },
	{ "the device saw one end only",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL + 400, 0, 7250 },
	  { 300, 100, PROBE_CLOCK_KERNEL } },
	{ "the device saw the other end only",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL + 400, 7000, 0 },
	  { 300, 100, PROBE_CLOCK_KERNEL } },
	{ "two devices with clocks of their own: longer than the kernel's stamps allow",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL + 400, 7000, 7301 },
	  { 300, 100, PROBE_CLOCK_KERNEL } },
	{ "two devices with clocks of their own: negative",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL + 400, 7000, 6000 },
	  { 300, 100, PROBE_CLOCK_KERNEL } },
	{ "nobody bears the device out, as the clock was set in between",
	  { MONO, MONO + 500, REAL, REAL + 100, REAL - SECOND, 7000, 7250 },
	  { 500, UINT64_MAX, PROBE_CLOCK_USER } },
	{ "a clock that cannot step has stepped: zero, never negative",
	  { MONO, MONO - 1, REAL, REAL + 100, REAL + 200, 0, 0 },
	  { 0, UINT64_MAX, PROBE_CLOCK_USER } },
};

static void stamps_are_chosen_row_by_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(choices); i++) {
		struct rtt rtt = rtt_choose(&choices[i].stamps);

		if (rtt.rtt_ns != choices[i].expected.rtt_ns ||
		    rtt.local_delay_ns != choices[i].expected.local_delay_ns ||
		    rtt.clock != choices[i].expected.clock)
			fail_msg("%s", choices[i].what);
	}
}

/* Whatever the stamps say, no time is longer than what this process saw around it. */
static void no_stamp_makes_a_time_too_long(void **state)
{
	struct support_random random = { 3 };

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct rtt_stamps stamps = {
			.sent_mono_ns = MONO,
			.received_mono_ns = MONO + support_random(&random) % SECOND,
			.sent_real_ns = REAL,
			.kernel_sent_ns = REAL - SECOND + support_random(&random) % (3ull * SECOND),
			.kernel_received_ns = support_random(&random) % 8 ?
						      REAL + support_random(&random) % SECOND :
						      support_random(&random),
			.hardware_sent_ns = support_random(&random) % SECOND,
			.hardware_received_ns = support_random(&random) % SECOND,
		};
		uint64_t user_ns = stamps.received_mono_ns - stamps.sent_mono_ns;
		struct rtt rtt = rtt_choose(&stamps);

		assert_true(rtt.rtt_ns <= user_ns);
		if (rtt.local_delay_ns != UINT64_MAX)
			assert_true(rtt.local_delay_ns <= user_ns - rtt.rtt_ns);
	}
}

/* Against sums kept in the plain way. */
static void statistics_are_those_of_all_values(void **state)
{
	struct support_random random = { 4 };
	struct rtt_stats stats = { 0 };
	double sum = 0, squares = 0, mean, deviation;
	const int count = 10000;

	(void)state;
	for (int i = 0; i < count; i++) {
		uint64_t value = 1000000 + support_random(&random) % 9000000;

		sum += (double)value;
		squares += (double)value * (double)value;
		rtt_add(&stats, value);
	}
	mean = sum / count;
	deviation = squares / count - mean * mean;
	assert_int_equal(stats.count, count);
	assert_true(fabs(stats.mean_ns - mean) < 0.01);
	assert_true(fabs((double)rtt_mdev_ns(&stats) * (double)rtt_mdev_ns(&stats) / deviation -
			 1) < 1e-5);
	assert_true((double)stats.min_ns <= stats.mean_ns && stats.mean_ns <= (double)stats.max_ns);
}

static void jitter_and_ewma_follow_their_formulas(void **state)
{
	struct rtt_stats stats = { 0 };

	(void)state;
	rtt_add(&stats, 1600);
	assert_true(stats.jitter_ns == 0 && stats.ewma_ns == 1600);
	rtt_add(&stats, 3200); /* differs by 1600: a sixteenth of that; an eighth into the mean */
	assert_true(stats.jitter_ns == 100 && stats.ewma_ns == 1800);
	rtt_add(&stats, 3200);
	assert_true(stats.jitter_ns == 93.75 && stats.ewma_ns == 1975);
}

static void the_extremes_do_not_overflow(void **state)
{
	struct rtt_stats stats = { 0 };

	(void)state;
	assert_int_equal(rtt_mdev_ns(&stats), 0);
	rtt_add(&stats, 5);
	assert_int_equal(rtt_mdev_ns(&stats), 0);
	rtt_add(&stats, UINT64_MAX / 2);
	rtt_add(&stats, 0);
	assert_int_equal(stats.min_ns, 0);
	assert_int_equal(stats.max_ns, UINT64_MAX / 2);
	assert_true(rtt_mdev_ns(&stats) > UINT64_MAX / 8 && rtt_mdev_ns(&stats) < UINT64_MAX / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_are_chosen_row_by_row),
		cmocka_unit_test(no_stamp_makes_a_time_too_long),
		cmocka_unit_test(statistics_are_those_of_all_values),
		cmocka_unit_test(jitter_and_ewma_follow_their_formulas),
		cmocka_unit_test(the_extremes_do_not_overflow),
	};

	return cmocka_run_group_tests_name("rtt", tests, NULL, NULL);
}
