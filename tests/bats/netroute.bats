#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netroute beside ip, on tables and rules of every kind.
# shellcheck disable=SC2030,SC2031,SC2154 # variables of bats

bats_require_minimum_version 1.5.0
load netroute

setup_file() {
	netroute_begin || return 0
}

# zoo_of_ways: in the namespace "ways", hops, tunnels and nexthop objects of every kind
zoo_of_ways() {
	lab_host ways
	ip -n "$(lab_ns ways)" -batch - <<-END
		link add v0 type veth peer name v1
		link set v0 up
		link set v1 up
		address add 10.0.0.1/24 dev v0
		address add fd00:1::1/64 dev v0 nodad
		nexthop add id 10 via 10.0.0.5 dev v0 protocol bird
		nexthop add id 11 via 10.0.0.6 dev v0
		nexthop add id 12 group 10,3/11
		nexthop add id 13 group 10/11,256 type resilient buckets 16 idle_timer 100 unbalanced_timer 7
		nexthop add id 14 blackhole
		nexthop add id 16 via fd00:1::9 dev v0
		nexthop add id 17 via 10.0.0.99 dev v0 onlink
		nexthop add id 20 via fd00:1::2 dev v0
		nexthop add id 21 via fd00:1::3 dev v0
		nexthop add id 22 group 20,7/21
		route add 10.13.0.0/16 nhid 12
		route add 10.14.0.0/16 nhid 13
		route add 10.15.0.0/16 nhid 14
		route add 10.17.0.0/16 nhid 16
		route add 10.18.0.0/16 nhid 10 mtu lock 1400
		route add 10.21.0.0/16 nhid 17
		route add 10.22.0.0/16 tos 0x28 via 10.0.0.2
		route add 10.22.0.0/16 tos 0x08 via 10.0.0.2
		route add 10.11.0.0/16 encap ip id 5 dst 1.2.3.4 src 10.0.0.1 ttl 7 tos 8 via 10.0.0.9 dev v0
		route add 10.12.0.1 via 10.0.0.2 tos 0x10 window 5 rtt 100 realms 3/4 src 10.0.0.1 proto 99
		route add 10.19.0.0/16 via 10.0.0.77 dev v0 onlink features ecn
		route add 10.20.0.0/16 nexthop via 10.0.0.2 dev v0 weight 2 realm 4 nexthop via 10.0.0.3 dev v0 onlink nexthop via inet6 fe80::5 dev v0 nexthop encap ip id 5 dst 1.2.3.4 via 10.0.0.9 dev v0
	END
	ip -n "$(lab_ns ways)" -6 -batch - <<-END
		route add fd00:5::/64 via fd00:1::2 expires 1000 pref high
		route add fd00:6::/64 nhid 22
		route add fd00:7::/64 nhid 20
		route add fd00:a::/64 encap ip6 id 7 dst fd00::77 hoplimit 3 via fd00:1::3 dev v0
		route add default via fd00:1::2 from fd00:1::/64
	END
	# not in every kernel
	ip -n "$(lab_ns ways)" -6 -force -batch - 2>/dev/null <<-END || true
		route add fd00:8::/64 encap seg6 mode encap segs fd00::1,fd00::2 via fd00:1::3 dev v0
		route add fd00:9::/64 encap seg6 mode inline segs fd00::1,fd00::2 dev v0
	END
}

