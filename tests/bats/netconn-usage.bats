#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line: what is refused, in which words and with which status.
# shellcheck disable=SC2016,SC2154 # programs of other shells; variables of bats

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin
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

# refuses REASON ARG...: status 2, nothing on stdout, and one line that gives the REASON. In a session of
# its own: should the command signal its process group, this must not be ours.
refuses() {
	run -2 --separate-stderr timeout 60 setsid -w "$NETCONN" "${@:2}"
	assert_equal "$output" ''
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" "^netconn: .*$1"
}

# on_terminal ARG...: what netconn says with a terminal for all three; a terminal ends lines with CR
on_terminal() {
	script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'no pseudo-terminal here'
	run script -qec "$NETCONN $*" /dev/null </dev/null
	output=${output//$'\r'/}
}

@test "a usage error ends this command, and nothing else" {
	# shellcheck disable=SC2016 # the inner shell's words
	run -0 setsid -w bash -c '"$1" --nosuch; printf "%s, and alive\n" "$?"' - "$NETCONN"
	assert_line '2, and alive'
}

@test "unknown options" {
	refuses "'-q'" -q
	refuses "'-q'" -nq
	refuses "'-q'" -qn
	refuses "'--nosuch'" --nosuch
	refuses "'--nosuch'" --nosuch=value
	refuses "'--nosuch'" -a --nosuch -t
	refuses "'--n'.*ambiguous|ambiguous.*'--n'" --n
	run -2 "$NETCONN" -
	assert_line --index 0 --partial "'-' is no condition"
}

@test "what ss and lsof call otherwise is told by its name here" {
	refuses '--kill' -K dst 192.0.2.1
	refuses '--no-header' -tH
	refuses '--monitor' --events
	refuses 'already' -nPiTCP
	refuses '-pt' -iTCP:22
	refuses '-p :8080' -i:8080
	refuses "':8080'.*lsof's -i is -p" -i :8080
}

@test "every refusal says where help is" {
	for option in --nosuch -q '--json --csv' '--watch 0' '-A nosuch'; do
		# shellcheck disable=SC2086 # two options
		refuses '--help' $option
	done
}

@test "arguments that are missing, wrong or too many" {
	refuses '--watch.*argument' --watch
	refuses '--columns.*argument' --columns
	refuses '--netns.*argument' --netns
	refuses '-A.*argument' -A
	refuses '--json.*no argument' --json=1
	refuses '--all.*no argument' --all=yes
	for seconds in 0 0.01 -1 x 1x '' . 1.2.3 1e3 ' 1' inf nan 999999999 99999999999999999999; do
		refuses '--watch' --watch "$seconds"
	done
	refuses "'x'.*auto, always, never" --color x
	refuses "'nosuch'" -A nosuch
	refuses "'nosuch'" -A inet,nosuch
	refuses "''" -A ''
	refuses "''" -A inet,
	refuses "''" --protocol=,unix
	refuses "'INET'" -A INET
}

@test "operands are a filter, and nothing else" {
	for operands in word '-an word' '-an -- word' '-- -t' '-t :80 word'; do
		# shellcheck disable=SC2086 # several
		run -2 --separate-stderr "$NETCONN" $operands
		assert_equal "$output" ''
		assert_equal "${#stderr_lines[@]}" 3
		assert_regex "${stderr_lines[0]}" "^netconn: '(word|-t)' is no condition: "
	done
}

@test "one format, one mode" {
	formats=(--wide --json --ndjson --csv)
	for one in "${formats[@]}"; do
		for other in "${formats[@]}"; do
			[[ $one != "$other" ]] || continue
			refuses "($one|$other).*($one|$other)" "$one" "$other"
		done
		run -0 "$NETCONN" -lt "$one" "$one"
	done
	refuses '(--json|-j).*--csv|--csv.*(--json|-j)' -j --csv
	refuses '-c.*--watch|--watch.*-c' -c --watch 2
}

@test "an endless listing is no JSON array: --ndjson is named" {
	refuses '--ndjson' --json --watch 1
	refuses '--ndjson' --watch 1 --json
	refuses '--ndjson' -cj
	refuses '--ndjson' --continuous --json
}

@test "the tables of others: where they are" {
	refuses 'netroute' -r
	refuses 'netroute' -rn
	refuses 'netroute' --route
	refuses 'conntrack' -M
	refuses 'conntrack' --masquerade
}

@test "-ti: a hint for those who know ss, on a terminal only" {
	lab_need script
	run -0 --separate-stderr "$NETCONN" -ti
	assert_line --index 0 'Kernel Interface table'
	assert_equal "$stderr" ''
	on_terminal -ti
	assert_equal "$status" 0
	assert_regex "${lines[-1]}" '^netconn: .*--info'
	for options in -i -ts -t; do
		on_terminal $options
		refute_output --partial "netconn: -i"
	done
	# It is stderr that has to be one.
	run script -qec "$NETCONN -ti 2>&1 | cat" /dev/null </dev/null
	refute_output --partial "netconn: -i"
}

@test "--help and --version: on stdout, status 0" {
	for option in -h --help; do
		run -0 --separate-stderr "$NETCONN" $option
		assert_equal "$stderr" ''
		assert_line --index 0 --regexp '^Usage: netconn '
		for word in --all --programs --ndjson --columns --netns --resolve --watch netroute peer_inode; do
			assert_output --partial "$word"
		done
	done
	for option in -V --version; do
		run -0 --separate-stderr "$NETCONN" $option
		assert_equal "$stderr" ''
		assert_output --regexp '^netconn \(netsonde\) [0-9]+\.[0-9]+'
		assert_equal "${#lines[@]}" 1
	done
	# Whatever else is there, as long as it came after.
	run -0 "$NETCONN" --help --nosuch
}

@test "netstat's letters and long names are accepted" {
	lab_host quiet
	for options in -a -l -t -u -w -x -U -4 -6 -n -p -e -ee -o -C -W -v '-A inet' '-A unix' '-aA inet6' \
		--all --listening --tcp --udp --udplite --raw --unix --inet --inet6 --numeric --programs --extend \
		--timers --cache --verbose --protocol=inet; do
		# shellcheck disable=SC2086 # two words
		run -0 --separate-stderr lab_exec quiet "$NETCONN" $options
		assert_line --index 0 --regexp '^Active (Internet connections|UNIX domain sockets) \('
	done
	for name in --numeric-hosts --numeric-ports --numeric-users --program; do
		run -0 lab_exec quiet "$NETCONN" $name
	done
	# Long names may be shortened, and options may follow in any order.
	run -0 lab_exec quiet "$NETCONN" --list --exten -t
	assert_line --index 0 'Active Internet connections (only servers)'
}

@test "a protocol that the kernel lacks: named, it is an error; otherwise nothing is said" {
	[[ ! -e /proc/net/sctp ]] || skip 'this kernel has SCTP'
	lab_host quiet
	run -2 --separate-stderr lab_exec quiet "$NETCONN" -S
	assert_regex "$stderr" '^netconn: .*SCTP'
	run -2 --separate-stderr lab_exec quiet "$NETCONN" -S --json
	assert_equal "$(jq -c . <<<"$output")" '[]'
	run -0 --separate-stderr lab_exec quiet "$NETCONN" -an
	assert_equal "$stderr" ''
	run -0 --separate-stderr lab_exec quiet "$NETCONN" -atS
	assert_equal "$stderr" ''
	run -0 --separate-stderr lab_exec quiet "$NETCONN" -anv
	assert_regex "$stderr" 'SCTP'
}

@test "nothing found: still status 0" {
	lab_host quiet
	for options in -at -lu -ax '-a --json' '-a --csv' '-l --wide' -nap; do
		# shellcheck disable=SC2086 # two options
		run -0 --separate-stderr lab_exec quiet "$NETCONN" $options
		assert_equal "$stderr" ''
	done
}

@test "a decimal comma of the locale does not reach JSON nor --watch" {
	lab_host quiet
	lab_bg quiet env LC_ALL=de_DE.UTF-8 "$NETCONN" -lt --watch 0.5 >"$BATS_TEST_TMPDIR/all"
	lab_wait_for bash -c '(($(grep -c ^Active "$1") >= 2))' - "$BATS_TEST_TMPDIR/all"
}
