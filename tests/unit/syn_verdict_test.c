// SPDX-License-Identifier: GPL-2.0-or-later
/* What the rules come to. */
#include "analysis/syn_settling.h"
#include <math.h>
#include <string.h>

#include "unit.h"
#include "vscene.h"

static void nothing_is_ok(void **state)
{
	(void)state;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_int_equal(vscene.verdict.notes, 0);
	assert_int_equal(vscene.verdict.listener, SYN_NO_LISTENER);
	vscene.facts.listener_count = 0;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_NO_LISTENER));
}

static void what_is_missing_is_not_well(void **state)
{
	static const unsigned int gaps[] = { SYN_GAP_COUNTERS, SYN_GAP_LISTENERS,
					     SYN_GAP_HALF_OPENS, SYN_GAP_MEMORY };
	static const enum syn_counter needed[] = {
		COUNTER_COOKIES_SENT, COUNTER_COOKIES_RECV,	COUNTER_LISTEN_OVERFLOWS,
		COUNTER_LISTEN_DROPS, COUNTER_EMBRYONIC_RESETS, COUNTER_PASSIVE_OPENS,
		COUNTER_QUEUE_DROPS,  COUNTER_RESETS_SENT,
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(gaps); i++) {
		vscene.facts.gaps = gaps[i];
		vscene_expect(SYN_UNKNOWN, SYN_SEVERITY_UNKNOWN);
		assert_true(vscene_has_note(SYN_NOTE_INCOMPLETE));
	}
	vscene.facts.gaps = SYN_GAP_SYSCTLS;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene.facts.gaps = 0;
	for (size_t i = 0; i < UNIT_COUNT(needed); i++) {
		vscene_count(needed[i], COUNTER_UNKNOWN);
		vscene_expect(SYN_UNKNOWN, SYN_SEVERITY_UNKNOWN);
		assert_true(vscene_has_note(SYN_NOTE_COUNTERS));
		vscene_count(needed[i], 0);
	}
	vscene_count(COUNTER_MPTCP_SYNS, COUNTER_UNKNOWN);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	/* what was seen is enough for a flood */
	vscene_hold(0, 100, 100, 100);
	vscene.facts.gaps = SYN_GAP_COUNTERS;
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	/* many, and none could be followed */
	vscene.facts.gaps = 0;
	vscene.listeners[0].survivors = 0;
	vscene.listeners[0].survival = NAN;
	vscene_expect(SYN_UNKNOWN, SYN_SEVERITY_UNKNOWN);
	vscene.listeners[0].half_open = 19;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
}

static void counts_are_in_proportion_to_time(void **state)
{
	(void)state;
	vscene.facts.seconds = 60;
	vscene_count(COUNTER_EMBRYONIC_RESETS, 999);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_count(COUNTER_EMBRYONIC_RESETS, 1000);
	vscene_expect(SYN_SCAN_OR_RST_FLOOD, SYN_SEVERITY_WARNING);
	vscene.facts.seconds = 0.1; /* no less than a third */
	vscene_count(COUNTER_EMBRYONIC_RESETS, 16);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_count(COUNTER_EMBRYONIC_RESETS, 17);
	vscene_expect(SYN_SCAN_OR_RST_FLOOD, SYN_SEVERITY_WARNING);
}

static void kinds_of_floods(void **state)
{
	struct syn_listener *listener = &vscene.listeners[0];
	struct syn_tally_report *sources = &listener->sources;

	(void)state;
	vscene_hold(0, 100, 100, 100);
	listener->ages[0] = 100;
	sources->syns = 100;
	sources->sources = 60;
	sources->top_source_share = 0.5;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_SINGLE_HOST);
	sources->top_source_share = 0.49;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	listener->bogons = 1;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	listener->bogons = 2;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RANDOM_SPOOFED);
	listener->bogons = 0;
	sources->sources = 90;
	listener->octets[0] = UINT64_MAX >> 14; /* 50 of them */
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RANDOM_SPOOFED);
	listener->octets[0] >>= 1;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	listener->octets[0] = UINT64_MAX;
	sources->sources = 89;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	/* 18 a second and seven seconds fill 129 */
	listener->ages[0] = 18;
	listener->ages[3] = 40;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_LOW_RATE);
	listener->ages[0] = 19;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	/* Not low, however long the queue is; nor if many find no place. */
	listener->capacity = 4097;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_LOW_RATE);
	vscene_count(COUNTER_LISTEN_DROPS, 1);
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	vscene_count(COUNTER_LISTEN_DROPS, 0);
	listener->ages[0] = 20;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
}

