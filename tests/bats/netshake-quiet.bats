#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Privileges, and what is left behind: nothing, whenever it is killed.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	netshake_begin ss || return 0
	lab_pair a b
	serve b 7000
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
	peer=$(lab_addr b 4)
}

teardown() {
	lab_heal b
	lab_end
}

teardown_file() {
	lab_end
}

# start ARG...: the command in a, in the background; $pid is its process
start() {
	ip netns exec "$(lab_ns a)" env --default-signal=INT "$NETSHAKE" "$@" >run 2>&1 3>&- 4>&- &
	pid=$!
}

status_of() {
	awk -v field="$1:" '$1 == field { print $2 }' "/proc/$pid/status"
}

is_gone() {
	[[ -z $(lab_exec b ss -Htn state established "sport = :7000") ]]
}

has_sockets() {
	[[ $(lab_exec a ss -Hln "sport = :33333" | wc -l) -gt 0 ]]
}

@test "once the sockets are open there is no capability, and no way to one" {
	start --sport 33333 --hold 5 "$peer" 7000
	lab_wait_for grep -q ESTABLISHED run
	[[ $(status_of CapEff) == 0000000000000000 ]]
	[[ $(status_of CapPrm) == 0000000000000000 ]]
	[[ $(status_of NoNewPrivs) == 1 ]]
	kill -9 "$pid"
	wait "$pid" || true
}

@test "killed at any stage it leaves no rule, no socket, no process" {
	local stage
	for stage in opening open closing waiting; do
		lab_heal b
		case $stage in
		opening) lab_drop b 'tcp dport 7000' && start --sport 33333 "$peer" 7000 && wanted='SYN_SENT' ;;
		open) start --sport 33333 --hold 9 "$peer" 7000 && wanted='ESTABLISHED' ;;
		closing) start --sport 33333 --timeout 9 "$peer" 7002 && wanted='FIN_WAIT_2' ;;
		waiting) start --sport 33333 --time-wait 9 "$peer" 7000 && wanted='TIME_WAIT' ;;
		esac
		lab_wait_for grep -q "$wanted" run
		has_sockets
		kill -9 "$pid"
		wait "$pid" || true
		refute has_sockets
		[[ -z $(lab_exec a nft list ruleset) ]]
		[[ -z $(ip netns pids "$(lab_ns a)") ]]
	done
}

is_confined() {
	[[ $(status_of NoNewPrivs) == 1 && $(status_of CapEff)$(status_of CapPrm) =~ ^0+$ ]]
}

@test "walks, questions and servers have no capability either, and leave nothing when killed" {
	local args

	lab_drop b 'tcp dport 7000'
	for args in "--hops --timeout 9 $peer 7000" "--probe cookie --timeout 9 $peer 7000" \
		'--serve 33333'; do
		# shellcheck disable=SC2086 # to be split
		start $args
		lab_wait_for is_confined
		kill -9 "$pid"
		wait "$pid" || true
		[[ -z $(lab_exec a nft list ruleset) ]]
		[[ -z $(ip netns pids "$(lab_ns a)") ]]
		[[ -z $(lab_exec a ss -Han -A tcp) ]]
	done
}

@test "killed at any moment, too" {
	[[ ${NETSONDE_CHECK-} == full ]] || skip 'in check-full'
	local i
	for ((i = 0; i < 60; i++)); do
		start --sport 33333 "$peer" 7000
		sleep "0.0$(printf '%02d' "$i")"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" || true
		! has_sockets || fail "killed after $i ms"
	done
	[[ -z $(lab_exec a nft list ruleset) ]]
	[[ -z $(ip netns pids "$(lab_ns a)") ]]
	[[ -z $(lab_exec a ss -Hanp 'sport = :33333') ]]
}

@test "interrupted it resets the connection, says so, and dies of the signal" {
	local status=0
	start --sport 33333 --hold 9 "$peer" 7000
	lab_wait_for grep -q ESTABLISHED run
	kill -INT "$pid"
	wait "$pid" || status=$?
	[[ $status -eq 130 ]]
	grep -q ' RST' run
	grep -q interrupted run
	grep -q ^verdict run
	lab_wait_for is_gone
}

@test "a source that is not this host's is refused, whatever bind() allows" {
	lab_sysctl a net.ipv4.ip_nonlocal_bind 1
	lab_sysctl a net.ipv6.ip_nonlocal_bind 1
	run -2 lab_exec a "$NETSHAKE" --source 10.0.1.99 "$peer" 7000
	assert_output 'netshake: --source 10.0.1.99: not an address of this host'
	run -2 lab_exec a "$NETSHAKE" --source fd00:1::99 "$(lab_addr b 6)" 7000
	assert_output 'netshake: --source fd00:1::99: not an address of this host'
	lab_sysctl a net.ipv4.ip_nonlocal_bind 0
	lab_sysctl a net.ipv6.ip_nonlocal_bind 0
	lab_exec a "$NETSHAKE" --json --source "$(lab_addr a 4)" "$peer" 7000 >run
	shaken '.as_asked'
}

@test "ordinary connections go on beside it, to the same port too" {
	lab_exec a bash -c '
		exec 5<>"/dev/tcp/$1/7005" && read -r -u 5 word && [[ $word == good* ]]
		"$2" --json --data x "$1" 7005 >run
		: </dev/tcp/$1/7000
		echo still there >&5
		exec 6<>"/dev/tcp/$1/7005" && read -r -u 6 word && [[ $word == good* ]]
	' - "$peer" "$NETSHAKE"
	shaken '.as_asked and .strays == 0'
}

@test "without CAP_NET_RAW one line names it, and how to get it" {
	run -2 as_nobody_at a "$NETSHAKE" "$peer" 7000
	assert_output --regexp '^netshake: raw sockets take CAP_NET_RAW, which is missing: be root, or .*setcap'
	[[ ${#lines[@]} -eq 1 ]]
}

@test "a port that is taken is named" {
	run -2 lab_exec b "$NETSHAKE" --sport 7000 "$(lab_addr a 4)" 80
	assert_output 'netshake: port 7000 is in use by another socket'
	run -2 as_raw_at a "$NETSHAKE" --sport 80 "$peer" 7000
	assert_output 'netshake: port 80 takes CAP_NET_BIND_SERVICE'
	lab_exec a "$NETSHAKE" --json --sport 80 "$peer" 7000 >run
	shaken '.as_asked and .source.port == 80'
}

@test "in another namespace, by its name" {
	"$NETSHAKE" --netns "$(lab_ns a)" --json "$peer" 7000 >run
	shaken '.as_asked'
	run -2 "$NETSHAKE" --netns "$(lab_ns a)" localhost 7000
	assert_output 'netshake: localhost: with --netns only addresses are understood'
}

@test "conntrack sees a connection like any other, none of it invalid" {
	lab_exec a nft -f - <<-'END'
		table inet tracked {
			counter invalid { }
			chain arrive {
				type filter hook input priority 0;
				ct state invalid counter name invalid drop
			}
			chain leave {
				type filter hook output priority 0;
				ct state invalid counter name invalid drop
			}
		}
	END
	lab_exec a "$NETSHAKE" --json --data hello "$peer" 7000 >run
	shaken '.as_asked'
	[[ $(lab_exec a nft -j list counter inet tracked invalid |
		jq '.nftables[] | select(.counter).counter.packets') -eq 0 ]]
	lab_heal a
}
