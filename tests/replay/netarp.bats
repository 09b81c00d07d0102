#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netarp over recorded netlink: a whole recording, and damaged ones. Neither root nor network nor
# namespaces are needed.
# shellcheck disable=SC2154 # variables of bats

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load damage

data=$BATS_TEST_DIRNAME/data/neigh

setup() {
	netarp=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/replay/netarp
	little_endian || skip 'the recordings are of a little-endian machine'
}

# The questions must be those that were recorded, in their order: both families.
play() {
	NETSONDE_REPLAY=${folder:-$data} "$netarp" "$@"
}

@test "netarp: a recording, beside what arp said of the same table" {
	run -0 play --ndjson --columns dst,lladdr,state,proxy,router
	assert_line '{"dst":"10.0.1.2","lladdr":"02:00:00:00:01:02","state":["PERMANENT"],"proxy":false,"router":false}'
	assert_line '{"dst":"10.0.1.9","lladdr":null,"state":[],"proxy":true,"router":false}'
	assert_line '{"dst":"fd00:1::2","lladdr":"02:00:00:00:01:02","state":["PERMANENT"],"proxy":false,"router":true}'
	refute_output --partial 10.0.1.4
	play -an >"$BATS_TEST_TMPDIR/ours"
	diff -u <(sort "$data/an.txt") <(sort "$BATS_TEST_TMPDIR/ours")
}

@test "netarp: recordings cut anywhere: an answer or one line, never a crash" {
	local size i status

	folder=$BATS_TEST_TMPDIR
	size=$(stat -c %s "$data/0.nl")
	for ((i = 0; i < size; i += 13)); do
		head -c "$i" "$data/0.nl" >"$folder/0.nl"
		status=0
		play --json >"$folder/out" 2>"$folder/err" || status=$?
		[[ $status -eq 2 && $(wc -l <"$folder/err") -eq 1 ]] || fail "cut at $i: $status"
	done
}

@test "netarp: recordings with any byte wrong: an answer or one line, never a crash" {
	local size i status

	folder=$BATS_TEST_TMPDIR
	size=$(stat -c %s "$data/0.nl")
	for ((i = 4; i < size; i += 37)); do
		cp "$data/0.nl" "$folder/0.nl"
		printf '\xff' | dd of="$folder/0.nl" bs=1 seek="$i" conv=notrunc status=none
		status=0
		NETSONDE_REPLAY=$folder timeout 5 "$netarp" --json >"$folder/out" 2>"$folder/err" ||
			status=$?
		[[ $status -eq 0 || $status -eq 2 ]] || fail "byte $i: $status"
	done
}
