// SPDX-License-Identifier: GPL-2.0-or-later
/* A connection seen from outside: which states its ends are in, how it was opened and closed. */
#include "tcp_steps.h"
#include "tcp_pair.h"
#include "unit.h"

static struct tcp_observer observer;

static void the_side_that_closes_first_waits(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 0, A, 1001, 5001, 10, { ST(ESTABLISHED), ST(ESTABLISHED) } },
		{ 1, A, 5001, 1011, 0, { ST(ESTABLISHED), ST(ESTABLISHED) } },
		{ 0, F | A, 1011, 5001, 0, { ST(FIN_WAIT_1), ST(ESTABLISHED) } },
		{ 1, A, 5001, 1012, 0, { ST(FIN_WAIT_2), ST(CLOSE_WAIT) } },
		{ 1, F | A, 5001, 1012, 0, { ST(FIN_WAIT_2), ST(LAST_ACK) }, .after_ms = 70 },
		{ 0, A, 1012, 5002, 0, { ST(TIME_WAIT), ST(CLOSED) } },
	};
	const uint8_t server[] = { ST(UNKNOWN),	   ST(LISTEN),	 ST(SYN_RCVD), ST(ESTABLISHED),
				   ST(CLOSE_WAIT), ST(LAST_ACK), ST(CLOSED) };

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.sides[1].state_count, sizeof(server));
	assert_memory_equal(observer.sides[1].states, server, sizeof(server));
	assert_int_equal(observer.open, TCP_OPEN_ACTIVE);
	assert_int_equal(observer.opener, 0);
	assert_int_equal(observer.close, TCP_CLOSE_FIN);
	assert_int_equal(observer.closer, 0);
	assert_int_equal(tcp_observer_rtt_ns(&observer), 20 * MS);
	assert_int_equal(tcp_observer_close_delay_ns(&observer), 90 * MS);
	assert_int_equal(observer.sides[0].payload_unique, 10);
}

static void the_peer_may_be_the_first(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 1, F | A, 5001, 1001, 0, { ST(ESTABLISHED), ST(FIN_WAIT_1) } },
		{ 0, A, 1001, 5002, 0, { ST(CLOSE_WAIT), ST(FIN_WAIT_2) } },
		{ 0, F | A, 1001, 5002, 0, { ST(LAST_ACK), ST(FIN_WAIT_2) } },
		{ 1, A, 5002, 1002, 0, { ST(CLOSED), ST(TIME_WAIT) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.closer, 1);
	assert_int_equal(observer.close, TCP_CLOSE_FIN);
}

static void three_segments_may_close(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 0, F | A, 1001, 5001, 0, { ST(FIN_WAIT_1), ST(ESTABLISHED) } },
		{ 1, F | A, 5001, 1002, 0, { ST(FIN_WAIT_2), ST(LAST_ACK) } },
		{ 0, A, 1002, 5002, 0, { ST(TIME_WAIT), ST(CLOSED) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.close, TCP_CLOSE_FIN);
}

static void fins_may_cross(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 0, F | A, 1001, 5001, 0, { ST(FIN_WAIT_1), ST(ESTABLISHED) } },
		{ 1, F | A, 5001, 1001, 0, { ST(FIN_WAIT_1), ST(FIN_WAIT_1) } },
		{ 0, A, 1002, 5002, 0, { ST(CLOSING), ST(FIN_WAIT_1) } },
		{ 1, A, 5002, 1002, 0, { ST(TIME_WAIT), ST(TIME_WAIT) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.close, TCP_CLOSE_SIMULTANEOUS);
	assert_int_equal(observer.sides[1].states[observer.sides[1].state_count - 2], ST(CLOSING));
}

