#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netconn's layout is netstat's, byte for byte, and what was written for netstat works unchanged.
# shellcheck disable=SC2016 # programs of awk and of other shells
# shellcheck disable=SC2034,SC2154,SC2317 # bats and assert_between set and call things by name

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin || return 0
	populate z zoo --dir "$STAGE/sockets" --for 900
	# Sockets of a user without privileges, who still sees that they are his own.
	cp "$STAGE/holders" "$STAGE/servant"
	POPULATE_AS="${AS_NOBODY[*]}" populate z servant --procs 3 --for 900
}

setup() {
	lab_need
}

teardown() {
	lab_end
}

teardown_file() {
	netconn_end
}

# assert_netstat OPTION...: both take these. -W because without it netstat cuts addresses.
assert_netstat() {
	assert_between "lab_exec z netstat -W $*" "netconn $*" normal
}

# assert_pipes OPTIONS PIPELINE: a pipeline behind either gets the same, and something at all
assert_pipes() {
	local options=$1 pipeline=$2

	theirs() { lab_exec z netstat -W "$options" | eval "$pipeline"; }
	ours() { netconn "$options" | eval "$pipeline"; }
	assert_between theirs ours
	assert test -s "$BATS_TEST_TMPDIR/now"
}

# states AWK_CONDITION: the states of these rows, as netstat sees them
states() {
	lab_exec z netstat -Wna | awk "$1 { print \$6 }" | sort -u | xargs
}

@test "the population holds every state of every family" {
	ten='CLOSE_WAIT CLOSING ESTABLISHED FIN_WAIT1 FIN_WAIT2 LAST_ACK LISTEN SYN_RECV SYN_SENT TIME_WAIT'
	assert_equal "$(states '$1 == "tcp"')" "$ten"
	assert_equal "$(states '$1 == "tcp6" && $4 ~ /^2001:/')" "$ten"
	# A v4-mapped socket listens on :::7002.
	assert_equal "$(states '$1 == "tcp6" && $4 ~ /^192|^:::7002$/')" "$ten"
	for proto in udp udp6; do # connected and not
		assert_equal "$(states "\$1 == \"$proto\"")" ESTABLISHED
		run -0 lab_exec z netstat -Wnau
		assert_line --regexp "^$proto .*\* +$"
	done
	for proto in raw raw6; do
		assert_equal "$(states "\$1 == \"$proto\"")" '1 7'
	done
	for type in STREAM DGRAM SEQPACKET; do
		run -0 lab_exec z netstat -nax
		assert_line --regexp " $type +CONNECTED"
	done
	for sort in 'STREAM +LISTENING' 'STREAM +CONNECTING' 'SEQPACKET +LISTENING' 'DGRAM +[0-9]'; do
		assert_line --regexp " $sort"
	done
	# An accept queue with somebody in it, unread and unacknowledged data.
	run -0 lab_exec z netstat -nat
	assert_line --regexp '^tcp +2 +0 127.0.0.1:7020 .* LISTEN'
	assert_line --regexp '^tcp +20 +0 192.0.2.1:7101 '
	assert_line --regexp '^tcp +0 +20 192.0.2.1:7102 '
}

@test "-nap, -natp, -tulpn, -natpeeo are netstat's" {
	for options in -nap -natp -tulpn -natpeeo; do
		assert_netstat "$options"
	done
}

@test "other letters and their combinations are netstat's" {
	for options in -n -an -tn -ln -lnx -ano -nau -naw -nax -na4 -na6 -ntpl -naeep -nape -nU -naU \
		-ntuw -nlu6 -nCa -nav -nx4a -nx6l -nlpo -wan -nleexp -natW -naux -natupw4; do
		assert_netstat "$options"
	done
}

@test "long names and -A are netstat's" {
	assert_netstat --inet -n
	assert_netstat --inet6 -an
	assert_netstat -A unix -an
	assert_netstat -A inet,unix -an
	assert_netstat -A inet6 -ln
	assert_netstat -x -A inet -n
	assert_netstat --protocol=inet,inet6 -an
	assert_netstat --protocol=ip -an
	assert_netstat --tcp --udp --all --programs --numeric
	assert_netstat --raw --listening --numeric --extend --extend --timers
	assert_netstat --udplite --unix --all --numeric --verbose --cache
	assert_netstat --inet --inet6 --numeric --all
}

@test "-a is numeric, as netstat's -an" {
	ours() { netconn -apee; }
	assert_between "lab_exec z netstat -W -anpee" ours normal
}

@test "timers run between netstat's before and netstat's after" {
	assert_netstat -nato
	cd "$BATS_TEST_TMPDIR"
	# A row's timer stands in its last field: (SECONDS/RETRANSMISSIONS/PROBES). /proc rounds to 0.01.
	run -0 awk '
		!/^tcp/ { next }
		{
			split($NF, part, "[(/)]")
			key = $1 " " $4 " " $5 " " $6 " " $7 " " part[3] "/" part[4]
			seconds[FILENAME, key] = part[2]
		}
		FILENAME == "after" {
			high = seconds["before", key] + 0.02
			low = part[2] - 0.02
			if (high < low) next # it was started anew
			ours = seconds["now", key]
			compared += part[2] > 0
			if (ours < low || ours > high) { print key, high, ours, low; exit 1 }
		}
		END { print compared }' before now after
	assert [ "$output" -ge 20 ]
}

