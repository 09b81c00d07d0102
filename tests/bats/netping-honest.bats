#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Loss, time and privileges are what they are, whatever comes back and whoever interrupts.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016,SC2030,SC2031 # programs of jq; a pid for each test

bats_require_minimum_version 1.5.0
load netping

setup_file() {
	netping_begin nft || return 0
	lab_pair a b
	lab_host solo
	allow_datagrams solo
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_heal b
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 0
	lab_sysctl b net.ipv4.conf.all.arp_ignore 0
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 0
	lab_end
}

teardown_file() {
	lab_end
}

# summary FILTER: of the NDJSON in the file run
summary() {
	jq -s "map(select(.type == \"summary\"))[0] | $1" run
}

@test "every third probe is lost: counted, with runs" {
	lab_loss b every 3 'icmp type echo-request'
	netping_at a -c 9 -i 0.05 -W 0.2 --ndjson "$(lab_addr b 4)" >run || true
	[[ $(summary '[.received, .longest_loss_run] | tostring') == '"[6,1]"' ]]
	[[ $(jq -s 'map(select(.type == "loss") | .seq) | tostring' run) == '"[3,6,9]"' ]]
}

@test "what is under way at Ctrl-C is not lost" {
	local before

	lab_sysctl b net.ipv4.icmp_echo_ignore_all 1
	before=$(sent_by a)
	netping_bg a -i 100 -W 100 "$(lab_addr b 4)"
	wait_sent a "$before"
	interrupt INT 1
	run cat run
	assert_output --partial '1 packets transmitted, 0 received, 0% packet loss'
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 0
	netping_bg a -i 100 "$(lab_addr b 4)"
	lab_wait_for grep -q 'bytes from' run
	interrupt INT
	run cat run
	assert_output --partial '1 packets transmitted, 1 received, 0% packet loss'
}

@test "a reply that was here in time is not lost because nobody read it" {
	local before

	lab_can tunlink || skip 'no tun device'
	lab_host slow
	lab_delay_pair a slow 100
	before=$(sent_by a)
	netping_bg a -O -c 1 -W 0.4 "$(lab_addr slow 4)"
	wait_sent a "$before"
	kill -STOP "$pid" || true # if it has read the reply before, all the better
	sleep 0.6
	kill -CONT "$pid" || true
	wait "$pid"
	run cat run
	assert_output --partial '1 packets transmitted, 1 received, 0% packet loss'
	refute_output --partial 'no answer yet'
}

@test "-O tells of the last probe, too" {
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 1
	run -1 netping_at a -O -c 2 -i 0.2 -W 0.3 "$(lab_addr b 4)"
	assert_line 'no answer yet for icmp_seq=1'
	assert_line 'no answer yet for icmp_seq=2'
}

@test "JSON is whole when everything is lost, and when it is interrupted" {
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 1
	run -1 netping_at a -j -c 2 -i 0.1 -W 0.2 "$(lab_addr b 4)"
	jq -e 'map(.type) == ["loss", "loss", "summary"] and .[2].loss_percent == 100
		and .[2].rtt_avg_ms == null and .[2].longest_loss_run == 2' <<<"$output"
	netping_bg a -j -i 0.1 -W 0.2 "$(lab_addr b 4)"
	lab_wait_for grep -q loss run
	interrupt TERM 1
	jq -e 'all(.[]; .type) and .[-1].type == "summary" and .[-1].loss_percent == 100' run
}

@test "SIGQUIT tells how things stand" {
	netping_bg a -i 0.2 "$(lab_addr b 4)"
	lab_wait_for grep -q 'bytes from' run
	kill -QUIT "$pid"
	lab_wait_for grep -qE '[0-9]+/[0-9]+ packets, 0% loss, min/avg/ewma/max = ' run
	interrupt INT
	grep -q 'packets transmitted, .* 0% packet loss' run
}

