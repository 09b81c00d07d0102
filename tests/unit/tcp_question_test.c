// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands behind a port, by what SYNs bring. */
#include "analysis/tcp_question.h"

#include <string.h>

#include "unit.h"
#include "wire/tcp.h"

static struct tcp_exchange exchanges[TCP_COOKIE_SYNS];
static struct tcp_question_result result;

static struct tcp_exchange answered(uint32_t sent, uint32_t came, uint16_t flags)
{
	return (struct tcp_exchange){
		.sent = { .seq = sent, .flags = SEGMENT_SYN, .options = { .mss = 1460 } },
		.came = { .seq = came, .ack = sent + 1, .flags = flags, .window = 65160 },
		.is_answered = true,
	};
}

/* An end whose numbers are a clock's, answers. */
static int begin(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TCP_COOKIE_SYNS; i++)
		exchanges[i] = answered(0x30000000u * i, 5000 * i, SEGMENT_SYN | SEGMENT_ACK);
	return 0;
}

static void expect(enum tcp_question_verdict verdict, bool is_yes, const char *evidence)
{
	bool has = false;

	assert_string_equal(tcp_question_verdict_names[result.verdict],
			    tcp_question_verdict_names[verdict]);
	assert_int_equal(result.is_yes, is_yes);
	assert_non_null(result.advice);
	for (size_t i = 0; i < result.evidence.count && !has; i++)
		has = strstr(result.evidence.texts[i], evidence);
	if (!has)
		fail_msg("no '%s' in '%s'...", evidence, result.evidence.texts[0]);
}

static void expect_cookie(enum tcp_question_verdict verdict, const char *evidence)
{
	tcp_cookie_judge(&result, exchanges);
	expect(verdict, verdict == TCP_QUESTION_COOKIE || verdict == TCP_QUESTION_SYNPROXY,
	       evidence);
}

static void numbers_of_a_clock_are_no_cookies(void **state)
{
	(void)state;
	expect_cookie(TCP_QUESTION_ORDINARY,
		      "is 805306368 more brings a SYN,ACK whose number is 5000 more");
	exchanges[TCP_COOKIE_SECOND].came.window = exchanges[TCP_COOKIE_FIRST].came.window = 0;
	expect_cookie(TCP_QUESTION_ORDINARY, "5000 more");
}

static void cookies_follow_our_numbers(void **state)
{
	(void)state;
	for (int i = 0; i < TCP_COOKIE_SYNS; i++)
		exchanges[i].came.seq = exchanges[i].sent.seq + 77;
	exchanges[TCP_COOKIE_MSS].sent.seq = exchanges[TCP_COOKIE_THIRD].sent.seq;
	exchanges[TCP_COOKIE_MSS].sent.options.mss = 536;
	exchanges[TCP_COOKIE_MSS].came.seq = exchanges[TCP_COOKIE_THIRD].came.seq - 3;
	expect_cookie(TCP_QUESTION_COOKIE, "an MSS of 536 in place of 1460 shifts it by -3");
	/* A minute has ended behind the first, and before the third. */
	exchanges[TCP_COOKIE_FIRST].came.seq -= 0x1000123;
	expect_cookie(TCP_QUESTION_COOKIE, "805306368 more");
	begin(state);
	exchanges[TCP_COOKIE_SECOND].came.seq = exchanges[TCP_COOKIE_SECOND].sent.seq;
	exchanges[TCP_COOKIE_THIRD].is_answered = false;
	exchanges[TCP_COOKIE_FIRST].came.seq = exchanges[TCP_COOKIE_FIRST].sent.seq;
	expect_cookie(TCP_QUESTION_COOKIE, "805306368 more");
}

static void a_window_of_0_is_a_proxys(void **state)
{
	(void)state;
	for (int i = 0; i < TCP_COOKIE_SYNS; i++) {
		exchanges[i].came.seq = exchanges[i].sent.seq + 77;
		exchanges[i].came.window = 0;
	}
	expect_cookie(TCP_QUESTION_SYNPROXY, "its window is 0");
}

static void no_comparison_no_verdict(void **state)
{
	(void)state;
	exchanges[TCP_COOKIE_SECOND].is_answered = false;
	expect_cookie(TCP_QUESTION_UNANSWERED, "nothing to compare");
	exchanges[TCP_COOKIE_FIRST].came.flags = SEGMENT_RST | SEGMENT_ACK;
	expect_cookie(TCP_QUESTION_CLOSED, "RST");
	exchanges[TCP_COOKIE_FIRST].is_answered = false;
	expect_cookie(TCP_QUESTION_UNANSWERED, "no answer");
}

