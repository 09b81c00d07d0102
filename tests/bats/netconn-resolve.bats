#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --resolve: names instead of numbers, by a helper that can do nothing else.
# shellcheck disable=SC2016,SC2154,SC2317 # programs of jq and other shells; bats sets and calls by name

bats_require_minimum_version 1.5.0
load netconn

# No resolver is asked: an /etc of our own has nothing but files. netstat looks for v4-mapped addresses
# as they are, we for the IPv4 address in them; the file has both.
setup_file() {
	netconn_begin || return 0
	mkdir "$STAGE/etc"
	cat >"$STAGE/etc/hosts" <<-'END'
		127.0.0.1 localhost
		::1 ip6-localhost ip6-loopback
		192.0.2.1 this.example
		192.0.2.2 peer.example peer
		::ffff:127.0.0.1 localhost
		::ffff:192.0.2.1 this.example
		::ffff:192.0.2.2 peer.example
		2001:db8::1 this6.example
		2001:db8::2 a-peer-with-a-name-that-is-longer-than-a-column.example
	END
	cat >"$STAGE/etc/services" <<-'END'
		zoo-web 7010/tcp
		zoo-peer 17100/tcp
		zoo-dns 7401/udp
		zoo-both 7420/tcp
		zoo-both 7420/udp
		stuck-service-with-a-long-name 7022/tcp
	END
	printf '%s: files\n' hosts services passwd group protocols >"$STAGE/etc/nsswitch.conf"
	printf 'root:x:0:0:root:/:/bin/sh\nservant-of-all:x:65534:65534::/:/bin/sh\n' >"$STAGE/etc/passwd"
	printf 'root:x:0:\n' >"$STAGE/etc/group"
	printf 'icmp 1 ICMP\nipv6-icmp 58 IPv6-ICMP\n' >"$STAGE/etc/protocols"
	cp /etc/ld.so.cache "$STAGE/etc"
	populate z zoo --dir "$STAGE/sockets" --for 900
	cp "$STAGE/holders" "$STAGE/servant"
	POPULATE_AS="${AS_NOBODY[*]}" populate z servant --procs 3 --for 900
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

# A prefix: with that /etc.
WITH_ETC=(unshare -m bash -c 'mount --bind "$STAGE/etc" /etc && exec "$@"' -)

named() {
	lab_exec z "${WITH_ETC[@]}" "$@"
}

# watching: netconn --resolve in the background, which has listed once; $pid
watching() {
	lab_bg z "${WITH_ETC[@]}" "$NETCONN" -at --resolve --watch 60 >all
	pid=$!
	lab_wait_for grep -q LISTEN all
}

# helper PID: the number of its only child
helper() {
	local -a children

	read -r -a children <"/proc/$1/task/$1/children" || true
	[[ ${#children[@]} -eq 1 ]] && printf '%s\n' "${children[0]}"
}

# gone PID: it is over, buried or not
gone() {
	! readlink "/proc/$1/ns/net" >/dev/null
}

@test "hosts, ports and users: as netstat without -n" {
	for options in -at -au -ax -apee -lt -atp4 -ta6ee -tupo; do
		assert_between "named netstat -W $options" "named $NETCONN $options --resolve" normal
	done
	run -0 named "$NETCONN" -ateep --resolve
	assert_line --regexp '^tcp .* localhost:zoo-web +0.0.0.0:\* +LISTEN +root '
	assert_line --regexp '^tcp .* this.example:7100 +peer.example:zoo-peer +ESTABLISHED root '
	assert_line --regexp '^tcp6 .* ip6-localhost:7012 +\[::\]:\* +LISTEN '
	assert_line --regexp '^tcp6 .* this.example:7300 +peer.example:17300 ' # v4-mapped
	assert_line --regexp '^tcp6 .* a-peer-with-a-name-that-is-longer-than-a-column.example:17200 '
	assert_line --regexp ' localhost:stuck-service-with-a-long-name +0.0.0.0:\* +LISTEN '
	assert_line --regexp '^tcp .* LISTEN +servant-of-all [0-9]+ +[0-9]+/servant '
}

@test "raw sockets, whose port is a protocol: as netstat" {
	assert_between 'named netstat -W -aw' "named $NETCONN -aw --resolve" normal
}

@test "-n is the default, and no obstacle" {
	theirs() { named "$NETCONN" -apee; }
	ours() { named "$NETCONN" -napee; }
	assert_between theirs ours normal
	run -0 named "$NETCONN" -at -n --resolve
	assert_output --partial localhost:zoo-web
}

@test "the other formats: names beside the numbers" {
	named "$NETCONN" -at --resolve --json >all
	run -0 jq -c '[.[] | select(.local_port == 7010 and .state == "LISTEN")][0] | [.local_addr, .local_port, .uid, .user]' all
	assert_output '["127.0.0.1",7010,0,"root"]'
	run -0 jq -c '[.[] | select(.uid == 65534) | .user] | unique' all
	assert_output '["servant-of-all"]'
	run -0 named "$NETCONN" -at --resolve --wide
	assert_line --regexp ' LISTEN .* localhost:zoo-web '
	assert_line --regexp ' peer.example:zoo-peer '
	run -0 named "$NETCONN" -at --resolve --csv --columns local,peer,user --no-header
	assert_line this.example:7100,peer.example:zoo-peer,root
}

@test "no name: the number" {
	run -0 named "$NETCONN" -au --resolve
	assert_line --regexp '^udp .* 224.0.0.251:7412 '
	mv "$STAGE/etc/services" "$STAGE/etc/services.away"
	theirs() { named "$NETCONN" -atn | grep -c ':7010 '; }
	ours() { named "$NETCONN" -at --resolve | grep -c ':7010 '; }
	assert_between theirs ours
	mv "$STAGE/etc/services.away" "$STAGE/etc/services"
}

@test "its own sockets are not among those listed" {
	count=$(json length -ax)
	run -0 named "$NETCONN" -axp --resolve --json
	assert_equal "$(jq '[.[] | select(.owners[].program == "netconn")] | length' <<<"$output")" 0
	assert_equal "$(jq length <<<"$output")" "$count"
}

@test "the helper: another user, no capability, no way back, nothing open but its line" {
	watching
	lab_wait_for helper "$pid"
	helper=$(helper "$pid")
	run -0 cat "/proc/$helper/status"
	for set in Inh Prm Eff Amb; do
		assert_line --regexp "^Cap$set:[[:space:]]+0+$"
	done
	assert_line --regexp '^NoNewPrivs:[[:space:]]+1$'
	assert_line --regexp '^Uid:[[:space:]]+65534[[:space:]]65534[[:space:]]65534[[:space:]]65534$'
	assert_line --regexp '^Gid:[[:space:]]+65534[[:space:]]65534[[:space:]]65534[[:space:]]65534$'
	assert_line --regexp '^Groups:[[:space:]]*$'
	run -0 find "/proc/$helper/fd" -lname 'socket:*' # no netlink, only the line to the command
	assert_equal "${#lines[@]}" 1
	kill -TERM "$pid"
	wait "$pid" || true
	lab_wait_for gone "$helper"
}

@test "the helper goes when the command is killed" {
	watching
	helper=$(helper "$pid")
	kill -KILL "$pid"
	wait "$pid" || true
	lab_wait_for gone "$helper"
}

no_command() {
	! pgrep -f "^$NETCONN"
}

@test "the helper goes with the listing, however it ends" {
	for command in "$NETCONN -at --resolve" "$NETCONN -at --resolve --columns nosuch" \
		"timeout -s INT --foreground 0.5 $NETCONN -at --resolve --json >/dev/null" \
		"$NETCONN -at --resolve >/dev/full"; do
		# A subreaper, so that nobody who stays behind is missed.
		run -0 named bash -c "$command >/dev/null 2>&1
			for i in {1..600}; do pgrep -P \$\$ -x netconn >/dev/null || exit 0; sleep 0.1; done; exit 1"
	done
	lab_wait_for no_command
}

@test "without --resolve there is no helper" {
	lab_bg z "$NETCONN" -at --watch 60 >all
	pid=$!
	lab_wait_for grep -q LISTEN all
	run -1 helper "$pid"
}

@test "a name server that does not answer: numbers, before long" {
	mkdir slow && cp "$STAGE"/etc/* slow
	printf 'hosts: dns\n' >slow/nsswitch.conf
	printf 'nameserver 192.0.2.2\noptions timeout:30 attempts:5\n' >slow/resolv.conf
	read -r begin _ </proc/uptime
	run -0 lab_exec z unshare -m bash -c 'mount --bind slow /etc && exec "$@"' - "$NETCONN" -at4 --resolve
	read -r end _ </proc/uptime
	assert_line --regexp ' 127.0.0.1:zoo-web '
	assert [ "$((${end/./} - ${begin/./}))" -lt 6000 ] # left alone, it asks for 150 s
	lab_wait_for no_command
}

@test "--resolve with --netns is refused" {
	run -2 --separate-stderr setsid -w "$NETCONN" -at --resolve --netns "$(lab_ns z)"
	assert_equal "$output" ''
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^netconn: --resolve .*--netns'
}
