// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of a SYN on its way, and what a path comes to. */
#include "analysis/tcp_path.h"

#include <errno.h>
#include <string.h>

#include "unit.h"
#include "wire/tcp.h"

static struct segment sent;
static struct tcp_quote quote;
static struct tcp_changes changes;
static struct tcp_path path;
static struct tcp_path_judgement judgement;

/* A SYN, and a quote of all of it as it was sent; three routers, and a host that answers. */
static int begin(void **state)
{
	(void)state;
	sent = (struct segment){
		.seq = 1000,
		.flags = SEGMENT_SYN | SEGMENT_ECE | SEGMENT_CWR,
		.window = 64240,
		.ip = { .version = 4, .dscp = 46, .ecn = 2, .is_df = true, .ttl = 3 },
		.options = { .present = SEGMENT_OPTION_MSS | SEGMENT_OPTION_SACK_PERMITTED |
					SEGMENT_OPTION_TIMESTAMPS | SEGMENT_OPTION_WSCALE,
			     .mss = 1460,
			     .ts_val = 7,
			     .wscale = 7 },
	};
	tcp_build_options(&sent.options);
	quote = (struct tcp_quote){ .family = AF_INET, .segment = sent, .has_options = true };
	quote.segment.ip.ttl = 1;
	path = (struct tcp_path){ .count = 4 };
	for (uint8_t i = 0; i < 4; i++)
		path.hops[i] = (struct tcp_hop){
			.ttl = (uint8_t)(i + 1),
			.answer = TCP_HOP_EXPIRED,
			.from = { .family = AF_INET, .bytes = { 10, 0, i, 2 } },
			.extent = TCP_EXTENT_ALL,
			.rtt_ns = 1000000,
		};
	path.hops[3].answer = TCP_HOP_SYN_ACK;
	path.hops[3].extent = TCP_EXTENT_NONE;
	path.hops[3].came_ttl = 61;
	path.echo = TCP_ECHO_SAME;
	path.echo_ttl = 61;
	return 0;
}

static void expect_changes(uint8_t count, const char *first)
{
	char text[TCP_CHANGE_TEXT_MAX];

	tcp_changes_find(&changes, &sent, &quote);
	assert_int_equal(changes.count, count);
	if (count == 0)
		return;
	tcp_change_text(text, &changes.list[0]);
	assert_string_equal(text, first);
}

static void what_was_not_changed_is_none(void **state)
{
	(void)state;
	expect_changes(0, NULL);
	quote.segment.ip.id = 99; /* the kernel's */
	quote.segment.checksum = 99;
	expect_changes(0, NULL);
}

static void fields_are_compared(void **state)
{
	(void)state;
	quote.segment.ip.dscp = 8;
	expect_changes(1, "dscp 46 to 8");
	quote.segment = sent;
	quote.segment.ip.ecn = 0;
	expect_changes(1, "ecn ECT(0) to Not-ECT");
	quote.segment = sent;
	quote.segment.ip.is_df = false;
	expect_changes(1, "df cleared");
	quote.segment = sent;
	quote.segment.seq = 900;
	expect_changes(1, "seq 1000 to 900 (by -100)");
	quote.segment = sent;
	quote.segment.flags = SEGMENT_SYN;
	expect_changes(1, "flags CWR,ECE,SYN to SYN");
	quote.segment = sent;
	quote.segment.window = 1;
	quote.segment.urgent = 5;
	quote.segment.reserved = 1;
	quote.segment.ack = 2;
	expect_changes(4, "ack 0 to 2");
	quote.segment = sent;
	quote.segment.ip.version = sent.ip.version = 6;
	quote.segment.ip.flow_label = 0x12345;
	expect_changes(1, "flow_label 0 to 74565");
}