@test "a slow neighbour is local delay, not round trip" {
	ip -n "$(lab_ns a)" neigh flush dev to-b
	ip -n "$(lab_ns b)" neigh flush dev to-a # or it might ask a, who would learn by that
	lab_sysctl a net.ipv4.neigh.to-b.mcast_solicit 8 # one a second
	lab_sysctl b net.ipv4.conf.all.arp_ignore 8
	netping_at a -c 1 -W 9 --ndjson "$(lab_addr b 4)" >run 3>&- 4>&- &
	pid=$!
	lab_wait_for bash -c "ip -n $(lab_ns a) neigh show dev to-b | grep -q INCOMPLETE"
	sleep 0.6
	lab_sysctl b net.ipv4.conf.all.arp_ignore 0
	wait "$pid"
	jq -se '.[0] | .clock == "kernel" and .local_delay_ms > 500 and .rtt_ms < .local_delay_ms' run ||
		fail "$(<run)"
}

@test "duplicates are marked and do not count as received" {
	lab_exec b nft -f - <<-'END'
		table netdev twice {
			chain in { type filter hook ingress device "to-a" priority 0;
				icmp type echo-request dup to "to-a"; }
		}
	END
	# The copy leaves by the device it came from: a hears its own request, not a second reply.
	run -0 netping_at a -c 2 -i 0.1 "$(lab_addr b 4)"
	refute_output --partial 'DUP'
	lab_exec b nft delete table netdev twice
	lab_sysctl b net.ipv4.icmp_echo_ignore_broadcasts 0
	run -0 netping_at a -b -v -c 1 10.0.1.255
	assert_output --partial '0% packet loss'
}

@test "two runs with one identifier do not steal each other's replies" {
	pids=()
	for i in 1 2 3; do
		netping_at a -e 777 -q -c 10 -i 0.05 "$(lab_addr b 4)" >"run$i" 3>&- 4>&- &
		pids+=("$!")
	done
	wait "${pids[@]}"
	[[ $(cat run1 run2 run3 | grep -c '10 packets transmitted, 10 received, 0% packet loss') -eq 3 ]]
	grep -L duplicates run1 run2 run3 | wc -l | grep -qx 3
	netping_bg solo -e 777 127.0.0.1
	lab_wait_for lab_exec solo grep -qi ':0309 ' /proc/net/icmp
	run -2 netping_at solo -e 777 -c 1 127.0.0.1
	assert_output --partial 'identifier 777 is in use'
	lab_wait_for grep -q 'bytes from' run
	interrupt INT
}

@test "after the sockets are open there is no privilege left" {
	netping_bg a -i 0.2 "$(lab_addr b 4)"
	lab_wait_for grep -q 'bytes from' run
	status=$(cat "/proc/$pid/status")
	interrupt INT
	for set in Prm Eff; do
		grep -qE "^Cap$set:\s0+\$" <<<"$status"
	done
	grep -qE '^NoNewPrivs:\s1$' <<<"$status"
}

@test "users: datagram sockets where allowed, otherwise a clear word" {
	run -2 as_nobody_at a "$NETPING" -c 1 "$(lab_addr b 4)"
	assert_output --partial ping_group_range
	run -0 as_nobody_at solo "$NETPING" -c 1 -v 127.0.0.1
	assert_output --partial 'datagram'
	run -2 as_nobody_at solo "$NETPING" -f -c 1 127.0.0.1
	assert_output --partial 'minimal interval allowed for user is 2ms'
	run -2 as_nobody_at solo "$NETPING" -l 4 -c 1 127.0.0.1
	run -2 as_nobody_at solo "$NETPING" --rate 0 127.0.0.0/30
	run -0 as_nobody_at solo "$NETPING" -c 4 -i 0.002 -q 127.0.0.1
}

@test "a source is an address of this host, whatever bind() allows" {
	for foreign in 0 1; do
		lab_sysctl a net.ipv4.ip_nonlocal_bind "$foreign"
		lab_sysctl a net.ipv6.ip_nonlocal_bind "$foreign"
		for address in 4 6; do
			run -2 netping_at a -c 1 -I "$(lab_addr b "$address")" "$(lab_addr b "$address")"
			assert_output "netping: -I $(lab_addr b "$address"): not an address of this host"
			run -0 netping_at a -q -c 1 -I "$(lab_addr a "$address")" "$(lab_addr b "$address")"
		done
		run -2 netping_at a -c 1 -I 192.0.2.9 10.0.1.0/30
		assert_output 'netping: -I 192.0.2.9: not an address of this host'
	done
	run -0 netping_at a -q -c 1 -I 127.0.0.9 127.0.0.1
	lab_sysctl a net.ipv4.ip_nonlocal_bind 0
	lab_sysctl a net.ipv6.ip_nonlocal_bind 0
}

