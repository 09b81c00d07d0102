// SPDX-License-Identifier: GPL-2.0-or-later
/* What a trace comes to: each verdict, with its evidence, from what was found. */
#include <errno.h>
#include <string.h>

#include "analysis/tcp_verdict.h"
#include "unit.h"

#define MS 1000000u
#define SECOND 1000000000ull

static struct tcp_endpoint end;
static struct tcp_observer seen;
static struct segment reset;
static struct tcp_findings findings;
static struct tcp_judgement judgement;

/* A SYN that left at second 100, and nothing else yet. */
static int begin(void **state)
{
	(void)state;
	memset(&end, 0, sizeof(end));
	end.state = TCP_STATE_SYN_SENT;
	end.settings.peer.family = AF_INET;
	tcp_observer_init(&seen);
	seen.sides[0].has_syn = true;
	seen.sides[0].segments = 1;
	seen.syn_ns = seen.syn_sent_ns = seen.first_ns = seen.last_ns = 100 * SECOND;
	reset = (struct segment){ .flags = SEGMENT_RST | SEGMENT_ACK,
				  .ip.ttl = 64,
				  .time_ns = 100 * SECOND + MS };
	findings = (struct tcp_findings){ .end = &end, .seen = &seen };
	return 0;
}

/* The same, and the handshake went through in 2 ms. */
static void open_it(void)
{
	seen.sides[0].is_syn_acked = true;
	seen.sides[1].has_syn_ack = seen.sides[1].is_seen = true;
	seen.syn_ack_ns = 100 * SECOND + 2 * MS;
	seen.open_ns = 100 * SECOND + 3 * MS;
	seen.open = TCP_OPEN_ACTIVE;
	end.state = TCP_STATE_ESTABLISHED;
}

static void expect(enum tcp_verdict verdict, bool is_as_asked, const char *evidence)
{
	bool has = !evidence;

	tcp_judge(&judgement, &findings);
	assert_string_equal(tcp_verdict_names[judgement.verdict], tcp_verdict_names[verdict]);
	assert_int_equal(judgement.is_as_asked, is_as_asked);
	assert_non_null(judgement.advice);
	assert_true(judgement.evidence.count > 0);
	for (size_t i = 0; i < judgement.evidence.count && !has; i++)
		has = strstr(judgement.evidence.texts[i], evidence);
	if (!has)
		fail_msg("no '%s' in '%s'...", evidence, judgement.evidence.texts[0]);
}

static void silence_is_a_filter(void **state)
{
	(void)state;
	seen.sides[0].segments = 4; /* and the RST on giving up */
	end.retransmissions = 2;
	seen.last_ns += 3 * SECOND;
	end.end = TCP_END_TIMEOUT;
	expect(TCP_VERDICT_FILTERED, false, "3 SYNs in 3.000 s");
	assert_int_equal(judgement.reporter.family, AF_UNSPEC);
	findings.gateway.family = AF_INET;
	expect(TCP_VERDICT_FILTERED, false, "the next hop is there");
	assert_non_null(strstr(judgement.advice, "packet filter"));
}

/* Challenge ACKs are no silence, though no answer either. */
static void other_segments_are_no_silence(void **state)
{
	(void)state;
	end.retransmissions = 1;
	end.end = TCP_END_TIMEOUT;
	seen.sides[1].segments = 2;
	seen.sides[1].last_flags = SEGMENT_ACK;
	expect(TCP_VERDICT_FILTERED, false, "2 segments of the peer came, the last one ACK");
	assert_null(strstr(judgement.evidence.texts[0], "of any kind"));
	assert_non_null(strstr(judgement.advice, "--sport"));
}

static void an_icmp_error_names_its_sender(void **state)
{
	(void)state;
	end.end = TCP_END_ICMP;
	end.has_icmp = true;
	end.icmp_from = (struct addr){ .family = AF_INET, .bytes = { 10, 0, 0, 9 } };
	end.icmp_type = 3;
	end.icmp_code = 13;
	expect(TCP_VERDICT_FILTERED, false, "type 3 code 13 from 10.0.0.9");
	assert_int_equal(judgement.icmp_type, 3);
	assert_int_equal(judgement.icmp_code, 13);
	assert_memory_equal(judgement.reporter.bytes, end.icmp_from.bytes, 4);
	assert_non_null(strstr(judgement.advice, "packet filter"));
}

