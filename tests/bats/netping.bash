# SPDX-License-Identifier: GPL-2.0-or-later
# What the netping*.bats files share. To be loaded by each of them.
#
#	setup_file() { netping_begin || return 0; lab_pair a b; }
#	setup() { lab_need; }
#	teardown() { lab_end; }
#	teardown_file() { netping_end; }
#
# netping_begin [FEATURE...]	begin a lab; copy the command to $STAGE, where every user may run it
# netping_end			end the lab, and remove $STAGE
# allow_datagrams HOST		everybody there may have datagram ICMP sockets
# netping_at HOST [ARG...]	the command, there
# as_nobody_at HOST CMD...	run CMD there as a user without any privileges
# normal			a filter: times and the identifier become T and N
# assert_like_ping HOST ARG...	ping and netping print the same lines there, with the same status
# assert_like_fping HOST 'FPING ARGS' 'NETPING ARGS'	the same for fping, in any order of lines

bats_load_library bats-support
bats_load_library bats-assert
load ../netns

NOBODY=65534
export NETSONDE_SECCOMP=${NETSONDE_SECCOMP:-kill} # a system call too many is a failure

netping_begin() {
	local build=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}

	lab_need jq ping fping "$@" || return
	lab_begin || return
	STAGE=$(mktemp -d "${TMPDIR:-/tmp}/netsonde-bats.XXXXXX") || return
	chmod 755 "$STAGE"
	cp "${NETSONDE_BIN:-$build/bin}/netping" "$STAGE" || return
	export STAGE NETPING=$STAGE/netping
}

netping_end() {
	lab_end
	[[ ! ${STAGE-} ]] || rm -rf "$STAGE"
}

allow_datagrams() {
	lab_sysctl "$1" net.ipv4.ping_group_range '0 2147483647'
}

netping_at() {
	lab_exec "$1" "$NETPING" "${@:2}"
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
	local host=$1 theirs=0 ours=0
	shift

	cd "$BATS_TEST_TMPDIR" || return
	lab_exec "$host" ping "$@" >theirs 2>&1 || theirs=$?
	netping_at "$host" "$@" >ours 2>&1 || ours=$?
	diff -u <(normal <theirs) <(normal <ours) || fail "ping $*: other lines" || return
	[[ $theirs == "$ours" ]] || fail "ping $*: status $ours instead of $theirs"
}

assert_like_fping() {
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
