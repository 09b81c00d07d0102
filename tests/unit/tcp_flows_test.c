// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of connections: whose a segment is, what leaves when, and what memory bounds. */
#include "analysis/tcp_flows.h"

#include <string.h>

#include "analysis/tcp_flow_verdict.h"
#include "unit.h"

#define S SEGMENT_SYN
#define A SEGMENT_ACK
#define F SEGMENT_FIN
#define R SEGMENT_RST
#define MS 1000000ull
#define SECOND (1000 * MS)
#define MAX 8

/* What was said of connections that left. */
struct told {
	struct {
		uint64_t number, segments;
		enum tcp_flow_end end;
		enum tcp_verdict verdict;
	} list[64];
	size_t count;
};

static struct tcp_flows flows;
static struct told told;
static uint64_t now_ns;

static void done(struct tcp_flow *flow, enum tcp_flow_end end, void *arg)
{
	struct told *to = arg;
	struct tcp_judgement judgement;

	assert_in_range(to->count, 0, UNIT_COUNT(to->list) - 1);
	tcp_flow_judge(&judgement, flow, end, flows.now_ns);
	to->list[to->count].number = flow->number;
	to->list[to->count].segments = flow->seen.segments;
	to->list[to->count].end = end;
	to->list[to->count++].verdict = judgement.verdict;
}

static int begin(void **state)
{
	(void)state;
	told.count = 0;
	now_ns = 1000 * SECOND;
	tcp_flows_init(&flows, MAX, 7, done, &told);
	return 0;
}

static int end(void **state)
{
	(void)state;
	tcp_flows_fini(&flows);
	return 0;
}

static struct addr host(uint8_t last, uint16_t port)
{
	return (struct addr){ .bytes = { 10, 0, 0, last }, .family = AF_INET, .port = port };
}

/* A segment between port @port of 10.0.0.1 and port 80 of 10.0.0.2, 1 ms after the one before. */
static struct tcp_flow *see(uint16_t port, int side, uint16_t flags, uint32_t seq, uint32_t ack)
{
	const struct addr ends[] = { host(1, port), host(2, 80) };
	struct segment segment = {
		.time_ns = now_ns += MS,
		.src = ends[side],
		.dst = ends[!side],
		.flags = flags,
		.seq = seq,
		.ack = ack,
		.window = 1000,
		.ip.ttl = 64,
	};
	struct tcp_sight sight;
	struct tcp_flow *flow = tcp_flows_see(&flows, &segment, &sight);

	assert_non_null(flow);
	assert_int_equal(segment.is_outgoing, addr_equal(&flow->ends[0], &segment.src) &&
						      flow->ends[0].port == segment.src.port);
	return flow;
}

static void open_one(uint16_t port)
{
	see(port, 0, S, 1000, 0);
	see(port, 1, S | A, 5000, 1001);
	see(port, 0, A, 1001, 5001);
}

static void close_one(uint16_t port)
{
	see(port, 0, F | A, 1001, 5001);
	see(port, 1, F | A, 5001, 1002);
	see(port, 0, A, 1002, 5002);
}

static void both_directions_are_one(void **state)
{
	struct tcp_flow *flow;

	(void)state;
	open_one(1);
	open_one(2);
	assert_int_equal(flows.count, 2);
	flow = see(1, 1, A, 5001, 1001);
	assert_int_equal(flow->number, 1);
	assert_int_equal(flow->seen.segments, 4);
	assert_int_equal(flow->client, TCP_FLOW_CLIENT_SEEN);
	assert_int_equal(flow->ends[0].port, 1);
	assert_int_equal(flow->phase, TCP_FLOW_PHASE_OPEN);
}

static void the_answer_alone_tells_the_client(void **state)
{
	struct tcp_flow *flow = see(9, 1, S | A, 5000, 1001);

	(void)state;
	assert_int_equal(flow->ends[0].port, 9);
	assert_int_equal(flow->client, TCP_FLOW_CLIENT_SEEN);
	flow = see(79, 0, A, 1, 1); /* the lower port */
	assert_int_equal(flow->ends[0].port, 80);
	assert_int_equal(flow->client, TCP_FLOW_CLIENT_GUESSED);
}

