# SPDX-License-Identifier: GPL-2.0-or-later
# What the netshake*.bats files share. To be loaded by each of them.
#
#	setup_file() { netshake_begin || return 0; lab_pair a b; serve b 7000; }
#	setup() { lab_need; cd "$BATS_TEST_TMPDIR"; }
#	teardown() { lab_end; }
#	teardown_file() { lab_end; }
#
# netshake_begin [FEATURE...]	begin a lab; copy the command and fixtures to $STAGE, where every user
#				may run them
# serve HOST PORT [OPTION...]	start tests/fixture/closer there: PORT and those behind it, see there
# shake HOST [ARG...]		the command there; what it prints goes to the file run, too
# shaken FILTER			what jq says of the one trace in the file run
# count_resets HOST		from now on count the RST segments that leave it, ours among them
# resets HOST			how many
# as_raw_at HOST CMD...		as nobody, with CAP_NET_RAW alone
# as_nobody_at HOST CMD...	as nobody, with nothing

bats_load_library bats-support
bats_load_library bats-assert
load ../netns

NOBODY=65534

netshake_begin() {
	lab_need jq nft setpriv "$@" || return
	lab_begin || return
	lab_stage netshake fixture/closer || return
	export NETSHAKE=$STAGE/netshake
}

serve() {
	local host=$1 port=$2

	lab_hold "$host" "$STAGE/closer" "${@:3}" "$port" >"$STAGE/$host-$port.log"
	lab_wait_for grep -q ready "$STAGE/$host-$port.log"
}

shake() {
	lab_exec "$1" "$NETSHAKE" "${@:2}" | tee run
	return "${PIPESTATUS[0]}"
}

shaken() {
	jq -ec ".[0] | $1" run
}

count_resets() {
	lab_exec "$1" nft -f - <<-'END'
		table inet resets
		delete table inet resets
		table inet resets {
			counter leaving { }
			chain leave {
				type filter hook postrouting priority 300;
				tcp flags & rst == rst counter name leaving
			}
		}
	END
}

resets() {
	lab_exec "$1" nft -j list counter inet resets leaving |
		jq '.nftables[] | select(.counter).counter.packets'
}

as_raw_at() {
	lab_exec "$1" setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups \
		--bounding-set=-all,+net_raw --inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw "${@:2}"
}

as_nobody_at() {
	lab_exec "$1" setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups "${@:2}"
}
