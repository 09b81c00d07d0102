#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The test lab itself: tests/netns.bash and tests/lab/tunlink.c
# shellcheck disable=SC2030,SC2031 # every test has its own $lab and $pid

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load ../netns

netns_bash=$BATS_TEST_DIRNAME/../netns.bash
at=@ # so that bats does not take the tests of a bats file in here for ours

setup() {
	lab_begin
	lab_need ping
}

teardown() {
	lab_end
}

# received FROM TO 4|6 COUNT [OPTION...]: the numbers of the answers, in the order they came. ping
# leaves one interval after its last packet, or two round trips; -W only counts without any answer.
received() {
	lab_exec "$1" ping -n -c "$4" -i 0.1 -W 1 "${@:5}" "$(lab_addr "$2" "$3")" |
		sed -n 's/.*icmp_seq=\([0-9]*\) ttl.*/\1/p' | xargs
}

# assert_reach A B: either reaches the other, at the first attempt
assert_reach() {
	local family

	for family in 4 6; do
		assert_equal "IPv$family $1 $2: $(received "$1" "$2" $family 1)" "IPv$family $1 $2: 1"
		assert_equal "IPv$family $2 $1: $(received "$2" "$1" $family 1)" "IPv$family $2 $1: 1"
	done
}

# assert_slow FROM TO 4|6 US [OPTION...]: no answer came in less than so many microseconds
assert_slow() {
	local min

	min=$(lab_exec "$1" ping -n -c 3 -i 0.01 -W 5 "${@:5}" "$(lab_addr "$2" "$3")" |
		sed -n 's|^rtt .* = \([0-9]*\)\.\([0-9]\{3\}\)/.*|\1\2|p')
	assert_regex "$min" '^[0-9]+$'
	assert [ "$((10#$min))" -ge "$4" ]
}

# gone PID: it is over, buried or not
gone() {
	! readlink "/proc/$1/ns/net" >/dev/null
}

# assert_gone LAB PID...: nothing is left of it
assert_gone() {
	local pid

	assert_equal "$(compgen -G "/run/netns/$1-*")" ''
	for pid in "${@:2}"; do
		assert gone "$pid"
	done
}

# inner COMMANDS: the start of a script with a lab of its own; it tells what it made
inner() {
	cat <<-END
		set -euo pipefail
		. '$netns_bash'
		lab_begin
		lab_pair a b
		lab_bg a sleep 60
		printf '%s %s\n' "\$LAB" "\$!" >'$BATS_TEST_TMPDIR/made'
		$1
	END
}

# made: sets $lab and $pid to what the script inside made, once it has
made() {
	lab_wait_for test -s "$BATS_TEST_TMPDIR/made"
	read -r lab pid <"$BATS_TEST_TMPDIR/made"
}

@test "lab: a pair" {
	lab_pair a b
	assert_reach a b
	assert_equal "$(lab_addr a 4) $(lab_addr b 6)" '10.0.1.1 fd00:1::2'
	assert_equal "$(lab_dev a) $(lab_mac b)" 'to-b 02:00:00:00:01:02'
}

@test "lab: a line with two routers" {
	lab_line a r1 r2 b
	assert_reach a b
	assert_reach a r2
	run -0 lab_exec a ping -n -c 1 -W 1 "$(lab_addr b 4)"
	assert_output --partial 'ttl=62 '
	run -0 lab_exec a ping -n -c 1 -W 1 "$(lab_addr b 6)"
	assert_output --partial 'ttl=62 '
	assert_equal "$(lab_addr r2 4 r1) $(lab_addr r2 4 b)" '10.0.2.2 10.0.3.1'
}

@test "lab: a host in the middle forwards only when it is a router" {
	lab_pair a m
	lab_pair m b
	lab_exec a ip route add 10.0.2.0/24 via "$(lab_addr m 4)"
	lab_exec b ip route add 10.0.1.0/24 via "$(lab_addr m 4 b)"
	assert_equal "$(received a b 4 1)" ''
	lab_routes a m b
	assert_reach a b
}

