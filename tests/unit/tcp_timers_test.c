// SPDX-License-Identifier: GPL-2.0-or-later
/* Retransmission (RFC 6298), windows that are closed (RFC 9293 section 3.8.6.1) and what is lost
 * (RFC 5681), as one end has them. */
#include "analysis/tcp_rto.h"

#include <string.h>

#include "tcp_lone.h"
#include "unit.h"

#define MS_NS 1000000ull
#define SECOND_NS 1000000000ull

static struct tcp_lone lone;

static void begin(enum tcp_state state)
{
	tcp_lone_init(&lone, 0xfffffff0u, 0xffffffffu);
	tcp_lone_bring(&lone, state, false);
}

#define assert_sent(text) assert_string_equal(lone.sent, text)
#define assert_notes(text) assert_string_equal(lone.notes, text)

/* Rules 2.1 to 2.5 and 5.5, by hand. */
static void the_timeout_is_rfc_6298s(void **state)
{
	struct tcp_rto rto;

	(void)state;
	tcp_rto_init(&rto, 0, 0, 0);
	assert_int_equal(rto.rto_ns, SECOND_NS);
	tcp_rto_measure(&rto, 2000 * MS_NS); /* SRTT 2 s, RTTVAR 1 s */
	assert_int_equal(rto.rto_ns, 6000 * MS_NS);
	tcp_rto_measure(&rto, 1000 * MS_NS); /* RTTVAR 0.75 + 0.25 s, SRTT 1.875 s */
	assert_int_equal(rto.rttvar_ns, 1000 * MS_NS);
	assert_int_equal(rto.srtt_ns, 1875 * MS_NS);
	assert_int_equal(rto.rto_ns, 5875 * MS_NS);
	tcp_rto_back_off(&rto);
	assert_int_equal(rto.rto_ns, 2 * 5875 * MS_NS);
	for (int i = 0; i < 10; i++)
		tcp_rto_back_off(&rto);
	assert_int_equal(rto.rto_ns, 60 * SECOND_NS);
	tcp_rto_measure(&rto, 1875 * MS_NS); /* RTTVAR 0.75 s: an end to backing off */
	assert_int_equal(rto.rto_ns, 4875 * MS_NS);
	assert_int_equal(rto.backoffs, 0);
	tcp_rto_init(&rto, 0, 0, 0);
	tcp_rto_measure(&rto, 10 * MS_NS); /* never below a second */
	assert_int_equal(rto.rto_ns, SECOND_NS);
	tcp_rto_init(&rto, 300 * MS_NS, 200 * MS_NS, 900 * MS_NS);
	assert_int_equal(rto.rto_ns, 300 * MS_NS);
	tcp_rto_measure(&rto, 10 * MS_NS);
	assert_int_equal(rto.rto_ns, 200 * MS_NS);
	tcp_rto_measure(&rto, 10 * SECOND_NS);
	assert_int_equal(rto.rto_ns, 900 * MS_NS);
}

/* 1, 2, 4, 8, 16, 32 s; then the reset. */
static void a_syn_is_sent_again(void **state)
{
	uint64_t start_ns;

	(void)state;
	begin(TCP_STATE_SYN_SENT);
	start_ns = lone.now_ns;
	for (unsigned int i = 1; i <= 5; i++) {
		tcp_lone_wait(&lone);
		assert_true(lone.is_retransmission);
		assert_int_equal(lone.now_ns - start_ns, ((1u << i) - 1) * SECOND_NS);
	}
	tcp_lone_wait(&lone);
	assert_int_equal(lone.now_ns - start_ns, 63 * SECOND_NS);
	assert_sent("S J, S J, S J, S J, S J, R J+1");
	assert_int_equal(lone.tcp.end, TCP_END_TIMEOUT);
	assert_int_equal(lone.tcp.retransmissions, 5);
}

/* In SYN_RCVD it is the SYN,ACK, and giving up resets it. */
static void a_syn_ack_is_sent_again(void **state)
{
	(void)state;
	begin(TCP_STATE_CLOSED);
	tcp_lone_bring(&lone, TCP_STATE_SYN_RCVD, true);
	for (int i = 0; i < 6; i++)
		tcp_lone_wait(&lone);
	assert_sent("SA J K+1, SA J K+1, SA J K+1, SA J K+1, SA J K+1, R J+1");
	assert_int_equal(lone.tcp.end, TCP_END_TIMEOUT);
}

