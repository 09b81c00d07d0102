// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/counters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

struct seen {
	int count, stop_at, verdict;
	char text[256];
};

static int note(const struct counter *counter, void *arg)
{
	struct seen *seen = arg;
	size_t length = strlen(seen->text);

	snprintf(seen->text + length, sizeof(seen->text) - length, "%s.%s=%llu ", counter->group,
		 counter->name, (unsigned long long)counter->value);
	return ++seen->count == seen->stop_at ? seen->verdict : 0;
}

/* On the heap and exactly that long, so that a sanitizer sees a byte too many. */
static int parse(const char *names, const char *values, struct seen *seen)
{
	char *first = strdup(names), *second = strdup(values);
	int ret;

	assert_non_null(first);
	assert_non_null(second);
	ret = counters_parse_pair(first, second, note, seen);
	free(first);
	free(second);
	return ret;
}

static void names_meet_their_values(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(
		parse("Tcp: RtoMin MaxConn InSegs", "Tcp: 200 -1 18446744073709551615", &seen), 0);
	assert_string_equal(seen.text,
			    "Tcp.RtoMin=200 Tcp.MaxConn=18446744073709551615 "
			    "Tcp.InSegs=18446744073709551615 ");
	seen = (struct seen){ 0 };
	assert_int_equal(parse("TcpExt:  A\tB ", "TcpExt: 1  2 ", &seen), 0);
	assert_string_equal(seen.text, "TcpExt.A=1 TcpExt.B=2 ");
	seen = (struct seen){ 0 };
	assert_int_equal(parse("MPTcpExt:", "MPTcpExt:", &seen), 0);
	assert_int_equal(seen.count, 0);
}

static void who_receives_may_stop(void **state)
{
	struct seen seen = { .stop_at = 2, .verdict = 5 };

	(void)state;
	assert_int_equal(parse("Udp: A B C", "Udp: 1 2 3", &seen), 5);
	assert_int_equal(seen.count, 2);
	seen = (struct seen){ .stop_at = 1, .verdict = -ENOMEM };
	assert_int_equal(parse("Udp: A B C", "Udp: 1 2 3", &seen), -ENOMEM);
	assert_int_equal(seen.count, 1);
}

static void lines_that_do_not_fit(void **state)
{
	static const char *const bad[][2] = {
		{ "", "" },
		{ ":", ":" },
		{ ": A", ": 1" },
		{ "Tcp A", "Tcp 1" },
		{ "Tcp: A", "Udp: 1" },
		{ "Tcp: A B", "Tcp: 1" },
		{ "Tcp: A", "Tcp: 1 2" },
		{ "Tcp: A", "Tcp: x" },
		{ "Tcp: A", "Tcp: 1x" },
		{ "Tcp: A", "Tcp: --1" },
		{ "Tcp: A", "Tcp: 18446744073709551616" },
		{ "AGroupWithANameOfThirtyTwoLetters: A", "AGroupWithANameOfThirtyTwoLetters: 1" },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		struct seen seen = { 0 };

		assert_int_equal(parse(bad[i][0], bad[i][1], &seen), -EBADMSG);
	}
}

static void a_line_is_a_counter(void **state)
{
	static const struct {
		const char *line, *group, *name; /* group NULL: it is none */
		uint64_t value;
	} cases[] = {
		{ "Ip6InReceives                   \t12", "Ip6", "Ip6InReceives", 12 },
		{ "Icmp6OutType135 4", "Icmp6", "Icmp6OutType135", 4 },
		{ "UdpLite6InErrors\t0", "UdpLite6", "UdpLite6InErrors", 0 },
		{ "SctpCurrEstab                   \t-1", "Sctp", "SctpCurrEstab", UINT64_MAX },
		{ "", NULL, NULL, 0 },
		{ "Ip6InReceives", NULL, NULL, 0 },
		{ "Ip6InReceives x", NULL, NULL, 0 },
		{ "Ip6InReceives 1 2", NULL, NULL, 0 },
		{ "IpInReceives 1", NULL, NULL, 0 },
		{ "ANameWhoseSixComesMuchTooLateForUs6 1", NULL, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		char group[COUNTERS_GROUP_SIZE], *line = strdup(cases[i].line);
		struct counter counter;

		assert_non_null(line);
		assert_int_equal(counters_parse_line(line, group, &counter), !!cases[i].group);
		if (cases[i].group) {
			assert_string_equal(counter.group, cases[i].group);
			assert_string_equal(counter.name, cases[i].name);
			assert_int_equal(counter.value, cases[i].value);
		}
		free(line);
	}
}

/* Of the machine that the test runs on: what every kernel has. */
static int find(const struct counter *counter, void *arg)
{
	struct seen *seen = arg;

	seen->count++;
	if (strcmp(counter->group, "Tcp") == 0 && strcmp(counter->name, "ActiveOpens") == 0)
		strcpy(seen->text, "found");
	return 0;
}

static void this_kernel_has_counters(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(counters_read(COUNTERS_SNMP, find, &seen, NULL), 0);
	assert_string_equal(seen.text, "found");
	assert_true(seen.count > 50);
	seen = (struct seen){ 0 };
	assert_int_equal(counters_read(COUNTERS_NETSTAT, find, &seen, NULL), 0);
	assert_true(seen.count > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_meet_their_values),  cmocka_unit_test(who_receives_may_stop),
		cmocka_unit_test(lines_that_do_not_fit),    cmocka_unit_test(a_line_is_a_counter),
		cmocka_unit_test(this_kernel_has_counters),
	};

	return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
