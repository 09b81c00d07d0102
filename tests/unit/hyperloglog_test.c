// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/hyperloglog.h"

#include <string.h>

#include "base/addr.h"
#include "support.h"
#include "unit.h"

static struct addr v4(uint32_t number)
{
	struct addr addr = { .family = AF_INET };

	for (int i = 0; i < 4; i++)
		addr.bytes[i] = (uint8_t)(number >> (24 - 8 * i));
	return addr;
}

static double error_of(const struct hyperloglog *sketch, uint32_t truth)
{
	double error = hyperloglog_count(sketch) / truth - 1;

	return error < 0 ? -error : error;
}

static void few_are_counted_exactly(void **state)
{
	static struct hyperloglog sketch;

	(void)state;
	assert_int_equal((int)hyperloglog_count(&sketch), 0);
	for (uint32_t i = 1; i <= HYPERLOGLOG_FEW; i++) {
		struct addr addr = v4(i);

		for (int again = 0; again < 3; again++)
			hyperloglog_add(&sketch, addr_hash(&addr, 7));
		assert_int_equal((int)hyperloglog_count(&sketch), i);
	}
}

/* Neighbouring addresses, as a pool has them, and twice each: 3 % is 3.7 standard errors. */
static void many_are_counted_within_three_percent(void **state)
{
	static struct hyperloglog sketch;

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		hyperloglog_clear(&sketch);
		for (uint32_t i = 1, check = 33; i <= 2000000; i++) {
			struct addr addr = v4(0x0a000000 + i);

			hyperloglog_add(&sketch, addr_hash(&addr, seed));
			hyperloglog_add(&sketch, addr_hash(&addr, seed));
			if (i != check)
				continue;
			assert_true(error_of(&sketch, i) < 0.03);
			check += check / 4;
		}
	}
}

/* Random ones of either family: on an average the estimate is hardly off. */
static void the_estimate_has_no_bias(void **state)
{
	static struct hyperloglog sketch;
	static const uint32_t counts[] = { 100, 3000, 40000, 60000, 80000 };
	struct support_random random = { 11 };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(counts); i++) {
		double sum = 0;

		for (int run = 0; run < 30; run++) {
			hyperloglog_clear(&sketch);
			for (uint32_t n = 0; n < counts[i]; n++) {
				struct addr addr = { .family = run & 1 ? AF_INET6 : AF_INET };
				uint64_t bits = support_random(&random);

				memcpy(addr.bytes, &bits, run & 1 ? 8 : 4);
				hyperloglog_add(&sketch, addr_hash(&addr, 3));
			}
			sum += hyperloglog_count(&sketch) / counts[i] - 1;
		}
		assert_true(sum / 30 < 0.006 && sum / 30 > -0.006);
	}
}

/* Garbage in registers that are not in use yet does no harm; nor do hashes that no address has. */
static void the_registers_need_no_clearing(void **state)
{
	static struct hyperloglog sketch;

	(void)state;
	memset(&sketch, 0xff, sizeof(sketch));
	hyperloglog_clear(&sketch);
	for (uint64_t i = 0; i <= HYPERLOGLOG_FEW; i++)
		hyperloglog_add(&sketch, i << 58 | 1);
	assert_true(hyperloglog_count(&sketch) > 0);
	for (uint32_t i = 0; i < HYPERLOGLOG_REGISTERS; i++)
		hyperloglog_add(&sketch, (uint64_t)i << (64 - HYPERLOGLOG_BITS));
	assert_true(hyperloglog_count(&sketch) > 1e15);
	assert_true(hyperloglog_count(&sketch) < 1e30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_counted_exactly),
		cmocka_unit_test(many_are_counted_within_three_percent),
		cmocka_unit_test(the_estimate_has_no_bias),
		cmocka_unit_test(the_registers_need_no_clearing),
	};

	return cmocka_run_group_tests_name("hyperloglog", tests, NULL, NULL);
}
