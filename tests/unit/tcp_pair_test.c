// SPDX-License-Identifier: GPL-2.0-or-later
/* Two endpoints talk to each other over networks of every kind. Whatever happens to their segments,
 * they come to an end, by states that may follow one another, and take what was sent. */
#include "tcp_pair.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define MINUTE_NS 60000000000ull

/* What the two users want. */
struct plan {
	size_t send[2];
	int closer; /* who closes first; 2: both at once; the other one does when it sees the FIN */
	bool are_both_active;
};

static void begin(struct tcp_pair *pair, const struct plan *plan)
{
	if (plan->are_both_active)
		tcp_endpoint_connect(&pair->ends[1].tcp, pair->now_ns);
	else
		tcp_endpoint_listen(&pair->ends[1].tcp, pair->now_ns);
	tcp_endpoint_connect(&pair->ends[0].tcp, pair->now_ns);
}

static bool is_open(const struct tcp_endpoint *tcp)
{
	return tcp->state == TCP_STATE_ESTABLISHED || tcp->state == TCP_STATE_CLOSE_WAIT;
}

/* What the users do when they see how it goes. */
static void use(struct tcp_pair *pair, const struct plan *plan, bool has_sent[2])
{
	for (int side = 0; side < 2; side++) {
		struct tcp_endpoint *tcp = &pair->ends[side].tcp;

		if (!is_open(tcp) || tcp->is_closing)
			continue;
		if (!has_sent[side])
			assert_int_equal(tcp_endpoint_send(tcp, plan->send[side], pair->now_ns), 0);
		has_sent[side] = true;
		if (plan->closer == side || tcp->state == TCP_STATE_CLOSE_WAIT)
			tcp_endpoint_close(tcp, pair->now_ns);
	}
	if (plan->closer == 2 && is_open(&pair->ends[0].tcp) && is_open(&pair->ends[1].tcp)) {
		tcp_endpoint_close(&pair->ends[0].tcp, pair->now_ns);
		tcp_endpoint_close(&pair->ends[1].tcp, pair->now_ns);
	}
}

static void run(struct tcp_pair *pair, const struct plan *plan)
{
	uint64_t end_ns = pair->now_ns + 600 * MINUTE_NS;
	bool has_sent[2] = { false, false };
	unsigned int steps = 0;

	begin(pair, plan);
	while (tcp_pair_step(pair, end_ns)) {
		use(pair, plan, has_sent);
		assert_true(++steps < 100000);
	}
}

/* Both ends are through, and have what the other one sent. */
static void check_through(const struct tcp_pair *pair, const struct plan *plan)
{
	for (int side = 0; side < 2; side++) {
		const struct tcp_endpoint *tcp = &pair->ends[side].tcp;

		assert_true(tcp_endpoint_is_over(tcp));
		assert_true(tcp->state == TCP_STATE_CLOSED || tcp->state == TCP_STATE_TIME_WAIT);
		assert_int_equal(tcp->end, TCP_END_CLOSED);
		assert_int_equal(tcp->rcv_nxt - tcp->irs, plan->send[!side] + 2);
		assert_int_equal(tcp->irs, pair->ends[!side].tcp.iss);
		assert_true(tcp->is_fin_acked);
	}
}

static struct tcp_pair pair;

static void an_ordinary_connection(void **state)
{
	const struct plan plan = { .closer = 0 };

	(void)state;
	tcp_pair_init(&pair, 1);
	run(&pair, &plan);
	check_through(&pair, &plan);
	assert_true(tcp_pair_has_states(&pair.ends[0],
					"SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"));
	assert_true(tcp_pair_has_states(&pair.ends[1],
					"LISTEN SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"));
	assert_int_equal(pair.ends[0].sent, 4);
	assert_int_equal(pair.ends[1].sent, 3);
	assert_int_equal(pair.ends[0].tcp.retransmissions + pair.ends[1].tcp.retransmissions, 0);
	assert_int_equal(pair.ends[0].notes[TCP_NOTE_ACK_OF_SYN], 1);
	assert_int_equal(pair.ends[0].notes[TCP_NOTE_ACK_OF_FIN], 1);
}

static void the_peer_closes_first(void **state)
{
	const struct plan plan = { .closer = 1, .send = { 10, 20 } };

	(void)state;
	tcp_pair_init(&pair, 1);
	run(&pair, &plan);
	check_through(&pair, &plan);
	assert_true(tcp_pair_has_states(&pair.ends[0],
					"SYN_SENT ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"));
	assert_true(tcp_pair_has_states(
		&pair.ends[1], "LISTEN SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"));
}

