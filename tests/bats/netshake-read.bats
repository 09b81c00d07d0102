#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netshake --read: the connections in capture files, which tests/fixture/mkcap writes.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq and awk
# shellcheck disable=SC2094 # files in one folder

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

setup_file() {
	local build=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}

	export NETSHAKE=${NETSONDE_BIN:-$build/bin}/netshake MKCAP=$build/tests/fixture/mkcap
	export LC_ALL=C SCRIPT=$BATS_TEST_DIRNAME/netshake-read.script
	export ZOO=$BATS_FILE_TMPDIR/zoo.pcap
	"$MKCAP" <"$SCRIPT" >"$ZOO"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	run "$NETSHAKE" --read "$ZOO"
	[[ $output != *'no libpcap'* ]] || skip 'built without libpcap'
	command -v jq >/dev/null || skip 'jq is not installed'
}

# records ARG...: what is said of each connection, in the order of their numbers
records() {
	"$NETSHAKE" --ndjson "$@" 2>said | jq -sc 'sort_by(.n)[]'
}

# summary: number, close, who, verdict of each record on standard input
summary() {
	jq -r '"\(.n) \(.close) \(.closed_by // "-") \(.verdict)"'
}

# expected: the same, as the script has it in its remarks
expected() {
	sed -n 's/^# //p' "$SCRIPT" | grep -E '^[0-9]' | sed -E 's/(, and|; and) ([0-9])/\n\2/g' |
		sed -E 's/^([0-9]+ [a-z_]+ [a-z-]+ [a-z_]+).*/\1/'
}

@test "each connection has its close, who closed, and its verdict" {
	records --read "$ZOO" | summary >told
	expected >wanted
	assert_equal "$(wc -l <wanted)" 17
	run -0 diff wanted told
}

@test "a line a connection, in the order of their ends" {
	run -0 "$NETSHAKE" --read "$ZOO"
	assert_line --regexp '^ *#  time +client +server +rtt ms  segments +bytes  again  close +by +verdict$'
	assert_line --regexp '^ 1  22:13:20.000  10.0.0.1:40001 +10.0.0.2:80 +0.200 +6/5 +100/500 +0/0  fin +client  open$'
	assert_line --regexp '^ 6  22:13:20.011  10.0.0.1:40006 +10.0.0.3:80 +- +4/0 +0/0 +3/0  none +- +filtered$'
	assert_line --regexp '^17  22:13:32.369  \[fd00::1\]:40017  \[fd00::2\]:80 .* open$'
	assert_line 'netshake: 2 IP fragments behind the first of a packet not read'
	run -0 "$NETSHAKE" --read "$ZOO" --no-header
	refute_line --partial verdict
	run -0 "$NETSHAKE" --read "$ZOO" --csv --columns n,client.port,verdict
	assert_line '3,40003,closed'
	run -0 "$NETSHAKE" --read "$ZOO" --wide
	assert_line --regexp '^ 2  2023-11-14T22:13:20.005.*Z .* simultaneous'
	"$NETSHAKE" --read "$ZOO" --json | jq -e 'length == 17 and all(.segments == [])'
}

@test "what each connection was is said" {
	records --read "$ZOO" >records
	jq -se '.[0] | .handshake_rtt_us == 200 and .handshake_us == 300 and .duration_us == 4560 and
		.close_delay_us == 3080 and .client.mss == 1460 and .server.wscale == 2 and
		.client.bytes == 100 and .server.bytes == 500 and .client_known and .open == "active" and
		.client.states == ["SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"] and
		.server.states[-3:] == ["CLOSE_WAIT", "LAST_ACK", "CLOSED"]' records
	# the middle of one: the server is at the lower port, and that is said
	jq -se '.[8] | .open == "unseen" and (.client_known | not) and .server.port == 443' records
	# one direction
	jq -se '.[7] | .captured == "client" and .server.segments == 0' records
	# the ports were used again
	jq -se '(.[9] | .ended == "replaced" or .ended == "closed") and .[10].ports_reused' records
	# lost by timer, lost and asked for, overtaken
	jq -se '.[11].client | .retransmissions == 2 and .out_of_order == 1 and .bytes == 8000 and
		.bytes_sent == 9000' records
	# offload is no fault
	jq -se '.[12] | .offloaded == 2 and .bad_checksums == 0 and .verdict == "open"' records
	# who says no
	jq -se '.[13] | .reporter == "10.0.0.254" and .icmp_type == 3 and .icmp_code == 13' records
	jq -se '.[14] | .fragments == 1 and any(.evidence[]; test("IP fragments"))' records
	jq -se '.[15].evidence | any(test("sent again 3 times and never acknowledged"))' records
	assert_equal "$(<said)" 'netshake: 2 IP fragments behind the first of a packet not read'
}

