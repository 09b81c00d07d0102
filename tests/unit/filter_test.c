// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "filter_sample.h"
#include "unit.h"

static struct filter filter;

static bool passes_with(const char *text, const struct sock *sock)
{
	struct err err = { 0 };
	size_t fault;

	if (filter_parse(&filter, text, &filter_sample_names, &fault, &err) < 0)
		fail_msg("%s\n at %zu: %s", text, fault, err.text);
	return filter_match(&filter, filter.root, sock, &filter_sample_facts);
}

static struct sock a_sock(const char *local, uint16_t sport, const char *peer, uint16_t dport)
{
	struct sock sock = {
		.cookie = 77,
		.inode = 21, /* pid 1, "prog1" */
		.uid = 1000,
		.iface = 2,
		.proto = SOCK_TCP,
		.state = SOCK_ESTABLISHED,
	};

	assert_int_equal(addr_parse(&sock.local, local), 0);
	assert_int_equal(addr_parse(&sock.peer, peer), 0);
	sock.family = sock.local.family;
	sock.local.port = sport;
	sock.peer.port = dport;
	return sock;
}

/* clang-format off */
static const char *const yes[] = {
	"", "state established", "state ESTABLISHED", "state estab", "state=Estab",
	"state syn-sent state established", "exclude listening", "exclude time-wait",
	"state connected", "state synchronized", "state big", "state all",
	"state close,established", "state != listen", "excl bucket", "src 10.0.0.1",
	"src = 10.0.0.1", "src 10/8", "src 10.0.0.1:8080", "src :8080", "src *:8080",
	"src 10.0/16:8080", "src *", "dst 192.0.2.0/24:443", "src inet:*", "src != 10.0.0.2",
	"dst != [::1]:443", "dst somehost or dport 443", "sport = :8080", "sport = 8080",
	"sport=:8080", "sport :8080", "sport eq :8080", "sport > :8079", "sport >= :8080",
	"sport<8081", "sport le :8080", "sport ne :80", "sport = :8000-8100", "sport != :80-90",
	"sport = :*", "dport geq 443 dport leq 443", ":8080", ":443", ":8080-8090",
	"10.0.0.1:8080", "192.0.2.7", "10.0.0.0/24", "192.0.2.7:443", "*:443", "dev eth0",
	"dev = 2", "dev != 3", "pid 1", "pid != 2", "user alice", "user 1000", "user != 0",
	"program prog1", "program 'prog?'", "program != \"a b\"", "inode 21", "cookie 77",
	"cookie 0x4d", "cookie != 1", "not sport :80", "! sport :80", "!sport :80",
	"!!sport :8080", "sport :80 or dport :443", "sport :80 | dport :443",
	"sport :8080 && dport :443", "sport :8080 dport :443",
	"sport :8080 and not (dport :80 or dport :22)", "(sport :8080)", "( ( sport :8080 ) )",
	"sport :8080|sport :1 & sport :2", "not (sport :80 and dport :443)", "\\:8080",
	"sport = ':8080'",
};

/* The last four are about what the socket does not have: neither so nor turned over. */
static const char *const no[] = {
	"exclude all", "state listening", "exclude established", "state syn-sent",
	"state synchronized exclude estab", "state bucket", "src 10.0.0.2", "src 11/8",
	"src 10.0.0.1:80", "dst :8080", "src != 10.0.0.1", "src [::]/0", "src inet6:*",
	"sport != :8080", "sport > :8080", "sport < :8080", "sport > :65535", "sport < :0",
	"sport = :80-90", "sport != :*", ":80", ":8081-8090", "10.0.0.1:443", "not :8080",
	"not 10.0.0.1", "dev 3", "dev != eth0", "pid 2", "user 0", "user != alice",
	"program prog", "program PROG1", "cookie 78", "inode != 21", "sport :80 and dport :443",
	"sport :8080 & (dport :80)", "sport :8080 dport :80 or sport :1",
	"not (sport :8080 or dport :1)", "fwmark 1", "fwmark != 1", "src unix:*",
	"src != unix:*",
};
/* clang-format on */

/* Against one socket, 10.0.0.1:8080 to 192.0.2.7:443, ESTABLISHED, of alice, prog1. */
static void what_holds_of_a_socket(void **state)
{
	struct sock sock = a_sock("10.0.0.1", 8080, "192.0.2.7", 443);

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(yes); i++)
		if (!passes_with(yes[i], &sock))
			fail_msg("does not pass: %s", yes[i]);
	for (size_t i = 0; i < UNIT_COUNT(no); i++)
		if (passes_with(no[i], &sock))
			fail_msg("passes: %s", no[i]);
}

