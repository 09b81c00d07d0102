#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A host that lies: no reply counts that was not asked for, and no figure is absurd.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netping

setup_file() {
	netping_begin || return 0
	lab_stage fixture/liar || return
	lab_pair a b
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 1
	ip -n "$(lab_ns b)" address add 10.0.1.77/24 dev to-a
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

# lie WHAT [NETPING-OPTION...]: probe b, which lies so; the lines into the file run, and then once
# more as objects into the file objects
lie() {
	local what=$1
	shift
	lab_hold b "$STAGE/liar" --for 20 "$what" 10.0.1.77 >ready
	lab_wait_for grep -q ready ready
	netping_at a -c 4 -i 0.05 -W 9 "$@" "$(lab_addr b 4)" >run || true
	netping_at a -c 4 -i 0.05 -W 9 --ndjson "$@" "$(lab_addr b 4)" >objects || true
}

# every FILTER: it holds for the summary, which is sane
every() {
	jq -se "map(select(.type == \"summary\"))[0] | ($1) and .loss_percent >= 0
		and .loss_percent <= 100 and .received <= .transmitted" objects
}

@test "numbers that were not sent do not count" {
	lie unsent -W 0.2
	grep -q '4 packets transmitted, 0 received, 100% packet loss' run
	every '.received == 0 and .duplicates == 0'
}

@test "other identifiers, and other runs' data, do not count" {
	lie ident -W 0.2
	every '.received == 0 and .loss_percent == 100'
	lab_end # of the first liar
	lie token -W 0.2
	every '.received == 0 and .loss_percent == 100'
}

@test "replies from another address are shown and counted apart" {
	lie source -W 1
	[[ $(grep -c '64 bytes from 10.0.1.77: .*(DIFFERENT ADDRESS!)$' run) -eq 4 ]]
	grep -q '4 packets transmitted, 0 received, 100% packet loss' run
	every '.received == 0 and .other_source == 4'
	jq -se 'map(select(.type == "reply")) | all(.flags == ["other_source"] and .from == "10.0.1.77")' objects
}

@test "duplicates are marked and counted apart" {
	lie twice -w 2
	grep -q '(DUP!)$' run
	grep -qE '4 packets transmitted, 4 received, \+[34] duplicates, 0% packet loss' run
	every '.received == 4 and .duplicates >= 3'
}

@test "a wrong checksum is corruption, not an answer" {
	lie checksum -W 1
	grep -q '(BAD CHECKSUM!)$' run
	grep -q '4 packets transmitted, 0 received, +4 corrupted, 100% packet loss' run
	every '.received == 0 and .corrupt == 4'
}

@test "wrong data is shown" {
	lie data
	grep -q '^wrong data byte #55 should be 0x37 but was 0xc8$' run
	every '.received == 4 and .corrupt == 4'
}

@test "short replies are marked as truncated" {
	lie short
	[[ $(grep -c '^30 bytes from 10.0.1.2: icmp_seq=. ttl=64 (truncated)$' run) -eq 4 ]]
	every '.received == 4'
	jq -se 'map(select(.type == "reply")) | all(.flags == ["truncated"])' objects
}

@test "replies in the wrong order are counted, and nothing is lost" {
	lie reorder
	every '.received == 4 and .reordered == 2 and .loss_percent == 0'
	[[ $(jq -s 'map(select(.type == "reply") | .seq) | tostring' objects) == '"[2,1,4,3]"' ]]
}

@test "IP options of every length in a reply: shown, and the probe is answered" {
	local -A unknown=([raw]=39 [datagram]=0) # the kernel hands on what it knows

	for how in raw datagram; do
		[[ $how == raw ]] || allow_datagrams a
		lie options -c 113 -i 0.005 -R
		every '.received == 113 and .corrupt == 0'
		grep -q '113 packets transmitted, 113 received, 0% packet loss' run
		[[ $(grep -c '^unknown option 9e$' run) -eq ${unknown[$how]} ]]
		[[ $(grep -c 'Unrecorded hops: 4$' run) -eq 36 ]]
		lab_end
	done
	lab_sysctl a net.ipv4.ping_group_range '1 0'
}

@test "IP options of every length in what an error quotes: the error is about its probe" {
	for how in raw datagram; do
		[[ $how == raw ]] || allow_datagrams a
		lie quote -c 22 -i 0.005
		[[ $(grep -c '^From 10.0.1.2 icmp_seq=[0-9]* Time to live exceeded$' run) -eq 22 ]]
		every '.received == 0 and .errors == 22'
		lab_end
	done
	lab_sysctl a net.ipv4.ping_group_range '1 0'
}
