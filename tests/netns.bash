# SPDX-License-Identifier: GPL-2.0-or-later
# The test lab: named hosts and links between them, in network namespaces that nobody else sees.
# To be sourced by bash, in bats files as well as in benchmarks.
#
#	. tests/netns.bash		# in a bats file: load ../netns
#	lab_begin
#	lab_line a r1 r2 b		# hosts are made as they are named
#	lab_loss b every 3 'icmp type echo-request'
#	lab_exec a ping -c 9 "$(lab_addr b 4)"
#	lab_end
#
# The lab
#	lab_begin		begin: one lab a shell at a time, by the shell itself, not a subshell
#	lab_end			kill everything in the lab and remove it; calling it twice is harmless
#	lab_stage FILE...	copy commands, and what has a folder from build/tests, to a new folder $STAGE,
#				where every user may run them; lab_end removes it
#	lab_reap		remove the labs of shells that are dead; lab_begin does it first
#	lab_need [FEATURE...]	stop unless this machine can: skip in bats, else print why and exit 77
#	lab_can FEATURE		the question alone: root, netns, nft, tun, tunlink, or a command's name
# Hosts. Names are a letter and up to 11 more letters or digits, in lower case.
#	lab_host NAME...	make hosts with nothing but lo; those that exist are left alone
#	lab_ns NAME		the namespace's name (for ip -n, --netns)
#	lab_exec NAME CMD...	run a command there
#	lab_bg NAME CMD...	the same in the background; $! is its process; killed by lab_end
#	lab_hold NAME CMD...	lab_bg, for what ends when its standard input does: it never does
#	lab_sysctl NAME KEY VALUE
# Links. Link N (1, 2, ...) has 10.0.N.0/24 and fd00:N::/64, hexadecimal; the first host is 1, the
# second 2 and so on; ready for use at once. The device of A that leads to B is to-B. MAC addresses
# are fixed: 02:00:00, the link in two octets, the host.
#	lab_pair A B		a cable
#	lab_line A R... B	cables in a row, and lab_routes
#	lab_routes A R... B	routes along hosts already linked in this order; R forward
#	lab_bridge BR STATION...	a switch (br0 in BR, no address) with stations
#	lab_delay_pair A B MS [JITTER_MS [OPTION...]]	a slow line, layer 3 only, by tests/lab/tunlink;
#				$! is its process, which lives LAB_LIFETIME seconds (120)
#	lab_dev NAME [PEER]	its device on its first link, or on the one to PEER (for stations: BR)
#	lab_mac NAME [PEER]	the device's MAC address
#	lab_addr NAME 4|6 [PEER]	the device's IPv4 or IPv6 address
# Trouble. MATCH is nft's ('tcp dport 80', 'arp operation request'; without one: everything).
#	lab_loss NAME PERCENT|every N [MATCH [in|out]]
#				lose what arrives, for itself or to be forwarded, on a line that is
#				bad; "every N": the Nth, 2Nth, ... In IPv6 neighbour discovery and group
#				reports are spared, so that a test can count. "out" makes the sender's
#				own sendto() fail: to lose silently, lose at the next host.
#	lab_drop NAME [MATCH]	a firewall, for what arrives or is to be forwarded: silent
#	lab_reject NAME MATCH [WITH...]	the same, answering: 'tcp reset', 'icmpx admin-prohibited'
#	lab_heal NAME...	no more trouble there
# Time
#	lab_wait_for CMD...	until the command succeeds, LAB_WAIT seconds (30) at most
#
# Removal. Outside bats lab_begin sets an EXIT trap, which bash runs on SIGINT, SIGTERM and SIGHUP,
# too (a trap of the script for one of these has to exit); one that was there runs after it. In bats
# lab_end belongs in teardown or teardown_file: bats calls them on every way out. What SIGKILL
# leaves is removed by the next lab_begin of anybody: namespaces are called nsdPID-STARTTIME-NAME
# after the shell that made them, so that it can be told whether this shell still lives.
#
# Build the lab in the shell itself, not in a subshell, a pipe or bats' run: it counts the links and
# knows the background processes, whose output, unless redirected, would keep run waiting.
#
# One lab for a whole bats file (bats before 1.9 cannot skip in setup_file):
#	setup_file() { lab_need nft || return 0; lab_begin || return 0; lab_pair a b; }
#	setup() { lab_need; }		# skips every test when setup_file could not go on
#	teardown() { lab_end; }		# kills what this test started by lab_bg, no more
#	teardown_file() { lab_end; }

