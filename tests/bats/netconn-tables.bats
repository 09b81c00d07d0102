#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netstat's other tables: -s, -i and -g, line for line, and for programs.
# shellcheck disable=SC2016,SC2154,SC2317 # programs of jq; variables of bats; what assert_between calls

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin || return 0
	lab_pair z peer || return
	# Something to count: answers, refusals, names that sort by their numbers, aliases.
	lab_exec z ping -qc2 -i0.2 "$(lab_addr peer 4)" >/dev/null
	lab_exec z ping -qc1 "$(lab_addr peer 6)" >/dev/null
	lab_exec z bash -c 'true >/dev/tcp/127.0.0.1/9' 2>/dev/null || true
	lab_exec z bash -c 'true >/dev/udp/127.0.0.1/9' 2>/dev/null || true
	ip -n "$(lab_ns z)" -batch - <<-'END'
		link add eth10 type veth peer name p1
		link add eth2 type veth peer name p2
		link add eth01 type veth peer name eth1
		link add a1b12 type veth peer name a1b2
		link add abcdefghijklmno type veth peer name a
		link add br0 type bridge
		link set eth10 master br0
		link set br0 up
		link set eth2 up
		link set a1b2 arp off dynamic on up
		link set a1b12 up
		link set abcdefghijklmno promisc on allmulticast on up
		address add 10.9.0.1/24 dev eth2
		address add 10.9.0.2/24 dev eth2 label eth2:1
		address add 10.9.0.3/24 dev eth2 label eth2:10
		address add 10.9.0.4/24 dev eth2 label eth2:2
		address add 10.9.0.5/24 dev eth2 label eth2:web
		address add 10.9.0.6/24 dev eth2 label eth2:2
	END
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

# assert_netstat OPTION...: both take these
assert_netstat() {
	assert_between "lab_exec z netstat $*" "netconn $*"
}

@test "-s is netstat's, for every choice of protocols and family" {
	for options in -s -st -su -sw -sS -sU -stu -sutw -s4 -s6 -s6t -s6u '-s -6w' '-A inet6 -s' -sanpelo \
		'--statistics --tcp'; do
		assert_netstat "$options"
	done
}

# Both commands over a /proc/net of our own: what the kernel could say, now or once.
with_proc() {
	# shellcheck disable=SC2016 # the inner shell's words
	unshare -m bash -c '
		mount --bind "$1" /proc/$$/net && mount --bind "$1" /proc/$$/task/$$/net &&
			exec "${@:2}"' - "$@"
}