/* Rule 5.7: a SYN that was lost makes the first timeout of the text 3 s, and the window one
 * segment. */
static void a_lost_syn_is_remembered(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_wait(&lone);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1);
	tcp_lone_forget(&lone);
	tcp_endpoint_send(&lone.tcp, 2000, lone.now_ns);
	assert_sent("A J+1 K+1 536");
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), lone.now_ns + 3 * SECOND_NS);
}

/* Karn: what was sent twice is not measured. */
static void what_was_sent_twice_is_not_measured(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	lone.now_ns += 100 * MS_NS;
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1);
	assert_int_equal(lone.tcp.rto.srtt_ns, 100 * MS_NS);
	tcp_endpoint_send(&lone.tcp, 10, lone.now_ns);
	tcp_lone_wait(&lone);
	assert_true(lone.is_retransmission);
	lone.now_ns += 900 * MS_NS;
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 11);
	assert_int_equal(lone.tcp.rto.srtt_ns, 100 * MS_NS);
	assert_int_equal(lone.tcp.rto.rto_ns, 2 * SECOND_NS); /* and still backed off */
	tcp_endpoint_send(&lone.tcp, 10, lone.now_ns);
	lone.now_ns += 100 * MS_NS;
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 21);
	assert_int_equal(lone.tcp.rto.rto_ns, SECOND_NS);
}

/* RFC 7323 section 4: an echoed timestamp tells which of them it was. One from nowhere does not. */
static void a_timestamp_measures_what_was_sent_twice(void **state)
{
	struct segment_options options = { .present = SEGMENT_OPTION_TIMESTAMPS, .ts_val = 5 };
	static const uint32_t off_ms[] = { 0, 70000, 0x80000000u };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(off_ms); i++) {
		begin(TCP_STATE_CLOSED);
		lone.settings.has_timestamps = true;
		tcp_lone_again(&lone);
		tcp_endpoint_connect(&lone.tcp, lone.now_ns);
		lone.now_ns += 100 * MS_NS;
		tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .options = options);
		tcp_endpoint_send(&lone.tcp, 10, lone.now_ns);
		tcp_lone_wait(&lone);
		assert_int_equal(lone.tcp.rto.rto_ns, 2 * SECOND_NS);
		options.ts_ecr = lone.last.options.ts_val - off_ms[i];
		lone.now_ns += 100 * MS_NS;
		tcp_lone_give(&lone, "A", .seq = 1, .ack = 11, .options = options);
		assert_int_equal(lone.tcp.rto.rto_ns, i == 0 ? SECOND_NS : 2 * SECOND_NS);
	}
}

/* Rules 5.1 to 5.3: only what acknowledges something new begins the timer anew. A peer that talks
 * on does not keep our FIN from being sent again. */
static void a_running_timer_runs(void **state)
{
	uint64_t due_ns;

	(void)state;
	begin(TCP_STATE_FIN_WAIT_1);
	due_ns = tcp_endpoint_deadline(&lone.tcp);
	for (int i = 0; i < 9; i++) {
		lone.now_ns += 100 * MS_NS;
		tcp_lone_give(&lone, "PA", .seq = 1 + 10 * i, .ack = 1, .length = 10);
		assert_int_equal(tcp_endpoint_deadline(&lone.tcp), due_ns);
	}
	tcp_lone_forget(&lone);
	tcp_lone_wait(&lone);
	assert_sent("FA J+1 K+91");
	begin(TCP_STATE_ESTABLISHED);
	tcp_endpoint_send(&lone.tcp, 1000, lone.now_ns);
	lone.now_ns += 400 * MS_NS;
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 537);
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), lone.now_ns + lone.tcp.rto.rto_ns);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1001);
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), TCP_NEVER_NS);
}