static void syns_may_cross(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 1, S, 5000, 0, 0, { ST(SYN_SENT), ST(SYN_SENT) } },
		{ 0,
		  S | A,
		  1000,
		  5001,
		  0,
		  { ST(SYN_RCVD), ST(SYN_SENT) },
		  TCP_MARK_RETRANSMISSION },
		{ 1,
		  S | A,
		  5000,
		  1001,
		  0,
		  { ST(ESTABLISHED), ST(ESTABLISHED) },
		  TCP_MARK_RETRANSMISSION },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.open, TCP_OPEN_SIMULTANEOUS);
}

static void a_closed_port_refuses(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 1, R | A, 0, 999, 0, { ST(SYN_SENT), ST(UNKNOWN) } }, /* not of this SYN */
		{ 1, R | A, 0, 1001, 0, { ST(CLOSED), ST(CLOSED) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.close, TCP_CLOSE_REFUSED);
	assert_int_equal(observer.closer, 1);
}

static void a_reset_counts_within_the_window(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 1, R, 4000, 0, 0, { ST(ESTABLISHED), ST(ESTABLISHED) } },
		{ 1, R, 5001 + WINDOW + 1, 0, 0, { ST(ESTABLISHED), ST(ESTABLISHED) } },
		{ 1, R, 5001, 0, 0, { ST(CLOSED), ST(CLOSED) } },
		{ 0, A, 1001, 5001, 5, { ST(CLOSED), ST(CLOSED) } },
	};
	const struct step after_fin[] = {
		OPEN,
		{ 0, F | A, 1001, 5001, 0, { ST(FIN_WAIT_1), ST(ESTABLISHED) } },
		{ 1, R, 5001, 0, 0, { ST(CLOSED), ST(CLOSED) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.close, TCP_CLOSE_RST);
	tcp_steps_play(&observer, after_fin, UNIT_COUNT(after_fin));
	assert_int_equal(observer.close, TCP_CLOSE_RST_AFTER_FIN);
}

static void a_syn_sent_twice_has_no_round_trip(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) }, TCP_MARK_RETRANSMISSION, 1000 },
		{ 1, S | A, 5000, 1001, 0, { ST(SYN_SENT), ST(SYN_RCVD) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_true(observer.is_syn_ambiguous);
	assert_int_equal(tcp_observer_rtt_ns(&observer), 0);
	assert_int_equal(observer.sides[0].retransmissions, 1);
}

static void who_comes_late_sees_an_open_connection(void **state)
{
	const struct step steps[] = {
		{ 0, A, 1500, 5700, 100, { ST(ESTABLISHED), ST(UNKNOWN) } },
		{ 1, A, 5700, 1600, 0, { ST(ESTABLISHED), ST(ESTABLISHED) } },
		{ 1, F | A, 5700, 1600, 0, { ST(ESTABLISHED), ST(FIN_WAIT_1) } },
		{ 0, F | A, 1600, 5701, 0, { ST(LAST_ACK), ST(FIN_WAIT_2) } },
		{ 1, A, 5701, 1601, 0, { ST(CLOSED), ST(TIME_WAIT) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.open, TCP_OPEN_UNSEEN);
	assert_int_equal(observer.opener, -1);
}

static void one_side_alone_tells_its_own_states(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 0, A, 1001, 5001, 0, { ST(ESTABLISHED), ST(UNKNOWN) } },
		{ 0, F | A, 1001, 5001, 0, { ST(FIN_WAIT_1), ST(UNKNOWN) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.close, TCP_CLOSE_HALF);
}

static void a_bare_ack_of_something_else_opens_nothing(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 1, A, 9000, 77, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
}

static void ports_are_used_again(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 0, F | A, 1001, 5001, 0, { ST(FIN_WAIT_1), ST(ESTABLISHED) } },
		{ 0, S, 700000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) }, TCP_MARK_NEW_CONNECTION },
		{ 1, S | A, 900000, 700001, 0, { ST(SYN_SENT), ST(SYN_RCVD) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.segments, 2);
	assert_false(observer.sides[0].has_fin);
}

/* The peer still has a connection with these ports, and challenges the SYN; the reset ends that
 * one, and what the peer sent of it says nothing about the new one. */
static void a_challenge_is_of_another_age(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 1, A, 77000, 1077, 0, { ST(SYN_SENT), ST(UNKNOWN) }, TCP_MARK_ACKED_UNSEEN },
		{ 0, R, 1077, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) }, TCP_MARK_RETRANSMISSION, 990 },
		{ 1, S | A, 5000, 1001, 0, { ST(SYN_SENT), ST(SYN_RCVD) } },
		{ 0, A, 1001, 5001, 0, E2 },
		{ 0, F | A, 1001, 5001, 0, { ST(FIN_WAIT_1), ST(ESTABLISHED) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.sides[1].isn, 5000);
	assert_int_equal(observer.open, TCP_OPEN_ACTIVE);
	assert_int_equal(observer.close, TCP_CLOSE_HALF);
	assert_int_equal(observer.closer, 0);
}

