#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# With several hosts netping prints what fping prints, and takes any number of them.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netping

setup_file() {
	netping_begin || return 0
	lab_pair a b
	lab_host solo
	allow_datagrams solo
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 0
	lab_end
}

teardown_file() {
	lab_end
}

@test "alive and unreachable, like fping" {
	assert_like_fping a "$(lab_addr b 4) 10.0.1.9 -r 1 -t 100" \
		"$(lab_addr b 4) 10.0.1.9 --retries 1 -W 0.1"
	assert_like_fping solo '127.0.0.1 127.0.0.2 127.0.0.3' '127.0.0.1 127.0.0.2 127.0.0.3'
	assert_like_fping solo '-e 127.0.0.1 127.0.0.2' '--elapsed 127.0.0.1 127.0.0.2'
	assert_like_fping solo '-a 127.0.0.1 127.0.0.2' '--alive 127.0.0.1 127.0.0.2'
	assert_like_fping solo '-a -q -s 127.0.0.1 127.0.0.2' '--alive --stats 127.0.0.1 127.0.0.2'
	assert_like_fping a '-u -r 0 -t 100 10.0.1.8 10.0.1.9' \
		'--unreachable --retries 0 -W 0.1 10.0.1.8 10.0.1.9'
}

@test "counts and tables, like fping" {
	assert_like_fping solo '-c 2 -p 100 127.0.0.1 127.0.0.20' '-c 2 -i 0.1 127.0.0.1 127.0.0.20'
	assert_like_fping solo '-q -c 2 -p 100 127.0.0.1 127.0.0.20' \
		'-q -c 2 -i 0.1 127.0.0.1 127.0.0.20'
	assert_like_fping solo '-C 3 -p 100 127.0.0.1 127.0.0.20' \
		'--count-table 3 -i 0.1 127.0.0.1 127.0.0.20'
	lab_sysctl b net.ipv4.icmp_echo_ignore_all 1
	assert_like_fping a "-c 2 -p 200 -t 100 $(lab_addr b 4)" \
		"-c 2 -i 0.2 -W 0.1 $(lab_addr b 4) --file /dev/null"
	assert_like_fping a "-C 2 -p 200 -t 100 $(lab_addr b 4)" \
		"--count-table 2 -i 0.2 -W 0.1 $(lab_addr b 4)"
}

@test "prefixes, ranges, files" {
	netping_at solo --alive 127.0.0.8/30 127.0.1.250-127.0.2.3 >ours
	seq 8 11 | sed 's/^/127.0.0./' >expected
	{ seq 250 255 | sed 's/^/127.0.1./'; seq 0 3 | sed 's/^/127.0.2./'; } >>expected
	diff <(sort ours) <(sort expected)
	printf '127.0.0.1 # here\n\n# nobody\n 127.0.0.2\n::1' >hosts
	run -0 netping_at solo --alive --file hosts
	assert_output $'127.0.0.1\n127.0.0.2\n::1'
	run -0 netping_at solo --alive --file - <hosts
	assert_output $'127.0.0.1\n127.0.0.2\n::1'
	ip -n "$(lab_ns solo)" route add local fd77::/112 dev lo
	run -0 netping_at solo --rate 0 -q --stats fd77::/116
	assert_output --partial '4096 alive'
	run -2 netping_at solo 10.0.0.0/8
	assert_output --partial 'more than 1048576'
	run -2 netping_at solo 10.0.0.9-10.0.0.1
	run -2 netping_at solo 10.0.0.0/33
	run -2 netping_at solo --file /nonexistent
}

@test "both families at once, on raw sockets" {
	run -0 netping_at a --rate 0 --ndjson -c 3 -i 0.01 "$(lab_addr b 4)" "$(lab_addr b 6)"
	jq -se 'map(select(.type == "reply")) | length == 6 and all(.from == .addr and .flags == [])' \
		<<<"$output"
}

@test "more probes under way than one socket has numbers for" {
	[[ ${NETSONDE_CHECK-} == full ]] || skip 'in check-full'
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 1
	run -1 netping_at solo --rate 0 --retries 0 -W 4 -q --stats 127.16.0.0-127.18.147.223
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 0
	assert_output --partial '168928 unreachable'
	assert_output --partial '168928 timeouts'
}

