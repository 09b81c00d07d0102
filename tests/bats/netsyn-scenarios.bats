#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Floods of every kind, and what only looks like one, each in namespaces of its own: the verdict has
# to be right. tests/scenarios/table has them; one seed in `make check`, 20 in `make check-full`.
# They wait most of the time, and so are played side by side.
# shellcheck disable=SC2154 # bats sets them

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load ../netns

setup_file() {
	local seeds=1-1

	lab_need root netns tun nft jq nstat || return 0
	[[ ${NETSONDE_CHECK-} != full ]] || seeds=1-20
	"$BATS_TEST_DIRNAME/../scenarios/all" --seeds "$seeds" --jobs 8 \
		>"$BATS_FILE_TMPDIR/results" 2>&1 </dev/null 3>&- 4>&- || true
}

setup() {
	lab_need
}

# judged PART: every scenario of this part was played, and none came out wrong
judged() {
	local name count=0
	local -a busy=()

	while read -r name; do
		count=$((count + 1))
		if grep -qE "^(not )?ok $name " "$BATS_FILE_TMPDIR/results"; then
			continue
		elif grep -q "^busy $name " "$BATS_FILE_TMPDIR/results"; then
			busy+=("$name")
		else
			cat "$BATS_FILE_TMPDIR/results"
			fail "$name was not played"
		fi
	done < <(awk -v part="$1" '/^= / { on = $2 == part } on && /^[a-z]/ { print $1 }' \
		"$BATS_TEST_DIRNAME/../scenarios/table" |
		tee "$BATS_TEST_TMPDIR/names")
	((count > 2))
	run -1 grep -E "^not ok ($(paste -sd '|' "$BATS_TEST_TMPDIR/names")) " "$BATS_FILE_TMPDIR/results"
	[[ ${#busy[@]} -eq 0 ]] || skip "this machine was too busy for ${busy[*]}"
}

@test "floods are named, with their kind" {
	judged floods
}

@test "floods of IPv6, groups of sockets, and unusual listeners are named" {
	judged listeners
}

@test "floods among real clients are named, and who is not attacked is spared" {
	judged mixed
}

@test "crowds, slow ways, losses and stuck applications are no floods" {
	judged harmless
}

@test "floods that begin meanwhile are named" {
	judged begin
}

@test "nothing but verdicts" {
	run -1 grep -vE '^(ok|not ok|busy) |^[0-9]+ right, [0-9]+ wrong, [0-9]+ not judged$' "$BATS_FILE_TMPDIR/results"
}
