#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# -p: who holds a socket, or would.
# shellcheck disable=SC2016,SC2154 # programs of jq, perl and other shells; bats sets variables

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
	[[ ! ${slice-} ]] || lab_wait_for remove "$slice"
}

# remove CGROUP: fails until the last process has left it
remove() {
	rmdir "$1"/*/ || true
	rmdir "$1"
}

teardown_file() {
	netconn_end
}

# owners CONDITION: "PID FD INFERRED" of the sockets that fulfil jq's CONDITION, each once
owners() {
	json "[.[] | select($1) | .owners[] | \"\(.pid) \(.fd) \(.inferred)\"] | unique | .[]" -ap | jq -r .
}

# holders INODE: "PID FD false" of every descriptor, as find sees them
holders() {
	find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$1\]" -printf '%p false\n' 2>/dev/null |
		sed -E 's|/proc/([0-9]+)/fd/|\1 |' | sort
}

# inode_of PORT
inode_of() {
	json ".[] | select(.local_port == $1) | .inode" -au
}

# server HOST PERL: a TCP server on 127.0.0.1:7900 that says "ready" when the rest of PERL has run; $pid
server() {
	lab_bg "$1" perl -MSocket -e '
		socket(S, AF_INET, SOCK_STREAM, 0) or die;
		setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
		bind(S, sockaddr_in(7900, inet_aton("127.0.0.1"))) && listen(S, 5) or die;
		socket(C, AF_INET, SOCK_STREAM, 0) or die;
		$| = 1;
		'"$2"'
		print "ready\n";
		sleep 5 for 1..120;' >ready
	pid=$!
	lab_wait_for grep -q ready ready
}

@test "a shared socket: netstat's one holder, the lowest pid; --wide and JSON have all" {
	inode=$(inode_of 7601)
	holders "$inode" >expected
	assert_equal "$(wc -l <expected)" 3
	owners '.local_port == 7601' | sort | diff expected -
	first=$(sort -n expected | head -1)
	run -0 netconn -aup
	assert_line --regexp "^udp .*:7601 .* ${first%% *}/zoo +$"
	assert_equal "$(grep -c :7601 <<<"$output")" 1
	run -0 netconn -aup --wide
	list=$(sort -n expected | awk '{ printf "%s%s/zoo/%s", (NR > 1 ? "," : ""), $1, $2 }')
	assert_line --regexp "^udp .*:7601 .*  $list$"
	run -0 netconn -aup --csv
	assert_line --regexp "7601.*,\"$list\"$"
}

@test "a socket that one process holds twice: both descriptors" {
	holders "$(inode_of 7605)" >expected
	assert_equal "$(wc -l <expected)" 2
	owners '.local_port == 7605' | sort | diff expected -
	assert_equal "$(netconn -aup | grep -c :7605)" 1
}

@test "a socket in flight has no owner, and root is not told to become root" {
	for options in -aup '-aup --json'; do
		# shellcheck disable=SC2086 # two options
		run -0 --separate-stderr netconn $options
		refute [ "$(grep 'root' <<<"$stderr")" ]
	done
	assert_equal "$(owners '.local_port == 7604')" ''
	run -0 netconn -aup
	assert_line --regexp '^udp .*:7604 .* - +$'
	# Who asks is told why.
	run -0 --separate-stderr netconn -aupv
	assert_regex "$stderr" 'no owner|not shown'
}

@test "no descriptor yet, or none any more: the listener's, marked as inferred" {
	zoo=$(population zoo)
	for port in 7000 7002; do # half-open, or waiting for accept()
		listeners=$(owners ".state == \"LISTEN\" and .local_port == $port and (.family == \"inet\" or $port == 7002)")
		assert_regex "$listeners" "^$zoo [0-9]+ false$"
		for state in SYN_RECV ESTABLISHED CLOSE_WAIT; do
			assert_equal "$(owners ".state == \"$state\" and .inode == 0 and .local_port == $port
				and (.family == \"inet\" or $port == 7002)")" "${listeners% *} true"
		done
	done
	run -0 json '[.[] | select(.state == "SYN_RECV")] | [length, all(.owners | length == 1)]' -atp
	assert_output '[6,true]'
	# Whoever listens at another address has nothing to do with it.
	v6=$(owners '.state == "LISTEN" and .local_addr == "2001:db8::1"')
	assert_equal "$(owners '.state == "SYN_RECV" and .local_addr == "2001:db8::1"')" "${v6% *} true"
	# A UNIX socket that waits, too.
	waiting=$(owners '.state == "LISTENING" and (.path | tostring | endswith("/stream waiting"))')
	assert_equal "$(owners '.state == "CONNECTING"')" "${waiting% *} true"
	# --wide says so; netstat's layout never shows what is only inferred.
	run -0 netconn -atp --wide
	assert_line --regexp "^tcp +SYN_RECV .* $zoo/zoo/[0-9]+/inferred$"
	run -0 netconn -atp
	assert_line --regexp '^tcp .* SYN_RECV    - +$'
}

@test "an inferred owner only where there is no other" {
	run -0 json '[.[] | select(.inode != 0) | .owners[] | select(.inferred)] | length' -ap
	assert_output 0
	# Connections that this host opened, closed by now: nobody's.
	run -0 json '[.[] | select(.inode == 0 and .local_port >= 7100 and .local_port < 7400) | .owners | length] | unique' -atp
	assert_output '[0]'
}

@test "TIME_WAIT at the server's end: the listener's process" {
	lab_host closer
	server closer '
		connect(C, sockaddr_in(7900, inet_aton("127.0.0.1"))) && accept(A, S) or die;
		close(A); sysread(C, $_, 1); close(C);'
	run -0 lab_exec closer "$NETCONN" -tap --ndjson
	run -0 jq -c 'select(.state == "TIME_WAIT") | [.local_port, .inode, .uid, (.owners | map([.pid, .program, .inferred]))]' <<<"$output"
	assert_output "[7900,0,null,[[$pid,\"perl\",true]]]"
}

@test "the listener has accepted: its process is not inferred any more" {
	lab_host late
	server late '
		connect(C, sockaddr_in(7900, inet_aton("127.0.0.1"))) or die;
		print "connected\n"; $SIG{USR1} = sub { accept(A, S); print "accepted\n" };'
	accepted() {
		lab_exec late "$NETCONN" -tap --ndjson |
			jq -c 'select(.local_port == 7900 and .state == "ESTABLISHED") | [.inode == 0, .owners[0].inferred]'
	}
	assert_equal "$(accepted)" '[true,true]'
	kill -USR1 "$pid"
	lab_wait_for grep -q accepted ready
	assert_equal "$(accepted)" '[false,false]'
}

@test "several listeners on one port: each connection has its own listener's user" {
	lab_host two
	server two 'connect(C, sockaddr_in(7900, inet_aton("127.0.0.1"))) or die;'
	lab_bg two "${AS_NOBODY[@]}" perl -MSocket -e '
		socket(S, AF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in(7900, inet_aton("127.0.0.2")))
			&& listen(S, 5) && socket(C, AF_INET, SOCK_STREAM, 0)
			&& connect(C, sockaddr_in(7900, inet_aton("127.0.0.2"))) or die;
		$| = 1; print "ready\n"; sleep 600' >other
	other=$!
	lab_wait_for grep -q ready other
	run -0 lab_exec two "$NETCONN" -tap --ndjson
	for address in 127.0.0.1 127.0.0.2; do
		jq -r "select(.local_addr == \"$address\" and .local_port == 7900 and .inode == 0)
			| .owners | map(.pid) | join(\",\")" <<<"$output"
	done >inferred
	assert_equal "$(xargs <inferred)" "$pid $other"
}

@test "programs that come and go meanwhile: those that stay are always found, without a word" {
	lab_host crowd
	populate crowd holders --procs 150 --fds 20 --mortal 30
	for _ in {1..30}; do
		run -0 --separate-stderr lab_exec crowd "$NETCONN" -lntp
		assert_equal "$stderr" ''
		assert_equal "$(awk '$4 ~ /^127\.80\..*:8007$/ && $7 ~ /^[0-9]+\/holders$/ { n++ } END { print n }' <<<"$output")" 150
	done
	# Each has its own: no pid twice.
	assert_equal "$(awk '$4 ~ /^127\.80\./ { print $7 }' <<<"$output" | sort -u | wc -l)" 150
	run -0 --separate-stderr lab_exec crowd "$NETCONN" -lntp --json
	assert_equal "$stderr" ''
	assert_equal "$(jq '[.[] | select(.local_port == 8007 and (.owners | length) == 1)] | length' <<<"$output")" 150
	depopulate holders
}

@test "only what is asked for: no -p, no owner, and no walk" {
	lab_need strace
	# A leak checker cannot do its work while it is traced.
	run -0 lab_exec z env ASAN_OPTIONS=detect_leaks=0 strace -f -o trace "$NETCONN" -an
	run -1 grep -E '/proc/[0-9]|/fd"' trace
	refute_output
}

@test "the systemd unit and the container, from the cgroup" {
	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[[ -w $mount/cgroup.procs ]] || skip 'needs a cgroup2 that can be written to'
	slice=$mount/netsonde-test-$$.slice
	mkdir "$slice"
	id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
	lab_host places
	port=7900
	for name in netsonde.service "docker-$id.scope"; do
		mkdir "$slice/$name"
		rm -f go ready
		# ip-netns(8) hides this file system from it, so it is put into its cgroup from here.
		lab_bg places perl -MSocket -e '
			select(undef, undef, undef, 0.01) until -e "go";
			socket(S, AF_INET, SOCK_DGRAM, 0) && bind(S, sockaddr_in(shift, INADDR_ANY)) or die;
			$| = 1; print "ready\n"; sleep 600' $((++port)) >ready
		printf '%s\n' "$!" >"$slice/$name/cgroup.procs"
		touch go
		lab_wait_for grep -q ready ready
	done
	run -0 "$NETCONN" --netns "$(lab_ns places)" -au --ndjson
	run -0 jq -c "[.local_port, (.cgroup | sub(\".*/netsonde-test\"; \"\")), .unit, .container]" <<<"$output"
	assert_line --index 0 "[7901,\"-$$.slice/netsonde.service\",\"netsonde.service\",null]"
	assert_line --index 1 "[7902,\"-$$.slice/docker-$id.scope\",\"docker-$id.scope\",\"docker:${id:0:12}\"]"
}
