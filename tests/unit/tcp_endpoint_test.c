// SPDX-License-Identifier: GPL-2.0-or-later
/* The user's calls and the timers of one end (RFC 9293 sections 3.10.1 to 3.10.5 and 3.10.8), what
 * it sends of its stream, and where it stops. */
#include "analysis/tcp_endpoint.h"

#include <errno.h>

#include "tcp_lone.h"
#include "unit.h"

#define SECOND_NS 1000000000ull

static struct tcp_lone lone;

static void begin(enum tcp_state state)
{
	tcp_lone_init(&lone, 0xfffffffeu, 0xffffffffu);
	tcp_lone_bring(&lone, state, state == TCP_STATE_LISTEN);
}

#define assert_sent(text) assert_string_equal(lone.sent, text)
#define assert_notes(text) assert_string_equal(lone.notes, text)
#define assert_states(text) assert_string_equal(lone.states, text)

static void open_and_close(void **state)
{
	(void)state;
	begin(TCP_STATE_CLOSED);
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), TCP_NEVER_NS);
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1);
	assert_int_equal(tcp_endpoint_send(&lone.tcp, 100, lone.now_ns), 0);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 101);
	assert_true(tcp_endpoint_is_all_acked(&lone.tcp));
	tcp_lone_give(&lone, "PA", .seq = 1, .ack = 101, .length = 30);
	tcp_endpoint_close(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "A", .seq = 31, .ack = 102);
	assert_false(tcp_endpoint_is_over(&lone.tcp));
	tcp_lone_give(&lone, "FA", .seq = 31, .ack = 102);
	assert_true(tcp_endpoint_is_over(&lone.tcp));
	assert_int_equal(lone.tcp.end, TCP_END_CLOSED);
	assert_states("SYN_SENT, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT");
	assert_sent("S J, A J+1 K+1, PA J+1 K+1 100, A J+101 K+31, FA J+101 K+31, A J+102 K+32");
	assert_notes("ack_of_syn, ack_of_data, ack_of_fin");
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), TCP_NEVER_NS);
}

/* 3.10.1, 3.10.2 */
static void calls_at_the_wrong_time(void **state)
{
	(void)state;
	begin(TCP_STATE_CLOSED);
	assert_int_equal(tcp_endpoint_send(&lone.tcp, 1, lone.now_ns), -ENOTCONN);
	tcp_endpoint_close(&lone.tcp, lone.now_ns);
	tcp_endpoint_abort(&lone.tcp, lone.now_ns);
	assert_states("");
	assert_int_equal(lone.tcp.end, TCP_END_NONE);
	begin(TCP_STATE_LISTEN);
	assert_int_equal(tcp_endpoint_send(&lone.tcp, 1, lone.now_ns), -ENOTCONN);
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	assert_states("SYN_SENT");
	begin(TCP_STATE_ESTABLISHED);
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	tcp_endpoint_listen(&lone.tcp, lone.now_ns);
	assert_states("");
	assert_int_equal(tcp_endpoint_send(&lone.tcp, lone.settings.stream_length + 1, lone.now_ns),
			 -EINVAL);
	assert_int_equal(tcp_endpoint_send(&lone.tcp, SIZE_MAX, lone.now_ns), -EINVAL);
	tcp_endpoint_close(&lone.tcp, lone.now_ns);
	assert_int_equal(tcp_endpoint_send(&lone.tcp, 1, lone.now_ns), -EPIPE);
	tcp_endpoint_close(&lone.tcp, lone.now_ns); /* once is enough */
	assert_states("FIN_WAIT_1");
	assert_sent("FA J+1 K+1");
}

/* What is sent before the connection is open waits for it. */
static void text_waits_for_the_open(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	assert_int_equal(tcp_endpoint_send(&lone.tcp, 20, lone.now_ns), 0);
	assert_sent("");
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1);
	assert_sent("PA J+1 K+1 20");
	begin(TCP_STATE_SYN_RCVD);
	assert_int_equal(tcp_endpoint_send(&lone.tcp, 20, lone.now_ns), 0);
	tcp_endpoint_close(&lone.tcp, lone.now_ns);
	assert_sent("");
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1);
	assert_states("ESTABLISHED, FIN_WAIT_1");
	assert_sent("FPA J+1 K+1 20");
}

