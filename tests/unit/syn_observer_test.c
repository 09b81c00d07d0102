// SPDX-License-Identifier: GPL-2.0-or-later
/* From looks to facts. */
#include "analysis/syn_observer.h"

#include <math.h>
#include <string.h>

#include "unit.h"

#define S 1000000000u

static struct syn_observer observer;
static struct syn_facts facts;
static struct syn_look now;

static int begin(void **state)
{
	(void)state;
	memset(&now, 0, sizeof(now));
	now.mono_ns = 100 * (uint64_t)S;
	return syn_observer_init(&observer, 42);
}

static int end(void **state)
{
	(void)state;
	syn_observer_fini(&observer);
	return 0;
}

static struct addr v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
	return (struct addr){ .family = AF_INET, .bytes = { a, b, c, d }, .port = port };
}

static struct addr mapped(struct addr addr)
{
	struct addr v6 = { .family = AF_INET6, .port = addr.port };

	v6.bytes[10] = v6.bytes[11] = 0xff;
	memcpy(v6.bytes + 12, addr.bytes, 4);
	return v6;
}

static void listen_on(struct addr local, uint32_t queue, uint32_t backlog)
{
	const struct sock sock = {
		.local = local,
		.family = local.family,
		.state = SOCK_LISTEN,
		.rqueue = queue,
		.wqueue = backlog,
		.inode = local.port,
	};

	assert_int_equal(syn_observer_listener(&observer, &sock), 0);
}

static void half_open(struct addr local, struct addr peer, uint8_t retrans, uint32_t expires_ms)
{
	const struct sock sock = {
		.local = local,
		.peer = peer,
		.family = local.family,
		.state = SOCK_SYN_RECV,
		.retrans = retrans,
		.expires_ms = expires_ms,
	};

	assert_int_equal(syn_observer_half_open(&observer, &sock), 0);
}

static void crowd(uint16_t first, uint16_t count)
{
	for (uint16_t i = 0; i < count; i++)
		half_open(v4(192, 0, 2, 1, 80), v4(198, 51, 100, 7, (uint16_t)(first + i)), 0, 500);
}

static void end_look(void)
{
	syn_observer_end(&observer, 0);
	now.mono_ns += S;
	now.real_ns += S;
}

static const struct syn_facts *told(void)
{
	syn_observer_facts(&observer, &facts);
	return &facts;
}

static void survivors_over_two_seconds(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 4; i++) {
		syn_observer_begin(&observer, &now);
		listen_on(v4(0, 0, 0, 0, 80), 0, 128);
		crowd((uint16_t)(i * 10), 40);
		end_look();
		told();
		if (i < 2)
			assert_true(isnan(facts.listeners[0].survival));
	}
	assert_int_equal(facts.looks, 4);
	assert_true(fabs(facts.seconds - 3) < 1e-9);
	assert_true(fabs(facts.survival_seconds - 2) < 1e-9);
	assert_int_equal(facts.listener_count, 1);
	assert_int_equal(facts.listeners[0].half_open, 40);
	assert_int_equal(facts.listeners[0].before, 40);
	assert_int_equal(facts.listeners[0].survivors, 20);
	assert_int_equal(facts.listeners[0].capacity, 129);
	assert_true(fabs(facts.listeners[0].sources.sources - 1) < 1e-9);
	assert_true(fabs(facts.listeners[0].sources.top_source_share - 1) < 1e-9);
}

/* Of a queue that is more than half full old ones are pruned: they survived. */
static void what_is_pruned_has_survived(void **state)
{
	(void)state;
	for (uint32_t backlog = 79; backlog >= 78; backlog--) {
		for (uint16_t i = 0; i < 3; i++) {
			syn_observer_begin(&observer, &now);
			listen_on(v4(0, 0, 0, 0, 80), 0, backlog);
			for (uint16_t n = 0; n < 40; n++)
				half_open(v4(192, 0, 2, 1, 80),
					  v4(198, 51, 100, 7, (uint16_t)(i / 2 * 100 + n)),
					  n < 30 ? 2 : 1, 500);
			end_look();
		}
		told();
		assert_int_equal(facts.listeners[0].before, 40);
		assert_int_equal(facts.listeners[0].survivors, backlog == 79 ? 0 : 30);
		end(state);
		begin(state);
	}
}

