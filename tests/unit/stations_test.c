// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of stations and its text; and who answered. */
#include "analysis/stations.h"

#include <string.h>

#include "analysis/answers.h"
#include "analysis/station_text.h"
#include "unit.h"

static struct addr numbered(uint32_t number)
{
	struct addr addr = { .family = AF_INET };

	memcpy(addr.bytes, &number, sizeof(number));
	return addr;
}

static void found_again_and_apart(void **state)
{
	struct stations stations;
	struct addr addr;

	(void)state;
	stations_init(&stations, 5000);
	for (uint32_t i = 0; i < 4000; i++) {
		addr = numbered(i / 2);
		assert_null(stations_find(&stations, i % 2, &addr));
		assert_non_null(stations_add(&stations, i % 2, &addr));
	}
	for (uint32_t i = 0; i < 4000; i++) {
		addr = numbered(i / 2);
		assert_non_null(stations_find(&stations, i % 2, &addr));
		assert_int_equal(stations_find(&stations, i % 2, &addr)->iface, i % 2);
	}
	assert_int_equal(stations.evicted, 0);
	stations_fini(&stations);
}

/* The one used longest ago goes, but for gateways. */
static void bounded_by_last_use(void **state)
{
	struct stations stations;
	struct addr first = numbered(0), second = numbered(1), third = numbered(2);

	(void)state;
	stations_init(&stations, 100);
	for (uint32_t i = 0; i < 100; i++) {
		struct addr addr = numbered(i);

		stations_add(&stations, 1, &addr);
	}
	stations_touch(&stations, stations_find(&stations, 1, &first));
	stations_find(&stations, 1, &second)->is_gateway = true;
	for (uint32_t i = 1000; i < 1099 - 1; i++) {
		struct addr addr = numbered(i);

		stations_add(&stations, 1, &addr);
	}
	assert_int_equal(stations.count, 100);
	assert_int_equal(stations.evicted, 98);
	assert_non_null(stations_find(&stations, 1, &first));
	assert_non_null(stations_find(&stations, 1, &second));
	assert_null(stations_find(&stations, 1, &third));
	stations_fini(&stations);
}

static void gateways_alone_are_bounded_too(void **state)
{
	struct stations stations;

	(void)state;
	stations_init(&stations, 16);
	for (uint32_t i = 0; i < 100; i++) {
		struct addr addr = numbered(i);

		stations_add(&stations, 1, &addr)->is_gateway = true;
	}
	assert_int_equal(stations.count, 16);
	assert_int_equal(stations.evicted, 84);
	stations_fini(&stations);
}

static void lines_and_back(void **state)
{
	static const char *const lines[] = {
		"eth0 192.0.2.1 - 1 2 02:00:00:00:00:01",
		("- fe80::1 r 1700000000000000000 9223372036854775807 "
		 "02:00:00:00:00:01,02:00:00:00:00:02,02:00:00:00:00:03,02:00:00:00:00:04"),
		"fifteen-letters ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff - 0 0 ff:ff:ff:ff:ff:ff",
	};
	struct saved_station saved;
	uint64_t count;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(lines); i++) {
		char text[STATION_TEXT_MAX + 1];

		assert_int_equal(station_read(lines[i], &saved, &count), STATION_LINE_STATION);
		*station_write(text, &saved) = '\0';
		text[strlen(text) - 1] = '\0';
		assert_string_equal(text, lines[i]);
	}
	assert_int_equal(station_read(STATION_TEXT_HEAD, &saved, &count), STATION_LINE_HEAD);
	assert_int_equal(station_read("# end 17", &saved, &count), STATION_LINE_END);
	assert_int_equal(count, 17);
}

static void lines_that_are_damaged(void **state)
{
	static const char *const lines[] = {
		"",
		" ",
		"x",
		"# netsonde stations 2",
		"# end",
		"# end ",
		"# end x",
		"# end 99999999999",
		"eth0",
		"eth0 192.0.2.1",
		"eth0 192.0.2.1 - 1 2",
		"eth0 192.0.2.1 - 1 2 ",
		"eth0 192.0.2.1 x 1 2 02:00:00:00:00:01",
		"eth0 192.0.2.256 - 1 2 02:00:00:00:00:01",
		"eth0 fe80::1%lo - 1 2 02:00:00:00:00:01",
		"eth0 192.0.2.1 - -1 2 02:00:00:00:00:01",
		"eth0 192.0.2.1 - 1 18446744073709551615 02:00:00:00:00:01",
		"eth0 192.0.2.1 - 1 2 02:00:00:00:00",
		"eth0 192.0.2.1 - 1 2 02:00:00:00:00:01,",
		"eth0 192.0.2.1 - 1 2 02:00:00:00:00:01 x",
		"eth0 192.0.2.1 - 1 2 1:1:1:1:1:1,1:1:1:1:1:1,1:1:1:1:1:1,1:1:1:1:1:1,1:1:1:1:1:1",
		"sixteen-letters- 192.0.2.1 - 1 2 02:00:00:00:00:01",
		"eth0  192.0.2.1 - 1 2 02:00:00:00:00:01",
	};
	struct saved_station saved;
	uint64_t count;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(lines); i++)
		assert_int_equal(station_read(lines[i], &saved, &count), STATION_LINE_BAD);
}

