#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --kill, and what is told of sockets that come and go: --changes, --monitor.
# shellcheck disable=SC2016,SC2154 # programs of awk and perl; bats sets variables

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin perl || return 0
	# What a sends to b goes to a hardware address that nobody has: connections of a stay in SYN_SENT,
	# those of b stay half-open in a.
	lab_pair a b
	lab_exec a sysctl -qw net.ipv4.tcp_syn_retries=20 net.ipv4.tcp_synack_retries=20
	for i in 2 3 4; do
		for address in 10.0.1.$i fd00:1::$i; do
			lab_exec a ip neigh replace "$address" lladdr 02:00:00:00:00:99 dev to-b nud permanent
		done
	done
	lab_exec b ip neigh replace 10.0.1.1 dev to-a nud permanent \
		lladdr "$(lab_exec a cat /sys/class/net/to-b/address)"
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

in_a() {
	lab_exec a "$NETCONN" "$@"
}

# zoo: one of its own for a test that closes what it has; $zoo is its host
own_zoo() {
	zoo=y$BATS_TEST_NUMBER
	lab_host "$zoo"
	populate "$zoo" zoo --shared --dir "$BATS_TEST_TMPDIR/sockets" --for 900
}

# A crowd of sockets in a, by local port: 12 that listen and 48 in SYN_SENT (from 7000), 9 in TIME_WAIT
# (from 7060). A line of ports from stdin has it make those again; then it says "ready".
crowd='
	use Socket; use Socket qw(pack_sockaddr_in6 inet_pton AF_INET6 SOCK_NONBLOCK);
	$| = 1;
	my @sockets;
	sub one {
		my ($i, $flags, $v6) = @_;
		my $s;
		socket($s, $v6 ? AF_INET6 : AF_INET, SOCK_STREAM | $flags, 0) or die;
		setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
		bind($s, $v6 ? pack_sockaddr_in6(7000 + $i, inet_pton(AF_INET6, "::"))
			: sockaddr_in(7000 + $i, INADDR_ANY)) or die "bind $i: $!";
		return $s;
	}
	sub past {
		my ($i) = @_;
		my ($s, $peer) = one($i, 0, 0);
		connect($s, sockaddr_in(7004, INADDR_LOOPBACK)) && accept($peer, $sockets[4]) or die "$i: $!";
		close $s;
		sysread($peer, $_, 1);
		close $peer;
	}
	sub make {
		my ($i) = @_;
		my $v6 = $i % 4 == 3;
		my $there = $v6 ? sprintf("fd00:1::%x", 2 + $i % 3) : sprintf("10.0.1.%d", 2 + $i % 3);
		my $s = one($i, SOCK_NONBLOCK, $v6);
		$sockets[$i] = $s;
		return listen($s, 20) || die if $i % 5 == 4;
		connect($s, $v6 ? pack_sockaddr_in6(8000 + $i % 7, inet_pton(AF_INET6, $there))
			: sockaddr_in(8000 + $i % 7, inet_aton($there))) and die;
	}
	$_ = join " ", 7000 .. 7068;
	do {
		my @lost = map { $_ - 7000 } split;
		for (grep { $_ < 60 } @lost) { close $sockets[$_]; make($_) }
		for (grep { $_ >= 60 } @lost) { past($_) }
		print "ready\n";
	} while ($_ = <STDIN>);'

# half_open PORT...: b begins a connection to each, and forgets it
half_open() {
	lab_exec b perl -e '
		use Socket; use Socket "SOCK_NONBLOCK";
		for (@ARGV) {
			socket(S, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) && setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1)
				&& bind(S, sockaddr_in(1000 + $_, INADDR_ANY)) or die;
			connect(S, sockaddr_in($_, inet_aton("10.0.1.1"))) and die;
			close(S)
		}' "$@"
}

# ss_rows: "STATE PORT COOKIE" of the TCP sockets in a
ss_rows() {
	lab_exec a ss -Htane 2>/dev/null |
		sed -nE 's/^([A-Z-]+) +[0-9]+ +[0-9]+ +[^ ]*:(7[0-9]{3}) .* sk:([0-9a-f]+).*/\1 \2 \3/p' | sort
}