/* RFC 5961: a SYN or a reset somewhere in the window changes nothing. */
static void attacks_in_the_window_change_nothing(void **state)
{
	const struct step steps[] = {
		OPEN,
		{ 1, S, 5009, 0, 0, E2 },
		{ 0, A, 1001, 5001, 0, E2, TCP_MARK_DUPLICATE_ACK },
		{ 1, S | A, 5009, 1001, 0, E2 },
		{ 0, A, 1001, 5001, 0, E2, TCP_MARK_DUPLICATE_ACK },
		{ 1, R, 5002, 0, 0, E2 },
		{ 0, A, 1001, 5001, 0, E2, TCP_MARK_DUPLICATE_ACK },
		{ 0, A, 1001, 5001, 10, E2 },
		{ 1, A, 5001, 1011, 0, E2 },
		{ 1, R, 5001, 0, 0, { ST(CLOSED), ST(CLOSED) } },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.sides[1].isn, 5000);
	assert_int_equal(observer.segments, 12);
	assert_int_equal(observer.close, TCP_CLOSE_RST);
	assert_int_equal(observer.closer, 1);
}

/* A SYN,ACK that acknowledges what was never sent is reset, and the opening goes on. */
static void a_wrong_answer_is_reset(void **state)
{
	const struct step steps[] = {
		{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },
		{ 1, S | A, 5000, 1009, 0, { ST(SYN_SENT), ST(SYN_RCVD) }, TCP_MARK_ACKED_UNSEEN },
		{ 0, R, 1009, 0, 0, { ST(SYN_SENT), ST(CLOSED) } },
		{ 1,
		  S | A,
		  5000,
		  1001,
		  0,
		  { ST(SYN_SENT), ST(SYN_RCVD) },
		  TCP_MARK_RETRANSMISSION },
		{ 0, A, 1001, 5001, 0, E2 },
	};

	(void)state;
	tcp_steps_play(&observer, steps, UNIT_COUNT(steps));
	assert_int_equal(observer.close, TCP_CLOSE_NONE);
	assert_int_equal(observer.closer, -1);
}

/* Whoever goes through states by a segment goes along the graph. */
static void check_path(const struct tcp_sight *sight)
{
	for (int side = 0; side < 2; side++) {
		const struct tcp_side *of = &observer.sides[side];
		uint8_t from = sight->before[side];

		assert_true(of->state_count >= 1 && of->state_count <= TCP_STATES_MAX);
		for (int i = sight->first_state[side]; i <= sight->last_state[side]; i++) {
			if (!tcp_state_may_follow(from, of->states[i]))
				fail_msg("%s -> %s", tcp_state_names[from],
					 tcp_state_names[of->states[i]]);
			from = of->states[i];
		}
		assert_int_equal(from, sight->after[side]);
	}
}

static void watch(struct tcp_pair *pair, int side, const struct segment *segment)
{
	struct segment seen = *segment;
	struct tcp_sight sight;

	seen.time_ns = pair->now_ns;
	tcp_observer_see(&observer, &seen, side, &sight);
	check_path(&sight);
}

