#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netshake --read beside tshark: the same segments in the same connections, the same marks, times of
# handshakes and ends. Captures are made up, at random too, and made in namespaces.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq and awk
# shellcheck disable=SC2094 # files in one folder

bats_require_minimum_version 1.5.0
load netshake

MARKS='retransmission fast_retransmission spurious_retransmission out_of_order lost_segment
	duplicate_ack ack_lost_segment keep_alive keep_alive_ack zero_window zero_window_probe
	zero_window_probe_ack window_update window_full'

setup_file() {
	[[ ${NETSONDE_CHECK-} == full ]] || return 0
	export LC_ALL=C
	netshake_begin tshark || return 0
	export MKCAP=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/fixture/mkcap
	lab_line a r b
	serve b 7000
}

setup() {
	[[ ${NETSONDE_CHECK-} == full ]] || skip 'in check-full'
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

# by_tshark FILE: frame, connection from 1, flags, seq, ack, length, marks. Without IP fragments and
# what ICMP errors quote, which are no segments of their own.
by_tshark() {
	local mark
	local -a fields=()

	for mark in $MARKS; do fields+=(-e "tcp.analysis.$mark"); done
	tshark -r "$1" -o ip.defragment:FALSE -Y 'tcp and not icmp and not icmpv6' -T fields \
		-e frame.number -e tcp.stream -e tcp.flags -e tcp.seq_raw -e tcp.ack_raw -e tcp.len \
		"${fields[@]}" 2>/dev/null |
		awk -F '\t' -v names="$MARKS" '
			BEGIN {
				sub("lost_segment", "previous_missing", names)
				sub("ack_lost_segment", "acked_unseen", names)
				count = split(names, name, /[ \n\t]+/)
			}
			{
				flags = 0
				for (i = 3; i <= length($3); i++)
					flags = 16 * flags + index("0123456789abcdef", tolower(substr($3, i, 1))) - 1
				marks = ""
				for (i = 1; i <= count; i++)
					if ($(6 + i) != "")
						marks = marks "," name[i]
				print $1, $2 + 1, flags, $4, int(flags / 16) % 2 ? $5 : 0, $6, substr(marks, 2)
			}'
}

by_netshake() {
	"$NETSHAKE" --read "$1" --ndjson --ladder | jq -r '
		def bit: {FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128, AE: 256}[.];
		.n as $n | .segments[] | "\(.frame) \($n) " +
			"\([.flags | split(",")[] | select(. != "none") | bit] | add // 0) \(.seq_raw) " +
			"\(if .ack == null then 0 else .ack_raw end) \(.length) " +
			(.marks | map(select(. != "offloaded" and . != "new_connection")) | join(","))' |
		sort -n
}

# ends_by_tshark FILE: connection, whether FIN and RST were seen, nanoseconds from SYN to the ACK
# that opened it
ends_by_tshark() {
	tshark -r "$1" -o ip.defragment:FALSE -Y 'tcp and not icmp and not icmpv6' -T fields \
		-e tcp.stream -e tcp.flags.fin -e tcp.flags.reset -e tcp.analysis.initial_rtt 2>/dev/null |
		awk -F '\t' '
			{ n = $1 + 1; seen[n]; fin[n] += $2; rst[n] += $3; if ($4 != "") rtt[n] = $4 * 1e9 }
			END { for (n in seen) printf "%d %d %d %.0f\n", n, (fin[n] > 0), (rst[n] > 0), rtt[n] }' |
		sort -n
}

# The same; "-" in place of the time of a handshake that there is none of, that was not captured, or
# in which a SYN was sent again: tshark counts those from the last SYN on, or to a reset.
ends_by_netshake() {
	"$NETSHAKE" --read "$1" --ndjson --ladder | jq -r '
		def number: if . then 1 else 0 end;
		(.open != "active" or .captured != "both" or
			any(.segments[]; (.flags | test("SYN")) and .marks != [])) as $untold |
		((.close | test("rst|refused")) or ((.close | test("^fin$|simultaneous")) and
			any(.segments[]; .flags | test("RST")))) as $resets | # after the end, too
		"\(.n) \(any(.segments[]; .flags | test("FIN")) | number) " +
		"\($resets | number) " +
		(if .handshake_us == null and $untold then "-" else "\(.handshake_us // 0 | . * 1000 | round)" end)' |
		sort -n
}

agree() {
	by_tshark "$1" >theirs
	by_netshake "$1" >ours
	[[ -s ours ]] || fail 'no segment'
	run -0 diff theirs ours
}

# Of ends: whether FIN and RST were seen (our word of the end is what takes a RST for one), and how
# long the handshake took.
agree_on_ends() {
	ends_by_netshake "$1" >ours
	ends_by_tshark "$1" | awk 'NR == FNR { untold[$1] = $4 == "-"; next }
		untold[$1] { $4 = "-" } 1' ours - >theirs
	grep -q ' [1-9][0-9]*$' ours || fail 'no handshake'
	run -0 diff theirs ours
}

# record HOST FILTER FILE: capture there in the background; recorded: until now
record() {
	lab_bg "$1" dumpcap -q -i to-r -f "$2" -w "$3" 2>/dev/null
	RECORDER=$!
	lab_wait_for lab_exec "$1" bash -c 'awk "NR > 1" /proc/net/packet | grep -q .'
	lab_wait_for test -s "$3"
}

recorded() {
	sleep 1
	kill -TERM "$RECORDER"
	wait "$RECORDER" || true
}

# talk N: so many connections to b, with enough data to lose some
talk() {
	local i

	[[ -f zeros ]] || head -c 300000 /dev/zero >zeros
	for ((i = 0; i < $1; i++)); do
		lab_exec a timeout 20 bash -c "exec 3<>/dev/tcp/$(lab_addr b 4)/7000 && cat zeros >&3; exec 3>&-" || true
	done
}

@test "captures that are made up: closes of all kinds, losses, overtaking, offload" {
	sed '/frag=/d; /icmp=/d' "$BATS_TEST_DIRNAME/netshake-read.script" >script
	"$MKCAP" <script >capture
	agree capture
	agree_on_ends capture
	"$MKCAP" --link cooked2 --ng --snaplen 100 <script >capture
	agree capture
}

@test "ordinary, reset, refused, on a good line" {
	record b tcp ordinary
	talk 3
	lab_exec a "$NETSHAKE" -c 2 -i 0.1 --close rst "$(lab_addr b 4)" 7000 >/dev/null || true
	lab_exec a "$NETSHAKE" "$(lab_addr b 4)" 7999 >/dev/null || true
	lab_exec a "$NETSHAKE" "$(lab_addr b 6)" 7000 >/dev/null || true
	recorded
	agree ordinary
	agree_on_ends ordinary
}

@test "lossy, in both directions, captured behind and before the loss; half of it" {
	lab_loss r every 13 'tcp dport 7000'
	lab_loss r every 11 'tcp sport 7000'
	record b tcp behind
	talk 5
	recorded
	record a tcp before
	talk 5
	recorded
	record b 'tcp dst port 7000' half
	talk 2
	recorded
	lab_heal r
	agree behind
	agree_on_ends behind
	agree before
	agree_on_ends before
	agree half
}

@test "reordered on the way, and late" {
	lab_can tunlink && lab_can tun || skip 'needs tun'
	lab_delay_pair c d 4 3
	serve d 7000
	lab_bg d dumpcap -q -i to-c -f tcp -w reordered 2>/dev/null
	RECORDER=$!
	lab_wait_for lab_exec d bash -c 'awk "NR > 1" /proc/net/packet | grep -q .'
	head -c 100000 /dev/zero >zeros
	for _ in 1 2 3; do
		lab_exec c timeout 20 bash -c "exec 3<>/dev/tcp/$(lab_addr d 4)/7000 && cat zeros >&3; exec 3>&-"
	done
	recorded
	agree reordered
	agree_on_ends reordered
	"$NETSHAKE" --read reordered --ndjson | jq -se 'map(.client.out_of_order) | add > 0'
}