/* RFC 9293 figure 7. */
static void both_open_at_once(void **state)
{
	const struct plan plan = { .closer = 0, .are_both_active = true, .send = { 100, 100 } };

	(void)state;
	tcp_pair_init(&pair, 1);
	run(&pair, &plan);
	check_through(&pair, &plan);
	assert_true(tcp_pair_has_states(
		&pair.ends[0], "SYN_SENT SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT"));
	assert_int_equal(pair.ends[0].notes[TCP_NOTE_SIMULTANEOUS_OPEN], 1);
	assert_int_equal(pair.ends[1].notes[TCP_NOTE_SIMULTANEOUS_OPEN], 1);
}

/* RFC 9293 figure 13. */
static void both_close_at_once(void **state)
{
	const struct plan plan = { .closer = 2 };

	(void)state;
	tcp_pair_init(&pair, 1);
	run(&pair, &plan);
	check_through(&pair, &plan);
	for (int side = 0; side < 2; side++) {
		assert_int_equal(pair.ends[side].notes[TCP_NOTE_SIMULTANEOUS_CLOSE], 1);
		assert_int_equal(pair.ends[side].states[pair.ends[side].state_count - 1],
				 TCP_STATE_TIME_WAIT);
		assert_int_equal(pair.ends[side].states[pair.ends[side].state_count - 2],
				 TCP_STATE_CLOSING);
	}
}

static struct fated {
	int side;
	uint32_t nth;
	enum tcp_pair_fate fate;
} fated;

static enum tcp_pair_fate one_fate(const struct tcp_pair *about, int side, uint32_t nth)
{
	(void)about;
	return side == fated.side && nth == fated.nth ? fated.fate : TCP_PAIR_DELIVER;
}

/* Each segment of each kind of open and close: lost, doubled, and late. */
static void each_segment_may_fail(void **state)
{
	static const struct plan plans[] = {
		{ .closer = 0 },
		{ .closer = 1 },
		{ .closer = 2 },
		{ .closer = 0, .send = { 3000, 0 } },
		{ .closer = 1, .send = { 0, 3000 } },
		{ .closer = 2, .are_both_active = true, .send = { 100, 100 } },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(plans) * 2 * 10 * 3; i++) {
		const struct plan *plan = &plans[i / 60];

		fated = (struct fated){ (int)(i / 30 % 2), (uint32_t)(i / 3 % 10),
					TCP_PAIR_LOSE + i % 3 };
		tcp_pair_init(&pair, 1);
		pair.fate = one_fate;
		run(&pair, plan);
		check_through(&pair, plan);
	}
}

static uint32_t random_iss(struct support_random *random, size_t length)
{
	uint32_t iss = (uint32_t)support_random(random);

	/* every other one so that it wraps: in the handshake, in the text, at the FIN */
	if (iss & 1)
		return (uint32_t)(0u - support_random(random) % (length + 4));
	return iss;
}

static void randomize(struct tcp_pair *random_pair, struct plan *plan)
{
	struct support_random *random = &random_pair->random;
	static const uint16_t sizes[] = { 0, 1, 0, 100, 0, 3000, 40000, 0 };
	static const uint16_t segments[] = { 0, 536, 1460, 1400, 100, 1220 };

	plan->closer = (int)(support_random(random) % 3);
	plan->are_both_active = support_random(random) % 4 == 0;
	for (int side = 0; side < 2; side++) {
		struct tcp_endpoint_settings settings = tcp_pair_settings(side);

		plan->send[side] = sizes[support_random(random) % UNIT_COUNT(sizes)];
		settings.iss = random_iss(random, plan->send[side]);
		settings.mss = segments[support_random(random) % UNIT_COUNT(segments)];
		settings.has_sack = support_random(random) & 1;
		settings.has_timestamps = support_random(random) & 1;
		settings.has_ecn = support_random(random) & 1;
		settings.wscale = support_random(random) & 1 ? 7 : TCP_NO_WSCALE;
		settings.window = support_random(random) & 1 ? 65535 : 2000;
		/* Longer than the other end may go on: what comes later is reset. */
		settings.time_wait_ns = 120 * MINUTE_NS;
		settings.ts_offset = (uint32_t)support_random(random);
		settings.retries = 100;
		tcp_pair_set(random_pair, side, &settings);
	}
}

/* Networks that lose, double and delay by chance; what is chosen by chance is what is offered,
 * sent, and who opens and closes, with initial sequence numbers at the wrap as often as not. */