static void what_is_late_is_of_the_closed_one(void **state)
{
	(void)state;
	open_one(1);
	close_one(1);
	assert_int_equal(told.count, 0);
	now_ns += 30 * SECOND;
	see(1, 1, F | A, 5001, 1002);
	assert_int_equal(flows.numbered, 1);
	now_ns += 61 * SECOND;
	open_one(2); /* time goes on by segments */
	assert_int_equal(told.count, 1);
	assert_int_equal(told.list[0].end, TCP_FLOW_CLOSED);
	assert_int_equal(told.list[0].segments, 7);
	assert_int_equal(told.list[0].verdict, TCP_VERDICT_OPEN);
}

static void open_ones_wait_for_ever(void **state)
{
	(void)state;
	open_one(1);
	see(2, 0, S, 1000, 0);
	now_ns += 400 * SECOND;
	open_one(3);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.list[0].number, 2);
	assert_int_equal(told.list[0].end, TCP_FLOW_UNANSWERED);
	assert_int_equal(told.list[0].verdict, TCP_VERDICT_FILTERED);
	now_ns += 86400 * SECOND;
	assert_int_equal(see(1, 0, A, 1001, 5001)->number, 1);
}

static void ports_are_used_again(void **state)
{
	struct tcp_flow *flow;

	(void)state;
	open_one(1);
	close_one(1);
	flow = see(1, 0, S, 700000, 0);
	assert_int_equal(flow->number, 2);
	assert_true(flow->is_reuse);
	assert_int_equal(told.list[0].end, TCP_FLOW_CLOSED);
	see(1, 1, S | A, 800000, 700001);
	see(1, 0, A, 700001, 800001);
	flow = see(1, 0, S, 900000, 0); /* while it is open */
	assert_int_equal(flow->number, 3);
	assert_int_equal(told.list[1].end, TCP_FLOW_REPLACED);
	flow = see(1, 0, S, 900000, 0); /* the same again */
	assert_int_equal(flow->number, 3);
	assert_int_equal(flow->seen.sides[0].retransmissions, 1);
}

