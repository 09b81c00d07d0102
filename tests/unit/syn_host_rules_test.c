// SPDX-License-Identifier: GPL-2.0-or-later
/* What is asked about a namespace, each threshold from both sides. */
#include <math.h>
#include <string.h>

#include "unit.h"
#include "vscene.h"

static void cookies_that_stay_away_tell_a_flood(void **state)
{
	(void)state;
	vscene_hold(0, 129, 0, 129);
	vscene_cookies(49, 20, 0);
	vscene_expect(SYN_BACKLOG_TOO_SMALL, SYN_SEVERITY_WARNING);
	vscene_cookies(50, 20, 0);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	vscene_cookies(50, 19, 0); /* too few had the time */
	vscene_expect(SYN_BACKLOG_TOO_SMALL, SYN_SEVERITY_WARNING);
	vscene_cookies(500, 100, 49);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	vscene_cookies(500, 100, 50);
	vscene_expect(SYN_BACKLOG_TOO_SMALL, SYN_SEVERITY_WARNING);
	assert_true(fabs(vscene.verdict.cookie_return - 0.5) < 1e-9);
	vscene.limits.cookie_return = 0.6;
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
}

static void always_cookies_name_no_listener(void **state)
{
	(void)state;
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 2;
	vscene.facts.listener_count = 2;
	vscene_cookies(1000, 300, 0);
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.listener, SYN_NO_LISTENER);
	assert_int_equal(vscene.verdict.affected, 0);
	assert_true(vscene_has_note(SYN_NOTE_COOKIES_ALWAYS));
	vscene.facts.listener_count = 1;
	vscene_expect(SYN_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.listener, 0);
	assert_int_equal(vscene.verdict.affected, 1);
	vscene_cookies(2000, 600, 600);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_cookies(2000, 600, 539);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_COOKIES_LOST));
	vscene_cookies(2000, 600, 540);
	vscene_judge();
	assert_false(vscene_has_note(SYN_NOTE_COOKIES_LOST));
}

static void overflow_between_looks_is_told(void **state)
{
	(void)state;
	vscene.facts.listener_count = 2;
	vscene_cookies(10, 10, 10);
	vscene_expect(SYN_BACKLOG_TOO_SMALL, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.listener, SYN_NO_LISTENER);
	vscene_cookies(0, 0, 0);
	vscene_count(COUNTER_LISTEN_OVERFLOWS, 10);
	vscene_count(COUNTER_LISTEN_DROPS, 10);
	vscene.listeners[1].full_looks = 1;
	vscene_expect(SYN_BACKLOG_TOO_SMALL, SYN_SEVERITY_CRITICAL);
	assert_int_equal(vscene.verdict.listener, 1);
}

static void resets_tell_a_scan(void **state)
{
	(void)state;
	vscene_count(COUNTER_EMBRYONIC_RESETS, 49);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_count(COUNTER_EMBRYONIC_RESETS, 50);
	vscene_expect(SYN_SCAN_OR_RST_FLOOD, SYN_SEVERITY_WARNING);
	assert_int_equal(vscene.verdict.kind, SYN_KIND_RST_SCAN);
	vscene_count(COUNTER_PASSIVE_OPENS, 200);
	vscene_expect(SYN_SCAN_OR_RST_FLOOD, SYN_SEVERITY_WARNING);
	vscene_count(COUNTER_PASSIVE_OPENS, 201);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
}

static void closed_ports_without_the_wire(void **state)
{
	(void)state;
	vscene_count(COUNTER_RESETS_SENT, 99);
	vscene_count(COUNTER_SEGMENTS_IN, 99);
	vscene.facts.least_resets = 33;
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_false(vscene_has_note(SYN_NOTE_PORT_SCAN));
	vscene_count(COUNTER_RESETS_SENT, 100);
	vscene_count(COUNTER_SEGMENTS_IN, 500);
	vscene_expect(SYN_CLOSED_PORT_FLOOD, SYN_SEVERITY_WARNING);
	vscene_count(COUNTER_SEGMENTS_IN, 501);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_PORT_SCAN));
	vscene_count(COUNTER_SEGMENTS_IN, 100);
	vscene.facts.least_resets = 17; /* three times 17 is half of the threshold */
	vscene_expect(SYN_CLOSED_PORT_FLOOD, SYN_SEVERITY_WARNING);
	vscene.facts.least_resets = 16; /* a burst */
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_PORT_SCAN));
}