static void any_network_will_do(void **state)
{
	const char *check = getenv("NETSONDE_CHECK");
	uint64_t seeds = check && strcmp(check, "full") == 0 ? 100000 : 2000;

	(void)state;
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		struct plan plan;

		tcp_pair_init(&pair, seed);
		randomize(&pair, &plan);
		pair.loss = (unsigned int)(support_random(&pair.random) % 31);
		pair.doubling = (unsigned int)(support_random(&pair.random) % 31);
		pair.delay = (unsigned int)(support_random(&pair.random) % 31);
		run(&pair, &plan);
		check_through(&pair, &plan);
		assert_int_equal(pair.ends[0].tcp.state, TCP_STATE_CLOSED);
		assert_int_equal(pair.ends[1].tcp.state, TCP_STATE_CLOSED);
	}
}

/* Nobody answers: RFC 6298's pauses, then a reset. */
static void silence_is_given_up(void **state)
{
	struct tcp_endpoint_settings settings = tcp_pair_settings(0);
	uint64_t start_ns;

	(void)state;
	tcp_pair_init(&pair, 1);
	pair.loss = 100;
	settings.retries = 3;
	tcp_pair_set(&pair, 0, &settings);
	start_ns = pair.now_ns;
	tcp_endpoint_connect(&pair.ends[0].tcp, pair.now_ns);
	while (!tcp_endpoint_is_over(&pair.ends[0].tcp))
		assert_true(tcp_pair_step(&pair, start_ns + MINUTE_NS));
	assert_int_equal(pair.now_ns - start_ns, (1 + 2 + 4 + 8) * 1000000000ull);
	assert_int_equal(pair.ends[0].tcp.end, TCP_END_TIMEOUT);
	assert_int_equal(pair.ends[0].sent, 5); /* four SYNs, one RST */
	assert_int_equal(pair.ends[0].notes[TCP_NOTE_GAVE_UP], 1);
}

/* A reset by either side ends both, also when it gets lost and something is said later. */
static void aborts_end_both(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++) {
		tcp_pair_init(&pair, 1);
		tcp_endpoint_listen(&pair.ends[1].tcp, pair.now_ns);
		tcp_endpoint_connect(&pair.ends[0].tcp, pair.now_ns);
		while (!is_open(&pair.ends[1].tcp))
			assert_true(tcp_pair_step(&pair, pair.now_ns + MINUTE_NS));
		fated = (struct fated){ side, pair.ends[side].sent, TCP_PAIR_LOSE };
		pair.fate = one_fate;
		tcp_endpoint_abort(&pair.ends[side].tcp, pair.now_ns);
		assert_int_equal(tcp_endpoint_send(&pair.ends[!side].tcp, 1, pair.now_ns), 0);
		while (tcp_pair_step(&pair, pair.now_ns + MINUTE_NS))
			;
		assert_int_equal(pair.ends[side].tcp.end, TCP_END_ABORTED);
		assert_int_equal(pair.ends[!side].tcp.end, TCP_END_RESET);
	}
}

/* A half-open connection, RFC 9293 figure 9: the peer still knows the one before. */
static void old_connections_are_cleared(void **state)
{
	struct tcp_endpoint_settings settings = tcp_pair_settings(0);

	(void)state;
	tcp_pair_init(&pair, 1);
	tcp_endpoint_listen(&pair.ends[1].tcp, pair.now_ns);
	tcp_endpoint_connect(&pair.ends[0].tcp, pair.now_ns);
	while (!is_open(&pair.ends[1].tcp))
		assert_true(tcp_pair_step(&pair, pair.now_ns + MINUTE_NS));
	settings.iss += 1u << 30; /* somebody else now, with the same ports */
	tcp_pair_set(&pair, 0, &settings);
	tcp_endpoint_connect(&pair.ends[0].tcp, pair.now_ns);
	while (pair.ends[1].tcp.end == TCP_END_NONE)
		assert_true(tcp_pair_step(&pair, pair.now_ns + MINUTE_NS));
	assert_int_equal(pair.ends[0].notes[TCP_NOTE_CHALLENGE_RECEIVED], 1);
	assert_int_equal(pair.ends[0].tcp.state, TCP_STATE_SYN_SENT);
	assert_int_equal(pair.ends[1].tcp.end, TCP_END_RESET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ordinary_connection),
		cmocka_unit_test(the_peer_closes_first),
		cmocka_unit_test(both_open_at_once),
		cmocka_unit_test(both_close_at_once),
		cmocka_unit_test(each_segment_may_fail),
		cmocka_unit_test(any_network_will_do),
		cmocka_unit_test(silence_is_given_up),
		cmocka_unit_test(aborts_end_both),
		cmocka_unit_test(old_connections_are_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
