// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_TCP_INFO_H
#define NETSONDE_RECORD_TCP_INFO_H

#include <stddef.h>
#include <stdint.h>

/* What TCP knows of a connection: struct tcp_info of include/uapi/linux/tcp.h as of Linux 6.18,
 * member by member, so that what a kernel gives is copied. Older kernels give less: what has not
 * come has all bits set. */
struct tcp_record {
	uint8_t state, ca_state, retransmits, probes, backoff, options;
	uint8_t wscales, bits; /* bit fields: see struct sock_extra */
	uint32_t rto_us, ato_us, snd_mss, rcv_mss;
	uint32_t unacked, sacked, lost, retrans, fackets; /* segments */
	uint32_t last_data_sent_ms, last_ack_sent_ms, last_data_recv_ms, last_ack_recv_ms; /* ago */
	uint32_t pmtu, rcv_ssthresh, rtt_us, rttvar_us;
	uint32_t snd_ssthresh, snd_cwnd; /* segments */
	uint32_t advmss, reordering, rcv_rtt_us, rcv_space, total_retrans;
	uint64_t pacing_rate, max_pacing_rate; /* bytes/s */
	uint64_t bytes_acked, bytes_received;
	uint32_t segs_out, segs_in, notsent_bytes, min_rtt_us, data_segs_in, data_segs_out;
	uint64_t delivery_rate;				      /* bytes/s */
	uint64_t busy_us, rwnd_limited_us, sndbuf_limited_us; /* in all */
	uint32_t delivered, delivered_ce;		      /* segments */
	uint64_t bytes_sent, bytes_retrans;
	uint32_t dsack_dups, reord_seen, rcv_ooopack, snd_wnd, rcv_wnd, rehash;
	uint16_t total_rto, total_rto_recoveries;
	uint32_t total_rto_ms, received_ce;
	uint32_t delivered_e1_bytes, delivered_e0_bytes, delivered_ce_bytes;
	uint32_t received_e1_bytes, received_e0_bytes, received_ce_bytes;
	uint16_t accecn_fail_mode, accecn_opt_seen;
};

_Static_assert(sizeof(struct tcp_record) == 280, "as the kernel's");
_Static_assert(offsetof(struct tcp_record, total_retrans) == 100, "as the kernel's");
_Static_assert(offsetof(struct tcp_record, delivery_rate) == 160, "as the kernel's");
_Static_assert(offsetof(struct tcp_record, total_rto_ms) == 244, "as the kernel's");

/* What MPTCP knows of a connection: struct mptcp_info of include/uapi/linux/mptcp.h likewise. */
struct mptcp_record {
	uint8_t subflows, add_addr_signal, add_addr_accepted;
	uint8_t subflows_max, add_addr_signal_max, add_addr_accepted_max;
	uint8_t reserved1[2];
	uint32_t flags; /* bit 0: fell back to TCP; bit 1: has the peer's key */
	uint32_t token;
	uint64_t write_seq, snd_una, rcv_nxt;
	uint8_t local_addr_used, local_addr_max, csum_enabled;
	uint8_t reserved2;
	uint32_t retransmits;
	uint64_t bytes_retrans, bytes_sent, bytes_received, bytes_acked;
	uint8_t subflows_total, endp_laminar_max;
	uint8_t reserved3[2];
	uint32_t last_data_sent_ms, last_data_recv_ms, last_ack_recv_ms; /* ago */
};

_Static_assert(sizeof(struct mptcp_record) == 96, "as the kernel's");
_Static_assert(offsetof(struct mptcp_record, write_seq) == 16, "as the kernel's");
_Static_assert(offsetof(struct mptcp_record, bytes_retrans) == 48, "as the kernel's");

#endif
