#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A line of three routers, of which the middle one does what --hops has to find: a router says that a
# packet has expired before its rules for what is forwarded, so what r2 does is seen first at r3.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	local router

	netshake_begin || return 0
	lab_stage fixture/oldhop || return
	lab_line a r1 r2 r3 b
	for router in r1 r2 r3; do # many walks in a row are more than a router would answer
		lab_sysctl $router net.ipv4.icmp_ratelimit 0
		lab_sysctl $router net.ipv6.icmp.ratelimit 0
	done
	serve b 7000
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	kernel_forwards 1
	lab_heal a r1 r2 r3 b
	lab_end
}

teardown_file() {
	lab_end
}

# kernel_forwards 0|1: at r2
kernel_forwards() {
	lab_exec r2 sysctl -qw "net.ipv4.conf.all.forwarding=$1" "net.ipv6.conf.all.forwarding=$1"
}

# forward_at ROUTER RULE...: from now on it does that to what it forwards
forward_at() {
	{
		printf 'table inet box {\nchain forward {\ntype filter hook forward priority 0\n'
		printf '%s\n' "${@:2}"
		printf '}\n}\n'
	} | lab_exec "$1" nft -f -
}

# hops NAME STATUS [ARG...]: walk to b, IPv4 and IPv6 at once, into the files NAME.4 and NAME.6
hops() {
	local name=$1 status=$2 got family
	local -A pids
	shift 2

	for family in 4 6; do
		lab_bg a "$NETSHAKE" --json --hops "$@" "$(lab_addr b $family r3)" 7000 >"$name.$family"
		pids[$family]=$!
	done
	for family in 4 6; do
		got=0
		wait "${pids[$family]}" || got=$?
		[[ $got -eq $status ]] || return
	done
}

# path NAME FILTER: what jq says of the paths in these files, with $hop, an array of addresses
path() {
	local family

	for family in 4 6; do
		jq -e --argjson hop "[null, \"$(lab_addr r1 $family a)\", \"$(lab_addr r2 $family r1)\",
			\"$(lab_addr r3 $family r2)\"]" \
			"([.[] | select(.type == \"hop\")]) as \$hops | .[-1] | $2" "$1.$family" || return
	done
}

# between_2_and_3 NAME: that is the place
between_2_and_3() {
	path "$1" '.after_hop == 2 and .after_addr == $hop[2] and .hop == 3'
}

@test "hops: who is there, and nothing changed" {
	count_resets a
	hops run 0
	path run '.verdict == "open" and .as_asked and (.changes | length) == 0 and .after_hop == null'
	path run '[$hops[] | .addr] == $hop[1:] + [$hops[3].addr] and
		[$hops[] | .answer] == ["expired", "expired", "expired", "syn_ack"]'
	path run '$hops[:3] | all(.quote == "all" and .quoted == 40 and .changes == [] and .rtt_us > 0)'
	path run '$hops[3].ttl == 61 and all($hops[]; .tries >= 1)'
	[[ $(resets a) -eq 2 ]] # one each closes what was opened
	run shake a --hops "$(lab_addr b 4 r3)" 7000
	assert_success
	assert_line --regexp '^  2  10\.0\.2\.2 +[0-9.]+  unchanged$'
	assert_line --regexp '^  4  10\.0\.4\.2 +[0-9.]+  SYN,ACK$'
	assert_line 'verdict   open'
	run awk 'length > 80' <<<"$output"
	assert_output ''
}

@test "hops: options are rewritten" {
	forward_at r2 'tcp flags & (syn | ack) == syn tcp option maxseg size set 1200'
	hops mss 1
	path mss '.verdict == "options_rewritten" and (.changes | length) == 1 and
		(.changes[0] | .option == "mss" and .rewrite == "value" and .now == 1200 and .was > 1400)'
	between_2_and_3 mss
	lab_heal r2
	forward_at r2 'tcp flags & (syn | ack) == syn reset tcp option sack-perm'
	hops nop 1
	path nop '.verdict == "options_rewritten" and
		[.changes[] | .option, .rewrite] == ["sack", "nop"]'
	between_2_and_3 nop
	run lab_exec a "$NETSHAKE" --hops "$(lab_addr b 4 r3)" 7000
	assert_failure 1
	assert_line 'changed   between hop 2 (10.0.2.2) and hop 3 (10.0.3.2): sack turned to NOP'
	assert_line 'where     between hop 2 (10.0.2.2) and hop 3 (10.0.3.2)'
}