@test "lab: a bridge with stations" {
	lab_bridge sw s1 s2 s3
	assert_reach s1 s2
	assert_reach s2 s3
	assert_reach s3 s1
	assert_equal "$(lab_mac s1) $(lab_mac s3 sw)" '02:00:00:00:01:01 02:00:00:00:01:03'
	run -0 lab_exec s1 ip neigh show "$(lab_addr s2 4)"
	assert_output --partial "dev to-sw lladdr $(lab_mac s2)"
}

@test "lab: several topologies in one lab" {
	lab_line a r b
	lab_bridge sw b c
	lab_line c r2 d
	assert_reach a b
	lab_exec d ping -c 1 -W 1 "$(lab_addr c 4 r2)"
	lab_exec c ping -c 1 -W 1 "$(lab_addr d 6)"
	assert_equal "$(lab_addr b 4 sw) $(lab_addr c 6 sw)" '10.0.3.1 fd00:3::2'
	lab_exec c ping -c 1 -W 1 "$(lab_addr b 4 sw)"
	lab_exec b ping -c 1 -W 1 "$(lab_addr c 6 sw)"
}

@test "lab: hosts are named once and well" {
	lab_host a
	lab_host a
	assert_equal "$(lab_ns a)" "$LAB-a"
	run -1 lab_host 'a b'
	assert_output --partial 'no name for a host'
	run -1 lab_sysctl a kernel.hostname x
	lab_sysctl a net.ipv4.ip_default_ttl 33
	assert_equal "$(lab_exec a sysctl -n net.ipv4.ip_default_ttl)" 33
	refute [ "$(sysctl -n net.ipv4.ip_default_ttl)" = 33 ]
}

@test "lab: a line with delay" {
	lab_need tun tunlink
	lab_delay_pair a b 30
	assert_reach a b
	assert_slow a b 4 60000
	assert_slow b a 6 60000
}

@test "lab: a slow line among routers" {
	lab_need tun tunlink
	lab_pair a r
	lab_delay_pair r b 12.5 10
	lab_routes a r b
	assert_reach a b
	assert_slow a b 4 25000
	assert_slow a b 6 25000
}

@test "lab: a line with a rate" {
	lab_need tun tunlink
	# 1472 + 28 octets are 12000 bits, 50 ms at this rate; two of them are behind one another.
	lab_delay_pair a b 0 0 --rate 240
	assert_slow a b 4 100000 -s 1472
}

@test "lab: a line with loss in either direction" {
	lab_need tun tunlink
	lab_delay_pair a b 1 0 --loss-every 3
	# To groups that do not answer: not counted.
	run -1 lab_exec a ping -c 1 -W 0.1 -I to-b 224.0.0.99
	run -1 lab_exec b ping -c 1 -W 0.1 -I to-a ff02::99
	# Lost are the requests 3, 6, 9 and, of the answers 1 2 4 5 7 8, the third and the sixth.
	assert_equal "$(received a b 4 9 -i 0.2)" '1 2 5 7'
	assert_equal "$(received a b 6 9 -i 0.2)" '1 2 5 7'
}

@test "lab: a line holds no more than its queue" {
	lab_need tun tunlink
	lab_delay_pair a b 300 0 --queue 2
	assert_equal "$(received a b 4 5 -i 0.01 -W 3)" '1 2'
	assert_equal "$(received a b 6 5 -i 0.01 -W 3)" '1 2'
}

@test "lab: a line with jitter reorders, and loses nothing" {
	local order try

	lab_need tun tunlink
	lab_delay_pair a b 100 100
	# Ten packets in 90 ms, up to 200 ms late: that they keep their order is next to impossible,
	# unless a busy machine sends them at longer intervals. Hence up to five tries.
	for try in 1 2 3 4 5; do
		order=$(received a b 4 10 -i 0.01 -W 3)
		assert_equal "$(tr ' ' '\n' <<<"$order" | sort -n | xargs)" "$(seq 10 | xargs)"
		[[ $order == "$(seq 10 | xargs)" ]] || return 0
	done
	fail "in order, $try times"
}

@test "lab: a line ends when its time is over" {
	lab_need tun tunlink
	LAB_LIFETIME=1 lab_delay_pair a b 1
	lab_exec a ip link show to-b
	lab_wait_for bash -c "! ip -n '$(lab_ns a)' link show to-b"
}