static void ages_and_deferred(void **state)
{
	static const uint8_t retrans[] = { 0, 0, 1, 2, 6, 7, 255 };
	const struct syn_listener *listener;

	(void)state;
	syn_observer_begin(&observer, &now);
	listen_on(v4(0, 0, 0, 0, 80), 0, 128);
	for (size_t i = 0; i < UNIT_COUNT(retrans); i++)
		half_open(v4(192, 0, 2, 1, 80), v4(198, 51, 100, 7, (uint16_t)i), retrans[i], 1000);
	half_open(v4(192, 0, 2, 1, 80), v4(198, 51, 100, 7, 99), 0, 1001);
	end_look();
	listener = told()->listeners;
	assert_int_equal(listener->half_open, 7);
	assert_int_equal(listener->deferred, 1);
	assert_int_equal(listener->ages[0], 2);
	assert_int_equal(listener->ages[1], 1);
	assert_int_equal(listener->ages[2], 1);
	assert_int_equal(listener->ages[SYN_AGES - 1], 3);
}

static void the_listener_that_fits_best(void **state)
{
	const struct addr any6 = { .family = AF_INET6, .port = 80 };

	(void)state;
	syn_observer_begin(&observer, &now);
	listen_on(v4(0, 0, 0, 0, 80), 0, 1);
	listen_on(v4(192, 0, 2, 9, 80), 0, 2);
	listen_on(any6, 0, 3);
	half_open(v4(192, 0, 2, 9, 80), v4(8, 8, 8, 8, 1), 0, 1);
	half_open(v4(192, 0, 2, 1, 80), v4(8, 8, 8, 8, 2), 0, 1);
	half_open(v4(192, 0, 2, 1, 80), v4(8, 8, 8, 8, 3), 0, 1);
	for (uint16_t i = 0; i < 3; i++)
		half_open(mapped(v4(192, 0, 2, 1, 80)), mapped(v4(8, 8, 8, 8, (uint16_t)(i + 4))),
			  0, 1);
	end_look();
	told();
	assert_int_equal(facts.listener_count, 3);
	assert_int_equal(facts.listeners[0].capacity, 4);
	assert_int_equal(facts.listeners[0].half_open, 3);
	assert_int_equal(facts.listeners[0].sources.top_source.family, AF_INET);
	assert_int_equal(facts.listeners[1].capacity, 2);
	assert_int_equal(facts.listeners[1].half_open, 2);
	assert_int_equal(facts.listeners[2].capacity, 3);
	assert_int_equal(facts.listeners[2].half_open, 1);
}

static void sockets_that_share_a_port(void **state)
{
	(void)state;
	syn_observer_begin(&observer, &now);
	for (uint32_t i = 0; i < 4; i++)
		listen_on(v4(0, 0, 0, 0, 80), i == 3 ? 65 : i, 64);
	end_look();
	told();
	assert_int_equal(facts.listener_count, 1);
	assert_int_equal(facts.listeners[0].sockets, 4);
	assert_int_equal(facts.listeners[0].capacity, 4 * 65);
	assert_int_equal(facts.listeners[0].accept_backlog, 4 * 64);
	assert_int_equal(facts.listeners[0].accept_queue, 68);
	assert_int_equal(facts.listeners[0].full_sockets, 1);
	assert_int_equal(facts.listeners[0].full_looks, 1);
}

static void a_backlog_that_is_not_known(void **state)
{
	(void)state;
	syn_observer_begin(&observer, &now);
	listen_on(v4(0, 0, 0, 0, 80), 0, 128);
	listen_on(v4(0, 0, 0, 0, 80), 500, SOCK_NO_BACKLOG);
	listen_on(v4(0, 0, 0, 0, 80), 0, 128);
	end_look();
	assert_true(told()->listeners[0].capacity == UINT64_MAX);
	assert_int_equal(facts.listeners[0].full_sockets, 0);
}

