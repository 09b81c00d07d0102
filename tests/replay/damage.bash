# SPDX-License-Identifier: GPL-2.0-or-later
# Recordings of netlink (see nl_link.c), taken apart and put together wrongly. To be sourced by bash;
# it works on one recording, which is kept in $hex as hexadecimal digits. Offsets are in bytes.
#
#	take_apart FILE		read it into $hex, and find its messages: ${message_at[@]} is where each
#				begins, ${message_size[@]} how long it is, ${record_at[@]} where each
#				record begins, its length included
#	put_u32 OFFSET VALUE	change 32 bits; put_u16, put_u8 likewise
#	get_u32 OFFSET		into $value; get_u16 likewise
#	add_record HEX		append a record with these bytes
#	add_errno NUMBER	append a record that is an error to receive
#	message TYPE SEQUENCE [HEX]	into $value: a message with this payload, in hexadecimal
#	as_format		into $format: $hex for printf, \xNN a byte
#	write_to FILE		write $hex there
# shellcheck disable=SC2034 # the arrays are for who sources this

NLMSG_NOOP=1 NLMSG_ERROR=2 NLMSG_DONE=3 NLMSG_OVERRUN=4

little_endian() {
	[[ $(printf '\1\0' | od -An -tu2) -eq 1 ]]
}

get_u16() {
	local at=$((2 * $1))

	value=$((16#${hex:at + 2:2}${hex:at:2}))
}

get_u32() {
	local at=$((2 * $1))

	value=$((16#${hex:at + 6:2}${hex:at + 4:2}${hex:at + 2:2}${hex:at:2}))
}

# as_hex BYTES VALUE: into $digits
as_hex() {
	local big i

	printf -v big "%0$((2 * $1))x" "$(($2 & ((1 << (8 * $1)) - 1)))"
	digits=
	for ((i = 2 * $1 - 2; i >= 0; i -= 2)); do digits+=${big:i:2}; done
}

put() {
	local digits at=$((2 * $2))

	as_hex "$1" "$3"
	hex=${hex:0:at}$digits${hex:at + 2 * $1}
}

put_u8() { put 1 "$@"; }
put_u16() { put 2 "$@"; }
put_u32() { put 4 "$@"; }

take_apart() {
	local at=0 end value

	hex=$(od -An -v -tx1 "$1" | tr -d ' \n')
	message_at=() message_size=() record_at=()
	while [[ $at -lt $((${#hex} / 2)) ]]; do
		record_at+=("$at")
		get_u32 "$at"
		at=$((at + 4)) end=$((at + value))
		while [[ $at -lt $end ]]; do
			get_u32 "$at"
			message_at+=("$at")
			message_size+=("$value")
			at=$((at + value))
		done
	done
}

add_record() {
	local digits

	as_hex 4 $((${#1} / 2))
	hex+=$digits$1
}

add_errno() {
	local digits

	as_hex 4 $((0x80000000 | $1))
	hex+=$digits
}

message() {
	local digits payload=${3-}

	as_hex 4 $((16 + ${#payload} / 2))
	value=$digits
	as_hex 2 "$1"
	value+=${digits}0200 # NLM_F_MULTI
	as_hex 4 "$2"
	value+=${digits}00000000$payload
}

as_format() {
	format=$(printf '%s' "$hex" | sed 's/../\\x&/g')
}

write_to() {
	local format

	as_format
	# shellcheck disable=SC2059 # the format is made of \xNN alone
	printf "$format" >"$1"
}