@test "lab: a line ends by SIGTERM" {
	lab_need tun tunlink
	lab_delay_pair a b 1
	kill -TERM "$!"
	lab_wait_for bash -c "! ip -n '$(lab_ns b)' link show to-a"
}

@test "lab: tunlink refuses the machine's own namespace, and one for both ends" {
	lab_need tun tunlink
	lab_host a b
	run -1 "$LAB_HELPERS/tunlink" --for 1 /proc/self/ns/net x "/run/netns/$(lab_ns b)" y
	assert_output --partial 'refusing the network namespace it was started in'
	run -1 "$LAB_HELPERS/tunlink" --for 1 "/run/netns/$(lab_ns a)" x "/proc/$$/ns/net" y
	assert_output --partial 'refusing the network namespace it was started in'
	run -1 lab_exec a "$LAB_HELPERS/tunlink" --for 1 "/proc/$$/ns/net" x "/run/netns/$(lab_ns b)" y
	assert_output --partial 'refusing the initial network namespace'
	run -1 "$LAB_HELPERS/tunlink" --for 1 "/run/netns/$(lab_ns a)" x "/run/netns/$(lab_ns a)" y
	assert_output --partial 'both ends are in one namespace'
	run -1 "$LAB_HELPERS/tunlink" --for 1 "$netns_bash" x "/run/netns/$(lab_ns a)" y
	assert_output --partial 'not a network namespace'
	run -2 "$LAB_HELPERS/tunlink" --for 0 "/run/netns/$(lab_ns a)" x "/run/netns/$(lab_ns b)" y
	assert_output --partial '--for: 0: not a number in its range'
	run -1 lab_delay_pair a b 1 0 --no-such-option
	assert_output --partial 'no line between a and b'
}

@test "lab: loss of every third, on arrival" {
	lab_need nft
	lab_pair a b
	lab_loss b every 3
	assert_equal "$(received a b 4 7)" '1 2 4 5 7'
	lab_heal b
	lab_loss b every 3
	assert_equal "$(received a b 6 7)" '1 2 4 5 7'
	lab_drop a
	lab_heal a b
	assert_equal "$(received a b 4 3)" '1 2 3'
}

@test "lab: loss on the way, of what matches only" {
	lab_need nft
	lab_line a r b
	lab_loss r every 2 'icmp type echo-reply'
	assert_equal "$(received a b 4 5)" '1 3 5'
	assert_equal "$(received a b 6 3)" '1 2 3'
}

@test "lab: what ends with its input is held" {
	lab_host a
	lab_hold a bash -c 'echo ready; read -r; echo over' >"$BATS_TEST_TMPDIR/said"
	lab_wait_for grep -q ready "$BATS_TEST_TMPDIR/said"
	assert_regex "$(readlink "/proc/$!/fd/0")" 'netsonde-held.* \(deleted\)$'
	sleep 0.1
	refute gone "$!"
	assert_equal "$(<"$BATS_TEST_TMPDIR/said")" ready
}

@test "lab: what is staged goes with the lab, and nobody else's" {
	local stage

	lab_stage netconn
	lab_stage lab/tunlink
	stage=$STAGE
	assert [ -x "$stage/netconn" ]
	assert [ -x "$stage/tunlink" ]
	assert_equal "$(stat -c %a "$stage")" 755
	lab_end
	refute [ -e "$stage" ]
	mkdir "$BATS_TEST_TMPDIR/another"
	STAGE=$BATS_TEST_TMPDIR/another
	lab_begin
	lab_end
	assert [ -d "$BATS_TEST_TMPDIR/another" ]
}

@test "lab: loss on departure" {
	lab_need nft
	lab_pair a b
	lab_loss b every 2 '' out
	assert_equal "$(received a b 4 5)" '1 3 5'
}

@test "lab: loss of a share" {
	lab_need nft
	lab_pair a b
	lab_loss b 100
	assert_equal "$(received a b 4 2)" ''
	lab_heal b
	lab_loss b 50
	# All or nothing of a hundred: once in 2^99 runs.
	run -0 received a b 4 100 -i 0.01
	refute_output ''
	refute_output "$(seq 100 | xargs)"
	run -1 lab_loss b 101
	run -1 lab_loss b every x
}

