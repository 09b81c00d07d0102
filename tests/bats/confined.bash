# SPDX-License-Identifier: GPL-2.0-or-later
# What the files about what a command gives up share: net*-confined.bats. To be loaded behind what the
# command's files share.
#
# options_of COMMAND		its options, one a line, as the completions have them
# try_on_terminal HOST LIMIT COMMAND ARG...	run it there, a minute at most, what it says into the file said;
#				its status is to be below LIMIT
# keep_rights PID		what this process has left, into the file rights
# assert_no_rights WHAT		that is no capability, no way to new privileges, few system calls

options_of() {
	local name=${1##*/}

	"$1" --dump-completion fish | sed -nE "s/^complete -c $name -s (.).*/-\1/p
		s/^complete -c $name -l ([a-z0-9-]+).*/--\1/p"
}

try_on_terminal() {
	local status=0

	timeout 60 ip netns exec "$(lab_ns "$1")" script -qec "${*:3}" /dev/null \
		>said </dev/null 3>&- 4>&- || status=$?
	((status < $2)) || fail "${*:3}: status $status: $(<said)"
}

keep_rights() {
	grep -E '^(Cap(Prm|Eff|Inh|Amb)|NoNewPrivs|Seccomp):' "/proc/$1/status" >rights
}

assert_no_rights() {
	[[ $(grep -cE '^Cap...:\s0+$' rights) -eq 4 ]] || fail "$1: $(<rights)" || return
	[[ $(grep -E '^(No|Sec)' rights) == $'NoNewPrivs:\t1\nSeccomp:\t2' ]] || fail "$1: $(<rights)"
}