# ss_picks EXPRESSION...: those of the rows on stdin whose cookies ss lists with it
ss_picks() {
	awk 'NR == FNR { wanted[$1]; next } $3 in wanted' \
		<(lab_exec a ss -Htane "$@" 2>/dev/null | sed -E 's/.* sk:([0-9a-f]+).*/\1/') -
}

# whole_crowd: "STATE PORT" of all that should be there
whole_crowd() {
	for i in {0..59}; do
		((i % 5 == 4)) && printf 'LISTEN ' || printf 'SYN-SENT '
		printf '%d\n' $((7000 + i))
	done
	printf 'SYN-RECV %d\n' 7004 7009 7014 7024 7029 7034
	printf 'TIME-WAIT %d\n' {7060..7068}
}

# crowd_again: have what is gone made once more; and what is in TIME_WAIT from time to time, for it goes
# by itself after a minute
crowd_again() {
	local try

	if ((SECONDS - renewed > 15)); then
		renewed=$SECONDS
		lab_exec a ss -K state time-wait >/dev/null 2>&1
	fi
	for ((try = 0; try < 100; try++)); do
		comm -23 <(whole_crowd | sort) <(ss_rows | cut -d ' ' -f 1,2 | sort) >gone
		[[ -s gone ]] || return 0
		awk '$1 != "SYN-RECV" { print $2 }' gone | xargs >&7
		read -r -t 60 -u 8 || fail "$(cat crowd.err)" || return
		# A half-open connection goes with its listener.
		# shellcheck disable=SC2046 # words
		half_open $(awk '$1 == "SYN-RECV" { print $2 }' gone)
	done
	fail "gone for good: $(xargs <gone)"
}

# without_orphans KILLED <ROWS: leave out half-open connections whose listener was killed
without_orphans() {
	awk 'NR == FNR { if ($1 == "LISTEN") gone[$2]; next } !($1 == "SYN-RECV" && $2 in gone)' "$1" -
}

# expressions COUNT: over the crowd's ports, addresses and states
expressions() {
	awk -v seed="${SEED:-20261127}" -v count="$1" '
		function pick(list,    words, n) {
			n = split(list, words, ",")
			return words[1 + int(rand() * n)]
		}
		function condition() {
			return pick("sport,dport") pick(" = , != , > , < , >= , <= ") \
				pick(":" 7000 + int(rand() * 60) ",:" 8000 + int(rand() * 7))
		}
		function other() {
			return pick("src 10.0.1.1,src 127.0.0.1,dst 10.0.1.2:8004,dst 127.0.0.0/8,dst 10.0.1.2,dst 10.0.1.0/30,dst [fd00:1::3],dst [fd00:1::/64],dst 10.0.1.4:8003,src 10/8,dst 0.0.0.0")
		}
		function term() {
			return (rand() < 0.2 ? "not " : "") (rand() < 0.6 ? condition() : other())
		}
		BEGIN {
			srand(seed)
			for (i = 0; i < count; i++) {
				text = term()
				joint = pick(" and , or ")
				for (n = int(rand() * 4); n > 0; n--)
					text = text joint term()
				print (rand() < 0.5 ? "state " pick("syn-sent,syn-recv,time-wait,listening,listening state syn-sent,syn-recv state time-wait,established,all") " " : "") \
					"( " text " )"
			}
		}'
}

