#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --netns: other network namespaces.
# shellcheck disable=SC2016,SC2154,SC2317 # programs of jq; bats sets and calls things by name

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin || return 0
	populate z zoo --dir "$STAGE/sockets" --for 900
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_end
}

teardown_file() {
	netconn_end
}

# every_way: the three ways to name the namespace z
every_way() {
	printf '%s\n' "$(lab_ns z)" "/run/netns/$(lab_ns z)" "pid:$(population zoo)"
}

# refuses NAMESPACE REASON: one line, status 2, at once
refuses() {
	run -2 --separate-stderr timeout --foreground 60 setsid -w "$NETCONN" -n --netns "$1"
	assert_equal "$output" ''
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" "^netconn: .*$2"
}

@test "by name, by path, by process: what the command shows in there" {
	while read -r way; do
		# RAW and UNIX, which come from /proc/net, too.
		for options in -nap -natpeeo -nlwx; do
			assert_between "netconn $options" "$NETCONN $options --netns $way" normal
		done
	done < <(every_way)
}

@test "JSON tells the namespace as it was named, and the same sockets" {
	while read -r way; do
		"$NETCONN" -ap --json --netns "$way" >all
		assert_equal "$(jq -r '[.[].netns] | unique | .[]' all)" "$way"
		netconn -ap --json | jq -c '[.[] | [.inode, .cookie, .state, .local_port, .path]] | sort' >expected
		jq -c '[.[] | [.inode, .cookie, .state, .local_port, .path]] | sort' all | diff expected -
	done < <(every_way)
}

@test "device names are those in there" {
	lab_host dev
	lab_exec dev ip link add inside0 type veth peer name inside1
	lab_exec dev ip link set inside0 up
	lab_bg dev perl -MSocket -e '
		socket(S, AF_INET, SOCK_DGRAM, 0) && setsockopt(S, SOL_SOCKET, 25, "inside0") or die;
		bind(S, sockaddr_in(7900, INADDR_ANY)) or die;
		$| = 1; print "ready\n"; sleep 600' >ready
	lab_wait_for grep -q ready ready
	run -0 "$NETCONN" -au --netns "$(lab_ns dev)" --ndjson
	assert_equal "$(jq -r .iface <<<"$output")" inside0
}

@test "not a namespace, another kind of one, nothing at all" {
	mkfifo fifo
	touch file
	refuses "$PWD/fifo" 'fifo.* network namespace'
	refuses "$PWD/file" 'file.* network namespace'
	refuses "$PWD" 'network namespace'
	refuses /dev/null 'network namespace'
	refuses /dev/tty 'network namespace|No such device'
	refuses /proc/self/ns/uts '/proc/self/ns/uts.* network namespace'
	refuses /proc/self/ns/mnt 'network namespace'
	refuses "$PWD/missing" 'No such file'
	refuses nosuchnamespace 'nosuchnamespace.*No such file'
	refuses '' 'network namespace'
	refuses .. 'network namespace'
	refuses ../netns 'network namespace|No such file'
	refuses "$(printf 'x%.0s' {1..5000})" 'too long'
	refuses "/$(printf 'x%.0s' {1..5000})" 'network namespace'
}

@test "pid: a number, of a process that lives" {
	for pid in '' 0 -1 +1 x 1x ' 1' 1.0 0x1 99999999999999999999 4294967297; do
		refuses "pid:$pid" 'pid'
	done
	sleep 60 &
	pid=$!
	kill "$pid"
	wait "$pid" || true
	refuses "pid:$pid" 'No such process'
}

@test "without the privilege: one line, status 2" {
	for way in "$(lab_ns z)" "pid:$(population zoo)"; do
		run -2 --separate-stderr "${AS_NOBODY[@]}" "$NETCONN" -n --netns "$way"
		assert_equal "$output" ''
		assert_equal "${#stderr_lines[@]}" 1
		assert_regex "$stderr" '^netconn: .*(not permitted|denied)'
	done
}

@test "twice: the last one" {
	lab_host empty
	run -0 "$NETCONN" -an --netns "$(lab_ns z)" --netns "$(lab_ns empty)" --json
	assert_equal "$(jq -c . <<<"$output")" '[]'
}
