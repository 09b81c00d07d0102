#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Awkward exchanges, one by one: a peer over a tun device that does what netshake-peer.script says,
# and judges what it gets; every other one over IPv6. They run side by side, WORKERS at a time.
# shellcheck disable=SC2154 # bats sets them

bats_require_minimum_version 1.5.0
load netshake

SCRIPT=$BATS_TEST_DIRNAME/netshake-peer.script
WORKERS=10
FIRST_PORT=7000

# exchanges: for each one its index, name, ISN to begin with or -, expected exit status, verdict, and
# arguments
exchanges() {
	awk '
		function tell() {
			if (name) print index_++, name, isn, status, verdict, args
		}
		$1 == "exchange" { tell(); name = $2; isn = status = verdict = "-"; args = "" }
		$1 == "with" { sub(/^with /, ""); args = $0 }
		$1 == "set" { isn = $2 }
		$1 == "=" && NF == 3 && $2 !~ /^(client|server|jq)$/ { verdict = $2; status = $3 }
		END { tell() }
	' "$SCRIPT"
}

# expectations NAME client|server|jq: the lines that say what else must be true
expectations() {
	awk -v name="$1" -v what="$2" '
		$1 == "exchange" { is_here = $2 == name }
		is_here && $1 == "=" && $2 == what { sub(/^= [a-z]+ /, ""); print }
	' "$SCRIPT"
}

# play INDEX NAME ISN STATUS VERDICT ARG...: what netshake says goes to NAME.json, its exit status to
# NAME.status
play() {
	local index=$1 name=$2 isn=$3 host=10.77.0.2 status=0
	local -a before=()
	shift 5

	((index % 2)) && host=fd77::2
	[[ $isn == - ]] || before=(env ISN="$isn" LD_PRELOAD="$HELPERS/isn.so"
		ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS-}")
	lab_exec a "${before[@]}" "$NETSHAKE" --json "${@/#TEXT/text}" "$host" \
		$((FIRST_PORT + index)) >"$name.json" 2>"$name.err" || status=$?
	printf '%s\n' "$status" >"$name.status"
}

setup_file() {
	local index name rest

	netshake_begin tun || return 0
	export HELPERS=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/preload
	export LAB_ID PLAYED=$STAGE/played
	mkdir "$PLAYED"
	cd "$PLAYED" || return
	head -c 2500 /dev/zero | tr '\0' x >text
	lab_host a
	# shellcheck disable=SC2016 # the inner shell's words
	lab_bg a bash -c 'exec "${@:2}" <>"$1"' - "$STAGE/held" \
		"${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/fixture/scripted" \
		far "$SCRIPT" >"$PLAYED/peer.log" 2>&1
	local peer=$!
	lab_wait_for grep -q ready "$PLAYED/peer.log"
	lab_exec a ip address add 10.77.0.1/24 dev far
	lab_exec a ip address add fd77::1/64 dev far nodad
	lab_exec a ip link set far up
	while read -r index name rest; do
		while (($(jobs -rp | wc -l) > WORKERS)); do
			wait -n || true
		done
		# shellcheck disable=SC2086 # to be split
		play "$index" "$name" $rest 3>&- &
	done < <(exchanges)
	while (($(jobs -rp | wc -l) > 1)); do
		wait -n || true
	done
	kill -TERM "$peer"
	wait "$peer" || true
}

setup() {
	lab_need
	cd "$PLAYED" || return
}

teardown_file() {
	netshake_end
}

# assert_none: no output, of what finds what is wrong
assert_none() {
	assert_output ''
}

@test "the peer got what the script says, and nothing behind it" {
	run grep '^not ok' peer.log
	assert_output ''
	assert_equal "$(grep -c '^ok' peer.log)" "$(exchanges | wc -l)"
	[[ $(exchanges | wc -l) -ge 60 ]]
}

verdicts() {
	local index name isn status verdict args

	while read -r index name isn status verdict args; do
		[[ $status == - || $(<"$name.status") == "$status" ]] ||
			printf '%s: exit %s: %s\n' "$name" "$(<"$name.status")" "$(<"$name.err")"
		[[ $verdict == - || $(jq -r '.[0].verdict' "$name.json") == "$verdict" ]] ||
			printf '%s: %s\n' "$name" "$(jq -r '.[0].verdict' "$name.json")"
		[[ ! -s $name.err ]] || printf '%s: %s\n' "$name" "$(<"$name.err")"
	done < <(exchanges)
}

@test "verdict and exit status" {
	run verdicts
	assert_output ''
}

states() {
	local name side expected found

	while read -r _ name _; do
		for side in client server; do
			expected=$(expectations "$name" "$side")
			found=$(jq -r ".[0].${side}_states | join(\" \")" "$name.json")
			[[ ! $expected || $found == "$expected" ]] ||
				printf '%s: %s: %s\n' "$name" "$side" "$found"
		done
	done < <(exchanges)
}

@test "the states of both ends" {
	run states
	assert_output ''
}

facts() {
	local name filter

	while read -r _ name _; do
		while read -r filter; do
			jq -e ".[0] | $filter" "$name.json" >/dev/null ||
				printf '%s: not so: %s\n' "$name" "$filter"
		done < <(expectations "$name" jq)
		jq -e '.[0] | .kernel_segments == 0 and .undelivered == 0' "$name.json" \
			>/dev/null || printf '%s: the kernel had a part in it\n' "$name"
	done < <(exchanges)
}

@test "what else the trace tells, and that the kernel kept quiet" {
	run facts
	assert_output ''
}
