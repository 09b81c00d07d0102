#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What README.md and the manual show: every command line is one that the commands take, and what is
# shown below it is what they print, but for numbers.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
load ../netns

# The lab is the documentation's: cli looks at srv, a web server, and both at a router.
setup_file() {
	lab_need jq nft perl || return 0
	lab_begin || return 0
	lab_stage net{arp,conn,ping,route,shake,syn} fixture/synlab || return
	export LC_ALL=C.UTF-8
	lab_pair srv cli
	addresses srv to-cli 10
	addresses cli to-srv 77
	lab_exec cli ping -c 1 -W 5 -q 192.0.2.10 >/dev/null
	lab_exec cli ping -c 1 -W 5 -q 2001:db8::10 >/dev/null
	serve_web
}

setup() {
	lab_need
	cd "$BATS_TEST_TMPDIR" || return
}

teardown_file() {
	lab_end
}

# addresses HOST DEVICE NUMBER: the device is eth0 and has addresses of the documentation
addresses() {
	ip -n "$(lab_ns "$1")" -batch - <<-END
		link set $2 down
		link set $2 name eth0
		link set eth0 up
		address add 192.0.2.$3/24 dev eth0
		address add 2001:db8::$3/64 dev eth0 nodad
	END
}

web() {
	lab_bg "$1" perl "$BATS_TEST_DIRNAME/../fixture/web.pl" "${@:2}" >"$STAGE/web.log"
	lab_wait_for grep -q ready "$STAGE/web.log"
}

# Two connections open, and one just closed.
serve_web() {
	web srv serve 5432
	web srv serve 8080
	web cli call 192.0.2.10 8080 bye
	web cli call 192.0.2.10 8080
	web cli call 2001:db8::10 8080
}

# And one that is begun, but not completed while cli drops the answers.
half_open() {
	lab_drop cli 'tcp flags & (syn | ack) == syn | ack'
	lab_bg cli perl "$BATS_TEST_DIRNAME/../fixture/web.pl" call 192.0.2.10 8080
	# shellcheck disable=SC2016 # the inner shell's words
	lab_wait_for bash -c 'ip netns exec "$0" "$1/netconn" -tan | grep -q SYN_RECV' \
		"$(lab_ns srv)" "$STAGE"
}

shown() {
	awk -v wanted="$2" -f "$BATS_TEST_DIRNAME/examples.awk" "$BATS_TEST_DIRNAME/../../$1"
}

# Numbers, processes, MAC addresses, devices, the states of entries and the width of columns differ.
plain() {
	sed -E -e 's/([0-9a-f]{2}:){5}[0-9a-f]{2}/MAC/g' -e 's/(REACHABLE|STALE|DELAY|PROBE)/STATE/' \
		-e 's/\<(eth|en)[0-9]\>/DEV/g' -e 's/[0-9]+(\.[0-9]+)*/N/g' -e 's|N/[A-Za-z][A-Za-z0-9._-]*|N/PROGRAM|g' \
		-e 's/"program":"[^"]*"/"program":PROGRAM/g' -e 's/  +/ /g' -e 's/ $//' -e '/^$/d'
}

# as_shown FILE HOST COMMAND [HOW]: run there, it prints what the file shows; HOW is sort where the
# order of lines is the kernel's
as_shown() {
	local file=$1 host=$2 how=${4:-cat}

	shown "$file" "$3" | plain | "$how" >expected
	[[ -s expected ]] || fail "$file shows nothing below '$3'" || return
	lab_exec "$host" env PATH="$STAGE:$PATH" bash -c "$3" 2>&1 | plain | "$how" >printed
	diff -u expected printed || fail "$3: $file shows something else"
}

@test "README: connections, their owners, and the same for programs" {
	half_open
	as_shown README.md srv 'netconn -natp' sort
	as_shown README.md srv 'netconn -tp --columns state,local,peer,timer,owners' sort
	as_shown README.md srv 'netconn -tlpj --columns proto,local_addr,local_port,accept_queue,owners'
	lab_heal cli
}

# configure HOST LINE...: more of ip's lines
configure() {
	printf '%s\n' "${@:2}" | ip -n "$(lab_ns "$1")" -batch -
}

@test "README: the way to a host, explained and walked" {
	lab_line home gw far
	addresses home to-gw 77
	configure home 'address flush to 10.0.0.0/8' 'route flush table main proto static' \
		'route add default via 192.0.2.1' 'route add 198.51.0.0/16 via 192.0.2.254' \
		'route add 198.51.100.0/24 via 192.0.2.1 metric 50' \
		'rule add from 203.0.113.0/24 lookup 100 priority 1000' \
		'route add default via 192.0.2.254 table 100'
	configure gw 'address add 192.0.2.1/24 dev to-home' 'address add 198.51.100.1/24 dev to-far'
	configure far 'address add 198.51.100.9/24 dev to-gw' 'route add 192.0.2.0/24 via 198.51.100.1'
	as_shown README.md home 'netroute --explain 198.51.100.9'
	as_shown README.md home 'netping --explain -c 3 -i 0.2 198.51.100.9'
}