# kill_round EXPRESSION: close what it lets through; what is not as it should be is in the file difference
kill_round() {
	ss_rows >before
	# Listening sockets only where that was said.
	# shellcheck disable=SC2086 # words
	ss_picks $1 <before | awk -v says="$([[ $1 != *'state listening'* ]] || echo 1)" \
		'$1 != "LISTEN" || says' >expected
	in_a -ta --kill --dry-run --csv --no-header --columns cookie "$1" 2>/dev/null |
		awk '{ printf "%x\n", $1 }' | sort >dry
	diff <(awk '{ print $3 }' expected | sort) dry >difference || return
	ss_rows | diff before - >difference || return
	in_a -ta --kill --csv --no-header --columns cookie "$1" 2>/dev/null |
		awk '{ printf "%x\n", $1 }' | sort >killed
	# A half-open connection may go with its listener before it is its turn.
	comm -23 dry killed >spared
	awk '$1 == "SYN-RECV"' expected | awk 'NR == FNR { may[$3]; next } !($1 in may)' - spared >difference
	comm -13 dry killed >>difference
	[[ ! -s difference ]] || return
	ss_rows | without_orphans expected >after
	comm -23 before expected | without_orphans expected | diff - after >difference
}

@test "random filters: what the filter lets through dies, and nothing else" {
	local count=25 again=0 expression renewed=$SECONDS

	[[ ${NETSONDE_CHECK-} != full ]] || count=1000
	expressions "$count" >list
	mkfifo to from
	exec 7<>to 8<>from
	# What runs in the background has no stdin but one that it opens itself.
	lab_bg a bash -c 'exec perl -e "$1" <>to' - "$crowd" >&8 2>crowd.err
	read -r -t 60 -u 8 || fail "$(cat crowd.err)"
	crowd_again
	while IFS= read -r -u 9 expression; do
		# The kernel gives up a half-open connection if it cannot repeat its answer, as on a machine
		# where others send floods: then once more, but not often.
		if ! kill_round "$expression"; then
			((++again <= 2 + count / 50)) || fail "$expression: $(cat difference)"
			crowd_again
			kill_round "$expression" || fail "$expression: $(cat difference)"
		fi
		cut -d' ' -f1 expected >>died
		crowd_again
	done 9<list
	exec 7>&- 8<&-
	# Of every kind.
	run -0 awk -v n="$((count / 5))" '{ n_of[$1]++ } END { for (s in n_of) if (n_of[s] > n) print s }' died
	assert_equal "$(sort <<<"$output" | xargs)" 'LISTEN SYN-RECV SYN-SENT TIME-WAIT'
}

@test "half-open connections and those in TIME_WAIT, too" {
	own_zoo
	count() {
		lab_exec "$zoo" ss -Htan state "$1" | wc -l
	}
	assert_equal "$(count syn-recv) $(count time-wait)" '6 3'
	run -0 lab_exec "$zoo" "$NETCONN" --kill -t --csv --no-header --columns state state syn-recv
	assert_equal "$(sort <<<"$output" | uniq -c | xargs)" '6 SYN_RECV'
	assert_equal "$(count syn-recv) $(count time-wait)" '0 3'
	run -0 lab_exec "$zoo" "$NETCONN" --kill state time-wait
	assert_equal "$(count time-wait)" 0
	established=$(count established)
	run -0 lab_exec "$zoo" "$NETCONN" --kill -t state established sport :7100
	assert_line --regexp '^tcp .*192.0.2.1:7100 .*ESTABLISHED'
	assert_equal "${#lines[@]}" 3
	assert_equal "$(count established)" $((established - 1))
	run -1 lab_exec "$zoo" "$NETCONN" --kill -t state established sport :7100
	depopulate zoo
}

@test "a listening socket only if the filter says so" {
	own_zoo
	listens() {
		lab_exec "$zoo" ss -Hltn 'sport = :7011' | wc -l
	}
	run -0 --separate-stderr lab_exec "$zoo" "$NETCONN" --kill -t sport :7011
	assert_regex "$stderr" 'listening sockets left alone: 1'
	assert_equal "$(listens)" 1
	for filter in 'sport :7011' 'state all sport :7011' 'exclude established sport :7011' \
		'not state established and sport :7011' '-l sport :7011' 'sport :7011 or state listening sport :1'; do
		# shellcheck disable=SC2086 # words
		run -1 lab_exec "$zoo" "$NETCONN" -t --kill $filter
		assert_equal "$(listens)" 1
	done
	run -0 lab_exec "$zoo" "$NETCONN" --kill -t state listening sport :7011
	assert_equal "$(listens)" 0
	depopulate zoo
}

