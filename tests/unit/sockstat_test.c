// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sockstat.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static bool parse(const char *line, struct sockstat *sockstat)
{
	char *copy = strdup(line); /* exactly that long */
	bool is_line;

	assert_non_null(copy);
	is_line = sockstat_parse(copy, sockstat);
	free(copy);
	return is_line;
}

static void every_count_has_its_place(void **state)
{
	static const char *const lines[] = {
		"sockets: used 1",
		"TCP: inuse 2 orphan 3 tw 4 alloc 5 mem 6",
		"UDP: inuse 7 mem 8",
		"UDPLITE: inuse 9",
		"RAW: inuse 10",
		"FRAG: inuse 11 memory 12",
		"TCP6: inuse 13",
		"UDP6: inuse 14",
		"UDPLITE6: inuse 15",
		"RAW6: inuse 16",
		"FRAG6: inuse 17 memory 18446744073709551614",
	};
	const struct sockstat expected = {
		.sockets = 1,
		.tcp = 2,
		.tcp_orphaned = 3,
		.tcp_timewait = 4,
		.tcp_allocated = 5,
		.tcp_pages = 6,
		.udp = 7,
		.udp_pages = 8,
		.udplite = 9,
		.raw = 10,
		.frag = 11,
		.frag_bytes = 12,
		.tcp6 = 13,
		.udp6 = 14,
		.udplite6 = 15,
		.raw6 = 16,
		.frag6 = 17,
		.frag6_bytes = UINT64_MAX - 1,
	};
	struct sockstat sockstat = { 0 };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(lines); i++)
		assert_true(parse(lines[i], &sockstat));
	assert_memory_equal(&sockstat, &expected, sizeof(expected));
}

static void what_is_new_is_passed_over(void **state)
{
	struct sockstat sockstat = { 0 };

	(void)state;
	assert_true(parse("TCP: inuse 2 fresh 99 tw 4", &sockstat));
	assert_true(parse("QUIC: inuse 77", &sockstat));
	assert_true(parse("TCP:", &sockstat));
	assert_int_equal(sockstat.tcp, 2);
	assert_int_equal(sockstat.tcp_timewait, 4);
	assert_int_equal(sockstat.udp, 0);
}

static void bad_lines(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"TCP",
		"TCP inuse 1",
		"TCP: inuse",
		"TCP: inuse x",
		"TCP: inuse -1",
		"TCP: inuse 1 tw",
		"TCP: inuse 18446744073709551616",
		"TCP: 1 inuse",
	};
	struct sockstat sockstat;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++)
		assert_false(parse(bad[i], &sockstat));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_count_has_its_place),
		cmocka_unit_test(what_is_new_is_passed_over),
		cmocka_unit_test(bad_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
