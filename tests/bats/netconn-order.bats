#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --count-by, --sort, --top: what jq makes of the same listing.
# shellcheck disable=SC2016,SC2154 # programs of jq; bats sets variables

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin || return 0
	populate z zoo --shared --dir "$STAGE/sockets" --for 900
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

are_groups() {
	netconn "${@:3}" --json |
		jq -c "group_by($1) | map({k: (.[0] | $1), n: length}) | sort_by(.k) | .[]" >expected
	netconn "${@:3}" --count-by "$2" --json |
		jq -c 'map({k: (to_entries | map(.value) | .[:-1]), n: .count}) | sort_by(.k) | .[]' >got
	diff expected got
}

# assert_groups JQ COLUMNS OPTION...: --count-by COLUMNS is what grouping by JQ, an array, gives
assert_groups() {
	settle are_groups "$@" || fail "--count-by $2"
	[[ $(wc -l <got) -gt 1 ]]
}

@test "--count-by: as many as jq counts" {
	assert_groups '[.state]' state -ta
	assert_groups '[.proto, .state]' proto,state -a
	assert_groups '[.uid, .family, .local_port]' uid,family,local_port -tua
	assert_groups '[.peer_addr]' peer_addr -tua
	assert_groups '[.timer.name]' timer.name -ta
	assert_groups '[.owners[0].program, .owners[0].pid]' program,pid -tap
	assert_groups '[.iface]' iface -ta state listening
	assert_groups '[.type, .state]' type,state -xa
	assert_groups '[.congestion]' congestion -ta --details
}

@test "--count-by ADDRESS/N: networks, IPv4 also in IPv6's clothes" {
	run -0 netconn -ta --count-by peer_addr/16,state --csv --no-header state close-wait
	assert_line '192.0.0.0/16,CLOSE_WAIT,6'
	assert_line '2001:db8::/64,CLOSE_WAIT,3'
	run -0 netconn -ta --count-by peer_addr/8/32 --csv --no-header state close-wait
	assert_line '2001:db8::/32,3'
}

@test "--count-by: the largest first, --sort and --top, every format" {
	run -0 netconn -ta --count-by state --csv
	assert_line --index 0 state,count
	sed 1d <<<"$output" | cut -d, -f2 >counts
	sort -rn counts | diff counts -
	run -0 netconn -ta --count-by state --csv --no-header --sort -state --top 2
	assert_line --index 0 --partial TIME_WAIT
	assert_line --index 1 --partial SYN_SENT
	assert_equal "${#lines[@]}" 2
	run -0 netconn -ta --count-by state --columns count,state state listen
	assert_line --index 0 --regexp '^Count +State$'
	assert_line --index 1 --regexp '^ +[0-9]+ +LISTEN$'
	run -0 netconn -ta --count-by state --ndjson state listen
	assert_output --regexp '^\{"state":"LISTEN","count":[0-9]+\}$'
	run -1 netconn -ta --count-by state --json :2
	assert_output '[]'
}

@test "--sort: as jq sorts" {
	by_three() {
		netconn -tua --json | jq -r 'sort_by([-.local_port, .proto, .cookie])[] | .cookie' | sort >expected
		netconn -tua --sort -local_port,proto,cookie --csv --no-header --columns cookie | sort | diff expected -
	}
	by_two() {
		netconn -tua --sort -local_port,proto --csv --no-header --columns local_port,proto >got
		netconn -tua --json | jq -r 'sort_by([-.local_port, .proto])[] | "\(.local_port),\(.proto)"' | diff - got
	}
	by_part() {
		netconn -ta --sort -tcp_info.bytes_sent --top 3 --columns tcp_info.bytes_sent --csv --no-header >got
		netconn -ta --info --json | jq '[.[].tcp_info.bytes_sent | select(.)] | sort | reverse | .[:3][]' | diff - got
	}
	settle by_three
	settle by_two
	settle by_part
}

@test "--sort in netstat's layout: the same lines, tables apart" {
	same_lines() {
		netconn -an | sort >expected
		netconn -an --sort -local_port | sort | diff expected -
	}
	settle same_lines
	run -0 netconn -an --sort -local_port
	grep -n '^Active' <<<"$output" >titles
	assert_equal "$(wc -l <titles)" 2
	run -0 netconn -tn --sort -local_port --top 3
	assert_equal "${#lines[@]}" 5
}

@test "refusals" {
	refuses() {
		run -2 --separate-stderr "$NETCONN" "${@:2}"
		assert_regex "$stderr" "$1"
		assert_equal "$output" ''
	}
	refuses "no column 'x'" --count-by x
	refuses "no column 'x'" --sort -x
	refuses parts --sort owners
	refuses addresses --count-by state/24
	refuses 'which order' --top 3
	refuses '--top' --sort state --top 0
	refuses "no column 'uid'" --count-by state --sort uid
	refuses "no column 'uid'" --count-by state --columns uid
}

@test "columns alone decide what is found out: no -p, and owners all the same" {
	zoo=$(population zoo)
	run -0 netconn -tan --columns pid,program sport :7010 state listening
	assert_line --regexp "^ *$zoo +zoo$"
	run -0 netconn -tan --columns owners sport :7010 state listening
	assert_line --regexp "^$zoo/zoo/[0-9]+$"
}
