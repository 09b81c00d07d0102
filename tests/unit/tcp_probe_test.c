// SPDX-License-Identifier: GPL-2.0-or-later
/* One segment outside any connection, and what its answer means: RFC 9293 sections 3.10.7.1 and
 * 3.10.7.2, row by row. */
#include <string.h>

#include "analysis/tcp_probe.h"
#include "unit.h"

#define S SEGMENT_SYN
#define A SEGMENT_ACK
#define F SEGMENT_FIN
#define R SEGMENT_RST

/* What was sent has seq 100 and, with ACK, ack 700. */
static const struct {
	uint16_t sent;
	uint32_t length;
	uint16_t answer; /* 0: none */
	uint32_t seq, ack;
	enum tcp_probe_reading reading;
} rows[] = {
	{ S, 0, S | A, 9000, 101, TCP_PROBE_LISTENING },
	{ S, 5, S | A, 9000, 101, TCP_PROBE_LISTENING },
	{ S, 5, S | A, 9000, 106, TCP_PROBE_LISTENING }, /* Fast Open took the data */
	{ S, 0, S | A, 9000, 102, TCP_PROBE_ODD },
	{ S, 0, R | A, 0, 101, TCP_PROBE_CLOSED },
	{ S, 0, R | A, 0, 100, TCP_PROBE_ODD },
	{ S, 0, R | A, 1, 101, TCP_PROBE_ODD },
	{ S, 0, R, 0, 0, TCP_PROBE_ODD },
	{ S, 0, A, 5, 6, TCP_PROBE_CHALLENGED },
	{ S, 0, 0, 0, 0, TCP_PROBE_SILENT },
	{ A, 0, R, 700, 0, TCP_PROBE_NO_CONNECTION },
	{ A, 0, R, 701, 0, TCP_PROBE_ODD },
	{ F | A, 0, R, 700, 0, TCP_PROBE_NO_CONNECTION },
	{ S | A, 0, R, 700, 0, TCP_PROBE_NO_CONNECTION },
	{ S | A, 0, S | A, 9000, 101, TCP_PROBE_ODD },
	{ A, 0, A, 1, 2, TCP_PROBE_CHALLENGED },
	{ F, 0, R | A, 0, 101, TCP_PROBE_CLOSED },
	{ F, 7, R | A, 0, 108, TCP_PROBE_CLOSED },
	{ 0, 7, R | A, 0, 107, TCP_PROBE_CLOSED },
	{ 0, 0, R | A, 0, 100, TCP_PROBE_CLOSED },
	{ 0, 0, 0, 0, 0, TCP_PROBE_SILENT },
	{ R, 0, R, 0, 0, TCP_PROBE_ODD },
	{ R, 0, 0, 0, 0, TCP_PROBE_SILENT },
};

static void every_row_of_the_book(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct segment sent = { .seq = 100,
					.ack = rows[i].sent & A ? 700 : 0,
					.flags = rows[i].sent,
					.payload_length = rows[i].length };
		struct segment answer = { .seq = rows[i].seq,
					  .ack = rows[i].ack,
					  .flags = rows[i].answer };
		struct tcp_probe_result result;

		tcp_probe_read(&result, &sent, rows[i].answer ? &answer : NULL, NULL);
		if (result.reading != rows[i].reading)
			fail_msg("row %zu: %s, not %s", i, tcp_probe_names[result.reading],
				 tcp_probe_names[rows[i].reading]);
		assert_true(result.text[0] && result.expected[0]);
	}
}

static void what_is_to_be_expected(void **state)
{
	static const struct {
		uint16_t sent;
		const char *closed, *listening;
	} expected[] = {
		{ S, "closed: RST,ACK", "listening: SYN,ACK" },
		{ A, "closed: RST;", "listening: RST" },
		{ F, "closed: RST,ACK", "listening: nothing" },
		{ R | A, "closed: nothing", "listening: nothing" },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(expected); i++) {
		struct segment sent = { .flags = expected[i].sent };
		struct tcp_probe_result result;

		tcp_probe_read(&result, &sent, NULL, NULL);
		assert_non_null(strstr(result.expected, expected[i].closed));
		assert_non_null(strstr(result.expected, expected[i].listening));
	}
}

static void an_icmp_error_is_a_filter(void **state)
{
	struct segment sent = { .seq = 100, .flags = S };
	struct tcp_quote error = {
		.from = { .family = AF_INET, .bytes = { 10, 0, 0, 9 } },
		.family = AF_INET,
		.type = 3,
		.code = 13,
	};
	struct tcp_probe_result result;

	(void)state;
	tcp_probe_read(&result, &sent, NULL, &error);
	assert_int_equal(result.reading, TCP_PROBE_FILTERED);
	assert_non_null(strstr(result.text, "type 3 code 13 from 10.0.0.9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_book),
		cmocka_unit_test(what_is_to_be_expected),
		cmocka_unit_test(an_icmp_error_is_a_filter),
	};

	return cmocka_run_group_tests_name("tcp_probe", tests, NULL, NULL);
}