@test "one of many that share a port" {
	lab_bg z perl -e '
		use Socket; use Socket qw(SO_REUSEPORT pack_sockaddr_in6 inet_pton AF_INET6);
		my @all;
		for my $type (SOCK_STREAM, SOCK_DGRAM) {
			for my $family (AF_INET, AF_INET6, AF_INET) {
				for (1 .. 8) {
					my $s;
					socket($s, $family, $type, 0) && setsockopt($s, SOL_SOCKET, SO_REUSEPORT, 1) or die;
					setsockopt($s, 41, 26, 1) if $family == AF_INET6;
					# A wildcard UDP socket that was closed stays, and in the way of the others.
					my $any = $type == SOCK_STREAM && @all % 2;
					bind($s, $family == AF_INET ? sockaddr_in(7950, $any ? INADDR_ANY : INADDR_LOOPBACK)
						: pack_sockaddr_in6(7950, inet_pton(AF_INET6, $any ? "::" : "::1"))) or die;
					$type == SOCK_DGRAM || listen($s, 1) or die;
					push @all, $s;
				}
			}
		}
		$| = 1; print "ready\n"; sleep 600' >shared
	lab_wait_for grep -q ready shared
	cookies() {
		netconn -t --csv --no-header --columns cookie sport :7950 state listening | sort
	}
	cookies >before
	assert_equal "$(wc -l <before)" 24
	for cookie in $(shuf -n 4 --random-source=<(yes) before); do
		run -0 netconn --kill -t --csv --no-header --columns cookie cookie "$cookie" state listening
		assert_output "$cookie"
		echo "$cookie" >>closed
	done
	sort closed | comm -23 before - >expected
	cookies | diff expected -
	run -0 netconn --kill -t --no-header --csv sport :7950 state listening
	assert_equal "${#lines[@]}" 20
	run -1 netconn -t sport :7950
	# A bound UDP socket keeps its port; its program gets the error.
	run -0 netconn --kill -u --no-header --csv sport :7950
	assert_equal "${#lines[@]}" 24
	run -0 lab_exec z ss -Huan sport = :7950
	assert_equal "${#lines[@]}" 24
}

@test "--kill: what is refused" {
	refuses() {
		run -2 --separate-stderr "$NETCONN" "${@:2}"
		assert_equal "$output" ''
		assert_regex "$stderr" "$1"
	}
	refuses 'needs a filter' --kill
	refuses 'needs a filter' --kill -t -a
	refuses 'needs a filter' --kill ''
	refuses 'no --watch' --kill --watch 1 :1
	refuses 'no --watch' --kill -c :1
	refuses 'TCP and UDP' --kill -x :1
	refuses 'exclude each other' --kill --monitor :1
	refuses 'one network namespace' --kill --all-netns :1
	refuses 'goes with --kill' --dry-run :1
	run -2 as_nobody "$NETCONN" --kill :1
	assert_output --partial CAP_NET_ADMIN
	run -1 as_nobody "$NETCONN" --kill --dry-run :1
}