@test "the ladder of one, and of all" {
	run -0 --separate-stderr "$NETSHAKE" --read "$ZOO" --flow 2
	assert_output - <<-'END'
		2         10.0.0.1 port 40002 to 10.0.0.2 port 80
		begins    2023-11-14T22:13:20.005560Z

		  #        ms    flags       seq     ack  window   len  options
		  1     0.000 -> SYN           0       -   65535     0  mss 1460
		      client  SYN_SENT                 server ?
		  2     0.200 <- SYN,ACK       0       1   65535     0  mss 1460
		      client  SYN_SENT                 server LISTEN > SYN_RCVD
		  3     0.300 -> ACK           1       1   65535     0
		      client  ESTABLISHED              server ESTABLISHED
		  4     0.400 -> FIN,ACK       1       1   65535     0
		      client  FIN_WAIT_1               server ESTABLISHED
		  5     0.410 <- FIN,ACK       1       1   65535     0
		      client  FIN_WAIT_1               server FIN_WAIT_1
		  6     0.510 -> ACK           2       2   65535     0
		      client  CLOSING                  server FIN_WAIT_1
		  7     0.520 <- ACK           2       2   65535     0
		      client  TIME_WAIT                server CLOSING > TIME_WAIT

		network   0.200 ms from SYN to SYN,ACK, where it was captured
		close     0.010 ms from one FIN to the other: the application
		closed    simultaneous, first by the client
		client    4 segments, 0 bytes of payload, 0 sent again, 0 out of order
		server    3 segments, 0 bytes of payload, 0 sent again, 0 out of order
		verdict   open
		          SYN,ACK after 0.200 ms
		          closed: simultaneous, first by the client
		advice    nothing to do: the path and the server's TCP work
	END
	run -0 "$NETSHAKE" --read "$ZOO" --ladder
	assert_equal "$(grep -c '^begins ' <<<"$output")" 17
	assert_line '      larger than the MSS: a network card cuts or glues it, no fault'
	assert_line '      fast: duplicate ACKs had asked for it'
	assert_line '      the first of several IP fragments: the others are not read'
	run -0 "$NETSHAKE" --read "$ZOO" --flow 13 -v
	assert_line --partial 'checksum 0x'
	assert_line --partial '(offloaded)'
	assert_line --partial 'payload of 14600 bytes'
	run -0 "$NETSHAKE" --read "$ZOO" --flow 1 --absolute
	assert_line --regexp '^  2     0.200 <- SYN,ACK +5000 +1001 '
	# the same segments as records, with their places in the file
	"$NETSHAKE" --read "$ZOO" --flow 12 --json |
		jq -e '.[0].segments | length == 22 and .[0].frame == 62 and .[-1].sender == "client" and
			.[6].marks == ["retransmission"] and .[14].marks[1] == "fast_retransmission" and
			.[17].marks == ["out_of_order"] and .[17].seq == 6001'
}

@test "the same out of every link layer and format" {
	local link wanted

	grep -v icmp= "$SCRIPT" >script
	"$MKCAP" <script >plain
	wanted=$(records --read plain)
	for link in 'ethernet --vlan 7' 'ethernet --vlan 9 --vlan 7' cooked 'cooked --vlan 3' cooked2 \
		'cooked2 --vlan 3' raw null loop 'ethernet --ng' 'raw --ng'; do
		# shellcheck disable=SC2086 # words
		"$MKCAP" --link $link <script >capture
		assert_equal "$(records --read capture)" "$wanted"
	done
	assert_equal "$(records --read - <plain)" "$wanted"
	# cut by a snapshot length: headers are all that is needed
	"$MKCAP" --snaplen 96 <script >capture
	assert_equal "$(records --read capture | summary)" "$(summary <<<"$wanted")"
	records --read capture | jq -se '.[0].cut == 2 and (.[0] | .client.bytes == 100)'
	# and cut through headers
	"$MKCAP" --snaplen 50 <script >capture
	run -0 "$NETSHAKE" --read capture
	assert_line --regexp 'netshake: [0-9]+ packets cut before the end of the TCP header: not read'
}

@test "filters, and what matches nothing" {
	run -0 "$NETSHAKE" --read "$ZOO" --no-header tcp port 81
	assert_output --regexp '^1 .*:81 .*closed$'
	run -0 "$NETSHAKE" --read "$ZOO" --no-header 'host 10.0.0.3 or host 10.0.0.4'
	assert_equal "$(wc -l <<<"$output")" 2
	run -1 "$NETSHAKE" --read "$ZOO" udp
	run -1 "$NETSHAKE" --read "$ZOO" --flow 18
	run -2 "$NETSHAKE" --read "$ZOO" tcp porz 80
	assert_output --regexp '^netshake: filter: .*'
	assert_equal "${#lines[@]}" 1
	"$MKCAP" --link raw <"$SCRIPT" >raw
	run -2 "$NETSHAKE" --read raw ether host 02:00:00:00:00:01
	assert_output 'netshake: raw: the filter does not fit this link layer (RAW)'
	run -0 "$NETSHAKE" --read raw --no-header tcp port 81
}

