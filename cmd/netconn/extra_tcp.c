// SPDX-License-Identifier: GPL-2.0-or-later
/* The internals of a TCP connection as columns: all of tcp_info, and its congestion control. */
#include "extra.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define IN(type, field) .offset = offsetof(struct type, field)
#define NUMBER(key, heading, type, place)                                                          \
	{                                                                                          \
		key, heading, NULL, type, COLUMN_NULL_MAX, COLUMN_RIGHT,                           \
			.offset = offsetof(struct tcp_row, place)                                  \
	}

/* clang-format off */
static const struct column bbr_columns[] = {
	{ "bandwidth_bps", "Bandwidth", NULL, COLUMN_U64, IN(bbr_row, bandwidth_bps) },
	{ "min_rtt_ms", "Min-RTT", NULL, COLUMN_US32, COLUMN_NULL_MAX, IN(bbr_row, min_rtt_us) },
	{ "pacing_gain", "Pacing-Gain", NULL, COLUMN_DOUBLE, IN(bbr_row, pacing_gain) },
	{ "cwnd_gain", "Cwnd-Gain", NULL, COLUMN_DOUBLE, IN(bbr_row, cwnd_gain) },
	{ .key = NULL },
};

static const struct column vegas_columns[] = {
	{ "enabled", "Enabled", NULL, COLUMN_U32, IN(sock_vegas, enabled) },
	{ "rtt_count", "RTTs", NULL, COLUMN_U32, IN(sock_vegas, rtt_count) },
	{ "rtt_ms", "RTT", NULL, COLUMN_US32, IN(sock_vegas, rtt_us) },
	{ "min_rtt_ms", "Min-RTT", NULL, COLUMN_US32, IN(sock_vegas, min_rtt_us) },
	{ .key = NULL },
};

static const struct column dctcp_columns[] = {
	{ "enabled", "Enabled", NULL, COLUMN_U16, IN(sock_dctcp, enabled) },
	{ "ce_state", "CE", NULL, COLUMN_U16, IN(sock_dctcp, ce_state) },
	{ "alpha", "Alpha", NULL, COLUMN_U32, IN(sock_dctcp, alpha) },
	{ "ab_ecn", "AB-ECN", NULL, COLUMN_U32, IN(sock_dctcp, ab_ecn) },
	{ "ab_total", "AB-Total", NULL, COLUMN_U32, IN(sock_dctcp, ab_total) },
	{ .key = NULL },
};

