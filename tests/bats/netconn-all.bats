#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --all-netns: what the command shows in each namespace, once. Other namespaces may come and go beside.
# shellcheck disable=SC2016,SC2154 # programs of jq and perl; bats sets variables

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin perl unshare || return 0
	populate z zoo --dir "$STAGE/sockets" --for 900
	lab_host y
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ ! ${bound-} ]] || {
		umount "$bound"
		rm "$bound"
		rmdir -p --ignore-fail-on-non-empty "${bound%/*}" 2>/dev/null || true
	}
	lab_end
}

teardown_file() {
	netconn_end
}

# listen HOST PORT [DEVICE]: somebody listens there, bound to a device; its process is $listener
listen() {
	lab_bg "$1" perl -MSocket -e '
		my ($port, $device) = @ARGV;
		socket(S, AF_INET, SOCK_STREAM, 0) or die;
		!$device or setsockopt(S, SOL_SOCKET, 25, $device) or die;
		bind(S, sockaddr_in($port, INADDR_ANY)) && listen(S, 1) or die;
		$| = 1; print "ready\n"; sleep 600' "${@:2}" >"ready.$1.$2"
	listener=$!
	lab_wait_for grep -q ready "ready.$1.$2"
}

# of NETNS FILE: what its rows of JSON say, but for the name of the namespace
of() {
	jq -c --arg netns "$1" '.[] | select(.netns == $netns) | del(.netns, .timer, .recv_q, .send_q)' "$2" | sort
}

# assert_found_at_bound PORT: what listens in the namespace that is mounted at $bound is told to be there
assert_found_at_bound() {
	lab_bg y nsenter --net="$bound" perl -MSocket -e '
		socket(S, AF_INET, SOCK_DGRAM, 0) && bind(S, sockaddr_in($ARGV[0], INADDR_ANY)) or die;
		$| = 1; print "ready\n"; sleep 600' "$1" >ready
	lab_wait_for grep -q ready ready
	run -0 "$NETCONN" --all-netns -ul --csv --no-header --columns netns sport ":$1"
	assert_output "$bound"
}

@test "each namespace: what the command shows in there" {
	listen y 7900
	as_alone() {
		# shellcheck disable=SC2086 # words
		"$NETCONN" --all-netns --json $2 >all
		# shellcheck disable=SC2086 # words
		"$NETCONN" --netns "$(lab_ns "$1")" --json $2 >one || true
		of "$(lab_ns "$1")" all >got
		of "$(lab_ns "$1")" one | diff got -
	}
	for options in -ap -tu -lx '-ta state established' '-a sport ge 7300 or program perl'; do
		for host in z y; do
			settle as_alone $host "$options" || fail "$host: $options"
		done
	done
	# Named in a text, too.
	run -0 "$NETCONN" --all-netns -tl sport :7900
	assert_line --index 0 --regexp '^Netns +Proto '
	assert_line --index 1 --regexp "^$(lab_ns y) +tcp +LISTEN "
}

@test "one that has no name, one that has two, one of a container runtime" {
	lab_bg y unshare -n perl -MSocket -e '
		socket(S, AF_UNIX, SOCK_DGRAM, 0) && bind(S, sockaddr_un("\0all-netns-$$")) or die;
		$| = 1; print readlink("/proc/self/ns/net"), "\n"; sleep 600' >nameless
	nameless=$!
	lab_wait_for test -s nameless
	run -0 "$NETCONN" --all-netns -x --csv --no-header --columns netns,path src "@all-netns-$nameless"
	assert_output "$(cat nameless),@all-netns-$nameless"
	bound=/run/netns/$(lab_ns y)-again
	touch "$bound"
	mount --bind "/run/netns/$(lab_ns y)" "$bound"
	listen y 7901
	run -0 "$NETCONN" --all-netns -tl --csv --no-header --columns netns sport :7901
	assert_output "$(lab_ns y)"
	umount "$bound"
	rm "$bound"
	bound=/run/docker/netns/$LAB-c
	mkdir -p "${bound%/*}"
	touch "$bound"
	unshare --net="$bound" true
	lab_exec y nsenter --net="$bound" ip link set lo up
	run -0 "$NETCONN" --all-netns -x --csv --no-header --columns netns,path src "@all-netns-$nameless"
	refute_line --partial docker
	assert_found_at_bound 7902
}