static void families_and_zones(void **state)
{
	struct sock mapped = a_sock("::ffff:10.0.0.1", 80, "::ffff:10.0.0.9", 5000);
	struct sock v6 = a_sock("fe80::1", 80, "2001:db8::9", 5000);
	struct sock path = { .family = AF_UNIX, .proto = SOCK_UNIX, .un.path = "/run/Bus" };

	(void)state;
	assert_true(passes_with("src 10.0.0.0/8", &mapped));
	assert_true(passes_with("src 0.0.0.0/0", &mapped));
	assert_true(passes_with("src [::ffff:10.0.0.1]", &mapped));
	assert_true(passes_with("src ::/0", &mapped));
	assert_false(passes_with("src 0.0.0.0/0", &v6));
	assert_true(passes_with("src fe80::1", &v6));
	assert_true(passes_with("dst [2001:db8::]/32:5000", &v6));
	assert_true(passes_with("dst [2001:db8::/32]:5000", &v6));
	assert_true(passes_with("[2001:db8::9]:5000", &v6));
	assert_false(passes_with("src fe80::1%3", &v6));
	v6.local.zone = 3;
	assert_true(passes_with("src fe80::1%3", &v6));
	assert_true(passes_with("src [fe80::1%3]:80", &v6));
	assert_true(passes_with("src /run/*", &path));
	assert_true(passes_with("/RUN/bus", &path));
	assert_false(passes_with("src @*", &path));
	assert_false(passes_with("sport != :80", &path));
	assert_false(passes_with("dev != 3", &path));
	assert_false(passes_with("autobound", &path));
	path.un.path = "@0a1b2";
	assert_true(passes_with("autobound", &path));
}

/* The offset of the fault and a word of the reason. */
static void faults_are_found_where_they_are(void **state)
{
	static const struct {
		const char *text;
		size_t fault;
		const char *why;
	} faults[] = {
		{ "foo", 0, "'foo' is no condition" },
		{ "8080", 0, "':8080'" },
		{ "sport = :foo", 8, "'foo' is no port" },
		{ "sport = :65536", 8, "'65536' is no port" },
		{ "sport = :90-80", 8, "no port" },
		{ "sport > :80-90", 8, "one port" },
		{ "sport = :", 8, "no port" },
		{ "sport", 5, "a port is missing" },
		{ "sport =", 7, "a port is missing" },
		{ "sport = )", 8, "a port is missing" },
		{ "state", 5, "a state is missing" },
		{ "state foo", 6, "'foo' is no state" },
		{ "state established,", 18, "'' is no state" },
		{ "state = syn-recv,foo,x", 17, "'foo' is no state" },
		{ "state 'established,foo'", 6, "'foo' is no state" },
		{ "sport :80 Listen", 10, "'state Listen'" },
		{ "port 80", 0, "':PORT'" },
		{ "host 10.0.0.1", 0, "stands alone" },
		{ "state ''", 6, "no state" },
		{ "state > listen", 6, "= or != only" },
		{ "src 10.0.0.256", 4, "no address" },
		{ "src 10.0.0.0/33", 4, "no address" },
		{ "src [::1", 4, "bracket" },
		{ "src nohost:80", 4, "'nohost' is no address" },
		{ "dst /tmp/x", 4, "path of the other end" },
		{ "src inet:::1", 4, "other family" },
		{ "dev nodev", 4, "no device 'nodev'" },
		{ "dev 0", 4, "no device" },
		{ "fwmark x", 7, "no mark" },
		{ "fwmark 1/", 7, "no mark" },
		{ "cgroup x", 7, "no cgroup" },
		{ "pid x", 4, "is not a process" },
		{ "pid < 4", 4, "= or != only" },
		{ "user bob", 5, "no user 'bob'" },
		{ "user 4294967295", 5, "no user" },
		{ "inode 4294967296", 6, "not an inode" },
		{ "cookie -1", 7, "not a cookie" },
		{ "( sport :80", 0, "not closed" },
		{ "sport :80 )", 10, "too many" },
		{ "()", 1, "a condition is missing" },
		{ "sport :80 and", 13, "a condition is missing" },
		{ "sport :80 or or dport :1", 13, "'or' is no condition" },
		{ "and sport :80", 0, "'and' is no condition" },
		{ "not", 3, "a condition is missing" },
		{ "program 'x", 8, "quote" },
		{ "sport :80 = :90", 10, "a condition is missing" },
		{ "= :90", 0, "a condition is missing" },
	};
	static char long_text[8192];
	struct err err;
	size_t fault;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(faults); i++) {
		fault = 999;
		if (filter_parse(&filter, faults[i].text, &filter_sample_names, &fault, &err) == 0)
			fail_msg("no fault: %s", faults[i].text);
		if (fault != faults[i].fault || !strstr(err.text, faults[i].why))
			fail_msg("%s: at %zu: %s", faults[i].text, fault, err.text);
		assert_int_equal(filter.root, FILTER_ALL);
	}
	memset(long_text, '(', 100);
	assert_int_equal(filter_parse(&filter, long_text, NULL, &fault, &err), -22);
	assert_int_equal(fault, 64);
	memset(long_text, 'a', 600);
	assert_int_equal(filter_parse(&filter, long_text, NULL, NULL, NULL), -22);
	for (size_t at = 0; at < 8000; at += 50)
		snprintf(long_text + at, sizeof(long_text) - at, "program %041d ", 1);
	assert_int_equal(filter_parse(&filter, long_text, NULL, &fault, &err), -22);
	assert_string_equal(err.text, "the filter is too long");
}

