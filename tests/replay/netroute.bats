#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netroute over recorded netlink: whole recordings, and damaged ones. Neither root nor network nor
# namespaces are needed.
# shellcheck disable=SC2034,SC2154 # variables of bats and of damage.bash

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load damage

data=$BATS_TEST_DIRNAME/data

setup() {
	netroute=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/replay/netroute
	little_endian || skip 'the recordings are of a little-endian machine'
}

# play RECORDING ARG...: the questions must be those that were recorded, in their order
play() {
	NETSONDE_REPLAY=$data/$1 "$netroute" "${@:2}"
}

@test "netroute: recorded routes, beside what ip and route said of them" {
	run -0 --separate-stderr play routes --table all --json
	assert_equal "$stderr" ''
	assert_equal "$(grep -c '"dst"' <<<"$output")" $(($(wc -l <"$data/routes/ip.csv") + 1))
	assert_output --partial '"nh_info":{"id":12,"group":[{"id":10,"weight":3},{"id":11,"weight":1}],"type":"mpath"'
	assert_output --partial '"encap":{"type":"ip","id":5,"src":"0.0.0.0","dst":"1.2.3.4"'
	assert_output --partial '"metrics":[{"mtu":1400,'
	# nh_info is asked for between the rules and the routes
	play routes --table all --csv --no-header --columns type,dst,gateway,dev,table,metric,nh_info |
		sed '/10\.11\.0\.0/d; s/^\(\([^,]*,\)\{5\}[^,]*\),.*/\1/' >"$BATS_TEST_TMPDIR/ours"
	diff -u <(sort "$data/routes/ip.csv") <(sort "$BATS_TEST_TMPDIR/ours")
	diff -u "$data/routes-n/n.txt" <(play routes-n -n)
}

@test "netroute: recorded rules, beside what ip said of them" {
	play rules --rules -4 --csv --no-header --columns priority,text |
		sed 's/,/: /; s/"//g' >"$BATS_TEST_TMPDIR/ours"
	diff -u <(tr -s '\t ' ' ' <"$data/rules/rule.txt" | sed 's/ $//') "$BATS_TEST_TMPDIR/ours"
}

@test "netroute: recorded look-ups, explained and not" {
	run -1 play look-up --csv --no-header --columns dest,gateway,prefix,error 10.5.1.1 10.6.0.1 10.9.0.1
	assert_regex "${lines[0]}" '^10\.5\.1\.1,10\.0\.2\.[23],10\.5\.0\.0/16,$'
	assert_equal "${lines[1]}" '10.6.0.1,,10.6.0.0/16,blackhole'
	assert_equal "${lines[2]}" '10.9.0.1,,,no route: a throw route ended the look-up at rule 32766'
	run -1 play explain --explain --ndjson 10.5.1.1 10.9.0.1 10.15.1.1 fd00:2::77
	assert_equal "${#lines[@]}" 4
	assert_equal "$(grep -c '"agrees":true' <<<"$output")" 4
	assert_regex "${lines[2]}" '"rule":\{"priority":32765,"text":"from all to 10.15.0.0/16 lookup 77"\}'
	assert_regex "${lines[3]}" '"prefix":"fd00:2::/64"'
}

# any_end RECORDING ARG...: over the file in $folder, damaged: an answer, or one line and 2
any_end() {
	local status=0

	NETSONDE_REPLAY=$folder timeout 5 "$netroute" "$@" >"$folder/out" 2>"$folder/err" || status=$?
	[[ $status -le 2 ]] || fail "$where: $status"
	[[ $status -ne 2 || -s $folder/err || $(<"$folder/out") == *disagrees* ||
		$(<"$folder/out") == *'"agrees":false'* ]] || fail "$where: 2 without a word"
	[[ $(wc -l <"$folder/err") -le 1 ]] || fail "$where: $(<"$folder/err")"
}

# cut_anywhere RECORDING STEP ARG...
cut_anywhere() {
	local size i where from=$data/$1/0.nl

	folder=$BATS_TEST_TMPDIR
	size=$(stat -c %s "$from")
	for ((i = 0; i < size; i += $2)); do
		head -c "$i" "$from" >"$folder/0.nl"
		where="cut at $i"
		any_end "${@:3}"
		[[ -s $folder/err ]] || fail "$where: not said"
	done
}

# wrong_anywhere RECORDING STEP BYTE ARG...
wrong_anywhere() {
	local size i where from=$data/$1/0.nl

	folder=$BATS_TEST_TMPDIR
	size=$(stat -c %s "$from")
	for ((i = 4; i < size; i += $2)); do
		cp "$from" "$folder/0.nl"
		# shellcheck disable=SC2059 # a byte as printf knows it
		printf "$3" | dd of="$folder/0.nl" bs=1 seek="$i" conv=notrunc status=none
		where="byte $i"
		any_end "${@:4}"
	done
}

@test "netroute: recordings cut anywhere: one line, never a crash" {
	cut_anywhere routes 31 --table all --json
	cut_anywhere rules 61 --rules --json
	cut_anywhere explain 97 --explain --json 10.5.1.1 10.9.0.1 10.15.1.1 fd00:2::77
	cut_anywhere look-up 97 --json 10.5.1.1 10.6.0.1 10.9.0.1
}

@test "netroute: recordings with any byte wrong: an answer or one line, never a crash" {
	wrong_anywhere routes 61 '\xff' --table all --json
	wrong_anywhere routes 67 '\x00' --table all --json
	wrong_anywhere rules 79 '\xff' --rules --json
	wrong_anywhere explain 103 '\xff' --explain --json 10.5.1.1 10.9.0.1 10.15.1.1 fd00:2::77
	wrong_anywhere look-up 107 '\x80' --json 10.5.1.1 10.6.0.1 10.9.0.1
}

@test "netroute: what only a kernel with faults sends is named in one line" {
	folder=$BATS_TEST_TMPDIR/faults
	mkdir -p "$folder"
	hex='' && add_errno 105 # ENOBUFS
	write_to "$folder/0.nl"
	run -2 env NETSONDE_REPLAY="$folder" "$netroute" -n
	assert_output --partial 'No buffer space available'
	assert_equal "${#lines[@]}" 1
	: >"$folder/0.nl"
	run -2 env NETSONDE_REPLAY="$folder" "$netroute" --json
	assert_equal "${#lines[@]}" 1
	rm "$folder/0.nl"
	run -2 env NETSONDE_REPLAY="$folder" "$netroute" --explain 10.5.1.1
	assert_output --partial 'cannot talk netlink to the kernel'
	assert_equal "${#lines[@]}" 1
}
