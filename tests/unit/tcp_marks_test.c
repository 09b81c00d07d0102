// SPDX-License-Identifier: GPL-2.0-or-later
/* A connection seen from outside: what each segment is to those before it. */
#include "tcp_steps.h"
#include "unit.h"

static struct tcp_observer observer;

static void what_a_segment_is_to_those_before_it(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 0, A, 1001, 5001, 10, E2 },
		{ 0, A, 1001, 5001, 10, E2, TCP_MARK_RETRANSMISSION, 300 },
		{ 1, A, 5001, 1011, 0, E2 },
		{ 0, A, 1001, 5001, 10, E2,
		  TCP_MARK_RETRANSMISSION | TCP_MARK_SPURIOUS_RETRANSMISSION },
		{ 1, A, 5001, 1011, 0, E2, TCP_MARK_DUPLICATE_ACK },
		{ 0, A, 1021, 5001, 10, E2, TCP_MARK_PREVIOUS_MISSING },
		{ 0, A, 1011, 5001, 10, E2, TCP_MARK_OUT_OF_ORDER, 1 },
		{ 1, A, 5001, 1031, 0, E2 },
		{ 1, A, 5001, 1031, 0, E2, TCP_MARK_WINDOW_UPDATE, 0, 2000 },
		{ 1, A, 5001, 1099, 0, E2, TCP_MARK_ACKED_UNSEEN, 0, 2000 },
		{ 0, A, 1030, 5001, 0, E2, TCP_MARK_KEEP_ALIVE },
		{ 1, A, 5001, 1099, 0, E2, TCP_MARK_ACKED_UNSEEN | TCP_MARK_KEEP_ALIVE_ACK, 0,
		  2000 },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.sides[0].payload_unique, 30);
	assert_int_equal(observer.sides[0].out_of_order, 1);
}

static void a_window_closes_and_opens(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 0, A, 1001, 5001, WINDOW, E2, TCP_MARK_WINDOW_FULL },
		{ 1, A, 5001, 1001 + WINDOW, 0, E2, TCP_MARK_ZERO_WINDOW, 0, 1 },
		{ 0, A, 1001 + WINDOW, 5001, 1, E2, TCP_MARK_ZERO_WINDOW_PROBE },
		{ 1, A, 5001, 1001 + WINDOW, 0, E2,
		  TCP_MARK_ZERO_WINDOW | TCP_MARK_ZERO_WINDOW_PROBE_ACK, 0, 1 },
		{ 1, A, 5001, 1001 + WINDOW, 0, E2, TCP_MARK_WINDOW_UPDATE },
		{ 0, A, 1001 + WINDOW, 5001, 5, E2 },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.sides[1].zero_windows, 2);
}

static void three_duplicates_ask_for_a_segment(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 0, A, 1001, 5001, 10, E2 },
		{ 0, A, 1011, 5001, 10, E2 },
		{ 1, A, 5001, 1001, 0, E2, TCP_MARK_DUPLICATE_ACK },
		{ 1, A, 5001, 1001, 0, E2, TCP_MARK_DUPLICATE_ACK },
		{ 1, A, 5001, 1001, 0, E2, TCP_MARK_DUPLICATE_ACK },
		{ 0, A, 1001, 5001, 10, E2, TCP_MARK_RETRANSMISSION | TCP_MARK_FAST_RETRANSMISSION,
		  1 },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
}

static void more_than_the_mss_was_cut_or_glued(void **state)
{
	struct segment syn_ack = { .seq = 5000,
				   .ack = 1001,
				   .flags = S | A,
				   .options = { .present = SEGMENT_OPTION_MSS, .mss = 1400 } };
	const struct step syn = { 0, S, 1000, 0, 0, { 0 } },
			  large = { 0, A, 1001, 5001, 4200, { 0 } };
	struct tcp_sight sight;

	(void)state;
	tcp_observer_init(&observer);
	tcp_steps_see(&observer, &syn, &sight);
	tcp_observer_see(&observer, &syn_ack, 1, &sight);
	tcp_steps_see(&observer, &large, &sight);
	assert_true(sight.marks & TCP_MARK_OFFLOADED);
}

