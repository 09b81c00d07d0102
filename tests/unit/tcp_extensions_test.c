// SPDX-License-Identifier: GPL-2.0-or-later
/* What later RFCs ask of one end: window scaling and timestamps (7323), selective acknowledgements
 * (2018), segment sizes (6691), ECN (3168), attacks in the window (5961). */
#include "analysis/tcp_endpoint.h"

#include "tcp_lone.h"
#include "unit.h"

#define MS_NS 1000000ull
#define SECOND_NS 1000000000ull

static struct tcp_lone lone;

/* CLOSED, with every option offered. */
static void begin(void)
{
	tcp_lone_init(&lone, 0xfffffff0u, 0xfffffffdu);
	lone.settings.wscale = 7;
	lone.settings.window = 1 << 20;
	lone.settings.has_sack = true;
	lone.settings.has_timestamps = true;
	lone.settings.has_ecn = true;
	tcp_lone_again(&lone);
}

static const struct segment_options all_options = {
	.present = SEGMENT_OPTION_MSS | SEGMENT_OPTION_WSCALE | SEGMENT_OPTION_SACK_PERMITTED |
		   SEGMENT_OPTION_TIMESTAMPS,
	.mss = 1000,
	.wscale = 3,
	.ts_val = 500,
};

static void open_with(const struct segment_options *options)
{
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .options = *options);
	tcp_lone_forget(&lone);
}

static struct segment_options stamp(uint32_t value)
{
	return (struct segment_options){ .present = SEGMENT_OPTION_TIMESTAMPS, .ts_val = value };
}

static void options_are_used_if_both_have_them(void **state)
{
	const struct segment_options none = { .present = 0 };

	(void)state;
	begin();
	open_with(&none);
	assert_false(lone.tcp.has_wscale || lone.tcp.has_sack || lone.tcp.has_timestamps);
	assert_int_equal(lone.last.options.length, 0);
	assert_int_equal(lone.tcp.mss, TCP_MSS_DEFAULT_V4);
	begin();
	open_with(&all_options);
	assert_true(lone.tcp.has_wscale && lone.tcp.has_sack && lone.tcp.has_timestamps);
	assert_int_equal(lone.tcp.mss, 1000);
	assert_int_equal(lone.last.options.ts_ecr, 500);
	tcp_lone_init(&lone, 1, 2); /* which offers none */
	open_with(&all_options);
	assert_false(lone.tcp.has_wscale || lone.tcp.has_sack || lone.tcp.has_timestamps);
	assert_int_equal(lone.last.options.length, 0);
}

/* The SYN offers everything; the SYN,ACK what the SYN had. */
static void a_syn_ack_answers_what_was_offered(void **state)
{
	struct segment_options some = { .present = SEGMENT_OPTION_WSCALE, .wscale = 1 };

	(void)state;
	begin();
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	assert_int_equal(lone.last.options.present, SEGMENT_OPTION_MSS | SEGMENT_OPTION_WSCALE |
							    SEGMENT_OPTION_SACK_PERMITTED |
							    SEGMENT_OPTION_TIMESTAMPS);
	assert_int_equal(lone.last.options.ts_ecr, 0);
	begin();
	tcp_endpoint_listen(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "S", .options = some);
	assert_int_equal(lone.last.options.present, SEGMENT_OPTION_MSS | SEGMENT_OPTION_WSCALE);
}

/* RFC 7323 sections 2.2 and 2.3: never of a SYN, and 14 at most. */
static void windows_are_scaled(void **state)
{
	struct segment_options wide = { .present = SEGMENT_OPTION_WSCALE, .wscale = 200 };

	(void)state;
	begin();
	open_with(&all_options);
	assert_int_equal(lone.tcp.snd_wnd, TCP_LONE_PEER_WINDOW);
	assert_int_equal(lone.last.window, (1 << 20) >> 7);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .options = stamp(501));
	assert_int_equal(lone.tcp.snd_wnd, TCP_LONE_PEER_WINDOW << 3);
	begin();
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	assert_int_equal(lone.last.window, 65535);
	begin();
	open_with(&wide);
	assert_int_equal(lone.tcp.snd_wscale, 14);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .window = 65535);
	assert_int_equal(lone.tcp.snd_wnd, 65535u << 14);
	assert_int_equal(lone.tcp.state, TCP_STATE_ESTABLISHED);
}