/* The bytes of the options: MSS at 0, SACK permitted at 4, timestamps at 6, NOP, scale at 17. */
static void options_are_compared(void **state)
{
	uint8_t *bytes = quote.segment.options.bytes;

	(void)state;
	wire_put_u16(bytes + 2, 1200);
	expect_changes(1, "mss 1460 to 1200");
	begin(state);
	bytes[4] = bytes[5] = TCP_OPTION_NOP;
	expect_changes(1, "sack turned to NOP");
	begin(state);
	quote.segment.options.length = 16;
	expect_changes(1, "wscale removed");
	begin(state);
	memcpy(bytes + quote.segment.options.length, (uint8_t[]){ 254, 4, 1, 2 }, 4);
	quote.segment.options.length += 4;
	expect_changes(1, "option 254 added");
	begin(state);
	memmove(bytes, bytes + 4, 16); /* the others move up, and the scale's bytes are no NOPs */
	quote.segment.options.length = 16;
	expect_changes(1, "mss removed");
	begin(state);
	bytes[1] = 3; /* what follows is read from elsewhere */
	tcp_changes_find(&changes, &sent, &quote);
	assert_true(changes.count > 1);
	assert_int_equal(changes.list[0].rewrite, TCP_REWRITE_LENGTH);
}

static void what_is_not_quoted_is_not_changed(void **state)
{
	(void)state;
	quote.has_options = false;
	quote.segment.options.length = 0;
	expect_changes(0, NULL);
	assert_int_equal(tcp_quote_extent(&quote), TCP_EXTENT_HEADER);
	quote.is_partial = true;
	quote.segment.window = quote.segment.flags = 0;
	expect_changes(0, NULL);
	assert_int_equal(tcp_quote_extent(&quote), TCP_EXTENT_PORTS);
	quote.segment.seq = 1;
	expect_changes(1, "seq 1000 to 1 (by -999)");
}

static void expect(enum tcp_path_verdict verdict, int after, int hop, const char *evidence)
{
	bool has = !evidence;

	tcp_path_judge(&judgement, &path);
	assert_string_equal(tcp_path_verdict_names[judgement.verdict],
			    tcp_path_verdict_names[verdict]);
	assert_int_equal(judgement.has_place, after >= 0);
	if (after >= 0) {
		assert_int_equal(judgement.after, after);
		assert_int_equal(judgement.hop, hop);
	}
	assert_non_null(judgement.advice);
	for (size_t i = 0; i < judgement.evidence.count && !has; i++)
		has = strstr(judgement.evidence.texts[i], evidence);
	if (!has)
		fail_msg("no '%s' in '%s'...", evidence, judgement.evidence.texts[0]);
}

static void change(uint8_t hop, uint8_t field, uint8_t option, uint32_t to)
{
	struct tcp_changes *at = &path.hops[hop - 1].changes;

	at->list[at->count++] =
		(struct tcp_change){ .field = field, .option = option, .from = 1460, .to = to };
}

static void an_open_path(void **state)
{
	(void)state;
	expect(TCP_PATH_OPEN, -1, 0, "SYN,ACK after 1.000 ms, TTL 61");
	path.echo = TCP_ECHO_UNKNOWN;
	expect(TCP_PATH_OPEN, -1, 0, "no echo reply");
}

static void a_change_is_between_the_last_that_lacks_it_and_the_first_that_has_it(void **state)
{
	(void)state;
	change(2, TCP_FIELD_OPTION, TCP_OPTION_MSS, 1200);
	change(3, TCP_FIELD_OPTION, TCP_OPTION_MSS, 1200);
	expect(TCP_PATH_OPTIONS_REWRITTEN, 1, 2, "quotes show 1 change, the first at hop 2: mss");
	assert_int_equal(judgement.change_count, 1);
	change(3, TCP_FIELD_OPTION, TCP_OPTION_WSCALE, 2);
	change(3, TCP_FIELD_DSCP, 0, 2);
	expect(TCP_PATH_OPTIONS_REWRITTEN, 1, 2, "3 changes");
	assert_int_equal(judgement.changes[1].after, 2);
	assert_int_equal(judgement.changes[2].hop, 3);
}

static void a_partial_quote_says_nothing_of_options(void **state)
{
	(void)state;
	path.hops[1].extent = TCP_EXTENT_PORTS;
	change(3, TCP_FIELD_OPTION, TCP_OPTION_MSS, 1200);
	expect(TCP_PATH_OPTIONS_REWRITTEN, 1, 3, NULL);
	path.hops[2].changes.count = 0;
	change(3, TCP_FIELD_SEQ, 0, 12);
	expect(TCP_PATH_HEADER_REWRITTEN, 2, 3, NULL);
}

