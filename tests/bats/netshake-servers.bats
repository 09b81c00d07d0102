#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Servers as they are in the field. nginx and OpenSSH are taken from where they are installed, or from
# where `make deps` has unpacked them.
# shellcheck disable=SC2154 # bats sets them
# shellcheck disable=SC2016 # programs of jq

bats_require_minimum_version 1.5.0
load netshake

setup_file() {
	netshake_begin || return 0
	lab_pair a b
	serve b 7000
	export PATH=$PATH:/usr/sbin:${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/unpacked/usr/sbin
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	lab_sysctl b net.ipv4.tcp_syncookies 1
	lab_end
}

teardown_file() {
	lab_end
}

# assert_both PORT ARG...: whole traces over IPv4 and IPv6, and no RST of the kernel's
assert_both() {
	local family
	count_resets a
	for family in 4 6; do
		shake a --json "${@:2}" "$(lab_addr b $family)" "$1" >/dev/null
		shaken '.verdict == "open" and .as_asked and .kernel_segments == 0 and
			all(.segments[]; .checksum_ok)'
	done
	[[ $(resets a) -eq 0 ]]
}

@test "SYN cookies" {
	lab_sysctl b net.ipv4.tcp_syncookies 2
	assert_both 7000
	assert_both 7000 --no-timestamps
	shaken '.negotiated.timestamps | not'
}

@test "TCP Fast Open" {
	lab_sysctl b net.ipv4.tcp_fastopen 3
	serve b 7100 --fast-open
	assert_both 7100
}

@test "an MPTCP listener" {
	[[ -e /proc/sys/net/mptcp ]] || skip 'needs MPTCP in the kernel'
	serve b 7200 --mptcp
	assert_both 7200
	assert_both 7201 --close wait
}

@test "nginx" {
	command -v nginx >/dev/null || skip 'nginx is neither installed nor unpacked'
	mkdir nginx
	cat >nginx.conf <<-END
		daemon off;
		master_process off;
		user nobody nogroup;
		error_log $PWD/nginx/error.log;
		pid $PWD/nginx/pid;
		events { }
		http {
			access_log off;
			client_body_temp_path $PWD/nginx;
			proxy_temp_path $PWD/nginx;
			fastcgi_temp_path $PWD/nginx;
			uwsgi_temp_path $PWD/nginx;
			scgi_temp_path $PWD/nginx;
			server {
				listen 80;
				listen [::]:80;
				return 200 "well\n";
			}
		}
	END
	lab_bg b nginx -c "$PWD/nginx.conf" >/dev/null 2>nginx/output
	lab_wait_for lab_exec b bash -c ': </dev/tcp/127.0.0.1/80'
	assert_both 80
	assert_both 80 --data $'GET / HTTP/1.0\r\n\r\n' --close wait
	shaken '.closed_by == "server" and ([.segments[] | select(.direction == "in").length] | add) > 0'
}

@test "OpenSSH" {
	local sshd
	sshd=$(command -v sshd) || skip 'sshd is neither installed nor unpacked'
	ssh-keygen -q -t ed25519 -N '' -f key
	# It wants a user and a folder of its own, which are there for it alone: ip netns exec mounts apart.
	{ cat /etc/passwd; echo 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin'; } >passwd
	lab_bg b bash -c 'mount --bind passwd /etc/passwd && mount -t tmpfs none /run && mkdir /run/sshd &&
		exec "$@"' - "$sshd" -D -e -f /dev/null -h "$PWD/key" -o PidFile=none -p 22 2>sshd.log
	lab_wait_for lab_exec b bash -c ': </dev/tcp/127.0.0.1/22'
	assert_both 22
	assert_both 22 --hold 0.3 --close half
	shaken '[.segments[] | select(.direction == "in").length] | add > 20'
}
