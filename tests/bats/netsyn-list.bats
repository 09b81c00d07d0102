#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netsyn --list, on the command line, and what it refuses.
# shellcheck disable=SC2016,SC2154 # programs of jq; bats sets variables

bats_require_minimum_version 1.5.0
load netsyn

# held: half-opens of both families that stay, and do not change
setup_file() {
	netsyn_begin || return 0
	wired held
	keep held
	serve held --port 80 --dual --backlog 4096
	serve held --port 8080 --backlog 16
	flood held --count 60 --rate 2000 --from 198.18.0.0/15
	flood held --count 20 --rate 2000 --to "$(lab_addr held 6 att)" --from fd00:77::/64
	lab_host quiet
}

setup() {
	netsyn_setup
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

# ends: local and peer end of each line of ss, as netstat writes them, IPv4 folded
ends() {
	sed -e 's/\[::ffff:\([0-9.]*\)\]/\1/g' -e 's/[][]//g' | sort
}

@test "--list: the half-opens that ss has, v4-mapped ones folded" {
	lab_exec held ss -Htn state syn-recv | awk '{ print $3, $4 }' | ends >theirs
	netsyn_at held --list --no-header | awk '{ print $1, $2 }' | sort >ours
	diff theirs ours
	[[ $(wc -l <ours) -eq 80 ]]
	run -0 netsyn_at held --list
	assert_line --index 0 --regexp '^Local +Peer +State +Age-ms +Retrans +PID/Program$'
	[[ $(grep -c ' SYN_RECV ' <<<"$output") -eq 80 ]]
	[[ $(grep -cE ' [0-9]+/\S*synlab$' <<<"$output") -eq 80 ]]
}

@test "--list: by family, as columns, JSON and CSV" {
	[[ $(netsyn_at held --list -4 --no-header | wc -l) -eq 60 ]]
	[[ $(netsyn_at held --list -6 --no-header | wc -l) -eq 20 ]]
	[[ $(netsyn_at held --list -46n --no-header | wc -l) -eq 80 ]]
	netsyn_at held --list --json >list
	[[ $(jq 'length' list) -eq 80 ]]
	run -0 jq -c '[.[] | {family, state, local_port, listener, deferred, owner: .owner.program[-6:]}] | unique' list
	assert_output '[{"family":"inet","state":"SYN_RECV","local_port":80,"listener":":::80","deferred":false,"owner":"synlab"},{"family":"inet6","state":"SYN_RECV","local_port":80,"listener":":::80","deferred":false,"owner":"synlab"}]'
	# As old as the fixture is, and retransmitted accordingly: after two minutes it is not known.
	run -0 jq 'all(.[]; if .retrans > 6 then .age_ms == null else .age_ms >= 0 and
		.age_ms < 1000 * pow(2; .retrans + 1) and .age_ms >= 1000 * (pow(2; .retrans) - 1) - 300 end)' list
	assert_output true
	netsyn_at held --list --ndjson | jq -s 'length == 80' | grep -qx true
	netsyn_at held --list --csv >list
	[[ $(wc -l <list) -eq 81 ]]
	assert_equal "$(head -n 1 list | tr -d '\r')" netns,family,state,local_addr,local_port,peer_addr,peer_port,iface,age_ms,retrans,expires_ms,deferred,listener,owner
	run -0 netsyn_at held --list --columns peer_addr,retrans
	assert_line --index 0 --regexp '^Peer-Addr +Retrans$'
	[[ $(netsyn_at held --list | head -n 1 | wc -l) -eq 1 ]]
}

@test "--list: nobody sees all of it, but for the process; a quiet host has none" {
	run -0 --separate-stderr nobody_at held --list --json
	assert_equal "$stderr" ''
	[[ $(jq 'length' <<<"$output") -eq 80 ]]
	[[ $(jq '[.[].owner] | unique' -c <<<"$output") == '[null]' ]]
	run -0 --separate-stderr netsyn_at quiet --list
	assert_output --regexp '^Local +Peer .*Program$'
	run -0 netsyn_at quiet --list --json
	assert_equal "$(jq -c . <<<"$output")" '[]'
}

@test "--list without INET_DIAG: /proc has the same" {
	netsyn_at held --list --columns local,peer,owner | sort >expected
	lab_exec held "$STAGE/nodiag" EPERM "$NETSYN" --list --columns local,peer,owner | sort | diff expected -
}

@test "--netns, and --all-netns" {
	run -0 "$NETSYN" --netns "$(lab_ns held)" --list --no-header --columns netns,local
	[[ $(sort <<<"$output" | uniq | wc -l) -eq 2 ]]
	assert_line --regexp "^$(lab_ns held) +10\.0\.[0-9]+\.2:80$"
	for _ in 1 2 3; do # others' come and go; whoever removes one kills what is there
		status=0
		"$NETSYN" --all-netns --list --json 2>/dev/null >all || status=$?
		[[ $status -eq 137 ]] || break
	done
	[[ $(jq --arg ns "$(lab_ns held)" '[.[] | select(.netns == $ns)] | length' all) -eq 80 ]]
	run -3 --separate-stderr "$NETSYN" --netns no-such-namespace
	assert_error no-such-namespace
}

@test "usage errors are one line, and status 3" {
	local options

	while read -r options; do
		# shellcheck disable=SC2086 # words
		run -3 --separate-stderr "$NETSYN" $options
		assert_error ''
	done <<-END
		--no-such-option
		surplus
		--interval
		--interval 1
		--interval 3601
		--interval three
		--snapshot --interval 3
		--snapshot --wire
		--snapshot --watch 1
		--watch 0.5
		--watch 1 --json
		--watch 0
		--list --wire
		--list --why
		--list --interval 3
		--list --record /nowhere
		--list --columns nope
		--columns nope
		-4
		-t 5
		--wire --all-netns
		--netns x --all-netns
		--record /nowhere/at/all
		--read /nowhere/at/all
		--read / --record /tmp/x
		--read / --watch 2
		--survivors 0
		--survival 101
		--survival x
		-I no-such-device
		--json --csv
	END
}

@test "help and version go to standard output; nothing else does" {
	run -0 --separate-stderr "$NETSYN" --help
	assert_equal "$stderr" ''
	assert_line --partial 'Is this host under SYN flood?'
	run -0 --separate-stderr "$NETSYN" -V
	assert_output --regexp '^netsyn \(netsonde\) [0-9.]+'
	run -3 --separate-stderr bash -c '"$1" --help >/dev/full' - "$NETSYN"
	run -3 --separate-stderr bash -c '"$1" --list >/dev/full' - "$NETSYN"
	assert_equal "${#stderr_lines[@]}" 1
	run -3 --separate-stderr bash -c '"$1" --snapshot --json >/dev/full' - "$NETSYN"
	assert_equal "${#stderr_lines[@]}" 1
}
