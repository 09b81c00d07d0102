// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sockextra.h"

#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/sock_diag.h>
#include <linux/tls.h>
#include <linux/unix_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "message.h"
#include "unit.h"

static void begin(struct message *message)
{
	static const struct inet_diag_msg diag = { .idiag_family = AF_INET };

	message_begin(message, SOCK_DIAG_BY_FAMILY, 1, &diag, sizeof(diag));
}

/* Parse what @message has, out of a copy with nothing behind it. */
static void parse(const struct message *message, enum sock_proto proto, struct sock_extra *extra)
{
	const struct nlmsghdr *head = (const struct nlmsghdr *)message->bytes;
	struct nlmsghdr *exact = message_exact(message, head->nlmsg_len);

	sockextra_parse_inet(exact, proto, extra);
	free(exact);
}

static void nothing_is_unknown(void **state)
{
	struct sock_extra extra;
	struct message message;

	(void)state;
	begin(&message);
	parse(&message, SOCK_TCP, &extra);
	assert_int_equal(extra.has, 0);
	assert_string_equal(extra.congestion, "");
	assert_string_equal(extra.ulp, "");
	assert_int_equal(extra.tos, UINT8_MAX);
	assert_int_equal(extra.v6only, UINT8_MAX);
	assert_int_equal(extra.class_id, UINT32_MAX);
}

/* Every kernel gives as much as it has, in its own length. */
static void tcp_info_of_every_length(void **state)
{
	uint8_t bytes[sizeof(struct tcp_record) + 16];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i % 200 + 1);
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		size_t came =
			length < sizeof(struct tcp_record) ? length : sizeof(struct tcp_record);
		struct sock_extra extra;
		struct message message;

		begin(&message);
		message_attr(&message, INET_DIAG_INFO, bytes, length);
		parse(&message, SOCK_UDP, &extra);
		assert_int_equal(extra.has, 0); /* it is TCP's */
		parse(&message, SOCK_TCP, &extra);
		assert_int_equal(extra.has, length >= 8 ? SOCK_HAS_TCP : 0);
		if (!extra.has)
			continue;
		assert_memory_equal(&extra.tcp, bytes, came);
		for (size_t i = came; i < sizeof(extra.tcp); i++)
			assert_int_equal(((const uint8_t *)&extra.tcp)[i], 0xff);
	}
}

static void mptcp_info_of_every_length(void **state)
{
	uint8_t bytes[sizeof(struct mptcp_record) + 16];

	(void)state;
	memset(bytes, 7, sizeof(bytes));
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		struct sock_extra extra;
		struct message message;

		begin(&message);
		message_attr(&message, INET_DIAG_INFO, bytes, length);
		parse(&message, SOCK_MPTCP, &extra);
		assert_int_equal(extra.has, length >= 16 ? SOCK_HAS_MPTCP : 0);
		if (!extra.has)
			continue;
		for (size_t i = 0; i < sizeof(extra.mptcp); i++)
			assert_int_equal(((const uint8_t *)&extra.mptcp)[i], i < length ? 7 : 0xff);
	}
}

static void memory_of_every_length(void **state)
{
	const uint32_t words[10] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

	(void)state;
	for (size_t length = 0; length <= sizeof(words); length++) {
		struct sock_extra extra;
		struct message message;

		begin(&message);
		message_attr(&message, INET_DIAG_SKMEMINFO, words, length);
		parse(&message, SOCK_TCP, &extra);
		assert_int_equal(extra.has, SOCK_HAS_MEMORY);
		assert_int_equal(extra.memory.rmem_alloc, length >= 4 ? 1 : UINT32_MAX);
		assert_int_equal(extra.memory.backlog, length >= 32 ? 8 : UINT32_MAX);
		assert_int_equal(extra.memory.drops, length >= 36 ? 9 : UINT32_MAX);
	}
}