/* Two real ends over a network that loses, doubles and delays: what is inferred of them at the end
 * is what they are. */
static void inference_meets_the_truth(void **state)
{
	static struct tcp_pair pair;

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		int closer = (int)(seed % 3);
		bool is_closed[2] = { false, false };

		tcp_pair_init(&pair, seed);
		pair.loss = seed % 4 ? 0 : 10;
		pair.loss_left = 6;
		pair.on_segment = watch;
		tcp_observer_init(&observer);
		tcp_endpoint_listen(&pair.ends[1].tcp, pair.now_ns);
		tcp_endpoint_connect(&pair.ends[0].tcp, pair.now_ns);
		while (tcp_pair_step(&pair, pair.now_ns + 100000ull * 1000000000u)) {
			for (int i = 0; i < 2; i++) {
				struct tcp_endpoint *tcp = &pair.ends[i].tcp;
				bool wants = closer == 2 || closer == i ?
						     tcp->state == TCP_STATE_ESTABLISHED &&
							     pair.ends[!i].tcp.state >=
								     TCP_STATE_ESTABLISHED :
						     tcp->state == TCP_STATE_CLOSE_WAIT;

				if (is_closed[i] || (!wants && tcp->state != TCP_STATE_CLOSE_WAIT))
					continue;
				tcp_endpoint_close(tcp, pair.now_ns);
				is_closed[i] = true;
			}
		}
		for (int i = 0; i < 2; i++)
			assert_int_equal(tcp_observer_state(&observer, i), pair.ends[i].tcp.state);
		assert_int_equal(observer.close, closer == 2 && observer.have_fins_crossed ?
							 TCP_CLOSE_SIMULTANEOUS :
							 TCP_CLOSE_FIN);
	}
}

/* Any segments in any order: states go along the graph, and nothing else is upset. */
static void nonsense_stays_on_the_graph(void **state)
{
	struct support_random random = { .state = 77 };

	(void)state;
	tcp_observer_init(&observer);
	for (int i = 0; i < 200000; i++) {
		uint64_t bits = support_random(&random);
		struct segment segment = {
			.seq = (uint32_t)(bits & 15) + (bits & 16 ? 0xfffffff8u : 0),
			.ack = (uint32_t)(bits >> 8 & 15) + (bits & 32 ? 0xfffffff8u : 0),
			.flags = (uint16_t)(bits >> 16 & SEGMENT_FLAGS),
			.window = (uint16_t)(bits >> 32 & 3),
			.payload_length = (uint32_t)(bits >> 40 & 3),
			.time_ns = (uint64_t)i * MS,
		};
		struct tcp_sight sight;

		tcp_observer_see(&observer, &segment, (int)(bits >> 50 & 1), &sight);
		check_path(&sight);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_side_that_closes_first_waits),
		cmocka_unit_test(the_peer_may_be_the_first),
		cmocka_unit_test(three_segments_may_close),
		cmocka_unit_test(fins_may_cross),
		cmocka_unit_test(syns_may_cross),
		cmocka_unit_test(a_closed_port_refuses),
		cmocka_unit_test(a_reset_counts_within_the_window),
		cmocka_unit_test(a_syn_sent_twice_has_no_round_trip),
		cmocka_unit_test(who_comes_late_sees_an_open_connection),
		cmocka_unit_test(one_side_alone_tells_its_own_states),
		cmocka_unit_test(a_bare_ack_of_something_else_opens_nothing),
		cmocka_unit_test(ports_are_used_again),
		cmocka_unit_test(inference_meets_the_truth),
		cmocka_unit_test(nonsense_stays_on_the_graph),
		cmocka_unit_test(a_challenge_is_of_another_age),
		cmocka_unit_test(attacks_in_the_window_change_nothing),
		cmocka_unit_test(a_wrong_answer_is_reset),
	};

	return cmocka_run_group_tests_name("tcp_observer", tests, NULL, NULL);
}