# pairs GROUP WORD...: two lines, as in /proc/net/snmp; a third of the values are 0
pairs() {
	printf '%s:' "$1"
	printf ' %s' "${@:2}"
	printf '\n%s:' "$1"
	for ((i = 1; i < $#; i++)); do
		((RANDOM % 3)) && printf ' %d' $((RANDOM * RANDOM)) || printf ' 0'
	done
	printf '\n'
}

# Whatever netstat has words for stands among the words of its program: each is a counter here, in
# every group, so that none of its sentences is missed.
@test "-s has netstat's words for whatever the kernel counts, or once counted" {
	proc=$BATS_TEST_TMPDIR/net
	mapfile -t words < <(grep -aoE '[A-Z][A-Za-z0-9]{1,40}' "$(command -v netstat)" |
		LC_ALL=C sort -u)
	[[ ${#words[@]} -gt 300 ]]
	mkdir -p "$proc/sctp"
	for ((at = 0; at < ${#words[@]}; at += 250)); do
		some=("${words[@]:at:250}")
		for group in Ip Icmp IcmpMsg Tcp Udp UdpLite; do
			pairs $group "${some[@]}"
		done >"$proc/snmp"
		for group in TcpExt IpExt MPTcpExt; do
			pairs $group "${some[@]}"
		done >"$proc/netstat"
		printf '%s\n' "${some[@]}" | awk '/^Sctp./ { print $1 "\t" NR % 3 * NR * 99 }' \
			>"$proc/sctp/snmp"
		[[ -s $proc/sctp/snmp ]] || rm "$proc/sctp/snmp"
		printf '%s\n' "${some[@]}" | awk '
			/^[A-Za-z]*6/ { print $1, NR % 3 * NR * 77 }' | sort >"$proc/snmp6"
		for options in -s -st -s6; do
			with_proc "$proc" netstat $options >"$BATS_TEST_TMPDIR/theirs"
			with_proc "$proc" "$NETCONN" $options >"$BATS_TEST_TMPDIR/ours"
			diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
		done
	done
}

@test "-s for programs: every counter of the kernel's, under its name" {
	theirs() {
		for file in snmp netstat; do
			lab_exec z cat "/proc/net/$file" | awk '
				FNR % 2 { for (i = 2; i <= NF; i++) name[i] = substr($1, 1, length($1) - 1) $i; next }
				{ for (i = 2; i <= NF; i++) print name[i], $i }'
		done
		lab_exec z awk '{ print $1, $2 }' /proc/net/snmp6
	}
	ours() { netconn -s --json | jq -r '.[] | "\(.name) \(.value // -1)"'; }
	assert_between theirs ours
	run -0 netconn -s --csv -t
	assert_line --index 0 'name,group,value'
	assert_line --regexp '^TcpPassiveOpens,Tcp,[0-9]+$'
	refute_line --regexp '^(Ip|Udp|Icmp)'
	run -0 netconn -s6 --ndjson
	assert_line --regexp '^\{"name":"Ip6InReceives","group":"Ip6","value":[0-9]+\}$'
	refute_line --partial '"IpInReceives"'
	run -0 netconn -s4 --ndjson
	refute_line --partial '"Ip6InReceives"'
	run -0 netconn -s --wide --no-header
	assert_line --regexp '^TcpExtListenDrops +TcpExt +[0-9]+$'
}

@test "-s without what it reads, or with what it does not understand" {
	proc=$BATS_TEST_TMPDIR/net
	mkdir -p "$proc"
	for content in 'Tcp: A' $'Tcp: A\nUdp: 1' $'Tcp: A B\nTcp: 1' $'Tcp: A\nTcp: x' 'nothing' \
		$'Tcp: A\nTcp: 99999999999999999999999'; do
		printf '%s\n' "$content" >"$proc/snmp"
		run -2 --separate-stderr with_proc "$proc" "$NETCONN" -s
		assert_equal "$stderr" 'netconn: /proc/net/snmp: bad line'
	done
	printf 'Tcp: A\nTcp: 1\n' >"$proc/snmp"
	run -0 --separate-stderr with_proc "$proc" "$NETCONN" -s
	assert_equal "$output" $'Tcp:\n    A: 1'
	run -2 --separate-stderr with_proc "$proc" "$NETCONN" -s6
	assert_regex "$stderr" '^netconn: .*snmp6: No such file'
	run -0 with_proc "$proc" "$NETCONN" -s --json
	assert_output $'[\n{"name":"TcpA","group":"Tcp","value":1}\n]'
	rm "$proc/snmp"
	run -2 --separate-stderr with_proc "$proc" "$NETCONN" -s
	assert_equal "${#stderr_lines[@]}" 1
}

@test "-i is netstat's: order, aliases, flags" {
	for options in -i -ia -in '-i --all' -it --interfaces; do
		assert_netstat "$options"
	done
	run -0 netconn -ia
	assert_line --regexp '^eth2:10 +1500 +- no statistics available - +BMU$'
	assert_line --regexp '^a1b2 .* BMdORU$'
	run -0 netconn -i --no-header
	refute_line --partial Iface
	assert_line --regexp '^lo '
}

@test "-i for programs: what ip -s link says" {
	theirs() {
		ip -n "$(lab_ns z)" -s -s -j link | jq -S '[.[] | { ifindex, ifname, mtu, operstate, address,
			master, flags: (.flags - ["NO-CARRIER", "M-DOWN"] | sort),
			rx: .stats64.rx, tx: (.stats64.tx | del(.carrier_changes)) }] | sort_by(.ifindex)'
	}
	ours() {
		# ip leaves RUNNING out, and these where they are 0.
		netconn -ia --json | jq -S 'sort_by(.ifindex) | map(.flags |= (. - ["RUNNING"] | sort) |
			del(.rx.otherhost_dropped) | del(.rx, .tx | .compressed, .nohandler | select(. == 0)))'
	}
	assert_between theirs ours
	assert_equal "$(netconn -i --json | jq '[.[] | select(.flags | index("UP") | not)] | length')" 0
	run -0 netconn -ia --csv
	assert_line --index 0 --regexp '^ifindex,ifname,flags,mtu,.*,rx[.]bytes,.*,tx[.]heartbeat_errors$'
	run -0 netconn -ia --columns ifname,rx.packets
	assert_line --regexp '^lo +[0-9]+$'
}

@test "-c: the interface table again, its title once" {
	cd "$BATS_TEST_TMPDIR"
	"${AS_NOBODY[@]}" "$NETCONN" -ic >all &
	lab_wait_for bash -c '(($(grep -c "^Iface " all) >= 2))'
	kill "$!"
	wait "$!" || true
	assert_equal "$(grep -c '^Kernel Interface table' all)" 1
}

@test "-g is netstat's" {
	for options in -gn -gna '-n --groups' -gnp; do
		assert_netstat "$options"
	done
	run -0 netconn -g
	assert_line 'lo              1      224.0.0.1'
	assert_line --regexp '^to-peer +1 +ff02::1$'
}

@test "-g for programs: what ip maddress says" {
	theirs() {
		ip -n "$(lab_ns z)" -j maddress | jq -S 'map(. as $of | .maddr[] | select(.family) |
			{ family, ifindex: $of.ifindex, ifname: $of.ifname, address, users: (.users // 1) }) | sort'
	}
	ours() {
		netconn -g --json --columns family,ifindex,ifname,address,users | jq -S sort
	}
	assert_between theirs ours
	assert_equal "$(netconn -g4 --json | jq -r 'map(.family) | unique | join(" ")')" inet
	assert_equal "$(netconn -g6 --json | jq -r 'map(.family) | unique | join(" ")')" inet6
}

@test "-g over lines of its own" {
	proc=$BATS_TEST_TMPDIR/net
	mkdir -p "$proc"
	printf 'Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n' >"$proc/igmp"
	printf '7\teth0      :     2      V3\n\t\t\t\tFB0000E0     3 0:00000000\t\t0\n' >>"$proc/igmp"
	run -0 with_proc "$proc" "$NETCONN" -g --no-header
	assert_output 'eth0            3      224.0.0.251'
	run -2 --separate-stderr with_proc "$proc" "$NETCONN" -g6
	assert_equal "$stderr" 'netconn: this kernel has no multicast of IPv6'
	for line in $'\tFB0000E0' 'x' $'7\t' $'7\tabcdefghijklmnopq : 1 V3' $'\tXB0000E0 1 0:0 0'; do
		printf 'Idx\n%s\n' "$line" >"$proc/igmp"
		run -2 --separate-stderr with_proc "$proc" "$NETCONN" -g4
		assert_equal "$stderr" 'netconn: /proc/net/igmp: bad line'
	done
}

@test "one table at a time, and nothing that is for sockets" {
	refuses() {
		run -2 --separate-stderr "$NETCONN" "${@:2}"
		assert_equal "$output" ''
		assert_equal "${#stderr_lines[@]}" 1
		assert_regex "$stderr" "^netconn: .*$1"
	}
	refuses 'exclude each other' -si
	refuses 'exclude each other' -s -g
	refuses 'exclude each other' -ri
	refuses '-s and --sort' -s --sort state
	refuses '-i and --count-by' -i --count-by state
	refuses '-g and --info' -g --info
	refuses '-s: not of these' -sx
	refuses '-g: not of these' -gt
	refuses "':80'" -s :80
	refuses 'ip -s address' -ie
	refuses "no column 'state'" -i --columns state
	refuses '--ndjson' -s --json --watch 1
	for table in -s -i -g; do
		run -0 as_nobody "$NETCONN" $table
		run -2 --separate-stderr bash -c '"$@" >/dev/full' - "$NETCONN" $table
		assert_equal "$stderr" 'netconn: cannot write: No space left on device'
		run -0 --separate-stderr bash -c '"$@" --watch 0.1 | head -1' - "$NETCONN" $table
		assert_equal "$stderr" ''
	done
}

@test "--summary is ss -s" {
	lab_exec z bash -c 'exec 3<>/dev/udp/127.0.0.1/9 4<>/dev/udp/::1/9 && exec sleep 600' 3>&- &
	held=$!
	normal() { sed -E 's/closed [0-9]+, orphaned [0-9]+/closed N, orphaned N/; s/^(TCP: +)[0-9]+/\1N/'; }
	assert_between 'lab_exec z ss -s' 'netconn --summary' normal
	kill "$held"
	proc=$BATS_TEST_TMPDIR/net
	mkdir -p "$proc"
	for _ in 1 2 3 4 5; do
		n=()
		for _ in {1..20}; do n+=($((RANDOM * RANDOM % 100000000))); done
		printf 'Tcp: CurrEstab\nTcp: %d\n' "${n[0]}" >"$proc/snmp"
		printf '%s\n' "sockets: used ${n[1]}" \
			"TCP: inuse ${n[2]} orphan ${n[3]} tw ${n[4]} alloc ${n[5]} mem ${n[6]}" \
			"UDP: inuse ${n[7]} mem ${n[8]}" "UDPLITE: inuse ${n[9]}" "RAW: inuse ${n[10]}" \
			"FRAG: inuse ${n[11]} memory ${n[12]}" >"$proc/sockstat"
		printf '%s\n' "TCP6: inuse ${n[13]}" "UDP6: inuse ${n[14]}" "UDPLITE6: inuse ${n[15]}" \
			"RAW6: inuse ${n[16]}" "FRAG6: inuse ${n[17]} memory ${n[18]}" >"$proc/sockstat6"
		with_proc "$proc" ss -s >"$BATS_TEST_TMPDIR/theirs"
		with_proc "$proc" "$NETCONN" --summary >"$BATS_TEST_TMPDIR/ours"
		diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
		run -0 with_proc "$proc" "$NETCONN" --summary --json
		assert_equal "$(jq -c '.[0] | [.sockets, .tcp.established, .tcp.timewait, .tcp.orphaned,
			.tcp.allocated, .udp.inet, .udp.inet6, .udplite.total, .raw.total, .frag.memory_bytes]' \
			<<<"$output")" "[${n[1]},${n[0]},${n[4]},${n[3]},${n[5]},${n[7]},${n[14]},$((n[9] +
			n[15])),$((n[10] + n[16])),$((n[12] + n[18]))]"
	done
	# A kernel without IPv6, and one that counts less.
	rm "$proc/sockstat6"
	run -0 with_proc "$proc" "$NETCONN" --summary --ndjson
	assert_equal "$(jq .udp.inet6 <<<"$output")" null
	with_proc "$proc" ss -s >"$BATS_TEST_TMPDIR/theirs"
	with_proc "$proc" "$NETCONN" --summary | diff "$BATS_TEST_TMPDIR/theirs" -
	for line in 'TCP' 'TCP: inuse' 'TCP: inuse x' 'TCP: inuse 99999999999999999999999' 'TCP: inuse 1 tw'; do
		printf '%s\n' "$line" >"$proc/sockstat"
		run -2 --separate-stderr with_proc "$proc" "$NETCONN" --summary
		assert_equal "$stderr" 'netconn: /proc/net/sockstat: bad line'
	done
	run -2 --separate-stderr "$NETCONN" --summary -t
	run -2 --separate-stderr "$NETCONN" --summary -4
	run -2 --separate-stderr "$NETCONN" --summary -s
	assert_regex "$stderr" 'exclude each other'
	run -0 as_nobody "$NETCONN" --summary --wide
	assert_line --index 0 --regexp '^Sockets +TCP +Established '
	run -0 as_nobody "$NETCONN" --summary --csv
	assert_line --index 0 --regexp '^netns,sockets,tcp[.]total,'
}
