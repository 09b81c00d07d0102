# SPDX-License-Identifier: GPL-2.0-or-later
# What the netping*.bats files share. To be loaded by each of them.
#
#	setup_file() { netping_begin || return 0; lab_pair a b; }
#	setup() { lab_need; }
#	teardown() { lab_end; }
#	teardown_file() { lab_end; }
#
# netping_begin [FEATURE...]	begin a lab; copy the command to $STAGE, where every user may run it
# allow_datagrams HOST		everybody there may have datagram ICMP sockets
# netping_at HOST [ARG...]	the command, there
# netping_bg HOST [ARG...]	the same in the background, what it writes into the file run; $pid is its
#				process, which takes signals
# interrupt SIGNAL [STATUS]	end what netping_bg began; it is to end so (0)
# sent_by HOST			how many echo requests this host has sent so far, of IPv4
# wait_sent HOST N		until it has sent one more than N
# keep_stamps HOST		have somebody use the kernel's stamps there until the test is over: it
#				begins to stamp what it receives only a while after it was asked
# as_nobody_at HOST CMD...	run CMD there as a user without any privileges
# normal			a filter: times and the identifier become T and N
# assert_like_ping HOST ARG...	ping and netping print the same lines there, with the same status: once
#				in three tries, since either may be kept from running for a while
# assert_like_fping HOST 'FPING ARGS' 'NETPING ARGS'	the same for fping, in any order of lines

bats_load_library bats-support
bats_load_library bats-assert
load ../netns

NOBODY=65534
export NETSONDE_SECCOMP=${NETSONDE_SECCOMP:-kill} # a system call too many is a failure

netping_begin() {
	lab_need jq ping fping "$@" || return
	lab_begin || return
	lab_stage netping || return
	export NETPING=$STAGE/netping
}

allow_datagrams() {
	lab_sysctl "$1" net.ipv4.ping_group_range '0 2147483647'
}

netping_at() {
	lab_exec "$1" "$NETPING" "${@:2}"
}

netping_bg() {
	lab_bg "$1" env --default-signal=INT,QUIT "$NETPING" "${@:2}" >run 2>&1
	pid=$!
}

interrupt() {
	local status=0

	kill -s "$1" "$pid"
	wait "$pid" || status=$?
	[[ $status -eq ${2-0} ]] || fail "status $status after SIG$1, not ${2-0}"
}

# shellcheck disable=SC2016 # a program of awk
sent_by() {
	lab_exec "$1" awk '$1 == "Icmp:" && at { print $at; exit }
		$1 == "Icmp:" { for (i = 2; i <= NF; i++) if ($i == "OutEchos") at = i }' /proc/net/snmp
}

wait_sent() {
	lab_wait_for _has_sent "$@"
}

_has_sent() {
	(($(sent_by "$1") > $2))
}

keep_stamps() {
	lab_bg "$1" "$NETPING" -i 0.05 --ndjson 127.0.0.1 >stamps
	lab_wait_for grep -q '"clock":"kernel"' stamps
}

as_nobody_at() {
	lab_exec "$1" setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups "${@:2}"
}

# The program's own name begins its messages.
normal() {
	sed -E -e 's/^(net)?ping: /ping: /' -e 's/time[= ][0-9.]+ ?ms/time=T ms/' \
		-e 's/ident=[0-9]+/ident=N/' -e 's/^\[[0-9.]+\]/[T]/' \
		-e 's|= [0-9.]+(/[0-9.]+)+ ms|= T ms|' -e 's|ewma [0-9./]+ ms|ewma T ms|' \
		-e 's/[0-9]+ absolute/T absolute/' -e 's/\t-?[0-9]+$/\tT/' # of IP's time stamps
}

assert_like_ping() {
	_try_thrice _like_ping "$@"
}

assert_like_fping() {
	_try_thrice _like_fping "$@"
}

_try_thrice() {
	"$@" || "$@" || "$@"
}

_like_ping() {
	local host=$1 theirs=0 ours=0
	shift

	cd "$BATS_TEST_TMPDIR" || return
	lab_exec "$host" ping "$@" >theirs 2>&1 || theirs=$?
	netping_at "$host" "$@" >ours 2>&1 || ours=$?
	diff -u <(normal <theirs) <(normal <ours) || fail "ping $*: other lines" || return
	[[ $theirs == "$ours" ]] || fail "ping $*: status $ours instead of $theirs"
}

_like_fping() {
	local host=$1 theirs=0 ours=0

	cd "$BATS_TEST_TMPDIR" || return
	# shellcheck disable=SC2086 # lists of words
	lab_exec "$host" fping $2 >theirs 2>theirs.err || theirs=$?
	# shellcheck disable=SC2086
	netping_at "$host" $3 >ours 2>ours.err || ours=$?
	for file in theirs theirs.err ours ours.err; do
		sed -E -e 's/[0-9]+\.[0-9]+/T/g' -e 's/ [0-9]+( ms \((min|avg|max))/ T\1/' "$file" |
			sort >"$file.normal"
	done
	diff -u theirs.normal ours.normal || fail "fping $2: other lines" || return
	diff -u theirs.err.normal ours.err.normal || fail "fping $2: other messages" || return
	[[ $theirs == "$ours" ]] || fail "fping $2: status $ours instead of $theirs"
}
