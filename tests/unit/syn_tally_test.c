// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/syn_tally.h"

#include "support.h"
#include "unit.h"

static struct addr v4(uint32_t number, uint16_t port)
{
	struct addr addr = { .family = AF_INET, .port = port };

	for (int i = 0; i < 4; i++)
		addr.bytes[i] = (uint8_t)(number >> (24 - 8 * i));
	return addr;
}

static struct syn syn_of(uint32_t source, uint16_t port)
{
	return (struct syn){
		.source = v4(source, (uint16_t)(source * 7)),
		.dest = v4(0xc6336401, port),
		.sequence = source * 2654435761u,
		.weight = 1,
	};
}

static void count(struct syn_tally *tally, struct syn syn, bool is_ack)
{
	syn.is_ack = is_ack;
	syn_tally_add(tally, &syn);
}

static double off(double value, double truth)
{
	return value < truth ? 1 - value / truth : value / truth - 1;
}

/* A crowd on one port, half of which completes, a spoofed flood on another. */
static void each_listener_has_its_own_figures(void **state)
{
	struct syn_tally_report reports[3], all;
	struct support_random random = { 3 };
	struct syn_tally tally;

	(void)state;
	assert_int_equal(syn_tally_init(&tally, 99), 0);
	for (uint32_t i = 0; i < 100000; i++)
		count(&tally, syn_of((uint32_t)support_random(&random), 443), false);
	for (uint32_t i = 0; i < 1000; i++)
		count(&tally, syn_of(0x0a000000 + i, 80), false);
	for (uint32_t i = 0; i < 1000; i += 2)
		for (int again = 0; again < 3; again++) /* only the first one counts */
			count(&tally, syn_of(0x0a000000 + i, 80), true);
	for (uint32_t i = 5000; i < 6000; i++) /* of nobody's SYN */
		count(&tally, syn_of(0x0a000000 + i, 80), true);
	assert_int_equal(syn_tally_listeners(&tally, reports, 3), 2);
	assert_int_equal(reports[0].listener.port, 443);
	assert_int_equal(reports[0].syns, 100000);
	assert_int_equal(reports[0].completed, 0);
	assert_true(off(reports[0].sources, 100000) < 0.03);
	assert_true(reports[0].top_source_share < 0.01);
	assert_int_equal(reports[1].listener.port, 80);
	assert_int_equal(reports[1].syns, 1000);
	assert_int_equal(reports[1].completed, 500);
	assert_true(off(reports[1].sources, 1000) < 0.03);
	syn_tally_all(&tally, &all);
	assert_int_equal(all.syns, 101000);
	assert_int_equal(all.completed, 500);
	assert_true(off(all.sources, 101000) < 0.03);
	assert_true(all.sources <= (double)all.heard);
	syn_tally_fini(&tally);
}

static void the_biggest_source_and_its_network_are_named(void **state)
{
	struct support_random random = { 4 };
	struct syn_tally_report all;
	struct syn_tally tally;
	struct addr biggest = v4(0xcb007107, 0), network = v4(0xcb007100, 0);

	(void)state;
	assert_int_equal(syn_tally_init(&tally, 1), 0);
	for (uint32_t i = 0; i < 90000; i++) {
		count(&tally, syn_of((uint32_t)support_random(&random), 80), false);
		if (i % 3 == 0)
			count(&tally, syn_of(0xcb007107, 80), false);
		if (i % 9 == 0)
			count(&tally, syn_of(0xcb007100 + (i & 255), 80), false);
	}
	syn_tally_all(&tally, &all);
	assert_true(addr_equal(&all.top_source, &biggest));
	assert_true(addr_equal(&all.top_group, &network));
	assert_true(off(all.top_source_share, 30000 / 130000.0) < 0.03);
	assert_true(off(all.top_group_share, 40000 / 130000.0) < 0.03);
	syn_tally_fini(&tally);
}

/* One in four of both kinds is read: SYNs count four times, handshakes sixteen times. */
static void what_was_left_out_is_made_up_for(void **state)
{
	struct support_random random = { 5 };
	struct syn_tally_report all;
	struct syn_tally tally;

	(void)state;
	assert_int_equal(syn_tally_init(&tally, 1), 0);
	for (uint32_t i = 0; i < 400000; i++) {
		struct syn syn = syn_of(i, 80);

		syn.weight = 4;
		if (support_random(&random) >> 20 & 3)
			continue;
		count(&tally, syn, false);
		if ((support_random(&random) >> 20 & 3) == 0)
			count(&tally, syn, true);
	}
	syn_tally_all(&tally, &all);
	assert_true(tally.is_sampled);
	assert_true(off((double)all.syns, 400000) < 0.02);
	assert_true(off((double)all.completed, 400000) < 0.04);
	syn_tally_clear(&tally);
	assert_false(tally.is_sampled);
	syn_tally_fini(&tally);
}

/* Handshakes that span a second while 100,000 SYNs come that none follows. */
static void a_flood_does_not_hide_those_who_complete(void **state)
{
	struct support_random random = { 6 };
	struct syn_tally_report all;
	struct syn_tally tally;

	(void)state;
	assert_int_equal(syn_tally_init(&tally, 1), 0);
	for (uint32_t i = 0; i < 1000; i++)
		count(&tally, syn_of(0x0a000000 + i, 80), false);
	for (uint32_t i = 0; i < 100000; i++)
		count(&tally, syn_of((uint32_t)support_random(&random), 80), false);
	syn_tally_clear(&tally); /* what is pending outlives an interval */
	for (uint32_t i = 0; i < 1000; i++)
		count(&tally, syn_of(0x0a000000 + i, 80), true);
	syn_tally_all(&tally, &all);
	assert_true(all.completed >= 900);
	syn_tally_fini(&tally);
}

/* 65,536 ports in turn, with one of them attacked: it is the one that is reported first. */
static void a_scan_does_not_push_out_who_is_attacked(void **state)
{
	struct syn_tally_report reports[SYN_TALLY_LISTENERS + 1];
	struct syn_tally tally;
	size_t found;

	(void)state;
	assert_int_equal(syn_tally_init(&tally, 1), 0);
	for (uint32_t i = 0; i < 65536; i++) {
		count(&tally, syn_of(7, (uint16_t)i), false);
		count(&tally, syn_of(i, 80), false);
	}
	found = syn_tally_listeners(&tally, reports, UNIT_COUNT(reports));
	assert_int_equal(found, SYN_TALLY_LISTENERS);
	assert_int_equal(reports[0].listener.port, 80);
	assert_true(off((double)reports[0].syns, 65537) < 0.03);
	assert_true(reports[1].syns < 3000);
	syn_tally_fini(&tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_listener_has_its_own_figures),
		cmocka_unit_test(the_biggest_source_and_its_network_are_named),
		cmocka_unit_test(what_was_left_out_is_made_up_for),
		cmocka_unit_test(a_flood_does_not_hide_those_who_complete),
		cmocka_unit_test(a_scan_does_not_push_out_who_is_attacked),
	};

	return cmocka_run_group_tests_name("syn_tally", tests, NULL, NULL);
}