/* Not every ICMP error is a filter's. */
static void advice_goes_by_the_icmp_error(void **state)
{
	static const struct {
		uint8_t family, type, code;
		const char *advice;
	} rows[] = {
		{ AF_INET, 3, 0, "gets no farther" }, { AF_INET, 3, 1, "gets no farther" },
		{ AF_INET, 3, 3, "packet filter" },   { AF_INET, 3, 10, "packet filter" },
		{ AF_INET, 11, 0, "loop" },	      { AF_INET6, 1, 0, "gets no farther" },
		{ AF_INET6, 1, 1, "packet filter" },  { AF_INET6, 1, 3, "gets no farther" },
		{ AF_INET6, 1, 4, "packet filter" },  { AF_INET6, 3, 0, "loop" },
	};

	(void)state;
	end.end = TCP_END_TIMEOUT;
	end.has_icmp = true;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		end.icmp_from.family = end.settings.peer.family = rows[i].family;
		end.icmp_type = rows[i].type;
		end.icmp_code = rows[i].code;
		expect(TCP_VERDICT_FILTERED, false, "ICMP type");
		assert_non_null(strstr(judgement.advice, rows[i].advice));
	}
}

static void a_reset_is_the_hosts_or_of_something_nearer(void **state)
{
	(void)state;
	end.end = TCP_END_REFUSED;
	findings.reset = &reset;
	expect(TCP_VERDICT_CLOSED, false, "RST after 1.000 ms, TTL 64");
	assert_string_equal(judgement.by, "unknown");
	findings.is_on_link = true;
	expect(TCP_VERDICT_CLOSED, false, "on this link");
	assert_string_equal(judgement.by, "host");
	reset.ip.ttl = 63;
	expect(TCP_VERDICT_CLOSED, false, "has been lowered");
	assert_string_equal(judgement.by, "unknown");
	findings.reference_ttl = 63;
	expect(TCP_VERDICT_CLOSED, false, "the same");
	assert_string_equal(judgement.by, "host");
	findings.reference_ttl = 61;
	expect(TCP_VERDICT_CLOSED, false, "another");
	assert_string_equal(judgement.by, "nearer");
	findings.is_local = true;
	expect(TCP_VERDICT_CLOSED, false, "this host");
	assert_string_equal(judgement.by, "host");
}

static void an_echo_reply_shows_how_far_the_host_is(void **state)
{
	(void)state;
	end.end = TCP_END_REFUSED;
	findings.reset = &reset;
	expect(TCP_VERDICT_CLOSED, false, "no echo reply");
	findings.echo_ttl = 255;
	findings.echo_rtt_ns = MS;
	expect(TCP_VERDICT_CLOSED, false, "1.000 ms, TTL 255: the same distance");
	assert_string_equal(judgement.by, "host");
	findings.echo_ttl = 126;
	expect(TCP_VERDICT_CLOSED, false, "2 routers farther away");
	assert_string_equal(judgement.by, "nearer");
	assert_non_null(strstr(judgement.advice, "not the server that refused"));
	reset.ip.ttl = 61;
	expect(TCP_VERDICT_CLOSED, false, "1 router nearer");
	assert_string_equal(judgement.by, "unknown");
	reset.ip.ttl = 62;
	findings.echo_rtt_ns = 2 * MS;
	expect(TCP_VERDICT_CLOSED, false, "same distance");
	assert_string_equal(judgement.by, "host");
	findings.echo_rtt_ns = 2 * MS + MS / 2; /* the reset came in 1 ms */
	expect(TCP_VERDICT_CLOSED, false, "2.500 ms");
	assert_string_equal(judgement.by, "nearer");
}

static void what_the_interface_saw_and_the_socket_not_was_filtered_here(void **state)
{
	struct segment syn_ack = { .flags = SEGMENT_SYN | SEGMENT_ACK };

	(void)state;
	end.end = TCP_END_TIMEOUT;
	findings.undelivered = 2;
	findings.undelivered_first = &syn_ack;
	expect(TCP_VERDICT_OWN_FIREWALL, false, "2 segments of the peer (the first: SYN,ACK)");
}

static void a_syn_that_does_not_leave(void **state)
{
	(void)state;
	findings.send_errno = EPERM;
	expect(TCP_VERDICT_OWN_FIREWALL, false, "output filter");
	findings.send_errno = ENETUNREACH;
	expect(TCP_VERDICT_NO_ROUTE, false, strerror(ENETUNREACH));
}

