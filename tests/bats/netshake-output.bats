#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The ladder, records, the capture file, and what is refused.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	netshake_begin || return 0
	lab_pair a b
	serve b 7000
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
	peer=$(lab_addr b 4)
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

@test "the ladder: path, a line a segment, both ends' states, checks, the verdict" {
	LC_ALL=C run -0 shake a "$peer" 7000
	assert_line --index 0 --regexp "^netshake  $peer port 7000 from $(lab_addr a 4) port [0-9]+$"
	assert_line --index 1 "route     10.0.1.0/24 dev to-b source $(lab_addr a 4), mtu 1500, table main"
	assert_line --index 2 --partial "next hop  $peer (the peer, on the link)"
	assert_line --regexp '^  1     0\.000 -> SYN           0       -   64240     0  mss 1460 sack ts ws 7$'
	assert_line --regexp '^  2     [0-9.]+ <- SYN,ACK       0       1 +[0-9]+     0  mss 1460 sack ts ws [0-9]+$'
	assert_line '      ack = J+1 ok'
	assert_line --regexp '^      here  CLOSED > SYN_SENT '
	assert_line --regexp '^      here  .*there .*CLOSE_WAIT.*\(inferred\)$'
	assert_line --regexp '^network   [0-9.]+ ms from SYN to SYN,ACK'
	assert_line --regexp '^verdict   open'
	[[ $output != *[^[:ascii:]]* ]]
	LC_ALL=C.UTF-8 run -0 shake a "$peer" 7000
	assert_line --partial '→  SYN '
	assert_line --partial '←  SYN,ACK '
	LC_ALL=C.UTF-8 run awk 'length > 80' run
	assert_output ''
}

@test "sequence numbers as on the wire" {
	shake a --json --absolute "$peer" 7000 >/dev/null
	shaken '.segments | all(.[]; .seq == .seq_raw) and .[1].ack == .[0].seq + 1'
	LC_ALL=C run -0 shake a --absolute --ecn "$(lab_addr b 6)" 7000
	LC_ALL=C.UTF-8 run awk 'length > 80' run
	assert_output ''
	run -0 shake a --absolute "$peer" 7000
	assert_line --regexp '^  1     0\.000 .{2} SYN +[0-9]+ +- '
	LC_ALL=C.UTF-8 run awk 'length > 80' run
	assert_output ''
}

@test "-v: every field of every segment, the payload in two forms" {
	run -0 shake a -v --data 'GET / HTTP/1.0' --hold 0.05 "$peer" 7005
	assert_line --regexp "^      IPv4 $(lab_addr a 4) > $peer$"
	assert_line --regexp '^ +TTL 64, DSCP 0, ECN 0 \(Not-ECT\), id 0x[0-9a-f]{4}, DF$'
	assert_line --regexp '^ +TCP  source port [0-9]+, destination port 7005$'
	assert_line --regexp '^ +sequence [0-9]+, acknowledgement 0$'
	assert_line '           data offset 10 (40 bytes), reserved 0'
	assert_line '           AE 0 CWR 0 ECE 0 URG 0 ACK 0 PSH 0 RST 0 SYN 1 FIN 0'
	assert_line --regexp '^ +window 64240, checksum 0x[0-9a-f]{4} \(verified\), urgent pointer 0$'
	assert_line --partial '(offloaded)'
	assert_line '           option 2 maximum segment size: 1460'
	assert_line --partial '47 45 54 20 2f 20 48 54 54 50 2f 31 2e 30        GET / HTTP/1.0'
	assert_line --partial 'good day..'
	run -0 shake a -v "$(lab_addr b 6)" 7000
	assert_line --regexp '^ +hop limit 64, DSCP 0, ECN 0 \(Not-ECT\), flow label 0x[0-9a-f]{5}$'
	LC_ALL=C.UTF-8 run awk 'length > 80' run
	assert_output ''
}

