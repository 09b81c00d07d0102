#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The RPM packages in an empty folder: installed, upgraded and erased. Needs root and rpm; part of
# `make check-packages`. What they depend on is not there, so nothing is run.
#
# Environment: NETSONDE_BUILD, whose folder rpm has the packages.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load ../netns

setup_file() {
	lab_need root || return 0
	export PREFIX=$BATS_FILE_TMPDIR/prefix
	mkdir "$PREFIX"
	packages >/dev/null
}

setup() {
	lab_need root
}

packages() {
	find "$NETSONDE_BUILD/rpm/RPMS" -name 'netsonde-[0-9]*.rpm' -o -name 'netsonde-compat-*.rpm' |
		grep .
}

# Debian's rpm has a word of warning.
in_prefix() {
	rpm --root "$PREFIX" --nodeps "$@" 2> >(grep -v '^rpm: ' >&2)
}

# Every file but for rpm's own data base, wherever this rpm keeps it.
files() {
	(cd "$PREFIX" && find . \( -path ./var/lib/rpm -o -name .rpmdb \) -prune -o ! -type d -print | sort)
}

@test "installed" {
	mapfile -t found < <(packages)
	run -0 in_prefix --install "${found[@]}"
	refute_output
	for command in netconn netroute netarp netping netshake netsyn; do
		[[ -x $PREFIX/usr/bin/$command ]]
		compgen -G "$PREFIX/usr/share/man/man8/$command.8*" >/dev/null
	done
	[[ -x $PREFIX/usr/libexec/netsonde/compat/netstat ]]
}

@test "netping has one capability, permitted alone; the others none, and nothing is setuid" {
	assert_equal "$(getcap -r "$PREFIX")" "$PREFIX/usr/bin/netping cap_net_raw=p"
	run -0 find "$PREFIX" -perm /6000
	refute_output
}

@test "as installed, by the package's own record" {
	run -0 in_prefix --verify netsonde netsonde-compat
	refute_output
}

@test "an upgrade keeps the capability" {
	setcap -r "$PREFIX/usr/bin/netping"
	mapfile -t found < <(packages)
	run -0 in_prefix --upgrade --replacepkgs "${found[@]}"
	assert_equal "$(getcap -r "$PREFIX")" "$PREFIX/usr/bin/netping cap_net_raw=p"
}

@test "erased, nothing is left" {
	run -0 in_prefix --erase netsonde-compat netsonde
	run -0 files
	refute_output
	run -0 find "$PREFIX/usr" -name '*netsonde*'
	refute_output
}
