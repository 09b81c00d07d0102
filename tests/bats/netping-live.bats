#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --live: on a terminal, one line for each host, and the usual summary at the end.
# shellcheck disable=SC2154 # bats sets them

bats_require_minimum_version 1.5.0
load netping

setup_file() {
	netping_begin script || return 0
	lab_host solo
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

# on_terminal ROWS ARG...: netping on a terminal of so many lines; escape sequences become visible
on_terminal() {
	lab_exec solo script -qec "stty rows $1 cols 80; $NETPING ${*:2}" /dev/null |
		tr -d '\r' | sed 's/\x1b/ESC/g'
	return "${PIPESTATUS[0]}"
}

@test "one host: its line is written over, then the statistics" {
	run -0 on_terminal 24 --live -c 3 -i 0.2 127.0.0.1
	assert_line --index 1 --regexp '^ESC\[\?7lESC\[2K127\.0\.0\.1 : 1 sent, 1 received, 0% loss, min/'
	assert_line --regexp 'ESC\[1AESC\[2K127\.0\.0\.1 : 3 sent, 3 received, 0% loss, min/'
	assert_line --regexp '^3 packets transmitted, 3 received, 0% packet loss'
	refute_output --partial 'bytes from'
}

@test "several hosts, and none more than there are lines" {
	run -0 on_terminal 5 --live -c 2 -i 0.2 127.0.0.0/30
	assert_line --regexp 'ESC\[4AESC\[2K127\.0\.0\.0 : 2 sent, 2 received'
	assert_line --regexp '^ESC\[2K127\.0\.0\.3 : 2 sent, 2 received'
	run -2 on_terminal 4 --live -c 2 127.0.0.0/30
	assert_output --partial '--live: 4 hosts on a terminal of 4 lines'
}

@test "what is lost is shown when it is known" {
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 1
	run -1 on_terminal 24 --live -c 2 -i 0.2 -W 0.3 127.0.0.1
	assert_line --partial '127.0.0.1 : 2 sent, 0 received, 100% loss'
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 0
}

@test "no terminal, no lines: refused" {
	run -2 netping_at solo --live -c 1 127.0.0.1
	assert_output 'netping: --live: standard output is no terminal: use --ndjson (try --help)'
	run -2 on_terminal 24 --live --ndjson -c 1 127.0.0.1
	assert_output --partial '--live and other output exclude each other'
}
