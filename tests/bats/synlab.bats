#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the source of SYNs in tests/fixture/synlab must never do.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load ../netns

SYNLAB=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/fixture/synlab

setup() {
	lab_need root netns
}

teardown() {
	lab_end
}

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
}
