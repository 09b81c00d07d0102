// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/sock.h"

#include <sys/socket.h>

#include "unit.h"

static void protocols_as_netstat_names_them(void **state)
{
	static const char *const names[SOCK_PROTO_COUNT][2] = {
		{ "tcp", "tcp6" },    { "sctp", "sctp6" },    { "udp", "udp6" },
		{ "udpl", "udpl6" },  { "raw", "raw6" },      { "mptcp", "mptcp6" },
		{ "unix", "unix" },   { "packet", "packet" }, { "netlink", "netlink" },
		{ "vsock", "vsock" },
	};

	(void)state;
	for (int proto = 0; proto < SOCK_PROTO_COUNT; proto++) {
		struct sock sock = { .proto = (uint8_t)proto, .family = AF_INET };

		assert_string_equal(sock_proto_name(&sock), names[proto][0]);
		sock.family = AF_INET6;
		assert_string_equal(sock_proto_name(&sock), names[proto][1]);
	}
}

/* Numbers are the kernel's (include/net/tcp_states.h), names netstat's. */
static void states_as_netstat_names_them(void **state)
{
	static const char *const names[] = {
		NULL,	     "ESTABLISHED", "SYN_SENT",	  "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
		"TIME_WAIT", "CLOSE",	    "CLOSE_WAIT", "LAST_ACK", "LISTEN",	   "CLOSING",
	};

	(void)state;
	assert_int_equal(UNIT_COUNT(names), SOCK_STATE_COUNT);
	for (int i = 1; i < SOCK_STATE_COUNT; i++)
		assert_string_equal(sock_state_names[i], names[i]);
}

static void types_of_unix_sockets(void **state)
{
	(void)state;
	assert_string_equal(sock_type_name(SOCK_STREAM), "STREAM");
	assert_string_equal(sock_type_name(SOCK_DGRAM), "DGRAM");
	assert_string_equal(sock_type_name(SOCK_RAW), "RAW");
	assert_string_equal(sock_type_name(SOCK_RDM), "RDM");
	assert_string_equal(sock_type_name(SOCK_SEQPACKET), "SEQPACKET");
	assert_string_equal(sock_type_name(0), "UNKNOWN");
	for (uint32_t type = SOCK_SEQPACKET + 1; type <= UINT16_MAX; type++)
		assert_string_equal(sock_type_name((uint16_t)type), "UNKNOWN");
}

static void ethertypes_and_netlink_families_have_names(void **state)
{
	(void)state;
	assert_string_equal(sock_ethertype_name(0), "none");
	assert_string_equal(sock_ethertype_name(0x0003), "all");
	assert_string_equal(sock_ethertype_name(0x0800), "ip");
	assert_string_equal(sock_ethertype_name(0x86dd), "ipv6");
	assert_null(sock_ethertype_name(0x1234));
	assert_string_equal(sock_netlink_name(0), "route");
	assert_string_equal(sock_netlink_name(4), "sock_diag");
	assert_string_equal(sock_netlink_name(16), "generic");
	assert_string_equal(sock_netlink_name(22), "smc");
	for (int protocol = 23; protocol < 256; protocol++)
		assert_null(sock_netlink_name((uint8_t)protocol));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols_as_netstat_names_them),
		cmocka_unit_test(states_as_netstat_names_them),
		cmocka_unit_test(types_of_unix_sockets),
		cmocka_unit_test(ethertypes_and_netlink_families_have_names),
	};

	return cmocka_run_group_tests_name("sock", tests, NULL, NULL);
}
