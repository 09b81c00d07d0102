// SPDX-License-Identifier: GPL-2.0-or-later
/* What is asked about a listener, each threshold from both sides. */
#include <math.h>
#include <string.h>

#include "unit.h"
#include "vscene.h"

static void survivors_tell_a_flood(void **state)
{
	(void)state;
	vscene_hold(0, 40, 19, 20);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_hold(0, 40, 20, 20);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.outcome, SYN_OUTCOME_ABSORBED);
	assert_int_equal(vscene.verdict.listener, 0);
	assert_int_equal(vscene.verdict.affected, 1);
	vscene_hold(0, 40, 20, 40);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	vscene_hold(0, 41, 20, 41);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene.limits.survival = 0.4;
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
}

static void clients_that_complete_are_none(void **state)
{
	(void)state;
	vscene_hold(0, 100, 0, 100);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_false(vscene_evidence("survivors")->is_taken);
	/* losing one segment in five: one in seven survives */
	vscene_hold(0, 120, 17, 120);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_SLOW_CLIENTS));
}

static void a_full_queue_makes_it_grave(void **state)
{
	(void)state;
	vscene_hold(0, 129, 129, 129);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.outcome, SYN_OUTCOME_ABSORBED);
	vscene_cookies(871, 300, 0);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.outcome, SYN_OUTCOME_MITIGATED);
	vscene_cookies(0, 0, 0);
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 0;
	vscene_count(COUNTER_QUEUE_DROPS, 1);
	vscene_count(COUNTER_LISTEN_DROPS, 1);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_CRITICAL);
	assert_int_equal(vscene.verdict.outcome, SYN_OUTCOME_LOST);
	/* not full: what was dropped was another listener's */
	vscene_hold(0, 100, 100, 100);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
}

static void occupancy_counts_from_nine_tenths(void **state)
{
	(void)state;
	vscene.listeners[0].capacity = 200;
	vscene_hold(0, 179, 0, 100);
	vscene_cookies(40, 40, 40);
	vscene_judge();
	assert_false(vscene_evidence("occupancy")->is_taken);
	vscene_hold(0, 180, 0, 100);
	vscene_judge();
	assert_true(vscene_evidence("occupancy")->is_taken);
	vscene.listeners[0].capacity = UINT64_MAX;
	vscene_judge();
	assert_true(isnan(vscene_evidence("occupancy")->value));
	assert_false(vscene_evidence("occupancy")->is_taken);
}

/* Without cookies a quarter of tcp_max_syn_backlog is kept back: of 64, 49 fit. */
static void max_syn_backlog_limits_the_queue(void **state)
{
	(void)state;
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 0;
	vscene.facts.sysctls[SYN_SYSCTL_MAX_BACKLOG] = 64;
	vscene_hold(0, 49, 49, 49);
	vscene_count(COUNTER_LISTEN_DROPS, 951);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_CRITICAL);
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 1;
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
}

static void small_queues_need_overflow(void **state)
{
	(void)state;
	vscene.listeners[0].capacity = 9;
	vscene_hold(0, 9, 5, 9);
	vscene_cookies(9, 9, 0);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_cookies(10, 10, 0);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	vscene_hold(0, 9, 4, 8);
	assert_int_equal(vscene_judge(), SYN_BACKLOG_TOO_SMALL);
}

static void the_wire_names_it(void **state)
{
	(void)state;
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 2;
	vscene.facts.listener_count = 2;
	vscene_cookies(2000, 600, 400);
	vscene_hear(0, 80, 1000, 0, 300);
	vscene_hear(1, 81, 1000, 900, 300);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.listener, 0);
	assert_int_equal(vscene.own[1].what, SYN_OK);
	assert_true(fabs(vscene.own[1].completion_rate - 300) < 1e-9);
	vscene_hear(0, 80, 1000, 0, 19); /* it has only begun */
	vscene_expect(SYN_UNKNOWN, SYN_SEVERITY_UNKNOWN);
	vscene_hear(0, 80, 1000, 0, 20);
	assert_int_equal(vscene_judge(), SYN_FLOOD);
	vscene_hear(0, 80, 1000, 500, 300);
	assert_int_equal(vscene_judge(), SYN_OK);
	vscene_hear(0, 80, 1000, 499, 300);
	assert_int_equal(vscene_judge(), SYN_FLOOD);
	vscene_hear(0, 80, 60, 11, 30);
	assert_int_equal(vscene_judge(), SYN_OK);
	vscene_hear(0, 80, 60, 10, 30);
	assert_int_equal(vscene_judge(), SYN_FLOOD);
}

static void crowds_overflow(void **state)
{
	(void)state;
	vscene_hold(0, 129, 0, 129);
	vscene_cookies(9, 9, 9);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_cookies(10, 10, 10);
	vscene_expect(SYN_BACKLOG_TOO_SMALL, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.listener, 0);
	vscene_cookies(0, 0, 0);
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 0;
	vscene_count(COUNTER_QUEUE_DROPS, 10);
	vscene_count(COUNTER_LISTEN_DROPS, 10);
	vscene_expect(SYN_BACKLOG_TOO_SMALL, SYN_SEVERITY_CRITICAL);
	vscene_count(COUNTER_QUEUE_DROPS, 9);
	vscene_count(COUNTER_LISTEN_DROPS, 9);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
}

