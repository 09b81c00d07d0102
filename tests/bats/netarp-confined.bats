#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What netarp gives up before it hears others: capabilities, and system calls.
# shellcheck disable=SC2154 # bats sets them

bats_require_minimum_version 1.5.0
load netarp
load confined

setup_file() {
	netarp_begin script || return 0
	lab_pair a b
	# The kernel's table is read ahead by a thread when it is long.
	for i in {1..4000}; do
		echo "neigh add 10.9.$((i / 250)).$((i % 250)) lladdr 02:00:00:00:00:01 dev to-b nud permanent"
	done | ip -n "$(lab_ns a)" -batch -
	{
		arp_request 02:00:00:00:00:09 10.0.1.9 10.0.1.1
		arp_reply 02:00:00:00:00:08 10.0.1.9 02:00:00:00:00:01 10.0.1.1
	} | pcap_of >"$STAGE/capture"
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

# Each option of the modes that hear others with something that it does; B4 is the host b, A4 this
# one.
option_lines() {
	cat <<-'END'
		--probe B4 -c 1 -W 0.2
		--probe B6 -c 1 -W 0.2 --json
		--probe B4 -w 0.3 --interval 0.1 -v
		--probe B4 -I to-b --first --source A4 --vendor
		--probe B4 -c 1 -W 0.1 -q
		--probe B4 -c 1 -W 0.1 --wide --color always
		--probe B4 -c 1 -W 0.1 --csv --no-header -n
		--probe B4 -c 1 -W 0.1 --columns addr,macs
		--probe B4 -c 1 -W 0.1 --ndjson
		--dad B4 -c 1
		--dad 10.0.1.9 -w 0.2 --json
		--dad B6
		--announce A4 -c 1
		--announce A6 -c 1 -v
		--scan 10.0.1.0/30 --retries 0 -W 0.1 --rate 100
		--scan -6 -I to-b -W 0.2
		--scan -4 -I to-b --retries 0 -W 0.1 --rate 1000
		--guard --for 0.3 -I to-b
		--guard --for 0.3 --state state --ndjson
		--guard --for 0.3 --state state --stations 16 -v
		--guard --read CAPTURE
		--guard --read CAPTURE --state other --wide
		--monitor --for 0.3
		--monitor --for 0.3 -i to-b
		--monitor --for 0.3 --ndjson --vendor --nud all
		--netns NETNS --probe A4 -c 1 -W 0.1
	END
}

@test "there is a line for every option of a mode that hears others" {
	option_lines >lines
	options_of "$NETARP" |
		grep -vxE -- '-[hVaeHtApsDdfU]|--(flush|watch|resolve)' >options
	[[ $(wc -l <options) -gt 30 ]]
	while read -r option; do
		grep -qE -- "(^| )${option/#-j/--json}( |\$)" lines || fail "nothing tries $option" || return
	done <options
}

@test "every option does with the system calls that are left" {
	local line words

	while read -r line; do
		read -ra words < <(sed "s/B4/$(lab_addr b 4)/; s/A4/$(lab_addr a 4)/; s/NETNS/$(lab_ns b)/
			s/B6/$(lab_addr b 6)/; s/A6/$(lab_addr a 6)/; s|CAPTURE|$STAGE/capture|" <<<"$line")
		try_on_terminal a 2 "$NETARP" "${words[@]}" || return
	done < <(option_lines)
}

@test "neither capabilities nor system calls are left while others are heard" {
	grep -q seccomp <(ldd "$NETARP") || skip 'built without libseccomp'
	for mode in "--probe $(lab_addr b 4)" '--dad 10.0.1.9 -c 99' "--announce $(lab_addr a 4) -c 99" \
		'--scan 10.0.1.0/24 --rate 1' --guard --monitor; do
		# shellcheck disable=SC2086 # a list of words
		lab_bg a "$NETARP" $mode >run 2>&1
		pid=$!
		# The filter of system calls is what comes last.
		lab_wait_for grep -qE '^Seccomp:\s2$' /proc/"$pid"/status
		keep_rights "$pid"
		kill "$pid"
		wait "$pid" || true
		assert_no_rights "$mode" || return
	done
}
