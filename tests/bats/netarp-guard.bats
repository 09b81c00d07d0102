#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netarp --guard over a switch with stations: crafted frames for every event, ordinary traffic for none.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # programs of jq; variables of bats

bats_require_minimum_version 1.5.0
load netarp

ORDINARY=8
[[ ${NETSONDE_CHECK-} != full ]] || ORDINARY=60
M=02:00:00:00:01

setup_file() {
	netarp_begin || return 0
	lab_bridge sw a b c d
	ip -n "$LAB-a" route add default via 10.0.1.4
}

setup() {
	lab_need
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

# guard [ARG...]: let a watch in the background; watched [EVENT...]: end it once it has told all of
# these; into $events "kind severity addr" of each
guard() {
	lab_bg a "$NETARP" --guard -I to-sw --ndjson "$@" \
		>"$BATS_TEST_TMPDIR/events" 2>"$BATS_TEST_TMPDIR/said"
	GUARD=$!
	wait_hearing a
	wait_joined a
}

watched() {
	local event

	for event; do
		lab_wait_for grep -q "\"event\":\"$event\"" "$BATS_TEST_TMPDIR/events"
	done
	kill "$GUARD" || return
	wait "$GUARD" || true # it ends by the signal
	events=$(jq -r '"\(.event) \(.severity) \(.addr // "-")"' "$BATS_TEST_TMPDIR/events")
}

assert_event() {
	grep -qxF "$1" <<<"$events" || fail "no '$1' in: $events"
}

@test "guard: a silent link, exit 0" {
	guard --for 0.5
	wait "$GUARD"
	assert_equal "$(<"$BATS_TEST_TMPDIR/events")" ''
}

@test "guard: something critical, exit 1" {
	local status=0

	arp_gratuitous $M:02 10.0.1.1 >"$BATS_TEST_TMPDIR/frame"
	guard --for 1.5
	while kill -0 "$GUARD" 2>/dev/null; do
		inject b to-sw <"$BATS_TEST_TMPDIR/frame"
		sleep 0.2
	done
	wait "$GUARD" || status=$?
	assert_equal "$status" 1
}

@test "guard: whom the kernel knows already is not new, and his address is contested" {
	ip -n "$LAB-a" neigh replace 10.0.1.2 lladdr $M:02 nud reachable dev to-sw
	arp_gratuitous $M:03 10.0.1.2 >"$BATS_TEST_TMPDIR/frame"
	guard
	inject c to-sw <"$BATS_TEST_TMPDIR/frame"
	watched 'conflict\|failover' # which depends on how long ago the kernel heard of him
	ip -n "$LAB-a" neigh flush dev to-sw
	[[ $events != *'new_station info 10.0.1.2'* ]]
}

@test "guard: the gateway poisoned, this host's address claimed" {
	lab_exec a ping -q -c 1 -W 9 10.0.1.4
	guard
	lab_exec a ip neigh flush dev to-sw
	lab_exec a ping -q -c 1 -W 9 10.0.1.4
	sleep 1.2 # the kernel heeds no change for a second (neigh/*/locktime)
	{
		arp_reply $M:02 10.0.1.4 $M:01 10.0.1.1
		arp_gratuitous $M:02 10.0.1.1
	} | inject b to-sw
	watched conflict own_address kernel_changed
	assert_event 'conflict critical 10.0.1.4'
	assert_event 'own_address critical 10.0.1.1'
	assert_event 'kernel_changed info 10.0.1.4'
	run -0 jq -c 'select(.event == "conflict") | .macs, .dev' "$BATS_TEST_TMPDIR/events"
	assert_output $'["02:00:00:00:01:02","02:00:00:00:01:04"]\n"to-sw"'
	lab_exec a ip neigh flush dev to-sw
}

@test "guard: what one frame shows, live" {
	guard
	sleep 5.2
	{
		arp_request $M:02 10.0.1.2 10.0.1.3 # begins the watch's clock
	} | inject b to-sw
	{
		arp_frame 1 $M:03 "$BROADCAST" $M:33 10.0.1.33 00:00:00:00:00:00 10.0.1.2
		arp_frame 3 $M:06 "$BROADCAST" $M:06 0.0.0.0 $M:06 0.0.0.0 8035
		arp_frame 1 $M:03 "$BROADCAST" "$BROADCAST" 10.0.1.34 00:00:00:00:00:00 10.0.1.2
		arp_request $M:03 239.1.1.1 10.0.1.2
		arp_request $M:03 192.0.2.3 10.0.1.2
		ra_frame $M:08 fe80::8 1800
		ra_frame $M:08 fe80::8 0
		na_frame $M:0a 33:33:00:00:00:01 fd00:1::a ff02::1 20 fd00:1::a $M:0a
		na_frame $M:0b 33:33:00:00:00:01 fd00:1::a ff02::1 20 fd00:1::a $M:0b
		na_frame $M:0a 33:33:00:00:00:01 fd00:1::a ff02::1 20 fd00:1::a $M:0a
	} | inject c to-sw
	watched override_fight
	assert_event 'source_mismatch warning 10.0.1.33'
	assert_event 'migration info -'
	assert_event 'bad_mac warning 10.0.1.34'
	assert_event 'bad_address warning 239.1.1.1'
	assert_event 'foreign_address notice 192.0.2.3'
	assert_event 'new_router warning fe80::8'
	assert_event 'router_withdrawn notice fe80::8'
	assert_event 'conflict warning fd00:1::a'
	assert_event 'override_fight warning fd00:1::a'
}

# What needs time comes out of a capture file, where time is cheap. Two seconds and more lie between.
scenes() {
	arp_request $M:02 10.0.1.2 10.0.1.9
	arp_request $M:03 10.0.1.3 10.0.1.9
	arp_request $M:04 10.0.1.4 10.0.1.9
	printf 'wait 9000\n'
	arp_reply $M:02 10.0.1.2 $M:03 10.0.1.3
	printf 'wait 3000\n'
	arp_request $M:12 10.0.1.2 10.0.1.9
	printf 'wait 11000\n'
	arp_request $M:02 10.0.1.2 10.0.1.9
	printf 'wait 11000\n'
	arp_request $M:22 10.0.1.2 10.0.1.9
	printf 'wait 11000\n'
	arp_request $M:12 10.0.1.2 10.0.1.9
	arp_gratuitous $M:33 10.0.1.3
	arp_probe $M:44 10.0.1.4
	arp_gratuitous $M:44 10.0.1.4
	for i in 1 2 3 4; do
		arp_request $M:02 10.0.1.50 10.0.1.10$i
		arp_reply $M:0c 10.0.1.10$i $M:02 10.0.1.50
	done
}

@test "guard: what needs time, from a capture file" {
	netarp_reads_captures
	scenes | pcap_of >"$BATS_TEST_TMPDIR/pcap"
	run -1 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/pcap" --json
	events=$(jq -r '.[] | "\(.event) \(.severity) \(.addr // "-")"' <<<"$output")
	assert_event 'new_station info 10.0.1.2'
	assert_event 'unasked_reply warning 10.0.1.2'
	assert_event 'changed_mac warning 10.0.1.2'
	assert_event 'flip_flop warning 10.0.1.2'
	assert_event 'reused_mac warning 10.0.1.2'
	assert_event 'failover notice 10.0.1.3'
	assert_event 'moved notice 10.0.1.4'
	assert_event 'proxy_arp notice -'
	run -2 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/nosuch"
	head -c 100 "$BATS_TEST_TMPDIR/pcap" >"$BATS_TEST_TMPDIR/cut"
	run -2 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/cut"
	assert_output --partial 'netarp: '
}

netarp_reads_captures() {
	run "$NETARP" --guard --read /dev/null
	[[ $output != *'no libpcap'* ]] || skip 'built without libpcap'
}

@test "guard: malformed frames are counted, and harm nobody" {
	local i frame count

	guard -v
	frame=$(arp_request $M:02 10.0.1.2 10.0.1.3)
	{
		for ((i = 22; i < 42; i++)); do printf '%s\n' "${frame:0:2*i}"; done
		printf '%s\n' "${frame:0:36}0804${frame:40}" "${frame:0:36}0610${frame:40}"
		printf '%s%017900d\n' "$frame" 0 | cut -c1-3000
		frame=$(na_frame $M:0a 33:33:00:00:00:01 fd00:1::a ff02::1 20 fd00:1::a $M:0a)
		printf '%s\n' "${frame/0201020000/0200020000}" "${frame:0:150}"
		arp_gratuitous $M:02 10.0.1.1 # and one that is told
	} | inject b to-sw
	watched own_address
	run -0 cat "$BATS_TEST_TMPDIR/said"
	count=$(sed -n 's/.* \([0-9]*\) malformed.*/\1/p' <<<"$output")
	[[ $count -ge 23 ]] || fail "$output"
}

@test "guard: --state is kept, replaced as a whole, and not trusted when damaged" {
	local state=$BATS_TEST_TMPDIR/stations

	netarp_reads_captures
	arp_request $M:02 10.0.1.2 10.0.1.9 | pcap_of >"$BATS_TEST_TMPDIR/one"
	arp_request $M:03 10.0.1.2 10.0.1.9 | pcap_of >"$BATS_TEST_TMPDIR/two"
	run -0 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/one" --state "$state"
	assert_line --partial new_station
	assert_equal "$(stat -c %a "$state")" 600
	run -0 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/one" --state "$state"
	assert_output ''
	run -1 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/two" --state "$state"
	assert_line --partial conflict
	sed -i '$d' "$state"
	run -0 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/one" --state "$state"
	assert_line --partial 'damaged'
	assert_line --partial new_station
	run -0 compgen -G "$state.damaged-*"
	ln -s "$state" "$BATS_TEST_TMPDIR/link"
	run -2 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/one" --state "$BATS_TEST_TMPDIR/link"
	run -0 compgen -G "$BATS_TEST_TMPDIR/stations*"
	refute_output --partial .new
}

@test "guard: made-up stations are bounded, evictions said" {
	local i

	netarp_reads_captures
	for ((i = 0; i < 100; i++)); do
		arp_request $M:02 10.7.0.$i 10.0.1.9
	done | pcap_of >"$BATS_TEST_TMPDIR/many"
	run -0 "$NETARP" --guard --read "$BATS_TEST_TMPDIR/many" --stations 16 -v --state "$BATS_TEST_TMPDIR/s"
	assert_line --partial evicted
	assert_line --partial '16 stations'
	assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/s")" 18
}

# Boots, a lease that goes to another host, a gateway that fails over, and everybody talks.
@test "guard: nothing false in ordinary traffic" {
	local end pids=() host

	guard
	end=$((SECONDS + ORDINARY - 2))
	for host in a b c d; do
		lab_bg "$host" bash -c 'end=$((SECONDS + $1)); while ((SECONDS < end)); do
			for i in 1 2 3 4; do
				ping -q -c 1 -W 1 "10.0.1.$i"; ping -6 -q -c 1 -W 1 "fd00:1::$i"
			done
			ip neigh flush dev to-sw
			sleep 0.2
		done' - $((ORDINARY - 2)) >/dev/null 2>&1
		pids+=("$!")
	done
	# a lease: b gives 10.0.1.60 up, c asks whether it is free, and takes it
	ip -n "$LAB-b" addr add 10.0.1.60/24 dev to-sw
	netarp b --announce -q -c 1 10.0.1.60
	ip -n "$LAB-b" addr del 10.0.1.60/24 dev to-sw
	sleep 3.2
	netarp c --dad -q -c 1 -w 0.5 -I to-sw 10.0.1.60
	ip -n "$LAB-c" addr add 10.0.1.60/24 dev to-sw
	netarp c --announce -q -c 1 10.0.1.60
	# a failover: 10.0.1.61 of d, which falls silent, is announced by b
	ip -n "$LAB-d" addr add 10.0.1.61/24 dev to-sw
	netarp d --announce -q -c 1 10.0.1.61
	ip -n "$LAB-d" addr del 10.0.1.61/24 dev to-sw
	((end - SECONDS < 4)) || sleep 3.2
	[[ ${NETSONDE_CHECK-} != full ]] || {
		ip -n "$LAB-b" addr add 10.0.1.61/24 dev to-sw
		netarp b --announce -q -c 1 10.0.1.61
	}
	wait "${pids[@]}"
	if [[ ${NETSONDE_CHECK-} == full ]]; then watched moved failover; else watched moved; fi
	assert_event 'moved notice 10.0.1.60'
	[[ ${NETSONDE_CHECK-} != full ]] || assert_event 'failover notice 10.0.1.61'
	run -1 grep -E ' (warning|critical) ' <<<"$events"
	ip -n "$LAB-c" addr del 10.0.1.60/24 dev to-sw
	[[ ${NETSONDE_CHECK-} != full ]] || ip -n "$LAB-b" addr del 10.0.1.61/24 dev to-sw
}

@test "guard: without privileges one line, and 2" {
	run -2 lab_exec a setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \
		--bounding-set=-all "$NETARP" --guard --for 1
	assert_output --partial CAP_NET_RAW
	assert_equal "${#lines[@]}" 1
}