/* Whom the SYNs on the wire are from, if need be of a sample; clients come more than once. */
static void kinds_by_the_wire(void **state)
{
	struct syn_tally_report *target = &vscene.targets[0];

	(void)state;
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 2;
	vscene_hear(0, 80, 1000, 0, 300);
	target->heard = 1000;
	target->sources = 900;
	assert_int_equal(vscene_judge(), SYN_FLOOD);
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RANDOM_SPOOFED);
	target->sources = 899; /* some come twice */
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	target->completed = 10; /* clients */
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RANDOM_SPOOFED);
	target->completed = 0;
	target->heard = 500; /* half was left out: none came twice */
	target->sources = 450;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RANDOM_SPOOFED);
	target->top_group_share = 0.05; /* but from one network */
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	target->completed = 10; /* which the clients are in */
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RANDOM_SPOOFED);
	target->completed = 0;
	target->top_source_share = 0.5;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_SINGLE_HOST);
	/* A few half-opens of a pool look random: the wire knows better, if it heard enough. */
	target->top_source_share = 0;
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 1;
	vscene_hold(0, 129, 129, 129);
	vscene.listeners[0].sources = (struct syn_tally_report){ .syns = 129, .sources = 129 };
	vscene.listeners[0].bogons = 129;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_POOL);
	target->heard = 49;
	vscene_judge();
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RANDOM_SPOOFED);
}

static void rates_are_what_came_of_syns(void **state)
{
	(void)state;
	vscene_hold(0, 900, 600, 600);
	vscene.listeners[0].capacity = 4097;
	vscene_judge();
	assert_true(fabs(vscene.verdict.syn_rate - 300) < 1e-9);
	assert_true(fabs(vscene.own[0].syn_rate - 300) < 1e-9);
	vscene_count(COUNTER_PASSIVE_OPENS, 300);
	vscene_count(COUNTER_LISTEN_DROPS, 30);
	vscene_judge();
	assert_true(fabs(vscene.verdict.syn_rate - 410) < 1e-9);
	assert_true(fabs(vscene.verdict.completion_rate - 100) < 1e-9);
	assert_int_equal(vscene.own[0].drops, 30);
	/* two listeners: whose handshakes are they? */
	vscene.facts.listener_count = 2;
	vscene_judge();
	assert_true(isnan(vscene.own[0].completion_rate));
	assert_true(isnan(vscene.own[1].syn_rate));
	assert_true(fabs(vscene.own[0].syn_rate - 300) < 1e-9);
	assert_true(vscene.own[0].drops == COUNTER_UNKNOWN);
}

static void more_listeners_are_affected(void **state)
{
	(void)state;
	vscene.facts.listener_count = 3;
	vscene_hold(0, 50, 50, 50);
	vscene_hold(2, 40, 40, 40);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.listener, 0);
	assert_int_equal(vscene.verdict.affected, 2);
}

static bool is_settled(void)
{
	return syn_facts_are_settled(&vscene.facts, &vscene.limits);
}

static void what_began_late_is_not_settled(void **state)
{
	struct syn_listener *listener = &vscene.listeners[0];

	(void)state;
	assert_true(is_settled());
	listener->half_open = 19; /* few */
	assert_true(is_settled());
	listener->half_open = 20; /* nothing earlier to compare with */
	assert_false(is_settled());
	vscene_hold(0, 40, 20, 20); /* a flood already */
	assert_true(is_settled());
	vscene_hold(0, 100, 0, 100); /* a crowd that comes and goes */
	assert_true(is_settled());
	vscene_hold(0, 219, 0, 100);
	assert_true(is_settled());
	vscene_hold(0, 220, 0, 100); /* many more than before */
	assert_false(is_settled());
	vscene_hold(0, 0, 0, 1);
	vscene_fill(0, 1); /* full, for the first time */
	assert_false(is_settled());
	vscene_fill(0, 2);
	assert_true(is_settled());
}

static void late_cookies_are_not_settled(void **state)
{
	(void)state;
	vscene_cookies(49, 0, 0);
	assert_true(is_settled());
	vscene_cookies(50, 0, 0);
	assert_false(is_settled());
	vscene_cookies(50, 20, 0);
	assert_true(is_settled());
	vscene_cookies(50, 0, 45); /* they come back all the same */
	assert_true(is_settled());
	vscene_cookies(50, 0, 44);
	assert_false(is_settled());
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 2;
	vscene_expect(SYN_UNKNOWN, SYN_SEVERITY_UNKNOWN);
	assert_true(vscene_has_note(SYN_NOTE_SHORT));
	vscene_cookies(50, 0, 45);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_cookies(0, 0, 0);
	vscene_hear(0, 80, 50, 24, 19);
	assert_false(is_settled());
	vscene_hear(0, 80, 50, 25, 19);
	assert_true(is_settled());
	vscene_hear(0, 80, 49, 0, 19);
	assert_true(is_settled());
	vscene_hear(0, 80, 50, 0, 20);
	assert_true(is_settled());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		VSCENE(nothing_is_ok),
		VSCENE(what_is_missing_is_not_well),
		VSCENE(counts_are_in_proportion_to_time),
		VSCENE(kinds_of_floods),
		VSCENE(kinds_by_the_wire),
		VSCENE(rates_are_what_came_of_syns),
		VSCENE(more_listeners_are_affected),
		VSCENE(what_began_late_is_not_settled),
		VSCENE(late_cookies_are_not_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