@test "hops: --probe middlebox tells who rewrites options, and where" {
	forward_at r2 'tcp flags & (syn | ack) == syn tcp option maxseg size set 1200'
	run -0 lab_exec a "$NETSHAKE" --probe middlebox --json "$(lab_addr b 4 r3)" 7000
	jq -e --arg hop "$(lab_addr r2 4 r1)" '.[-1] | .verdict == "options_rewritten" and
		.after_addr == $hop and .changes[0].now == 1200' <<<"$output"
}

# What r2 may do to a SYN: how jq knows it, and the rules for it
rewriting=(
	'.field == "seq" and .now == 12345' 'tcp flags & (syn | ack) == syn tcp sequence set 12345'
	'.field == "window" and .now == 999' 'tcp dport 7000 tcp window set 999'
	'.field == "ecn" and .was == 2 and .now == 0' $'ip ecn set not-ect\nip6 ecn set not-ect'
	'.field == "dscp" and .was == 46 and .now == 8' $'ip dscp set cs1\nip6 dscp set cs1'
)

@test "hops: other fields are rewritten, all at once" {
	local i

	forward_at r2 "${rewriting[1]}" "${rewriting[3]}" "${rewriting[5]}" "${rewriting[7]}"
	hops all 1 --ecn --dscp 46
	between_2_and_3 all
	path all '.verdict == "header_rewritten" and (.changes | length) == 4 and
		(.changes | all(.after_hop == 2 and .hop == 3))'
	for ((i = 0; i < ${#rewriting[@]}; i += 2)); do
		path all ".changes | any(${rewriting[i]})"
	done
}

@test "hops: other fields are rewritten, each in turn" {
	local i

	[[ ${NETSONDE_CHECK-} == full ]] || skip 'for check-full'
	for ((i = 0; i < ${#rewriting[@]}; i += 2)); do
		forward_at r2 "${rewriting[i + 1]}"
		hops one 1 --ecn --dscp 46
		between_2_and_3 one
		path one ".verdict == \"header_rewritten\" and (.changes | length) == 1 and
			(.changes[0] | ${rewriting[i]})"
		lab_heal r2
	done
}

@test "hops: what is done behind the last router that quotes" {
	forward_at r3 'tcp flags & (syn | ack) == syn tcp sequence set 12345'
	hops seq 1
	path seq '.verdict == "header_rewritten" and
		[.changes[] | .field, .now, .after_hop, .hop] == ["seq", 12345, 3, 4]'
}

@test "hops: a router that quotes 8 octets, and puts numbers off there and back" {
	kernel_forwards 0
	lab_bg r2 "$STAGE/oldhop" --quote 8 --offset 1000 "$(lab_addr r2 4 r1)" "$(lab_addr r2 6 r1)" \
		to-r1 "$(lab_mac r1 r2)" to-r3 "$(lab_mac r3 r2)" >oldhop
	lab_wait_for grep -q ready oldhop
	hops seq 1
	path seq '.verdict == "header_rewritten" and (.changes | length) == 1 and (.changes[0] |
		.field == "seq" and (.now - .was + 4294967296) % 4294967296 == 1000)'
	between_2_and_3 seq
	path seq '$hops[1] | .quote == "ports" and .quoted == 8 and .changes == []'
	run lab_exec a "$NETSHAKE" --hops "$(lab_addr b 4 r3)" 7000
	assert_failure 1
	assert_output --partial '(partial quote: 8 octets)'
	run lab_exec a "$NETSHAKE" "$(lab_addr b 6 r3)" 7000 # whole connections pass
	assert_success
}

@test "hops: where the SYN dies" {
	forward_at r2 'tcp flags & (syn | ack) == syn drop'
	hops syn 1 --retries 1 --max-hops 4
	path syn '.verdict == "syn_lost" and [$hops[] | .answer] ==
		["expired", "expired", "silent", "silent"]'
	between_2_and_3 syn
}

@test "hops: where the SYN,ACK dies" {
	forward_at r2 'tcp flags & (syn | ack) == (syn | ack) drop'
	hops ack 1 --retries 1 --max-hops 4
	path ack '.verdict == "syn_ack_lost" and [$hops[] | .answer] ==
		["expired", "expired", "expired", "silent"]'
	between_2_and_3 ack
}

@test "hops: who sends resets in the host's name" {
	lab_reject r2 'tcp dport 7000' 'tcp reset'
	hops reset 1
	path reset '.verdict == "reset_on_the_way" and $hops[2].answer == "reset"'
	between_2_and_3 reset
	lab_heal r2
	lab_reject r3 'tcp dport 7000' 'tcp reset'
	hops reset 1
	path reset '.verdict == "reset_on_the_way" and .after_hop == 3 and .hop == 4'
	lab_heal r3
	lab_reject b 'tcp dport 7000' 'tcp reset'
	hops reset 1
	path reset '.verdict == "closed" and .after_hop == null'
}

@test "hops: ICMP errors, a proxy in the host's name, this host's own filter" {
	lab_reject r2 'tcp dport 7000' 'icmpx admin-prohibited'
	hops icmp 1
	path icmp '.verdict == "filtered" and .after_hop == 2 and $hops[2].addr == $hop[2]'
	lab_heal r2
	serve r2 7100
	lab_exec r2 nft -f - <<-'END'
		table inet box {
			chain arrive {
				type nat hook prerouting priority dstnat
				tcp dport 7000 redirect to :7100
			}
		}
	END
	hops proxy 1
	path proxy '.verdict == "hidden_proxy" and .after_hop == 1 and .after_addr == $hop[1] and
		.hop == 2 and .hop_addr == null'
	lab_heal r2
	lab_drop a 'tcp sport 7000'
	hops own 1 --retries 0 --max-hops 4
	path own '.verdict == "own_firewall"'
}

@test "hops: usage" {
	local args

	for args in '--hops --send S' '--hops --ttl 3' '--hops -c 2' '--hops --data x' \
		'--hops --close rst' '--max-hops 3' '--hops --max-hops 65'; do
		# shellcheck disable=SC2086 # to be split
		run --separate-stderr "$NETSHAKE" $args 127.0.0.1 7000
		assert_failure 2
		assert_equal "${#stderr_lines[@]}" 1
	done
	run --separate-stderr lab_exec a "$NETSHAKE" --hops 192.0.2.1 7000
	assert_failure 1
	assert_line 'verdict   no_route'
}

@test "hops: a raw socket is all that it takes, and a full disk is told" {
	run as_raw_at a "$NETSHAKE" --hops "$(lab_addr b 6 r3)" 7000
	assert_success
	run --separate-stderr as_nobody_at a "$NETSHAKE" --hops "$(lab_addr b 6 r3)" 7000
	assert_failure 2
	assert_regex "${stderr_lines[-1]}" '^netshake: raw sockets take CAP_NET_RAW'
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr lab_exec a bash -c '"$@" >/dev/full' - "$NETSHAKE" --hops \
		"$(lab_addr b 4 r3)" 7000
	assert_failure 2
	assert_equal "${stderr_lines[-1]}" 'netshake: cannot write: No space left on device'
}

@test "hops: formats" {
	run shake a --hops --csv --columns hop,addr,answer "$(lab_addr b 4 r3)" 7000
	assert_success
	assert_line --index 0 'hop,addr,answer'
	assert_line --index 2 '2,10.0.2.2,expired'
	shake a --hops --ndjson "$(lab_addr b 4 r3)" 7000
	jq -es 'map(.type) == ["hop", "hop", "hop", "hop", "path"]' run
	run shake a --hops -v "$(lab_addr b 4 r3)" 7000
	assert_success
	assert_line --partial 'TTL 1, DSCP 0'
}