static void windows_are_scaled_by_both_or_none(void **state)
{
	struct segment syn = { .seq = 1000,
			       .flags = S,
			       .window = 100,
			       .options = { .present = SEGMENT_OPTION_WSCALE, .wscale = 20 } };
	struct segment syn_ack = { .seq = 5000,
				   .ack = 1001,
				   .flags = S | A,
				   .window = 100,
				   .options = { .present = SEGMENT_OPTION_WSCALE, .wscale = 2 } };
	struct segment ack = { .seq = 1001, .ack = 5001, .flags = A, .window = 100 };
	struct tcp_sight sight;

	(void)state;
	for (int offered = 0; offered < 2; offered++) {
		syn_ack.options.present = offered ? SEGMENT_OPTION_WSCALE : 0;
		tcp_observer_init(&observer);
		tcp_observer_see(&observer, &syn, 0, &sight);
		assert_int_equal(sight.window, 100);
		tcp_observer_see(&observer, &syn_ack, 1, &sight);
		assert_int_equal(sight.window, 100);
		tcp_observer_see(&observer, &ack, 0, &sight);
		assert_int_equal(sight.window, offered ? 100 << 14 : 100); /* RFC 7323: at most */
	}
}

static void numbers_are_relative_over_the_wrap(void **state)
{
	const struct step syn = { 0, S, UINT32_MAX, 0, 0, { 0 } },
			  syn_ack = { 1, S | A, UINT32_MAX - 1, 0, 0, { 0 } },
			  data = { 0, A, 0, UINT32_MAX, 3, { 0 } };
	struct tcp_sight sight;

	(void)state;
	tcp_observer_init(&observer);
	tcp_steps_see(&observer, &syn, &sight);
	assert_int_equal(sight.rel_seq, 0);
	tcp_steps_see(&observer, &syn_ack, &sight);
	assert_int_equal(sight.rel_ack, 1);
	tcp_steps_see(&observer, &data, &sight);
	assert_int_equal(sight.rel_seq, 1);
	assert_int_equal(sight.rel_ack, 1);
	assert_int_equal(tcp_observer_state(&observer, 0), ST(ESTABLISHED));
	assert_int_equal(tcp_observer_state(&observer, 1), ST(ESTABLISHED));
}

/* A SYN,ACK is lost behind the place of the capture: the handshake that is measured begins with the
 * last SYN. */
static void the_last_syn_tells_what_is_late(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 1, S | A, 5000, 1001, 0, { ST(SYN_SENT), ST(SYN_RCVD) } },
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(SYN_RCVD) }, TCP_MARK_RETRANSMISSION, 1000 },
		{ 1,
		  S | A,
		  5000,
		  1001,
		  0,
		  { ST(SYN_SENT), ST(SYN_RCVD) },
		  TCP_MARK_RETRANSMISSION,
		  5 },
		{ 0, A, 1001, 5001, 0, E2, 0, 5 },
		{ 0, A, 1101, 5001, 100, E2, TCP_MARK_PREVIOUS_MISSING },
		{ 0, A, 1001, 5001, 50, E2, TCP_MARK_OUT_OF_ORDER, 8 },
		{ 0, A, 1051, 5001, 50, E2, TCP_MARK_RETRANSMISSION, 50 },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(tcp_observer_handshake_ns(&observer), 0);
	assert_int_equal(observer.sides[0].repeats, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_segment_is_to_those_before_it),
		cmocka_unit_test(a_window_closes_and_opens),
		cmocka_unit_test(three_duplicates_ask_for_a_segment),
		cmocka_unit_test(more_than_the_mss_was_cut_or_glued),
		cmocka_unit_test(windows_are_scaled_by_both_or_none),
		cmocka_unit_test(numbers_are_relative_over_the_wrap),
		cmocka_unit_test(the_last_syn_tells_what_is_late),
	};

	return cmocka_run_group_tests_name("tcp_marks", tests, NULL, NULL);
}
