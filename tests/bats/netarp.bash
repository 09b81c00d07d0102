# SPDX-License-Identifier: GPL-2.0-or-later
# What the netarp*.bats files share. To be loaded by each of them.
#
# netarp_begin [FEATURE...]	begin a lab; $NETARP is the command, $INJECT sends frames
# netarp HOST [ARG...]		the command, in that host
# wait_hearing HOST		until a packet socket is open there
# wait_joined HOST		until the kernel's news (rtnetlink) go to somebody there
# Frames, in hexadecimal, for inject's standard input; MAC and IP addresses as usual:
#	arp_frame OP SRC DST SENDER_MAC SENDER_IP TARGET_MAC TARGET_IP [TYPE]
#	arp_request MAC IP TARGET_IP	arp_reply MAC IP TO_MAC TO_IP
#	arp_gratuitous MAC IP		arp_probe MAC IP
#	na_frame SRC DST SRC_IP6 DST_IP6 FLAGS TARGET_IP6 MAC		ra_frame MAC SRC_IP6 LIFETIME
# inject HOST DEVICE		send the frames on standard input
# pcap_of			a capture file of the frames on standard input, a second between two

bats_load_library bats-support
bats_load_library bats-assert
load ../netns

BROADCAST=ff:ff:ff:ff:ff:ff
NOBODY=65534
export NETSONDE_SECCOMP=${NETSONDE_SECCOMP:-kill} # a system call too many is a failure

netarp_begin() {
	lab_need jq arp "$@" || return
	lab_begin || return
	lab_stage netarp lab/inject || return
	export NETARP=$STAGE/netarp INJECT=$STAGE/inject
}

netarp() {
	lab_exec "$1" "$NETARP" "${@:2}"
}

# The sixth column of the one table says whether a socket is at work, the fourth of the other which
# groups it is in.
# shellcheck disable=SC2016 # a program of awk
wait_hearing() {
	lab_wait_for lab_exec "$1" awk '$6 == 1 { found = 1 } END { exit !found }' /proc/net/packet
}

# shellcheck disable=SC2016 # a program of awk
wait_joined() {
	lab_wait_for lab_exec "$1" awk 'NR > 1 && $4 != "00000000" { found = 1 } END { exit !found }' \
		/proc/net/netlink
}

nobody() {
	setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups --inh-caps=-all \
		--bounding-set=-all "$@"
}

inject() {
	lab_exec "$1" "$INJECT" "$2"
}

mac_hex() {
	printf '%s' "${1//:/}"
}

ip_hex() {
	local IFS=.

	# shellcheck disable=SC2086 # to be split
	printf '%02x%02x%02x%02x' $1
}

# ip6_hex ADDRESS: the eight groups, with one :: at most
ip6_hex() {
	local head=${1%%::*} tail='' group i groups=() after=()

	IFS=: read -ra groups <<<"$head"
	if [[ $1 == *::* ]]; then
		tail=${1#*::}
		IFS=: read -ra after <<<"$tail"
		for ((i = ${#groups[@]} + ${#after[@]}; i < 8; i++)); do groups+=(0); done
		groups+=(${after[@]+"${after[@]}"})
	fi
	for group in "${groups[@]}"; do printf '%04x' $((16#${group:-0})); done
}

arp_frame() {
	printf '%s%s%s00010800060400%02x%s%s%s%s\n' "$(mac_hex "$3")" "$(mac_hex "$2")" "${8:-0806}" \
		"$1" "$(mac_hex "$4")" "$(ip_hex "$5")" "$(mac_hex "$6")" "$(ip_hex "$7")"
}

arp_request() {
	arp_frame 1 "$1" "$BROADCAST" "$1" "$2" 00:00:00:00:00:00 "$3"
}

arp_reply() {
	arp_frame 2 "$1" "$3" "$1" "$2" "$3" "$4"
}

arp_gratuitous() {
	arp_frame 1 "$1" "$BROADCAST" "$1" "$2" 00:00:00:00:00:00 "$2"
}

arp_probe() {
	arp_frame 1 "$1" "$BROADCAST" "$1" 0.0.0.0 00:00:00:00:00:00 "$2"
}

# icmp6_frame SRC DST SRC_IP6 DST_IP6 MESSAGE: the message's checksum (its third and fourth byte,
# zero until then) is filled in
icmp6_frame() {
	local src dst length=$((${#5} / 2)) pseudo i sum=0

	src=$(ip6_hex "$3")
	dst=$(ip6_hex "$4")
	pseudo=$src$dst$(printf '%08x0000003a' "$length")$5
	for ((i = 0; i < ${#pseudo}; i += 4)); do sum=$((sum + 16#${pseudo:i:4})); done
	sum=$(((sum & 65535) + (sum >> 16)))
	sum=$((~((sum & 65535) + (sum >> 16)) & 65535))
	printf '%s%s86dd60000000%04x3aff%s%s%s%04x%s\n' "$(mac_hex "$2")" "$(mac_hex "$1")" "$length" \
		"$src" "$dst" "${5:0:4}" "$sum" "${5:8}"
}

na_frame() {
	icmp6_frame "$1" "$2" "$3" "$4" "88000000${5}000000$(ip6_hex "$6")0201$(mac_hex "$7")"
}

ra_frame() {
	icmp6_frame "$1" 33:33:00:00:00:01 "$2" ff02::1 \
		"860000004000$(printf %04x "$3")00000000000000000101$(mac_hex "$1")"
}

le32() {
	printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) \
		$(($1 >> 24))
}

pcap_of() {
	local frame length now=1700000000

	# shellcheck disable=SC2059 # the escapes are the bytes
	{
		printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0'
		while read -r frame; do
			if [[ $frame == wait\ * ]]; then
				now=$((now + ${frame#wait } / 1000))
				continue
			fi
			length=$(le32 $((${#frame} / 2)))
			printf "$(le32 $now)$(le32 0)$length$length"
			printf "$(fold -w 2 <<<"$frame" | awk '{ printf "\\x%s", $0 }')"
			now=$((now + 1))
		done
	}
}