# Both put into one form. ip says less in one way: it leaves out what is the usual (a weight of 1 in a
# group, its type mpath), it names no lock, and a flag is a key that is null. In another it says it
# twice: a tunnel's keys stand in the route, where "dst" and "tos" are the route's own, and "id" in the
# nexthop object; so these routes are known by the rest.
one_form='def short: with_entries(select(.value != null and .value != false and .value != []));
	def tunnel: if .encap == null then . elif (.encap | type) == "object" then . * (.encap | short) | .encap = .type
		| .type = .route_type else . end;
	def whole: .route_type = .type | tunnel | del(.route_type)
		| if .encap then del(.dst, .tos, .id, .type) else . end;
	map(del(.family)
		| if .nh_info then .nh_info |= ((if .blackhole == null and has("blackhole") then .blackhole = true else . end)
			| .group = [.group[]? | .weight //= 1]
			| (if .type == "mpath" then del(.type) else . end) | short) else . end
		| .metrics = [.metrics[]? | (if has("ecn") then .features = 1 | del(.ecn) else . end)
			| short | del(.locked)]
		| .nexthops = [.nexthops[]? | (if .via then .via |= short else . end)
			| (if .flow then .flow |= short else . end) | whole | short | .flags //= []]
		| (if .flow then .flow |= short else . end)
		| (if .expires then .expires = 1 else . end)
		| whole | short) | .[]'

# same_fields HOST: in all of its tables
same_fields() {
	local family
	for family in 4 6; do
		lab_exec "$1" ip -j -d "-$family" route show table all | jq -cS "$one_form" | sort >"$BATS_TEST_TMPDIR/ip"
		lab_exec "$1" "$NETROUTE" --table all "-$family" --json | jq -cS "$one_form" | sort >"$BATS_TEST_TMPDIR/ours"
		[[ $(wc -l <"$BATS_TEST_TMPDIR/ip") -ge 6 ]]
		diff "$BATS_TEST_TMPDIR/ip" "$BATS_TEST_TMPDIR/ours"
	done
}

@test "the JSON holds what ip's holds, field by field" {
	zoo_of_ways
	same_fields zoo
	same_fields ways
}

@test "what net-tools loses is there: hops, weights, other families, tunnels" {
	run -0 netroute --ndjson
	assert_equal "$(jq -c 'select(.dst == "10.5.0.0/16") | [.nexthops[] | [.gateway, .weight]]' <<<"$output")" \
		'[["10.0.0.2",2],["10.0.0.3",1]]'
	assert_equal "$(jq -c 'select(.dst == "10.10.0.0/16") | .via' <<<"$output")" \
		'{"family":"inet6","host":"fe80::1"}'
	assert_equal "$(jq -r 'select(.dst == "10.11.0.0/16") | .encap.type' <<<"$output")" ip
	assert_equal "$(jq -r 'select(.dst == "10.13.0.0/16") | .nhid' <<<"$output")" 12
}

@test "every format has the same rows" {
	local rows
	rows=$(netroute --json | jq length)
	[[ $rows -gt 15 ]]
	assert_equal "$(netroute --ndjson | wc -l)" "$rows"
	assert_equal "$(netroute --csv --no-header | wc -l)" "$rows"
	assert_equal "$(netroute --wide --no-header | wc -l)" "$rows"
	assert_equal "$(netroute --columns dst --csv --no-header | wc -l)" "$rows"
}

@test "--wide leaves out nothing either, and names what it shows" {
	run -0 netroute --wide
	assert_line --regexp '^inet +unicast +10.10.0.0/16 .* inet6/fe80::1 '
	assert_line --regexp '^inet +unicast +10.11.0.0/16 .* type:ip id:5 src:0.0.0.0 dst:1.2.3.4 '
	assert_line --regexp '^inet +unicast +10.12.0.1 .* window:5 rtt:12 .* 0x10 .* to:3 '
	assert_line --regexp '^inet +unicast +10.13.0.0/16 .* 12 .* 10.0.0.5/v0/3,10.0.0.6/v0/1$'
	assert_line --regexp '^inet6 +unicast +default .* fd00:1::/64 .* medium '
	assert_line --regexp '^inet6 +unicast +fd00:5::/64 .* 9?[0-9]{2} +high '
	run -0 netroute --explain --wide 10.5.1.1
	assert_line --index 1 --regexp '^10.5.1.1 +10.0.0.[23] .* yes$'
}

# filtered ARG... -- IP-ARG...: the same destinations as ip gives
filtered() {
	local ours=()
	while [[ $1 != -- ]]; do ours+=("$1") && shift; done
	shift
	# ip has the tunnel's destination under the same key
	diff <(lab_exec zoo ip -j -4 route show "$@" | jq -r '.[].dst' |
		sed 's|^1\.2\.3\.4$|10.11.0.0/16|' | sort) \
		<(netroute -4 "${ours[@]}" --json | jq -r '.[].dst' | sort)
}

@test "filters choose what ip's choose" {
	# ip leaves out routes of several hops in these two
	assert_equal "$(netroute -4 --oif v0 --json | jq -c 'map(.dst) | sort')" \
		"$(netroute -4 --json | jq -c 'map(select(.dev == "v0" or .nexthops[0].dev == "v0") | .dst) | sort')"
	filtered --protocol kernel -- proto kernel
	filtered --type blackhole -- type blackhole
	assert_equal "$(netroute -4 --via 10.0.0.2 --json | jq -c 'map(.dst) | sort')" \
		"$(netroute -4 --json | jq -c 'map(select(.gateway == "10.0.0.2" or .nexthops[0].gateway == "10.0.0.2") | .dst) | sort')"
	filtered --root 10.8.0.0/13 -- root 10.8.0.0/13
	filtered --match 10.5.1.0/24 -- match 10.5.1.0/24
	filtered --exact 10.5.0.0/16 -- exact 10.5.0.0/16
	filtered --exact default -- exact default
	filtered --exact 0/0 -- exact 0/0
	filtered --root 10/8 -- root 10/8
	filtered --root 10.8.0.0/255.248.0.0 -- root 10.8.0.0/255.248.0.0
	assert_equal "$(netroute -6 --exact default --json | jq -c 'map(.dst)')" '["default"]'
	filtered --table 77 -- table 77
	filtered --table local -- table local
	run -1 netroute --via 10.9.9.9
}

# Rules in one form. ip gives a prefix in two parts, a single port as such, and null for what is so.
# shellcheck disable=SC2016 # jq's variables
rules_of_ip='def prefix($at; $length): if $at == null or $at == "all" then null
		elif $length then "\($at)/\($length)" else $at end;
	.[] | .src = prefix(.src; .srclen) | .dst = prefix(.dst; .dstlen)
		| (if .sport then .sport_start = .sport | .sport_end = .sport else . end)
		| (if .dport then .dport_start = .dport | .dport_end = .dport else . end)
		| (if has("not") then .not = true else . end) | (if has("l3mdev") then .l3mdev = true else . end)
		| del(.srclen, .dstlen, .sport, .dport, .unresolved, .iif_detached, .oif_detached, .nop)
		| with_entries(select(.value != null))'
rules_of_ours='.[] | del(.text, .family) | (if .action == "lookup" or .action == "goto" or .action == "nop"
		then del(.action) else . end) | with_entries(select(.value != null and .value != false))'

@test "the rules are those of ip rule, of every kind" {
	local family ns
	lab_host ruled
	ns=$(lab_ns ruled)
	# -force: ip may not know all of them
	ip -n "$ns" -force -batch - 2>/dev/null <<-END || true
		rule add pref 10 not from 10.0.0.0/8 to 10.1.2.3 lookup 77
		rule add pref 11 from 10.0.0.0/8 goto 40
		rule add pref 12 goto 500
		rule add pref 13 goto 40 realms 3
		rule add pref 14 to 10.9.0.0/16 realms 3/4 blackhole
		rule add pref 15 iif v9 oif v8 lookup 5
		rule add pref 16 fwmark 0 lookup 6
		rule add pref 18 uidrange 0-1000 lookup 7 suppress_prefixlength 0
		rule add pref 21 lookup main suppress_ifgroup default suppress_prefixlength 8
		rule add pref 22 ipproto gre lookup 9
		rule add pref 23 ipproto udp sport 53 dport 1024-65000 lookup 9 protocol bird
		rule add pref 24 tos 0x08 lookup 9
		rule add pref 25 tun_id 77 lookup 9
		rule add pref 26 l3mdev
		rule add pref 27 l3mdev unreachable
		rule add pref 28 nop
		rule add pref 29 from 1.2.3.4 prohibit
		rule add pref 30 fwmark 7/0xff lookup 1000000 realms 1/2
		rule add pref 40 iif lo lookup 9
		rule add pref 45 to 1.2.3.4/31 lookup 4
	END
	ip -n "$ns" -6 rule add pref 5 from fd00::/64 to fd00::1 oif x lookup 5 realms 4
	ip -n "$ns" -6 rule add pref 6 tos 8 lookup 5
	ip -n "$ns" -6 rule add pref 7 tos 0x28 lookup 5
	[[ $(ip -n "$ns" rule | wc -l) -gt 20 ]]
	for family in 4 6; do
		# who made it is not part of the text
		diff <(ip -n "$ns" "-$family" rule | tr -s '\t ' ' ' | sed 's/ $//; s/ proto [a-z]*$//') \
			<(lab_exec ruled "$NETROUTE" "-$family" --rules --ndjson | jq -r '"\(.priority): \(.text)"')
		diff <(ip -n "$ns" -j -d "-$family" rule | jq -cS "$rules_of_ip") \
			<(lab_exec ruled "$NETROUTE" "-$family" --rules --json | jq -cS "$rules_of_ours")
	done
	diff <(lab_exec zoo ip rule | tr -s '\t ' ' ' | sed 's/ $//') \
		<(netroute -4 --rules --ndjson | jq -r '"\(.priority): \(.text)"')
	assert_equal "$(netroute --rules --json | jq '[.[] | select(.goto)] | length')" 0
	assert_equal "$(netroute --rules --table 77 --json | jq -c 'map(.priority)')" '[32764,32765]'
	assert_equal "$(netroute --rules --table main -6 --json | jq -c 'map(.priority)')" '[32766]'
	run -1 netroute --rules --table 78 --csv --no-header
	assert_output ''
}

@test "a look-up answers in one line, an unreachable one in words" {
	run -1 --separate-stderr netroute --csv --no-header \
		--columns dest,gateway,dev,table,prefix,protocol,error \
		10.5.1.1 10.6.0.1 10.7.0.1 10.8.0.1 10.9.0.1 10.10.1.1 10.15.1.1 127.0.0.1 fd00:7::1
	assert_equal "$stderr" ''
	assert_regex "${lines[0]}" '^10.5.1.1,10.0.0.[23],v0,main,10.5.0.0/16,boot,$'
	assert_equal "${lines[1]}" '10.6.0.1,,,main,10.6.0.0/16,boot,blackhole'
	assert_equal "${lines[2]}" '10.7.0.1,,,main,10.7.0.0/16,boot,unreachable'
	assert_equal "${lines[3]}" '10.8.0.1,,,main,10.8.0.0/16,boot,prohibit'
	assert_regex "${lines[4]}" 'a throw route ended the look-up at rule 32766$'
	assert_equal "${lines[5]}" '10.10.1.1,fe80::1,v0,main,10.10.0.0/16,boot,'
	assert_equal "${lines[6]}" '10.15.1.1,10.0.0.2,v0,77,10.15.0.0/16,boot,'
	assert_equal "${lines[7]}" '127.0.0.1,,lo,local,127.0.0.1,kernel,'
	assert_equal "${lines[8]}" 'fd00:7::1,,,main,fd00:7::/64,boot,blackhole'
}

@test "--explain shows rules, masks, hops, and that the kernel agrees" {
	run -0 netroute --explain 10.5.1.1
	assert_line --regexp '^ +32766  from all lookup main +decides$'
	assert_line --regexp '^255.255.0.0 +10.5.0.0 +10.5.0.0 +yes +7 +unicast .*longest match$'
	assert_line --regexp '^255.255.0.0 +10.5.0.0 +10.7.0.0 +no '
	assert_line --partial 'Hops, chosen by hash policy'
	assert_line 'kernel agrees'
	run -0 netroute --explain --json fd00:6::1
	assert_equal "$(jq -c '.[0] | [.agrees, .prefix, (.nexthops | length), .rule.priority]' <<<"$output")" \
		'[true,"fd00:6::/64",2,32766]'
	run -1 netroute --explain 10.9.0.1
	assert_line --partial 'matches, a throw route ends it'
}

# whether_nearest: of $all, routes, and $it, an explanation: are its candidates those that cover the
# destination, and the four with the most leading bits in common among the others?
# shellcheck disable=SC2016 # jq's variables
whether_nearest='def number: sub("^default$"; "0.0.0.0") | split("/")[0] | split(".")
		| reduce .[] as $octet (0; . * 256 + ($octet | tonumber));
	def bits: if . == "default" then 0 else (split("/")[1] // "32" | tonumber) end;
	def common($a; $b): [range(33) | select(pow(2; 32 - .) as $unit
		| ($a / $unit | floor) == ($b / $unit | floor))] | max;
	($it.dest | number) as $dest
	| ($all | map(.dst | {prefix: ., bits: bits, common: common(number; $dest)})) as $routes
	| ($routes | map(select(.common >= .bits) | .prefix)) as $covers
	| ($routes | map(select(.common < .bits))) as $misses
	| ($it.candidates | map(select(.equal | not) | .prefix)) as $shown
	| ([$it.candidates[] | select(.equal) | .prefix] | sort) == ($covers | sort)
		and ($shown | length) == 4
		and ([$misses[] | select(.prefix as $p | $shown | index($p)) | .common] | min)
			>= ([$misses[] | select(.prefix as $p | $shown | index($p) | not) | .common] | max)
		and $it.routes == ($all | length)'

@test "of a large table --explain shows what covers the destination, and the nearest misses" {
	local i ns dest it
	lab_host large
	ns=$(lab_ns large)
	{
		printf '%s\n' 'link set lo up' 'rule add pref 100 lookup 100' 'route add table 100 default dev lo' \
			'route add table 100 10.64.0.0/10 dev lo' 'route add table 100 10.64.0.0/16 dev lo' \
			'route add table 100 10.64.64.1 dev lo'
		for ((i = 0; i < 100; i++)); do
			printf 'route add table 100 10.%d.%d.0/24 dev lo\n' $((i * 2)) $((i * 64 % 256))
		done
	} | ip -n "$ns" -batch -
	for dest in 10.64.1.1 10.65.129.7 10.200.1.1 192.0.2.1 10.64.64.1; do
		it=$(lab_exec large "$NETROUTE" --explain --json "$dest")
		assert_equal "$(jq -n --argjson all "$(ip -n "$ns" -j route show table 100)" --argjson it "$it" \
			"(\$it[0]) as \$it | $whether_nearest")" true
	done
	run -0 lab_exec large "$NETROUTE" --explain 10.64.1.1
	assert_line 'Table 100: of 104 routes those that cover it, and the nearest misses'
}

# says ERROR ARG...: the look-up has no way, and that is why
says() {
	run -1 --separate-stderr lab_exec refusing "$NETROUTE" --csv --no-header --columns error "${@:2}"
	assert_equal "$output" "$1"
	run -1 lab_exec refusing "$NETROUTE" --explain "${@:2}"
	assert_line 'kernel agrees'
}

@test "why there is no way is said in words" {
	local ns
	lab_host refusing
	ns=$(lab_ns refusing)
	ip -n "$ns" -batch - <<-END
		link add v0 type veth peer name v1
		link set v0 up
		link set v1 up
		address add 10.0.0.1/24 dev v0
		address add 10.1.0.1/24 dev v1
		rule add to 10.2.0.0/16 blackhole pref 100
		rule add to 10.3.0.0/16 unreachable pref 101
		rule add to 10.4.0.0/16 prohibit pref 102
		route add throw 10.5.0.0/16
		route add 10.6.0.0/16 via 10.1.0.2
	END
	lab_sysctl refusing net.ipv4.conf.all.rp_filter 1
	says 'no route' 10.9.0.1
	says '"blackhole, by rule 100"' 10.2.0.1
	says '"unreachable, by rule 101"' 10.3.0.1
	says '"prohibit, by rule 102"' 10.4.0.1
	says 'no route: a throw route ended the look-up at rule 32766' 10.5.0.1
	says 'the source is not an address of this host' --from 10.0.0.77 10.6.0.1
	says 'this host does not forward what comes in there' --iif v0 --from 10.0.0.77 10.6.0.1
	lab_sysctl refusing net.ipv4.ip_forward 1
	says 'rejected by rp_filter: the way back is another one' --iif v0 --from 10.6.0.1 10.1.0.9
	says 'rejected: it comes in with an address of this host as source' --iif v0 --from 10.1.0.1 10.1.0.9
	ip -n "$ns" link set v1 down
	says 'the device is down' --oif v1 10.6.0.1
}

@test "in bulk: in order, bad lines named and counted, comments passed over" {
	run -2 --separate-stderr netroute --csv --no-header --columns dest,error - <<-END
		10.5.1.1

		# a comment
		10.6.0.1   # another one
		nonsense
		fd00:6::1
		10.0.0.0/8
	END
	assert_equal "$output" $'10.5.1.1,\n10.6.0.1,blackhole\nfd00:6::1,'
	assert_equal "${#stderr_lines[@]}" 2
	assert_equal "${stderr_lines[0]}" "netroute: line 5: 'nonsense' is no destination"
}

@test "in bulk nothing is lost or out of order, with one in, one out as well" {
	seq 20000 | awk '{ print "10.5." int($1 / 250) "." $1 % 250 }' >"$BATS_TEST_TMPDIR/list"
	netroute --csv --no-header --columns dest --file "$BATS_TEST_TMPDIR/list" |
		cmp - "$BATS_TEST_TMPDIR/list"
	coproc PIPE { netroute --ndjson - 2>&1; }
	echo 10.5.1.1 >&"${PIPE[1]}"
	read -r -t 5 answer <&"${PIPE[0]}"
	assert_equal "$(jq -r .prefix <<<"$answer")" 10.5.0.0/16
	eval "exec ${PIPE[1]}>&-"
}

@test "in bulk: on a terminal it is told how far it got, after a second" {
	lab_need script
	# shellcheck disable=SC2016 # the inner shell expands it
	run -0 lab_exec zoo env NETROUTE="$NETROUTE" script -qec \
		'for i in 1 2 3; do yes 10.5.1.1 | head -5000; sleep .6; done | "$NETROUTE" - >/dev/null' /dev/null
	assert_output --regexp $'^\rnetroute: [0-9]+ lines\rnetroute: 15000 lines\r*$'
	# shellcheck disable=SC2016
	run -0 lab_exec zoo env NETROUTE="$NETROUTE" script -qec 'echo 10.5.1.1 | "$NETROUTE" - >/dev/null' /dev/null
	assert_output ''
}

@test "a table read elsewhere, in each form, answers as this host's" {
	local form wanted
	lab_exec zoo ip route show >"$BATS_TEST_TMPDIR/lines"
	lab_exec zoo ip -j route show >"$BATS_TEST_TMPDIR/ip.json"
	netroute -4 --json >"$BATS_TEST_TMPDIR/own.json"
	netroute -4 --ndjson >"$BATS_TEST_TMPDIR/own.ndjson"
	wanted='10.5.1.1,10.0.0.2,v0,10.5.0.0/16,
10.6.1.1,,,10.6.0.0/16,blackhole
10.10.1.1,fe80::1,v0,10.10.0.0/16,
10.11.1.1,10.0.0.9,v0,10.11.0.0/16,
1.2.3.4,10.0.0.2,v0,default,'
	lab_exec zoo ip -o route show | tr -d '\134' >"$BATS_TEST_TMPDIR/long-lines"
	for form in lines long-lines ip.json own.json own.ndjson; do
		run -1 "$NETROUTE" --read "$BATS_TEST_TMPDIR/$form" --csv --no-header \
			--columns dest,gateway,dev,prefix,error 10.5.1.1 10.6.1.1 10.10.1.1 10.11.1.1 1.2.3.4
		assert_equal "$output" "$wanted"
	done
}

@test "--userland answers as the kernel does, and says why not" {
	run -2 netroute --userland 10.5.1.1
	assert_output --partial 'there are policy rules beside the default ones'
	lab_host plain
	"$BATS_TEST_DIRNAME/netroute-pairs" "$(lab_ns plain)" nested 0 0 0
	awk 'BEGIN { srand(3); for (i = 0; i < 5000; i++) print (rand() < .5 ? 10 : 127) "." int(rand() * 3) * 64 "." int(rand() * 2) * 128 "." int(rand() * 256) }' \
		>"$BATS_TEST_TMPDIR/list"
	for how in '' --userland; do
		lab_exec plain "$NETROUTE" $how --csv --columns dest,type,gateway,prefix,metric,protocol,error - \
			<"$BATS_TEST_TMPDIR/list" >"$BATS_TEST_TMPDIR/out$how" || [[ $? == 1 ]]
	done
	cmp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/out--userland"
}

@test "each table of the data: the replay agrees with the kernel, and the JSON holds what ip's does" {
	local pairs=60 table family selectors destinations i=0 seed=7
	[[ ${NETSONDE_CHECK-} != full ]] || pairs=560
	for table in $("$BATS_TEST_DIRNAME/netroute-pairs" --names); do
		lab_host "r$((++i))"
		"$BATS_TEST_DIRNAME/netroute-pairs" "$(lab_ns "r$i")" "$table" 0 0 0
		same_fields "r$i" >&2
		for family in 4 6; do
			while IFS='|' read -r selectors destinations; do
				# shellcheck disable=SC2086 # lists
				lab_exec "r$i" "$NETROUTE" --explain --ndjson $selectors $destinations ||
					[[ $? == 1 ]]
			done < <("$BATS_TEST_DIRNAME/netroute-pairs" "$(lab_ns "r$i")" "$table" "$family" "$pairs" "$seed")
		done
	done >"$BATS_TEST_TMPDIR/answers"
	assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/answers")" $((i * 2 * pairs))
	assert_equal "$(jq -c 'select(.agrees | not)' "$BATS_TEST_TMPDIR/answers")" ''
}

@test "look-ups while another process changes routes: none lost" {
	local seconds=2 churn
	[[ ${NETSONDE_CHECK-} != full ]] || seconds=30
	# shellcheck disable=SC2016 # expanded there
	lab_bg zoo timeout "$seconds" bash -c 'while :; do
		for ((i = 0; i < 500; i++)); do echo "route replace 10.20.$((i % 250)).0/24 via 10.0.0.2"; done
		for ((i = 0; i < 250; i++)); do echo "route del 10.20.$i.0/24"; done
		done | ip -force -batch - 2>/dev/null'
	churn=$!
	seq 50000 | awk '{ print "10.20." $1 % 250 "." int($1 / 250) % 250 }' >"$BATS_TEST_TMPDIR/list"
	while kill -0 "$churn" 2>/dev/null; do
		netroute --csv --no-header --columns dest,prefix --file "$BATS_TEST_TMPDIR/list" |
			cut -d, -f1 | cmp - "$BATS_TEST_TMPDIR/list"
	done
}

@test "--monitor tells what becomes of routes and rules, filtered, until it is stopped" {
	local ns out=$BATS_TEST_TMPDIR/out all status=0 marks=0
	lab_host watched
	ns=$(lab_ns watched)
	ip -n "$ns" link set lo up
	lab_bg watched "$NETROUTE" --monitor --ndjson >"$out"
	all=$!
	lab_bg watched "$NETROUTE" --monitor >"$out.wide"
	lab_bg watched "$NETROUTE" --monitor -4 --table 77 --root 10.0.0.0/8 --csv --no-header \
		--columns event,object,dst,type >"$out.few"
	# until both listen, and not a change later: what comes before the mark is passed over
	mark() {
		ip -n "$ns" route replace blackhole 10.99.0.0/16 table 77 metric "$((++marks))"
		grep -q 10.99.0.0 "$out" && grep -q 10.99.0.0 "$out.few" &&
			grep -q 10.99.0.0 "$out.wide"
	}
	lab_wait_for mark
	ip -n "$ns" -batch - <<-END
		route add 10.5.0.0/16 dev lo metric 7
		route replace 10.5.0.0/16 dev lo metric 7 mtu 1400
		route append 10.5.0.0/16 dev lo metric 7 src 127.0.0.1
		route del 10.5.0.0/16 src 127.0.0.1
		route add blackhole 10.6.0.0/16 table 77
		route add 11.6.0.0/16 dev lo table 77
		rule add from 10.0.0.0/8 lookup 77 priority 50
		rule del priority 50
	END
	ip -n "$ns" -6 route add fd00:5::/64 dev lo
	ip -n "$ns" -6 rule add to fd00:5::/64 blackhole priority 60
	ip -n "$ns" -batch - <<-END
		link add late type veth peer name later
		link set late up
		route add 10.8.0.0/16 dev late
		route add blackhole 10.7.0.0/16 table 77
	END
	lab_wait_for grep -q 10.7.0.0 "$out"
	lab_wait_for grep -q 10.7.0.0 "$out.few"
	lab_wait_for grep -q 10.7.0.0 "$out.wide"
	run -0 jq -c 'select(.dst == null or (.dst | test("^(10[.][5-8][.]|fd00:5)"))) |
		[.event, .object, .family, .dst, .dev, .table, .metrics[0].mtu, .rule.text]' "$out"
	assert_equal "$output" '["new","route","inet","10.5.0.0/16","lo","main",null,null]
["replaced","route","inet","10.5.0.0/16","lo","main",1400,null]
["appended","route","inet","10.5.0.0/16","lo","main",null,null]
["deleted","route","inet","10.5.0.0/16","lo","main",null,null]
["new","route","inet","10.6.0.0/16",null,"77",null,null]
["new","rule","inet",null,null,"77",null,"from 10.0.0.0/8 lookup 77"]
["deleted","rule","inet",null,null,"77",null,"from 10.0.0.0/8 lookup 77"]
["new","route","inet6","fd00:5::/64","lo","main",null,null]
["new","rule","inet6",null,null,null,null,"from all to fd00:5::/64 blackhole"]
["new","route","inet","10.8.0.0/16","late","main",null,null]
["new","route","inet","10.7.0.0/16",null,"77",null,null]'
	run -0 grep -v 10.99.0.0 "$out.few"
	assert_equal "$output" 'new,route,10.6.0.0/16,blackhole
new,route,10.7.0.0/16,blackhole'
	run -0 cat "$out.wide"
	assert_line --index 0 --regexp '^Time +Event +Object +Type +Destination '
	assert_line --partial 'from 10.0.0.0/8 lookup 77'
	kill -TERM "$all"
	wait "$all" || status=$?
	assert_equal "$status" 143
	run -2 netroute --monitor --json
	assert_output --partial -- --ndjson
	run -2 netroute --monitor 10.5.1.1
	assert_output --partial 'takes no destination'
}

@test "a device's name steers no terminal, in any layout" {
	local how name=$'o\e[31mx'
	lab_host odd
	ip -n "$(lab_ns odd)" link add "$name" type veth peer name p
	ip -n "$(lab_ns odd)" link set p up
	ip -n "$(lab_ns odd)" link set "$name" up
	ip -n "$(lab_ns odd)" address add 10.0.0.1/24 dev "$name"
	ip -n "$(lab_ns odd)" rule add iif "$name" lookup main
	for how in -n -e -6 --wide --csv --json --rules 10.0.0.9 '--explain 10.0.0.9' '--explain --json 10.0.0.9'; do
		# shellcheck disable=SC2086 # a list
		run -0 lab_exec odd "$NETROUTE" $how
		refute_output --partial $'\e'
		assert_output --regexp 'o\\(x|u00)1b\[31mx'
	done
}

@test "all of it works as nobody" {
	local nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups "$NETROUTE")
	lab_exec zoo "${nobody[@]}" -n | grep -q '^10.5.0.0'
	lab_exec zoo "${nobody[@]}" --explain 10.5.1.1 | grep -q 'kernel agrees'
	echo 10.5.1.1 | lab_exec zoo "${nobody[@]}" - | grep -q 10.5.0.0/16
	run -2 "${nobody[@]}" --netns "$(lab_ns zoo)"
	assert_equal "${#lines[@]}" 1
	assert_output --partial 'Operation not permitted'
}

@test "what only ip does is refused in one line that names it" {
	local verb
	for verb in add del get show flush list; do
		run -2 netroute "$verb"
		assert_equal "${#lines[@]}" 1
		assert_output --partial "ip route $verb"
	done
}

# refused REASON ARG...
refused() {
	run -2 netroute "${@:2}"
	assert_equal "${#lines[@]}" 1
	assert_output --partial "$1"
}

@test "what contradicts itself is refused" {
	refused 'needs a destination' --explain
	refused 'exclude each other' --rules --explain 1.1.1.1
	refused 'is for a look-up' --from 10.0.0.1
	refused 'not for --rules' --rules --type blackhole
	refused 'not for --rules' --rules --oif v0
	refused 'not for --rules' --rules -e
	refused 'not for a look-up' --type blackhole 1.1.1.1
	refused 'another family' --from fd00::1 1.1.1.1
	refused "no device 'nope'" --oif nope
	refused "there is no user 'no such user'" --uid 'no such user' 1.1.1.1
	run -2 --separate-stderr netroute -4 --no-header fd00:5::1
	assert_equal "$output$stderr" 'netroute: fd00:5::1: an address of another family than -4'
	run -2 --separate-stderr netroute --no-header 10.5.0.0/16
	assert_regex "$output$stderr" '^netroute: 10.5.0.0/16: an address is looked up; .*--exact'
	refused 'is no prefix' --root 10.0.0.0/99
	refused 'ports need --proto' --dport 80 1.1.1.1
	refused 'no route type' --type strange
	refused 'neither a name nor a number' --table strange
	refused 'neither a name nor a number' --tos AF99 1.1.1.1
	run -2 --separate-stderr netroute --no-header fe80::5%nope
	assert_equal "$output$stderr" 'netroute: fe80::5%nope: no such device here'
	refused "no family 'ax25' here" -A inet,ax25
	refused 'is for the table' -r 1.1.1.1
	refused 'layout of its own' -r --json
	refused 'use --ndjson' --watch 1 --json
	refused 'exclude each other' --watch 1 --monitor
	refused 'exclude each other' --watch 1 -c
	refused 'again and again' --watch 1 --userland 1.1.1.1
	echo 10.5.1.1 >"$BATS_TEST_TMPDIR/list"
	for how in '' --rules --monitor --json 10.5.1.1 '--explain --json 10.5.1.1' "--file $BATS_TEST_TMPDIR/list"; do
		# shellcheck disable=SC2086 # a list
		refused "no column 'strange'" --columns strange $how
	done
}
