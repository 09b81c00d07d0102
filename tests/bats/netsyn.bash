# SPDX-License-Identifier: GPL-2.0-or-later
# What the netsyn*.bats files share. To be loaded by each of them.
# shellcheck disable=SC2034 # for the files that load this
#
#	setup_file() { netsyn_begin || return 0; flooded; }
#	setup() { netsyn_setup; }
#	teardown() { lab_end; }
#	teardown_file() { lab_end; }
#
# netsyn_begin [FEATURE...]	begin a lab; copy the command to $STAGE, where every user may run it
# netsyn_at HOST [ARG...]	the command, there
# nobody_at HOST [ARG...]	the same as a user without any privileges
# serve HOST [ARG...]		a server there (tests/fixture/synlab), ready when this returns
# keep HOST			half-opens there stay for minutes, however long the tests take
# flood HOST [ARG...]		SYNs for port 80 of HOST, from att, where its default route leads
# flood_bg HOST [ARG...]	the same in the background, for 100 s unless said
# wired HOST			link att and HOST, once, for flood
# assert_error TEXT		$stderr is one line of netsyn's, with TEXT, and $output is empty

bats_load_library bats-support
bats_load_library bats-assert
load ../netns

export NETSONDE_SECCOMP=${NETSONDE_SECCOMP:-kill}

netsyn_begin() {
	lab_need jq ss "$@" || return
	# shellcheck disable=SC2119 # no arguments meant
	lab_begin || return
	lab_stage netsyn fixture/{synlab,nodiag} || return
	ln -s netsyn "$STAGE/check_netsyn"
	export NETSYN=$STAGE/netsyn SYNLAB=$STAGE/synlab
	lab_host att
	lab_exec att ip route add local 10.200.0.0/16 dev lo
}

netsyn_setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

netsyn_at() {
	lab_exec "$1" "$NETSYN" "${@:2}"
}

nobody_at() {
	lab_exec "$1" setpriv --reuid=65534 --regid=65534 --clear-groups "$NETSYN" "${@:2}"
}

wired() {
	lab_pair att "$1" || return
	lab_exec "$1" ip route add default via "$(lab_addr att 4 "$1")"
	lab_exec "$1" ip route add default via "$(lab_addr att 6 "$1")"
	# Neighbours are asked for now, not while SYN-ACKs wait.
	lab_exec "$1" ping -c 1 -W 9 -q "$(lab_addr att 4 "$1")" >/dev/null
	lab_exec "$1" ping -c 1 -W 9 -q "$(lab_addr att 6 "$1")" >/dev/null
}

keep() {
	lab_sysctl "$1" net.ipv4.tcp_synack_retries 10
}

serve() {
	local log

	log=$(mktemp "$STAGE/serve.XXXXXX")
	lab_bg "$1" "$SYNLAB" serve --seconds 600 "${@:2}" >"$log"
	lab_wait_for grep -q ready "$log"
}

flood() {
	lab_exec att "$SYNLAB" source --device "to-$1" --mac "$(lab_mac "$1" att)" --port 80 \
		--to "$(lab_addr "$1" 4 att)" "${@:2}" >/dev/null
}

flood_bg() {
	local -a first_served=() # a flood that waits for a processor is none

	! chrt -r 1 true 2>/dev/null || first_served=(chrt -r 1)
	lab_bg att ${first_served[@]+"${first_served[@]}"} "$SYNLAB" source --device "to-$1" \
		--mac "$(lab_mac "$1" att)" --port 80 --to "$(lab_addr "$1" 4 att)" \
		--seconds 100 "${@:2}" >/dev/null
}

assert_error() {
	# shellcheck disable=SC2154 # bats sets them
	{
		assert_equal "$output" ''
		assert_equal "${#stderr_lines[@]}" 1
		assert_regex "$stderr" '^netsyn: '
		[[ $stderr == *"$1"* ]] || fail "no '$1' in: $stderr"
	}
}