/* 3.10.4 */
static void close_in_each_state(void **state)
{
	static const struct {
		enum tcp_state from;
		const char *states, *sent;
		enum tcp_end end;
	} rows[] = {
		{ TCP_STATE_LISTEN, "CLOSED", "", TCP_END_ABORTED },
		{ TCP_STATE_SYN_SENT, "CLOSED", "", TCP_END_ABORTED },
		{ TCP_STATE_SYN_RCVD, "FIN_WAIT_1", "FA J+1 K+1", TCP_END_NONE },
		{ TCP_STATE_ESTABLISHED, "FIN_WAIT_1", "FA J+1 K+1", TCP_END_NONE },
		{ TCP_STATE_FIN_WAIT_1, "", "", TCP_END_NONE },
		{ TCP_STATE_FIN_WAIT_2, "", "", TCP_END_NONE },
		{ TCP_STATE_CLOSE_WAIT, "LAST_ACK", "FA J+1 K+2", TCP_END_NONE },
		{ TCP_STATE_CLOSING, "", "", TCP_END_NONE },
		{ TCP_STATE_LAST_ACK, "", "", TCP_END_NONE },
		{ TCP_STATE_TIME_WAIT, "", "", TCP_END_CLOSED },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		begin(rows[i].from);
		tcp_endpoint_close(&lone.tcp, lone.now_ns);
		assert_states(rows[i].states);
		assert_sent(rows[i].sent);
		assert_int_equal(lone.tcp.end, rows[i].end);
	}
}

/* 3.10.5; the reset has the next number, for that is the only one which RFC 5961 accepts. */
static void abort_in_each_state(void **state)
{
	static const struct {
		enum tcp_state from;
		const char *sent;
		enum tcp_end end;
	} rows[] = {
		{ TCP_STATE_LISTEN, "", TCP_END_ABORTED },
		{ TCP_STATE_SYN_SENT, "R J+1", TCP_END_ABORTED },
		{ TCP_STATE_SYN_RCVD, "R J+1", TCP_END_ABORTED },
		{ TCP_STATE_ESTABLISHED, "R J+1", TCP_END_ABORTED },
		{ TCP_STATE_FIN_WAIT_1, "R J+2", TCP_END_ABORTED },
		{ TCP_STATE_FIN_WAIT_2, "R J+2", TCP_END_ABORTED },
		{ TCP_STATE_CLOSE_WAIT, "R J+1", TCP_END_ABORTED },
		{ TCP_STATE_CLOSING, "R J+2", TCP_END_ABORTED },
		{ TCP_STATE_LAST_ACK, "R J+2", TCP_END_ABORTED },
		{ TCP_STATE_TIME_WAIT, "", TCP_END_CLOSED },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		begin(rows[i].from);
		tcp_endpoint_abort(&lone.tcp, lone.now_ns);
		assert_states("CLOSED");
		assert_sent(rows[i].sent);
		assert_int_equal(lone.tcp.end, rows[i].end);
		assert_int_equal(tcp_endpoint_deadline(&lone.tcp), TCP_NEVER_NS);
	}
}

/* 3.10.8 */
static void time_wait_ends(void **state)
{
	uint64_t entered_ns;

	(void)state;
	tcp_lone_init(&lone, 1, 2);
	lone.settings.time_wait_ns = TCP_TIME_WAIT_NS;
	tcp_lone_again(&lone);
	tcp_lone_bring(&lone, TCP_STATE_TIME_WAIT, false);
	entered_ns = lone.now_ns;
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), entered_ns + TCP_TIME_WAIT_NS);
	lone.now_ns += SECOND_NS;
	tcp_lone_give(&lone, "A", .seq = 2, .ack = 2);
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), entered_ns + TCP_TIME_WAIT_NS);
	tcp_lone_give(&lone, "FA", .seq = 1, .ack = 2); /* begins it anew */
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), lone.now_ns + TCP_TIME_WAIT_NS);
	tcp_lone_wait(&lone);
	assert_int_equal(lone.tcp.state, TCP_STATE_CLOSED);
	assert_int_equal(lone.tcp.end, TCP_END_CLOSED);
}

/* Which end each way out leads to. */
static void ends_are_told_apart(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_give(&lone, "RA", .seq = 0, .ack = 1);
	assert_int_equal(lone.tcp.end, TCP_END_REFUSED);
	begin(TCP_STATE_SYN_RCVD);
	tcp_lone_give(&lone, "R", .seq = 1);
	assert_int_equal(lone.tcp.end, TCP_END_REFUSED);
	begin(TCP_STATE_ESTABLISHED);
	tcp_lone_give(&lone, "R", .seq = 1);
	assert_int_equal(lone.tcp.end, TCP_END_RESET);
	begin(TCP_STATE_CLOSE_WAIT);
	tcp_lone_give(&lone, "R", .seq = 2);
	assert_int_equal(lone.tcp.end, TCP_END_RESET);
	begin(TCP_STATE_LAST_ACK);
	tcp_lone_give(&lone, "A", .seq = 2, .ack = 2);
	assert_int_equal(lone.tcp.end, TCP_END_CLOSED);
	begin(TCP_STATE_LAST_ACK); /* both have said all that they had to say */
	tcp_lone_give(&lone, "R", .seq = 2);
	assert_int_equal(lone.tcp.end, TCP_END_CLOSED);
	begin(TCP_STATE_CLOSING);
	tcp_lone_give(&lone, "R", .seq = 2);
	assert_int_equal(lone.tcp.end, TCP_END_CLOSED);
	begin(TCP_STATE_TIME_WAIT);
	tcp_lone_give(&lone, "R", .seq = 2);
	assert_int_equal(lone.tcp.end, TCP_END_CLOSED);
}