static void a_neighbour_that_does_not_answer(void **state)
{
	(void)state;
	findings.is_neighbour_failed = true;
	end.end = TCP_END_TIMEOUT;
	expect(TCP_VERDICT_NO_NEIGHBOUR, false, "the host does not answer ARP");
	end.has_icmp = true;
	end.settings.local = end.icmp_from =
		(struct addr){ .family = AF_INET, .bytes = { 10, 0, 0, 1 } };
	end.icmp_type = 3;
	end.icmp_code = 1; /* this host's own word */
	expect(TCP_VERDICT_NO_NEIGHBOUR, false, "the host does not answer ARP");
	end.icmp_from.bytes[3] = 9;
	expect(TCP_VERDICT_FILTERED, false, "from 10.0.0.9");
	end.has_icmp = false;
	findings.gateway.family = AF_INET6;
	end.settings.peer.family = AF_INET6;
	expect(TCP_VERDICT_NO_NEIGHBOUR, false, "the next hop does not answer neighbour");
}

static void who_is_stopped_early_judges_nothing(void **state)
{
	(void)state;
	findings.is_interrupted = true;
	expect(TCP_VERDICT_NONE, false, "stopped");
	open_it();
	expect(TCP_VERDICT_OPEN, false, "stopped before it was closed");
}

static void each_plan_has_its_end(void **state)
{
	(void)state;
	open_it();
	end.end = TCP_END_CLOSED;
	end.state = TCP_STATE_TIME_WAIT;
	end.is_fin_sent = end.is_fin_acked = true;
	seen.close = TCP_CLOSE_FIN;
	seen.closer = 0;
	expect(TCP_VERDICT_OPEN, true, "SYN,ACK after 2.000 ms");
	expect(TCP_VERDICT_OPEN, true, "fin, first by this end");
	findings.plan = TCP_PLAN_WAIT;
	expect(TCP_VERDICT_PEER_NEVER_CLOSES, false, NULL);
	seen.closer = 1;
	expect(TCP_VERDICT_OPEN, true, "first by the peer");
	findings.plan = TCP_PLAN_HALF;
	end.end = TCP_END_NONE;
	end.state = TCP_STATE_FIN_WAIT_2;
	expect(TCP_VERDICT_OPEN, true, NULL);
	findings.plan = TCP_PLAN_RST;
	end.end = TCP_END_ABORTED;
	expect(TCP_VERDICT_OPEN, true, NULL);
	findings.plan = TCP_PLAN_NONE;
	end.end = TCP_END_NONE;
	expect(TCP_VERDICT_OPEN, true, NULL);
}

/* RFC 9293 section 3.10.7.4: in CLOSING and LAST_ACK a reset ends what has ended already. */
static void a_reset_behind_both_fins_takes_nothing_away(void **state)
{
	static const enum tcp_close_plan plans[] = { TCP_PLAN_FIN, TCP_PLAN_HALF, TCP_PLAN_WAIT };

	(void)state;
	open_it();
	end.end = TCP_END_CLOSED;
	end.state = TCP_STATE_CLOSED;
	end.is_fin_sent = true;
	seen.close = TCP_CLOSE_RST_AFTER_FIN;
	seen.closer = 1;
	findings.reset = &reset;
	for (size_t i = 0; i < UNIT_COUNT(plans); i++) {
		findings.plan = plans[i];
		expect(TCP_VERDICT_OPEN, true, "closed: rst_after_fin, first by the peer");
		expect(TCP_VERDICT_OPEN, true, "RST in place of the last ACK");
	}
	findings.reference_ttl = 60;
	expect(TCP_VERDICT_OPEN, true, "another sender");
}

static void a_peer_that_never_closes(void **state)
{
	(void)state;
	open_it();
	end.is_fin_sent = end.is_fin_acked = true;
	end.state = TCP_STATE_FIN_WAIT_2;
	end.end = TCP_END_ABORTED;
	seen.close = TCP_CLOSE_HALF;
	expect(TCP_VERDICT_PEER_NEVER_CLOSES, false, "our FIN is acknowledged");
	end.is_fin_sent = end.is_fin_acked = false;
	findings.plan = TCP_PLAN_WAIT;
	expect(TCP_VERDICT_PEER_NEVER_CLOSES, false, "the connection stayed open");
}

