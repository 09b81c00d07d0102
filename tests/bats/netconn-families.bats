#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Packet, netlink, vsock, Multipath TCP and SCTP sockets: those that ss -a lists, whatever the kernel has.
# shellcheck disable=SC2016,SC2154,SC2317 # programs of awk and jq; variables of bats; functions called by name

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin perl || return 0
	cp "$BATS_TEST_DIRNAME/../fixture/families.pl" "$STAGE"
	lab_bg z perl "$STAGE/families.pl" >"$STAGE/families.log" 2>"$STAGE/families.err"
	lab_wait_for grep -q ready "$STAGE/families.log" || cat "$STAGE/families.err" >&2
}

setup() {
	lab_need
}

teardown() {
	lab_end
}

teardown_file() {
	netconn_end
}

# assert_many COUNT: of the rows just compared there were at least that many
assert_many() {
	assert [ "$(wc -l <"$BATS_TEST_TMPDIR/now")" -ge "$1" ]
}

# nodiag OPTION...: netconn without a netlink socket for diag
nodiag() {
	lab_exec z "$STAGE/nodiag" --diag-only EPROTONOSUPPORT "$NETCONN" "$@"
}

# type, ethertype, device, inode, cookie
their_packets() {
	lab_exec z ss -0anepHO | awk '{
		inode = cookie = ""
		for (i = 6; i <= NF; i++) {
			if ($i ~ /^ino:/) inode = substr($i, 5)
			if ($i ~ /^sk:/) cookie = substr($i, 4)
		}
		sub(/.*:/, "", inode)
		gsub(/[][]/, "", $5)
		print $1, $5, inode, cookie
	}' | sort
}

packets() {
	jq -r '
		{ all: "*", arp: 2054, ip: 2048, ipv6: 34525, lldp: 35020, none: 0, "0x0004": 4 } as $number |
		{ RAW: "p_raw", DGRAM: "p_dgr" } as $type |
		.[] | "\($type[.type]) \($number[.packet.ethertype // (.local | sub(":.*"; ""))]):" +
			"\(.iface // "*") \(.inode) \(.cookie)"'
}

our_packets() {
	local type where inode cookie

	netconn -a0 --json | packets | while read -r type where inode cookie; do
		printf '%s %s %s %x\n' "$type" "$where" "$inode" "$cookie"
	done | sort
}

@test "packet sockets: the same types, protocols, devices, inodes and cookies as ss -0a" {
	assert_between their_packets our_packets
	assert_many 7
	run -0 netconn -0
	assert_line --regexp '^packet +UNCONNECTED +0 +0 +arp:lo '
}

# protocol, port, groups. ss lists those that receive multicasts twice, and each its own, of which the
# port is its process's.
their_netlink() {
	lab_exec z ss -A netlink -aneHO | awk '{
		for (i = 6; i <= NF; i++)
			if ($i ~ /^groups=/) groups = substr($i, 8)
		print $4, groups
	}' | sort -u | grep -vE '^4:[1-9]'
}

our_netlink() {
	netconn --netlink -a --columns netlink.protocol,netlink.port_id,netlink.groups --csv --no-header | awk -F , '
		BEGIN {
			split("route,,,,sock_diag,,xfrm,,,audit,fib_lookup,,netfilter,,,kobject_uevent,generic", names)
			for (i in names)
				number[names[i]] = i - 1
		}
		$2 > 2147483647 { $2 -= 4294967296 } # as ss writes it
		{ groups = $3; sub(/^0x/, "", groups)
		  while (length(groups) < 8) groups = "0" groups
		  print ($1 in number ? number[$1] : $1) ":" $2, "0x" groups }' | sort -u | grep -vE '^4:[1-9]'
}

@test "netlink sockets: the same protocols, ports and groups as ss -A netlink, each once" {
	assert_between their_netlink our_netlink
	assert_many 10
	run -0 json '[.[].inode] | length == (unique | length)' --netlink -a
	assert_output true
}