/* A listener is closed, its half-opens are left; then it is back. */
static void closed_and_back(void **state)
{
	(void)state;
	syn_observer_begin(&observer, &now);
	listen_on(v4(0, 0, 0, 0, 80), 0, 128);
	crowd(0, 30);
	end_look();
	syn_observer_begin(&observer, &now);
	crowd(0, 30);
	end_look();
	told();
	assert_int_equal(facts.listener_count, 1);
	assert_int_equal(facts.listeners[0].sockets, 0);
	assert_true(facts.listeners[0].capacity == UINT64_MAX);
	syn_observer_begin(&observer, &now);
	listen_on(v4(0, 0, 0, 0, 80), 0, 128);
	crowd(0, 30);
	end_look();
	told();
	assert_int_equal(facts.listener_count, 1);
	assert_int_equal(facts.listeners[0].survivors, 30);
	assert_int_equal(facts.listeners[0].looks, 2);
	syn_observer_begin(&observer, &now);
	end_look();
	assert_int_equal(told()->listener_count, 0);
}

/* Listeners that come and go, as of FTP servers, take no more and more memory. */
static void places_are_used_again(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 500; i++) {
		syn_observer_begin(&observer, &now);
		listen_on(v4(0, 0, 0, 0, (uint16_t)(1000 + i)), 0, 128);
		half_open(v4(192, 0, 2, 1, (uint16_t)(1000 + i)), v4(8, 8, 8, 8, 1), 0, 1);
		end_look();
		assert_int_equal(told()->listener_count, 1);
		assert_int_equal(facts.listeners[0].addr.port, 1000 + i);
		syn_observer_next(&observer);
	}
	assert_true(observer.count <= 2 * SYN_SURVIVAL_LOOKS);
}

static void counters_from_first_look_to_last(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 4; i++) {
		now.counters.values[COUNTER_LISTEN_DROPS] = UINT64_C(4294967290) + 5 * i;
		if (i > 0) /* a 32-bit kernel's begin at 0 again */
			now.counters.values[COUNTER_LISTEN_DROPS] %= UINT64_C(1) << 32;
		now.counters.values[COUNTER_RESETS_SENT] = i * i;
		now.counters.values[COUNTER_MPTCP_SYNS] = COUNTER_UNKNOWN;
		syn_observer_begin(&observer, &now);
		end_look();
		if (i == 0)
			assert_true(told()->deltas[COUNTER_LISTEN_DROPS] == COUNTER_UNKNOWN);
	}
	told();
	assert_int_equal(facts.deltas[COUNTER_LISTEN_DROPS], 15);
	assert_int_equal(facts.deltas[COUNTER_RESETS_SENT], 9);
	assert_int_equal(facts.least_resets, 1);
	assert_true(facts.deltas[COUNTER_MPTCP_SYNS] == COUNTER_UNKNOWN);
	syn_observer_next(&observer);
	now.counters.values[COUNTER_RESETS_SENT] = 7; /* lower: another boot, perhaps */
	syn_observer_begin(&observer, &now);
	end_look();
	assert_true(told()->deltas[COUNTER_RESETS_SENT] == COUNTER_UNKNOWN);
	assert_int_equal(facts.looks, 2);
	assert_true(fabs(facts.seconds - 1) < 1e-9);
}

/* 100 cookies a second go out; they come back @lag looks later. */
static void send_cookies(unsigned int looks, unsigned int lag, bool restart)
{
	for (unsigned int i = 0; i < looks; i++) {
		now.counters.values[COUNTER_COOKIES_SENT] += 100;
		if (i >= lag)
			now.counters.values[COUNTER_COOKIES_RECV] += 100;
		syn_observer_begin(&observer, &now);
		end_look();
		told();
		if (restart)
			syn_observer_next(&observer);
	}
}

static void cookies_have_time_to_come_back(void **state)
{
	(void)state;
	send_cookies(3, 2, false);
	assert_true(facts.settled_sent == COUNTER_UNKNOWN);
	send_cookies(1, 0, false);
	assert_int_equal(facts.settled_sent, 100);
	assert_int_equal(facts.settled_recv, 100);
	assert_true(fabs(facts.settled_seconds - 1) < 1e-9);
}

/* Intervals of one second: the looks of earlier ones are remembered. */
static void short_intervals_settle_too(void **state)
{
	(void)state;
	send_cookies(5, 10, true);
	assert_int_equal(facts.looks, 2);
	assert_int_equal(facts.settled_sent, 200);
	assert_int_equal(facts.settled_recv, 0);
	assert_int_equal(facts.deltas[COUNTER_COOKIES_SENT], 100);
}

