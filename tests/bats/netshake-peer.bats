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

# exchanges: for each one its index, name, ISN to begin with or -, and arguments
exchanges() {
	awk '
		function tell() {
			if (name) print index_++, name, isn, args
		}
		$1 == "exchange" { tell(); name = $2; isn = "-"; args = "" }
		$1 == "with" { sub(/^with /, ""); args = $0 }
		$1 == "set" { isn = $2 }
		END { tell() }
	' "$SCRIPT"
}

# expected: what the script says of each, as a program for jq that is given all traces by name, and
# tells what is not so
expected() {
	awk '
		function tell(what) {
			gsub(/"/, "\\\"", text)
			printf "(.[\"%s\"] | if (%s) then empty else \"%s: %s: \\(%s)\" end),\n",
				name, what, name, text, found
		}
		function states(side) {
			found = "." side "_states | join(\" \")"
			tell(found " == \"" rest "\"")
		}
		$1 == "exchange" { name = $2 }
		$1 != "=" { next }
		{ text = $0; sub(/^= /, "", text); rest = text; sub(/^[a-z_]+ /, "", rest) }
		$2 == "client" || $2 == "server" { states($2); next }
		$2 == "jq" { found = "\"\""; tell(rest); next }
		{
			found = "\"\\(.verdict), \\(.status)\""
			tell(".verdict == \"" $2 "\" and .status == " $3)
		}
		END { print "empty" }
	' "$SCRIPT"
}

# play INDEX NAME ISN ARG...: what netshake says goes to NAME.json, with its exit status
play() {
	local index=$1 name=$2 isn=$3 host=10.77.0.2 status=0
	local -a before=()
	shift 3

	((index % 2)) && host=fd77::2
	[[ $isn == - ]] || before=(env ISN="$isn" LD_PRELOAD="$STAGE/isn.so"
		ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS-}")
	lab_exec a "${before[@]}" "$NETSHAKE" --json "${@/#TEXT/text}" "$host" \
		$((FIRST_PORT + index)) >"$name.json" 2>"$name.err" || status=$?
	printf '%s\n' "$status" >>"$name.json"
}

setup_file() {
	local index name rest peer

	netshake_begin tun || return 0
	lab_stage fixture/scripted preload/isn.so || return
	export PLAYED=$STAGE/played
	mkdir "$PLAYED"
	cd "$PLAYED" || return
	head -c 2500 /dev/zero | tr '\0' x >text
	lab_host a
	lab_hold a "$STAGE/scripted" far "$SCRIPT" >"$PLAYED/peer.log" 2>&1
	peer=$!
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
	gather >all
}

# gather: all traces by name, each with the exit status that stands behind it
gather() {
	# shellcheck disable=SC2016 # a program of jq
	jq -n 'def name: input_filename | ltrimstr("./") | rtrimstr(".json");
		reduce inputs as $it ({};
			if $it | type == "array" then .[name] = $it[0] else .[name].status = $it end)' \
		./*.json
}

setup() {
	lab_need
	cd "$PLAYED" || return
}

teardown_file() {
	lab_end
}

@test "the peer got what the script says, and nothing behind it" {
	run grep '^not ok' peer.log
	assert_output ''
	assert_equal "$(grep -c '^ok' peer.log)" "$(exchanges | wc -l)"
	[[ $(exchanges | wc -l) -ge 60 ]]
}

@test "verdicts, exit status, states and what else the script says of the traces" {
	expected >expected.jq
	run jq -r -f expected.jq all
	assert_success
	assert_output ''
}

@test "this end's states along the segments come in their order" {
	run jq -r 'to_entries[] | .key as $name | .value.client_states as $all |
		reduce .value.segments[].client_state as $state (0; if . == null then null else
			. as $from | first(range($from; $all | length) | select($all[.] == $state)) //
			null end) |
		select(. == null) | $name' all
	assert_success
	assert_output ''
}

@test "each is one trace, nothing is said beside it, and the kernel kept quiet" {
	run cat ./*.err
	assert_output ''
	assert_equal "$(jq length all)" "$(exchanges | wc -l)"
	run jq -r 'to_entries[] | select(.value.kernel_segments != 0 or .value.undelivered != 0).key' \
		all
	assert_success
	assert_output ''
}