const struct column extra_tcp_columns[] = {
	{ "ca_state", "CA-State", NULL, COLUMN_TEXT, IN(tcp_row, ca_state) },
	{ "options", "Options", NULL, COLUMN_WORDS, IN(tcp_row, options) },
	NUMBER("snd_wscale", "Snd-Wscale", COLUMN_U8, snd_wscale),
	NUMBER("rcv_wscale", "Rcv-Wscale", COLUMN_U8, rcv_wscale),
	NUMBER("rto_ms", "RTO", COLUMN_US32, is.rto_us),
	NUMBER("backoff", "Backoff", COLUMN_U8, is.backoff),
	NUMBER("rtt_ms", "RTT", COLUMN_US32, is.rtt_us),
	NUMBER("rttvar_ms", "RTT-Var", COLUMN_US32, is.rttvar_us),
	NUMBER("min_rtt_ms", "Min-RTT", COLUMN_US32, is.min_rtt_us),
	NUMBER("rcv_rtt_ms", "Rcv-RTT", COLUMN_US32, is.rcv_rtt_us),
	NUMBER("ato_ms", "ATO", COLUMN_US32, is.ato_us),
	NUMBER("snd_mss", "Snd-MSS", COLUMN_U32, is.snd_mss),
	NUMBER("rcv_mss", "Rcv-MSS", COLUMN_U32, is.rcv_mss),
	NUMBER("advmss", "Adv-MSS", COLUMN_U32, is.advmss),
	NUMBER("pmtu", "PMTU", COLUMN_U32, is.pmtu),
	NUMBER("snd_cwnd", "Cwnd", COLUMN_U32, is.snd_cwnd),
	NUMBER("snd_ssthresh", "Ssthresh", COLUMN_U32, is.snd_ssthresh),
	NUMBER("reordering", "Reordering", COLUMN_U32, is.reordering),
	NUMBER("bytes_sent", "Sent", COLUMN_U64, is.bytes_sent),
	NUMBER("bytes_retrans", "Resent", COLUMN_U64, is.bytes_retrans),
	NUMBER("bytes_acked", "Acked", COLUMN_U64, is.bytes_acked),
	NUMBER("bytes_received", "Received", COLUMN_U64, is.bytes_received),
	NUMBER("segs_out", "Segs-Out", COLUMN_U32, is.segs_out),
	NUMBER("segs_in", "Segs-In", COLUMN_U32, is.segs_in),
	NUMBER("data_segs_out", "Data-Out", COLUMN_U32, is.data_segs_out),
	NUMBER("data_segs_in", "Data-In", COLUMN_U32, is.data_segs_in),
	NUMBER("send_rate_bps", "Send-Rate", COLUMN_U64, send_bps),
	NUMBER("pacing_rate_bps", "Pacing", COLUMN_U64, pacing_bps),
	NUMBER("max_pacing_rate_bps", "Max-Pacing", COLUMN_U64, max_pacing_bps),
	NUMBER("delivery_rate_bps", "Delivery", COLUMN_U64, delivery_bps),
	NUMBER("app_limited", "App-Limited", COLUMN_BOOL, app_limited),
	NUMBER("delivered", "Delivered", COLUMN_U32, is.delivered),
	NUMBER("delivered_ce", "Delivered-CE", COLUMN_U32, is.delivered_ce),
	NUMBER("busy_ms", "Busy", COLUMN_MS, busy_ns),
	NUMBER("rwnd_limited_ms", "Rwnd-Limited", COLUMN_MS, rwnd_limited_ns),
	NUMBER("sndbuf_limited_ms", "Sndbuf-Limited", COLUMN_MS, sndbuf_limited_ns),
	NUMBER("unacked", "Unacked", COLUMN_U32, is.unacked),
	NUMBER("retrans", "Retrans", COLUMN_U32, is.retrans),
	NUMBER("total_retrans", "Total-Retrans", COLUMN_U32, is.total_retrans),
	NUMBER("lost", "Lost", COLUMN_U32, is.lost),
	NUMBER("sacked", "Sacked", COLUMN_U32, is.sacked),
	NUMBER("fackets", "Fackets", COLUMN_U32, is.fackets),
	NUMBER("dsack_dups", "DSACKs", COLUMN_U32, is.dsack_dups),
	NUMBER("reord_seen", "Reorderings", COLUMN_U32, is.reord_seen),
	NUMBER("rcv_ooopack", "Out-Of-Order", COLUMN_U32, is.rcv_ooopack),
	NUMBER("retransmits", "Timeouts", COLUMN_U8, is.retransmits),
	NUMBER("probes", "Probes", COLUMN_U8, is.probes),
	NUMBER("total_rto", "Total-RTO", COLUMN_U16, is.total_rto),
	NUMBER("total_rto_recoveries", "RTO-Recoveries", COLUMN_U16, is.total_rto_recoveries),
	NUMBER("total_rto_time_ms", "RTO-Time", COLUMN_U32, is.total_rto_ms),
	NUMBER("last_data_sent_ms", "Last-Sent", COLUMN_U32, is.last_data_sent_ms),
	NUMBER("last_data_recv_ms", "Last-Received", COLUMN_U32, is.last_data_recv_ms),
	NUMBER("last_ack_recv_ms", "Last-Ack", COLUMN_U32, is.last_ack_recv_ms),
	NUMBER("notsent_bytes", "Not-Sent", COLUMN_U32, is.notsent_bytes),
	NUMBER("rcv_space", "Rcv-Space", COLUMN_U32, is.rcv_space),
	NUMBER("rcv_ssthresh", "Rcv-Ssthresh", COLUMN_U32, is.rcv_ssthresh),
	NUMBER("snd_wnd", "Snd-Wnd", COLUMN_U32, is.snd_wnd),
	NUMBER("rcv_wnd", "Rcv-Wnd", COLUMN_U32, is.rcv_wnd),
	NUMBER("rehash", "Rehash", COLUMN_U32, is.rehash),
	NUMBER("fastopen_client_fail", "TFO-Fail", COLUMN_U8, fastopen_client_fail),
	NUMBER("received_ce", "Received-CE", COLUMN_U32, is.received_ce),
	NUMBER("delivered_e1_bytes", "Delivered-E1", COLUMN_U32, is.delivered_e1_bytes),
	NUMBER("delivered_e0_bytes", "Delivered-E0", COLUMN_U32, is.delivered_e0_bytes),
	NUMBER("delivered_ce_bytes", "Delivered-CE", COLUMN_U32, is.delivered_ce_bytes),
	NUMBER("received_e1_bytes", "Received-E1", COLUMN_U32, is.received_e1_bytes),
	NUMBER("received_e0_bytes", "Received-E0", COLUMN_U32, is.received_e0_bytes),
	NUMBER("received_ce_bytes", "Received-CE", COLUMN_U32, is.received_ce_bytes),
	NUMBER("accecn_fail_mode", "AccECN-Fail", COLUMN_U16, is.accecn_fail_mode),
	NUMBER("accecn_opt_seen", "AccECN-Opt", COLUMN_U16, is.accecn_opt_seen),
	{ "bbr", "BBR", NULL, COLUMN_FACTS, .nested = bbr_columns, IN(tcp_row, bbr) },
	{ "vegas", "Vegas", NULL, COLUMN_FACTS, .nested = vegas_columns, IN(tcp_row, vegas) },
	{ "dctcp", "DCTCP", NULL, COLUMN_FACTS, .nested = dctcp_columns, IN(tcp_row, dctcp) },
	{ .key = NULL },
};
/* clang-format on */

