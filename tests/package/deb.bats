#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages in a Debian of their own: installed, used, upgraded, removed and purged. Needs
# root, debootstrap and Debian's packages; part of `make check-packages`.
#
# Environment: NETSONDE_BUILD, whose folder deb has the packages.
# shellcheck disable=SC2016 # words of inner shells

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load ../netns

setup_file() {
	lab_need root || return 0
	export ROOT=$BATS_FILE_TMPDIR/root
	export BASE=$NETSONDE_BUILD/package/debian.tar
	make_base
	mkdir "$ROOT"
	tar -C "$ROOT" -xpf "$BASE"
	mkdir "$ROOT/packages"
	cp "$NETSONDE_BUILD"/deb/netsonde_*.deb "$NETSONDE_BUILD"/deb/netsonde-compat_*.deb "$ROOT/packages"
	next_version "$ROOT"/packages/netsonde_*.deb
	files >"$BATS_FILE_TMPDIR/before"
}

setup() {
	lab_need root
}

teardown_file() {
	rm -rf "$ROOT"
}

# A small Debian with what the tests look with; made once, as a tarball.
make_base() {
	local staging=$BATS_FILE_TMPDIR/base

	[[ ! -e $BASE ]] || return 0
	mkdir -p "${BASE%/*}"
	debootstrap --variant=minbase \
		--include=libcap2-bin,man-db,mandoc,bash-completion,zsh,fish,iproute2,sudo,net-tools,libmnl0,libseccomp2,libpcap0.8 \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$staging" >&2
	rm -rf "${staging:?}"/var/cache/apt/archives/*.deb "${staging:?}/dev"/*
	tar -C "$staging" -cf "$BASE.new" .
	rm -rf "$staging"
	mv "$BASE.new" "$BASE"
}

# next_version DEB: the same once more, with a later version
next_version() {
	local tree=$BATS_FILE_TMPDIR/next

	dpkg-deb -R "$1" "$tree"
	sed -i 's/^Version: .*/&+next/' "$tree/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$tree" "$ROOT/packages/next.deb" >/dev/null
	rm -rf "$tree"
}

# inside CMD...: in that Debian, with a network that has nothing but lo
inside() {
	unshare --mount --net --pid --fork bash -c 'ip link set lo up
		mount -t proc proc "$0/proc"
		mount -t tmpfs tmpfs "$0/dev"
		for node in null:3 zero:5 full:7 urandom:9; do
			mknod -m 666 "$0/dev/${node%:*}" c 1 "${node#*:}"
		done
		mknod -m 666 "$0/dev/tty" c 5 0
		ln -s /proc/self/fd "$0/dev/fd"
		exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive TERM=dumb "$@"' "$ROOT" "$@"
}

# Every file that is there, but for what dpkg and the manual's index keep of their own.
files() {
	(cd "$ROOT" && find . -path ./packages -prune -o -path ./proc -prune -o -path ./dev -prune -o \
		-path ./var/lib/dpkg -prune -o -path ./var/cache/man -prune -o -path ./var/log -prune -o \
		-path ./root -prune -o -path ./tmp -prune -o -printf '%p %m %U %l\n' | sort)
}

capability() {
	inside getcap /usr/bin/netping
}