static void split(const char *text, struct filter_split *split_up)
{
	uint32_t kinds = 1u << FILTER_ADDR | 1u << FILTER_PORT | 1u << FILTER_DEV;

	assert_int_equal(filter_parse(&filter, text, &filter_sample_names, NULL, NULL), 0);
	assert_int_equal(filter_split(&filter, filter.root, kinds, split_up), 0);
}

static const char *text_of(uint16_t node)
{
	static struct buf out;

	buf_init(&out, -1);
	filter_write(&out, &filter, node);
	buf_add_char(&out, '\0');
	return out.bytes;
}

static void who_decides_what(void **state)
{
	static const struct {
		const char *text, *kernel, *rest;
		uint16_t states;
	} splits[] = {
		{ "", "", "", 0xffff },
		{ "sport :80", "sport = :80", "", 0xffff },
		{ "pid 1", "", "pid = 1", 0xffff },
		{ "state listen sport :80 pid 1", "sport = :80", "pid = 1", 1 << SOCK_LISTEN },
		{ "dev eth0 and user alice", "dev = eth0", "user = 1000", 0xffff },
		{ "sport :80 or pid 1", "", "sport = :80 or pid = 1", 0xffff },
		{ "state listen sport :80 or pid 1", "", "sport = :80 or pid = 1",
		  1 << SOCK_LISTEN },
		{ "state listen exclude listen dev eth0 or pid 1", "", "dev = eth0 or pid = 1", 0 },
		{ "state listen and sport :80 or pid 1", "",
		  "state LISTEN and sport = :80 or pid = 1", 0xffff },
		{ "(state listen sport :80 or pid 1)", "",
		  "state LISTEN and sport = :80 or pid = 1", 0xffff },
		{ "sport :80 or dport :90", "sport = :80 or dport = :90", "", 0xffff },
		{ "state listen or sport :80", "", "state LISTEN or sport = :80", 0xffff },
		{ "(state listen sport :80) or (state close dport :90)",
		  "sport = :80 or dport = :90",
		  "state LISTEN and sport = :80 or state CLOSE and dport = :90",
		  1 << SOCK_LISTEN | 1 << SOCK_CLOSE },
		{ "(sport :80 pid 1) or dport :90", "sport = :80 or dport = :90",
		  "sport = :80 and pid = 1 or dport = :90", 0xffff },
		{ "not (sport :80 or pid 1)", "sport != :80", "pid != 1", 0xffff },
		{ "not (sport :80 and pid 1)", "", "sport != :80 or pid != 1", 0xffff },
		{ "src fe80::1%2", "src = [fe80::1]", "src = [fe80::1%2]", 0xffff },
		{ "not src fe80::1%2", "", "src != [fe80::1%2]", 0xffff },
	};
	struct filter_split split_up;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(splits); i++) {
		split(splits[i].text, &split_up);
		assert_string_equal(text_of(split_up.kernel), splits[i].kernel);
		assert_string_equal(text_of(split_up.rest), splits[i].rest);
		assert_int_equal(split_up.states, splits[i].states);
	}
	split("sport :80 and (dport :90 or dport :91)", &split_up);
	assert_int_equal(filter_exact_port(&filter, split_up.kernel, FILTER_SRC), 80);
	assert_int_equal(filter_exact_port(&filter, split_up.kernel, FILTER_DST), 0);
	split("sport != :80 and dport :0", &split_up);
	assert_int_equal(filter_exact_port(&filter, split_up.kernel, FILTER_SRC), 0);
	assert_int_equal(filter_exact_port(&filter, split_up.kernel, FILTER_DST), 0);
}

static void only_the_word_listening_says_listening(void **state)
{
	static const struct {
		const char *text;
		bool says;
	} cases[] = {
		{ "state listening", true },
		{ "state listen sport :8080", true },
		{ "sport :8080 and (state listening or pid 1)", true },
		{ "state established state listening", true },
		{ "sport :8080", false },
		{ "state all", false },
		{ "exclude established", false },
		{ "state != established", false },
		{ "not state established", false },
		{ "not exclude listening", false },
		{ "state listening exclude listening", false },
		{ "sport :8080 or (state listening and sport :1)", false },
		{ "state listening and sport :1", false },
		{ "", false },
	};
	struct sock sock = a_sock("10.0.0.1", 8080, "0.0.0.0", 0);

	(void)state;
	sock.state = SOCK_LISTEN;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		assert_int_equal(filter_parse(&filter, cases[i].text, NULL, NULL, NULL), 0);
		if (filter_says_listening(&filter, filter.root, &sock, &filter_sample_facts) !=
		    cases[i].says)
			fail_msg("%s", cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_holds_of_a_socket),
		cmocka_unit_test(families_and_zones),
		cmocka_unit_test(faults_are_found_where_they_are),
		cmocka_unit_test(who_decides_what),
		cmocka_unit_test(only_the_word_listening_says_listening),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
