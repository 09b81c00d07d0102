#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Listings taken while connections come and go as fast as the machine allows. The kernel's dump is no
# snapshot: a few rows in a million may be missing, but none may be there twice.
# shellcheck disable=SC2016,SC2154 # programs of awk; variables of bats

bats_require_minimum_version 1.5.0
load netconn

STABLE=10000
DURATION=6
[[ ${NETSONDE_CHECK-} != full ]] || DURATION=60

setup() {
	netconn_begin || lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	netconn_end
}

# listings SECONDS COUNT ARG...: COUNT and more, rows of inode and cookie, a line "end STATUS" behind each
listings() {
	local status count=0 end=$((SECONDS + $1))

	while ((count++ < $2 || SECONDS < end)); do
		status=0
		netconn "${@:3}" --csv --no-header --columns inode,cookie || status=$?
		printf 'end %d\n' "$status"
	done
}

# judge INODES: of the listings on stdin: how many, rows of stable sockets seen, and missing, rows that
# came twice, listings that failed
judge() {
	awk -F '[, ]' '
		FNR == NR { stable[$1]; count++; next }
		$1 == "end" {
			listings++
			failed += $2 != 0
			missing += count - rows
			rows = 0
			split("", cookies)
			next
		}
		{
			doubled += $2 in cookies
			cookies[$2]
			if ($1 in stable) { rows++; seen++ }
		}
		END { print listings, seen, missing, doubled + 0, failed }' "$1" -
}

# steady COUNT ARG...: in COUNT and more listings with these options beside churn, none has a row twice,
# and five in a million are missing; what is too short to have a million rows may miss five, too
steady() {
	local listings seen missing doubled failed

	populate z churn --seconds $((DURATION + 90)) --stable "$STABLE" --inodes "$STAGE/inodes"
	assert_equal "$(wc -l <"$STAGE/inodes")" "$STABLE"
	listings "$DURATION" "$@" 2>noise | judge "$STAGE/inodes" >verdict
	depopulate churn
	read -r listings seen missing doubled failed <verdict
	printf '# %d listings, %d rows of stable sockets, %d missing, %d doubled\n' \
		"$listings" "$seen" "$missing" "$doubled" >&3
	assert [ "$listings" -ge "$1" ]
	assert_equal "$failed" 0
	assert_equal "$doubled" 0
	assert [ "$missing" -le "$((seen < 1000000 ? 5 : 5 * seen / 1000000))" ]
	assert_equal "$(<noise)" ''
	run -0 cat "$STAGE/churn.log"
	assert_output --regexp 'opened [0-9]{3,}' # there was churn, indeed
}

@test "10,000 stable sockets beside churn: none twice, hardly any missing" {
	steady "$DURATION" -tan
}

@test "the same with owners, which takes longer" {
	steady $((DURATION / 2)) -tanp
}

@test "the same from /proc, without a diag: each listing comes to its end" {
	populate z churn --seconds 90 --stable 2000
	netconn() { lab_exec z "$STAGE/nodiag" EPERM "$NETCONN" "$@"; }
	listings 3 3 -tan 2>noise >all
	depopulate churn
	run -1 grep -E '^end [^0]' all
	assert [ "$(grep -c '^end 0' all)" -ge 3 ]
	assert_equal "$(<noise)" ''
}
