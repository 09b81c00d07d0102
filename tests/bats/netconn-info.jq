# SPDX-License-Identifier: GPL-2.0-or-later
# "LOCAL PEER KEY VALUE" out of netconn -ta --info --json, of what ss -ti prints: it leaves out what is
# 0, what it takes for a default, and what it does not know.
def address: if test(":") then "[" + . + "]" else . end;
def number: if . == 0 then "*" else tostring end;

.[] | select(.tcp_info) |
"\(.local_addr | address):\(.local_port | number) \(.peer_addr | address):\(.peer_port | number)" as $ends |
(.congestion | select(.) | [$ends, "congestion", .]),
(.tcp_info |
	(.options[] | select(test("wscale|child|usec") | not) | [$ends, "option", .]),
	(.bbr | select(.) | [$ends, "bbr.bw", .bandwidth_bps], [$ends, "bbr.mrtt", .min_rtt_ms],
		(select(.pacing_gain > 0) | [$ends, "bbr.pacing_gain", .pacing_gain]),
		(select(.cwnd_gain > 0) | [$ends, "bbr.cwnd_gain", .cwnd_gain])),
	(. as $all | to_entries[] |
		select(.key | test("^(options|bbr|vegas|dctcp|ca_state|fastopen_client_fail|retransmits|probes|" +
			"total_rto.*|last_.*|rcv_wnd|rehash|accecn.*|received_ce|.*_(e0|e1|ce)_bytes)$") | not) |
		select(.value != null) |
		select(.value != 0 and .value != false or
			(.key | test("wscale$")) or
			(.key == "rttvar_ms" and $all.rtt_ms > 0) or
			((.key | test("^(retrans|total_retrans)$")) and $all.retrans + $all.total_retrans > 0)) |
		select([.key, .value] != ["reordering", 3] and [.key, .value] != ["rto_ms", 3000]) |
		select(.key != "snd_ssthresh" or .value < 65535) |
		select(.key != "rttvar_ms" or $all.rtt_ms > 0) |
		select((.key | test("limited_ms$") | not) or $all.busy_ms > 0) |
		select(.key != "max_pacing_rate_bps" or $all.pacing_rate_bps != null) |
		[$ends, .key, .value])) |
map(tostring) | join(" ")