@test "JSON has the shape that is documented" {
	shake a --json "$peer" 7000 >/dev/null
	jq -e '.[0] as $t | ["source", "destination", "route", "segments", "negotiated",
			"handshake_rtt_us", "closed_by", "client_states", "server_states", "verdict",
			"evidence", "advice"] | all(.[]; . as $k | $t | has($k))' run
	shaken '.segments[0] | .n == 1 and .time_us == 0 and .direction == "out" and
		.flags == "SYN" and .seq == 0 and .ack == null and .window == 64240 and
		.options.mss == 1460 and .options.wscale == 7 and .options.sack_permitted and
		(.options.timestamps | has("val") and has("ecr")) and .length == 0 and .ttl == 64 and
		.checksum_ok and .client_state == "SYN_SENT" and has("server_state")'
	shaken '.source.port > 0 and .destination == { addr: "'"$peer"'", port: 7000, host: null }'
	shaken '.segments[1].notes == ["ack = J+1 ok"]'
}

@test "NDJSON, CSV, aligned columns" {
	lab_exec a "$NETSHAKE" --ndjson -c 2 -i 0.05 "$peer" 7000 >run
	jq -es 'length == 3 and .[2].type == "statistics"' run
	run -0 shake a --csv --columns verdict,closed_by,retransmissions "$peer" 7000
	assert_output $'verdict,closed_by,retransmissions\nopen,client,0'
	run -0 shake a --columns verdict,client_states --no-header "$peer" 7000
	assert_output 'open  CLOSED,SYN_SENT,ESTABLISHED,FIN_WAIT_1,FIN_WAIT_2,TIME_WAIT'
	run -2 shake a --columns nonsense "$peer" 7000
	assert_output --partial "no column 'nonsense'"
}

@test "the capture file is whole, private, and never written over" {
	shake a --json --data hello --pcap a.pcap "$peer" 7000 >/dev/null
	[[ $(stat -c %a a.pcap) == 600 ]]
	[[ $(od -An -tx4 -N4 a.pcap) == ' a1b23c4d' ]]
	cp a.pcap before
	run -2 shake a --pcap a.pcap "$peer" 7000
	assert_output --partial 'a.pcap exists: name another file, or say --force'
	cmp a.pcap before
	shake a --pcap a.pcap --force "$peer" 7000 >/dev/null
	run ! cmp -s a.pcap before
	ln -s a.pcap link
	run -2 shake a --pcap link --force "$peer" 7000
	run ls
	assert_output $'a.pcap\nbefore\nlink\nrun'
}

@test "tshark finds no malformed packet and no bad checksum" {
	command -v tshark >/dev/null || skip 'tshark is not installed'
	local host segments
	for host in "$peer" "$(lab_addr b 6)" 127.0.0.1; do
		rm -f a.pcap
		shake a --json --data hello --hold 0.05 --pcap a.pcap "$host" 7005 >/dev/null || true
		segments=$(shaken '.segments | length')
		tshark -n -r a.pcap -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -T fields \
			-e tcp.checksum.status -e _ws.malformed 2>/dev/null >sums
		[[ $(wc -l <sums) -eq $segments ]]
		run sort -u sums
		assert_output $'1\t'
	done
}

@test "one segment of no connection" {
	count_resets a
	lab_exec a "$NETSHAKE" --json --send S "$peer" 7000 >run
	shaken '.verdict == "listening" and .segments[1].flags == "SYN,ACK" and
		.segments[2].flags == "RST"'
	lab_exec a "$NETSHAKE" --json --send S "$peer" 99 >run
	shaken '.verdict == "closed"'
	lab_exec a "$NETSHAKE" --json --send A "$peer" 7000 >run
	shaken '.verdict == "no_connection" and .segments[1].flags == "RST" and (.evidence | length) == 2'
	lab_exec a "$NETSHAKE" --json --send FPU "$peer" 99 >run
	shaken '.verdict == "closed" and .segments[0].flags == "FIN,PSH,URG"'
	for flags in F none FPU; do
		run -1 shake a --json --timeout 0.2 --send "$flags" "$peer" 7000
		shaken '.verdict == "silent"'
	done
	[[ $(resets a) -eq 1 ]] # to the SYN,ACK
	run -0 shake a --send SYN,ACK "$peer" 7000
	assert_line --partial 'SYN,ACK'
	refute_line --regexp '^ +here '
}

