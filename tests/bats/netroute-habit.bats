#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netroute in the ways of route and netstat -r: byte for byte theirs.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats

bats_require_minimum_version 1.5.0
load netroute

setup_file() {
	netroute_begin || return 0
}

# same COMMAND...: netroute with the arguments in $arguments prints what the peer prints
same() {
	diff <(lab_exec zoo "$@" 2>&1) <(lab_exec zoo "$NETROUTE" "${arguments[@]}" 2>&1)
}

@test "the habit's layouts are the peers', byte for byte" {
	arguments=() && same route -n
	arguments=(-n) && same route -n
	arguments=(-e) && same netstat -rn
	arguments=(-en) && same netstat -rn
	arguments=(-ee) && same route -een
	arguments=(-een) && same route -een
	arguments=(-6ee) && same route -6 -een
	arguments=(-6) && same route -6 -n
	arguments=(-6n) && same route -6 -n
}

# stand_in: $compat, a folder with the wrappers that stand in for route and netstat
stand_in() {
	compat=$BATS_TEST_TMPDIR/compat
	mkdir "$compat"
	sed "s|@BINDIR@|${NETROUTE%/*}|" "$BATS_TEST_DIRNAME/../../packaging/compat/wrapper" >"$compat/route"
	chmod 755 "$compat/route"
	ln -s route "$compat/netstat"
}

@test "under their names every listing of route and netstat -r is theirs, with no other program" {
	local arguments
	stand_in
	for arguments in -n -vn -N -Fn -Cn -FCn '-A inet -n' '-A inet6 -n' '-A inet,inet6 -n' --inet6\ -n \
		'--inet --inet6 --numeric' -een -Ceen '-6 -C' -6nv '--verbose --extend --numeric --fib' '--cache -e'; do
		# shellcheck disable=SC2086 # lists
		diff <(lab_exec zoo route $arguments) <(lab_exec zoo env PATH="$compat" route $arguments)
	done
	for arguments in -rn -nr '-r -n' --route\ -n -rne -nree -rnv -rnW -rN -arn -rnC -rnFC -rn6 '-rn -A inet6' '-A inet -rn'; do
		# shellcheck disable=SC2086
		diff <(lab_exec zoo netstat $arguments) <(lab_exec zoo env PATH="$compat" netstat $arguments)
	done
	# what netroute cannot do, the next program of that name is asked for
	run -2 lab_exec zoo env PATH="$compat" route add -host 10.9.9.9 v0 # -host is no -h
	assert_output --partial "PATH has no other route"
	run -2 lab_exec zoo env PATH="$compat" route add default dev v0
	assert_output --partial 'PATH has no other route'
	run -2 lab_exec zoo env PATH="$compat" netstat -rn --ax25
	assert_output --partial 'PATH has no other netstat'
	run lab_exec zoo env PATH="$compat" netstat -Araw
	refute_output --partial 'PATH has no other'
	# under the own name -a has no meaning
	run -2 netroute -ar
}

@test "a listing is repeated, with what is there then" {
	local out=$BATS_TEST_TMPDIR/out pid
	lab_bg zoo "$NETROUTE" --watch 0.1 --csv --root 10.30.0.0/15 --columns dst,dev >"$out"
	pid=$!
	lab_wait_for grep -q '^dst,dev' "$out"
	ip -n "$(lab_ns zoo)" -batch - <<-END
		link add later type veth peer name later2
		link set later up
		route add 10.30.0.0/16 dev later
	END
	lab_wait_for grep -q '^10.30.0.0/16,later$' "$out"
	ip -n "$(lab_ns zoo)" link delete later
	kill "$pid"
	assert_equal "$(grep -c '^dst' "$out")" 1
	lab_bg zoo "$NETROUTE" --watch 0.1 --ndjson 10.31.0.1 >"$out"
	pid=$!
	lab_wait_for grep -q '"prefix":"default"' "$out"
	ip -n "$(lab_ns zoo)" rule add to 10.31.0.0/16 blackhole
	lab_wait_for grep -q '"error":"blackhole' "$out"
	ip -n "$(lab_ns zoo)" rule del to 10.31.0.0/16 blackhole
	kill "$pid"
}

# with_names COMMAND...: where names are those of two files, and no resolver is asked
with_names() {
	# shellcheck disable=SC2016 # the inner shell expands it
	lab_exec zoo unshare -m bash -c 'mount --bind "$0" /etc && exec "$@"' "$BATS_TEST_TMPDIR" "$@" 2>&1
}

same_names() {
	diff <(with_names "$@") <(with_names "$NETROUTE" "${arguments[@]}")
}

@test "names of hosts and networks are the peer's" {
	printf 'hosts: files\nnetworks: files\n' >"$BATS_TEST_TMPDIR/nsswitch.conf"
	cp /etc/ld.so.cache "$BATS_TEST_TMPDIR"
	printf '%s\n' '10.0.0.2 gateway.example' '10.12.0.1 host.example' 'fd00:1::2 gateway6.example' \
		'fd00:5:: net6.example' >"$BATS_TEST_TMPDIR/hosts"
	printf 'five 10.5.0.0\nnot-default 0.0.0.0\nnot-host 10.12.0.1\n' >"$BATS_TEST_TMPDIR/networks"
	arguments=(--resolve) && same_names route
	arguments=(-ee --resolve) && same_names route -ee
	arguments=(-e --resolve) && same_names netstat -r
	arguments=(-6 --resolve) && same_names route -6
	run -0 with_names "$NETROUTE" --resolve
	assert_line --regexp '^default +gateway.example '
	assert_line --regexp '^five +gateway.example '
	assert_line --regexp '^host.example +gateway.example '
	# what ip has words for stands in options here
	run -2 with_names "$NETROUTE" --no-header 10.5.1.1 from
	assert_line 'netroute: from: Name or service not known (the option is --from)'
	# net-tools cuts names
	echo '10.0.0.9 a-gateway-with-a-long-name.example' >>"$BATS_TEST_TMPDIR/hosts"
	run -0 with_names "$NETROUTE" --resolve
	assert_line --regexp '^10.11.0.0 +a-gateway-with-a-long-name.example '
}

@test "each of the tables of the replay's data is shown as route does" {
	local table i=0
	for table in $("$BATS_TEST_DIRNAME/netroute-pairs" --names); do
		lab_host "h$((++i))"
		"$BATS_TEST_DIRNAME/netroute-pairs" "$(lab_ns "h$i")" "$table" 0 0 0
		# net-tools makes metrics beyond 2^31 negative
		diff <(lab_exec "h$i" route -n | sort) \
			<(lab_exec "h$i" "$NETROUTE" -n | awk '{ if ($5 ~ /^[0-9]+$/ && $5 > 2147483647) sub($5 " ?", sprintf("%-6d ", $5 - 4294967296)); print }' | sort)
	done
}