@test "kernel stamps are used, on raw and datagram sockets, IPv4 and IPv6" {
	keep_stamps solo
	for address in "$(lab_addr b 4)" "$(lab_addr b 6)"; do
		netping_at a -c 3 -i 0.05 --ndjson "$address" >run
		jq -se 'map(select(.type == "reply")) | length == 3 and all(.clock == "kernel")' run
	done
	for address in 127.0.0.1 ::1; do
		netping_at solo -c 3 -i 0.05 --ndjson "$address" >run
		jq -se 'map(select(.type == "reply")) | length == 3 and all(.clock == "kernel")' run
	done
	netping_at solo -U -c 1 --ndjson 127.0.0.1 >run
	jq -se '.[0].clock == "user"' run
}

# step BY_S: while netping runs to a host 100 ms away, the clock jumps; an hour or its complement
# would be absurd
step() {
	NETSONDE_CLOCK_STEP="250000000 $(($1 * 1000000000))" lab_exec a \
		"${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/replay/netping" \
		-c 6 -i 0.1 --ndjson "$(lab_addr far 4)" >run
	jq -se 'map(select(.type == "reply")) | length == 6 and
		all(.rtt_ms > 99 and .rtt_ms < 60000) and
		all(.local_delay_ms == null or (.local_delay_ms >= 0 and .local_delay_ms < 60000)) and
		(map(select(.clock == "kernel")) | length >= 1) and
		(map(select(.clock != "kernel")) | length >= 1)' run || fail "$(<run)" || return
	[[ $(summary '.received == 6 and .loss_percent == 0 and .rtt_min_ms > 99 and
		.rtt_max_ms < 60000 and .jitter_ms >= 0 and .time_ms < 60000') == true ]]
}

@test "a clock that is set while probes are under way makes no time absurd" {
	lab_can tunlink || skip 'no tun device'
	keep_stamps solo
	lab_host far
	lab_delay_pair a far 50
	step -3600
	step 3600
	step -1
}

@test "a raw socket keeps the replies of others out once there are such" {
	command -v strace >/dev/null || skip 'needs strace'
	trace() {
		# A sanitizer cannot look for leaks in what is traced.
		ASAN_OPTIONS=detect_leaks=0 lab_exec a \
			strace -o trace -e trace=setsockopt "$NETPING" "$@" >traced
	}
	trace -q -c 3 -i 0.05 "$(lab_addr b 4)"
	[[ $(grep -c SO_ATTACH_FILTER trace) -eq 0 ]]
	for address in 4 6; do
		netping_bg a -i 0.05 "$(lab_addr b "$address")"
		lab_wait_for grep -q 'bytes from' run
		trace -q -c 4 -i 0.1 "$(lab_addr b "$address")"
		interrupt INT
		[[ $(grep -c SO_ATTACH_FILTER trace) -eq 1 ]]
		grep -q '4 packets transmitted, 4 received, 0% packet loss' traced
	done
}

@test "bursts of a flood: every probe has a time of its own, and none waits long" {
	keep_stamps solo
	netping_at solo -f -c 2000 --ndjson 127.0.0.1 >run
	# the median is a part of one probe's share of the time, not that of 8 calls
	run -0 jq -sc '.[-1].time_ms as $all | .[-1].loss_percent, (map(select(.type == "reply")) |
		length, (map(select(.clock == "receive")) | length > 1900),
		((map(.rtt_ms) | sort | .[1000]) < $all / 1000))' run
	assert_output $'0\n2000\ntrue\ntrue'
}

# One run may be kept from running when its last probe is due; one that drifts always ends late.
@test "the interval does not drift" {
	for _ in 1 2 3 4 5; do
		netping_at solo -q -c 200 -i 0.01 --ndjson 127.0.0.1 >run
		[[ $(summary '.time_ms > 1989 and .time_ms < 1995') == false ]] || return 0
	done
	fail "$(<run)"
}