@test "lab: a firewall drops" {
	lab_need nft
	lab_line a r b
	lab_drop r 'icmp type echo-request'
	assert_equal "$(received a b 4 2)" ''
	assert_equal "$(received a b 6 2)" '1 2'
	lab_drop b
	assert_equal "$(received a b 6 2)" ''
}

@test "lab: a firewall drops ARP" {
	lab_need nft
	lab_bridge sw s1 s2
	lab_drop s2 'arp operation request'
	assert_equal "$(received s1 s2 4 1)" ''
	assert_equal "$(received s1 s2 6 1)" '1'
	run -0 lab_exec s1 ip neigh show "$(lab_addr s2 4)"
	refute_output --partial lladdr
}

@test "lab: a firewall rejects" {
	lab_need nft
	lab_line a r b
	lab_reject r 'icmp type echo-request' icmpx admin-prohibited
	lab_reject r 'tcp dport 80' tcp reset
	run lab_exec a ping -n -c 1 -W 1 "$(lab_addr b 4)"
	assert_output --partial "From $(lab_addr r 4) icmp_seq=1 Packet filtered"
	run lab_exec a timeout 5 bash -c "exec 5<>/dev/tcp/$(lab_addr b 4)/80"
	assert_output --partial 'Connection refused'
	lab_drop b 'tcp dport 80'
	run lab_exec a timeout 5 bash -c "exec 5<>/dev/tcp/$(lab_addr b 4)/80"
	assert_output --partial 'Connection refused'
}

@test "lab: waiting has a deadline" {
	LAB_WAIT=1 run -1 lab_wait_for false
	assert_output 'lab_wait_for: not within 1 s: false'
	lab_wait_for true
}

@test "lab: nothing is left after lab_end" {
	local lab=$LAB pid inner_pid outer_pid

	lab_pair a b
	# A process that ignores what it can, and forks; another that left the lab's namespaces.
	lab_bg a bash -c "trap '' HUP INT TERM; sleep 60 & echo \$! >'$BATS_TEST_TMPDIR/pid'; wait"
	pid=$!
	lab_wait_for test -s "$BATS_TEST_TMPDIR/pid"
	inner_pid=$(<"$BATS_TEST_TMPDIR/pid")
	lab_bg b nsenter --net="/proc/$$/ns/net" sleep 60
	outer_pid=$!
	refute gone "$pid"
	refute gone "$inner_pid"
	refute gone "$outer_pid"
	SECONDS=0
	lab_end
	assert [ "$SECONDS" -lt 30 ] # ended, not waited for
	assert_gone "$lab" "$pid" "$inner_pid" "$outer_pid"
	lab_end
}

@test "lab: one lab at a time, begun by the shell itself" {
	run -1 lab_begin
	assert_output 'lab_begin: not in a subshell'
	run -1 bash -c ". '$netns_bash'; lab_begin; lab_begin"
	assert_output 'lab_begin: the lab has begun already'
	run -0 bash -c ". '$netns_bash'; lab_begin; lab_host a; lab_end; lab_begin; lab_host a"
}

@test "lab: sourcing it again does not forget the lab" {
	local lab=$LAB

	lab_host a
	load ../netns
	lab_end
	assert_gone "$lab"
}

@test "lab: nothing is left of a script that fails" {
	inner 'false' >"$BATS_TEST_TMPDIR/script"
	run -1 bash "$BATS_TEST_TMPDIR/script"
	made
	assert_gone "$lab" "$pid"
}

@test "lab: nothing is left of a script that ends, and its own trap runs" {
	{ echo "trap 'echo trap \$?' EXIT"; inner 'exit 5'; } >"$BATS_TEST_TMPDIR/script"
	run -5 bash "$BATS_TEST_TMPDIR/script"
	assert_output 'trap 5'
	made
	assert_gone "$lab" "$pid"
}

@test "lab: nothing is left of a script that gets a signal" {
	local signal child status lab pid

	inner 'lab_exec b sleep 60' >"$BATS_TEST_TMPDIR/script"
	for signal in HUP INT TERM; do
		rm -f "$BATS_TEST_TMPDIR/made"
		status=0
		# A group of its own, and SIGINT as on a terminal, which bash ignores in the background.
		setsid env --default-signal=INT bash "$BATS_TEST_TMPDIR/script" 3>&- &
		child=$!
		made
		if [[ $signal == INT ]]; then
			kill -INT -- "-$child"
		else
			kill "-$signal" "$child"
		fi
		wait "$child" || status=$?
		assert_equal "$status" $((128 + $(kill -l $signal)))
		assert_gone "$lab" "$pid"
	done
}

