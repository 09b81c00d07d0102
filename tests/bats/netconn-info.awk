# SPDX-License-Identifier: GPL-2.0-or-later
# What ss -tinaoH -O says of each connection: "LOCAL PEER KEY VALUE", keys as netconn has them. What is
# not understood comes out as "LOCAL PEER unknown TOKEN". What runs on from look to look is left out.
function say(key, value)
{
	print $4, $5, key, value
}

function bare(text)
{
	gsub(/[^0-9.]/, "", text)
	return text
}

BEGIN {
	split("rto rto_ms ato ato_ms minrtt min_rtt_ms rcv_rtt rcv_rtt_ms backoff backoff mss snd_mss " \
		"pmtu pmtu rcvmss rcv_mss advmss advmss cwnd snd_cwnd ssthresh snd_ssthresh " \
		"bytes_sent bytes_sent bytes_retrans bytes_retrans bytes_acked bytes_acked " \
		"bytes_received bytes_received segs_out segs_out segs_in segs_in data_segs_out data_segs_out " \
		"data_segs_in data_segs_in delivered delivered delivered_ce delivered_ce unacked unacked " \
		"lost lost sacked sacked dsack_dups dsack_dups fackets fackets reordering reordering " \
		"reord_seen reord_seen rcv_space rcv_space rcv_ssthresh rcv_ssthresh notsent notsent_bytes " \
		"rcv_ooopack rcv_ooopack snd_wnd snd_wnd", pairs)
	for (i = 1; i in pairs; i += 2)
		keys[pairs[i]] = pairs[i + 1]
	split("ts timestamps sack sack ecn ecn ecnseen ecn_seen fastopen fastopen", pairs)
	for (i = 1; i in pairs; i += 2)
		options[pairs[i]] = pairs[i + 1]
}

{
	for (i = 6; i <= NF; i++) {
		name = value = $i
		sub(/:.*/, "", name)
		sub(/^[^:]*:/, "", value)
		split(value, part, /[\/,]/)
		if ($i in options) {
			say("option", options[$i])
		} else if ($i ~ /^(reno|cubic|bbr|vegas|dctcp)$/) {
			say("congestion", $i)
		} else if ($i ~ /^(send|pacing_rate|delivery_rate)$/) {
			split($(i + 1), part, "/")
			say($i == "send" ? "send_rate_bps" : $i "_bps", bare(part[1]))
			if (part[2])
				say("max_pacing_rate_bps", bare(part[2]))
			i++
		} else if ($i == "app_limited") {
			say($i, "true")
		} else if (name == "wscale") {
			say("snd_wscale", part[1])
			say("rcv_wscale", part[2])
		} else if (name == "rtt") {
			say("rtt_ms", part[1])
			say("rttvar_ms", part[2])
		} else if (name == "retrans") {
			say("retrans", part[1])
			say("total_retrans", part[2])
		} else if (name == "bbr") {
			for (j = 1; j in part; j++) {
				name = part[j]
				sub(/^.*\(/, "", name)
				sub(/:.*/, "", name)
				sub(/^.*:/, "", part[j])
				say("bbr." name, bare(part[j]))
			}
		} else if (name ~ /^(busy|rwnd_limited|sndbuf_limited)$/) {
			sub(/\(.*/, "", value)
			say(name "_ms", bare(value))
		} else if (name in keys) {
			say(keys[name], value)
		} else if (name !~ /^(timer|lastsnd|lastrcv|lastack|tcp-ulp-mptcp|flags|token|seq|sfseq|ssnoff|maplen)$/) {
			say("unknown", $i)
		}
	}
}