/* RFC 7323 section 5.3. */
static void old_timestamps_are_dropped(void **state)
{
	(void)state;
	begin();
	open_with(&all_options);
	tcp_lone_give(&lone, "PA", .seq = 1, .ack = 1, .length = 5, .options = stamp(499));
	assert_string_equal(lone.notes, "old_timestamp");
	assert_string_equal(lone.sent, "A J+1 K+1");
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "PA", .seq = 1, .ack = 1, .length = 5, .options = stamp(510));
	assert_string_equal(lone.sent, "A J+1 K+6");
	assert_int_equal(lone.last.options.ts_ecr, 510);
	/* R3: not of what came ahead of something missing, nor of what is outside the window. */
	tcp_lone_give(&lone, "PA", .seq = 9, .ack = 1, .length = 5, .options = stamp(520));
	assert_int_equal(lone.last.options.ts_ecr, 510);
	tcp_lone_give(&lone, "PA", .seq = -90, .ack = 1, .length = 5, .options = stamp(99999));
	assert_int_equal(lone.tcp.ts_recent, 510);
	/* A reset needs none. */
	tcp_lone_give(&lone, "R", .seq = 6);
	assert_int_equal(lone.tcp.state, TCP_STATE_CLOSED);
}

/* RFC 7323 section 3.2: also on a reset. Without ACK there is nothing to echo. */
static void a_reset_is_stamped(void **state)
{
	(void)state;
	begin();
	open_with(&all_options);
	tcp_endpoint_abort(&lone.tcp, lone.now_ns);
	assert_string_equal(lone.sent, "R J+1");
	assert_int_equal(lone.last.options.present, SEGMENT_OPTION_TIMESTAMPS);
	assert_int_equal(lone.last.options.ts_ecr, 0);
}

/* They wrap like sequence numbers. */
static void timestamps_wrap(void **state)
{
	struct segment_options options = all_options;

	(void)state;
	begin();
	options.ts_val = 0xffffffffu;
	open_with(&options);
	tcp_lone_give(&lone, "PA", .seq = 1, .ack = 1, .length = 5, .options = stamp(3));
	assert_string_equal(lone.sent, "A J+1 K+6");
	assert_int_equal(lone.tcp.ts_recent, 3);
	tcp_lone_give(&lone, "PA", .seq = 6, .ack = 1, .length = 5, .options = stamp(0xfffffffeu));
	assert_string_equal(lone.notes, "old_timestamp");
}

static void a_missing_timestamp_is_noted(void **state)
{
	(void)state;
	begin();
	open_with(&all_options);
	tcp_lone_give(&lone, "PA", .seq = 1, .ack = 1, .length = 5);
	assert_string_equal(lone.notes, "no_timestamp");
	assert_int_equal(lone.tcp.untimed, 1);
	assert_string_equal(lone.sent, "A J+1 K+6");
}

/* RFC 6691: the options count. */
static void segments_keep_the_mss(void **state)
{
	(void)state;
	begin();
	open_with(&all_options);
	tcp_endpoint_send(&lone.tcp, 988, lone.now_ns);
	assert_string_equal(lone.sent, "PA J+1 K+1 988");
	assert_int_equal(lone.last.options.length, 12);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 989, .options = stamp(501));
	tcp_lone_forget(&lone);
	tcp_endpoint_send(&lone.tcp, 989, lone.now_ns);
	assert_string_equal(lone.sent, "A J+989 K+1 988, PA J+1977 K+1 1");
}

/* Sizes that cannot be are no reason to stop, or to send for ever. */
static void absurd_segment_sizes(void **state)
{
	static const uint16_t sizes[] = { 0, 1, 47, 48, 65535 };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(sizes); i++) {
		struct segment_options options = all_options;

		begin();
		options.mss = sizes[i];
		open_with(&options);
		tcp_endpoint_send(&lone.tcp, 30, lone.now_ns);
		assert_string_equal(lone.sent, "PA J+1 K+1 30");
		tcp_endpoint_limit(&lone.tcp, 0, lone.now_ns);
		tcp_endpoint_limit(&lone.tcp, 65535, lone.now_ns);
		tcp_lone_give(&lone, "A", .seq = 1, .ack = 31, .options = stamp(501));
		assert_true(tcp_endpoint_is_all_acked(&lone.tcp));
	}
}

/* RFC 2018 section 4: the piece that came last stands first; they go as what was missing comes. */
static void pieces_are_acknowledged(void **state)
{
	const struct segment_sack *sacks = lone.last.options.sacks;
	uint32_t irs = 0xfffffffdu;

	(void)state;
	begin();
	open_with(&all_options);
	tcp_lone_give(&lone, "A", .seq = 11, .ack = 1, .length = 10, .options = stamp(501));
	tcp_lone_give(&lone, "A", .seq = 31, .ack = 1, .length = 10, .options = stamp(501));
	assert_int_equal(lone.last.options.sack_count, 2);
	assert_true(segment_has(&lone.last, SEGMENT_OPTION_SACK));
	assert_int_equal(lone.last.options.length, 12 + 4 + 2 * 8);
	assert_int_equal(sacks[0].left, irs + 31);
	assert_int_equal(sacks[0].right, irs + 41);
	assert_int_equal(sacks[1].left, irs + 11);
	tcp_lone_give(&lone, "A", .seq = 5, .ack = 1, .length = 10, .options = stamp(501));
	assert_int_equal(sacks[0].left, irs + 5);
	assert_int_equal(sacks[0].right, irs + 21);
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .length = 4, .options = stamp(501));
	assert_string_equal(lone.sent, "A J+1 K+21");
	assert_int_equal(lone.last.options.sack_count, 1);
	tcp_lone_give(&lone, "A", .seq = 21, .ack = 1, .length = 10, .options = stamp(501));
	assert_string_equal(lone.sent, "A J+1 K+21, A J+1 K+41");
	assert_false(segment_has(&lone.last, SEGMENT_OPTION_SACK));
}

