#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --json, --ndjson, --csv, --wide, --columns, --no-header.
# shellcheck disable=SC2016,SC2034,SC2154,SC2317 # programs of awk and jq; variables of bats

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

# assert_json CONDITION [FILE]: every socket in FILE (all) fulfils jq's CONDITION
assert_json() {
	local bad

	bad=$(jq -c "map(select(($1) | not)) | .[:3][]" "${2-all}") || fail "$1: no JSON" || return
	[[ ! $bad ]] || fail "not so for all: $1"$'\n'"$bad"
}

# row FILTER: of the sockets in the file all
row() {
	jq -c "$1" all
}

# csv_fields: a line of tab-separated fields for each row of the CSV (RFC 4180) on stdin, where a
# row is always one line
csv_fields() {
	awk '
		{
			fields = 0
			text = $0
			row = ""
			do {
				if (text ~ /^"/) {
					match(text, /^"([^"]|"")*"/)
					field = substr(text, 2, RLENGTH - 2)
					gsub(/""/, "\"", field)
				} else {
					match(text, /^[^,"]*/)
					field = substr(text, 1, RLENGTH)
				}
				row = row (fields++ ? "\t" : "") field
				rest = substr(text, RLENGTH + 1)
				if (rest !~ /^(,|$)/) { print "line " NR ": no comma: " rest; exit 1 }
				text = substr(rest, 2)
			} while (rest != "")
			print row
		}'
}

@test "JSON: one array, every key in every object, of the right type" {
	netconn -ap --json >all
	assert [ "$(row length)" -ge 150 ]
	for key in netns proto family state recv_q send_q local_addr local_port peer_addr peer_port iface \
		uid user inode cookie cgroup timer accept_queue backlog type path peer_inode owners; do
		assert_json "has(\"$key\")"
	done
	assert_json '[.netns, .proto, .family, .state] | map(type) | unique == ["string"]'
	assert_json '.proto | test("^(tcp6?|udp6?|udpl6?|raw6?|unix)$")'
	assert_json '.family == if .proto == "unix" then "unix" elif .proto[-1:] == "6" then "inet6" else "inet" end'
	assert_json '.inode | type == "number"'
	# A cookie has 64 bits, more than a number in JSON can be trusted with. /proc knows none.
	assert_json 'if (.proto | startswith("raw")) or .state == "CONNECTING" then .cookie == null
		else .cookie | type == "string" and test("^[0-9]+$") end'
	assert_json '.timer == null or (.timer | keys == ["expires_ms", "name", "retrans"]
		and (.name | type) == "string" and (.expires_ms | type) == "number"
		and (.retrans | type) == "number")'
	assert_json '.owners | type == "array"'
	assert_json '.owners | all(keys == ["fd", "inferred", "pid", "program"] and (.pid | type) == "number"
		and (.fd | type) == "number" and (.program | type) == "string"
		and (.inferred | type) == "boolean")'
}

