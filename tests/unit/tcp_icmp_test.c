// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMP errors about one end's segments: which it believes (RFC 5927), and what they do to it (RFC
 * 1122, RFC 1191). */
#include "analysis/tcp_endpoint.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include "tcp_lone.h"
#include "unit.h"

static struct tcp_lone lone;

/* CLOSED; it offers timestamps. */
static void begin(void)
{
	tcp_lone_init(&lone, 0xfffffff0u, 0xfffffffdu);
	lone.settings.has_timestamps = true;
	tcp_lone_again(&lone);
}

/* ESTABLISHED, with a peer that takes segments of 1000 bytes. */
static void open_up(void)
{
	const struct segment_options options = {
		.present = SEGMENT_OPTION_MSS | SEGMENT_OPTION_TIMESTAMPS,
		.mss = 1000,
		.ts_val = 500,
	};

	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	tcp_lone_give(&lone, "SA", .seq = 0, .ack = 1, .options = options);
	tcp_lone_forget(&lone);
}

static struct tcp_quote quote_of(uint8_t type, uint8_t code, int32_t seq)
{
	struct tcp_quote quote = {
		.family = lone.settings.local.family,
		.type = type,
		.code = code,
		.segment = {
			.src = lone.settings.local,
			.dst = lone.settings.peer,
			.seq = lone.settings.iss + (uint32_t)seq,
		},
	};

	return quote;
}

/* Which errors end an attempt to connect, and which do not; RFC 1122 section 4.2.3.9. */
static void icmp_while_connecting(void **state)
{
	static const struct {
		uint8_t family, type, code;
		bool is_fatal;
	} rows[] = {
		{ AF_INET, ICMP_DEST_UNREACH, ICMP_NET_UNREACH, false },
		{ AF_INET, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, false },
		{ AF_INET, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, true },
		{ AF_INET, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, true },
		{ AF_INET, ICMP_DEST_UNREACH, ICMP_SR_FAILED, false },
		{ AF_INET, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, true },
		{ AF_INET, ICMP_TIME_EXCEEDED, 0, false },
		{ AF_INET, ICMP_PARAMETERPROB, 0, true },
		{ AF_INET6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, false },
		{ AF_INET6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN, true },
		{ AF_INET6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, false },
		{ AF_INET6, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, true },
		{ AF_INET6, ICMP6_TIME_EXCEEDED, 0, false },
		{ AF_INET6, ICMP6_PARAM_PROB, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		struct tcp_quote quote;

		begin();
		lone.settings.local.family = rows[i].family;
		lone.settings.peer.family = rows[i].family;
		tcp_lone_again(&lone);
		tcp_endpoint_connect(&lone.tcp, lone.now_ns);
		quote = quote_of(rows[i].type, rows[i].code, 0);
		tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
		assert_true(lone.tcp.has_icmp);
		assert_string_equal(lone.notes, rows[i].is_fatal ? "icmp_fatal" : "icmp_soft");
		assert_int_equal(lone.tcp.end, rows[i].is_fatal ? TCP_END_ICMP : TCP_END_NONE);
	}
}

/* RFC 5927 section 4: what is not under way was not dropped by anybody. None ends a connection that
 * is open. */
static void icmp_while_open(void **state)
{
	static const int32_t elsewhere[] = { 0, 11, 12, -1, 1 << 30 };
	struct tcp_quote quote;

	(void)state;
	begin();
	open_up();
	tcp_endpoint_send(&lone.tcp, 10, lone.now_ns);
	for (size_t i = 0; i < UNIT_COUNT(elsewhere); i++) {
		tcp_lone_forget(&lone);
		quote = quote_of(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, elsewhere[i]);
		tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
		assert_string_equal(lone.notes, "icmp_ignored");
	}
	quote.segment.seq = lone.tcp.snd_una;
	quote.segment.dst.port++;
	tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
	assert_false(lone.tcp.has_icmp);
	quote.segment.dst.port--;
	tcp_lone_forget(&lone);
	tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
	assert_string_equal(lone.notes, "icmp_soft");
	assert_int_equal(lone.tcp.state, TCP_STATE_ESTABLISHED);
	assert_int_equal(lone.tcp.icmp_ignored, UNIT_COUNT(elsewhere) + 1);
}

/* RFC 9293 section 3.9.2.2: source quench is of another age. */
static void source_quench_is_not_heard(void **state)
{
	struct tcp_quote quote;

	(void)state;
	begin();
	tcp_endpoint_connect(&lone.tcp, lone.now_ns);
	quote = quote_of(ICMP_SOURCE_QUENCH, 0, 0);
	tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
	assert_string_equal(lone.notes, "");
	assert_false(lone.tcp.has_icmp);
	assert_int_equal(lone.tcp.icmp_ignored, 0);
}

/* RFC 1191: smaller at once, but never larger, and never absurd. */
static void too_big_makes_segments_smaller(void **state)
{
	static const uint32_t absurd[] = { 1, 67, 0x10000 };
	struct tcp_quote quote;

	(void)state;
	begin();
	open_up();
	tcp_endpoint_send(&lone.tcp, 988, lone.now_ns);
	tcp_lone_forget(&lone);
	quote = quote_of(ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1);
	for (size_t i = 0; i < UNIT_COUNT(absurd); i++) {
		quote.mtu = absurd[i];
		tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
	}
	assert_string_equal(lone.notes, "icmp_ignored, icmp_ignored, icmp_ignored");
	tcp_lone_forget(&lone);
	quote.mtu = 9000;
	tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
	assert_string_equal(lone.notes, "icmp_soft");
	tcp_lone_forget(&lone);
	quote.mtu = 640;
	tcp_endpoint_icmp(&lone.tcp, &quote, lone.now_ns);
	assert_string_equal(lone.notes, "icmp_too_big");
	assert_string_equal(lone.sent, "A J+1 K+1 588");
	assert_int_equal(lone.tcp.icmp_mtu, 640);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(icmp_while_connecting),
		cmocka_unit_test(icmp_while_open),
		cmocka_unit_test(source_quench_is_not_heard),
		cmocka_unit_test(too_big_makes_segments_smaller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
