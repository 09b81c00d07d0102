#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --explain: name, route and neighbour as ip has them, and whether the neighbour had to be asked.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netping

setup_file() {
	netping_begin || return 0
	lab_line a r b
	lab_host solo
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

# r forgets a, too: it might ask a whether that is still there, and a would learn by it who r is
forget_neighbours() {
	ip -n "$(lab_ns r)" neigh flush dev to-a
	ip -n "$(lab_ns a)" neigh flush dev to-r
}

# facts FILTER: of the first object in the file run, which is to be the explanation
facts() {
	jq -se ".[0] | .type == \"explain\" and ($1)" --arg mac "$(lab_mac r a)" \
		--arg b4 "$(lab_addr b 4)" --arg b6 "$(lab_addr b 6)" --arg r4 "$(lab_addr r 4 a)" \
		--arg r6 "$(lab_addr r 6 a)" --arg a4 "$(lab_addr a 4)" run
}

@test "text: the exchange is told between the route and the first echo" {
	forget_neighbours
	run -0 netping_at a --explain -c 1 "$(lab_addr b 4)"
	assert_line --regexp "^Host: $(lab_addr b 4) \([0-9.]+ ms\)\$"
	assert_line "  $(lab_addr b 4), chosen"
	assert_line --regexp '^Route: 10\.0\.2\.0/24 in table main, by rule 32766: from all lookup main \('
	assert_line "Next hop: $(lab_addr r 4 a) dev to-r, source $(lab_addr a 4)"
	assert_line 'Neighbour: no MAC address, no entry'
	assert_line --regexp "^Neighbour: $(lab_mac r a), REACHABLE, asked for \([0-9]+\.[0-9]{3} ms\)\$"
	[[ ${lines[-5]} == 'Neighbour: '*' asked for '* && ${lines[-4]} == '64 bytes from '* ]]
	run -0 netping_at a --explain -q -c 1 "$(lab_addr b 4)"
	assert_line --regexp "^Neighbour: $(lab_mac r a), (REACHABLE|STALE|DELAY|PROBE)\$"
	refute_output --partial 'asked for'
}

@test "objects: in front of the echoes, with the time of each stage" {
	forget_neighbours
	netping_at a --explain -c 1 --ndjson "$(lab_addr b 4)" >run
	facts '.addr == $b4 and .prefix == "10.0.2.0/24" and .table == "main" and
		.rule.priority == 32766 and .gateway == $r4 and .dev == "to-r" and
		.prefsrc == $a4 and .resolve_ms >= 0 and .route_ms > 0'
	facts '.neighbour | .addr == $r4 and .before == null and .after == "REACHABLE" and
		.lladdr == $mac and .exchange and .exchange_ms > 0'
	jq -se 'map(.type) == ["explain", "reply", "summary"]' run
	netping_at a --explain -c 1 --json "$(lab_addr b 4)" >run.json
	jq -c '.[]' run.json >run
	facts '.neighbour | (.exchange | not) and .exchange_ms == null and .before != null'
}

@test "IPv6" {
	forget_neighbours
	netping_at a --explain -c 1 --ndjson "$(lab_addr b 6)" >run
	facts '.addr == $b6 and .prefix == "fd00:2::/64" and .gateway == $r6'
	facts '.neighbour | .lladdr == $mac and .exchange'
}

# with_hosts FILE CMD...: in a, where the file is /etc/hosts
with_hosts() {
	lab_exec a unshare -m sh -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' - "$@"
}

@test "several addresses: which was chosen, and what put the others behind it" {
	printf '%s several\n' 2001:db8::1 "$(lab_addr b 4)" "$(lab_addr b 6)" 127.0.0.9 >hosts
	with_hosts hosts "$NETPING" --explain -c 1 --ndjson several >run
	jq -se '.[0].addresses | map(.choice) == ["chosen", "not tried", "not tried", "not tried"] and
		.[0].rule == null and .[3].addr == "2001:db8::1" and .[3].rule == 1 and .[3].source == null and
		(.[:3] | all(.source)) and (.[1:] | all(.reason))' run || fail "$(<run)"
	run -0 with_hosts hosts "$NETPING" --explain -c 1 several
	assert_line '  2001:db8::1, not tried: there is no way to it (RFC 6724 rule 1)'
}

@test "a neighbour that does not answer" {
	run -1 netping_at a --explain -c 1 10.0.1.77
	assert_line 'Next hop: on the link dev to-r, source '"$(lab_addr a 4)"
	assert_line --regexp '^Neighbour: no MAC address, (FAILED|INCOMPLETE), no answer$'
	run -1 netping_at a --explain -c 1 --ndjson 10.0.1.78
	jq -se '.[0] | .type == "explain" and .neighbour.exchange and .neighbour.lladdr == null
		and .neighbour.exchange_ms == null' <<<"$output"
}

@test "the rule that decides, and this host itself" {
	ip -n "$(lab_ns a)" route add 10.0.2.0/25 via "$(lab_addr r 4 a)" table 77
	ip -n "$(lab_ns a)" rule add priority 100 fwmark 5 lookup 77
	netping_at a --explain -m 5 -c 1 --ndjson "$(lab_addr b 4)" >run
	facts '.rule.priority == 100 and .table == "77" and .prefix == "10.0.2.0/25"'
	netping_at a --explain -c 1 --ndjson "$(lab_addr b 4)" >run
	facts '.rule.priority == 32766 and .prefix == "10.0.2.0/24"'
	ip -n "$(lab_ns a)" rule del priority 100
	run -0 netping_at solo --explain -c 1 -4 localhost
	assert_line '  127.0.0.1, chosen'
	assert_line 'Next hop: this host dev lo, source 127.0.0.1'
	refute_output --partial Neighbour
}

@test "no way: why" {
	run -2 netping_at solo --explain -c 1 192.0.2.1
	assert_output --partial 'no way to 192.0.2.1: no route'
	ip -n "$(lab_ns a)" route add prohibit 192.0.2.0/24
	run -2 netping_at a --explain -c 1 192.0.2.1
	assert_output --partial 'no way to 192.0.2.1: prohibit'
}

@test "what cannot be explained is refused" {
	run -2 netping_at solo --explain --csv 127.0.0.1
	assert_output --partial '--explain: only as text, --json or --ndjson'
	run -2 netping_at solo --explain -f -c 1 127.0.0.1
	assert_output --partial '--explain and -f'
	run -2 netping_at solo --explain -r -c 1 127.0.0.1
	assert_output --partial '--explain and -r'
	run -2 netping_at solo --explain 127.0.0.0/30
	assert_output --partial '--explain is for one host'
}
