#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Filter expressions: the same sockets as ss, and what ss lacks by brute force.
# shellcheck disable=SC2016,SC2086,SC2154 # programs of awk and jq; words to split; bats sets variables

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

# expressions COUNT [-v VARIABLE=VALUE...]: from a seed that a failure names
expressions() {
	seed=${SEED:-20261127}
	awk -v seed="$seed" -v count="$1" "${@:2}" \
		-f "$BATS_TEST_DIRNAME/netconn-expressions.awk" </dev/null
}

count_for() {
	[[ ${NETSONDE_CHECK-} == full ]] && echo "$2" || echo "$1"
}

# The cookies of what each lists. Without -f noglob the shell would see patterns.
ss_cookies() {
	set -f
	"$ss" -Htuane $1 2>/dev/null | sed -E 's/.* sk:([0-9a-f]+).*/\1/' | sort
}

our_cookies() {
	set -f
	"$NETCONN" -tuan --csv --no-header --columns cookie "$1" | awk '{ printf "%x\n", $1 }' | sort
}

# Inside the namespace: print the expressions that the two do not agree on.
compare_all() {
	local expression

	while IFS= read -r expression; do
		# A state may change between the two: once more, then.
		for _ in 1 2 3; do
			ss_cookies "$expression" >theirs
			our_cookies "$expression" >ours
			! cmp -s theirs ours || continue 2
		done
		printf '%s\n' "$expression"
		diff theirs ours | head -3
	done
}

@test "random expressions: the same sockets as ss" {
	export ss
	ss=$(command -v ss)
	export -f compare_all ss_cookies our_cookies
	expressions "$(count_for 150 1500)" >list
	run -0 lab_exec z bash -c 'compare_all <list'
	[[ ! $output ]] || fail "seed $seed: $output"
	# They do not all say the same: nothing, or everything.
	netconn -tuan --csv --no-header --columns cookie >all
	head -60 list | while IFS= read -r expression; do
		netconn -tuan --csv --no-header --columns cookie "$expression" | wc -l || true
	done | sort -n | uniq >sizes
	assert [ "$(wc -l <sizes)" -gt 15 ]
}

@test "autobound: what the kernel says, within its range of ports, as ss" {
	lab_sysctl z net.ipv4.ip_local_port_range '7100 7250'
	as_ss() {
		lab_exec z ss -Htuane "$1" 2>/dev/null | sed -E 's/.* sk:([0-9a-f]+).*/\1/' | sort >theirs
		netconn -tuan --csv --no-header --columns cookie "$1" |
			awk '{ printf "%x\n", $1 }' | sort >ours
		diff theirs ours
	}
	for expression in autobound 'autobound and sport ge :7200' 'sport :7000 or autobound'; do
		settle as_ss "$expression" || fail "$expression"
	done
	assert [ -s ours ]
	# One and the other are everything; and so is a part that the kernel does not decide.
	make_all() {
		netconn -tuan autobound | sort >some
		netconn -tuan not autobound | sort >others
		[[ $(($(wc -l <some) + $(wc -l <others) - 2)) == "$(netconn -tuan | wc -l)" ]]
	}
	settle make_all
	run -0 netconn -tuan autobound or inode 4294967295
	assert_line --partial :7211
}