@test "lab: the next lab removes what SIGKILL left" {
	local child lab pid

	inner 'lab_exec b sleep 60' >"$BATS_TEST_TMPDIR/script"
	bash "$BATS_TEST_TMPDIR/script" 3>&- &
	child=$!
	made
	# While its shell lives nobody touches it.
	lab_reap
	refute gone "$pid"
	kill -KILL "$child"
	lab_wait_for gone "$child"
	# It may have been removed already, by a test beside this one.
	run -0 bash -c ". '$netns_bash'; lab_begin"
	assert_gone "$lab" "$pid"
}

@test "lab: a line ends with its shell" {
	local child lab pid

	lab_need tun tunlink
	inner "lab_delay_pair c d 1; echo \"\$LAB \$!\" >'$BATS_TEST_TMPDIR/made2'; lab_exec c sleep 60" \
		>"$BATS_TEST_TMPDIR/script"
	bash "$BATS_TEST_TMPDIR/script" 3>&- &
	child=$!
	lab_wait_for test -s "$BATS_TEST_TMPDIR/made2"
	read -r lab pid <"$BATS_TEST_TMPDIR/made2"
	refute gone "$pid"
	kill -KILL "$child"
	lab_wait_for gone "$pid"
	lab_reap
	assert_gone "$lab" "$pid"
}

@test "lab: a process number used again is told from its predecessor" {
	ip netns add "nsd$$-1-old"
	lab_reap
	assert_gone "nsd$$-1"
}

@test "lab: a bats file shares one lab, and leaves nothing when a test fails" {
	local lab pid

	cat >"$BATS_TEST_TMPDIR/inner.bats" <<-END
		load '${netns_bash%.bash}'
		setup_file() { lab_need ping || return 0; lab_begin || return 0; lab_pair a b; }
		setup() { lab_need; }
		teardown() { lab_end; }
		teardown_file() { lab_end; }
		${at}test one {
			lab_exec a ping -c 1 -W 1 "\$(lab_addr b 6)"
			lab_bg a sleep 60
			printf '%s %s\n' "\$LAB" "\$!" >'$BATS_TEST_TMPDIR/made'
			false
		}
		${at}test two {
			read -r lab pid <'$BATS_TEST_TMPDIR/made'
			! readlink "/proc/\$pid/ns/net"
			lab_exec b ping -c 1 -W 1 "\$(lab_addr a 4)"
		}
	END
	run -1 env -i PATH="$PATH" "$BATS_ROOT/bin/bats" --tap "$BATS_TEST_TMPDIR/inner.bats"
	assert_line 'not ok 1 one'
	assert_line 'ok 2 two'
	made
	assert_gone "$lab" "$pid"
}

@test "lab: what a machine cannot do skips the tests, with the reason" {
	cat >"$BATS_TEST_TMPDIR/inner.bats" <<-END
		load '${netns_bash%.bash}'
		setup_file() { lab_need no-such-command || return 0; lab_begin; }
		setup() { lab_need; }
		teardown_file() { lab_end; }
		${at}test one { false; }
	END
	run -0 env -i PATH="$PATH" "$BATS_ROOT/bin/bats" --tap "$BATS_TEST_TMPDIR/inner.bats"
	assert_line 'ok 1 one # skip no-such-command is not installed'
	run -77 bash -c ". '$netns_bash'; lab_need root no-such-command; echo on"
	assert_output 'skipped: no-such-command is not installed'
}

@test "lab: somebody who is not root is told so" {
	lab_need setpriv
	# Fed as text: the checkout may be closed to others.
	run -77 env -i PATH="$PATH" NETSONDE_BUILD=/ setpriv --reuid=65534 --regid=65534 --clear-groups \
		bash -c "$(<"$netns_bash")"$'\nlab_begin; echo on'
	assert_output 'skipped: needs root'
}