/* What answers them is counted as RSTs alone, and tells how many there are. */
static void rate_at_closed_ports(void **state)
{
	(void)state;
	vscene_count(COUNTER_RESETS_SENT, 1000);
	vscene_count(COUNTER_SEGMENTS_IN, 1000);
	vscene_count(COUNTER_ABORT_CLOSE, 100);
	vscene_count(COUNTER_PASSIVE_OPENS, 30);
	vscene.facts.least_resets = 250;
	vscene_expect(SYN_CLOSED_PORT_FLOOD, SYN_SEVERITY_WARNING);
	assert_true(fabs(vscene.verdict.syn_rate - 310) < 1e-9);
	assert_true(fabs(vscene.own[0].syn_rate - 10) < 1e-9); /* the listener's */
	vscene_count(COUNTER_SEGMENTS_IN, 100000); /* a scan: RSTs answer other segments, too */
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(fabs(vscene.verdict.syn_rate - 10) < 1e-9);
}

/* RSTs of applications that close with data unread are not for closed ports. */
static void aborts_are_no_closed_ports(void **state)
{
	(void)state;
	vscene_count(COUNTER_RESETS_SENT, 500);
	vscene_count(COUNTER_SEGMENTS_IN, 500);
	vscene.facts.least_resets = 150;
	vscene_count(COUNTER_ABORT_CLOSE, 201);
	vscene_count(COUNTER_ABORT_DATA, 200);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_count(COUNTER_ABORT_DATA, 199);
	vscene_expect(SYN_CLOSED_PORT_FLOOD, SYN_SEVERITY_WARNING);
}

static void closed_ports_by_the_wire(void **state)
{
	(void)state;
	vscene_count(COUNTER_RESETS_SENT, 500);
	vscene_count(COUNTER_SEGMENTS_IN, 50000);
	vscene_hear(0, 81, 250, 0, 100);
	vscene.facts.wire.all.syns = 500;
	vscene_expect(SYN_CLOSED_PORT_FLOOD, SYN_SEVERITY_WARNING);
	vscene.facts.wire.all.syns = 501; /* half of it for other ports: a scan */
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_PORT_SCAN));
	/* what is listened to does not count */
	vscene_hear(1, 80, 10000, 10000, 5000);
	vscene.facts.wire.all.syns = 10500;
	vscene_expect(SYN_CLOSED_PORT_FLOOD, SYN_SEVERITY_WARNING);
}

static void no_route_back(void **state)
{
	(void)state;
	vscene_count(COUNTER_NO_ROUTES4, 49);
	vscene_count(COUNTER_LISTEN_DROPS, 49);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	vscene_count(COUNTER_NO_ROUTES6, 1);
	vscene_count(COUNTER_LISTEN_DROPS, 50);
	vscene_expect(SYN_UNROUTABLE_FLOOD, SYN_SEVERITY_WARNING);
	vscene_count(COUNTER_LISTEN_DROPS, 49); /* this host's own packets had no route */
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
}

static void filtered_is_a_note(void **state)
{
	(void)state;
	vscene_count(COUNTER_RP_FILTER, 49);
	vscene_judge();
	assert_false(vscene_has_note(SYN_NOTE_FILTERED));
	vscene_count(COUNTER_RP_FILTER, 50);
	vscene_expect(SYN_OK, SYN_SEVERITY_OK);
	assert_true(vscene_has_note(SYN_NOTE_FILTERED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		VSCENE(cookies_that_stay_away_tell_a_flood),
		VSCENE(always_cookies_name_no_listener),
		VSCENE(overflow_between_looks_is_told),
		VSCENE(resets_tell_a_scan),
		VSCENE(closed_ports_without_the_wire),
		VSCENE(rate_at_closed_ports),
		VSCENE(aborts_are_no_closed_ports),
		VSCENE(closed_ports_by_the_wire),
		VSCENE(no_route_back),
		VSCENE(filtered_is_a_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