/* Each of what may be lost is sent again, from what is acknowledged on. */
static void text_and_fin_are_sent_again(void **state)
{
	(void)state;
	begin(TCP_STATE_ESTABLISHED);
	tcp_endpoint_send(&lone.tcp, 600, lone.now_ns);
	tcp_endpoint_close(&lone.tcp, lone.now_ns);
	assert_sent("A J+1 K+1 536, PA J+537 K+1 64, FA J+601 K+1");
	tcp_lone_forget(&lone);
	tcp_lone_wait(&lone);
	assert_sent("A J+1 K+1 536");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 537);
	assert_sent("A J+1 K+1 536, FPA J+537 K+1 64");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 602);
	assert_int_equal(lone.tcp.state, TCP_STATE_FIN_WAIT_2);
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), TCP_NEVER_NS);
	begin(TCP_STATE_LAST_ACK);
	tcp_lone_wait(&lone);
	assert_sent("FA J+1 K+2");
	begin(TCP_STATE_CLOSING);
	tcp_lone_wait(&lone);
	assert_sent("FA J+1 K+2");
}

/* RFC 5681 section 3.2: the third duplicate is a loss; one with text or another window is none. */
static void three_duplicates_are_a_loss(void **state)
{
	(void)state;
	begin(TCP_STATE_ESTABLISHED);
	tcp_endpoint_send(&lone.tcp, 536 * 4, lone.now_ns);
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .window = 4001);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .window = 4000);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1);
	assert_sent("");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1);
	assert_sent("A J+1 K+1 536");
	assert_string_equal(strrchr(lone.notes, ' '), " fast_retransmission");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 537); /* the next one as well: RFC 6582 */
	assert_sent("A J+1 K+1 536, A J+537 K+1 536");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1 + 536 * 4);
	assert_sent("A J+1 K+1 536, A J+537 K+1 536");
	assert_true(tcp_endpoint_is_all_acked(&lone.tcp));
}

/* Nothing goes into a closed window but probes, and as long as somebody answers them nobody gives
 * up. */
static void a_closed_window_is_probed(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .is_window_closed = true);
	tcp_lone_forget(&lone);
	tcp_endpoint_send(&lone.tcp, 100, lone.now_ns);
	assert_sent("");
	for (int i = 0; i < 20; i++) {
		uint64_t before_ns = lone.now_ns;

		tcp_lone_forget(&lone);
		tcp_lone_wait(&lone);
		assert_sent("PA J+1 K+1 1");
		assert_notes("window_probe");
		assert_int_equal(lone.now_ns - before_ns, (i < 6 ? 1u << i : 60) * SECOND_NS);
		tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .is_window_closed = true);
	}
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1);
	assert_notes("window_update");
	assert_sent("PA J+1 K+1 1, PA J+2 K+1 99");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 101);
	assert_true(tcp_endpoint_is_all_acked(&lone.tcp));
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), TCP_NEVER_NS);
}

static void a_closed_window_without_answers_is_given_up(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .is_window_closed = true);
	tcp_endpoint_send(&lone.tcp, 100, lone.now_ns);
	for (int i = 0; i < 6; i++)
		tcp_lone_wait(&lone);
	assert_int_equal(lone.tcp.end, TCP_END_TIMEOUT);
}

/* A FIN has nothing to do with the window. */
static void a_closed_window_is_closed_through(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .is_window_closed = true);
	tcp_lone_forget(&lone);
	tcp_endpoint_close(&lone.tcp, lone.now_ns);
	assert_sent("FA J+1 K+1");
	tcp_lone_wait(&lone);
	assert_sent("FA J+1 K+1, FA J+1 K+1");
	tcp_lone_give(&lone, "FA", .seq = 1, .ack = 2, .is_window_closed = true);
	assert_int_equal(lone.tcp.state, TCP_STATE_TIME_WAIT);
}

/* The peer's window, and no more; what is left goes when it opens. Not in small pieces (RFC 9293
 * section 3.8.6.2.1). */