@test "JSON: Internet sockets have addresses, ports and queues, UNIX sockets type, path and peer" {
	netconn -ap --json >all
	inet='.family != "unix"'
	assert_json "if $inet then [.local_addr, .peer_addr] | map(type) == [\"string\", \"string\"]
		else .local_addr == null and .peer_addr == null end"
	assert_json "if $inet then [.local_port, .peer_port, .recv_q, .send_q] | all(type == \"number\")
		else .local_port == null and .peer_port == null end"
	assert_json "if $inet then .type == null and .path == null and .peer_inode == null
		else .type | IN(\"STREAM\", \"DGRAM\", \"SEQPACKET\") end"
	# Nobody's any more is TIME_WAIT; of whom waits for accept() the kernel does not tell.
	assert_json '(.uid == null) == (.state == "TIME_WAIT" or .state == "CONNECTING")'
	assert_json 'if .state | startswith("LISTEN") then .accept_queue == .recv_q
		and (.backlog | type) == "number" else .accept_queue == null and .backlog == null end'
	# The other end of a pair names this one.
	run -0 jq '[.[] | select(.type != "DGRAM" and .peer_inode)] as $all |
		($all | map({key: "\(.inode)", value: .peer_inode}) | from_entries) as $peer |
		$all | length, all($peer["\(.peer_inode)"] == .inode)' all
	assert [ "${lines[0]}" -ge 10 ]
	assert_equal "${lines[1]}" true
}

@test "JSON: what is known of some sockets is what is shown" {
	netconn -ap --json >all
	pid=$(population zoo)
	facts='[.proto, .family, .state, .recv_q, .send_q, .local_addr, .local_port, .peer_addr, .peer_port]'
	port() { row "[.[] | select(.local_port == $1 and .state $2)][0] | $3"; }
	assert_equal "$(port 7020 '== "LISTEN"' '[.accept_queue, .backlog]')" '[2,1]'
	assert_equal "$(port 7021 '== "LISTEN"' .iface)" '"lo"'
	assert_equal "$(port 7011 '== "LISTEN"' '[.uid, .iface, .timer]')" '[0,null,null]'
	assert_equal "$(port 7101 '!= ""' "$facts")" \
		'["tcp","inet","ESTABLISHED",20,0,"192.0.2.1",7101,"192.0.2.2",17101]'
	assert_equal "$(port 7202 '!= ""' "$facts")" \
		'["tcp6","inet6","ESTABLISHED",0,20,"2001:db8::1",7202,"2001:db8::2",17202]'
	assert_equal "$(port 7300 '!= ""' "$facts")" \
		'["tcp6","inet6","ESTABLISHED",0,0,"::ffff:192.0.2.1",7300,"::ffff:192.0.2.2",17300]'
	assert_equal "$(port 7015 '== "ESTABLISHED"' '[(.local_addr | sub("%lo"; "")), .iface, .recv_q]')" \
		'["fe80::1","lo",6]'
	assert_equal "$(port 7104 '!= ""' '.timer | [.name, .retrans, (.expires_ms > 3500000 and .expires_ms <= 3600000)]')" \
		'["keepalive",0,true]'
	assert_equal "$(port 7111 '!= ""' '.timer | [.name, (.expires_ms > 20000 and .expires_ms <= 60000)]')" \
		'["timewait",true]'
	assert_equal "$(port 7010 '== "LISTEN"' '.owners | map([.pid, .program, .inferred])')" \
		"[[$pid,\"zoo\",false]]"
	# Its descriptor is what /proc says.
	fd=$(port 7010 '== "LISTEN"' '.owners[0].fd')
	assert_equal "$(readlink "/proc/$pid/fd/$fd")" "socket:[$(port 7010 '== "LISTEN"' .inode)]"
	# Without a namespace named, its own name is the inode of it.
	assert_equal "$(row '[.[].netns] | unique | .[]')" "\"$(readlink "/proc/$pid/ns/net")\""
}

@test "JSON: owners only with -p" {
	netconn -a --json >all
	assert_json 'has("owners") | not'
}

@test "NDJSON: an object a line, the same ones as in JSON" {
	lasting() { jq -c 'del(.timer, .recv_q, .send_q)'; } # what does not move on meanwhile
	theirs() { netconn -ap --json | jq -c '.[]'; }
	ours() { netconn -ap --ndjson; }
	assert_between theirs ours lasting
	run -0 netconn -a --ndjson
	assert_equal "${#lines[@]}" "$(jq -s length <<<"$output")"
	refute_line --regexp '^[^{]|[^}]$'
}

@test "CSV: the columns' names, then as many fields in every row, with JSON's values" {
	netconn -ap --csv >csv
	netconn -ap --json >all
	run -0 head -1 csv
	assert_output "$(jq -r '.[0] | keys_unsorted | join(",")' all)"
	run -0 csv_fields <csv
	run -0 awk -F '\t' 'NR == 1 { count = NF } NF != count { exit 1 } END { print NR, count }' <<<"$output"
	assert_output "$(($(row length) + 1)) $(row '.[0] | length')"
	# Null is the empty field; an owner is PID/PROGRAM/FD and, if so, "inferred".
	columns=proto,state,local_addr,local_port,peer_addr,inode,cookie,path,owners
	theirs() {
		netconn -ap --json | jq -r '.[] | [.proto, .state, .local_addr, .local_port, .peer_addr,
			.inode, .cookie, .path, (.owners | map("\(.pid)/\(.program)/\(.fd)"
				+ if .inferred then "/inferred" else "" end) | join(","))] | @tsv'
	}
	ours() { netconn -ap --csv --no-header --columns "$columns" | csv_fields; }
	assert_between theirs ours
}

@test "--columns: these, in this order, in every format" {
	run -0 netconn -atl --csv --columns state,local_port,proto
	assert_line --index 0 state,local_port,proto
	assert_line --index 1 --regexp '^LISTEN,[0-9]+,tcp$'
	run -0 json '.[0] | keys_unsorted' -atl --columns state,local_port,proto
	assert_output '["state","local_port","proto"]'
	run -0 netconn -atl --ndjson --columns inode
	assert_line --index 0 --regexp '^\{"inode":[0-9]+\}$'
	for option in --wide ''; do # by itself it means --wide
		run -0 netconn -atl $option --columns proto,state
		assert_line --index 0 --regexp '^Proto +State$'
		assert_line --index 1 --regexp '^tcp +LISTEN$'
	done
	run -0 json '.[0].owners[0].program' -atl --columns owners -p
	assert_output '"zoo"'
}