@test "a fast sweep takes two threads and two sockets, and has no rights left in either" {
	[[ $(nproc) -gt 1 ]] || skip 'one processor'
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 1
	netping_bg solo -q --rate 0 --retries 0 -W 100 127.1.0.0/20
	lab_wait_for bash -c "[[ \$(ls /proc/$pid/task | wc -l) -eq 2 ]]"
	grep -hE '^(Cap(Prm|Eff)|NoNewPrivs):' /proc/"$pid"/task/*/status >status
	interrupt INT 1
	lab_sysctl solo net.ipv4.icmp_echo_ignore_all 0
	[[ $(grep -cE '^Cap(Prm|Eff):\s0+$' status) -eq 4 ]]
	[[ $(grep -cE '^NoNewPrivs:\s1$' status) -eq 2 ]]
	run -0 netping_at solo -q --rate 0 --stats 127.1.0.0/20
	assert_output --partial '4096 alive'
	run -0 lab_exec solo taskset -c 0 "$NETPING" -q --rate 0 --stats 127.1.0.0/20
	assert_output --partial '4096 ICMP Echo Replies'
}

@test "300,000 hosts, none lost by this host" {
	[[ ${NETSONDE_CHECK-} == full ]] || skip 'in check-full'
	run -0 netping_at solo --rate 0 -q --stats 127.16.0.0-127.20.147.223
	assert_output --partial '300000 alive'
	assert_output --partial ' 0 timeouts'
	assert_output --partial '300000 ICMP Echos sent'
}

@test "70,000 hosts, none lost by this host" {
	run -0 netping_at solo --rate 0 -q --stats 127.16.0.0-127.17.17.111
	assert_output --partial '70000 alive'
	assert_output --partial ' 0 timeouts'
	assert_output --partial '70000 ICMP Echos sent'
}

@test "objects of a sweep: one reply and one summary a host" {
	keep_stamps solo
	netping_at solo --rate 0 --ndjson 127.0.0.0/24 >run
	jq -se 'group_by(.type) | map([.[0].type, length]) == [["reply", 256], ["summary", 256]]' run
	jq -se 'map(select(.type == "reply")) | all(.rtt_ms > 0) and
		(map(select(.clock == "kernel")) | length > 192)' run
	run -1 netping_at a -j --retries 0 -W 0.1 10.0.1.9 10.0.1.10
	jq -e 'map(.type) == ["loss", "loss", "summary", "summary"]
		and all(.[2:][]; .loss_percent == 100 and .received == 0)' <<<"$output"
}

@test "replies from elsewhere, however long their address is" {
	local group=2001:db8:1111:2222:3333:4444:5555

	ip -n "$(lab_ns a)" address add "$group:7777/64" dev to-b nodad
	ip -n "$(lab_ns b)" address add "$group:6666/64" dev to-a nodad
	netping_at a -I "$group:7777" -c 3 -i 0.1 ff02::1%to-b "$group:6666" >run || true
	grep -qE "^ff02::1.* \\[<- $group:6666\\]\$" run || fail "$(<run)"
	ip -n "$(lab_ns a)" address del "$group:7777/64" dev to-b
	ip -n "$(lab_ns b)" address del "$group:6666/64" dev to-a
}

@test "-o stops at the first reply; a name that is none is status 2" {
	run -0 netping_at a -o --alive 10.0.1.9 "$(lab_addr b 4)"
	assert_output "$(lab_addr b 4)"
	run -2 netping_at solo 127.0.0.1 no.such.name.invalid
	assert_output --partial '127.0.0.1 is alive'
}

@test "the rate is kept" {
	start=${EPOCHREALTIME/./}
	netping_at solo -q --rate 200 127.0.0.1-127.0.0.100
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	((took > 380)) || fail "$took ms for 100 probes at 200 a second"
}

@test "what is for one host or for several alone is refused for the others" {
	run -0 netping_at solo --elapsed 127.0.0.1
	assert_output --regexp '^127\.0\.0\.1 is alive \([0-9.]+ ms\)$'
	run -0 netping_at solo --retries 1 127.0.0.1
	assert_output '127.0.0.1 is alive'
	for option in --histogram -A '-l 2'; do
		# shellcheck disable=SC2086 # a list of words
		run -2 netping_at solo $option 127.0.0.1 127.0.0.2
		assert_output "netping: ${option%% *} is for one host"
	done
	run -2 netping_at solo --rate 5 127.0.0.1
	assert_output --partial '-i'
	run -2 netping_at solo --alive -c 2 127.0.0.1
	assert_output --partial '--alive and -c exclude each other'
}

@test "what --prometheus writes is what promtool takes" {
	local promtool=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/unpacked/usr/bin/promtool

	[[ -x $promtool ]] || promtool=$(command -v promtool) || skip 'no promtool: in check-full'
	take() {
		netping_at "$1" --prometheus "${@:2}" >run || true
		run -0 bash -c "$promtool check metrics <run"
		assert_output ''
		[[ -z $(sed 's/ [^ ]*$//' run | grep -v '^#' | sort | uniq -d) ]]
	}
	take solo -c 2 -i 0.1 127.0.0.1
	take solo -c 2 -i 0.1 127.0.0.1 ::1 127.0.0.2
	take solo 127.0.0.0/24
	take a -c 1 -W 0.1 "$(lab_addr b 4)" 10.0.1.9
	take a --retries 0 -W 0.1 "$(lab_addr b 4)" 10.0.1.9
	take solo 127.0.0.1 127.0.0.0/30 127.0.0.1
	[[ $(grep -c '^netping_probes_sent_total{' run) -eq 4 ]]
}

@test "all formats: CSV has one head, Prometheus one type a metric, wide the summaries" {
	netping_at solo --csv -c 1 127.0.0.1 127.0.0.2 >run
	[[ $(grep -c '^type,' run) -eq 1 ]]
	awk -F, 'NR == 1 { n = NF } NF != n { exit 1 } END { exit NR != 5 }' run
	netping_at solo --prometheus -c 2 -i 0.1 127.0.0.1 127.0.0.2 >run
	[[ -z $(grep '^# TYPE' run | sort | uniq -d) ]]
	grep -qE '^netping_rtt_seconds\{host="127.0.0.2",addr="127.0.0.2",quantile="0.9"\} [0-9.e-]+$' run
	grep -qx 'netping_probes_answered_total{host="127.0.0.1",addr="127.0.0.1"} 2' run
	netping_at solo --wide -c 1 127.0.0.1 127.0.0.2 >run
	[[ $(wc -l <run) -eq 3 ]]
	netping_at solo --columns host,received -c 1 127.0.0.1 127.0.0.2 >run
	diff run - <<<$'Host       Received\n127.0.0.1         1\n127.0.0.2         1'
	run -2 netping_at solo --columns nope 127.0.0.1
	run -2 netping_at solo --loop --json 127.0.0.1
	assert_output --partial -- '--ndjson'
	run -2 netping_at solo --json --csv 127.0.0.1
	run -2 netping_at solo --prometheus --csv 127.0.0.1
}
