# SPDX-License-Identifier: GPL-2.0-or-later
# For netroute's bats files: a namespace "zoo" with routes and rules of every kind; to be loaded by
# bats.
# shellcheck disable=SC2154 # variables of bats

bats_load_library bats-support
bats_load_library bats-assert
load ../netns

netroute_begin() {
	lab_need jq route netstat || return
	lab_begin || return
	lab_host zoo
	ip -n "$(lab_ns zoo)" -batch - <<-END
		link add v0 type veth peer name v1
		link set v0 up
		link set v1 up
		address add 10.0.0.1/24 dev v0
		address add fd00:1::1/64 dev v0 nodad
		nexthop add id 10 via 10.0.0.5 dev v0
		nexthop add id 11 via 10.0.0.6 dev v0
		nexthop add id 12 group 10,3/11
		route add default via 10.0.0.2 metric 100
		route add 10.5.0.0/16 metric 7 mtu 1400 advmss 1300 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3
		route add blackhole 10.6.0.0/16
		route add unreachable 10.7.0.0/16
		route add prohibit 10.8.0.0/16
		route add throw 10.9.0.0/16
		route add 10.10.0.0/16 via inet6 fe80::1 dev v0
		route add 10.11.0.0/16 encap ip id 5 dst 1.2.3.4 via 10.0.0.9 dev v0
		route add 10.12.0.1 via 10.0.0.2 tos 0x10 window 5 rtt 100 realms 3 src 10.0.0.1 proto 99
		route add 10.13.0.0/16 nhid 12
		route add 10.14.0.0/16 via 10.0.0.2 congctl cubic rto_min 100ms initcwnd 5 quickack 1 hoplimit 3
		route add table 77 10.15.0.0/16 via 10.0.0.2
		rule add to 10.15.0.0/16 lookup 77
		rule add from 10.77.0.0/16 ipproto tcp sport 80-90 lookup 77 realms 3/4
	END
	ip -n "$(lab_ns zoo)" -6 -batch - <<-END
		route add fd00:5::/64 via fd00:1::2 expires 1000 pref high
		route add fd00:6::/64 nexthop via fd00:1::2 nexthop via fd00:1::3
		route add blackhole fd00:7::/64
		route add unreachable fd00:8::/64
		route add default via fd00:1::2 from fd00:1::/64
	END
}

setup() {
	lab_need jq route netstat
	local build=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}
	NETROUTE=${NETSONDE_BIN:-$build/bin}/netroute
}

teardown() {
	lab_end
}

teardown_file() {
	lab_end
}

netroute() {
	lab_exec zoo "$NETROUTE" "$@"
}
