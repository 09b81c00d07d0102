#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Questions to a link: --probe, --dad, --announce, --scan, beside arping.
# shellcheck disable=SC2016,SC2154 # programs of jq; variables of bats

bats_require_minimum_version 1.5.0
load netarp

setup_file() {
	netarp_begin nft || return 0
	lab_bridge sw a b c d
}

setup() {
	lab_need
}

teardown() {
	ip -n "$LAB-c" addr flush dev to-sw 2>/dev/null || true
	ip -n "$LAB-c" addr add 10.0.1.3/24 dev to-sw 2>/dev/null || true
	ip -n "$LAB-c" addr add fd00:1::3/64 dev to-sw nodad 2>/dev/null || true
	lab_end
}

teardown_file() {
	lab_end
}

# 10.0.1.2 and fd00:1::2 twice
double() {
	ip -n "$LAB-c" addr add 10.0.1.2/24 dev to-sw
	ip -n "$LAB-c" addr add fd00:1::2/64 dev to-sw nodad
}

unprivileged() {
	lab_exec a setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \
		--bounding-set=-all "$NETARP" "$@"
}

@test "netarp --probe: replies, as arping writes them" {
	run -0 netarp a --probe -c 2 --interval 0.05 -W 0.2 10.0.1.2
	assert_line --index 0 'ARPING 10.0.1.2 from 10.0.1.1 to-sw'
	assert_line --index 1 --regexp '^Unicast reply from 10.0.1.2 \[02:00:00:00:01:02\]  [0-9]+\.[0-9]{3}ms$'
	assert_line 'Received 2 response(s)'
	run -0 netarp a --probe -c 1 -W 0.2 fd00:1::2
	assert_line --index 1 --partial '02:00:00:00:01:02'
}

# without_times: the lines of --probe, and of arping, but for what differs from run to run, and for
# how many requests were broadcast: arping goes on by unicast, which hides a second holder
without_times() {
	sed -E 's/ +[0-9.]+ms$//; s/ \([0-9]+ broadcast.*//'
}

# like_arping ADDR: arping and netarp print the same, unless one of them was kept from running
like_arping() {
	local theirs=0 ours=0

	lab_exec a arping -c 2 -I to-sw "$1" >"$BATS_TEST_TMPDIR/theirs" || theirs=$?
	netarp a --probe -c 2 -I to-sw "$1" >"$BATS_TEST_TMPDIR/ours" || ours=$?
	diff -u <(without_times <"$BATS_TEST_TMPDIR/theirs") \
		<(without_times <"$BATS_TEST_TMPDIR/ours") || return
	[[ $ours == "$theirs" ]]
}

@test "netarp --probe: beside arping, answered and not" {
	local addr

	lab_need arping
	for addr in 10.0.1.2 10.0.1.99; do
		like_arping "$addr" || like_arping "$addr" || like_arping "$addr"
	done
	run -1 lab_exec a arping -q -D -c 1 -I to-sw 10.0.1.2
	run -1 netarp a --dad -q -c 1 -w 1 -I to-sw 10.0.1.2
	run -0 lab_exec a arping -q -D -c 1 -I to-sw 10.0.1.99
	run -0 netarp a --dad -q -c 1 -w 1 -I to-sw 10.0.1.99
}

@test "netarp --probe: nobody is 1, also in silence" {
	run -1 netarp a --probe -c 1 -W 0.2 10.0.1.99
	assert_line 'Received 0 response(s)'
	run -1 netarp a --probe -q -c 1 -W 0.2 10.0.1.99
	assert_output ''
	run -0 netarp a --probe -q -c 1 -W 0.2 10.0.1.2
	assert_output ''
}

@test "netarp --probe: -c 1 that is answered is 0 (iputils #190)" {
	run -0 netarp a --probe -c 1 -W 0.2 10.0.1.2
	run -0 netarp a --probe --first 10.0.1.2
	run -0 netarp a --probe -w 0.5 10.0.1.2
}

