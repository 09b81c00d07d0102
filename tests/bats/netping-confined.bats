#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What netping gives up before it reads a reply: capabilities, and system calls; and what the one
# capability that it is installed with is good for.
# shellcheck disable=SC2154 # bats sets them

bats_require_minimum_version 1.5.0
load netping
load confined

setup_file() {
	netping_begin script setcap || return 0
	cp "$STAGE/netping" "$STAGE/capable"
	setcap cap_net_raw=p "$STAGE/capable" || skip 'files have no capabilities here'
	lab_line a r b
	lab_host solo
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

# Each option with something that it does; B4 and B6 are the host b, A4 this one.
option_lines() {
	cat <<-'END'
		-c 1 -4 localhost
		-c 1 -6 B6
		-c 1 --file hosts
		-c 1 --all-addresses localhost
		-c 1 -n localhost
		-c 1 -H B4
		-i 0.1 -w 0.3 B4
		-c 1 -W 0.1 10.0.1.9
		-c 3 -l 3 B4
		-c 3 -A B4
		-c 300 -f B4
		-c 300 -f --ndjson B6
		-o --alive B4 10.0.1.9
		-q --rate 0 --retries 0 --stats 127.0.0.0/20
		--loop -i 0.1 -w 0.3 --ndjson B4 B6
		-c 1 -s 5000 B4
		-c 1 -W 0.1 -s 5000 -M do B6
		-c 1 -p ff00 B4
		-c 1 -t 1 B4
		-c 1 -t 1 --ndjson B6
		-c 1 -Q 0x10 B4
		-c 1 -m 5 B4
		-c 1 -e 777 B4
		-c 1 -F 12 B6
		-c 1 -I to-r B4
		-c 1 -I A4 B4
		-c 1 -B B4
		-c 1 -C B4
		-c 1 -W 0.1 -r 10.0.1.9
		-c 1 -W 0.1 -b 10.0.1.255
		-c 1 -W 0.1 -L 224.0.0.1
		-c 2 -i 0.1 ff02::1%to-r
		-c 1 -R B4
		-c 1 -T tsonly B4
		-c 1 -T tsandaddr B4
		-c 1 -S 1 B4
		-c 1 -a B4
		-c 1 -D B4
		-c 1 -W 0.1 -O 10.0.1.9
		-c 1 -q B4
		-c 1 -U B4
		-c 1 -v B4
		-c 1 -3 B4
		-c 1 --stats B4
		-c 1 --explain B4
		-c 1 --explain --json B6
		-c 300 -i 0.002 --histogram B4
		-c 2 -i 0.1 --live B4
		-c 2 -i 0.1 --live B4 B6
		-c 1 --prometheus B4
		--unreachable --retries 1 -W 0.1 B4 10.0.1.9
		--elapsed B4 B6
		--count-table 2 -i 0.1 B4 B6
		-c 1 --wide --color always B4
		-j --retries 0 -W 0.1 B4 10.0.1.9
		-c 1 --csv --no-header B4
		-c 1 --columns host,received B4
		-c 1 --netns NETNS 127.0.0.1
		-c 1 no.such.name.invalid B4
	END
}

# try_options: all of them, on a terminal
try_options() {
	local line words

	printf '%s\n' "$(lab_addr b 4)" "$(lab_addr b 6)" >hosts
	while read -r line; do
		read -ra words < <(sed "s/B4/$(lab_addr b 4)/; s/B6/$(lab_addr b 6)/;
			s/A4/$(lab_addr a 4)/; s/NETNS/$(lab_ns solo)/" <<<"$line")
		try_on_terminal a 124 "$NETPING" "${words[@]}" || return
	done < <(option_lines)
}

@test "there is a line for every option" {
	option_lines >lines
	options_of "$NETPING" | grep -vxE -- '-h|-V|-d|-N' >options
	[[ $(wc -l <options) -gt 50 ]]
	while read -r option; do
		grep -qE -- "(^| )$option " lines || fail "nothing tries $option" || return
	done <options
}

@test "every option does with the system calls that are left, on raw sockets" {
	try_options
}

@test "and on datagram sockets" {
	allow_datagrams a
	try_options
	lab_sysctl a net.ipv4.ping_group_range '1 0'
}

# rights_of CMD...: of netping in a, while it reads replies: what stands in the file rights
rights_of() {
	lab_bg a env --default-signal=INT "$@" -i 0.2 "$(lab_addr b 4)" >run 2>&1
	pid=$!
	lab_wait_for grep -q 'bytes from' run
	keep_rights "$pid"
	interrupt INT
}

@test "neither capabilities nor system calls are left while replies are read" {
	grep -q seccomp <(ldd "$NETPING") || skip 'built without libseccomp'
	for words in "$NETPING" "setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups $STAGE/capable"; do
		# shellcheck disable=SC2086 # a list of words
		rights_of $words
		grep -q ', 0% packet loss' run
		assert_no_rights "$words"
	done
}

@test "with cap_net_raw=p everybody has a raw socket, and no more than that" {
	run -0 as_nobody_at a "$STAGE/capable" -v -n -c 2 -i 0.1 "$(lab_addr b 4)"
	assert_line 'netping: IPv4: raw ICMP socket, stamps of the kernel'
	assert_line --partial '2 packets transmitted, 2 received, 0% packet loss'
	refute_output --partial 'system call'
	run -0 as_nobody_at a "$STAGE/capable" -n -c 1 -m 5 --explain "$(lab_addr b 6)"
	refute_output --partial 'system call'
	run -0 as_nobody_at a "$STAGE/capable" --stats --alive "$(lab_addr b 4)" "$(lab_addr b 6)"
	for refused in '-f' '-i 0.001' '-l 4' '--rate 0' '--rate 1001'; do
		# shellcheck disable=SC2086 # a list of words
		run -2 as_nobody_at a "$STAGE/capable" -c 1 $refused "$(lab_addr b 4)"
	done
	# Where nobody may have the capability, as in a container, it begins all the same, and tells.
	run -2 lab_exec a setpriv --bounding-set=-net_raw --reuid="$NOBODY" --regid="$NOBODY" \
		--clear-groups "$STAGE/capable" -c 1 "$(lab_addr b 4)"
	assert_output --partial 'setcap cap_net_raw=p'
}