@test "memory is bounded by --connections, and that is said" {
	local i

	for i in 1 2 3 4 5; do
		printf 'ends 10.0.0.1 %d 10.0.0.2 80\n+10 > S 1000 0 0\n+10 < SA 5000 1001 0\n+10 > A 1001 5001 0\n' $i
	done | "$MKCAP" >many
	records --read many --connections 2 >records
	assert_equal "$(<said)" 'netshake: 3 open connections not waited for: there were more at once than --connections'
	jq -se 'map(.ended) == ["evicted", "evicted", "evicted", "end", "end"] and
		(.[0].evidence | any(test("too many connections at once")))' records
	"$MKCAP" --bulk 60000000 --flows 200 --payload 1400 | (
		# a sanitizer's shadow is larger than that
		grep -q __asan_init "$NETSHAKE" || ulimit -v 200000
		"$NETSHAKE" --read - --csv --columns verdict | sort | uniq -c
	) >counts
	run -0 cat counts
	assert_line --regexp '^ +[0-9]{3} open$'
}

@test "a damaged file: what is before the damage is shown, and nothing worse happens" {
	local size at byte times=20

	[[ ${NETSONDE_CHECK-} != full ]] || times=1000
	"$MKCAP" --snaplen 70 <"$SCRIPT" >small
	size=$(stat -c %s small)
	for ((at = 0; at < size; at += size / times)); do
		head -c "$at" small >short
		run "$NETSHAKE" --read short
		[[ $status -eq 0 || $status -eq 2 ]] || fail "status $status after $at bytes: $output"
	done
	head -c 600 "$ZOO" >short
	run -2 "$NETSHAKE" --read short
	assert_line --partial 10.0.0.1:40001
	assert_line --regexp '^netshake: short: truncated'
	for ((at = 0; at < size; at += size / times)); do
		cp small flipped
		byte=$(od -An -tu1 -j "$at" -N 1 small)
		# shellcheck disable=SC2059 # an octal byte
		printf "\\$(printf %o $((byte ^ 1 << at % 8)))" |
			dd of=flipped bs=1 seek="$at" conv=notrunc status=none
		run "$NETSHAKE" --read flipped --ndjson --ladder
		[[ $status -eq 0 || $status -eq 2 ]] || fail "status $status with byte $at changed: $output"
	done
	run -2 "$NETSHAKE" --read /dev/null
	run -2 "$NETSHAKE" --read "$SCRIPT"
	assert_equal "${#lines[@]}" 1
	run -2 "$NETSHAKE" --read .
	run -2 "$NETSHAKE" --read nosuch
	assert_output 'netshake: nosuch: No such file or directory'
}

@test "every right is gone before the first byte is read" {
	command -v strace >/dev/null || skip 'strace is not installed'
	NETSONDE_SECCOMP='' strace -o trace -e trace=openat,read,capset,prctl,seccomp \
		"$NETSHAKE" --read "$ZOO" >/dev/null 2>&1 || skip 'strace may not trace here'
	# the descriptor of the capture, and what came between its opening and its first byte
	awk -v file="\"$ZOO\"" '
		$0 ~ /^openat/ && index($0, file) { fd = $NF; opened = NR }
		fd != "" && /^capset/ { caps = NR }
		fd != "" && /PR_SET_NO_NEW_PRIVS/ { privs = NR }
		fd != "" && (/^seccomp\(SECCOMP_SET_MODE_FILTER/ || /PR_SET_SECCOMP/) { filter = NR }
		fd != "" && index($0, "read(" fd ",") && !first { first = NR }
		END { exit !(opened && caps > opened && privs && first > caps && first > privs &&
			(!filter || first > filter)) }' trace || fail "$(<trace)"
}

@test "as nobody, into a pipe that closes, onto a full device" {
	[[ $EUID -eq 0 ]] || skip 'needs root'
	chmod 755 "$BATS_FILE_TMPDIR" && chmod 644 "$ZOO"
	run -0 setpriv --reuid=65534 --regid=65534 --clear-groups "$NETSHAKE" --read - <"$ZOO"
	assert_line --partial simultaneous
	run -2 bash -c '"$NETSHAKE" --read "$ZOO" >/dev/full'
	assert_output --partial 'cannot write'
	run -0 bash -c '"$NETSHAKE" --read "$ZOO" 2>/dev/null | head -1'
	assert_line --partial verdict
}

@test "what does not go together is named" {
	local args

	while read -r args; do
		# shellcheck disable=SC2086 # words
		run -2 "$NETSHAKE" $args
		assert_equal "${#lines[@]}" 1
		assert_output --regexp '^netshake: .*(try --help)'
	done <<-'END'
		--read a --sniff b
		--read a --close rst
		--read a --sport 9
		--read a --pcap b
		--read a --for 1
		--read a --flow 1 --ladder
		--read a --flow 0
		--read a -v
		--read a --columns nosuch --flow 1 -4
		--sniff lo --json
		--flow 1 host 80
		--ladder host 80
	END
}