static void congestion_control_has_its_say(void **state)
{
	const struct tcp_bbr_info bbr = {
		.bbr_bw_lo = 5,
		.bbr_bw_hi = 1,
		.bbr_min_rtt = 46,
		.bbr_pacing_gain = 739,
		.bbr_cwnd_gain = 512,
	};
	const struct tcpvegas_info vegas = { 1, 2, 3, 4 };
	const struct tcp_dctcp_info dctcp = { 1, 2, 3, 4, 5 };
	struct sock_extra extra;
	struct message message;

	(void)state;
	begin(&message);
	message_attr(&message, INET_DIAG_CONG, "bbr", 4);
	message_attr(&message, INET_DIAG_BBRINFO, &bbr, sizeof(bbr));
	parse(&message, SOCK_TCP, &extra);
	assert_string_equal(extra.congestion, "bbr");
	assert_int_equal(extra.has, SOCK_HAS_BBR);
	assert_int_equal(extra.bbr.bandwidth, 0x100000005);
	assert_int_equal(extra.bbr.min_rtt_us, 46);
	assert_int_equal((int)(extra.bbr.pacing_gain * 256), 739);
	assert_int_equal((int)(extra.bbr.cwnd_gain * 256), 512);

	begin(&message);
	message_attr(&message, INET_DIAG_VEGASINFO, &vegas, sizeof(vegas));
	parse(&message, SOCK_TCP, &extra);
	assert_int_equal(extra.has, SOCK_HAS_VEGAS);
	assert_int_equal(extra.vegas.min_rtt_us, 4);

	begin(&message);
	message_attr(&message, INET_DIAG_DCTCPINFO, &dctcp, sizeof(dctcp));
	parse(&message, SOCK_TCP, &extra);
	assert_int_equal(extra.has, SOCK_HAS_DCTCP);
	assert_int_equal(extra.dctcp.ab_total, 5);

	begin(&message);
	message_attr(&message, INET_DIAG_BBRINFO, &bbr, sizeof(bbr) - 1);
	message_attr(&message, INET_DIAG_VEGASINFO, &vegas, sizeof(vegas) - 1);
	message_attr(&message, INET_DIAG_DCTCPINFO, &dctcp, sizeof(dctcp) - 1);
	parse(&message, SOCK_TCP, &extra);
	assert_int_equal(extra.has, 0);
}

/* Names come with or without a terminator, of any length. */
static void names_are_bounded(void **state)
{
	static const char bytes[] = "a name that is much longer than any";

	(void)state;
	for (size_t length = 0; length < sizeof(bytes); length++) {
		struct sock_extra extra;
		struct message message;

		begin(&message);
		message_attr(&message, INET_DIAG_CONG, bytes, length);
		parse(&message, SOCK_TCP, &extra);
		assert_int_equal(strlen(extra.congestion), length < 15 ? length : 15);
		assert_memory_equal(extra.congestion, bytes, strlen(extra.congestion));
	}
}

static void settings(void **state)
{
	const struct inet_diag_sockopt options = { .freebind = 1, .mc_all = 1, .defer_connect = 1 };
	const uint32_t class_id = 0x10001;
	struct sock_extra extra;
	struct message message;

	(void)state;
	begin(&message);
	message_attr(&message, INET_DIAG_TOS, "\x10", 1);
	message_attr(&message, INET_DIAG_TCLASS, "\x20", 1);
	message_attr(&message, INET_DIAG_SKV6ONLY, "\1", 1);
	message_attr(&message, INET_DIAG_SHUTDOWN, "\2", 1);
	message_attr(&message, INET_DIAG_PROTOCOL, "\x11", 1);
	message_attr(&message, INET_DIAG_CLASS_ID, &class_id, 4);
	message_attr(&message, INET_DIAG_SOCKOPT, &options, sizeof(options));
	parse(&message, SOCK_TCP, &extra);
	assert_int_equal(extra.tos, 0x10);
	assert_int_equal(extra.tclass, 0x20);
	assert_int_equal(extra.v6only, 1);
	assert_int_equal(extra.shutdown, 2);
	assert_int_equal(extra.ip_protocol, 17);
	assert_int_equal(extra.class_id, class_id);
	assert_int_equal(extra.has, SOCK_HAS_OPTIONS);
	assert_int_equal(extra.options, 1 << SOCK_OPTION_FREEBIND | 1 << SOCK_OPTION_MC_ALL |
						1 << SOCK_OPTION_DEFER_CONNECT);
	begin(&message);
	message_attr(&message, INET_DIAG_TOS, "", 0);
	message_attr(&message, INET_DIAG_CLASS_ID, &class_id, 3);
	message_attr(&message, INET_DIAG_SOCKOPT, &options, 1);
	parse(&message, SOCK_TCP, &extra);
	assert_int_equal(extra.tos, UINT8_MAX);
	assert_int_equal(extra.class_id, UINT32_MAX);
	assert_int_equal(extra.has, 0);
}

