#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netsyn's verdict in every scenario of tests/scenarios/table, all of them side by side; with
# NETSONDE_CHECK=full, twenty times each. The seeds are printed; SCENARIO_SEED=N repeats one.
# shellcheck disable=SC2016 # programs of awk

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load ../netns

SCENARIOS=$BATS_TEST_DIRNAME/../scenarios
SYNLAB=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/fixture/synlab

setup_file() {
	local first=${SCENARIO_SEED:-$((RANDOM + 1))} last

	lab_need nft tun tunlink jq || return 0
	last=$first
	[[ ${NETSONDE_CHECK-} != full ]] || last=$((first + 19))
	printf '# seeds %d to %d\n' "$first" "$last" >&3
	"$SCENARIOS/all" --seeds "$first-$last" >"$BATS_FILE_TMPDIR/results" 3>&- 4>&- || true
}

setup() {
	lab_need
}

# part NAME: all of its scenarios were played, and none went wrong
part() {
	awk -v part="$1" '/^= / { current = $2 } /^[a-z]/ && current == part { print $1 }' \
		"$SCENARIOS/table" >"$BATS_TEST_TMPDIR/names"
	assert [ -s "$BATS_TEST_TMPDIR/names" ]
	run -0 awk '
		FNR == NR { wanted[$1]; next }
		$1 == "ok" { right[$2] }
		$1 == "not" { wrong[$3] }
		$1 == "not" && $3 in wanted
		END {
			for (name in wanted)
				if (!(name in right) && !(name in wrong))
					print name " was not played"
		}' "$BATS_TEST_TMPDIR/names" "$BATS_FILE_TMPDIR/results"
	assert_output ''
}

@test "every flood is named, with its kind" {
	part floods
}

@test "floods of IPv6, and at listeners of other kinds" {
	part listeners
}

@test "floods that real clients come with" {
	part mixed
}

@test "no alarm where nobody attacks, and the right one where the server is at fault" {
	part harmless
}

@test "a flood that begins while netsyn looks, and a young namespace" {
	part begin
}

# What the source of SYNs must never do.

@test "the source of SYNs refuses to work where a way leads out" {
	local mac=02:00:00:00:01:01

	run -2 "$SYNLAB" source --device lo --mac $mac --to 127.0.0.1 --port 80
	assert_output --partial 'refusing to run in the initial network namespace'
	lab_begin
	lab_pair a b
	run -1 lab_exec a "$SYNLAB" source --device lo --mac $mac --to 127.0.0.1 --port 80
	assert_output --partial 'the device is no veth'
	ip -n "$(lab_ns a)" route add default via "$(lab_addr b 4)"
	run -1 lab_exec a "$SYNLAB" source --device to-b --mac $mac --to 10.0.1.2 --port 80
	assert_output --partial 'a default route'
	ip -n "$(lab_ns a)" route del default
	ip -n "$(lab_ns a)" route add default via "$(lab_addr b 6)" table 7
	run -1 lab_exec a "$SYNLAB" source --device to-b --mac $mac --to 10.0.1.2 --port 80
	assert_output --partial 'a default route'
	ip -n "$(lab_ns a)" -6 route del default table 7
	run -0 lab_exec a "$SYNLAB" source --device to-b --mac $mac --to 10.0.1.2 --port 80 --count 3
	assert_output --regexp '^sent 3 in'
	lab_end
}

@test "the source of SYNs keeps to its bounds" {
	local option

	lab_begin
	lab_pair a b
	for option in '--count 3000001' '--seconds 121' '--rate 1000001'; do
		# shellcheck disable=SC2086 # two words
		run -2 lab_exec a "$SYNLAB" source --device to-b --mac 02:00:00:00:01:02 \
			--to 10.0.1.2 --port 80 $option
		assert_output --partial 'not a number from'
	done
	run -0 lab_exec a "$SYNLAB" source --device to-b --mac 02:00:00:00:01:02 --to 10.0.1.2 \
		--port 80 --rate 1000 --seconds 1
	assert_output --regexp '^sent (9[0-9]{2}|1000) in 1[0-9]{3} ms'
	lab_end
}