@test "pid, user, program, inode, shorthand: the same as brute force" {
	local pid

	pid=$(population zoo)
	as_jq() {
		netconn -tuanp --json >rows
		jq -r ".[] | select($2) | .cookie" rows | sort >expected
		netconn -tuan --csv --no-header --columns cookie "$1" | sort | diff expected -
	}
	while IFS='|' read -r expression condition; do
		settle as_jq "$expression" "$condition" >difference ||
			fail "$expression: $(tail -5 difference)"
		[[ $condition == false || -s expected ]] || fail "$expression: nothing to compare"
	done <<-END
		pid $pid|any(.owners[]; .pid == $pid and (.inferred | not))
		pid != $pid|all(.owners[]; .pid != $pid or .inferred)
		pid 1|false
		program zoo|any(.owners[]; .program == "zoo" and (.inferred | not))
		program 'z?o'|any(.owners[]; .program == "zoo" and (.inferred | not))
		program != zoo|all(.owners[]; .program != "zoo" or .inferred)
		program ZOO|false
		user root|.uid == 0
		user != root and sport :7000|false
		inode 0|.inode == 0
		inode != 0|.inode != 0
		:7002|.local_port == 7002 or .peer_port == 7002
		not :7002|.local_port != 7002 and .peer_port != 7002
		:7100-7300|.local_port >= 7100 and .local_port <= 7300
		192.0.2.1:7000|.local_port == 7000 and (.local_addr == "192.0.2.1")
		[2001:db8::2]|.peer_addr == "2001:db8::2"
		src fe80::1%lo|.local_addr == "fe80::1"
		dev lo|.iface == "lo"
		dev != lo|.iface != "lo"
		program zoo and sport :7010 or pid 1|.local_port == 7010
		pid $pid or state time-wait|.state == "TIME_WAIT" or any(.owners[]; .pid == $pid and (.inferred | not))
		(pid 1 or dev lo) and not user 77|.iface == "lo" and .uid == 0
		state UNCONN,Listening|.state == "LISTEN" or .state == "UNCONNECTED"
	END
	cookie=$(jq -r '.[7].cookie' rows)
	run -0 netconn -tuan --csv --no-header --columns cookie "cookie $cookie"
	assert_output "$cookie"
	run -0 netconn -tuan --csv --no-header --columns cookie cookie "$(printf '0x%x' "$cookie")"
	assert_output "$cookie"
}

# are_same EXPRESSION OTHER: the same sockets
are_same() {
	netconn -tuan --csv --no-header --columns cookie "$1" | sort >whole
	netconn -tuan --csv --no-header --columns cookie "$2" | sort | diff whole -
}

@test "however an expression is split, it is the same: owners, kernel, /proc/net" {
	local expression

	expressions "$(count_for 40 400)" -v ours=1 -v "pid=$(population zoo)" >list
	while IFS= read -r expression; do
		# De Morgan, twice; and with a condition that the kernel cannot decide.
		for other in "not ( not ( $expression ) )" "( $expression ) and inode != 4294967295" \
			"( $expression ) or inode 4294967295" "not ( inode 4294967295 or not ( $expression ) )"; do
			[[ $expression != *autobound* ]] || continue
			settle are_same "$expression" "$other" >difference ||
				fail "seed $seed: $other: $(tail -5 difference)"
		done
	done <list
}

@test "who has port 7002" {
	run -0 netconn -p :7002
	assert_line --index 0 'Active Internet connections (servers and established)'
	refute_line --partial UNIX
	assert_line --regexp '^tcp6 .* :::7002 .* LISTEN +[0-9]+/zoo +$'
	assert_equal "${#lines[@]}" "$(($(lab_exec z ss -Htan 'sport = :7002 or dport = :7002' | wc -l) + 2))"
	run -0 netconn -p program zoo --json
	assert_equal "$(jq 'map(.family) | unique | join(",")' <<<"$output")" '"inet,inet6,unix"'
	run -0 netconn -p /nosuch or src "unix:*/stream*"
	assert_line --index 0 'Active UNIX domain sockets (servers and established)'
	refute_line --partial Internet
}

@test "IPv4 comes before IPv6, however many there are" {
	lab_host many
	lab_bg many bash -c 'ulimit -n 10000; exec perl -e "$1"' - '
		use Socket; use Socket qw(pack_sockaddr_in6 inet_pton AF_INET6);
		for my $port (10000 .. 14199) {
			for my $family ($port % 1000 ? AF_INET6 : (AF_INET6, AF_INET)) {
				my $s;
				socket($s, $family, SOCK_STREAM, 0) or die "socket: $!";
				bind($s, $family == AF_INET ? sockaddr_in($port, INADDR_LOOPBACK)
					: pack_sockaddr_in6($port, inet_pton(AF_INET6, "::1"))) or die "bind: $!";
				listen($s, 1) or die;
				push @all, $s;
			}
		}
		$| = 1; print "ready\n"; sleep 600' >ready
	lab_wait_for grep -q ready ready
	while read -r count expression; do
		lab_exec many "$NETCONN" -ltn --no-header "$expression" | cut -d ' ' -f 1 | uniq -c >found
		assert_equal "$(xargs <found)" "5 tcp $count tcp6"
	done <<-'END'
		4200 sport ge 10000
		4096 sport 10000-14095 or src 127.0.0.1
		3 sport 13000 or sport 13001 or sport 13002 or src 127.0.0.1
	END
}

