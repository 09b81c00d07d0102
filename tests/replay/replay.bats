#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# netconn over recorded netlink: what it makes of whole recordings, and of damaged ones. Neither root
# nor network nor namespaces are needed. Where netlink gives nothing at all, /proc/net takes its
# place, with this machine's own sockets: so rows count by the inodes that were recorded.
# shellcheck disable=SC2154 # what damage.bash sets: hex, format, value, message_at, ...

bats_require_minimum_version 1.5.0
load damage

data=$BATS_TEST_DIRNAME/data

setup() {
	netconn=${NETSONDE_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/replay/netconn
	little_endian || skip 'the recordings are of a little-endian machine'
	damaged=$BATS_TEST_TMPDIR/damaged
	mkdir -p "$damaged"
}

# play FOLDER ARG...: run netconn over the recording; into ${rows[@]} what it printed, into $status how
# it ended, into ${complaints[@]} what it said. Any end but a clean one fails.
play() {
	status=0
	NETSONDE_REPLAY=$1 "$netconn" "${@:2}" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" ||
		status=$?
	mapfile -t rows <"$BATS_TEST_TMPDIR/out"
	mapfile -t complaints <"$BATS_TEST_TMPDIR/err"
	if [[ $status -eq 0 && ${#complaints[@]} -eq 0 ]] ||
		[[ $status -eq 2 && ${#complaints[@]} -eq 1 && ${complaints[0]} == 'netconn: '* ]]; then
		return 0
	fi
	printf 'status %d, standard error:\n' "$status"
	printf '%s\n' "${complaints[@]}"
	return 1
}

# few: four TCP sockets, in one datagram, and the end in another. play_few FOLDER: list them; into
# $found, a letter each, which of them came, in their order: abcd.
few_inodes=()

take_few() {
	local i value

	take_apart "$data/few/4.nl"
	few_inodes=()
	for i in 0 1 2 3; do
		get_u32 $((message_at[i] + 16 + 68)) # struct inet_diag_msg, idiag_inode
		few_inodes+=("$value")
	done
}

play_few() {
	local row i

	play "$damaged" -nat4 --ndjson --columns inode
	found=
	for row in "${rows[@]}"; do
		for i in 0 1 2 3; do
			[[ $row != "{\"inode\":${few_inodes[i]}}" ]] || found+=${letters:i:1}
		done
	done
}
letters=abcd

# expect STATUS FOUND [WORDS]: how the last play_few must have ended; WORDS must be in its complaint
expect() {
	if [[ $status -ne $1 || $found != "$2" || (${3-} && ${complaints[0]-} != *"$3"*) ]]; then
		printf 'wanted %s "%s" %s, got %s "%s" %s\n' "$1" "$2" "${3-}" "$status" "$found" \
			"${complaints[0]-}"
		return 1
	fi
}

# same FILE: ${rows[@]} are the lines of FILE, in any order
same() {
	diff <(printf '%s\n' "${rows[@]}" | sort) <(sort "$1")
}

@test "ten TCP states, UDP, both families: as netstat printed them" {
	play "$data/zoo" -natu
	[[ $status -eq 0 ]]
	same "$data/zoo/natu.txt"
}

# Where a window is full, timer and queue had changed when netstat looked.
still() {
	grep -v ':7[05]22 ' | sed 's/(.*\//(/' | sort
}

@test "timers: as netstat printed them, a moment later" {
	play "$data/probes" -nat4o
	[[ $status -eq 0 ]]
	diff <(printf '%s\n' "${rows[@]}" | still) <(still <"$data/probes/nat4o.txt")
	printf '%s\n' "${rows[@]}" | grep -q ' keepalive ([0-9]*[.][0-9][0-9]/0/0)$'
}

@test "a dump of several datagrams: nothing lost, nothing twice" {
	take_apart "$data/many/4.nl"
	[[ ${#record_at[@]} -ge 3 ]]
	play "$data/many" -nat4
	[[ $status -eq 0 ]]
	same "$data/many/nat4.txt"
	play "$data/many" -nat4 --json --columns cookie
	[[ $(printf '%s\n' "${rows[@]}" | grep -o '"[0-9]*"' | sort -u | wc -l) -eq 120 ]]
}

@test "the zone of a link-local address has its device's name, if links can be had" {
	play "$data/zoo" -natu --columns local
	[[ " ${rows[*]} " == *' fe80::1%lo:'* ]]
	cp "$data/zoo/4.nl" "$damaged"
	local count=${#rows[@]}
	play "$damaged" -natu --columns local
	[[ $status -eq 0 && ${#rows[@]} -eq $count ]]
	[[ " ${rows[*]} " == *' fe80::1%'* && " ${rows[*]} " != *'%lo:'* ]]
}

# How many of ${rows[@]} are of recorded sockets: those that wait for accept() come from /proc, and so
# are this machine's own.
recorded_rows() {
	printf '%s\n' "${rows[@]}" | grep -cv CONNECTING
}

@test "hostile names of UNIX sockets forge nothing, in any format" {
	local format name
	local -A header=([--ndjson]=0 [--csv]=1 [--wide]=1 [--json]=2 [-W]=2)

	take_apart "$data/unix/4.nl"
	for format in "${!header[@]}"; do
		play "$data/unix" -nax "$format"
		[[ $status -eq 0 ]]
		[[ $(recorded_rows) -eq $((${#message_at[@]} - 1 + header[$format])) ]]
		[[ $(printf '%s\n' "${rows[@]}" | LC_ALL=C sed 's/\xef\xbf\xbd//g' |
			LC_ALL=C grep -c '[^ -~]') -eq 0 ]]
	done
	play "$data/unix" -nax --ndjson --columns path
	for name in '@new\u000aline' 'new\u000aline' '\u001b[2Jescape' 'quote\"back\\slash' \
		' leading and trailing ' '@nul@in@side' '@trailing nul@' '@@leading nul' \
		'bidi\u202etxt' $'bad\xef\xbf\xbd\xef\xbf\xbd(utf8' \
		'forged\u000a0000000000000000: 00000002 00000000 00010000 0001 01 4242 @forged by path'; do
		printf '%s\n' "${rows[@]}" | grep -qxF "{\"path\":\"$name\"}"
	done
}

@test "a protocol that the kernel lacks is told in NLMSG_DONE" {
	play "$data/sctp" -na4S
	[[ $status -eq 2 && ${complaints[0]} == 'netconn: this kernel has no SCTP' ]]
}

@test "without netlink, without an answer: /proc serves" {
	take_few
	rm -f "$damaged/4.nl"
	play_few
	[[ ! $found ]]
	hex='' && write_to "$damaged/4.nl"
	play_few
	[[ ! $found ]]
	message "$NLMSG_DONE" 1 feffffff && add_record "$value" && write_to "$damaged/4.nl"
	play_few
	[[ ! $found ]]
}

@test "cut off anywhere: what is whole before the cut is listed" {
	local cut whole i

	take_few
	for ((cut = 0; cut < ${#hex} / 2; cut++)); do
		head -c "$cut" "$data/few/4.nl" >"$damaged/4.nl"
		play_few
		whole=
		for i in 0 1 2 3; do
			[[ $cut -lt $((message_at[i] + message_size[i])) ]] || whole+=${letters:i:1}
		done
		# with no row yet /proc has its say; with some the end is missing
		[[ ! $whole ]] && expect "$status" '' || expect 2 "$whole" 'netlink dump: ' || {
			printf 'cut at %d\n' "$cut"
			return 1
		}
	done
}

@test "UNIX sockets, cut off anywhere: what is whole before the cut is listed" {
	local cut i value
	local -a inodes=()

	take_apart "$data/unix/4.nl"
	for ((i = 0; i < ${#message_at[@]} - 1; i++)); do
		get_u32 $((message_at[i] + 20)) # struct unix_diag_msg, udiag_ino
		inodes+=("$value")
	done
	for ((cut = 0; cut < ${#hex} / 2; cut += cut < 300 ? 3 : 41)); do
		head -c "$cut" "$data/unix/4.nl" >"$damaged/4.nl"
		play "$damaged" -nax --ndjson --columns inode
		for ((i = 0; i < ${#message_at[@]} - 1; i++)); do
			[[ $cut -ge $((message_at[i] + message_size[i])) ]] || break
			[[ " ${rows[*]} " == *" {\"inode\":${inodes[i]}} "* ]] || {
				printf 'cut at %d: no %d\n' "$cut" "${inodes[i]}"
				return 1
			}
		done
	done
}

@test "any byte wrong: no crash, and a clear end" {
	local at byte format

	take_few
	as_format
	for ((at = 0; at < ${#hex} / 2; at++)); do
		for byte in 00 ff; do
			# shellcheck disable=SC2059 # the format is made of \xNN alone
			printf "${format:0:4 * at}\\x$byte${format:4 * at + 4}" >"$damaged/4.nl"
			play "$damaged" -nat4 --ndjson --columns inode || {
				printf 'byte %d as %s\n' "$at" "$byte"
				return 1
			}
		done
	done
}

@test "messages that claim a wrong length end the datagram, not what came before" {
	local i length whole

	take_few
	whole=$hex
	for i in 0 1 2 3; do
		for length in 0 1 15 16 20 80 $((message_size[i] + 1)) $((message_size[i] + 16)) 65536 \
			$((0x7fffffff)) $((0x80000000)) $((0xffffffff)); do
			hex=$whole
			put_u32 "${message_at[i]}" "$length"
			write_to "$damaged/4.nl"
			play_few
			[[ $i -eq 0 && $status -eq 0 ]] || expect "$status" "${letters:0:i}${found:i}"
			# one that reaches beyond the datagram, or is too short for a header, is told
			[[ $i -eq 0 || ($length -ge 16 && $length -le 300) ]] ||
				expect 2 "${letters:0:i}" 'Bad message'
		done
	done
}

@test "attributes that claim a wrong length cost themselves, not the row" {
	local i at end length whole

	take_few
	whole=$hex
	for i in 0 1 2 3; do
		at=$((message_at[i] + 16 + 72)) end=$((message_at[i] + message_size[i]))
		while [[ $at -lt $end ]]; do
			hex=$whole
			get_u16 "$at"
			for length in 0 1 3 4 5 $((value + 1)) $((value + 300)) 65535; do
				put_u16 "$at" "$length"
				write_to "$damaged/4.nl"
				play_few
				expect 0 abcd
			done
			at=$((at + (value + 3) / 4 * 4))
		done
	done
}

@test "an error at the end comes after all rows" {
	local type error words

	take_few
	hex=${hex:0:2 * record_at[1]}
	local rows_alone=$hex
	for type in $NLMSG_DONE $NLMSG_ERROR; do
		for error in 'feffffff no' 'ffffffff Operation not permitted' 'f0ffffff busy'; do
			read -r error words <<<"$error"
			hex=$rows_alone
			message "$type" 1 "$error"
			add_record "$value"
			write_to "$damaged/4.nl"
			play_few
			expect 2 abcd "$words"
		done
	done
}

@test "an error between rows: what came before is listed" {
	local value whole

	take_few
	whole=${hex:2 * record_at[0] + 8:2 * (record_at[1] - record_at[0]) - 8}
	message "$NLMSG_ERROR" 1 ffffffff
	hex=
	add_record "${whole:0:2 * (message_at[2] - 4)}$value${whole:2 * (message_at[2] - 4)}"
	write_to "$damaged/4.nl"
	play_few
	expect 2 ab 'Operation not permitted'
}

@test "an overrun is told, by the socket or in a message" {
	local value rows_alone

	take_few
	rows_alone=${hex:0:2 * record_at[1]}
	hex=$rows_alone
	add_errno 105 # ENOBUFS
	write_to "$damaged/4.nl"
	play_few
	expect 2 abcd 'No buffer space available'
	hex=$rows_alone
	message "$NLMSG_OVERRUN" 1
	add_record "$value"
	write_to "$damaged/4.nl"
	play_few
	expect 2 abcd
}

@test "an interrupted receive is repeated, an empty datagram passed over" {
	local whole

	take_few
	whole=$hex
	hex=
	add_errno 4 # EINTR
	add_record ''
	hex+=${whole:0:2 * record_at[1]}
	add_errno 4
	hex+=${whole:2 * record_at[1]}
	write_to "$damaged/4.nl"
	play_few
	expect 0 abcd
}

@test "answers to another question are passed over, be they an end or an error" {
	local i value whole

	take_few
	whole=$hex
	for i in 0 1 2 3; do
		hex=$whole
		put_u32 $((message_at[i] + 8)) 77
		write_to "$damaged/4.nl"
		play_few
		expect 0 "${letters:0:i}${letters:i + 1}"
	done
	hex=
	message "$NLMSG_DONE" 0 00000000 && add_record "$value"
	message "$NLMSG_ERROR" 2 ffffffff && add_record "$value"
	hex+=$whole
	write_to "$damaged/4.nl"
	play_few
	expect 0 abcd
	# no end of its own
	hex=$whole
	put_u32 $((message_at[4] + 8)) 77
	write_to "$damaged/4.nl"
	play_few
	expect 2 abcd
}

@test "datagrams in another order: all rows up to the end" {
	local i last whole

	take_apart "$data/many/4.nl"
	whole=$hex last=$((${#record_at[@]} - 1))
	hex=
	for ((i = last - 1; i >= 0; i--)); do
		hex+=${whole:2 * record_at[i]:2 * (record_at[i + 1] - record_at[i])}
	done
	hex+=${whole:2 * record_at[last]}
	write_to "$damaged/4.nl"
	play "$damaged" -nat4
	[[ $status -eq 0 ]]
	same "$data/many/nat4.txt"
	# the end in front of the last part
	hex=${whole:0:2 * record_at[last - 1]}${whole:2 * record_at[last]}
	write_to "$damaged/4.nl"
	play "$damaged" -nat4 --no-header
	[[ $status -eq 0 && ${#rows[@]} -gt 0 && ${#rows[@]} -lt 120 ]]
}

@test "a socket that is dumped twice is listed once" {
	local datagram value

	take_few
	datagram=${hex:8:2 * record_at[1] - 8}
	hex=
	add_record "$datagram"
	add_record "$datagram$datagram"
	message "$NLMSG_DONE" 1 00000000 && add_record "$value"
	write_to "$damaged/4.nl"
	play_few
	expect 0 abcd
}

@test "a UNIX socket that is dumped twice is listed once" {
	local i count whole record

	take_apart "$data/unix/4.nl"
	count=$((${#message_at[@]} - 1))
	whole=$hex hex=
	for ((i = 0; i < ${#record_at[@]} - 1; i++)); do
		record=${whole:2 * record_at[i]:2 * (record_at[i + 1] - record_at[i])}
		hex+=$record$record
	done
	hex+=${whole:2 * record_at[i]}
	write_to "$damaged/4.nl"
	play "$damaged" -nax --ndjson --columns state,inode
	[[ $status -eq 0 ]]
	[[ $(recorded_rows) -eq $count ]]
}

@test "a datagram larger than any the kernel sends is told" {
	local whole

	take_few
	whole=$hex
	hex=${whole:0:2 * record_at[1]}
	add_record "$(printf '%080000d' 0)"
	hex+=${whole:2 * record_at[1]}
	write_to "$damaged/4.nl"
	play_few
	expect 2 abcd 'No space left'
}

@test "other messages than sockets are told" {
	local value

	take_few
	hex=${hex:0:2 * record_at[1]}
	message 21 1 00000000000000000000000000000000
	add_record "$value"
	write_to "$damaged/4.nl"
	play_few
	expect 2 abcd 'Bad message'
}

@test "one damaged dump does not spoil the next one" {
	local value

	take_apart "$data/zoo/4.nl"
	# tcp breaks off after its first datagram; tcp6, udp and udp6 are asked for all the same
	hex=${hex:0:2 * record_at[1]}
	add_errno 105
	hex+=$(take_apart "$data/zoo/4.nl" && printf '%s' "${hex:2 * record_at[1]}")
	write_to "$damaged/4.nl"
	play "$damaged" -natu
	[[ $status -eq 2 ]]
	[[ $(printf '%s\n' "${rows[@]}" | grep -c '^tcp6 ') -eq $(grep -c '^tcp6 ' "$data/zoo/natu.txt") ]]
	[[ $(printf '%s\n' "${rows[@]}" | grep -c '^udp') -eq $(grep -c '^udp' "$data/zoo/natu.txt") ]]
}

@test "a damaged dump leaves valid JSON, CSV and tables behind" {
	local format

	take_few
	head -c $((message_at[2] + 50)) "$data/few/4.nl" >"$damaged/4.nl"
	play "$damaged" -nat4 --json --columns inode
	[[ $status -eq 2 && ${#rows[@]} -eq 4 && ${rows[0]} == '[' && ${rows[1]} == *'},' &&
		${rows[2]} == *'}' && ${rows[3]} == ']' ]]
	play "$damaged" -nat4 --csv --columns inode
	[[ $status -eq 2 && ${#rows[@]} -eq 3 && ${rows[0]} == inode ]]
	play "$damaged" -nat4 --wide
	[[ $status -eq 2 && ${#rows[@]} -eq 3 ]]
	play "$damaged" -nat4
	[[ $status -eq 2 && ${#rows[@]} -eq 4 ]]
}