@test "--changes: opened, changed, closed" {
	lab_bg z "$NETCONN" -ta --changes --watch 0.1 --ndjson sport 7900-7999 or dport 7900-7999 >changes
	watcher=$!
	mkfifo steps
	exec {steps}<>steps
	lab_bg z bash -c 'exec perl -MSocket -e "$1" <>steps' - '
		my %do = (
			first => sub {
				my $s;
				socket($s, AF_INET, SOCK_STREAM, 0)
					&& bind($s, sockaddr_in(7910 + @first, INADDR_ANY)) && listen($s, 5) or die;
				push @first, $s;
			},
			listen => sub {
				socket(S, AF_INET, SOCK_STREAM, 0)
					&& bind(S, sockaddr_in(7900, inet_aton("127.0.0.1"))) && listen(S, 5) or die;
			},
			connect => sub {
				socket(C, AF_INET, SOCK_STREAM, 0) && bind(C, sockaddr_in(7901, INADDR_ANY))
					&& connect(C, sockaddr_in(7900, inet_aton("127.0.0.1"))) && accept(A, S) or die;
			},
			closeC => sub { close(C) }, closeA => sub { close(A) }, closeS => sub { close(S) },
		);
		while (<STDIN>) { chomp; $do{$_}->(); }'
	# The first look is not told: it is over once something is.
	until [[ -s changes ]]; do
		((++tries < 60)) || fail 'nothing was told'
		echo first >&"$steps"
		sleep 0.2
	done
	# step WHAT EVENT...: what is done, and what has to be told of it before anything else is
	step() {
		echo "$1" >&"$steps"
		printf '%s\n' "${@:2}" >>expected
		lab_wait_for told
	}
	told() {
		jq -r 'select(.local_port < 7910) |
			[.event, .before, .state, .local_port] | map(tostring) | join(" ")' changes | sort >got
		sort expected | cmp -s - got
	}
	step listen 'opened null LISTEN 7900'
	step connect 'opened null ESTABLISHED 7900' 'opened null ESTABLISHED 7901'
	step closeC 'changed ESTABLISHED CLOSE_WAIT 7900' 'changed ESTABLISHED FIN_WAIT2 7901'
	step closeA 'closed null CLOSE_WAIT 7900' 'changed FIN_WAIT2 TIME_WAIT 7901'
	step closeS 'closed null LISTEN 7900'
	kill -INT "$watcher"
	jq -e '.time | test("^20[0-9-]+T[0-9:.]+Z$")' changes >/dev/null
}

@test "--changes: nothing happens, nothing is said; refusals" {
	run -124 timeout 1 "$NETCONN" --changes --watch 0.2 :1
	assert_output ''
	refuses() {
		run -2 --separate-stderr "$NETCONN" "${@:2}"
		assert_regex "$stderr" "$1"
	}
	refuses 'how often' --changes
	refuses '--sort' --changes --watch 1 --sort state
	refuses '--count-by' --changes --watch 1 --count-by state
	refuses 'ndjson' --changes --watch 1 --json
	refuses 'no --watch' --monitor --watch 1
	refuses 'ndjson' --monitor --json
	refuses 'no pid' --monitor pid 1
	refuses 'TCP and UDP' --monitor -x
	refuses 'exclude each other' --monitor -s
	refuses 'exclude each other' --kill -g
}

@test "--monitor: what the kernel destroys, as it does" {
	lab_bg z "$NETCONN" --monitor --ndjson >all
	lab_bg z "${AS_NOBODY[@]}" "$NETCONN" --monitor -t --ndjson sport :7900 >some
	lab_bg z "$NETCONN" --monitor -u --csv --columns event,proto,local,peer >udp
	# They are ready when they see something.
	destroyed() {
		lab_exec z perl -MSocket -e '
			socket(S, AF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in(7900, INADDR_ANY)) && listen(S, 1);
			socket(U, AF_INET, SOCK_DGRAM, 0) && bind(U, sockaddr_in(7902, inet_aton("127.0.0.1")))
				&& connect(U, sockaddr_in(7903, inet_aton("127.0.0.1")));
			socket(V, AF_INET6, SOCK_DGRAM, 0) && bind(V, Socket::pack_sockaddr_in6(7904, Socket::IN6ADDR_ANY));
			close(S)'
		grep -q 7900 some && grep -q 7902 udp && grep -q 7904 all
	}
	lab_wait_for destroyed
	assert_equal "$(jq -r '[.event, .proto, .local_port] | join(" ")' some | sort -u)" 'closed tcp 7900'
	assert_equal "$(grep -E '790[24]' udp | sort -u)" $'closed,udp,127.0.0.1:7902,127.0.0.1:7903\nclosed,udp6,:::7904,:::*'
	assert_equal "$(jq -r 'select(.local_port >= 7900) | .proto' all | sort -u | xargs)" 'tcp udp udp6'
}
