#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Whole connections with a Linux server, in each order of closing, over each kind of address.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	netshake_begin || return 0
	lab_pair a b
	serve a 7000
	serve b 7000
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

link_local() {
	lab_exec "$1" ip -6 -o address show dev "$2" scope link |
		awk '{ sub("/.*", "", $4); print $4; exit }'
}

# assert_states CLIENT SERVER: lists separated by blanks
assert_states() {
	assert_equal "$(shaken '.client_states | join(" ")' | tr -d '"')" "$1"
	assert_equal "$(shaken '.server_states | join(" ")' | tr -d '"')" "$2"
}

CLOSES_FIRST='CLOSED SYN_SENT ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT'
CLOSES_LAST='CLOSED SYN_SENT ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED'

# assert_whole: opened and closed, every checksum right, and nothing twice
assert_whole() {
	shaken '.verdict == "open" and .as_asked and .retransmissions == 0 and
		.kernel_segments == 0 and .undelivered == 0 and
		all(.segments[]; .checksum_ok and .delivered) and
		([.segments[].n] == [range(1; (.segments | length) + 1)]) and
		(.segments[0].flags == "SYN" and .segments[1].flags == "SYN,ACK") and
		.segments[1].ack == 1 and .segments[0].time_us == 0 and
		.handshake_rtt_us > 0 and .negotiated.sack and .negotiated.timestamps'
}

@test "over IPv4, IPv6, link-local with zone, loopback and an own address: no RST of the kernel's" {
	count_resets a
	for peer in "$(lab_addr b 4)" "$(lab_addr b 6)" "$(link_local b to-a)%to-b" 127.0.0.1 ::1 \
		"$(lab_addr a 4)" "$(lab_addr a 6)"; do
		shake a --json "$peer" 7000 >/dev/null
		assert_whole
		assert_states "$CLOSES_FIRST" \
			'LISTEN SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED'
		shaken '.closed_by == "client"'
	done
	[[ $(resets a) -eq 0 ]]
}

@test "with CAP_NET_RAW alone, at neighbours that send with a hop limit of 255 as well" {
	count_resets a
	lab_sysctl b net.ipv4.ip_default_ttl 255
	lab_sysctl b net.ipv6.conf.all.hop_limit 255
	for peer in "$(lab_addr b 4)" "$(lab_addr b 6)" 127.0.0.1; do
		as_raw_at a "$NETSHAKE" --json --data x --hold 0.1 "$peer" 7005 >run
		assert_whole
	done
	lab_sysctl b net.ipv4.ip_default_ttl 64
	lab_sysctl b net.ipv6.conf.all.hop_limit 64
	[[ $(resets a) -eq 0 ]]
}

@test "the peer closes first, and is waited for" {
	for family in 4 6; do
		shake a --json --close wait "$(lab_addr b $family)" 7001 >/dev/null
		assert_whole
		assert_states "$CLOSES_LAST" \
			'LISTEN SYN_RCVD ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT'
		shaken '.closed_by == "server"'
	done
}

@test "the peer closes one direction" {
	shake a --json --close wait "$(lab_addr b 4)" 7004 >/dev/null
	assert_whole
	shaken '.closed_by == "server" and (.client_states | index("CLOSE_WAIT"))'
	shake a --json --close half "$(lab_addr b 4)" 7000 >/dev/null
	assert_whole
	assert_states "$CLOSES_FIRST" 'LISTEN SYN_RCVD ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED'
}

@test "closing by reset, and not at all" {
	count_resets a
	shake a --json --close rst "$(lab_addr b 4)" 7000 >/dev/null
	shaken '.as_asked and (.segments[-1].flags | test("RST"))'
	shaken '.closed_by == "client" and .client_states[-1] == "CLOSED"'
	[[ $(resets a) -eq 1 ]]
	shake a --json --close none "$(lab_addr b 4)" 7000 >/dev/null
	shaken '.as_asked and .closed_by == null and .client_states[-1] == "ESTABLISHED" and
		(.segments | length) == 3'
}

@test "a FIN that comes again in TIME_WAIT is acknowledged again" {
	lab_loss b every 2 'tcp flags & (syn | fin | ack) == ack'
	shake a --json --time-wait 1.5 "$(lab_addr b 4)" 7000 >/dev/null || true
	lab_heal b
	shaken '[.segments[] | select(.direction == "in" and (.flags | test("FIN")))] | length > 1'
	shaken '.client_states[-2:] == ["TIME_WAIT", "CLOSED"] and .as_asked'
}

@test "what is sent arrives, and what the peer says is acknowledged" {
	head -c 100000 /dev/zero | tr '\0' 'x' >data
	shake a --json --data-file data --hold 0.05 "$(lab_addr b 4)" 7005 >/dev/null
	shaken '.as_asked and ([.segments[] | select(.direction == "out") | .length] | add) == 100000'
	shaken '[.segments[] | select(.direction == "in") | .length] | add == 10'
	printf 'from a pipe' | lab_exec a "$NETSHAKE" --json --data-file - "$(lab_addr b 6)" 7000 >run
	shaken '.as_asked and ([.segments[] | select(.direction == "out") | .length] | add) == 11'
}

