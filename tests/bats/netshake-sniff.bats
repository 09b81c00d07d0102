#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netshake --sniff: connections that pass an interface, made by others.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	export LC_ALL=C
	netshake_begin || return 0
	lab_pair a b
	serve b 7000
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
	run "$NETSHAKE" --read /dev/null
	[[ $output != *'no libpcap'* ]] || skip 'built without libpcap'
	peer=$(lab_addr b 4)
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

# sniff [ARG...]: listen at b in the background, from now on; heard: until that is over, its status
# into $status. The filter is set before the socket is ready, and the packet socket is there then.
sniff() {
	lab_bg b "$NETSHAKE" --sniff to-a --for 60 "$@" >heard 2>said
	SNIFFER=$!
	lab_wait_for listens
}

# The listener has a packet socket, and has given up its capabilities.
listens() {
	lab_exec b cat /proc/net/packet | awk 'NR > 1' | grep -q . &&
		grep -q '^CapPrm:[[:space:]]*0000000000000000' "/proc/$SNIFFER/status"
}

heard() {
	status=0
	wait "$SNIFFER" || status=$?
}

@test "a line as a connection ends, until there were enough" {
	sniff -c 2 --ndjson
	shake a "$peer" 7000 >/dev/null
	run -1 lab_exec a "$NETSHAKE" "$peer" 7999
	heard
	assert_equal "$status" 0
	jq -se 'length == 2 and (.[0] | .verdict == "open" and .close == "fin" and .server.port == 7000 and
		.handshake_rtt_us > 0 and .captured == "both") and
		(.[1] | .verdict == "closed" and .close == "refused")' heard
}

@test "text comes at once, and says the same as the one who made it" {
	sniff -c 1 tcp port 7000
	shake a "$peer" 7000 --data hello >/dev/null
	heard
	run -0 cat heard
	assert_line --regexp "^ +1  [0-9:.]{12}  10.0.1.1:[0-9]+ +10.0.1.2:7000 +[0-9.]+ .* 5/0 .* fin  .* open$"
}

@test "the ladder of the first, as it grows; what the filter refuses is not heard" {
	sniff --flow 1 tcp port 7000
	run -1 lab_exec a "$NETSHAKE" "$peer" 7999
	shake a "$peer" 7000 >/dev/null
	heard
	run -0 cat heard
	assert_line --regexp '^1 +10.0.1.1 port [0-9]+ to 10.0.1.2 port 7000$'
	assert_line --regexp '^  2 +[0-9.]+ <- SYN,ACK +0 +1 '
	assert_line --regexp '^      client  ESTABLISHED +server ESTABLISHED$'
	assert_line --regexp '^verdict   open$'
}

@test "offloaded segments are no fault" {
	head -c 3000000 /dev/zero >zeros
	sniff -c 1 --ndjson
	lab_exec a bash -c "exec 3<>/dev/tcp/$peer/7000 && cat zeros >&3; exec 3>&-"
	heard
	jq -e '.verdict == "open" and .bad_checksums == 0 and .client.bytes > 0' heard ||
		jq -e '.verdict == "open_then_reset" and .bad_checksums == 0' heard
}

@test "an end by time, or by a signal, is a proper one" {
	run -1 lab_exec b "$NETSHAKE" --sniff to-a --for 0.3 --json tcp port 9
	assert_output '[]'
	sniff -c 9 --json tcp port 9
	kill -TERM "$SNIFFER"
	heard
	assert_equal "$status" 143
	assert_equal "$(jq -c . heard)" '[]'
	sniff --flow 1
	lab_bg a bash -c "exec 3<>/dev/tcp/$peer/7000; sleep 60"
	lab_wait_for grep -q 'client  ESTABLISHED' heard
	kill -TERM "$SNIFFER"
	heard
	assert_equal "$status" 143
	run -0 cat heard
	assert_line 'verdict   open'
	assert_line '          still open at the last segment that was captured'
}

@test "CAP_NET_RAW alone is enough, and is needed" {
	as_raw_at b "$NETSHAKE" --sniff to-a --for 0.1
	as_raw_at b "$NETSHAKE" --sniff any --for 0.1
	run -2 as_nobody_at b "$NETSHAKE" --sniff to-a --for 0.1
	assert_output 'netshake: raw sockets are not permitted: be root, or run it with CAP_NET_RAW'
	run -2 lab_exec b "$NETSHAKE" --sniff nosuch0 --for 0.1
	assert_equal "${#lines[@]}" 1
	assert_output --partial 'nosuch0'
	run -2 lab_exec b "$NETSHAKE" --sniff to-a --for 0.1 tcp porz 1
	assert_output --partial 'filter:'
}

@test "on all interfaces, in another namespace" {
	"$NETSHAKE" --netns "$(lab_ns b)" --sniff any --for 60 -c 1 --ndjson >heard 2>said &
	SNIFFER=$!
	lab_wait_for listens
	shake a "$peer" 7000 >/dev/null
	heard
	assert_equal "$status" 0
	jq -e '.verdict == "open" and .client.retransmissions == 0' heard
}
