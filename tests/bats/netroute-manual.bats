#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What netroute(8) shows is what netroute prints.
# shellcheck disable=SC2154 # variables of bats

bats_require_minimum_version 1.5.0
load netroute

setup_file() {
	lab_need || return 0
	lab_begin || return 0
	make_host host
	make_host router
}

# make_host NAME: the one that the manual explains
make_host() {
	lab_host "$1"
	ip -n "$(lab_ns "$1")" -batch - <<-END
		link add en0 address 02:00:00:00:01:01 type veth peer name en1
		link set en1 up
		address add 10.0.1.1/24 dev en0
		link set en0 up
		route add default via 10.0.1.2 metric 100
		route add 10.5.0.0/16 metric 7 mtu 1400 nexthop via 10.0.1.2 weight 2 nexthop via 10.0.1.3
		route add 10.6.0.0/16 via 10.0.1.2
		rule add from 10.9.0.0/16 lookup 77 pref 32765
	END
	# REACHABLE for as long as the test takes
	lab_sysctl "$1" net.ipv4.neigh.en0.base_reachable_time_ms 3600000
	ip -n "$(lab_ns "$1")" neigh add 10.0.1.2 lladdr 02:00:00:00:01:02 dev en0 nud reachable
}

manual=$BATS_TEST_DIRNAME/../../man/netroute.8

# examples: those of the worked explanation, each a line "$ COMMAND" and what it prints
examples() {
	sed -n '/^\.Sh A WORKED/,/^\.Sh EXIT/p' "$manual" | sed -n '/^\.Bd/,/^\.Ed/p' | grep -v '^\.[BE]d'
}

# take_way: let the hash of this flow choose the first hop, as in the manual
take_way() {
	local seed

	for seed in {0..40}; do
		[[ $seed -eq 0 ]] || lab_sysctl host net.ipv4.fib_multipath_hash_seed "$seed" 2>/dev/null ||
			skip 'the kernel has no fib_multipath_hash_seed'
		[[ $(lab_exec host "$NETROUTE" --csv --no-header --columns gateway 10.5.1.1) != 10.0.1.2 ]] || return 0
	done
	return 1
}

@test "the worked explanation of the manual is what is printed" {
	local line command wanted printed=() i=0 count=0

	take_way
	while IFS= read -r line; do
		if [[ $line == '$ '* ]]; then
			[[ $i -eq ${#printed[@]} ]] || fail "$command prints more: ${printed[*]:i}"
			command=${line#'$ netroute '}
			# shellcheck disable=SC2086 # arguments
			mapfile -t printed < <(lab_exec host "$NETROUTE" $command)
			i=0
			continue
		fi
		# "..." stands for columns that are left out
		wanted=$(sed 's/[][().*^$\\]/\\&/g; s/ *\\\.\\\.\\\. */ .* +/' <<<"$line")
		[[ ${printed[i]-} =~ ^$wanted$ ]] || fail "$command: ${printed[i]-} instead of $line"
		i=$((i + 1)) count=$((count + 1))
	done < <(examples)
	[[ $count -ge 30 && $i -eq ${#printed[@]} ]]
}

@test "each example of the manual runs" {
	local example endless count=0 status

	cd "$BATS_TEST_TMPDIR"
	printf '192.0.2.1\n10.5.1.1\n' >list
	ip -n "$(lab_ns router)" address add 192.0.2.2/24 dev en0
	ip -n "$(lab_ns router)" route add 203.0.113.0/24 via 192.0.2.1 proto bird
	lab_sysctl router net.ipv4.ip_forward 1
	while IFS= read -r example; do
		example=${example#.Dl }
		endless=() status=0
		[[ $example != *--@(monitor|watch)* ]] || endless=(timeout 0.5)
		lab_exec router env PATH="${NETROUTE%/*}:$PATH" "${endless[@]}" bash -c "${example#ssh router }" \
			>out 2>err || status=$?
		assert_equal "$example: $status" "$example: $((${#endless[@]} ? 124 : 0))"
		assert_equal "$(<err)" ''
		count=$((count + 1))
	done < <(sed -n '/^\.Sh EXAMPLES/,$s/^\.Dl /&/p' "$manual")
	[[ $count -ge 8 ]]
	# the explanation of the one that is forwarded
	run -0 lab_exec router "$NETROUTE" --explain --iif en0 --from 198.51.100.7 192.0.2.9
	assert_line 'kernel agrees'
}