@test "--columns: one that there is not is named" {
	for format in --wide --json --ndjson --csv ''; do
		run -2 --separate-stderr netconn -a $format --columns proto,nosuch,state
		assert_equal "$output" ''
		assert_regex "$stderr" "^netconn: .*'nosuch'"
		assert_equal "${#stderr_lines[@]}" 1
	done
	for list in '' ',' 'proto,' ',proto' 'proto,,state' PROTO ' proto'; do
		run -2 --separate-stderr netconn --columns "$list"
		assert_equal "$output" ''
		assert_equal "${#stderr_lines[@]}" 1
	done
}

@test "--wide: every cell stands under its heading, nothing is cut" {
	netconn -anp --wide >wide
	run -0 head -1 wide
	assert_output --regexp '^Proto +State +Recv-Q +Send-Q +Local +Peer +UID +Inode +Unit +Timer +Owners$'
	# Between two columns there are two blanks, in the heading and in every row.
	run -0 awk '
		{ lines[NR] = $0; if (length($0) > width) width = length($0) }
		END {
			for (i = 1; i <= width; i++) {
				blank[i] = 1
				for (n = 1; n <= NR; n++)
					if (substr(lines[n] sprintf("%" width "s", ""), i, 1) != " ") blank[i] = 0
			}
			for (i = 2; i <= width; i++) gaps += blank[i] && blank[i - 1] && !(blank[i - 2])
			print gaps
		}' wide
	assert_output 10
	run -0 cat wide
	assert_line --regexp '^tcp6 +LISTEN +[0-9]+ +0 +fe80::1%lo:7015 '
	assert_line --regexp '^tcp +LISTEN .* [0-9]+/zoo/[0-9]+$'
	assert_line --regexp ' keepalive/3[0-9]+/0 '
	assert_line --regexp "^unix .* $STAGE/sockets/stream listening "
}

@test "--no-header: just the rows" {
	netconn -lt --wide >wide
	run -0 netconn -lt --wide --no-header
	assert_line --index 0 --regexp '^tcp '
	assert_equal "${#lines[@]}" "$(($(wc -l <wide) - 1))"
	run -0 netconn -lt --csv --no-header
	assert_equal "${#lines[@]}" "$(($(wc -l <wide) - 1))"
	assert_line --index 0 --regexp ',tcp,'
}

@test "colour: on request, in --wide only" {
	netconn -lt --wide >plain
	run -0 cat plain
	refute_output --partial $'\e'
	netconn -lt --wide --color always >coloured
	run -0 cat coloured
	assert_output --partial $'\e['
	sed $'s/\e\\[[0-9;]*m//g' coloured | diff plain -
	netconn -lt --wide --color never | diff plain -
	for format in '' --json --csv --ndjson; do
		run -0 netconn -lt $format --color always
		refute_output --partial $'\e'
	done
}

@test "colour: on a terminal, unless NO_COLOR says otherwise" {
	lab_need script
	script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'no pseudo-terminal here'
	terminal() { script -qec "ip netns exec $(lab_ns z) $NETCONN -lt --wide $1" /dev/null </dev/null; }
	run -0 env -u NO_COLOR TERM=xterm bash -c "$(declare -f terminal lab_ns); terminal"
	assert_output --partial $'\e['
	run -0 env NO_COLOR=1 TERM=xterm bash -c "$(declare -f terminal lab_ns); terminal"
	refute_output --partial $'\e['
	run -0 env NO_COLOR=1 TERM=xterm bash -c "$(declare -f terminal lab_ns); terminal '--color always'"
	assert_output --partial $'\e['
}

@test "a namespace without sockets: empty, but whole" {
	lab_host empty
	run -0 --separate-stderr lab_exec empty "$NETCONN" -ap --json
	assert_equal "$(jq -c . <<<"$output")" '[]'
	assert_equal "$stderr" ''
	run -0 --separate-stderr lab_exec empty "$NETCONN" -ap --ndjson
	assert_equal "$output$stderr" ''
	for format in --csv --wide; do
		run -0 --separate-stderr lab_exec empty "$NETCONN" -ap $format
		assert_equal "${#lines[@]}" 1
		assert_equal "$stderr" ''
	done
	run -0 lab_exec empty "$NETCONN" -ap
	assert_output "$(lab_exec empty netstat -ap)"
}