static void a_close_that_nobody_acknowledges(void **state)
{
	(void)state;
	open_it();
	end.end = TCP_END_TIMEOUT;
	end.is_fin_sent = true;
	end.snd_una = end.fin_seq = 1; /* behind the SYN */
	end.tries = 4;
	expect(TCP_VERDICT_CLOSE_UNACKNOWLEDGED, false, "5 times");
	end.snd_wnd = 100;
	end.snd_nxt = 10;
	end.fin_seq = 9;
	expect(TCP_VERDICT_CLOSE_UNACKNOWLEDGED, false, "never acknowledged, nor the FIN");
	end.is_fin_sent = false;
	expect(TCP_VERDICT_CLOSE_UNACKNOWLEDGED, false, "our data was never acknowledged");
	end.end = TCP_END_ABORTED; /* patience came to its end first */
	expect(TCP_VERDICT_CLOSE_UNACKNOWLEDGED, false, "our data was never acknowledged");
	end.released = 9;
	end.snd_una = 5;
	expect(TCP_VERDICT_CLOSE_UNACKNOWLEDGED, false, "4 of 9 bytes");
	assert_non_null(strstr(judgement.advice, "more time"));
	end.snd_wnd = 0;
	expect(TCP_VERDICT_CLOSE_UNACKNOWLEDGED, false, "window stayed closed");
}

static void open_then_reset(void **state)
{
	(void)state;
	open_it();
	end.end = TCP_END_RESET;
	reset.time_ns = seen.open_ns + 5 * MS;
	findings.reset = &reset;
	expect(TCP_VERDICT_OPEN_THEN_RESET, false, "RST 5.000 ms after the handshake, before");
	assert_null(judgement.by);
	seen.fin_ns[1] = seen.open_ns + MS;
	expect(TCP_VERDICT_OPEN_THEN_RESET, false, "after the peer's FIN");
	seen.fin_ns[0] = seen.open_ns + 6 * MS; /* it crossed the reset */
	end.is_fin_sent = true;
	expect(TCP_VERDICT_OPEN_THEN_RESET, false, "after the peer's FIN");
	seen.fin_ns[0] = seen.open_ns + 2 * MS;
	findings.reference_ttl = 55;
	expect(TCP_VERDICT_OPEN_THEN_RESET, false, "after our FIN");
	assert_string_equal(judgement.by, "nearer");
}

static void a_black_hole_has_a_size(void **state)
{
	(void)state;
	open_it();
	findings.size_passed = 1360;
	findings.size_lost = 1448;
	end.icmp_mtu = 1400;
	expect(TCP_VERDICT_BLACK_HOLE, false, "1360 bytes of payload arrive, 1448 vanish");
	assert_int_equal(judgement.size, 1448);
	findings.size_passed = 0;
	expect(TCP_VERDICT_BLACK_HOLE, false, "even 1448 bytes");
}

static void strays_are_told(void **state)
{
	(void)state;
	open_it();
	end.end = TCP_END_CLOSED;
	end.is_fin_acked = true;
	findings.strays = 3;
	findings.spoofed = 1;
	expect(TCP_VERDICT_OPEN, true, "3 segments of other connections, 1 with numbers");
}

static void what_is_odd_is_told(void **state)
{
	(void)state;
	open_it();
	end.end = TCP_END_CLOSED;
	end.bad_options = 1;
	end.untimed = 2;
	end.bad_checksums = 3;
	expect(TCP_VERDICT_OPEN, true, "1 segment with malformed options");
	expect(TCP_VERDICT_OPEN, true, "2 segments without the timestamp");
	expect(TCP_VERDICT_OPEN, true, "3 segments with a wrong checksum");
}

static void every_verdict_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < TCP_VERDICT_COUNT; i++)
		assert_non_null(tcp_verdict_names[i]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
	const struct CMUnitTest tests[] = {
		TEST(silence_is_a_filter),
		TEST(other_segments_are_no_silence),
		TEST(an_icmp_error_names_its_sender),
		TEST(advice_goes_by_the_icmp_error),
		TEST(a_reset_is_the_hosts_or_of_something_nearer),
		TEST(an_echo_reply_shows_how_far_the_host_is),
		TEST(what_the_interface_saw_and_the_socket_not_was_filtered_here),
		TEST(a_syn_that_does_not_leave),
		TEST(a_neighbour_that_does_not_answer),
		TEST(who_is_stopped_early_judges_nothing),
		TEST(each_plan_has_its_end),
		TEST(a_reset_behind_both_fins_takes_nothing_away),
		TEST(a_peer_that_never_closes),
		TEST(a_close_that_nobody_acknowledges),
		TEST(open_then_reset),
		TEST(a_black_hole_has_a_size),
		TEST(strays_are_told),
		TEST(what_is_odd_is_told),
		TEST(every_verdict_has_a_name),
	};

	return cmocka_run_group_tests_name("tcp_verdict", tests, NULL, NULL);
}
