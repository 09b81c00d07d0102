#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# From 20,000 TCP sockets on they come in two dumps at once: nothing of that is to be seen.
# shellcheck disable=SC2154 # variables of bats

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin || return 0
	populate z fill --sockets 22000 --listeners 300 --for 300
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

# ends [ARG...]: both ends of the sockets that netconn lists with these
ends() {
	netconn "$@" | awk '/^tcp/ { print $4, $5 }'
}

@test "the same sockets as ss, each once, listeners first, and always in one order" {
	[[ $(nproc) -gt 1 ]] || skip 'one processor: one dump'
	lab_exec z ss -Htan | awk '{ print $4, $5 }' | sort >expected
	for options in -tan -ta4n '-tan --no-header'; do
		# shellcheck disable=SC2086 # two options
		ends $options >got
		sort got | cmp expected -
		# shellcheck disable=SC2086
		ends $options | cmp got -
	done
	assert_equal "$(netconn -tan | awk '/^tcp/ { print $6 }' | uniq -c | awk '{ print $1, $2 }' | xargs)" \
		'300 LISTEN 22000 ESTABLISHED'
	run -0 json '[length, (map(.cookie) | unique | length)]' -ta
	assert_output '[22300,22300]'
	assert_equal "$(netconn -tan | head -1)" 'Active Internet connections (servers and established)'
}

@test "with owners, with internals" {
	assert_equal "$(netconn -tanp | awk '$7 ~ /\/fill$/' | wc -l)" 22300
	run -0 json '[.[] | select(.state == "ESTABLISHED" and .tcp_info.snd_mss > 0)] | length' -ta --info
	assert_output 22000
}

@test "beside churn: none twice, those that stay are there" {
	lab_host y
	populate y churn --seconds 60 --stable 20000 --inodes "$STAGE/inodes"
	for _ in 1 2; do
		run -0 --separate-stderr lab_exec y "$NETCONN" -tan --csv --no-header --columns inode,cookie
		assert_equal "$stderr" ''
		awk -F, 'FNR == NR { stays[$1]; next }
			{ doubled += ($2 in twice); twice[$2]; seen += ($1 in stays) }
			END { print (seen >= 19995), doubled + 0 }' "$STAGE/inodes" - <<<"$output" >verdict
		assert_equal "$(<verdict)" '1 0'
	done
	depopulate churn
}