@test "one that is mounted where nobody looks" {
	bound="$BATS_TEST_TMPDIR/kept by/a mount"
	mkdir "${bound%/*}"
	touch "$bound"
	unshare --net="$bound" true
	assert_found_at_bound 7906
}

@test "devices and ports are those of each" {
	lab_host u
	lab_host w
	# The same name, not the same index.
	lab_exec w ip link add other type veth peer name another
	for host in u w; do
		lab_exec "$host" ip link add inside0 type veth peer name inside1
		listen "$host" 7903 inside0
		listen "$host" 7904 inside1
	done
	for late in '' ' and ( program perl or pid 1 )'; do
		run -0 "$NETCONN" --all-netns -tl --csv --no-header --columns netns,iface,local_port dev inside0"$late"
		assert_equal "$(sort <<<"$output" | xargs)" "$(lab_ns u),inside0,7903 $(lab_ns w),inside0,7903"
		run -0 "$NETCONN" --all-netns -tl --csv --no-header --columns netns,iface \
			sport 7903-7904 dev != inside0"$late"
		assert_equal "$(sort <<<"$output" | xargs)" "$(lab_ns u),inside1 $(lab_ns w),inside1"
	done
	index=$(lab_exec w cat /sys/class/net/inside0/ifindex)
	run -0 "$NETCONN" --all-netns -tl --csv --no-header --columns netns sport :7903 dev "$index"
	assert_output "$(lab_ns w)"
	run -1 "$NETCONN" --all-netns -tl dev nosuchdevice
	lab_sysctl u net.ipv4.ip_local_port_range '7903 7903'
	run -0 "$NETCONN" --all-netns -tl --csv --no-header --columns netns \
		sport 7903-7904 and autobound or cookie 1
	assert_line "$(lab_ns u)"
}

@test "grouped, sorted, what changes" {
	as_many() {
		"$NETCONN" --all-netns -a --count-by netns --json >groups
		count=$("$NETCONN" --netns "$(lab_ns "$1")" -a --json | jq length)
		[[ $(jq --arg n "$(lab_ns "$1")" '[.[] | select(.netns == $n).count][0] // 0' groups) == "$count" ]]
	}
	settle as_many z
	settle as_many y
	run -0 "$NETCONN" --all-netns -ta --sort -local_port,netns --columns netns,local_port --csv --no-header
	cut -d, -f2 <<<"$output" >ports
	sort -rn ports | diff ports -
	assert_line --regexp "^$(lab_ns z),7"
	lab_host gone
	"$NETCONN" --all-netns --changes --watch 0.2 -tl --ndjson sport 7905-7999 >changes &
	watcher=$!
	# What is there at the first look is not told: others come until it was.
	port=7904
	listeners=()
	until [[ -s changes ]]; do
		kill -0 "$watcher" && ((++port < 8000)) || fail 'nothing was told'
		listen gone $port
		listeners+=("$listener")
		sleep 0.2
	done
	ip netns del "$(lab_ns gone)"
	kill "${listeners[@]}"
	lab_wait_for grep -q closed changes
	kill "$watcher"
	wait "$watcher" || true
	run -0 jq -r .event changes
	assert_line --index 0 opened
	assert_line closed
	# It may be found by its process in between: then it has that name.
	run -0 jq -r .netns changes
	assert_line --index 0 "$(lab_ns gone)"
}

@test "refusals" {
	refuses() {
		run -2 --separate-stderr "$NETCONN" --all-netns "${@:2}"
		assert_equal "$output" ''
		assert_regex "$stderr" "$1"
	}
	refuses 'exclude each other' --netns z
	refuses 'exclude each other' --resolve
	refuses 'one network namespace' --kill :1
	refuses 'one network namespace' --monitor
	refuses 'exclude each other' -s
	refuses 'one namespace' src fe80::1%lo
	run -2 --separate-stderr as_nobody "$NETCONN" --all-netns
	assert_equal "$output" ''
	assert_regex "$stderr" CAP_SYS_ADMIN
	assert_equal "${#stderr_lines[@]}" 1
}

@test "as many as there are: no descriptor stays open" {
	for i in {1..40}; do
		lab_host "n$i"
	done
	run -0 bash -c 'ulimit -n 16; "$@"' - "$NETCONN" --all-netns -tl
}
