#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# One question, its answer, and its evidence.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	netshake_begin || return 0
	lab_stage fixture/synlab || return
	lab_pair a b
	lab_pair c b
	ip -n "$(lab_ns b)" route add 10.9.0.0/24 via "$(lab_addr c 4)"
	serve b 7000 --for 600
	serve b 7020 --fast-open
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
	[[ ${NETSONDE_CHECK-} != full ]] || TIMES=50
}

teardown() {
	lab_heal a b
	lab_sysctl b net.ipv4.tcp_syncookies 1
	lab_sysctl b net.ipv4.tcp_ecn 2
	lab_end
}

teardown_file() {
	lab_end
}

TIMES=3

# asked VERDICT STATUS FILTER FAMILY ARG...: what comes of it
asked() {
	local status=0

	shake a --json --probe "${@:5}" "$(lab_addr b "$4" a)" "${PORT:-7000}" >/dev/null || status=$?
	[[ $status -eq $2 ]] &&
		shaken ".verdict == \"$1\" and .yes == ($2 == 0) and (.evidence | length) > 0 and
			(.advice | length) > 0 and ($3)" >/dev/null
}

# none_wrong VERDICT STATUS FILTER FAMILIES ARG...: the same as often as it is to be seen, each time
# after $BEFORE
none_wrong() {
	local i family

	for ((i = 0; i < TIMES; i++)); do
		family=${4:i % ${#4}:1}
		${BEFORE-}
		asked "$1" "$2" "$3" "$family" "${@:5}" || {
			cat run
			return 1
		}
	done
}

# Half-open connections of hosts that are not there; c drops what is sent to them. A queue that is
# more than half full is cleared after few seconds (net/ipv4/inet_connection_sock.c).
fill_queue() {
	lab_exec c "$STAGE/synlab" source --device to-b --mac "$(lab_mac b c)" \
		--to "$(lab_addr b 4 c)" --port 7000 --from 10.9.0.0/24 --count 200 --rate 20000 \
		>/dev/null
}

# An nftables SYNPROXY in front of b
synproxy_at_b() {
	lab_exec b nft -f - <<-'END'
		table inet proxy {
			chain arrive {
				type filter hook prerouting priority raw
				tcp dport 7000 tcp flags & (syn | ack | rst | fin) == syn notrack
			}
			chain filter {
				type filter hook input priority filter
				tcp dport 7000 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
				ct state invalid drop
			}
		}
	END
	lab_sysctl b net.netfilter.nf_conntrack_tcp_loose 0
}

@test "probe: an ordinary server makes no cookies" {
	count_resets a
	none_wrong ordinary 1 '.connections == 1 and .probe == "cookie"' 46 cookie
	[[ $(resets a) -eq $((4 * TIMES)) ]] # one for each SYN
	none_wrong ordinary 1 '.connections == 1' 46 synproxy
}

@test "probe: cookies always" {
	lab_sysctl b net.ipv4.tcp_syncookies 2
	none_wrong cookie 0 '.evidence | any(test("encoded in the number"))' 46 cookie
	none_wrong ordinary 1 true 46 synproxy
	run shake a --probe cookie "$(lab_addr b 4 a)" 7000
	assert_success
	assert_line 'probe     cookie: yes'
	assert_line 'verdict   cookie'
	assert_line --regexp '^ 11 .* SYN,ACK +0 +1 '
	assert_line --regexp '^ 12 .* RST +1 '
	run awk 'length > 80' <<<"$output"
	assert_output ''
}

@test "probe: cookies, for the queue is full" {
	BEFORE=fill_queue none_wrong cookie 0 true 46 cookie
}

@test "probe: a SYN proxy" {
	lab_can nft || skip
	synproxy_at_b || skip 'no synproxy in the kernel'
	none_wrong synproxy 0 true 4 cookie
	none_wrong synproxy 0 '.evidence[1] == "after our ACK an ACK opens it: the server has answered"' \
		4 synproxy
}

@test "probe: explicit congestion notification" {
	asked ecn 0 '.connections == 2' 4 ecn
	asked ecn 0 '.connections == 2' 6 ecn
	lab_sysctl b net.ipv4.tcp_ecn 0
	asked no_ecn 1 true 4 ecn
	lab_drop b 'tcp flags & (syn | ecn | cwr) == (syn | ecn | cwr)'
	asked ecn_blocked 1 '.evidence[0] | test("answered with nothing")' 6 ecn --retries 0
	lab_heal b
	lab_reject b 'tcp flags & (syn | ecn | cwr) == (syn | ecn | cwr)' 'tcp reset'
	asked ecn_blocked 1 '.evidence[0] | test("answered with RST")' 4 ecn
}

@test "probe: Fast Open" {
	asked no_fast_open 1 true 4 tfo
	lab_exec b sysctl -qw net.ipv4.tcp_fastopen=3
	PORT=7020 asked fast_open 0 '.evidence[1] |
		startswith("of 2 bytes in a SYN with the cookie, 2 are acknowledged")' 4 tfo
	PORT=7020 asked fast_open 0 '.evidence[1] | startswith("of 5 bytes")' 6 tfo --data hello
	lab_drop b 'tcp option fastopen exists'
	PORT=7020 asked fast_open_blocked 1 '.connections == 2' 4 tfo --retries 0
}

@test "probe: middleboxes, by what they take exception to" {
	local cmd=("$NETSHAKE" --probe middlebox --json "$(lab_addr b 4 a)" 7000)

	run -1 --separate-stderr lab_exec a "${cmd[@]}"
	jq -e '.[-1].verdict == "open"' <<<"$output"
}

@test "probe: closed, silent, unreachable, and usage" {
	local args

	PORT=99 asked closed 1 true 4 cookie
	PORT=99 asked closed 1 true 6 ecn
	lab_drop b 'tcp dport 7000'
	asked unanswered 1 true 4 synproxy --retries 0
	for args in '--probe x' '--probe cookie --hops' '--probe ecn --data x' '--probe tfo --sport 9' \
		'--probe ecn --max-hops 3' '--probe cookie -c 2'; do
		# shellcheck disable=SC2086 # to be split
		run --separate-stderr "$NETSHAKE" $args 127.0.0.1 7000
		assert_failure 2
	done
	run --separate-stderr lab_exec a "$NETSHAKE" --probe ecn 192.0.2.1 7000
	assert_failure 2
	assert_equal "${stderr_lines[-1]}" "netshake: no route to 192.0.2.1: Network is unreachable"
}