as_nobody() {
	inside setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

@test "installed without a word, and nothing depends on more than it says" {
	run -0 inside bash -c 'dpkg -i /packages/netsonde_*.deb /packages/netsonde-compat_*.deb'
	refute_output --regexp 'warning|error|netsonde:'
	run -0 inside dpkg --audit
	refute_output
	[[ $(inside bash -c 'for c in netconn netroute netarp netping netshake netsyn; do $c --version; done' |
		sort -u | wc -l) == 6 ]]
}

@test "netping has one capability, permitted alone; the others none, and nothing is setuid" {
	assert_equal "$(capability)" '/usr/bin/netping cap_net_raw=p'
	assert_equal "$(inside getcap -r /usr)" '/usr/bin/netping cap_net_raw=p'
	run -0 inside find /usr/bin -name 'net*' -perm /6000
	refute_output
}

@test "nobody pings, and looks" {
	run -0 as_nobody netping -c 1 127.0.0.1
	assert_output --partial '1 packets transmitted, 1 received, 0% packet loss'
	run -0 as_nobody netconn -natp
	run -0 as_nobody netroute -n
	run -2 as_nobody netshake 127.0.0.1 1
	assert_output --partial CAP_NET_RAW
}

@test "every manual page is found and renders without a warning" {
	for page in netconn netroute netarp netping netshake netsyn netsonde; do
		run -0 inside bash -c "MANWIDTH=80 man --warnings $page 2>&1 >/tmp/page; wc -l </tmp/page"
		refute_output --regexp '[^0-9]'
		[[ $output -gt 100 ]]
	done
	run -0 inside apropos SYN
	assert_output --partial netsyn
}

@test "completions load in bash, zsh and fish, and complete" {
	run -0 inside bash -ic '. /usr/share/bash-completion/bash_completion
		_completion_loader netroute
		COMP_WORDS=(netroute --expl) COMP_CWORD=1 COMP_LINE="netroute --expl" COMP_POINT=15
		"$(complete -p netroute | sed "s/.*-F \([^ ]*\).*/\1/")" netroute --expl netroute
		printf "%s\n" "${COMPREPLY[@]}"'
	assert_output --partial --explain
	run -0 inside zsh -c 'autoload -Uz compinit && compinit -u -D
		for c in netconn netroute netarp netping netshake netsyn; do
			print $c ${_comps[$c]}; autoload +X ${_comps[$c]} || exit; done'
	assert_line 'netshake _netshake'
	run -0 inside fish -c 'complete -C "netroute --expl"'
	assert_output --partial --explain
	for command in netconn netroute netarp netping netshake netsyn; do
		run -0 inside fish -c "complete -C '$command --'"
		[[ ${#lines[@]} -gt 10 ]]
		run -0 inside bash -c ". /usr/share/bash-completion/bash_completion
			_completion_loader $command; complete -p $command"
		assert_output --partial -F
	done
}

@test "the units are there and disabled; the plugin and its examples, too" {
	run -0 inside find /etc/systemd -name '*netsyn*'
	refute_output
	inside test -f /lib/systemd/system/netsyn.service -a -f /lib/systemd/system/netsyn.timer
	run inside /usr/lib/nagios/plugins/check_netsyn
	[[ $status -le 3 ]]
	assert_output --regexp '^SYNFLOOD (OK|WARNING|CRITICAL|UNKNOWN)'
	inside test -f /usr/share/doc/netsonde/examples/icinga2.conf -a \
		-f /usr/share/doc/netsonde/examples/nagios.cfg -a \
		-f /usr/share/doc/netsonde/examples/prometheus.md
	run -0 inside visudo -cf /usr/share/doc/netsonde/examples/sudoers
}

@test "the names of habit, for a PATH that asks for them" {
	local compat=/usr/libexec/netsonde/compat

	run -0 inside sh -c "PATH=$compat:\$PATH; netstat -natp; route -n; arp -an; ping -c 1 127.0.0.1"
	assert_output --partial 'Active Internet connections'
	assert_output --partial 'Kernel IP routing table'
	assert_output --partial '1 packets transmitted'
	# what netsonde does not do is the older program's
	run -0 inside sh -c "PATH=$compat:\$PATH; route add -host 127.0.0.9 lo && /sbin/route -n"
	assert_output --partial 127.0.0.9
	assert_equal "$(inside sh -c 'command -v netstat')" /usr/bin/netstat
}

@test "an upgrade keeps the capability" {
	inside setcap -r /usr/bin/netping
	run -0 inside dpkg -i /packages/next.deb
	assert_equal "$(capability)" '/usr/bin/netping cap_net_raw=p'
}

@test "who has said otherwise is obeyed" {
	inside dpkg-statoverride --add root root 750 /usr/bin/netping
	run -0 inside bash -c 'dpkg -i /packages/netsonde_*.deb'
	assert_equal "$(capability)" ''
	assert_equal "$(inside stat -c %a /usr/bin/netping)" 750
	inside dpkg-statoverride --remove /usr/bin/netping
}

@test "without setcap, or where it fails, the installation goes on" {
	inside mv /sbin/setcap /sbin/setcap.away
	run -0 inside dpkg -i /packages/next.deb
	assert_equal "$(capability)" ''
	printf '#!/bin/sh\nexit 1\n' >"$ROOT/sbin/setcap"
	chmod 755 "$ROOT/sbin/setcap"
	run -0 inside bash -c 'dpkg -i /packages/netsonde_*.deb'
	assert_output --partial 'netping gets no cap_net_raw here'
	assert_equal "$(inside stat -c %a /usr/bin/netping)" 755
	inside mv /sbin/setcap.away /sbin/setcap
}

@test "removed and purged, nothing is left" {
	run -0 inside dpkg --remove netsonde-compat netsonde
	run -0 inside dpkg --purge netsonde-compat netsonde
	run -0 diff "$BATS_FILE_TMPDIR/before" <(files)
	refute_output
	run -0 inside dpkg --audit
	refute_output
}