/* Back in LISTEN nothing is left of who came first: not even the scale of its window. */
static void a_listener_forgets(void **state)
{
	(void)state;
	tcp_lone_init(&lone, 7, 8);
	lone.settings.wscale = 7;
	lone.settings.window = 1 << 20;
	lone.settings.peer = (struct addr){ .family = AF_UNSPEC };
	tcp_lone_again(&lone);
	lone.settings.peer = (struct addr){ .bytes = { 192, 0, 2, 9 }, .family = AF_INET };
	tcp_endpoint_listen(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "S", .options = { .present = SEGMENT_OPTION_WSCALE, .wscale = 9 });
	assert_int_equal(lone.tcp.rcv_wscale, 7);
	tcp_lone_give(&lone, "R", .seq = 1);
	assert_int_equal(lone.tcp.state, TCP_STATE_LISTEN);
	assert_int_equal(tcp_endpoint_deadline(&lone.tcp), TCP_NEVER_NS);
	lone.settings.peer.bytes[3] = 10;
	tcp_lone_give(&lone, "S", .seq = 0);
	assert_int_equal(lone.tcp.peer.bytes[3], 10);
	assert_int_equal(lone.tcp.rcv_wscale, 0);
	assert_int_equal(lone.tcp.rcv_wnd, 65535);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1);
	assert_states("LISTEN, SYN_RCVD, LISTEN, SYN_RCVD, ESTABLISHED");
}

/* Segments of others, damaged ones, and malformed options: noted, and no harm done. */
static void what_is_dropped(void **state)
{
	struct segment segment = { .flags = SEGMENT_RST };

	(void)state;
	begin(TCP_STATE_ESTABLISHED);
	segment.src = lone.settings.peer;
	segment.dst = lone.settings.local;
	segment.seq = lone.tcp.rcv_nxt;
	segment.src.port++;
	tcp_endpoint_segment(&lone.tcp, &segment, lone.now_ns);
	segment.src.port--;
	segment.src.bytes[0]++;
	tcp_endpoint_segment(&lone.tcp, &segment, lone.now_ns);
	segment.src.bytes[0]--;
	segment.dst.port--;
	tcp_endpoint_segment(&lone.tcp, &segment, lone.now_ns);
	segment.dst.port++;
	assert_int_equal(lone.tcp.strays, 3);
	segment.checksum_state = SEGMENT_CHECKSUM_BAD;
	tcp_endpoint_segment(&lone.tcp, &segment, lone.now_ns);
	assert_int_equal(lone.tcp.bad_checksums, 1);
	assert_notes("stray, stray, stray, bad_checksum");
	assert_int_equal(lone.tcp.state, TCP_STATE_ESTABLISHED);
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "PA", .seq = 1, .ack = 1, .length = 5,
		      .options = { .is_malformed = true });
	assert_notes("bad_options");
	assert_int_equal(lone.tcp.bad_options, 1);
	assert_sent("A J+1 K+6");
}

/* For those who judge a trace: what looks forged, and what came twice. */
static void oddities_are_counted(void **state)
{
	(void)state;
	begin(TCP_STATE_SYN_SENT);
	tcp_lone_give(&lone, "R", .seq = 0);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 7);
	tcp_lone_give(&lone, "A", .seq = 0, .ack = 7);
	assert_int_equal(lone.tcp.spoofed, 3);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1);
	tcp_lone_give(&lone, "R", .seq = 0);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 7);
	assert_int_equal(lone.tcp.spoofed, 5);
	assert_int_equal(lone.tcp.duplicates, 0);
	tcp_lone_give(&lone, "A", .seq = 9000, .ack = 1, .length = 5);
	tcp_lone_give(&lone, "A", .seq = 11, .ack = 1, .length = 5);
	assert_int_equal(lone.tcp.duplicates, 0);
	tcp_lone_give(&lone, "A", .seq = 11, .ack = 1, .length = 5);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1);
	tcp_lone_give(&lone, "A", .seq = -9, .ack = 1, .length = 5);
	assert_int_equal(lone.tcp.duplicates, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_and_close),
		cmocka_unit_test(calls_at_the_wrong_time),
		cmocka_unit_test(text_waits_for_the_open),
		cmocka_unit_test(close_in_each_state),
		cmocka_unit_test(abort_in_each_state),
		cmocka_unit_test(time_wait_ends),
		cmocka_unit_test(ends_are_told_apart),
		cmocka_unit_test(a_listener_forgets),
		cmocka_unit_test(what_is_dropped),
		cmocka_unit_test(oddities_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
