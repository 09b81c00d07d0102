#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Where output goes: to readers that stop or are slow, to nowhere, and to those who say stop.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # programs of other shells; each test has a pid; bats sets variables

bats_require_minimum_version 1.5.0
load netconn

SOCKETS=12000 # a listing of many times a pipe's 64 KiB
FORMATS=(-n --wide --json --ndjson --csv)

setup_file() {
	netconn_begin || return 0
	populate z fill --sockets "$SOCKETS" --for 900
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

# slow_reader ARG...: netconn into the FIFO pipe, in the background; returns when the pipe is full and
# it waits. Sets $pid, and $in, from which to read.
slow_reader() {
	local both

	mkfifo pipe
	exec {both}<>pipe # to open only one end would wait for the other
	# the shell starts it in the background, and so with SIGINT ignored
	lab_bg z env --default-signal=INT "$NETCONN" "$@" >pipe 2>noise {both}>&-
	pid=$!
	exec {in}<pipe {both}>&-
	LAB_WAIT=2 lab_wait_for grep -q pipe_write "/proc/$pid/wchan" || true # not every kernel tells
}

# finish: the rest of the output into the file all, the status into $status
finish() {
	status=0
	cat <&"$in" >all
	wait "$pid" || status=$?
	exec {in}<&-
}

@test "every format has every socket, be the reader slow" {
	for format in "${FORMATS[@]}"; do
		run -0 --separate-stderr bash -c "ip netns exec '$(lab_ns z)' '$NETCONN' -ta $format |
			{ sleep 0.2; grep -c ESTABLISHED; }"
		assert_output "$SOCKETS"
		assert_equal "$stderr" ''
	done
	assert_equal "$(json length -ta)" "$SOCKETS"
	assert_equal "$(json '[.[].cookie] | unique | length' -ta)" "$SOCKETS"
}

@test "without -p its memory does not grow with the listing" {
	! grep -q __asan_init "$NETCONN" || skip 'a sanitizer has a memory of its own'
	for format in "${FORMATS[@]}"; do
		slow_reader -ta "$format"
		peak=$(awk '/^VmHWM:/ { print $2 }' "/proc/$pid/status")
		finish
		assert_equal "$status" 0
		assert [ "$peak" -le 4096 ]
		rm pipe
	done
}

@test "into head: SIGPIPE ends it, without a word" {
	for format in "${FORMATS[@]}"; do
		for owners in '' -p; do
			{
				set +e
				netconn -ta "$format" $owners 2>noise | head -1 >first
				statuses=("${PIPESTATUS[@]}")
				set -e
			}
			assert_equal "${statuses[*]}" '141 0'
			assert_equal "$(wc -l <first)" 1
			assert_equal "$(<noise)" ''
		done
	done
}

@test "into a pipe without reader, SIGPIPE ignored: status 2, without a word" {
	for format in "${FORMATS[@]}"; do
		run -2 lab_exec z bash -c "trap '' PIPE
			'$NETCONN' -ta $format 2>noise | head -1 >/dev/null
			exit \${PIPESTATUS[0]}"
		assert_equal "$(<noise)" ''
	done
}

@test "a short listing into head is just listed" {
	run -0 bash -c "set -o pipefail; ip netns exec '$(lab_ns z)' '$NETCONN' -al4u | head -1"
	assert_output 'Active Internet connections (servers and established)'
}

@test "a full device: status 2 and one line that says why" {
	for format in "${FORMATS[@]}"; do
		for which in -ta -au; do # more than a buffer, and less
			[[ "$which $format" != '-au --ndjson' ]] || continue # nothing to write
			run -2 --separate-stderr lab_exec z bash -c "'$NETCONN' $which $format >/dev/full"
			assert_equal "$stderr" 'netconn: cannot write: No space left on device'
		done
	done
	for option in --help --version; do
		run -2 --separate-stderr bash -c "'$NETCONN' $option >/dev/full"
		assert_equal "$stderr" 'netconn: cannot write: No space left on device'
	done
}

@test "stdout closed: status 2 and one line" {
	for format in "${FORMATS[@]}"; do
		for owners in '' -p; do
			run -2 --separate-stderr lab_exec z bash -c "'$NETCONN' -ta $format $owners >&-"
			assert_equal "$stderr" 'netconn: cannot write: Bad file descriptor'
		done
	done
}

@test "stdin or stderr closed: nothing of it ends up in a socket or in the listing" {
	netconn -tan >expected
	run -0 lab_exec z bash -c "'$NETCONN' -tan <&- 2>&-"
	diff <(sort expected) <(sort <<<"$output")
	run -2 lab_exec z bash -c "'$NETCONN' --nosuch 2>&-"
	assert_output ''
	run -2 lab_exec z bash -c "'$NETCONN' -tan <&- >&- 2>&-"
	assert_output ''
}

@test "SIGINT and SIGTERM: the JSON array is closed, and the signal is what it dies of" {
	for signal in INT TERM; do
		slow_reader -ta --json
		kill -"$signal" "$pid"
		finish
		assert_equal "$status" "$((128 + $(kill -l "$signal")))"
		run -0 jq length all
		assert [ "$output" -gt 10 ]
		assert [ "$output" -lt "$SOCKETS" ]
		run -0 jq 'all(has("cookie") and has("peer_inode"))' all
		assert_output true
		assert_equal "$(<noise)" ''
		rm pipe
	done
}

@test "SIGTERM with -p, when nothing has been written yet: still an array" {
	lab_bg z "$NETCONN" -tap --json >all 2>noise
	pid=$!
	sleep 0.01
	kill -TERM "$pid" || true # it may have been too late
	status=0
	wait "$pid" || status=$?
	assert_regex "$status" '^(0|143)$'
	# A signal before its handler leaves an empty file.
	[[ ! -s all ]] || run -0 jq -e 'type == "array"' all
	assert_equal "$(<noise)" ''
}

@test "SIGTERM: of NDJSON and CSV every line is whole" {
	slow_reader -ta --ndjson
	kill -TERM "$pid"
	finish
	assert_equal "$status" 143
	run -0 jq -s 'length > 10 and all(has("peer_inode"))' all
	assert_output true
	assert_equal "$(tail -c 1 all)" ''
	rm pipe
	slow_reader -ta --csv
	kill -TERM "$pid"
	finish
	assert_equal "$status" 143
	run -0 awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' all
	assert_equal "$(tail -c 1 all)" ''
}

@test "a second signal does not wait for the reader" {
	slow_reader -ta --json
	# Two that come at once are one.
	while kill -TERM "$pid"; do
		sleep 0.2
	done
	status=0
	wait "$pid" || status=$?
	assert_equal "$status" 143
	exec {in}<&-
}

@test "--watch: again and again, each format with one heading where it has one" {
	lab_host few
	lab_bg few perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0) && listen(S, 1) or die; sleep 600'
	lab_wait_for bash -c "ip netns exec '$(lab_ns few)' '$NETCONN' -lt | grep -q LISTEN"
	for format in --ndjson --csv --wide -n; do
		lab_bg few "$NETCONN" -lt "$format" --watch 0.2 >all 2>noise
		pid=$!
		lab_wait_for bash -c '(($(grep -c LISTEN all) >= 3))'
		kill -TERM "$pid"
		status=0
		wait "$pid" || status=$?
		assert_equal "$status" 143
		assert_equal "$(<noise)" ''
		rows=$(grep -c LISTEN all)
		case $format in
		--ndjson) assert_equal "$(jq -s length all)" "$rows" ;;
		--csv) assert_equal "$(wc -l <all)" "$((rows + 1))" ;;
		--wide) assert_equal "$(wc -l <all)" "$((2 * rows))" ;;
		-n) assert_equal "$(wc -l <all)" "$((3 * rows))" ;;
		esac
	done
}

@test "--watch: no faster than asked for, and nothing where there is nothing" {
	lab_host few
	lab_bg few "$NETCONN" -lt --ndjson --watch 0.1 >all
	begin=${EPOCHREALTIME/./}
	lab_bg few "$NETCONN" -lt --watch 0.5 >habit
	lab_wait_for bash -c '(($(grep -c ^Active habit) >= 4))'
	listings=$(grep -c ^Active habit)
	assert [ "$((${EPOCHREALTIME/./} - begin))" -ge "$(((listings - 1) * 500000))" ]
	assert_equal "$(<all)" ''
}