@test "netarp --probe: two holders are a conflict, with all their MAC addresses" {
	double
	run -1 netarp a --probe -c 1 -W 0.3 10.0.1.2
	assert_line --partial '2 MAC addresses answer'
	run -1 netarp a --probe -c 1 -W 0.3 --json fd00:1::2
	assert_equal "$(jq -c '.[] | select(.event == "conflict") | .macs | sort' <<<"$output")" \
		'["02:00:00:00:01:02","02:00:00:00:01:03"]'
	assert_equal "$(jq -c '[.[] | select(.event == "reply") | .rtt_us | type] | unique' <<<"$output")" \
		'["number"]'
}

@test "netarp --probe: runs side by side count their own replies (iputils #538)" {
	local i pids=()

	for i in 1 2 3 4; do
		lab_bg a "$NETARP" --probe -c 3 --interval 0.13 -W 0.3 10.0.1.2 >"$BATS_TEST_TMPDIR/$i"
		pids+=("$!")
	done
	for i in 1 2 3 4; do
		wait "${pids[i - 1]}"
		run -0 cat "$BATS_TEST_TMPDIR/$i"
		assert_line 'Sent 3 probes (3 broadcast(s))'
		assert_line 'Received 3 response(s)'
	done
}

@test "netarp --probe: the source must be this host's" {
	run -2 netarp a --probe -c 1 --source 10.0.1.77 10.0.1.2
	assert_output --partial "not this host's"
	run -0 netarp a --probe -c 1 -W 0.2 --source 10.0.1.1 10.0.1.2
	run -2 netarp a --probe -c 1 192.0.2.1
	run -2 netarp a --probe -c 1 -I nosuch 10.0.1.2
}

@test "netarp --probe: without raw sockets the kernel is asked, and that is said" {
	run -0 --separate-stderr unprivileged --probe -c 1 10.0.1.4
	assert_line --partial 'Unicast reply from 10.0.1.4 [02:00:00:00:01:04]'
	assert [ "$(grep -c 'cannot be seen this way' <<<"$stderr")" = 1 ]
	run -2 unprivileged --dad 10.0.1.4
	assert_output --partial CAP_NET_RAW
}

@test "netarp --dad: taken, and by whom" {
	run -1 netarp a --dad 10.0.1.2
	assert_output --partial 'taken on to-sw by 02:00:00:00:01:02'
	run -1 netarp a --dad fd00:1::2
	assert_output --partial 'taken on to-sw by 02:00:00:00:01:02'
	run -1 netarp a --dad -q 10.0.1.2
	assert_output ''
}

@test "netarp --dad: free, by the book and in a hurry (iputils #209)" {
	run -0 netarp a --dad fd00:1::99
	run -0 netarp a --dad -c 2 -w 1.2 10.0.1.99
	assert_output --partial free
	run -0 netarp a --dad --json -c 1 -w 0.3 10.0.1.99
	assert_equal "$(jq -r '.[0] | .event, .addr, (.macs | length)' <<<"$output" | xargs)" \
		'free 10.0.1.99 0'
}

@test "netarp --dad: another host that probes for it takes it" {
	lab_bg a "$NETARP" --dad -c 30 --ndjson 10.0.1.88 >"$BATS_TEST_TMPDIR/out"
	local pid=$! status=0

	wait_hearing a
	arp_probe 02:00:00:00:01:03 10.0.1.88 | inject c to-sw
	wait "$pid" || status=$?
	assert_equal "$status" 1
	assert_equal "$(jq -r .macs[0] "$BATS_TEST_TMPDIR/out")" 02:00:00:00:01:03
}

@test "netarp --dad: side by side on one host both find it free" {
	lab_bg a "$NETARP" --dad -q -c 2 -w 1.5 10.0.1.87
	local pid=$!

	run -0 netarp a --dad -q -c 2 -w 1.5 10.0.1.87
	wait "$pid"
}