static void stalled_applications_are_no_flood(void **state)
{
	(void)state;
	vscene_hold(0, 100, 100, 100);
	vscene_fill(0, 4);
	vscene_count(COUNTER_LISTEN_OVERFLOWS, 2135);
	vscene_count(COUNTER_LISTEN_DROPS, 2135);
	vscene_expect(SYN_APP_STALL, SYN_SEVERITY_CRITICAL);
	vscene_fill(0, 2);
	vscene_expect(SYN_APP_STALL, SYN_SEVERITY_CRITICAL);
	vscene_count(COUNTER_LISTEN_DROPS, 2372); /* 0.9001 */
	vscene_expect(SYN_APP_STALL, SYN_SEVERITY_CRITICAL);
	vscene_count(COUNTER_LISTEN_DROPS, 2373); /* 0.8997 */
	assert_int_equal(vscene_judge(), SYN_FLOOD);
	vscene_fill(0, 4);
	vscene_expect(SYN_APP_STALL, SYN_SEVERITY_CRITICAL);
	vscene_fill(0, 1);
	vscene_count(COUNTER_LISTEN_DROPS, 2135);
	assert_int_equal(vscene_judge(), SYN_FLOOD);
}

static void nobody_was_refused_yet(void **state)
{
	(void)state;
	vscene_fill(0, 4);
	vscene_expect(SYN_APP_STALL, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.outcome, SYN_OUTCOME_ABSORBED);
	vscene_fill(0, 3);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
}

static void one_stalls_and_another_is_flooded(void **state)
{
	(void)state;
	vscene.facts.listener_count = 2;
	vscene_fill(0, 4);
	vscene_count(COUNTER_LISTEN_OVERFLOWS, 100);
	vscene_count(COUNTER_LISTEN_DROPS, 100);
	vscene_hold(1, 100, 100, 100);
	vscene_expect(SYN_APP_STALL, SYN_SEVERITY_CRITICAL); /* the flood is absorbed */
	assert_int_equal(vscene.own[1].what, SYN_FLOOD);
	vscene_hold(1, 129, 129, 129);
	vscene_count(COUNTER_LISTEN_DROPS, 200);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_CRITICAL);
	assert_int_equal(vscene.verdict.listener, 1);
	assert_int_equal(vscene.own[0].what, SYN_APP_STALL);
}

static void deferred_is_a_note(void **state)
{
	(void)state;
	vscene.listeners[0].deferred = 9;
	vscene_judge();
	assert_false(vscene_has_note(SYN_NOTE_DEFERRED));
	vscene.listeners[0].deferred = 10;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_DEFERRED));
}

static void one_look_judges_by_age(void **state)
{
	struct syn_listener *listener = &vscene.listeners[0];

	(void)state;
	vscene.facts.looks = 1;
	vscene.facts.seconds = 0;
	for (unsigned int i = 0; i < SYN_COUNTER_COUNT; i++)
		vscene.facts.deltas[i] = COUNTER_UNKNOWN;
	vscene.facts.settled_sent = vscene.facts.settled_recv = COUNTER_UNKNOWN;
	listener->half_open = listener->peak = 40;
	listener->ages[0] = 20;
	listener->ages[2] = 15;
	listener->ages[5] = 5;
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.outcome, SYN_OUTCOME_ABSORBED);
	assert_true(vscene_has_note(SYN_NOTE_SNAPSHOT));
	/* what becomes of those who find it full cannot be seen */
	listener->half_open = listener->peak = 129;
	listener->ages[2] = 104;
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.outcome, SYN_OUTCOME_NONE);
	listener->ages[2] = 14;
	listener->half_open = listener->peak = 39;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK); /* 19 */
	listener->ages[0] = 21;
	listener->ages[2] = 15;
	listener->half_open = listener->peak = 41; /* 20, but less than half */
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	/* full of young ones: one look cannot tell */
	listener->ages[0] = 97;
	listener->half_open = listener->peak = 117;
	vscene_expect(SYN_UNKNOWN, SYN_SEVERITY_UNKNOWN);
	assert_true(vscene_has_note(SYN_NOTE_SHORT));
	listener->half_open = listener->peak = 116;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_fill(0, 1);
	vscene_expect(SYN_APP_STALL, SYN_SEVERITY_WARNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		VSCENE(survivors_tell_a_flood),
		VSCENE(clients_that_complete_are_none),
		VSCENE(a_full_queue_makes_it_grave),
		VSCENE(occupancy_counts_from_nine_tenths),
		VSCENE(max_syn_backlog_limits_the_queue),
		VSCENE(small_queues_need_overflow),
		VSCENE(the_wire_names_it),
		VSCENE(crowds_overflow),
		VSCENE(stalled_applications_are_no_flood),
		VSCENE(nobody_was_refused_yet),
		VSCENE(one_stalls_and_another_is_flooded),
		VSCENE(deferred_is_a_note),
		VSCENE(one_look_judges_by_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
