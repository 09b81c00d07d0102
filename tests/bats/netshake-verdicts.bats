#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every verdict is provoked, given, and explained.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	netshake_begin || return 0
	lab_line a r b
	serve b 7000
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_heal a r b
	lab_end
}

teardown_file() {
	lab_end
}

# assert_verdict NAME FILTER ARG...: exit 1, this verdict with evidence and advice, and what jq says;
# and the ladder agrees, in lines of at most 80 columns
assert_verdict() {
	local name=$1 filter=$2 status=0
	shift 2

	lab_bg a "$NETSHAKE" "$@" >ladder
	shake a --json "$@" >/dev/null || status=$?
	wait "$!" || true
	[[ $status -eq 1 ]]
	shaken ".verdict == \"$name\" and (.as_asked | not) and (.evidence | length) > 0 and
		(.advice | length) > 0 and ($filter)"
	grep -q "^verdict   $name" ladder
	run awk 'length > 80' ladder
	assert_output ''
}

@test "closed: by the host" {
	assert_verdict closed '.closed_from == "host" and (.segments | length) == 2' \
		"$(lab_addr b 4 r)" 99
	grep -q ', by the host itself$' ladder
	assert_verdict closed '.closed_from == "host" and .segments[1].flags == "RST,ACK"' \
		"$(lab_addr b 6 r)" 99
	lab_drop b 'icmp type echo-request'
	assert_verdict closed '.closed_from == "unknown"' "$(lab_addr b 4 r)" 99
}

@test "closed: by something nearer than the host" {
	local family
	# The host listens there; a router on the way resets what goes there.
	lab_reject r 'tcp dport 7001' 'tcp reset'
	for family in 4 6; do
		assert_verdict closed '.closed_from == "nearer" and .segments[1].flags == "RST,ACK"' \
			"$(lab_addr b $family r)" 7001
		grep -q ', by something nearer than the host$' ladder
	done
}

@test "filtered: silence" {
	lab_drop b 'tcp dport 7000'
	assert_verdict filtered '.reporter == null and .retransmissions == 1' \
		--retries 1 --timeout 1.5 "$(lab_addr b 4 r)" 7000
	tail -n +5 ladder | grep -q ' RST ' # the one on giving up
}

@test "filtered: ICMP, and who sent it" {
	local router
	lab_reject r 'tcp dport 7000' 'icmpx admin-prohibited'
	router=$(lab_addr r 4 a)
	assert_verdict filtered ".reporter == \"$router\" and .icmp_type == 3 and .icmp_code == 13" \
		"$(lab_addr b 4 r)" 7000
	router=$(lab_addr r 6 a)
	assert_verdict filtered ".reporter == \"$router\" and .icmp_type == 1 and .icmp_code == 1" \
		"$(lab_addr b 6 r)" 7000
}

@test "own_firewall: the answer was on the wire, but not delivered" {
	lab_drop a 'tcp sport 7000'
	assert_verdict own_firewall '.undelivered > 0 and
		([.segments[] | select(.delivered | not)] | .[0].flags) == "SYN,ACK"' \
		--retries 1 --timeout 1.5 "$(lab_addr b 4 r)" 7000
	assert_verdict own_firewall '.undelivered > 0' --retries 0 --timeout 0.2 "$(lab_addr b 6 r)" 7000
}

@test "own_firewall: the SYN did not leave" {
	lab_loss a 100 'tcp dport 7000' out
	assert_verdict own_firewall '.segments | length == 1' "$(lab_addr b 4 r)" 7000
}

@test "no_route" {
	assert_verdict no_route '.route == null and .segments == []' 192.0.2.1 80
	lab_exec a ip route add blackhole 198.51.100.0/24
	assert_verdict no_route '.route == null' 198.51.100.1 80
}

@test "no_neighbour" {
	# As by default, but ARP gives up after 0.3 s, not 3; then it is over.
	lab_sysctl a net.ipv4.neigh.to-r.retrans_time_ms 100
	lab_sysctl a net.ipv6.neigh.to-r.retrans_time_ms 100
	assert_verdict no_neighbour '.route.next_hop == { addr: "10.0.1.77", lladdr: null,
		state: "FAILED" } and .retransmissions == 0' 10.0.1.77 80
	assert_verdict no_neighbour '.route.next_hop.addr == "fd00:1::77" and
		.retransmissions == 0' fd00:1::77 80
}

@test "open_then_reset" {
	assert_verdict open_then_reset '.closed_by == "server" and
		(.client_states | index("ESTABLISHED"))' --hold 1 "$(lab_addr b 4 r)" 7003
}

@test "black_hole: the size that vanishes is named" {
	lab_drop r 'ip length > 1300 tcp dport 7000'
	assert_verdict black_hole '.sizes == { passed: 1248, lost: 1249 }' \
		--size 1400 "$(lab_addr b 4 r)" 7000
	grep -q 1249 ladder
	lab_heal r
	shake a --json --size 1400 "$(lab_addr b 4 r)" 7000 >/dev/null
	shaken '.verdict == "open" and .sizes == { passed: 1400, lost: null }'
}

@test "no black hole: a router says that the packet is too big" {
	lab_exec r ip link set dev to-b mtu 1300
	shake a --json --size 1400 "$(lab_addr b 4 r)" 7000 >/dev/null
	lab_exec r ip link set dev to-b mtu 1500
	shaken '.verdict == "open" and .sizes.lost == null'
}

@test "peer_never_closes" {
	assert_verdict peer_never_closes '(.segments[-1].flags | test("RST")) and
		(.client_states | index("FIN_WAIT_2"))' --timeout 0.5 "$(lab_addr b 4 r)" 7002
	assert_verdict peer_never_closes '.segments[-1].flags | test("RST")' \
		--timeout 0.3 --close wait "$(lab_addr b 4 r)" 7000
}

@test "strays are ignored, and counted" {
	local own
	own=$(lab_addr a 4 r)
	# From b itself, another address of its own: what a translator on the way would do.
	lab_exec r nft -f - <<-'END'
		table ip nat {
			chain post { type nat hook postrouting priority srcnat; }
		}
	END
	lab_exec b ip address add 10.9.9.9/32 dev lo
	lab_exec a ip route add 10.9.9.9/32 via "$(lab_addr r 4 a)"
	lab_exec r ip route add 10.9.9.9/32 via "$(lab_addr b 4 r)"
	lab_bg b bash -c "for ((i = 0; i < 400; i++)); do
		'$STAGE/netshake' --send SA --timeout 0.05 --source 10.9.9.9 '$own' 33777; done" >/dev/null
	lab_drop b 'tcp dport 7000'
	shake a --json --sport 33777 --timeout 1.5 --retries 0 "$(lab_addr b 4 r)" 7000 >/dev/null || true
	shaken '.verdict == "filtered" and .strays > 0'
}

@test "each verdict has a paragraph in the manual" {
	local page=$BATS_TEST_DIRNAME/../../man/netshake.8 verdict
	for verdict in open closed filtered own_firewall no_route no_neighbour open_then_reset \
		black_hole peer_never_closes close_unacknowledged; do
		grep -q "^\.Ss $verdict" "$page"
	done
}
