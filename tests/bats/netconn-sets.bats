#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The sockets that netconn lists are those that ss -a lists.
# shellcheck disable=SC2016,SC2317 # programs of awk and jq; functions called by name

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin || return 0
	populate z zoo --shared --dir "$STAGE/sockets" --for 900
}

setup() {
	lab_need
}

teardown() {
	lab_end
}

teardown_file() {
	netconn_end
}

# ss_inet LETTER: ss's rows as state, queues, both ends, inode, cookie. ss tells, too, whether an IPv6
# socket without an address takes IPv4 ("*" or "[::]"): not asked here. Where there is no cgroup2 it
# complains of that for each socket. What it reads from /proc (RAW) has neither inode nor cookie.
ss_inet() {
	local state rest cookie

	lab_exec z ss -Hane"$1" 2>/dev/null | awk '
		BEGIN {
			long["ESTAB"] = "ESTABLISHED"
			long["UNCONN"] = "UNCONNECTED"
			long["FIN-WAIT-1"] = "FIN_WAIT1"
			long["FIN-WAIT-2"] = "FIN_WAIT2"
		}
		{
			state = $1 in long ? long[$1] : $1
			gsub(/-/, "_", state)
			gsub(/\[::\]/, "*")
			inode = cookie = "none"
			for (i = 6; i <= NF; i++) {
				if ($i ~ /^ino:/) inode = substr($i, 5)
				if ($i ~ /^sk:/) cookie = substr($i, 4)
			}
			print state, $2, $3, $4, $5, inode, cookie
		}' | while read -r state rest; do
		cookie=${rest##* }
		[[ $cookie == none ]] || cookie=$((16#$cookie))
		printf '%s %s %s\n' "$state" "${rest% *}" "$cookie"
	done | sort
}

# our_inet LETTER: the same from --json. ss's queues of a listener are its accept queue and backlog.
our_inet() {
	netconn -a"$1" --json | jq -r '
		def port: if . == 0 then "*" else tostring end;
		def host: if . == "::" then "*" elif test(":") then "[" + sub("%.*"; "") + "]" else . end;
		.[] | [
			.state, .accept_queue // .recv_q, .backlog // .send_q,
			(.local_addr | host) + (if .iface then "%" + .iface else "" end)
				+ ":" + (.local_port | port),
			(.peer_addr | host) + ":" + (.peer_port | port),
			if .proto | startswith("raw") then "none" else .inode end,
			.cookie // "none"
		] | join(" ")' | sort
}

# ss_unix: type, state, queues, inode, peer's inode, path, which may have blanks
ss_unix() {
	lab_exec z ss -Hanx | awk '
		BEGIN {
			type["u_str"] = "STREAM"
			type["u_dgr"] = "DGRAM"
			type["u_seq"] = "SEQPACKET"
			state["LISTEN"] = "LISTENING"
			state["ESTAB"] = "CONNECTED"
			state["UNCONN"] = "UNCONNECTED"
		}
		{
			row = type[$1] " " state[$2] " " $3 " " $4 " " $(NF - 2) " " $NF
			sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +/, "")
			sub(/ [0-9]+ +\* +[0-9]+ *$/, "")
			print row " " $0
		}' | sort
}

# our_unix: the same. The diag, which is all that ss asks, leaves out those that wait for accept(), so
# inode 0 is not compared here.
our_unix() {
	netconn -ax --json | jq -r '.[] | select(.inode != 0) | [
		.type, .state, .accept_queue // .recv_q, .backlog // .send_q, .inode,
		.peer_inode // 0, .path // "*"
	] | join(" ")' | sort
}

# assert_many COUNT: of the rows just compared there were at least that many
assert_many() {
	assert [ "$(wc -l <"$BATS_TEST_TMPDIR/now")" -ge "$1" ]
}

@test "TCP: the same states, queues, ends, inodes and cookies as ss -at" {
	assert_between 'ss_inet t' 'our_inet t'
	assert_many 90
}

@test "UDP: the same as ss -au" {
	assert_between 'ss_inet u' 'our_inet u'
	assert_many 20
}

@test "RAW, where the kernel has a diag and where it has none: the same as ss -aw" {
	assert_between 'ss_inet w' 'our_inet w'
	assert_many 9
}

@test "UNIX: the same types, states, queues, inodes, peers and paths as ss -ax" {
	assert_between ss_unix our_unix
	assert_many 30
}

@test "UNIX: those that wait for accept() are there, too, as in netstat" {
	run -0 json '[.[] | select(.inode == 0) | [.state, .type, (.path | sub(".*/"; ""))]]' -ax
	assert_output '[["CONNECTING","STREAM","stream waiting"],["CONNECTING","STREAM","stream waiting"]]'
	assert_equal "$(lab_exec z netstat -ax | grep -c CONNECTING)" 2
}

@test "without -a what has a peer, with -l what listens: the same as ss" {
	connected() { lab_exec z ss -Hnt state connected | wc -l; }
	ours() { netconn -t --json | jq length; }
	assert_between connected ours
	listening() { lab_exec z ss -Hlnt | wc -l; }
	ours() { netconn -lt --json | jq length; }
	assert_between listening ours
	for family in 4 6; do
		family() { lab_exec z ss -Hant -"$family" | wc -l; }
		ours() { netconn -at"$family" --json | jq length; }
		assert_between family ours
	done
}

@test "a socket that is bound, but neither listens nor connects, is in neither" {
	lab_bg z perl -MSocket -e '
		socket(S, AF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in(7999, INADDR_ANY)) or die;
		$| = 1;
		print "bound\n";
		sleep 600' >"$BATS_TEST_TMPDIR/bound"
	lab_wait_for grep -q bound "$BATS_TEST_TMPDIR/bound"
	run -0 netconn -an
	refute_output --partial :7999
	run -0 lab_exec z ss -an
	refute_output --partial :7999
}
