#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The ladder from the server's side; the clients are the kernel's, and netshake's own.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	netshake_begin || return 0
	lab_pair a b
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_heal a b
	lab_end
}

teardown_file() {
	lab_end
}

is_listening() {
	lab_exec b ss -Hltn 'sport = 7007' | grep -q .
}

# begin [ARG...]: serve port 7007 of b, into the file run
begin() {
	lab_bg b "$NETSHAKE" --serve 7007 "$@" >run 2>errors
	SERVER=$!
	lab_wait_for is_listening
}

# is_waiting N: for the Nth connection
is_waiting() {
	[[ $(grep -c 'waiting for a SYN$' run) -eq $1 ]]
}

# finish STATUS
finish() {
	local status=0

	wait "$SERVER" || status=$?
	[[ $status -eq $1 ]]
}

# client FAMILY SCRIPT: bash at a, with the connection as descriptor 3
client() {
	lab_exec a bash -c "exec 3<>/dev/tcp/$(lab_addr b "$1")/7007; $2"
}

@test "serve: the client closes first" {
	local family

	count_resets b
	for family in 4 6; do
		begin --json
		client $family 'printf hello >&3; exec 3>&-'
		finish 0
		shaken '.verdict == "open" and .as_asked and .closed_by == "client" and
			.source.port == 7007 and .handshake_rtt_us > 0 and .kernel_segments == 0'
		shaken '.client_states == ["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2",
			"TIME_WAIT"]'
		shaken '.server_states == ["CLOSED", "LISTEN", "SYN_RCVD", "ESTABLISHED", "CLOSE_WAIT",
			"LAST_ACK", "CLOSED"]'
		shaken '[.segments[] | select(.flags | test("SYN")) | .direction, .flags] ==
			["in", "SYN", "out", "SYN,ACK"]'
		shaken '[.segments[] | select(.direction == "in") | .length] | add == 5'
	done
	[[ $(resets b) -eq 0 ]]
}

@test "serve: this end closes first" {
	begin --json --data 'good day' --close fin
	run --separate-stderr client 4 'cat <&3'
	assert_output 'good day'
	finish 0
	shaken '.verdict == "open" and .closed_by == "server"'
	shaken '.server_states[3:5] == ["ESTABLISHED", "FIN_WAIT_1"]'
	begin --json --close rst
	run client 6 'cat <&3'
	assert_failure
	finish 0
	shaken '[.segments[] | select(.flags | test("RST")) | .direction] == ["out"]'
}

@test "serve: both ends are netshake's, one connection after the other, in text" {
	local family times=0

	begin -c 2 --pcap served.pcap
	for family in 4 6; do
		lab_wait_for is_waiting $((++times))
		run lab_exec a "$NETSHAKE" "$(lab_addr b $family)" 7007
		assert_success
	done
	finish 0
	run cat run
	assert_line --index 0 'netshake  port 7007, waiting for a SYN'
	assert_line --regexp 'here  LISTEN > SYN_RCVD +there SYN_SENT \(inferred\)'
	assert_line '--- port 7007, 2 connections ---'
	run awk 'length > 80' run
	assert_output ''
	[[ -s served.pcap ]]
}

@test "serve: a client that is not there any more" {
	begin --json
	lab_exec a "$NETSHAKE" --send S "$(lab_addr b 4)" 7007 >/dev/null
	finish 1
	shaken '.verdict == "half_open" and (.evidence[0] | test("RST"))'
	lab_drop a 'tcp sport 7007'
	begin --json --retries 0
	lab_exec a "$NETSHAKE" --send S --timeout 0.1 "$(lab_addr b 6)" 7007 >/dev/null || true
	finish 1
	shaken '.verdict == "half_open" and (.evidence[0] | test("never acknowledged"))'
}

@test "serve: nobody, somebody else, and a port that is taken" {
	begin --timeout 0.3 192.0.2.7
	run client 4 'exec 3>&-' # gets no answer
	finish 1
	assert_equal "$(tail -n 1 errors)" 'netshake: no SYN to port 7007 within 0.3 s'
	serve b 7007
	run --separate-stderr lab_exec b "$NETSHAKE" --serve 7007
	assert_failure 2
	assert_equal "${stderr_lines[-1]}" 'netshake: port 7007 is in use by another socket'
	run -2 --separate-stderr "$NETSHAKE" --serve 7007 --hops
	run -2 --separate-stderr "$NETSHAKE" --serve 7007 192.0.2.1 80
	run -2 --separate-stderr "$NETSHAKE" --serve 0
}

@test "serve: interrupted, or killed, it leaves nothing" {
	begin
	kill -TERM "$SERVER"
	finish 143
	begin
	kill -KILL "$SERVER"
	finish 137
	run ! is_listening
	run -1 lab_exec a "$NETSHAKE" "$(lab_addr b 4)" 7007
	assert_line --regexp '^verdict   closed'
}
