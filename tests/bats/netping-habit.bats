#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# With one host netping prints what ping prints, line for line, with its exit status.
# shellcheck disable=SC2154 # bats sets them

bats_require_minimum_version 1.5.0
load netping

setup_file() {
	netping_begin nft || return 0
	lab_line a r b
	lab_host solo
	# Two runs in a row are to see the same errors.
	for host in r b; do
		lab_sysctl "$host" net.ipv4.icmp_ratelimit 0
		lab_sysctl "$host" net.ipv6.icmp.ratelimit 0
	done
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

@test "replies and statistics, IPv4 and IPv6, raw sockets" {
	assert_like_ping a -c 2 -i 0.2 "$(lab_addr b 4)"
	assert_like_ping a -c 2 -i 0.2 "$(lab_addr b 6)"
	assert_like_ping a -n -c 1 "$(lab_addr r 4 a)"
}

@test "replies and statistics, datagram sockets" {
	allow_datagrams solo
	assert_like_ping solo -c 2 -i 0.2 127.0.0.1
	assert_like_ping solo -c 2 -i 0.2 ::1
	assert_like_ping solo -c 1 -t 7 127.0.0.1
}

@test "sizes: without room for a time there is none" {
	for size in 0 1 8 15 16 17 56 1000 1472 1473 5000; do
		assert_like_ping a -c 1 -s "$size" "$(lab_addr b 4)"
	done
	assert_like_ping a -c 1 -s 5000 "$(lab_addr b 6)"
	assert_like_ping solo -c 1 -s 65507 127.0.0.1
}

@test "patterns, quiet, timestamps, marks, types of service, sources" {
	assert_like_ping a -c 1 -p ff00 "$(lab_addr b 4)"
	assert_like_ping a -c 1 -p 0123456789abcdef0123456789abcdef "$(lab_addr b 4)"
	assert_like_ping a -c 2 -i 0.2 -q "$(lab_addr b 4)"
	assert_like_ping a -c 1 -D "$(lab_addr b 4)"
	assert_like_ping a -c 1 -Q 0x10 -m 5 -S 100000 "$(lab_addr b 4)"
	assert_like_ping a -c 1 -I to-r "$(lab_addr b 4)"
	assert_like_ping a -c 1 -I "$(lab_addr a 4)" "$(lab_addr b 4)"
	assert_like_ping a -c 1 -I to-r "$(lab_addr b 6)"
	assert_like_ping a -c 1 -B "$(lab_addr b 4)"
	assert_like_ping a -c 1 -r "$(lab_addr r 4 a)"
	assert_like_ping a -c 1 -U "$(lab_addr b 4)"
	assert_like_ping a -c 1 -a "$(lab_addr b 4)"
	assert_like_ping a -c 3 -i 0.2 -l 3 -q "$(lab_addr b 4)"
}

@test "families, adaptive, connected, identifiers, preload, time to live" {
	local b4 b6

	b4=$(lab_addr b 4) b6=$(lab_addr b 6)
	assert_like_ping a -4 -c 1 "$b4"
	assert_like_ping a -6 -c 1 "$b6"
	assert_like_ping a -4 -c 1 "$b6"
	assert_like_ping a -6 -c 1 "$b4"
	assert_like_ping a -A -c 5 "$b4"
	assert_like_ping a -C -c 2 -i 0.1 "$b4"
	assert_like_ping a -e 777 -c 1 "$b4"
	assert_like_ping a -F 12 -c 1 "$b4"
	assert_like_ping a -l 5 -c 5 -i 0.1 "$b4"
	assert_like_ping a -t 255 -c 1 "$b4"
	assert_like_ping a -t 0 -c 1 "$b4"
	assert_like_ping a -Q 0x10 -m 7 -S 1 -U -c 1 "$b6"
	assert_like_ping a -O -c 2 -i 0.2 "$b4"
	assert_like_ping a -w 1 -i 0.7 -c 3 "$b4"
	assert_like_ping a -w 0 -W 0 -c 1 "$b4"
	assert_like_ping a -a -q -c 2 -i 0.1 "$b4"
	assert_like_ping solo -n -c 1 localhost
	assert_like_ping solo -c 1 localhost
}

@test "flow labels: leased again before the lease of the run before is over" {
	run -0 netping_at a -F 0x12 -c 1 "$(lab_addr b 6)"
	assert_line --index 0 "PING $(lab_addr b 6)($(lab_addr b 6)) , flow 0x00012, 56 data bytes"
	run -0 netping_at a -F 0x12 -c 1 "$(lab_addr b 6)"
}

@test "path MTU discovery" {
	for how in 'do' want dont; do
		for size in 1400 2000; do
			assert_like_ping a -M "$how" -s "$size" -c 1 -W 0.2 "$(lab_addr b 4)"
			assert_like_ping a -M "$how" -s "$size" -c 1 -W 0.2 "$(lab_addr b 6)"
		done
	done
	run -1 netping_at a -M probe -s 2000 -c 1 -W 0.2 "$(lab_addr b 4)"
	assert_output --partial 'local error: message too long, mtu=1500'
}

@test "unusual addresses: this host, groups, a link that nobody names" {
	for address in 0 0.0.0.0 :: 127.1 0x7f000001 "fe80::ff:fe00:102" "fe80::ff:fe00:102%to-r" \
		224.0.0.1 ff02::1 ff02::1%to-r; do
		assert_like_ping a -c 1 -W 0.3 "$address"
	done
	assert_like_ping a -L -c 1 -W 0.3 224.0.0.1
	assert_like_ping a -I lo -c 1 -W 0.3 "$(lab_addr b 4)"
	assert_like_ping a -p ff -s 0 -c 1 "$(lab_addr b 4)"
}

@test "without the right to mark probes go unmarked, with a warning" {
	allow_datagrams solo
	as_nobody_at solo ping -m 5 -c 1 127.0.0.1 2>theirs.err | normal >theirs
	as_nobody_at solo "$NETPING" -m 5 -c 1 127.0.0.1 2>ours.err | normal >ours
	diff theirs ours
	diff <(normal <theirs.err | uniq) <(normal <ours.err)
}

@test "record route and time stamps" {
	assert_like_ping a -c 2 -i 0.2 -R "$(lab_addr b 4)"
	assert_like_ping a -c 1 -T tsonly "$(lab_addr b 4)"
	assert_like_ping a -c 1 -T tsandaddr "$(lab_addr b 4)"
}

@test "errors of routers, with their meaning" {
	assert_like_ping a -c 2 -i 0.2 -t 1 "$(lab_addr b 4)"
	assert_like_ping a -c 2 -i 0.2 -t 1 "$(lab_addr b 6)"
	for code in net-unreachable host-unreachable host-prohibited admin-prohibited; do
		lab_reject r "ip daddr $(lab_addr b 4)" "icmp $code"
		assert_like_ping a -c 1 "$(lab_addr b 4)"
		lab_heal r
	done
	for code in no-route admin-prohibited addr-unreachable; do
		lab_reject r "ip6 daddr $(lab_addr b 6) icmpv6 type echo-request" "icmpv6 $code"
		assert_like_ping a -c 1 "$(lab_addr b 6)"
		lab_heal r
	done
	lab_reject b 'icmp type echo-request' 'icmp port-unreachable'
	assert_like_ping a -c 1 "$(lab_addr b 4)"
	lab_heal b
}

@test "no way, no name, no such interface" {
	assert_like_ping solo -c 1 192.0.2.1
	assert_like_ping solo -c 1 2001:db8::1
	run -2 netping_at solo -c 1 -I nodev 127.0.0.1
	assert_output --partial nodev
	run -2 netping_at solo no.such.name.invalid
	run -2 netping_at solo
	assert_output --partial 'Destination address required'
}

@test "all lost: status 1 and no line of round trips" {
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 1
	assert_like_ping a -c 1 -W 0.2 "$(lab_addr b 4)"
	assert_like_ping a -c 2 -i 0.2 -W 0.3 -q "$(lab_addr b 4)"
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 0
}

@test "-w with -c: status 1 if fewer came" {
	lab_loss b every 2 'icmp type echo-request'
	run -1 netping_at a -q -c 5 -w 0.7 -i 0.2 "$(lab_addr b 4)"
	lab_heal b
	run -0 netping_at a -q -c 2 -w 2 -i 0.2 "$(lab_addr b 4)"
	assert_output --partial '2 packets transmitted, 2 received, 0% packet loss'
}

@test "broadcast needs -b, as with ping" {
	assert_like_ping a -c 1 10.0.1.255
	lab_sysctl r net.ipv4.icmp_echo_ignore_broadcasts 0
	netping_at a -b -c 1 10.0.1.255 2>err >ours
	grep -q 'pinging broadcast address' err
	grep -q "bytes from $(lab_addr r 4 a)" ours
}

@test "adaptive and flood end with ipg and ewma" {
	allow_datagrams solo
	for option in -A -f; do
		run -0 netping_at solo -q -c 20 $option 127.0.0.1
		assert_line --index 3 --regexp '^rtt min/avg/max/mdev = .* ms, .*ipg/ewma [0-9.]+/[0-9.]+ ms$'
		assert_line --index 2 --partial '20 packets transmitted, 20 received, 0% packet loss'
	done
}

@test "a flood prints what ping's prints, but for where the dots and erasures stand" {
	allow_datagrams solo
	assert_like_ping solo -f -q -c 100 127.0.0.1
	assert_like_ping solo -f -q -c 100 ::1
	assert_like_ping a -f -q -c 100 "$(lab_addr b 4)"
	netping_at solo -f -c 100 127.0.0.1 >run
	[[ $(grep -ao '\.' <<<"$(sed -n 2p run)" | wc -l) -eq 100 ]]
	[[ $(grep -ao $'\b \b' <<<"$(sed -n 2p run)" | wc -l) -eq 100 ]]
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 1
	run -1 netping_at solo -f -c 30 -W 0.1 127.0.0.1
	assert_line --index 1 "$(printf '.%.0s' {1..30})"
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 0
}

@test "the habit's pipeline works" {
	run -0 bash -c "ip netns exec $(lab_ns a) $NETPING -c 3 -i 0.1 $(lab_addr b 4) | tail -1 | awk -F/ '{ print \$5 }'"
	assert_output --regexp '^[0-9]+\.[0-9]{3}$'
}

@test "the last line of a run is the round trips, whatever is piped" {
	run -0 netping_at a -c 2 -i 0.1 "$(lab_addr b 4)"
	assert_line --index 5 --regexp '^rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms$'
	[[ ${#lines[@]} -eq 6 ]]
}

@test "-3 gives three decimals" {
	run -0 netping_at a -3 -c 1 "$(lab_addr b 4)"
	assert_line --index 1 --regexp 'time=[0-9]+\.[0-9]{3} ms$'
}

@test "what is not here is refused by name" {
	run -2 netping_at solo -N name ::1
	assert_output --partial -- '-N'
	run -2 netping_at solo -d 127.0.0.1
	assert_output --partial -- '-d'
	run -2 netping_at solo -T tsprespec 127.0.0.1
	assert_output --partial tsprespec
	run -2 netping_at solo -R -T tsonly 127.0.0.1
	run -2 netping_at solo -4 -6 127.0.0.1
	run -2 netping_at solo -p xyz 127.0.0.1
	run -2 netping_at solo -c 0 127.0.0.1
	run -2 netping_at solo -t 256 127.0.0.1
}
