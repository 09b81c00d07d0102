#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What packages have for monitoring: the plugin's name, and systemd's units, whose sandbox must leave
# what netsyn needs.
# shellcheck disable=SC2154 # bats sets variables

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

setup_file() {
	local build=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}

	export PLACE=$BATS_FILE_TMPDIR/root
	mkdir -p "$PLACE/usr/bin"
	cp "${NETSONDE_BIN:-$build/bin}/netsyn" "$PLACE/usr/bin"
	make -s -C "$BATS_TEST_DIRNAME/../.." BUILD="$build" PREFIX=/usr DESTDIR="$PLACE" \
		install-plugin install-units
}

@test "the plugin is netsyn by another name" {
	run "$PLACE/usr/lib/nagios/plugins/check_netsyn" --snapshot
	assert_output --regexp '^SYNFLOOD (OK|WARNING|CRITICAL|UNKNOWN) - ' # whatever this host is
}

# calls GROUP: the system calls of one of systemd's groups
calls() {
	local word

	while read -r word _; do
		case $word in
		'' | '#' | "$1") ;;
		@*) calls "$word" ;;
		*) printf '%s\n' "$word" ;;
		esac
	done < <(systemd-analyze syscall-filter "$1")
}

@test "systemd takes the units" {
	command -v systemd-analyze >/dev/null || skip 'no systemd-analyze'
	sed -i "s|ExecStart=/usr/bin|ExecStart=$PLACE/usr/bin|" "$PLACE/usr/lib/systemd/system/netsyn.service"
	run -0 systemd-analyze verify --man=no "$PLACE"/usr/lib/systemd/system/netsyn.{service,timer}
	assert_output ''
}

@test "the unit's filter has every system call that netsyn makes" {
	local group

	command -v systemd-analyze >/dev/null || skip 'no systemd-analyze'
	systemd-analyze syscall-filter @default >/dev/null || skip 'an old systemd-analyze'
	! grep -q __asan_init "$PLACE/usr/bin/netsyn" || skip 'a sanitizer makes calls of its own'
	cd "$BATS_TEST_TMPDIR"
	strace -f -o trace "$PLACE/usr/bin/netsyn" --prometheus here.prom || (($? <= 3)) # likewise
	[[ -s here.prom ]]
	sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' trace | sort -u >made
	[[ -s made ]]
	{
		calls @default
		sed -n 's/^SystemCallFilter=\(@.*\)/\1/p' "$PLACE/usr/lib/systemd/system/netsyn.service" |
			tr ' ' '\n' | while read -r group; do calls "$group"; done
	} | sort -u >allowed
	sed -n 's/^SystemCallFilter=~//p' "$PLACE/usr/lib/systemd/system/netsyn.service" |
		tr ' ' '\n' | while read -r group; do calls "$group"; done | sort -u >denied
	[[ -s allowed && -s denied ]]
	run -0 comm -23 made allowed
	assert_output ''
	run -0 comm -12 made denied
	assert_output ''
}
