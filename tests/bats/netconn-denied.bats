#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Less than a whole machine: no netlink, no /proc, a hidden one, few descriptors, other namespaces.
# shellcheck disable=SC2016,SC2154,SC2317 # programs of other shells; bats sets and calls things by name

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin || return 0
	populate z zoo --dir "$STAGE/sockets" --for 900
	cp "$STAGE/holders" "$STAGE/servant"
	POPULATE_AS="${AS_NOBODY[*]}" populate z servant --procs 3 --for 900
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

# mounted COMMANDS CMD...: CMD in z, with mounts of its own that COMMANDS make
mounted() {
	lab_exec z unshare -m bash -c "$1"' && exec "$@"' - "${@:2}"
}

# nodiag OPTION...: netconn without a netlink socket for diag
nodiag() {
	lab_exec z "$STAGE/nodiag" --diag-only "${error:-EPROTONOSUPPORT}" "$NETCONN" "$@"
}

# assert_one_line: of stderr, which begins like a message should
assert_one_line() {
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^netconn: '
}

# sockets [ARG...]: a line for each, with what does not change
sockets() {
	jq -r '.[] | [.proto, .state, .local_addr, .local_port, .peer_addr, .peer_port, .inode, .path] | @tsv' | sort
}

# limited -n|-v LIMIT [ARG...]: netconn under such a limit; status 99 where the loader needs more
limited() {
	lab_exec z bash -c 'ulimit "${@:2:2}" && "$1" "${@:4}"; exit $(($? == 127 ? 99 : $?))' - \
		"$NETCONN" "$@" 3>&- 4>&-
}

without_sanitizer() {
	! grep -q __asan_init "$NETCONN" || skip 'a sanitizer needs /proc and memory'
}

@test "no diag: /proc serves, and the layout is still netstat's" {
	for options in -nap -natpee -tulpn -nato -nax -an6; do
		assert_between "lab_exec z netstat -W $options" "nodiag $options" normal
	done
	for error in EPERM EACCES EAFNOSUPPORT; do
		assert_between 'lab_exec z netstat -W -nap' 'nodiag -nap' normal
	done
	run -0 --separate-stderr nodiag -nap
	assert_equal "$stderr" ''
}

@test "no netlink at all: the same" {
	none() { lab_exec z "$STAGE/nodiag" EPERM "$NETCONN" "$@"; }
	assert_between 'lab_exec z netstat -W -natpee' 'none -natpee' normal
	run -0 --separate-stderr none -ap --json
	assert_equal "$stderr" ''
	assert_equal "$(jq length <<<"$output")" "$(json length -a)"
}

@test "no diag: JSON has the same sockets, and null for what /proc does not tell" {
	nodiag -ap --json >all
	netconn -a --json | sockets >expected
	sockets <all | diff expected -
	run -0 jq -c '[.[].cookie] | unique' all
	assert_output '[null]'
	run -0 jq -c '[.[] | select(.proto == "tcp" and .state == "LISTEN") | .backlog] | unique' all
	assert_output '[null]'
	# Owners, inferred ones too, come from /proc anyway.
	run -0 jq -c '[.[] | select(.state == "SYN_RECV") | .owners[0] | [.program, .inferred]] | unique' all
	assert_output '[["zoo",true]]'
}

@test "no /proc: what the diag knows, and a line for each thing that is missing" {
	without_sanitizer
	none='mount -t tmpfs none /proc'
	mounted "$none" test ! -e /proc/self
	# TCP and UDP need none.
	run -0 --separate-stderr mounted "$none" "$NETCONN" -atu --json
	assert_equal "$stderr" ''
	sockets <<<"$output" >have
	netconn -atu --json | sockets | diff - have
	assert_equal "$(jq -c '[.[].netns] | unique' <<<"$output")" '[null]'
	# This kernel may have no diag for RAW, as many have not.
	run --separate-stderr mounted "$none" "$NETCONN" -aw
	assert_regex "$status" '^[02]$'
	[[ $status -eq 0 ]] || assert_regex "$stderr" '^netconn: .*/proc'
	run -2 --separate-stderr mounted "$none" "$NETCONN" -ap
	for line in "${stderr_lines[@]}"; do
		assert_regex "$line" '^netconn: .*/proc'
	done
	assert_equal "$(grep -c '^tcp.* -  ' <<<"$output")" "$(netconn -at | grep -c ^tcp)"
	run -2 --separate-stderr mounted "$none" "$NETCONN" -ap --json
	assert_equal "$(jq '[.[] | select(.owners != [])] | length' <<<"$output")" 0
	run -0 mounted "$none" "$NETCONN" -ax --json
	sockets <<<"$output" >have
	netconn -ax --json | jq 'map(select(.inode != 0))' | sockets | diff - have
}

