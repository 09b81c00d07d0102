#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --info, --memory, --timer-info and --details tell what ss tells, field by field.
# shellcheck disable=SC2016,SC2154,SC2317 # programs of jq; variables of bats; what assert_between calls

bats_require_minimum_version 1.5.0
load netconn

setup_file() {
	netconn_begin nft perl || return 0
	lab_pair z peer || return
	for host in z peer; do
		lab_sysctl $host net.ipv4.tcp_ecn 1
	done
	lab_loss peer every 17 'meta l4proto tcp'
	lab_loss z every 19 'meta l4proto tcp'
	talk peer serve serve 8000
	said serve || return
	talk z call4 call "$(lab_addr peer 4)" 8000 congestion=reno congestion=cubic nodelay mark=7 \
		tos=16 pacing=5000000 sndbuf=8192 mptcp
	TALK_AS="${AS_NOBODY[*]}" talk z call6 call "$(lab_addr peer 6)" 8000 congestion=reno tclass=32 tos=8
	lab_wait_for lost_enough || return
	lab_heal peer z
	said call4 && said call6 || return
	populate z zoo --dir "$STAGE/sockets" --for 900
}

setup() {
	lab_need
}

teardown() {
	lab_end
}

teardown_file() {
	netconn_end
}

# talk HOST NAME ARG...: run tests/fixture/talk.pl there. TALK_AS: words in front
talk() {
	cp "$BATS_TEST_DIRNAME/../fixture/talk.pl" "$STAGE"
	# shellcheck disable=SC2086 # words in front
	lab_bg "$1" ${TALK_AS-} perl "$STAGE/talk.pl" "${@:3}" >"$STAGE/$2.log" 2>"$STAGE/$2.err"
}

# Whether enough was lost, and held back, for there to be something to compare.
lost_enough() {
	local key

	their_info >"$STAGE/info"
	for key in bytes_retrans total_retrans snd_ssthresh rwnd_limited_ms notsent_bytes; do
		grep -q " $key " "$STAGE/info" || return
	done
}

# said NAME: wait until it has said all that it has to
said() {
	LAB_WAIT=60 lab_wait_for grep -q ready "$STAGE/$1.log" || {
		cat "$STAGE/$1.err" >&2
		return 1
	}
}

# "LOCAL PEER KEY VALUE": with numbers as ss rounds them, and ends without devices.
plain() {
	sed -E 's/%[a-z-]+//g; s/\[::ffff:([0-9.]+)\]/\1/g; s/\[::\]|0\.0\.0\.0/*/g' | awk '
		$3 ~ /_ms$|gain$|mrtt$/ { $4 = sprintf("%.5g", $3 ~ /busy|limited/ ? int($4) : $4) } { print }' | sort
}

their_info() {
	lab_exec z ss -tinaoHO | awk -f "$BATS_TEST_DIRNAME/netconn-info.awk" | plain
}

our_info() {
	netconn -ta --info --json | jq -rf "$BATS_TEST_DIRNAME/netconn-info.jq" | plain
}

# Timers, busy times and windows run on from look to look: theirs looks before and after, and each
# number of ours must be one of the two, or between them. For what came or went in between again.
assert_bounds() {
	local theirs=$1 ours=$2 try

	cd "$BATS_TEST_TMPDIR" || return
	for ((try = 0; try < 10; try++)); do
		$theirs >before || return
		$ours >now || return
		$theirs >after || return
		awk '
			function fault(text) { print text; faults = 1 }
			{ key = $1 " " $2 " " $3 ($3 == "option" ? " " $4 : "") }
			FILENAME == "before" { before[key] = $4; next }
			FILENAME == "now" { now[key] = $4; next }
			{ after[key] = $4 }
			END {
				for (key in now)
					if (!(key in before) && !(key in after))
						fault("not theirs: " key " " now[key])
					else if (now[key] != before[key] && now[key] != after[key] &&
						(now[key] - before[key]) * (after[key] - now[key]) < 0)
						fault(key ": " before[key] ", " now[key] ", " after[key])
				for (key in before)
					if (key in after && !(key in now))
						fault("not ours: " key " " before[key])
				exit faults
			}' before now after >faults && return
	done
	fail "$(head -20 faults)"
}

@test "--info: every field of every connection, as in ss -ti" {
	assert_bounds their_info our_info
	refute grep ' unknown ' "$BATS_TEST_TMPDIR/before"
	assert [ "$(wc -l <"$BATS_TEST_TMPDIR/now")" -gt 1000 ]
	for key in bytes_retrans rwnd_limited_ms notsent_bytes max_pacing_rate_bps snd_ssthresh unacked \
		total_retrans option; do
		assert grep -q " $key " "$BATS_TEST_TMPDIR/now"
	done
}

# skmem:(r0,rb131072,...), by ss's letters; identified by the inode.
their_memory() {
	lab_exec z ss -maeH"$1" 2>/dev/null | awk '
		/skmem:/ {
			inode = memory = ""
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^ino:/) inode = substr($i, 5)
				if ($i ~ /^skmem:/) memory = substr($i, 8)
			}
			if (inode == "") inode = last
			{ gsub(/[()]/, "", memory); print inode, memory }
			next
		}
		{ last = ""; for (i = 1; i <= NF; i++) if ($i ~ /^ino:/) last = substr($i, 5) }' | sort
}

our_memory() {
	netconn --all --memory --json "$1" | jq -r '.[] | select(.memory) | .memory as $m |
		"\(.inode) r\($m.rmem_alloc),rb\($m.rcvbuf),t\($m.wmem_alloc),tb\($m.sndbuf),f\($m.fwd_alloc)" +
		",w\($m.wmem_queued),o\($m.optmem),bl\($m.backlog),d\($m.drops)"' | sort
}