static struct claim answer(uint8_t from)
{
	return (struct claim){
		.kind = CLAIM_REPLY,
		.addr = numbered(7),
		.mac = { .length = 6, .bytes = { 2, [5] = from } },
		.eth_src = { .length = 6, .bytes = { 2, [5] = from } },
	};
}

static void an_answer_counts_once_a_request(void **state)
{
	struct answers answers = {
		.target = numbered(7),
		.own_mac = { .length = 6, .bytes = { 2, [5] = 1 } },
	};
	struct claim claim = answer(2), other = answer(3), own = answer(1), stray = answer(4);

	(void)state;
	assert_false(answers_add(&answers, &claim)); /* nobody was asked yet */
	for (answers.requests = 1; answers.requests <= 3; answers.requests++) {
		assert_true(answers_add(&answers, &claim));
		assert_false(answers_add(&answers, &claim)); /* to somebody else's request */
	}
	answers.requests = 3;
	assert_int_equal(answers.count, 1);
	assert_true(answers_add(&answers, &other));
	assert_int_equal(answers.count, 2);
	assert_false(answers_add(&answers, &own));
	stray.addr = numbered(8);
	assert_false(answers_add(&answers, &stray));
	stray = answer(4);
	stray.kind = CLAIM_REQUEST;
	assert_false(answers_add(&answers, &stray));
	assert_int_equal(answers.replies, 4);
}

static void many_holders_are_counted_not_stored(void **state)
{
	struct answers answers = { .target = numbered(7), .requests = 1 };

	(void)state;
	for (uint8_t i = 1; i <= 200; i++) {
		struct claim claim = answer(i);

		assert_true(answers_add(&answers, &claim));
	}
	assert_int_equal(answers.count, 200);
}

/* RFC 5227 section 2.1.1: who uses it, or asks for it to take it, has it; this host does not. */
static void taken_or_free(void **state)
{
	static const struct {
		uint8_t kind, from;
		bool claims, is_probe, asks, is_taken;
	} rows[] = {
		{ CLAIM_REPLY, 2, true, false, false, true },
		{ CLAIM_REQUEST, 2, true, false, false, true },
		{ CLAIM_REQUEST, 2, false, true, true, true },
		{ CLAIM_REQUEST, 2, false, false, true, false }, /* somebody else wants to talk */
		{ CLAIM_REQUEST, 2, false, true, false, false },
		{ CLAIM_REPLY, 1, true, false, false, false },
		{ CLAIM_REQUEST, 1, false, true, true, false },
		{ CLAIM_REVERSE, 2, true, false, false, false },
		{ CLAIM_ROUTER, 2, true, false, false, false },
	};
	struct answers answers = {
		.target = numbered(7),
		.own_mac = { .length = 6, .bytes = { 2, [5] = 1 } },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct claim claim = answer(rows[i].from);

		claim.kind = rows[i].kind;
		if (!rows[i].claims)
			claim.addr = numbered(1);
		claim.is_probe = rows[i].is_probe;
		claim.target = numbered(rows[i].asks ? 7 : 9);
		assert_int_equal(answers_is_taken(&answers, &claim), rows[i].is_taken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_again_and_apart),
		cmocka_unit_test(bounded_by_last_use),
		cmocka_unit_test(gateways_alone_are_bounded_too),
		cmocka_unit_test(lines_and_back),
		cmocka_unit_test(lines_that_are_damaged),
		cmocka_unit_test(an_answer_counts_once_a_request),
		cmocka_unit_test(many_holders_are_counted_not_stored),
		cmocka_unit_test(taken_or_free),
	};

	return cmocka_run_group_tests_name("stations", tests, NULL, NULL);
}