static void a_synproxy_opens_its_window_later(void **state)
{
	struct segment update = { .flags = SEGMENT_ACK };

	(void)state;
	tcp_synproxy_judge(&result, exchanges, NULL);
	expect(TCP_QUESTION_ORDINARY, false, "a window of 65160");
	exchanges[0].came.window = 0;
	tcp_synproxy_judge(&result, exchanges, &update);
	expect(TCP_QUESTION_SYNPROXY, true, "the server has answered");
	update.flags = SEGMENT_RST;
	tcp_synproxy_judge(&result, exchanges, &update);
	expect(TCP_QUESTION_SYNPROXY, true, "the server refused");
	tcp_synproxy_judge(&result, exchanges, NULL);
	expect(TCP_QUESTION_SYNPROXY, true, "has not answered");
	exchanges[0].is_answered = false;
	tcp_synproxy_judge(&result, exchanges, NULL);
	expect(TCP_QUESTION_UNANSWERED, false, "no answer");
}

static void give_cookie(uint8_t length)
{
	uint8_t bytes[SEGMENT_OPTIONS_MAX] = { TCP_OPTION_NOP, TCP_OPTION_FAST_OPEN,
					       (uint8_t)(2 + length) };

	tcp_parse_options(&exchanges[TCP_FAST_OPEN_REQUEST].came.options, bytes, 3u + length);
}

static void fast_open(void **state)
{
	struct tcp_exchange *data = &exchanges[TCP_FAST_OPEN_DATA];

	(void)state;
	tcp_fast_open_judge(&result, exchanges);
	expect(TCP_QUESTION_NO_FAST_OPEN, false, "has none");
	give_cookie(3); /* too short to be one */
	tcp_fast_open_judge(&result, exchanges);
	expect(TCP_QUESTION_NO_FAST_OPEN, false, "has none");
	give_cookie(8);
	data->sent.payload_length = 2;
	tcp_fast_open_judge(&result, exchanges);
	expect(TCP_QUESTION_FAST_OPEN_REFUSED, false, "of 2 bytes in a SYN with the cookie, 0 are");
	data->came.ack += 2;
	tcp_fast_open_judge(&result, exchanges);
	expect(TCP_QUESTION_FAST_OPEN, true, "2 are acknowledged by the SYN,ACK");
	data->is_answered = false;
	tcp_fast_open_judge(&result, exchanges);
	expect(TCP_QUESTION_FAST_OPEN_BLOCKED, false, "no answer to a SYN with the cookie");
	exchanges[TCP_FAST_OPEN_REQUEST].is_answered = false;
	tcp_fast_open_judge(&result, exchanges);
	expect(TCP_QUESTION_FAST_OPEN_BLOCKED, false, "nothing, one that does not");
	exchanges[TCP_FAST_OPEN_PLAIN].is_answered = false;
	tcp_fast_open_judge(&result, exchanges);
	expect(TCP_QUESTION_UNANSWERED, false, "no answer");
}

static void ecn(void **state)
{
	static const struct {
		uint16_t flags;
		const char *arrived;
	} rows[] = {
		{ SEGMENT_CWR, "Not-ECT" },
		{ SEGMENT_CWR | SEGMENT_ECE, "ECT(1)" },
		{ SEGMENT_AE, "ECT(0)" },
		{ SEGMENT_AE | SEGMENT_CWR, "CE" },
	};
	struct tcp_exchange *classic = &exchanges[TCP_ECN_CLASSIC];
	struct tcp_exchange *accurate = &exchanges[TCP_ECN_ACCURATE];

	(void)state;
	tcp_ecn_judge(&result, exchanges);
	expect(TCP_QUESTION_NO_ECN, false, "without ECE");
	classic->came.flags |= SEGMENT_ECE;
	tcp_ecn_judge(&result, exchanges);
	expect(TCP_QUESTION_ECN, true, "ECE alone");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		accurate->came.flags = SEGMENT_SYN | SEGMENT_ACK | rows[i].flags;
		tcp_ecn_judge(&result, exchanges);
		expect(TCP_QUESTION_ACCURATE_ECN, true, rows[i].arrived);
	}
	accurate->came.flags = SEGMENT_SYN | SEGMENT_ACK | SEGMENT_ECE;
	tcp_ecn_judge(&result, exchanges);
	expect(TCP_QUESTION_ECN, true, "not one of RFC 9768");
	accurate->is_answered = false;
	tcp_ecn_judge(&result, exchanges);
	expect(TCP_QUESTION_ECN, true, "no SYN,ACK to a SYN with AE");
	classic->came.flags |= SEGMENT_CWR;
	tcp_ecn_judge(&result, exchanges);
	expect(TCP_QUESTION_ECN_REFLECTED, false, "reflected");
	classic->is_answered = false;
	tcp_ecn_judge(&result, exchanges);
	expect(TCP_QUESTION_ECN_BLOCKED, false, "nothing, one without");
	exchanges[TCP_ECN_PLAIN].is_answered = false;
	tcp_ecn_judge(&result, exchanges);
	expect(TCP_QUESTION_UNANSWERED, false, "no answer");
}

#define WITH(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(numbers_of_a_clock_are_no_cookies),
		WITH(cookies_follow_our_numbers),
		WITH(a_window_of_0_is_a_proxys),
		WITH(no_comparison_no_verdict),
		WITH(a_synproxy_opens_its_window_later),
		WITH(fast_open),
		WITH(ecn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
