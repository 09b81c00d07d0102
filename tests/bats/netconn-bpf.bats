#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Owners by BPF and from /proc: the same, and where BPF is not to be had nobody notices.
# shellcheck disable=SC2016,SC2154,SC2317 # programs of other shells; bats sets and calls things by name

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin setpriv || return 0
	populate z zoo --dir "$STAGE/sockets" --for 900
	populate z fill --sockets 3000 --unix 300 --for 900 # enough descriptors for BPF
	populate z holders --procs 20 --fds 5 --unix --for 900
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_end
}

teardown_file() {
	netconn_end
}

# without CAPABILITY... -- CMD...: CMD in z as root without these
without() {
	local list=()

	while [[ $1 != -- ]]; do
		list+=("-$1")
		shift
	done
	shift
	lab_exec z setpriv --bounding-set="$(IFS=, && printf '%s' "${list[*]}")" "$@"
}

WITHOUT_BPF=(bpf perfmon sys_admin)

# owners CMD...: every socket in z with all its owners, as CMD, which runs netconn, tells
owners() {
	"$@" -anp --csv --no-header --columns proto,inode,local,owners 2>&1 | sort
}

# same CMD...: CMD tells what netconn tells from /proc
same() {
	settle same_now "$@"
}

same_now() {
	owners without "${WITHOUT_BPF[@]}" -- "$NETCONN" >expected
	owners "$@" >got
	grep -q /fill/ expected || return
	grep -q /zoo/ expected || return
	diff expected got >difference
}

# how CMD...: what CMD -v says of the way that owners were found
how() {
	"$@" -anpv --csv 2>&1 >/dev/null | sed -n 's/^netconn: owners: of [0-9]* processes, //p'
}

need_bpf() {
	local how

	how=$(how netconn)
	[[ $how == *' by BPF' ]] || skip "no BPF here: ${how#*: }"
}

@test "BPF and /proc tell the same owners" {
	need_bpf
	assert_regex "$(how without "${WITHOUT_BPF[@]}" -- "$NETCONN")" '^from /proc: '
	same netconn || fail "$(head -20 difference)"
	# In netstat's layout, too.
	settle same_layout
}

same_layout() {
	without "${WITHOUT_BPF[@]}" -- "$NETCONN" -anp | normal | sort >expected
	netconn -anp | normal | sort >got
	cmp -s expected got
}

@test "CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN; without, the same from /proc" {
	need_bpf
	same without sys_admin -- "$NETCONN"
	assert_regex "$(how without sys_admin -- "$NETCONN")" 'by BPF$'
	same without bpf perfmon -- "$NETCONN"
	assert_regex "$(how without bpf perfmon -- "$NETCONN")" 'by BPF$'
	for lacks in bpf perfmon; do
		same without "$lacks" sys_admin -- "$NETCONN"
		run -0 how without "$lacks" sys_admin -- "$NETCONN"
		assert_output 'from /proc: no CAP_BPF and CAP_PERFMON'
	done
	# Who may not look into /proc may still ask BPF; and it takes no right to use memory.
	same without sys_ptrace dac_read_search -- "$NETCONN" || fail "$(head -20 difference)"
	same without sys_resource -- "$NETCONN"
	assert_regex "$(how without sys_resource -- "$NETCONN")" 'by BPF$'
}

@test "capabilities that are only permitted: raised to load, and no longer" {
	lab_need capsh strace
	need_bpf
	cp "$NETCONN" capable
	setcap cap_bpf,cap_perfmon=p capable 2>/dev/null || skip 'no file capabilities here'
	chmod 755 . capable
	run -0 as_nobody "$PWD/capable" -anpv --csv --no-header --columns inode,pid
	assert_output --regexp 'owners: of [0-9]+ processes, [0-9]+ by BPF'
	# nobody sees the owners of all
	assert [ "$(grep -c ",$(population holders)$" <<<"$output")" -le 1 ]
	assert [ "$(grep -cE '^[1-9][0-9]*,[0-9]+$' <<<"$output")" -ge 3000 ]
}

@test "a user without any: own sockets, no word about BPF unless asked" {
	run -0 --separate-stderr as_nobody "$NETCONN" -tanp
	refute [ "$(grep -i bpf <<<"$stderr")" ]
	run -0 how as_nobody "$NETCONN"
	assert_output --regexp '^from /proc: (no CAP_BPF and CAP_PERFMON|no BTF in .*|built without BPF)$'
}

@test "no BTF, as it looks to this command: the same from /proc" {
	no_btf() {
		lab_exec z unshare -m bash -c 'mount -t tmpfs none /sys/kernel/btf && exec "$@"' - "$NETCONN" "$@"
	}
	[[ -e /sys/kernel/btf/vmlinux ]] || skip 'no BTF, indeed'
	need_bpf
	same no_btf
	run -0 how no_btf
	assert_output 'from /proc: no BTF in /sys/kernel/btf/vmlinux'
}

@test "a /proc that numbers processes otherwise: no BPF, which would mistake them" {
	elsewhere() { lab_exec z unshare --pid --fork "$NETCONN" "$@"; }
	same elsewhere
	run -0 how elsewhere
	assert_output 'from /proc: /proc is of another PID namespace'
	# And one that has but some of them.
	inside() { lab_exec z unshare --pid --fork --mount-proc "$NETCONN" "$@"; }
	run -0 inside -tanp
	assert_equal "$(grep -c ' - *$' <<<"$output")" "$(grep -c '^tcp' <<<"$output")"
}

@test "beside churn every socket that stays has its owner, once" {
	need_bpf
	lab_host y
	populate y churn --seconds 60 --stable 4000 --inodes "$STAGE/inodes"
	for _ in 1 2 3; do
		run -0 --separate-stderr lab_exec y "$NETCONN" -tanp --csv --no-header --columns inode,pid
		assert_equal "$stderr" ''
		awk -F, 'FNR == NR { stays[$1]; next }
			$1 in stays { seen++; lacking += ($2 == ""); doubled += ($1 in twice); twice[$1] }
			END { print (seen >= 3995), lacking + 0, doubled + 0 }' "$STAGE/inodes" - <<<"$output" >verdict
		assert_equal "$(<verdict)" '1 0 0'
	done
	depopulate churn
}