/* RFC 3168 section 6.1. */
static void congestion_is_told(void **state)
{
	(void)state;
	begin();
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	assert_string_equal(lone.sent, "SEC J");
	tcp_lone_wait(&lone); /* not again: somebody may have dropped it for that */
	assert_string_equal(lone.sent, "SEC J, S J");
	begin();
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SAEC", .seq = 0, .ack = 1); /* reflected: no agreement */
	assert_false(lone.tcp.has_ecn);
	begin();
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SAE", .seq = 0, .ack = 1);
	assert_true(lone.tcp.has_ecn);
	assert_int_equal(lone.last.ip.ecn, 0);
	tcp_endpoint_send(&lone.tcp, 10, lone.now_ns);
	assert_int_equal(lone.last.ip.ecn, 2);
	tcp_lone_give(&lone, "AE", .seq = 1, .ack = 1);
	tcp_lone_forget(&lone);
	tcp_endpoint_send(&lone.tcp, 600, lone.now_ns);
	assert_string_equal(lone.sent, "AC J+11 K+1 536, PA J+547 K+1 64");
}

/* The other side of it: only a full offer is answered, and CE is echoed until CWR comes. */
static void congestion_is_echoed(void **state)
{
	(void)state;
	begin();
	tcp_endpoint_listen(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SE");
	assert_string_equal(lone.sent, "SA J K+1");
	begin();
	tcp_endpoint_listen(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SEC");
	assert_string_equal(lone.sent, "SAE J K+1");
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .ecn = 3); /* without text it is nothing */
	tcp_lone_forget(&lone);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1, .length = 5, .ecn = 2);
	tcp_lone_give(&lone, "A", .seq = 6, .ack = 1, .length = 5, .ecn = 3);
	tcp_lone_give(&lone, "A", .seq = 11, .ack = 1, .length = 5, .ecn = 2);
	tcp_lone_give(&lone, "AC", .seq = 16, .ack = 1, .length = 5, .ecn = 2);
	assert_string_equal(lone.sent, "A J+1 K+6, AE J+1 K+11, AE J+1 K+16, A J+1 K+21");
}

/* One reduction for all that is under way when it is told. */
static void congestion_is_heard_once(void **state)
{
	uint32_t cwnd;

	(void)state;
	begin();
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SAE", .seq = 0, .ack = 1);
	cwnd = lone.tcp.cwnd;
	tcp_lone_give(&lone, "AE", .seq = 1, .ack = 1); /* nothing is under way */
	assert_int_equal(lone.tcp.cwnd, cwnd);
	tcp_endpoint_send(&lone.tcp, 10, lone.now_ns);
	tcp_lone_give(&lone, "A", .seq = 1, .ack = 1);
	assert_int_equal(lone.tcp.cwnd, cwnd);
	tcp_lone_give(&lone, "AE", .seq = 1, .ack = 1);
	assert_int_equal(lone.tcp.cwnd, cwnd / 2);
}

/* RFC 5961 section 7, so that two ends that disagree do not talk for ever. */
static void challenges_are_limited(void **state)
{
	(void)state;
	begin();
	open_with(&all_options);
	for (int i = 0; i < 50; i++) {
		tcp_lone_forget(&lone);
		tcp_lone_give(&lone, "R", .seq = 9);
		assert_string_equal(lone.sent, i < 10 ? "A J+1 K+1" : "");
	}
	tcp_lone_forget(&lone);
	lone.now_ns += SECOND_NS;
	tcp_lone_give(&lone, "R", .seq = 9);
	assert_string_equal(lone.sent, "A J+1 K+1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_used_if_both_have_them),
		cmocka_unit_test(a_syn_ack_answers_what_was_offered),
		cmocka_unit_test(windows_are_scaled),
		cmocka_unit_test(old_timestamps_are_dropped),
		cmocka_unit_test(a_reset_is_stamped),
		cmocka_unit_test(timestamps_wrap),
		cmocka_unit_test(a_missing_timestamp_is_noted),
		cmocka_unit_test(segments_keep_the_mss),
		cmocka_unit_test(absurd_segment_sizes),
		cmocka_unit_test(pieces_are_acknowledged),
		cmocka_unit_test(congestion_is_told),
		cmocka_unit_test(congestion_is_echoed),
		cmocka_unit_test(congestion_is_heard_once),
		cmocka_unit_test(challenges_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
