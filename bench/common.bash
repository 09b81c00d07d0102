# SPDX-License-Identifier: GPL-2.0-or-later
# For benchmarks: commands timed in turn (A B A B ...), so that a machine that slows down does so for
# all of them. They print medians and ratios; what a ratio is expected to be stands beside it, and
# nothing fails here.
#
#	race RUNS 'COMMAND' 'COMMAND'...	time each, RUNS times in turn; output is discarded
#	median 'COMMAND'			its median wall time in microseconds
#	ratio 'COMMAND' 'PEER' [AIM]		print the one by the other
#	rss_kb COMMAND...			its largest resident set in KiB

declare -A samples=()

_time_us() {
	local start=${EPOCHREALTIME/./}
	eval "$1" >/dev/null 2>&1 || true
	echo $((${EPOCHREALTIME/./} - start))
}

race() {
	local runs=$1 run cmd
	shift
	for cmd; do samples[$cmd]=; done
	for ((run = 0; run < runs; run++)); do
		for cmd; do samples[$cmd]+="$(_time_us "$cmd") "; done
	done
}

median() {
	# shellcheck disable=SC2086 # a list of numbers
	printf '%s\n' ${samples[$1]} | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

ratio() {
	awk -v a="$(median "$1")" -v b="$(median "$2")" -v cmd="$1" -v peer="$2" -v limit="${3-}" 'BEGIN {
		printf "%-30s %8.1f ms   %-26s %8.1f ms   ratio %.3f%s\n", cmd, a / 1000, peer,
			b / 1000, a / b, limit == "" ? "" : " (aim: at most " limit ")" }'
}

rss_kb() {
	# GNU time writes its figure last
	{ command time -f %M "$@" >/dev/null; } 2>&1 | tail -n 1
}
