#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the distributions' linters say of the packages: nothing that is not explained; part of
# `make check-packages`.
#
# Environment: NETSONDE_BUILD, whose folders deb and rpm have the packages and the logs of building
# them.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

setup() {
	packaging=$BATS_TEST_DIRNAME/../../packaging
}

@test "lintian, of binaries and source" {
	run -0 lintian --allow-root -I --pedantic --tag-display-limit 0 "$NETSONDE_BUILD"/deb/*.changes
	refute_output
}

@test "rpmlint" {
	run -0 rpmlint -c "$packaging/rpm/rpmlint.toml" "$NETSONDE_BUILD"/rpm/RPMS/*/*.rpm \
		"$NETSONDE_BUILD"/rpm/SRPMS/*.rpm
	assert_output --regexp '0 errors, 0 warnings'
}

@test "blhc: packages are built with all hardening" {
	run -0 blhc --all "$NETSONDE_BUILD/deb/build.log"
	refute_output
}

@test "hardening-check, of what is in the packages" {
	for package in "$NETSONDE_BUILD"/deb/netsonde_*.deb; do
		dpkg-deb -x "$package" "$BATS_TEST_TMPDIR/root"
	done
	# the C library's start-up code is not marked for control-flow protection, so neither are they
	run -0 hardening-check --nocfprotection "$BATS_TEST_TMPDIR"/root/usr/bin/*
}