@test "netarp --dad: nothing sent is an error, no answer (iputils #449)" {
	ip -n "$LAB-d" link set to-sw down
	run -2 netarp d --dad -I to-sw 10.0.1.99
	assert_output --partial 'to-sw is down'
	ip -n "$LAB-d" link set to-sw up
	ip -n "$LAB-d" addr replace fd00:1::4/64 dev to-sw nodad # IPv6 forgot it
	ip -n "$LAB-sw" link set to-d down
	lab_wait_for bash -c "ip -n $LAB-d link show to-sw | grep -q NO-CARRIER"
	run -2 netarp d --dad -I to-sw 10.0.1.99
	assert_output --partial 'no carrier'
	ip -n "$LAB-sw" link set to-d up
	run -2 netarp a --dad -I lo 10.0.1.99
	run -2 netarp a --dad 192.0.2.9
	lab_wait_for bash -c "ip -n $LAB-d link show to-sw | grep -q 'state UP'"
}

@test "netarp --announce: the neighbours learn it" {
	ip -n "$LAB-b" neigh replace 10.0.1.1 lladdr 02:00:00:00:01:77 nud stale dev to-sw
	run -0 netarp a --announce --interval 0.05 10.0.1.1
	lab_wait_for bash -c "ip -n $LAB-b neigh show 10.0.1.1 | grep -q 02:00:00:00:01:01"
	ip -n "$LAB-b" neigh replace fd00:1::1 lladdr 02:00:00:00:01:77 nud stale dev to-sw
	run -0 netarp a --announce --interval 0.05 fd00:1::1
	lab_wait_for bash -c "ip -n $LAB-b neigh show fd00:1::1 | grep -q 02:00:00:00:01:01"
}

@test "netarp --announce: nobody has to answer (iputils #247)" {
	lab_need arping
	run -0 lab_exec a arping -q -U -c 1 -I to-sw 10.0.1.1
	run -0 netarp a --announce -c 1 10.0.1.1
	assert_output --partial '10.0.1.1 announced on to-sw'
}

@test "netarp --announce: not what is somebody else's, unless this host answers for it" {
	run -2 netarp a --announce 10.0.1.66
	assert_output --partial 'not announced'
	ip -n "$LAB-a" neigh add proxy 10.0.1.66 dev to-sw
	run -0 netarp a --announce -c 1 -I to-sw 10.0.1.66
	ip -n "$LAB-a" neigh del proxy 10.0.1.66 dev to-sw
}

@test "netarp --scan: everybody once, duplicates marked" {
	run -0 netarp a --scan -W 0.2 --json
	assert_equal "$(jq -c 'map(.addr) | sort' <<<"$output")" '["10.0.1.2","10.0.1.3","10.0.1.4"]'
	double
	run -1 netarp a --scan -W 0.2 10.0.1.0/29
	assert_line --partial DUPLICATE
}

@test "netarp --scan: IPv6 by all nodes" {
	run -0 netarp a --scan -6 -W 0.3 --ndjson --retries 0
	assert_equal "$(jq -r .addr <<<"$output" | grep ^fd00 | sort | xargs)" 'fd00:1::2 fd00:1::3 fd00:1::4'
}

@test "netarp --scan: keeps to its rate, to the link, to a /16" {
	local start=${EPOCHREALTIME/./}

	run -0 netarp a --scan --rate 100 --retries 0 -W 0.1 10.0.1.0/26
	[[ $((${EPOCHREALTIME/./} - start)) -gt 600000 ]]
	run -2 netarp a --scan 10.0.0.0/16 -I to-sw
	assert_output --partial 'not on the link'
	ip -n "$LAB-a" addr add 10.0.2.1/8 dev to-sw
	run -2 netarp a --scan 10.0.0.0/8 -I to-sw
	assert_output --partial 'too large'
	ip -n "$LAB-a" addr del 10.0.2.1/8 dev to-sw
}