@test "HOST:PORT, [IPV6]:PORT, a service's name" {
	shake a --json "$peer:7000" >/dev/null
	shaken '.destination.port == 7000'
	shake a --json "[$(lab_addr b 6)]:7000" >/dev/null
	shaken '.as_asked'
	shake a --json "[$(lab_addr b 6)]" 7000 >/dev/null
	shaken '.as_asked'
	run -1 shake a --json "$peer" http
	shaken '.destination.port == 80 and .verdict == "closed"'
}

# refused TEXT ARG...: exit 2, and one line that says so
refused() {
	run -2 --separate-stderr shake a "${@:2}"
	assert_equal "$output" ''
	[[ $stderr == "netshake: "*"$1"* && $stderr != *$'\n'* ]] || fail "$stderr"
}

@test "what is wrong is named, in one line" {
	refused 'no host: HOST PORT or HOST:PORT is wanted'
	refused "no port: HOST PORT or HOST:PORT is wanted" "$peer"
	refused 'an IPv6 address without a port' fd00:1::2
	refused 'port 70000 is not from 1 to 65535' "$peer" 70000
	refused 'port 0 is not from 1 to 65535' "$peer" 0
	refused "'nonsense' is neither a port nor a TCP service" "$peer" nonsense
	refused 'one host and one port at a time' "$peer" 80 81
	refused 'two ports' "$peer:80" 81
	refused "--close: 'quickly' is none of fin, half, rst, wait, none" --close quickly "$peer" 80
	refused '--data and --data-file exclude each other' --data x --data-file y "$peer" 80
	refused 'no/such/file: No such file' --data-file no/such/file "$peer" 80
	refused "'XYZ' are no flags" --send XYZ "$peer" 80
	refused '--send is no connection' --send A --hold 1 "$peer" 80
	refused '--force goes with --pcap' --force "$peer" 80
	refused 'a link-local address takes its interface' fe80::1 80
	refused 'fe80::1%nowhere: no such interface' fe80::1%nowhere 80
	refused 'no multicast, broadcast or unspecified address' 224.0.0.1 80
	refused 'no multicast, broadcast or unspecified address' 255.255.255.255 80
	refused 'no multicast, broadcast or unspecified address' :: 80
	refused '-I nowhere: no such interface' -I nowhere "$peer" 80
	refused '--source 10.0.1.9: not an address of this host' --source 10.0.1.9 "$peer" 80
	refused 'are of different families' --source fd00:1::1 "$peer" 80
	refused 'not an IPv6 address' -6 "$peer" 80
	refused '-4 and -6 exclude each other' -4 -6 "$peer" 80
	refused 'unknown option' --frobnicate "$peer" 80
	refused 'exclude each other: a port rests' --sport 1234 -c 2 "$peer" 80
}

@test "output that cannot be written is trouble; a reader of the head is not" {
	for format in '' --json --csv; do
		# shellcheck disable=SC2086 # none, or one
		run -2 lab_exec a bash -c '"$@" >/dev/full' - "$NETSHAKE" $format "$peer" 7000
		assert_output --partial 'cannot write: No space left on device'
	done
	lab_exec a bash -c '"$@" | head -n 1' - "$NETSHAKE" "$peer" 7000 2>errors >first
	[[ $(wc -l <first) -eq 1 && ! -s errors ]]
}

@test "--help names every option, and --version the version" {
	run -0 "$NETSHAKE" --help
	assert_line --partial 'Usage: netshake'
	assert_line --partial -- '--close HOW'
	run -0 "$NETSHAKE" --version
	assert_output --regexp '^netshake \(netsonde\) [0-9.]+$'
}