@test "nothing matched: status 1; -l looks at listening sockets alone" {
	run -1 netconn :2
	run -1 netconn -t --json :2
	assert_output '[]'
	run -1 netconn -l state established
	run -0 netconn -lt sport :7010
	assert_equal "${#lines[@]}" 3
	run -0 netconn -t sport :7010
	assert_equal "${#lines[@]}" 4
	run -0 netconn ''
	run -0 netconn -t ' '
}

@test "a fault: the expression, a caret, status 2" {
	run -2 --separate-stderr netconn -t sport = :80 and foo
	assert_equal "$output" ''
	assert_equal "${stderr_lines[0]}" "netconn: 'foo' is no condition: state, exclude, src, dst, sport, dport, dev, fwmark, cgroup, autobound, pid, user, program, inode, cookie, :PORT, ADDRESS:PORT"
	assert_equal "${stderr_lines[1]}" '  sport = :80 and foo'
	assert_equal "${stderr_lines[2]}" '                  ^'
	run -2 --separate-stderr netconn $'src \e[31m\u00e9 x'
	assert_equal "${stderr_lines[1]}" $'  src \\x1b[31m\u00e9 x'
	assert_equal "${stderr_lines[2]}" '      ^'
	run -2 --separate-stderr netconn $'program \u00e9 and x'
	assert_equal "${stderr_lines[2]}" '                ^'
	run -2 --separate-stderr netconn "$(printf 'a%.0s' {1..5000})"
	assert_equal "${#stderr_lines[@]}" 1
}

@test "--explain-filter: what the kernel decides, what is decided here" {
	run -0 netconn --explain-filter state established dev lo and user root and \( sport :80 or dport :http \)
	assert_line --index 0 'filter  state ESTABLISHED and dev = lo and user = 0 and ( sport = :80 or dport = :80 )'
	assert_line --index 1 'states  ESTABLISHED'
	assert_line --index 2 'kernel  dev = lo and ( sport = :80 or dport = :80 )'
	assert_line --index 3 'here    user = 0'
	run -0 netconn --explain-filter pid 1 or sport :80
	assert_line 'states  all'
	assert_line 'kernel  everything'
	run -0 netconn --explain-filter sport :80
	assert_line 'here    everything'
	run -0 netconn --explain-filter state listening state established exclude all
	assert_line 'states  none'
}

@test "marks and cgroups: asked of the kernel; marks by root alone" {
	lab_bg z perl -MSocket -e '
		for my $mark (5, 7) {
			my $s;
			socket($s, AF_INET, SOCK_STREAM, 0) && setsockopt($s, SOL_SOCKET, 36, pack("I", $mark))
				&& bind($s, sockaddr_in(7900 + $mark, INADDR_ANY)) && listen($s, 1) or die;
			push @s, $s;
		}
		$| = 1; print "ready\n"; sleep 600' >marked
	lab_wait_for grep -q ready marked
	ports() {
		netconn -t --csv --no-header --columns local_port "$@" | sort | xargs
	}
	assert_equal "$(ports fwmark 5)" 7905
	assert_equal "$(ports fwmark 0x7/0xff)" 7907
	assert_equal "$(ports fwmark 5/5)" '7905 7907'
	assert_equal "$(ports state listen fwmark != 0)" '7905 7907'
	assert_equal "$(ports fwmark 5 or inode 4294967295)" 7905
	assert_equal "$(ports 'fwmark 5/5 and (not fwmark 5 or inode 4294967295)')" 7907
	run -2 as_nobody "$NETCONN" fwmark 5
	assert_output --partial CAP_NET_ADMIN
	run -2 netconn cgroup /no/such/cgroup
	assert_output --partial 'no cgroup'
	cgroup=$(netconn -tuan --csv --no-header --columns cgroup dev lo | sort -u)
	[[ $cgroup == /* ]] || skip 'no cgroup2 here'
	assert_equal "$(netconn -tuan --csv --no-header --columns cgroup cgroup "$cgroup" | sort -u)" "$cgroup"
	run netconn -tuan --csv --no-header --columns cgroup cgroup != "$cgroup"
	refute_line "$cgroup"
}

@test "for everybody, and without a diag" {
	run -0 as_nobody "$NETCONN" -tn sport :7010
	assert_equal "${#lines[@]}" 4
	without_diag() {
		netconn -tuan sport ge 7300 or src 127.0.0.0/8 | sort >with
		lab_exec z "$STAGE/nodiag" EPERM "$NETCONN" -tuan sport ge 7300 or src 127.0.0.0/8 |
			sort | diff with -
	}
	settle without_diag
}