@test "neither /proc nor diag: nothing to list, said once for each protocol" {
	without_sanitizer
	run -2 --separate-stderr mounted 'mount -t tmpfs none /proc' "$STAGE/nodiag" EPERM "$NETCONN" -at --json
	assert_equal "$(jq -c . <<<"$output")" '[]'
	for line in "${stderr_lines[@]}"; do
		assert_regex "$line" '^netconn: TCP.*/proc'
	done
	assert_equal "${#stderr_lines[@]}" 2 # IPv4 and IPv6
}

@test "hidepid: one's own are shown, the others counted" {
	hidden=(mounted 'mount -t proc -o hidepid=2 proc /proc')
	run -0 --separate-stderr "${hidden[@]}" "${AS_NOBODY[@]}" "$NETCONN" -atp
	assert_one_line
	assert_equal "$(grep -c ' [0-9]*/servant ' <<<"$output")" 3
	unknown=$(json '[.[] | select(.inode != 0)] | length' -at)
	assert_regex "$stderr" "[^0-9]$((unknown - 3))([^0-9]|$)"
	run -0 --separate-stderr "${hidden[@]}" "${AS_NOBODY[@]}" "$NETCONN" -atp --json
	assert_one_line
	assert_equal "$(jq '[.[] | select(.owners != []) | .owners[].program] | unique | .[]' <<<"$output")" '"servant"'
	run -0 --separate-stderr "${hidden[@]}" "$NETCONN" -atp # root
	assert_equal "$stderr" ''
}

@test "no privileges: the same rows, one's own owners, one line that counts the others" {
	run -0 --separate-stderr as_nobody "$NETCONN" -ap --json
	assert_one_line
	sockets <<<"$output" >have
	netconn -a --json | sockets | diff - have
	unknown=$(jq '[.[] | select(.owners == [] and .inode != 0)] | length' <<<"$output")
	assert_regex "$stderr" "[^0-9]$unknown([^0-9]|$)"
	assert_equal "$(jq '[.[] | select(.owners != [])] | length' <<<"$output")" 3
}

@test "in a user namespace" {
	as_nobody unshare -Ur true || skip 'needs user namespaces for everybody'
	run -0 --separate-stderr as_nobody unshare -Ur "$NETCONN" -ap --json
	assert_one_line
	sockets <<<"$output" >have
	netconn -a --json | sockets | diff - have
	run -0 --separate-stderr as_nobody unshare -Urn "$NETCONN" -ap --json
	assert_equal "$(jq -c . <<<"$output")" '[]'
	assert_equal "$stderr" ''
	run -2 --separate-stderr as_nobody unshare -Ur "$NETCONN" --netns "pid:$(population zoo)"
	assert_one_line
	assert_equal "$output" ''
	run -0 --separate-stderr as_nobody unshare -Ur "$NETCONN" -lt4 --resolve
	assert_equal "$(grep -c ^tcp <<<"$output")" "$(netconn -lt4 | grep -c ^tcp)"
}

@test "in a PID namespace: owners of the others are unknown, which root cannot help" {
	inside() { lab_exec z unshare -pf --mount-proc "$NETCONN" "$@"; }
	run -0 --separate-stderr inside -atp
	assert_equal "$(grep -c 'LISTEN      -  ' <<<"$output")" "$(netconn -lt | grep -c ^tcp)"
	refute [ "$(grep root <<<"$stderr")" ]
	run -0 --separate-stderr inside -atpv
	assert_regex "$stderr" 'netconn: .*owner'
}

@test "few descriptors: all or a message, never a crash" {
	complete=0
	failed=0
	netconn -a --json | sockets >expected
	for options in '-a --json' '-ap --json' '-a --json --resolve' '-ap --json --columns netns,iface,unit,owners'; do
		for limit in {3..12}; do
			# shellcheck disable=SC2086 # several options
			run --separate-stderr limited -n "$limit" $options
			((status != 99)) || continue
			assert_regex "$status" '^[02]$'
			[[ ! $output ]] || jq -e 'type == "array"' <<<"$output" >/dev/null
			if [[ $status -eq 0 ]]; then
				complete=$((complete + 1))
				assert_equal "$stderr" ''
				[[ $options == *columns* ]] || sockets <<<"$output" | diff expected -
			else
				failed=$((failed + 1))
				for line in "${stderr_lines[@]}"; do
					assert_regex "$line" '^netconn: .*Too many open files'
				done
			fi
		done
	done
	assert [ "$complete" -gt 8 ]
	assert [ "$failed" -gt 2 ]
}

@test "little memory: a message, never a crash" {
	without_sanitizer
	# Of data, not of addresses: without room for its stack a program can but crash. 300 KiB is what
	# the loader wants.
	for limit in {1200..400..50}; do
		run --separate-stderr limited -d "$limit" -ap --json
		((status != 99)) || continue
		assert_regex "$status" '^[02]$'
		[[ $status -eq 0 ]] || assert_regex "$stderr" '^netconn: .*memory$'
	done
}