/* Put those of the @count @names whose bit is set in @bits into @words (EXTRA_WORDS).
 *
 * Return: @words.
 */
const char *const *extra_words(const char **words, const char *const *names, unsigned int count,
			       uint32_t bits)
{
	unsigned int used = 0;

	for (unsigned int i = 0; i < count && used + 1 < EXTRA_WORDS; i++)
		if (bits & 1u << i)
			words[used++] = names[i];
	words[used] = NULL;
	return words;
}

static uint64_t bits_per_second(uint64_t bytes)
{
	return bytes > UINT64_MAX / 8 ? UINT64_MAX : bytes * 8;
}

static uint64_t nanoseconds(uint64_t us)
{
	return us > UINT64_MAX / 1000 ? UINT64_MAX : us * 1000;
}

/* What a window in every round trip makes. */
static uint64_t send_rate(const struct tcp_row *row)
{
	uint32_t rtt_us = row->is.rtt_us;

	if (row->vegas && row->vegas->enabled && row->vegas->rtt_us &&
	    row->vegas->rtt_us != 0x7fffffff)
		rtt_us = row->vegas->rtt_us;
	if (!rtt_us || !row->is.snd_mss || !row->is.snd_cwnd)
		return UINT64_MAX;
	return (uint64_t)((double)row->is.snd_cwnd * row->is.snd_mss * 8e6 / rtt_us + 0.5);
}

/* Fill @row from @extra, which has TCP's internals. */
void extra_fill_tcp(struct tcp_row *row, const struct sock_extra *extra)
{
	static const char *const states[] = { "open", "disorder", "cwr", "recovery", "loss" };
	static const char *const options[] = {
		"timestamps", "sack",	  "wscale",  "ecn",
		"ecn_seen",   "fastopen", "usec_ts", "fastopen_child",
	};
	const struct tcp_record *is = &extra->tcp;
	bool has_wscale = is->options & 4;

	row->is = *is;
	row->ca_state = is->ca_state < 5 ? states[is->ca_state] : "unknown";
	row->options = extra_words(row->option_words, options, 8, is->options);
	row->snd_wscale = has_wscale ? extra->snd_wscale : UINT8_MAX;
	row->rcv_wscale = has_wscale ? extra->rcv_wscale : UINT8_MAX;
	row->app_limited = extra->app_limited;
	row->fastopen_client_fail = extra->fastopen_client_fail;
	if (is->snd_ssthresh >= INT32_MAX) /* none yet: TCP_INFINITE_SSTHRESH */
		row->is.snd_ssthresh = UINT32_MAX;
	if (is->state == SOCK_LISTEN) /* its backlog, which is a column */
		row->is.sacked = UINT32_MAX;
	row->pacing_bps = bits_per_second(is->pacing_rate);
	row->max_pacing_bps = bits_per_second(is->max_pacing_rate);
	row->delivery_bps = bits_per_second(is->delivery_rate);
	row->busy_ns = nanoseconds(is->busy_us);
	row->rwnd_limited_ns = nanoseconds(is->rwnd_limited_us);
	row->sndbuf_limited_ns = nanoseconds(is->sndbuf_limited_us);
	row->bbr = extra->has & SOCK_HAS_BBR ? &row->bbr_storage : NULL;
	if (row->bbr)
		row->bbr_storage = (struct bbr_row){
			.bandwidth_bps = bits_per_second(extra->bbr.bandwidth),
			.min_rtt_us = extra->bbr.min_rtt_us,
			.pacing_gain = extra->bbr.pacing_gain,
			.cwnd_gain = extra->bbr.cwnd_gain,
		};
	row->vegas = extra->has & SOCK_HAS_VEGAS ? &extra->vegas : NULL;
	row->dctcp = extra->has & SOCK_HAS_DCTCP ? &extra->dctcp : NULL;
	row->send_bps = send_rate(row);
}
