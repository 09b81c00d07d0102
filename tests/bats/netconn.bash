# SPDX-License-Identifier: GPL-2.0-or-later
# What the netconn*.bats files share. To be loaded by each of them.
# shellcheck disable=SC2034,SC2154 # variables come from bats and go to the files that load this
#
#	setup_file() { netconn_begin || return 0; populate z zoo; }
#	setup() { lab_need; }
#	teardown() { lab_end; }
#	teardown_file() { netconn_end; }
#
# netconn_begin [FEATURE...]	begin a lab with one host, z, which looks like a fresh machine; copy the
#				command and the fixtures to $STAGE, where every user may run them
# netconn_end			end the populations, then the lab
# populate HOST NAME [ARG...]	start tests/fixture/NAME there, wait until it is ready; its process is
#				$(population NAME). POPULATE_AS: words to put in front of it
# depopulate NAME		end it again, before netconn_end would
# netconn [ARG...]		the command, in z
# as_nobody CMD...		run CMD in z as a user without any privileges; ${AS_NOBODY[@]} CMD, here
# json FILTER [ARG...]		what jq's FILTER makes of netconn's --json with these options
# normal			a filter: netstat's layout without what changes, or what netstat cuts
# settle CMD...			CMD, which compares two listings, again if they differ: some sockets of the zoo
#				have their own time, and what happened between the two is not what is asked
# assert_between THEIRS OURS [FILTER]	both commands print the same through FILTER (cat)

bats_load_library bats-support
bats_load_library bats-assert
load ../netns

AS_NOBODY=(setpriv --reuid=65534 --regid=65534 --clear-groups)

netconn_begin() {
	lab_need jq netstat ss "$@" || return
	lab_begin || return
	lab_host z || return
	lab_stage netconn fixture/{churn,fill,holders,nodiag,zoo} || return
	export NETCONN=$STAGE/netconn
	POPULATIONS=()
}

populate() {
	local host=$1 name=$2

	# shellcheck disable=SC2086 # words in front
	lab_hold "$host" ${POPULATE_AS-} "$STAGE/$name" "${@:3}" >"$STAGE/$name.log" 2>"$STAGE/$name.err"
	printf '%s\n' "$!" >"$STAGE/$name.pid"
	POPULATIONS+=("$name")
	LAB_WAIT=60 lab_wait_for grep -q ready "$STAGE/$name.log" || {
		cat "$STAGE/$name.err" >&2
		return 1
	}
}

population() {
	cat "$STAGE/$1.pid"
}

# By SIGTERM: a zoo that is killed leaves orphaned connections behind, and its folder.
depopulate() {
	local pid

	pid=$(population "$1")
	kill -TERM "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}

netconn_end() {
	local name

	for name in ${POPULATIONS[@]+"${POPULATIONS[@]}"}; do
		depopulate "$name"
	done
	lab_end
}

netconn() {
	lab_exec z "$NETCONN" "$@"
}

as_nobody() {
	lab_exec z "${AS_NOBODY[@]}" "$@"
}

json() {
	netconn --json "${@:2}" | jq -c "$1"
}

settle() {
	local try

	for ((try = 0; try < 4; try++)); do
		! "$@" || return 0
	done
	return 1
}

# Timers run, and the kernel retransmits, while two commands look at the same sockets one after the
# other. So theirs looks before and after: when it saw the same twice, ours must have seen it, too.
assert_between() {
	local theirs=$1 ours=$2 filter=${3:-cat} same='' try

	cd "$BATS_TEST_TMPDIR" || return
	for ((try = 0; try < 40 && !same; try++)); do
		$theirs >before || return
		$ours >now || return
		$theirs >after || return
		$filter <before >expected
		! $filter <after | cmp -s - expected || same=1
	done
	[[ $same ]] || fail "$theirs: never the same twice" || return
	$filter <now | diff -u expected - || fail "$ours: not what $theirs prints"
}

# What may differ between two listings of the same sockets:
# - the seconds of a timer, which runs on (they are compared by a test of their own);
# - the path of a UNIX socket from its first blank on: netstat reads no further.
normal() {
	sed -E -e 's/\([0-9]+\.[0-9]{2}\//(S\//' \
		-e 's/^(unix +[0-9]+ +\[[ A-Z]*\] +[A-Z]+ +[A-Z]* +[0-9]+ +(([0-9]+\/[a-z]+|-) +)?[^ ]*).*/\1/'
}