static void at_the_first_hop_it_may_be_this_host(void **state)
{
	(void)state;
	change(1, TCP_FIELD_DSCP, 0, 1);
	expect(TCP_PATH_HEADER_REWRITTEN, 0, 1, NULL);
	assert_null(tcp_path_address(&path, 0));
}

static void a_reset_of_the_host_or_of_something_nearer(void **state)
{
	(void)state;
	path.hops[3].answer = TCP_HOP_RESET;
	expect(TCP_PATH_CLOSED, -1, 0, "the same distance");
	path.echo = TCP_ECHO_FARTHER;
	expect(TCP_PATH_RESET_ON_THE_WAY, 3, 4, "the host is farther");
	assert_null(tcp_path_address(&path, 4)); /* it speaks in the host's name */
	path.echo_expired = path.hops[1].from;
	expect(TCP_PATH_RESET_ON_THE_WAY, 3, 4, "expires at 10.0.1.2");
	path.hops[3].ttl = 0;
	expect(TCP_PATH_RESET_ON_THE_WAY, 3, 0, NULL);
}

static void a_proxy_is_nearer_than_the_host(void **state)
{
	(void)state;
	path.echo = TCP_ECHO_FARTHER;
	change(2, TCP_FIELD_OPTION, TCP_OPTION_MSS, 1200);
	expect(TCP_PATH_HIDDEN_PROXY, 3, 4, "1 change");
}

static void an_icmp_error_ends_it(void **state)
{
	(void)state;
	path.count = 2;
	path.hops[1].answer = TCP_HOP_ICMP;
	path.hops[1].icmp_type = 3;
	path.hops[1].icmp_code = 13;
	expect(TCP_PATH_FILTERED, 1, 2, "ICMP type 3 code 13 from 10.0.1.2");
}

static void silence(void **state)
{
	(void)state;
	path.hops[3].answer = TCP_HOP_SILENT;
	path.hops[2].answer = TCP_HOP_SILENT;
	path.echo = TCP_ECHO_UNKNOWN;
	expect(TCP_PATH_SYN_LOST, 2, 3, "3 routers away");
	path.hops[2].answer = TCP_HOP_EXPIRED;
	expect(TCP_PATH_SYN_LOST, 3, 4, "got past the last of them");
	path.echo_ttl = 0;
	expect(TCP_PATH_SYN_LOST, 3, 4, "does not answer echo requests either");
	path.is_challenged = true;
	expect(TCP_PATH_SYN_ACK_LOST, -1, 0, "bare ACK");
	path.has_sent_syn_acks = true;
	path.syn_acks_reach = 1;
	expect(TCP_PATH_SYN_ACK_LOST, 1, 2, "as far as hop 1");
	path.syn_acks_reach = 4;
	expect(TCP_PATH_SYN_ACK_LOST, -1, 0, "cannot be told");
}

static void this_host_itself(void **state)
{
	(void)state;
	path.hops[0].answer = TCP_HOP_SILENT;
	path.count = 1;
	path.undelivered = 1;
	expect(TCP_PATH_OWN_FIREWALL, -1, 0, "not to the socket");
	path.undelivered = 0;
	path.send_errno = EPERM;
	expect(TCP_PATH_OWN_FIREWALL, -1, 0, "output filter");
	path.send_errno = ENETUNREACH;
	path.count = 0;
	expect(TCP_PATH_NO_ROUTE, -1, 0, "was not sent");
	path.is_neighbour_failed = true;
	expect(TCP_PATH_NO_NEIGHBOUR, -1, 0, "on the link");
	path = (struct tcp_path){ .count = 1, .is_interrupted = true };
	expect(TCP_PATH_NONE, -1, 0, "stopped");
}

#define WITH(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(what_was_not_changed_is_none),
		WITH(fields_are_compared),
		WITH(options_are_compared),
		WITH(what_is_not_quoted_is_not_changed),
		WITH(an_open_path),
		WITH(a_change_is_between_the_last_that_lacks_it_and_the_first_that_has_it),
		WITH(a_partial_quote_says_nothing_of_options),
		WITH(at_the_first_hop_it_may_be_this_host),
		WITH(a_reset_of_the_host_or_of_something_nearer),
		WITH(a_proxy_is_nearer_than_the_host),
		WITH(an_icmp_error_ends_it),
		WITH(silence),
		WITH(this_host_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