@test "addresses are never cut, with -W and without" {
	theirs() { netconn -nap; }
	ours() { netconn -napW; }
	assert_between theirs ours
	run -0 netconn -na
	assert_line --regexp '^udp6 .* 2001:db8::1:7407 +2001:db8::2:8407 +ESTABLISHED'
	lab_exec z ip address add 2001:db8:1111:2222:3333:4444:5555:6666/64 dev lo nodad
	lab_exec z timeout 20 bash -c '
		exec 5<>/dev/udp/2001:db8:1111:2222:3333:4444:5555:6666/7999
		"$1" -nu; netstat -nuW' - "$NETCONN" >"$BATS_TEST_TMPDIR/long"
	run -0 grep -c ' 2001:db8:1111:2222:3333:4444:5555:6666:7999 ESTABLISHED' "$BATS_TEST_TMPDIR/long"
	assert_output 2
}

@test "a program's name is whole where netstat cuts it" {
	cp "$STAGE/holders" "$STAGE/a name that is longer than twenty columns"
	lab_host long
	populate long 'a name that is longer than twenty columns' --procs 1
	run -0 lab_exec long netstat -ntlp
	cut=$(awk '/^tcp/ { sub(/.* LISTEN +/, ""); sub(/ +$/, ""); print }' <<<"$output")
	assert [ "${#cut}" -lt 21 ]
	run -0 lab_exec long "$NETCONN" -ntlp
	whole=$(awk '/^tcp/ { sub(/.* LISTEN +/, ""); sub(/ +$/, ""); print }' <<<"$output")
	assert_equal "${whole#*/}" 'a name that is longer than twenty columns'
	assert_equal "${whole:0:${#cut}}" "$cut"
}

@test "a user without privileges sees what netstat shows him" {
	cp "$(command -v netstat)" "$STAGE/netstat" # /usr may be anything, $STAGE is everybody's
	for options in -nap -natpee -nlp -an; do
		assert_between "as_nobody $STAGE/netstat -W $options" "as_nobody $NETCONN $options" normal
	done 2>"$BATS_TEST_TMPDIR/noise"
	run -0 --separate-stderr as_nobody "$NETCONN" -ntlp
	assert_equal "$(grep -c '/servant ' <<<"$output")" 3
	# Where netstat warns of its own, we count: the listeners of the zoo, held by root.
	hidden=$(grep -c ' LISTEN      -  ' <<<"$output")
	assert [ "$hidden" -gt 0 ]
	assert_regex "$stderr" "^netconn: owners .*[^0-9]${hidden}[^0-9].* root"
	assert_equal "${#stderr_lines[@]}" 1
}

@test "without -p nobody is told of owners" {
	run -0 --separate-stderr as_nobody "$NETCONN" -na
	assert_equal "$stderr" ''
}

@test "greps and awks written for netstat work unchanged" {
	run -0 --separate-stderr netconn -nap
	assert_equal "$stderr" ''
	assert_equal "$(grep -c SYN_RECV <<<"$output")" 6
	assert_pipes -nap 'grep SYN_RECV'
	assert_pipes -natp "awk '\$6==\"LISTEN\"{print \$4,\$7}'"
	assert_pipes -nat "awk '{print \$6}' | sort | uniq -c | sort -rn"
	assert_pipes -tulpn "awk 'NR>2 {sub(/.*:/, \"\", \$4); print \$4}' | sort -nu"
	assert_pipes -nap "grep -w 7010 | awk '{print \$7}' | cut -d/ -f1 | sort -u"
	assert_pipes -naup "awk '\$1==\"udp\" {print \$6}'" # a blank state: the owner moves up
	assert_pipes -naw 'tail -1'
	assert_pipes -natpeeo "awk '\$6==\"ESTABLISHED\" {print \$7,\$8,\$9,\$10}'"
	assert_pipes -nx "awk '\$3==\"[\" {print \$5,\$6,\$7}' | sort | uniq -c"
	assert_pipes -an "grep -c '^unix'"
	assert_pipes -ant "awk '/^tcp/ {split(\$5, a, \":\"); if (a[1] ~ /^192/) print a[1]}' | uniq -c"
}

@test "-c lists every second, without clearing anything" {
	cd "$BATS_TEST_TMPDIR"
	begin=${EPOCHREALTIME/./}
	lab_bg z "$NETCONN" -nlwc >all 2>noise
	lab_wait_for bash -c '(($(grep -c ^Active all) >= 3))'
	kill "$!"
	wait "$!" || true
	listings=$(grep -c '^Active' all)
	assert [ "$((${EPOCHREALTIME/./} - begin))" -ge "$(((listings - 1) * 1000000))" ]
	assert_equal "$(grep -c '^raw ' all)" "$((listings * $(lab_exec z netstat -nlw | grep -c '^raw ')))"
	assert_equal "$(<noise)" ''
	run -1 grep $'\e' all
}

@test "--no-header leaves the rows alone" {
	theirs() { netconn -nap | grep -Ev '^(Active|Proto) '; }
	ours() { netconn -nap --no-header; }
	assert_between theirs ours
}