static void the_window_is_kept(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .window = 1000);
	tcp_lone_forget(&lone);
	tcp_endpoint_send(&lone.tcp, 2000, lone.now_ns);
	assert_sent("A J+1 K+1 536");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 537, .window = 464);
	assert_sent("A J+1 K+1 536"); /* 464 is less than half of the largest: wait */
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 537, .window = 1000);
	assert_sent("A J+1 K+1 536, A J+537 K+1 536");
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .window = 600);
	tcp_lone_forget(&lone);
	tcp_endpoint_send(&lone.tcp, 100, lone.now_ns);
	tcp_endpoint_send(&lone.tcp, 1000, lone.now_ns);
	assert_sent("PA J+1 K+1 100"); /* 500 are less than a segment, and something is under way */
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 101, .window = 600);
	assert_sent("PA J+1 K+1 100, A J+101 K+1 536");
}

/* RFC 5681 section 3.1: after a timeout, one segment, then two. */
static void after_a_timeout_it_begins_slowly(void **state)
{
	(void)state;
	begin(TCP_STATE_ESTABLISHED);
	tcp_endpoint_send(&lone.tcp, 536 * 4, lone.now_ns);
	tcp_lone_forget(&lone);
	tcp_lone_wait(&lone);
	assert_sent("A J+1 K+1 536");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1 + 536 * 4);
	tcp_lone_forget(&lone);
	tcp_endpoint_send(&lone.tcp, 536 * 9, lone.now_ns);
	assert_sent("A J+2145 K+1 536, A J+2681 K+1 536");
}

/* An end whose own window is closed takes neither text nor FIN, but acknowledgements and resets
 * (RFC 9293 section 3.10.7.4, table 6). */
static void a_window_of_nothing_takes_nothing(void **state)
{
	(void)state;
	begin(TCP_STATE_CLOSED);
	lone.settings.window = 0;
	tcp_lone_again(&lone);
	tcp_lone_bring(&lone, TCP_STATE_ESTABLISHED, false);
	tcp_endpoint_send(&lone.tcp, 10, lone.now_ns);
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "FPA", .seq = 1, .ack = 11, .length = 5);
	assert_sent("A J+11 K+1");
	assert_notes("out_of_window, ack_of_data");
	assert_int_equal(lone.tcp.state, TCP_STATE_ESTABLISHED);
	assert_int_equal(lone.last.window, 0);
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "PA", .seq = 2, .ack = 11, .length = 5);
	tcp_lone_give(&lone, "R", .seq = 2);
	assert_notes("out_of_window, reset_ignored");
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 11);
	assert_sent("");
	tcp_lone_give(&lone, "R", .seq = 1);
	assert_int_equal(lone.tcp.end, TCP_END_RESET);
}

/* An older segment has nothing to say on the window (RFC 9293 section 3.10.7.4). */
static void old_windows_are_not_taken(void **state)
{
	(void)state;
	begin(TCP_STATE_ESTABLISHED);
	tcp_lone_give(&lone, "PA", .seq = 11, .ack = 1, .length = 10, .window = 2000);
	assert_int_equal(lone.tcp.snd_wnd, 2000);
	tcp_lone_give(&lone, "PA", .seq = 1, .ack = 1, .length = 10, .window = 3000);
	assert_int_equal(lone.tcp.snd_wnd, 2000);
	tcp_lone_give(&lone, "A", .seq = 21, .ack = 1, .is_window_closed = true);
	assert_int_equal(lone.tcp.snd_wnd, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_timeout_is_rfc_6298s),
		cmocka_unit_test(a_syn_is_sent_again),
		cmocka_unit_test(a_syn_ack_is_sent_again),
		cmocka_unit_test(a_lost_syn_is_remembered),
		cmocka_unit_test(what_was_sent_twice_is_not_measured),
		cmocka_unit_test(a_timestamp_measures_what_was_sent_twice),
		cmocka_unit_test(a_running_timer_runs),
		cmocka_unit_test(text_and_fin_are_sent_again),
		cmocka_unit_test(three_duplicates_are_a_loss),
		cmocka_unit_test(a_closed_window_is_probed),
		cmocka_unit_test(a_closed_window_without_answers_is_given_up),
		cmocka_unit_test(a_closed_window_is_closed_through),
		cmocka_unit_test(the_window_is_kept),
		cmocka_unit_test(old_windows_are_not_taken),
		cmocka_unit_test(after_a_timeout_it_begins_slowly),
		cmocka_unit_test(a_window_of_nothing_takes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