@test "what is sent at once, and more of it, is all its own" {
	# Many more segments than a ladder keeps; the kernel has sent none of them.
	head -c 6000000 /dev/zero >data
	lab_exec a "$NETSHAKE" --data-file data "$(lab_addr b 4)" 7000 >ladder
	run grep -c 'kernel sent' ladder
	assert_output 0
	grep -qx 'verdict   open' ladder
}

@test "each segment may be lost once" {
	for loss in 'tcp flags & (syn | ack) == syn' 'tcp flags & fin == fin' 'tcp flags & psh == psh'; do
		lab_exec b nft -f - <<-END
			table inet once {
				chain arrive {
					type filter hook prerouting priority raw;
					tcp dport 7000 $loss limit rate 1/day burst 1 packets drop
				}
			}
		END
		shake a --json --data hello "$(lab_addr b 4)" 7000 >/dev/null
		lab_heal b
		shaken '.as_asked and .retransmissions == 1'
		shaken '[.segments[] | select(.retransmission)] | length == 1'
	done
}

@test "several connections, each from a port of its own, with statistics" {
	count_resets a
	shake a --json -c 5 -i 0.05 "$(lab_addr b 4)" 7000 >/dev/null
	jq -e 'map(.type) == [(range(5) | "trace"), "statistics"] and
		([.[0:5][] | .source.port] | unique | length) == 5 and
		.[5].traces == 5 and .[5].as_asked == 5 and .[5].handshake_rtt_min_us > 0' run
	[[ $(resets a) -eq 0 ]]
	run -0 shake a -c 2 -i 0.05 "$(lab_addr b 4)" 7000
	assert_output --partial '2 connections ---'
}

@test "the SYN is what the options say" {
	shake a --json --mss 1000 --wscale 3 --window 20000 --no-sack --no-timestamps --ttl 77 \
		--dscp 10 --sport 33999 --ecn "$(lab_addr b 4)" 7000 >/dev/null
	shaken '.as_asked and .source.port == 33999'
	shaken '.segments[0] | .options.mss == 1000 and .options.wscale == 3 and .window == 20000 and
		(.options.sack_permitted | not) and .options.timestamps == null and .ttl == 77 and
		(.flags | split(",") | sort) == ["CWR", "ECE", "SYN"]'
	shaken '.negotiated | .own_mss == 1000 and (.sack | not) and (.timestamps | not)'
	shake a --json --mss 0 "$(lab_addr b 6)" 7000 >/dev/null
	shaken '.segments[0].options.mss == null'
}

# trace_server SPORT CMD...: run it, and keep in the file states those that sockets go through whose
# other end has this port, until one is closed
# shellcheck disable=SC2317 # called in a shell of its own
trace_server() {
	lab_exec a unshare -m bash -c '
		set -e
		mount -t tracefs none "$1"
		instance=$1/instances/$2
		mkdir "$instance"
		trap "rmdir $instance" EXIT
		event=$instance/events/sock/inet_sock_set_state
		echo "dport == $3" >"$event/filter"
		echo 1 >"$event/enable"
		"${@:4}" >run
		for ((i = 0; i < 50; i++)); do
			sed -nE "s/.*newstate=TCP_//p" "$instance/trace" | uniq >states
			[[ $(tail -n 1 states) != CLOSE ]] || break
			sleep 0.1
		done
	' - "$BATS_TEST_TMPDIR/tracefs" "$LAB-$BATS_TEST_NUMBER" "$@"
}

@test "the server was in the states that are inferred" {
	# The trace sees all namespaces: so no port that another run may have at the same time.
	local peer family port=$((20000 + RANDOM % 10000))
	mkdir tracefs
	unshare -m mount -t tracefs none tracefs 2>/dev/null || skip 'needs tracefs in the kernel'
	# The kernel has names of its own, does not tell LISTEN of a child, and calls TIME_WAIT CLOSE.
	ours() { jq -r '.[0].server_states[] | gsub("_RCVD"; "_RECV") | gsub("WAIT_"; "WAIT")' run |
		sed -e 1d -e 's/TIME_WAIT/CLOSE/' -e 's/CLOSED/CLOSE/'; }
	for family in 4 6; do
		peer=$(lab_addr b $family)
		trace_server $((++port)) "$NETSHAKE" --json --sport $port "$peer" 7000
		diff -u states <(ours)
		trace_server $((++port)) "$NETSHAKE" --json --sport $port --close wait "$peer" 7001
		diff -u states <(ours)
		trace_server $((++port)) "$NETSHAKE" --json --sport $port --close half "$peer" 7004
		diff -u states <(ours)
	done
}