their_mptcp() {
	lab_exec z ss -ManeHO 2>/dev/null | awk '{
		inode = cookie = ""
		for (i = 6; i <= NF; i++) {
			if ($i ~ /^ino:/) inode = substr($i, 5)
			if ($i ~ /^sk:/) cookie = substr($i, 4)
		}
		gsub(/\[::\]|0[.]0[.]0[.]0/, "*")
		print ($1 == "ESTAB" ? "ESTABLISHED" : $1 == "UNCONN" ? "CLOSE" : $1), $2, $3, $4, $5, inode, cookie
	}' | sort
}

our_mptcp() {
	netconn --mptcp -a --json | jq -r '
		def host: if . == "::" or . == "0.0.0.0" then "*" elif test(":") then "[" + . + "]" else . end;
		def port: if . == 0 then "*" else tostring end;
		.[] | [.state, .accept_queue // .recv_q, .backlog // .send_q,
			(.local_addr | host) + ":" + (.local_port | port),
			(.peer_addr | host) + ":" + (.peer_port | port), .inode, .cookie] | join(" ")' |
		while read -r -a part; do
			printf '%s ' "${part[@]:0:6}"
			printf '%x\n' "${part[6]}"
		done | sort
}

@test "Multipath TCP sockets: the same states, queues, ends, inodes and cookies as ss -Ma" {
	[[ -e /proc/sys/net/mptcp ]] || skip 'needs MPTCP in the kernel'
	assert_between their_mptcp our_mptcp
	assert_many 6
	run -0 netconn --mptcp
	refute_output --partial LISTEN
	run -0 netconn --mptcp -l
	refute_output --partial ESTABLISHED
}

@test "vsock sockets: the same as ss --vsock -a" {
	run --separate-stderr netconn --vsock -a
	[[ $stderr != *'no vsock diag' ]] || skip 'needs vsock_diag in the kernel'
	theirs() { lab_exec z ss --vsock -anH | awk '{ print $5, $6 }' | sort; }
	ours() { netconn --vsock -a --json | jq -r '.[] | "\(.local) \(.peer)"' | sort; }
	assert_between theirs ours
}

@test "packet and netlink sockets without a diag: /proc has them, too" {
	netconn -a0 --json | packets | cut -d ' ' -f 1-3 | sort >"$BATS_TEST_TMPDIR/diag"
	run -0 --separate-stderr nodiag -a0 --json
	assert_equal "$stderr" ''
	packets <<<"$output" | cut -d ' ' -f 1-3 | sort | diff "$BATS_TEST_TMPDIR/diag" -
	# Each has one of its own, or none.
	own() { jq -r '.[] | .netlink | "\(.protocol) \(.port_id) \(.groups)"' | grep -vE '^sock_diag [1-9]' | sort; }
	netconn --netlink -a --json | own >"$BATS_TEST_TMPDIR/diag"
	nodiag --netlink -a --json | own | diff "$BATS_TEST_TMPDIR/diag" -
}

@test "what cannot be listed is told if it was named, or once with -v" {
	run --separate-stderr nodiag --vsock -a
	assert_equal "$status" 2
	assert_equal "$stderr" 'netconn: this kernel has no vsock diag'
	run --separate-stderr nodiag --mptcp -a
	assert_equal "$status" 2
	for line in "${stderr_lines[@]}"; do
		assert_regex "$line" 'this kernel has no MPTCP diag'
	done
	run -0 --separate-stderr nodiag -aA all
	assert_equal "$stderr" ''
	run -0 --separate-stderr nodiag -avA all
	for missing in 'vsock diag' 'MPTCP diag'; do
		assert_equal "$(grep -c "^netconn: this kernel has no $missing" <<<"$stderr")" 1
	done
	assert_equal "$(sort <<<"$stderr" | uniq -d)" ''
}
