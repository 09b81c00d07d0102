#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The neighbour table: netarp beside arp and ip, and what it changes.
# shellcheck disable=SC2016,SC2154 # programs of jq; variables of bats

bats_require_minimum_version 1.5.0
load netarp

setup_file() {
	netarp_begin || return 0
	lab_bridge sw a b
	populate
}

setup() {
	lab_need
}

teardown() {
	lab_end
}

# A proxy entry of no interface outlives its namespace, and another one may inherit it.
teardown_file() {
	ip -n "${LAB-}-a" neigh del proxy 10.0.1.10 2>/dev/null || true
	lab_end
}

# Every kind of entry that arp can show, some that it hides, and both families.
populate() {
	ip -n "$LAB-a" -batch - <<-END
		neigh replace 10.0.1.2 lladdr 02:00:00:00:01:02 dev to-sw
		neigh replace 10.0.1.3 lladdr 02:00:00:00:01:03 nud stale dev to-sw
		neigh replace 10.0.1.4 lladdr 02:00:00:00:01:04 nud noarp dev to-sw
		neigh replace 10.0.1.5 nud incomplete dev to-sw
		neigh replace 10.0.1.6 nud failed dev to-sw
		neigh replace 10.0.1.7 nud none dev to-sw
		neigh replace 10.0.1.8 lladdr 02:00:00:00:01:08 router extern_learn dev to-sw protocol zebra
		neigh replace proxy 10.0.1.9 dev to-sw
		neigh replace proxy 10.0.1.10
		neigh replace fd00:1::2 lladdr 02:00:00:00:01:02 router dev to-sw
		neigh replace fd00:1::aaaa:bbbb:cccc:3 lladdr 02:00:00:00:01:03 nud stale dev to-sw
		neigh replace proxy fd00:1::9 dev to-sw
	END
}

# A neighbour that is incomplete fails after three seconds: if that is in between, once more with a
# table filled in anew.
in_time() {
	"$@" || { populate && "$@"; } || { populate && "$@"; }
}

# same ARG...: arp and netarp print the same lines, in whatever order
same() {
	in_time print_same "$@"
}

print_same() {
	lab_exec a arp "$@" 2>&1 | sort >"$BATS_TEST_TMPDIR/theirs"
	netarp a "$@" 2>&1 | sort >"$BATS_TEST_TMPDIR/ours"
	[[ -s $BATS_TEST_TMPDIR/theirs ]] || return
	diff -u "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
}

@test "netarp: arp's layouts, of every kind of entry" {
	populate
	same -n
	same -an
	same -en
	same -vn
	same -n -i to-sw
	same -an -i to-sw
	same -n -H ether
	same -n 10.0.1.2
	same -an 10.0.1.3
}

@test "netarp: what is not there, as arp says it" {
	local args

	for args in '-n 10.0.1.99' '-an 10.0.1.99' '-n -i lo' '-n -H ax25'; do
		# shellcheck disable=SC2086 # several words
		same $args
		# shellcheck disable=SC2086 # several words
		run -1 netarp a $args
	done
}

@test "netarp: IPv6 in the same layouts, widened" {
	run -0 netarp a -n -6
	assert_line --index 0 'Address                  HWtype  HWaddress           Flags Mask            Iface'
	assert_line 'fd00:1::2                ether   02:00:00:00:01:02   CM                    to-sw'
	assert_line 'fd00:1::9                *       <from_interface>    MP                    to-sw'
	run -0 netarp a -an fd00:1::aaaa:bbbb:cccc:3
	assert_output '? (fd00:1::aaaa:bbbb:cccc:3) at 02:00:00:00:01:03 [ether] on to-sw'
}

@test "netarp: --json holds what ip -j -d neigh holds" {
	populate
	in_time hold_same
}