/* The closed ones go first, then those that never opened, then the one that was silent longest. */
static void what_goes_first(void **state)
{
	const uint64_t order[] = { 2, 3, 1, 5 };

	(void)state;
	open_one(1);
	open_one(2);
	close_one(2);
	see(3, 0, S, 1000, 0);
	for (uint16_t port = 4; port <= 8; port++)
		open_one(port);
	see(4, 0, A, 1001, 5001);
	assert_int_equal(flows.count, MAX);
	for (uint16_t i = 0; i < 4; i++)
		open_one((uint16_t)(9 + i));
	assert_int_equal(flows.count, MAX);
	assert_int_equal(told.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(told.list[i].number, order[i]);
	assert_int_equal(told.list[0].end, TCP_FLOW_CLOSED);
	assert_int_equal(told.list[2].end, TCP_FLOW_EVICTED);
	assert_int_equal(flows.evicted, 3);
}

static void the_end_is_in_order(void **state)
{
	(void)state;
	for (uint16_t port = 1; port <= 5; port++)
		open_one(port);
	close_one(2);
	see(4, 1, R, 5001, 0);
	see(1, 0, A, 1001, 5001);
	tcp_flows_finish(&flows);
	assert_int_equal(told.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(told.list[i].number, i + 1);
	assert_int_equal(told.list[1].end, TCP_FLOW_CLOSED);
	assert_int_equal(told.list[2].end, TCP_FLOW_AT_END);
	assert_int_equal(told.list[3].verdict, TCP_VERDICT_OPEN_THEN_RESET);
	assert_int_equal(flows.count, 0);
}

static void errors_must_quote_what_was_sent(void **state)
{
	struct tcp_quote quote = {
		.segment = { .src = host(1, 1), .dst = host(2, 80), .seq = 1000 },
		.family = AF_INET,
		.type = 3,
		.code = 1,
		.from = host(254, 0),
	};
	struct tcp_flow *flow;

	(void)state;
	assert_null(tcp_flows_error(&flows, &quote));
	see(1, 0, S, 1000, 0);
	quote.segment.seq = 2000;
	assert_null(tcp_flows_error(&flows, &quote));
	quote.segment.seq = 1000;
	flow = tcp_flows_error(&flows, &quote);
	assert_non_null(flow);
	assert_int_equal(flow->icmp.code, 1);
	quote.code = 4; /* too big: the connection goes on */
	assert_ptr_equal(tcp_flows_error(&flows, &quote), flow);
	assert_int_equal(flow->icmp_too_big, 1);
	assert_int_equal(flow->icmp.code, 1);
	tcp_flows_finish(&flows);
	assert_int_equal(told.list[0].verdict, TCP_VERDICT_FILTERED);
}

/* One end alone, whose FIN is all that there will be: it does not stay for ever. */
static void half_captured_ones_end(void **state)
{
	(void)state;
	see(1, 0, S, 1000, 0);
	see(1, 0, A, 1001, 5001);
	see(1, 0, F | A, 1001, 5001);
	see(1, 0, A, 1002, 5002);
	now_ns += 61 * SECOND;
	see(2, 0, S, 1000, 0);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.list[0].verdict, TCP_VERDICT_HALF_CAPTURED);
}

/* What a SYN without an answer says depends on how long nothing came. */
static void silence_takes_its_time(void **state)
{
	(void)state;
	see(1, 0, S, 1000, 0);
	tcp_flows_finish(&flows);
	assert_int_equal(told.list[0].verdict, TCP_VERDICT_NONE);
	see(1, 0, S, 1000, 0);
	now_ns += 10 * SECOND;
	open_one(2);
	see(3, 0, S, 1000, 0);
	see(3, 1, S | A, 5000, 1001);
	see(3, 0, R, 1001, 0);
	tcp_flows_finish(&flows);
	assert_int_equal(told.list[1].verdict, TCP_VERDICT_FILTERED);
	assert_int_equal(told.list[2].verdict, TCP_VERDICT_OPEN);
	assert_int_equal(told.list[3].verdict, TCP_VERDICT_HALF_OPEN);
}

static void who_never_closes(void **state)
{
	(void)state;
	open_one(1);
	see(1, 0, F | A, 1001, 5001);
	see(1, 1, A, 5001, 1002);
	open_one(2);
	see(2, 1, F | A, 5001, 1001);
	see(2, 1, F | A, 5001, 1001);
	see(2, 1, F | A, 5001, 1001);
	see(2, 1, F | A, 5001, 1001);
	now_ns += 70 * SECOND;
	open_one(3);
	see(3, 0, F | A, 1001, 5001);
	see(3, 1, A, 5001, 1002);
	tcp_flows_finish(&flows);
	assert_int_equal(told.list[0].verdict, TCP_VERDICT_PEER_NEVER_CLOSES);
	assert_int_equal(told.list[1].verdict, TCP_VERDICT_CLOSE_UNACKNOWLEDGED);
	assert_int_equal(told.list[2].verdict, TCP_VERDICT_OPEN); /* not yet */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_directions_are_one),
		TEST(the_answer_alone_tells_the_client),
		TEST(what_is_late_is_of_the_closed_one),
		TEST(open_ones_wait_for_ever),
		TEST(ports_are_used_again),
		TEST(what_goes_first),
		TEST(the_end_is_in_order),
		TEST(errors_must_quote_what_was_sent),
		TEST(half_captured_ones_end),
		TEST(silence_takes_its_time),
		TEST(who_never_closes),
	};

	return cmocka_run_group_tests_name("tcp_flows", tests, NULL, NULL);
}