! declare -F lab_begin >/dev/null || return 0 # a second time would forget the lab

LAB_DIR=/run/netns # where ip-netns(8) keeps names
LAB_HELPERS=${NETSONDE_BUILD:-$(dirname "${BASH_SOURCE[0]}")/../build}/tests/lab

_lab_mine=		# this shell began the lab
_lab_trapped=		# this shell's EXIT trap is ours
_lab_background=()	# what lab_bg started: stamps

_lab_fail() {
	printf '%s: %s\n' "${FUNCNAME[1]}" "$1" >&2
	return 1
}

_lab_in_bats() {
	[[ ${BATS_TEST_FILENAME-} ]] && declare -F skip >/dev/null
}

# _lab_stamp PID: sets $stamp to what tells this process from a later one of the same number; fails
# if it is dead. Fields as in proc(5): the state is 3, the start time 22.
_lab_stamp() {
	local stat

	stamp=
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	# shellcheck disable=SC2086 # to be split
	set -- "$1" ${stat##*) }
	[[ $2 != [ZX] ]] && stamp=$1-${21}
}

# _lab_alive STAMP
_lab_alive() {
	local stamp

	_lab_stamp "${1%-*}" && [[ $stamp == "$1" ]]
}

# _lab_inside NAMESPACE...: processes of which at least one thread is in one of these
_lab_inside() {
	{
		(cd "$LAB_DIR" && stat -L -c 'lab %d:%i' "$@")
		printf '%s\0' /proc/[0-9]*/task/[0-9]*/ns/net | xargs -0 stat -L -c '%n %d:%i'
	} 2>/dev/null | awk '
		$1 == "lab" { lab[$2]; next }
		$2 in lab { split($1, part, "/"); pids[part[3]] }
		END { for (pid in pids) print pid }
	' || true
}

# _lab_remove ID: kill and delete everything whose name begins so. Who lists the sockets of all
# namespaces is a guest here, for a moment: only who is still there at the next look is killed.
_lab_remove() {
	local -a names pids
	local i pid before=' '

	mapfile -t names < <(compgen -G "$LAB_DIR/$1-*" | sed 's|.*/||')
	[[ ${#names[@]} -gt 0 ]] || return 0
	for ((i = 0; i < 50; i++)); do # again, for who forked meanwhile
		mapfile -t pids < <(_lab_inside "${names[@]}")
		[[ ${#pids[@]} -gt 0 ]] || break
		for pid in "${pids[@]}"; do
			[[ $before != *" $pid "* ]] || kill -KILL "$pid" 2>/dev/null || true
		done
		before=" ${pids[*]} "
		sleep 0.02
	done
	# Somebody else's lab_reap may be at the same: what is gone is fine.
	printf 'netns delete %s\n' "${names[@]}" | ip -force -batch - 2>/dev/null || true
}

# By number, since a process may have left the lab's namespaces.
_lab_kill_background() {
	local stamp

	for stamp in ${_lab_background[@]+"${_lab_background[@]}"}; do
		! _lab_alive "$stamp" || kill -KILL "${stamp%-*}" 2>/dev/null || true
		wait "${stamp%-*}" 2>/dev/null || true
	done
	_lab_background=()
}

_lab_on_exit() {
	local status=$?

	set +e
	trap '' HUP INT TERM
	lab_end
	(exit "$status")
	eval "$_lab_trap_before"
}

lab_reap() {
	local name id reaped=

	for name in "$LAB_DIR"/nsd*-*-*; do
		[[ $name =~ /nsd(([0-9]+)-[0-9]+)-[a-z0-9]+$ ]] || continue
		id=${BASH_REMATCH[1]}
		[[ $id != "$reaped" ]] || continue
		_lab_alive "$id" || _lab_remove "nsd$id"
		reaped=$id
	done
}

lab_begin() {
	local stamp

	[[ $BASHPID == "$$" ]] || _lab_fail 'not in a subshell' || return
	[[ ! $_lab_mine ]] || _lab_fail 'the lab has begun already' || return
	lab_need root netns || return
	lab_reap
	_lab_stamp "$$" || return
	_lab_mine=1
	unset STAGE # another's
	export LAB=nsd$stamp LAB_LINKS=0
	if [[ ! $_lab_trapped ]] && ! _lab_in_bats; then
		eval "set -- $(trap -p EXIT)"
		_lab_trap_before=${3-}
		_lab_trapped=1
		trap _lab_on_exit EXIT
	fi
}

lab_end() {
	_lab_kill_background
	[[ $_lab_mine ]] || return 0
	_lab_remove "$LAB"
	[[ ! ${STAGE-} ]] || rm -rf "$STAGE"
	_lab_mine=
	unset LAB LAB_LINKS STAGE
}

lab_stage() {
	local build=${NETSONDE_BUILD:-$(dirname "${BASH_SOURCE[0]}")/../build} file

	if [[ ! ${STAGE-} ]]; then
		STAGE=$(mktemp -d "${TMPDIR:-/tmp}/netsonde-lab.XXXXXX") || return
		export STAGE
		chmod 755 "$STAGE" || return
	fi
	for file in "$@"; do
		if [[ $file == */* ]]; then
			cp "$build/tests/$file" "$STAGE" || return
		else
			cp "${NETSONDE_BIN:-$build/bin}/$file" "$STAGE" || return
		fi
	done
}

lab_can() {
	case $1 in
	root) [[ $EUID -eq 0 ]] ;;
	netns) [[ -e /proc/sys/net/ipv6 ]] && command -v ip sysctl && unshare -n true ;;
	nft) unshare -n nft 'add table inet lab; add table arp lab' ;;
	tun) unshare -n ip tuntap add dev lab0 mode tun ;;
	tunlink) [[ -x $LAB_HELPERS/tunlink ]] ;;
	*) command -v "$1" ;;
	esac >/dev/null 2>&1
}

# _lab_why FEATURE: what its absence is called
_lab_why() {
	case $1 in
	root) printf 'needs root' ;;
	netns) printf 'needs network namespaces, IPv6, iproute2 and procps' ;;
	nft) printf 'needs nft and nf_tables in the kernel' ;;
	tun) printf 'needs /dev/net/tun' ;;
	tunlink) printf '%s/tunlink is not built' "$LAB_HELPERS" ;;
	*) printf '%s is not installed' "$1" ;;
	esac
}

lab_need() {
	local feature why=${LAB_SKIP-}

	for feature in "$@"; do
		lab_can "$feature" || why=$(_lab_why "$feature")
		[[ ! $why ]] || break
	done
	[[ $why ]] || return 0
	if ! _lab_in_bats; then
		printf 'skipped: %s\n' "$why" >&2
		exit 77
	elif [[ ${BATS_TEST_NAME-} ]]; then
		skip "$why"
	fi
	export LAB_SKIP=$why
	return 1
}

lab_ns() {
	printf '%s-%s\n' "${LAB:?no lab has begun}" "$1"
}

lab_host() {
	local name ns conf

	for name in "$@"; do
		[[ $name =~ ^[a-z][a-z0-9]{0,11}$ ]] || _lab_fail "$name: no name for a host" || return
		ns=${LAB:?no lab has begun}-$name
		[[ ! -e $LAB_DIR/$ns ]] || continue
		ip netns add "$ns" || return
		# IPv4's settings are inherited from the machine, whatever they are there.
		set --
		for conf in all default; do
			set -- "$@" net.ipv4.conf.$conf.{forwarding,rp_filter,arp_{ignore,announce,filter}}=0 \
				net.ipv6.conf.$conf.{disable_ipv6,forwarding,accept_{dad,ra},router_solicitations}=0
		done
		ip netns exec "$ns" sysctl -qw net.ipv6.conf.lo.disable_ipv6=0 "$@" || return
		ip -n "$ns" link set dev lo up || return
	done
}

lab_exec() {
	local ns=${LAB:?no lab has begun}-$1

	ip netns exec "$ns" "${@:2}"
}

lab_bg() {
	local stamp ns=${LAB:?no lab has begun}-$1

	# 3 and 4 are bats' own: it waits until nobody holds them.
	ip netns exec "$ns" "${@:2}" 3>&- 4>&- &
	_lab_stamp "$!" || return 0 # over already
	_lab_background+=("$stamp")
}

# A FIFO that who reads from it has itself opened for writing, too, never ends.
lab_hold() {
	local fifo

	fifo=$(mktemp -u "${TMPDIR:-/tmp}/netsonde-held.XXXXXX") || return
	mkfifo -m 600 "$fifo" || return
	# shellcheck disable=SC2016 # the inner shell's words
	lab_bg "$1" bash -c 'exec <>"$1" && rm "$1" && exec "${@:2}"' - "$fifo" "${@:2}"
}

lab_sysctl() {
	[[ $2 == net.* ]] || _lab_fail "$2: not a setting of a namespace" || return
	lab_exec "$1" sysctl -qw "$2=$3"
}

# _lab_mac KIND PORT: of this port on the newest link; KIND 0 is a host's, 1 a switch's
_lab_mac() {
	printf '02:00:%02x:%02x:%02x:%02x' "$1" $((LAB_LINKS >> 8)) $((LAB_LINKS & 255)) "$2"
}

# _lab_address NAME PEER PORT: bring the device up, with its addresses on the newest link
_lab_address() {
	ip -n "$LAB-$1" -batch - <<-END
		link set dev to-$2 up
		address add 10.$((LAB_LINKS >> 8)).$((LAB_LINKS & 255)).$3/24 dev to-$2
		address add $(printf 'fd00:%x::%x/64' "$LAB_LINKS" "$3") dev to-$2 nodad
	END
}

# _lab_cable A B PORT KIND: on the newest link, A at this port, B at the next or a switch's
_lab_cable() {
	ip -n "$LAB-$1" link add "to-$2" address "$(_lab_mac 0 "$3")" type veth \
		peer name "to-$1" netns "$LAB-$2" address "$(_lab_mac "$4" $(($3 + 1 - $4)))"
}

lab_pair() {
	lab_host "$1" "$2" || return
	LAB_LINKS=$((LAB_LINKS + 1))
	_lab_cable "$1" "$2" 1 0 || return
	_lab_address "$1" "$2" 1 || return
	_lab_address "$2" "$1" 2
}

lab_bridge() {
	local bridge=$1 station port=0

	lab_host "$@" || return
	LAB_LINKS=$((LAB_LINKS + 1))
	lab_sysctl "$bridge" net.ipv6.conf.all.disable_ipv6 1 || return
	lab_sysctl "$bridge" net.ipv6.conf.default.disable_ipv6 1 || return
	ip -n "$LAB-$bridge" link add br0 address "$(_lab_mac 1 0)" type bridge \
		stp_state 0 mcast_snooping 0 || return
	ip -n "$LAB-$bridge" link set dev br0 up || return
	for station in "${@:2}"; do
		port=$((port + 1))
		_lab_cable "$station" "$bridge" "$port" 1 || return
		ip -n "$LAB-$bridge" link set dev "to-$station" master br0 up || return
		_lab_address "$station" "$bridge" "$port" || return
	done
}

lab_delay_pair() {
	local stamp from ready='' a=$1 b=$2 delay=$3 jitter=${4:-0}

	shift $(($# < 4 ? $# : 4))
	lab_can tunlink || _lab_fail "$(_lab_why tunlink)" || return
	lab_host "$a" "$b" || return
	LAB_LINKS=$((LAB_LINKS + 1))
	# A process substitution: what exec replaces is this shell's own child, and ends with it.
	exec {from}< <(exec "$LAB_HELPERS/tunlink" --for "${LAB_LIFETIME:-120}" \
		--delay "$delay" --jitter "$jitter" "$@" \
		"$LAB_DIR/$LAB-$a" "to-$b" "$LAB_DIR/$LAB-$b" "to-$a" </dev/null 3>&- 4>&-)
	! _lab_stamp "$!" || _lab_background+=("$stamp")
	read -r -t "${LAB_WAIT:-30}" -u "$from" ready || true
	exec {from}<&-
	[[ $ready == ready ]] || _lab_fail "no line between $a and $b" || return
	_lab_address "$a" "$b" 1 || return
	_lab_address "$b" "$a" 2
}

lab_routes() {
	local -a hosts=("$@") left4 left6 right4 right6 # on link i, from host i to host i + 1
	local i j last=$(($# - 1))

	for ((i = 0; i < last; i++)); do
		left4[i]=$(lab_addr "${hosts[i]}" 4 "${hosts[i + 1]}") || return
		left6[i]=$(lab_addr "${hosts[i]}" 6 "${hosts[i + 1]}") || return
		right4[i]=$(lab_addr "${hosts[i + 1]}" 4 "${hosts[i]}") || return
		right6[i]=$(lab_addr "${hosts[i + 1]}" 6 "${hosts[i]}") || return
	done
	for ((i = 0; i <= last; i++)); do
		if ((i > 0 && i < last)); then
			lab_exec "${hosts[i]}" sysctl -qw net.ipv{4,6}.conf.all.forwarding=1 || return
		fi
		for ((j = 0; j < last; j++)); do
			if ((j < i - 1)); then
				printf 'route replace %s via %s\n' "${left4[j]%.*}.0/24" "${left4[i - 1]}" \
					"${left6[j]%::*}::/64" "${left6[i - 1]}"
			elif ((j > i)); then
				printf 'route replace %s via %s\n' "${left4[j]%.*}.0/24" "${right4[i]}" \
					"${left6[j]%::*}::/64" "${right6[i]}"
			fi
		done | ip -n "$LAB-${hosts[i]}" -batch - || return
	done
}

lab_line() {
	local i

	for ((i = 1; i < $#; i++)); do
		lab_pair "${@:i:2}" || return
	done
	lab_routes "$@"
}

lab_dev() {
	ip -n "${LAB:?no lab has begun}-$1" -o link show ${2:+dev "to-$2"} |
		awk -F '[:@ ]+' '$2 ~ /^to-/ && !dev { dev = $2 } END { if (dev) print dev; else exit 1 }'
}

lab_mac() {
	ip -n "${LAB:?no lab has begun}-$1" -o link show dev "$(lab_dev "$@")" |
		awk '{ for (i = 1; i < NF; i++) if ($i == "link/ether") print $(i + 1) }'
}

lab_addr() {
	local dev

	dev=$(lab_dev "$1" ${3:+"$3"}) || return
	ip -n "$LAB-$1" -o "-$2" address show dev "$dev" scope global |
		awk '!address { address = $4 }
			END { sub("/.*", "", address); if (address) print address; else exit 1 }'
}

# _lab_rule NAME CHAIN RULE: ARP has a table of its own. Both have chains arrive and leave, for bad
# lines, and filter, for firewalls.
_lab_rule() {
	local family=inet quiet='icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert,
		nd-router-solicit, nd-router-advert, mld-listener-query, mld-listener-report,
		mld2-listener-report } accept'

	[[ $3 != arp\ * ]] || family=arp
	if ! lab_exec "$1" nft list table $family lab >/dev/null 2>&1; then
		if [[ $family == arp ]]; then
			cat <<-'END'
				table arp lab {
					chain arrive { type filter hook input priority -1; }
					chain filter { type filter hook input priority 0; }
					chain leave { type filter hook output priority 0; }
				}
			END
		else
			cat <<-END
				table inet lab {
					chain arrive { type filter hook prerouting priority raw; $quiet; }
					chain leave { type filter hook postrouting priority raw; $quiet; }
					chain filter { }
					chain input { type filter hook input priority filter; jump filter; }
					chain forward { type filter hook forward priority filter; jump filter; }
				}
			END
		fi | lab_exec "$1" nft -f - || return
	fi
	lab_exec "$1" nft add rule $family lab "$2" "$3"
}

lab_loss() {
	local name=$1 rate chain=arrive

	if [[ $2 == every && ${3-} =~ ^[1-9][0-9]*$ ]]; then
		rate="numgen inc mod $3 == $(($3 - 1))"
		shift 3
	elif [[ $2 =~ ^([1-9]|[1-9][0-9]|100)$ ]]; then
		rate="numgen random mod 100 < $2"
		[[ $2 != 100 ]] || rate=
		shift 2
	else
		_lab_fail 'PERCENT from 1 to 100, or every N'
		return
	fi
	[[ ${2-} != out ]] || chain=leave
	_lab_rule "$name" "$chain" "${1-} $rate drop"
}

lab_drop() {
	_lab_rule "$1" filter "${2-} drop"
}

lab_reject() {
	_lab_rule "$1" filter "$2 reject ${3:+with ${*:3}}"
}

lab_heal() {
	local name

	for name in "$@"; do
		lab_exec "$name" nft flush ruleset || return
	done
}

lab_wait_for() {
	local now end

	read -r end _ </proc/uptime
	end=$((10#${end/./} + ${LAB_WAIT:-30} * 100))
	until "$@" >/dev/null 2>&1; do
		read -r now _ </proc/uptime
		((10#${now/./} < end)) || _lab_fail "not within ${LAB_WAIT:-30} s: $*" || return
		sleep 0.02
	done
}