/* An attribute of 16 bits and four more bytes, for nests made by hand. */
struct inner {
	uint16_t length, type;
	union {
		uint32_t value;
		uint16_t half;
		uint8_t byte;
	};
};

static void what_stands_on_tcp(void **state)
{
	const struct {
		struct inner name;
		struct {
			uint16_t length, type;
			struct inner version, cipher;
		} tls;
	} tls = {
		.name = { 8, INET_ULP_INFO_NAME, { 0 } },
		.tls = { sizeof(tls.tls),
			 INET_ULP_INFO_TLS | NLA_F_NESTED,
			 { 6, TLS_INFO_VERSION, { .half = 0x0304 } },
			 { 6, TLS_INFO_CIPHER, { .half = 51 } } },
	};
	const struct {
		uint16_t length, type;
		struct inner token, flags, id;
	} mptcp = {
		sizeof(mptcp),
		INET_ULP_INFO_MPTCP | NLA_F_NESTED,
		{ 8, MPTCP_SUBFLOW_ATTR_TOKEN_LOC, { 0x12345678 } },
		{ 8, MPTCP_SUBFLOW_ATTR_FLAGS, { 3 } },
		{ 5, MPTCP_SUBFLOW_ATTR_ID_REM, { .byte = 9 } },
	};
	struct sock_extra extra;
	struct message message;

	(void)state;
	for (size_t length = 0; length <= sizeof(tls); length++) {
		begin(&message);
		message_attr(&message, INET_DIAG_ULP_INFO | NLA_F_NESTED, &tls, length);
		parse(&message, SOCK_TCP, &extra);
		assert_int_equal(extra.has, length >= sizeof(tls) ? SOCK_HAS_TLS : 0);
	}
	assert_int_equal(extra.tls.version, 0x0304);
	assert_int_equal(extra.tls.cipher, 51);
	assert_int_equal(extra.tls.send_mode, UINT16_MAX);
	begin(&message);
	message_attr(&message, INET_DIAG_ULP_INFO | NLA_F_NESTED, &mptcp, sizeof(mptcp));
	parse(&message, SOCK_TCP, &extra);
	assert_int_equal(extra.has, SOCK_HAS_SUBFLOW);
	assert_int_equal(extra.subflow.local_token, 0x12345678);
	assert_int_equal(extra.subflow.flags, 3);
	assert_int_equal(extra.subflow.remote_id, 9);
	assert_int_equal(extra.subflow.map_seq, 0);
}

static void unix_sockets_have_memory_too(void **state)
{
	const struct unix_diag_msg diag = { .udiag_family = AF_UNIX };
	const uint32_t words[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct sock_extra extra;
	struct nlmsghdr *exact;
	struct message message;

	(void)state;
	message_begin(&message, SOCK_DIAG_BY_FAMILY, 1, &diag, sizeof(diag));
	message_attr(&message, UNIX_DIAG_MEMINFO, words, sizeof(words));
	message_attr(&message, UNIX_DIAG_SHUTDOWN, "\3", 1);
	exact = message_exact(&message, message_head(&message)->nlmsg_len);
	sockextra_parse_unix(exact, &extra);
	free(exact);
	assert_int_equal(extra.has, SOCK_HAS_MEMORY);
	assert_int_equal(extra.memory.sndbuf, 4);
	assert_int_equal(extra.shutdown, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_unknown),
		cmocka_unit_test(tcp_info_of_every_length),
		cmocka_unit_test(mptcp_info_of_every_length),
		cmocka_unit_test(memory_of_every_length),
		cmocka_unit_test(congestion_control_has_its_say),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(settings),
		cmocka_unit_test(what_stands_on_tcp),
		cmocka_unit_test(unix_sockets_have_memory_too),
	};

	return cmocka_run_group_tests_name("sockextra", tests, NULL, NULL);
}