hold_same() {
	local command

	for command in 'neigh show nud all' 'neigh show proxy'; do
		# shellcheck disable=SC2086 # several words
		ip -n "$LAB-a" -j -d $command | jq -c '.[] | select(.dst | test("^(ff|127)") | not)
			| {dst, dev, lladdr, protocol,
			state: (if has("proxy") then [] elif (.state // []) == [] then ["NONE"] else .state end),
			router: has("router"), proxy: has("proxy"), extern_learn: has("extern_learn")}
			| {dst, dev, lladdr, state, protocol, router, proxy, extern_learn}'
	done | sort >"$BATS_TEST_TMPDIR/theirs"
	netarp a --json --nud all | jq -c '.[] | select(.dst | test("^(ff|127)") | not)
		| {dst, dev, lladdr, state, protocol, router, proxy, extern_learn}' >"$BATS_TEST_TMPDIR/ours"
	# with --nud the proxies, which have no state, are not listed
	netarp a --json | jq -c '.[] | select(.proxy)
		| {dst, dev, lladdr, state, protocol, router, proxy, extern_learn}' >>"$BATS_TEST_TMPDIR/ours"
	sort -o "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/ours"
	[[ $(wc -l <"$BATS_TEST_TMPDIR/theirs") -gt 9 ]] || return
	diff -u "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
}

@test "netarp: formats, columns, filters" {
	run -0 netarp a --csv --columns dst,lladdr,state 10.0.1.2
	assert_line --index 0 dst,lladdr,state
	assert_line --index 1 '10.0.1.2,02:00:00:00:01:02,"PERMANENT"'
	run -0 netarp a --ndjson --columns dst 10.0.1.2/31
	assert_output $'{"dst":"10.0.1.3"}\n{"dst":"10.0.1.2"}' ||
		assert_output $'{"dst":"10.0.1.2"}\n{"dst":"10.0.1.3"}'
	run -0 netarp a --wide --nud permanent -6
	assert_line --partial 'fd00:1::2'
	refute_line --partial 'stale'
	run -1 netarp a --json 10.9.9.9
	assert_output $'[\n]' || assert_output '[]'
}

@test "netarp: vendors, and addresses that are nobody's" {
	ip -n "$LAB-a" neigh replace 10.0.1.20 lladdr 52:54:00:12:34:56 dev to-sw
	ip -n "$LAB-a" neigh replace 10.0.1.21 lladdr 6a:3f:91:b2:77:d4 dev to-sw
	run -0 netarp a --vendor --ndjson --columns vendor 10.0.1.20
	assert_output --partial 'locally administered (QEMU/KVM)'
	run -0 netarp a --vendor --ndjson --columns vendor 10.0.1.21
	assert_output --partial 'perhaps random'
	ip -n "$LAB-a" neigh del 10.0.1.20 dev to-sw
	ip -n "$LAB-a" neigh del 10.0.1.21 dev to-sw
}

# entry ADDR: what ip says of it
entry() {
	ip -n "$LAB-a" neigh show "$1" | sed 's/ *$//'
}

@test "netarp: -s, temp, -D, -d, both families" {
	run -0 netarp a -s 10.0.1.30 2:0:0:0:1:1e
	assert_equal "$(entry 10.0.1.30)" '10.0.1.30 dev to-sw lladdr 02:00:00:00:01:1e PERMANENT'
	run -0 netarp a -s 10.0.1.30 02:00:00:00:01:1f temp
	assert_equal "$(entry 10.0.1.30)" '10.0.1.30 dev to-sw lladdr 02:00:00:00:01:1f STALE'
	run -0 netarp a -s fd00:1::30 02:00:00:00:01:1e
	assert_equal "$(entry fd00:1::30)" 'fd00:1::30 dev to-sw lladdr 02:00:00:00:01:1e PERMANENT'
	run -0 netarp a -D -s 10.0.1.31 to-sw
	assert_equal "$(entry 10.0.1.31)" \
		"10.0.1.31 dev to-sw lladdr $(lab_mac a) PERMANENT"
	run -0 netarp a -d 10.0.1.30
	run -0 netarp a -d fd00:1::30
	run -0 netarp a -d 10.0.1.31
	assert_equal "$(entry 10.0.1.30)$(entry fd00:1::30)$(entry 10.0.1.31)" ''
	run -1 --separate-stderr netarp a -d 10.0.1.30
	assert_equal "$stderr" 'netarp: 10.0.1.30: no such entry'
}

@test "netarp: pub makes a proxy entry, and -d pub removes it alone" {
	run -0 netarp a -i to-sw -s 10.0.1.40 02:00:00:00:01:28 pub
	run -0 netarp a -s 10.0.1.40 02:00:00:00:01:28
	run ip -n "$LAB-a" neigh show proxy
	assert_line --partial '10.0.1.40 dev to-sw'
	run -0 netarp a -d 10.0.1.40 pub
	run ip -n "$LAB-a" neigh show proxy
	refute_line --partial '10.0.1.40'
	assert_equal "$(entry 10.0.1.40)" '10.0.1.40 dev to-sw lladdr 02:00:00:00:01:28 PERMANENT'
	run -0 netarp a -d 10.0.1.40
	run -2 netarp a -s 10.0.1.40 02:00:00:00:01:28 pub
	assert_output --partial 'name one (-i)'
}

@test "netarp: -f, with a line that is wrong" {
	printf '%s\n' '# comment' '10.0.1.50 02:00:00:00:01:32 temp' '02:00:00:00:01:33 10.0.1.51' '' \
		'10.0.1.52 nonsense' >"$BATS_TEST_TMPDIR/ethers"
	run -2 netarp a -f "$BATS_TEST_TMPDIR/ethers"
	assert_output --partial 'line 5'
	assert_equal "$(entry 10.0.1.50)" '10.0.1.50 dev to-sw lladdr 02:00:00:00:01:32 STALE'
	assert_equal "$(entry 10.0.1.51)" '10.0.1.51 dev to-sw lladdr 02:00:00:00:01:33 PERMANENT'
	run -0 netarp a -d 10.0.1.50
	run -0 netarp a -d 10.0.1.51
}

@test "netarp: --flush with the filters of the listing" {
	populate
	run -0 netarp a --flush --nud stale
	assert_equal "$(entry 10.0.1.3)" ''
	[[ $(entry 10.0.1.2) && $(entry fd00:1::aaaa:bbbb:cccc:3) ]]
	run -0 netarp a --flush -6
	assert_equal "$(entry fd00:1::aaaa:bbbb:cccc:3)" ''
	[[ $(entry fd00:1::2) ]] # permanent
	run -0 netarp a --flush --nud all 10.0.1.2
	assert_equal "$(entry 10.0.1.2)" ''
	populate
}

@test "netarp: without privileges one line, and 2" {
	local args

	for args in '-s 10.0.1.60 02:00:00:00:01:60' '-d 10.0.1.2' --flush; do
		# shellcheck disable=SC2086 # several words
		run -2 lab_exec a setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \
			--bounding-set=-all "$NETARP" $args
		assert_line --index 0 --partial 'CAP_NET_ADMIN'
		assert_equal "${#lines[@]}" 1
	done
	run -0 lab_exec a setpriv --reuid=65534 --regid=65534 --clear-groups "$NETARP" -n
}

@test "netarp: one mode a command line, and arping's letters" {
	local args

	for args in '--probe -s 10.0.1.2' '--flush --guard' '--probe --dad 10.0.1.2' '-d -s 10.0.1.2'; do
		# shellcheck disable=SC2086 # several words
		run -2 netarp a $args
		assert_output --partial 'exclude each other'
	done
	run -2 netarp a --probe -D 10.0.1.2
	assert_output --partial -- --dad
	run -2 netarp a --probe -U 10.0.1.2
	assert_output --partial -- --announce
	run -2 netarp a --probe -A 10.0.1.2
	assert_output --partial -- --announce
	run -2 netarp a --probe -f 10.0.1.2
	assert_output --partial -- --first
	run -2 netarp a --monitor --json
	assert_output --partial -- --ndjson
	run -2 netarp a --guard --json
	assert_output --partial -- --ndjson
	run -2 netarp a -c 3
	run -2 netarp a -s 10.0.1.2
	run -2 netarp a --probe
}

@test "netarp: --monitor tells at once, in aligned columns, too" {
	lab_bg a "$NETARP" --monitor --wide 10.0.1.71 >"$BATS_TEST_TMPDIR/out"
	wait_joined a
	ip -n "$LAB-a" neigh add 10.0.1.71 lladdr 02:00:00:00:00:71 dev to-sw
	lab_wait_for grep -q 10.0.1.71 "$BATS_TEST_TMPDIR/out"
	ip -n "$LAB-a" neigh del 10.0.1.71 dev to-sw
}

@test "netarp: --monitor tells new, mac, changed and gone" {
	lab_bg a "$NETARP" --monitor --ndjson 10.0.1.70 >"$BATS_TEST_TMPDIR/out"
	local pid=$!

	wait_joined a
	ip -n "$LAB-a" neigh add 10.0.1.70 lladdr 02:00:00:00:01:70 nud stale dev to-sw
	ip -n "$LAB-a" neigh replace 10.0.1.70 lladdr 02:00:00:00:01:71 dev to-sw
	ip -n "$LAB-a" neigh replace 10.0.1.71 lladdr 02:00:00:00:01:71 dev to-sw
	ip -n "$LAB-a" neigh del 10.0.1.70 dev to-sw
	ip -n "$LAB-a" neigh del 10.0.1.71 dev to-sw
	lab_wait_for grep -q gone "$BATS_TEST_TMPDIR/out"
	kill "$pid"
	wait "$pid" || true
	run -0 jq -c '[.change, .dst, .old_lladdr, .state[0]]' "$BATS_TEST_TMPDIR/out"
	assert_line --index 0 '["new","10.0.1.70",null,"STALE"]'
	assert_line --index 1 '["mac","10.0.1.70","02:00:00:00:01:70","PERMANENT"]'
	assert_line --partial '["gone","10.0.1.70"'
	refute_output --partial 10.0.1.71
}

@test "netarp: --netns, --watch, a full device" {
	run -0 "$NETARP" --netns "$LAB-a" -n 10.0.1.2
	assert_line --partial 02:00:00:00:01:02
	lab_bg a "$NETARP" --watch 0.1 -n 10.0.1.2 >"$BATS_TEST_TMPDIR/out"
	lab_wait_for bash -c "((\$(grep -c 02:00:00:00:01:02 '$BATS_TEST_TMPDIR/out') > 2))"
	run -2 lab_exec a bash -c '"$0" -n >/dev/full' "$NETARP"
	assert_output --partial 'No space left'
}