@test "README: two who answer for one address" {
	lab_bridge switch host gate other
	addresses host to-switch 77
	configure gate 'address add 192.0.2.1/24 dev to-switch'
	configure other 'address add 192.0.2.1/24 dev to-switch'
	as_shown README.md host 'netarp --probe 192.0.2.1 -I eth0 -c 2' sort
}

@test "README: a handshake, and the manual's ladders are parts of it" {
	as_shown README.md cli 'netshake 192.0.2.10 8080'
	awk '/^\.S[hs]/ { is_ladder = /Three-way|Four-way/ } /^\.(Bd|Ed)/ { in_block = /Bd/; next }
		is_ladder && in_block' "$BATS_TEST_DIRNAME/../../man/netshake.8" |
		sed -e 's/\\-/-/g' -e 's/->/→/' -e 's/<-/←/' | plain >ladder
	[[ $(wc -l <ladder) -gt 10 ]]
	# in this order
	diff expected ladder | grep '^>' && fail 'a line that README.md does not have' || true
}

# How often SYN-ACKs were sent, which counters move, and whether it listens to the wire besides,
# depends on the moment.
moment() {
	sed -E -e 's/^( half-open).*/\1/' -e '/^ Tcp/d' -e '/^Wire/,/^Settings/{/^Settings/!d}'
}

@test "README: a flood beside real clients" {
	local synlab=$STAGE/synlab

	lab_pair att site
	lab_exec site ip route add default via "$(lab_addr att 4 site)"
	lab_exec att ip route add local 10.200.0.0/16 dev lo
	lab_exec site ping -c 1 -W 5 -q "$(lab_addr att 4 site)"
	lab_bg site "$synlab" serve --seconds 30 --port 443 --backlog 511 >serve.log
	lab_wait_for grep -q ready serve.log
	lab_bg att "$synlab" source --device to-site --mac "$(lab_mac site)" --port 443 \
		--to "$(lab_addr site 4)" --rate 900 --seconds 20 --from random >/dev/null
	lab_bg att "$synlab" crowd --to "$(lab_addr site 4)" --port 443 --from 10.200.0.0/16 --rate 60 \
		--seconds 20 --talk >/dev/null
	sleep 1
	as_shown README.md site netsyn moment
}

@test "netconn(8): what an expression is split into, and where its fault is" {
	as_shown man/netconn.8 srv 'netconn --explain-filter dev eth0 user root state established'
	as_shown man/netconn.8 srv 'netconn -t sport = :htpt'
}

# What is said of a command that is not the documentation's host: another process, folder or name.
localised() {
	sed -E -e "s/4711/$1/g" -e 's/\$\(docker [^)]*\)/'"$1/" -e "s/--netns web/--netns $(lab_ns srv)/" \
		-e 's/www\.example\.net|HOST/192.0.2.10/' -e 's|/var/[a-z]+/||' -e 's/user web/user root/' -e 's/ en0 / eth0 /' -e 's/--read FILE/--read web.pcap/' -e 's/^netstat/netconn/' \
		-e 's/(netping|netarp|netshake) (.* )?192\.0\.2\.1($|[ /])/\1 \2192.0.2.10\3/'
}

# take_line LINE: run it for a while; print it with what is wrong, if the command does not take it
take_line() {
	local status=0 folder

	folder=$(mktemp -d ./line.XXXXXX)
	cp addresses list hosts table web.pcap "$folder"
	[[ $1 != *--read\ incident* ]] || cp -R incident "$folder"
	(cd "$folder" && PATH="$STAGE:$PATH" timeout -s INT "${2:-1}" bash -o pipefail -c "$1") \
		>"$folder.out" 2>"$folder.err" </dev/null || status=$?
	case $1:$status in
	*:0 | *:1 | *:124 | *:130 | *:141) ;;
	netsyn*:[23]) [[ ! -s $folder.err ]] || printf '%s: %s\n' "$1" "$(<"$folder.err")" ;;
	*) printf '%s: status %d: %s\n' "$1" "$status" "$(<"$folder.err")" ;;
	esac
}

@test "every command line that is shown is taken" {
	local page sleeper

	ip -n "$(lab_ns srv)" route add default via 192.0.2.77
	lab_bg srv sleep 100
	sleeper=$!
	printf '192.0.2.10\n' | tee addresses list >hosts
	lab_exec srv ip -j route show >table
	lab_exec srv "$STAGE/netsyn" --record incident >/dev/null
	lab_exec cli "$STAGE/netshake" --pcap web.pcap 192.0.2.10 8080 >/dev/null
	cd "$BATS_TEST_DIRNAME/../.." || return
	for page in README.md man/*.[78]; do
		awk -f tests/bats/examples.awk "$page"
	done | grep -vE '^netsyn --record|:htpt' | sort -u | localised "$sleeper" >"$BATS_TEST_TMPDIR/lines"
	cd "$BATS_TEST_TMPDIR" || return
	[[ $(wc -l <lines) -gt 80 ]]
	export -f take_line
	# shellcheck disable=SC2016 # the inner shell's words
	run -0 lab_exec srv xargs -d '\n' -P 4 -n 1 -a lines bash -c 'take_line "$1"' -
	refute_output
}