/* Longer than what is remembered: from the first look on. */
static void long_intervals_settle_too(void **state)
{
	(void)state;
	send_cookies(30, 2, false);
	assert_int_equal(facts.settled_sent, 2700);
	assert_int_equal(facts.settled_recv, 2700);
}

static void gaps_add_up(void **state)
{
	(void)state;
	syn_observer_begin(&observer, &now);
	syn_observer_end(&observer, SYN_GAP_LISTENERS);
	now.mono_ns += S;
	now.gaps = SYN_GAP_COUNTERS;
	syn_observer_begin(&observer, &now);
	end_look();
	assert_int_equal(told()->gaps, SYN_GAP_LISTENERS | SYN_GAP_COUNTERS);
	now.gaps = 0;
	syn_observer_begin(&observer, &now);
	end_look();
	syn_observer_next(&observer);
	assert_int_equal(told()->gaps, 0);
}

static void sources_that_nobody_has(void **state)
{
	static const struct addr nowhere[] = {
		{ .family = AF_INET, .bytes = { 240, 1, 2, 3 } },
		{ .family = AF_INET, .bytes = { 255, 1, 2, 3 } },
		{ .family = AF_INET, .bytes = { 0, 1, 2, 3 } },
		{ .family = AF_INET, .bytes = { 127, 1, 2, 3 } },
		{ .family = AF_INET, .bytes = { 10, 1, 2, 3 } },
	};
	static const struct addr somewhere[] = {
		{ .family = AF_INET, .bytes = { 239, 1, 2, 3 } },
		{ .family = AF_INET, .bytes = { 11, 1, 2, 3 } },
		{ .family = AF_INET, .bytes = { 1, 1, 2, 3 } },
	};

	(void)state;
	syn_observer_begin(&observer, &now);
	for (size_t i = 0; i < UNIT_COUNT(nowhere); i++)
		half_open(v4(192, 0, 2, 1, 80), nowhere[i], 0, 1);
	for (size_t i = 0; i < UNIT_COUNT(somewhere); i++)
		half_open(v4(192, 0, 2, 1, 80), somewhere[i], 0, 1);
	half_open(v4(10, 0, 0, 1, 81), nowhere[4], 0, 1); /* at home in 10/8 */
	end_look();
	told();
	assert_int_equal(facts.listeners[0].bogons, UNIT_COUNT(nowhere));
	assert_int_equal(facts.listeners[1].bogons, 0);
	assert_int_equal(facts.listeners[0].octets[0], 1u << 0 | 1u << 1 | 1u << 10 | 1u << 11);
}

static void ipv6_sources_that_nobody_has(void **state)
{
	static const uint8_t heads[][2] = { { 0x20, 1 }, { 0x3f, 0 }, { 0xfc, 0 },   { 0xfe, 0x80 },
					    { 0x40, 0 }, { 0x10, 0 }, { 0xfe, 0xc0 } };
	struct addr local = { .family = AF_INET6, .bytes = { 0x20, 1, 0xd, 0xb8 }, .port = 80 };

	(void)state;
	syn_observer_begin(&observer, &now);
	for (size_t i = 0; i < UNIT_COUNT(heads); i++) {
		struct addr peer = { .family = AF_INET6 };

		memcpy(peer.bytes, heads[i], 2);
		half_open(local, peer, 0, 1);
	}
	end_look();
	assert_int_equal(told()->listeners[0].bogons, 3);
}

#define LOOKED(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOKED(survivors_over_two_seconds),
		LOOKED(what_is_pruned_has_survived),
		LOOKED(ages_and_deferred),
		LOOKED(the_listener_that_fits_best),
		LOOKED(sockets_that_share_a_port),
		LOOKED(a_backlog_that_is_not_known),
		LOOKED(closed_and_back),
		LOOKED(places_are_used_again),
		LOOKED(counters_from_first_look_to_last),
		LOOKED(cookies_have_time_to_come_back),
		LOOKED(short_intervals_settle_too),
		LOOKED(long_intervals_settle_too),
		LOOKED(gaps_add_up),
		LOOKED(sources_that_nobody_has),
		LOOKED(ipv6_sources_that_nobody_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