@test "--memory: as in ss -m, TCP, UDP and UNIX" {
	for pair in 't -t' 'u -u'; do
		assert_between "their_memory ${pair% *}" "our_memory ${pair#* }"
		assert [ "$(wc -l <"$BATS_TEST_TMPDIR/now")" -ge 15 ]
	done
	# ss -x writes no inode with a name: the numbers alone.
	theirs() { lab_exec z ss -xmaHO | grep -o 'skmem:([^)]*)' | sort; }
	ours() { our_memory -x | sed 's/^[0-9]* /skmem:(/; s/$/)/' | sort; }
	assert_between theirs ours
	run -0 netconn -ta --memory
	assert_output --regexp ' rcvbuf:[0-9]+ sndbuf:[0-9]+'
}

@test "--timer-info: the timers of ss -o, and the timeouts of ss -i" {
	theirs() {
		lab_exec z ss -tnaoH | sed -E 's/%[a-z-]+//' |
			awk '{ timer = "off,0"; for (i = 6; i <= NF; i++) if ($i ~ /^timer:/) {
				split(substr($i, 8), part, /[(),]/); timer = part[1] "," part[3] } print $4, $5, timer }' |
			plain
	}
	ours() {
		netconn -ta --timer-info --json | jq -r '
			def address: if test(":") then "[" + . + "]" else . end;
			def port: if . == 0 then "*" else tostring end;
			.[] | "\(.local_addr | address):\(.local_port | port) \(.peer_addr | address):" +
			"\(.peer_port | port) \(.timer_info.name // "off"),\(if (.timer_info.name // "off") == "off"
				then 0 else .timer_info.retrans end)"' | plain
	}
	assert_between theirs ours
	for name in on keepalive timewait persist; do
		assert grep -q " $name," "$BATS_TEST_TMPDIR/now"
	done
	run -0 json '[.[] | .timer_info | select(.) | keys] | unique | .[0]' -ta --timer-info
	assert_output '["backoff","expires_ms","name","probes","retrans","rto_ms"]'
	run -0 json '[.[] | .timer_info | select(.name == "persist") | .rto_ms > 0 and .expires_ms >= 0] | all' \
		-ta --timer-info
	assert_output true
}

@test "--details: as in ss -e and --tos" {
	theirs() {
		lab_exec z ss -tnaeHO --tos 2>/dev/null | sed -E 's/%[a-z-]+//g' | awk '
			{
				all = ""
				for (i = 6; i <= NF; i++)
					if ($i ~ /^(uid|ino|fwmark|v6only|tos|tclass|class_id):/) all = all " " $i
				print $4, $5 all
			}' | plain
	}
	ours() {
		netconn -ta --details --json | jq -r '
			def address: if test(":") then "[" + . + "]" else . end;
			def port: if . == 0 then "*" else tostring end;
			.[] | [
				"\(.local_addr | address):\(.local_port | port) \(.peer_addr | address):\(.peer_port | port)",
				(.uid // 0 | select(. > 0) | "uid:\(.)"), "ino:\(.inode)",
				(.mark // 0 | select(. > 0) | "fwmark:\(.)"),
				(.v6only | select(. != null) | if . then "v6only:1" else "v6only:0" end),
				(.tos | select(. != null) | "tos:\(.)"),
				(.tclass | select(. != null) | "tclass:\(.)"),
				(.class_id | select(. != null) | "class_id:\(.)")
			] | join(" ")' | plain
	}
	normal() { perl -pe 's/:0x([0-9a-f]+)/":" . hex $1/ge'; }
	assert_between theirs ours normal
	for detail in uid:65534 fwmark:7 v6only:1 tos:16 tclass:32 class_id:6; do
		assert grep -q " $detail" "$BATS_TEST_TMPDIR/now"
	done
}

@test "--info and --details of Multipath TCP: as in ss -Mi and ss -ti" {
	[[ -e /proc/sys/net/mptcp ]] || skip 'needs MPTCP in the kernel'
	theirs() { lab_exec z ss -MinaHO | grep -oE '(token|write_seq|snd_una|rcv_nxt|subflows_max):[0-9a-f]+'; }
	ours() {
		local token write_seq snd_una rcv_nxt subflows_max

		netconn --mptcp -a --info --json | jq -r '.[].mptcp_info |
			"\(.token) \(.write_seq) \(.snd_una) \(.rcv_nxt) \(.subflows_max)"' |
			while read -r token write_seq snd_una rcv_nxt subflows_max; do
				printf 'subflows_max:%d\ntoken:%x\nwrite_seq:%x\nsnd_una:%x\nrcv_nxt:%x\n' \
					"$subflows_max" "$token" "$write_seq" "$snd_una" "$rcv_nxt"
			done
	}
	assert_between theirs ours
	assert grep -q token: "$BATS_TEST_TMPDIR/now"
	theirs() { lab_exec z ss -tinaHO | grep -oE 'token:.*' | sed 's/ *$//'; }
	ours() {
		netconn -ta --details --json | jq -r '.[] | select(.ulp == "mptcp") | .subflow |
			"\(.remote_token) \(.remote_id) \(.local_token) \(.local_id) \(.map_seq) " +
			"\(.map_subflow_seq) \(.ssn_offset) \(.map_length)"' |
			while read -r -a part; do
				printf 'token:%04x(id:%d)/%04x(id:%d) seq:%x sfseq:%x ssnoff:%x maplen:%x\n' "${part[@]}"
			done
	}
	assert_between theirs ours
	assert grep -q token: "$BATS_TEST_TMPDIR/now"
}
