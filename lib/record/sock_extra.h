// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_SOCK_EXTRA_H
#define NETSONDE_RECORD_SOCK_EXTRA_H

#include <stdbool.h>
#include <stdint.h>

#include "record/tcp_info.h"

/* What can be asked for beyond struct sock: bits. */
#define SOCK_EXTRA_INFO 1u    /* tcp or mptcp, and congestion control */
#define SOCK_EXTRA_MEMORY 2u  /* memory */
#define SOCK_EXTRA_DETAILS 4u /* the rest */

/* Bytes of memory, in the kernel's order (include/uapi/linux/sock_diag.h, SK_MEMINFO_*). What has
 * not come has all bits set. */
struct sock_memory {
	uint32_t rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog;
	uint32_t drops; /* datagrams, not bytes */
};

/* What congestion control algorithms tell (include/uapi/linux/inet_diag.h). */
struct sock_bbr {
	uint64_t bandwidth; /* bytes/s */
	uint32_t min_rtt_us;
	double pacing_gain, cwnd_gain;
};

struct sock_vegas {
	uint32_t enabled, rtt_count, rtt_us, min_rtt_us;
};

struct sock_dctcp {
	uint16_t enabled, ce_state;
	uint32_t alpha, ab_ecn, ab_total;
};

/* Transport Layer Security in the kernel (include/uapi/linux/tls.h). */
struct sock_tls {
	uint16_t version, cipher, send_mode, receive_mode; /* UINT16_MAX: unknown */
};

/* What a TCP connection is to the MPTCP one that it is part of (include/uapi/linux/mptcp.h). */
struct sock_subflow {
	uint32_t local_token, remote_token, flags, subflow_seq, ssn_offset;
	uint64_t map_seq;
	uint16_t map_length;
	uint8_t local_id, remote_id;
};

/* A packet(7) socket's own (include/uapi/linux/packet_diag.h). */
struct sock_packet_info {
	uint32_t version, reserve, copy_threshold, timestamps, flags;
	uint32_t rx_blocks, rx_block_size, tx_blocks, tx_block_size; /* rings; 0 blocks: none */
	uint32_t fanout, memberships, filter_length;		     /* fanout UINT32_MAX: none */
};

/* The kinds that came: bits of sock_extra.has. */
#define SOCK_HAS_TCP (1u << 0)
#define SOCK_HAS_MPTCP (1u << 1)
#define SOCK_HAS_MEMORY (1u << 2)
#define SOCK_HAS_BBR (1u << 3)
#define SOCK_HAS_VEGAS (1u << 4)
#define SOCK_HAS_DCTCP (1u << 5)
#define SOCK_HAS_TLS (1u << 6)
#define SOCK_HAS_SUBFLOW (1u << 7)
#define SOCK_HAS_PACKET (1u << 8)
#define SOCK_HAS_OPTIONS (1u << 9)

/* Settings of an Internet socket (struct inet_diag_sockopt): bits of sock_extra.options. */
enum sock_option {
	SOCK_OPTION_RECVERR,
	SOCK_OPTION_IS_ICSK, /* knows connections, like TCP */
	SOCK_OPTION_FREEBIND,
	SOCK_OPTION_HDRINCL,
	SOCK_OPTION_MC_LOOP,
	SOCK_OPTION_TRANSPARENT,
	SOCK_OPTION_MC_ALL,
	SOCK_OPTION_NODEFRAG,
	SOCK_OPTION_BIND_ADDRESS_NO_PORT,
	SOCK_OPTION_RECVERR_RFC4884,
	SOCK_OPTION_DEFER_CONNECT,
	SOCK_OPTION_COUNT,
};

#define SOCK_ALGORITHM_SIZE 16 /* TCP_CA_NAME_MAX, TCP_ULP_NAME_MAX, with the terminator */

/* What belongs to a socket beyond struct sock, where it was asked for. */
struct sock_extra {
	uint32_t has;
	union {
		struct tcp_record tcp;
		struct mptcp_record mptcp;
		struct sock_packet_info packet;
	};
	union {
		struct sock_bbr bbr;
		struct sock_vegas vegas;
		struct sock_dctcp dctcp;
	};
	union {
		struct sock_tls tls;
		struct sock_subflow subflow;
	};
	struct sock_memory memory;
	uint32_t class_id; /* UINT32_MAX: unknown */
	uint16_t options;  /* bits SOCK_OPTION_* */
	/* Of tcp, whose bit fields differ from machine to machine. */
	uint8_t snd_wscale, rcv_wscale, app_limited, fastopen_client_fail;
	uint8_t tos, tclass, v6only, shutdown, ip_protocol;		/* UINT8_MAX: unknown */
	char congestion[SOCK_ALGORITHM_SIZE], ulp[SOCK_ALGORITHM_SIZE]; /* "": unknown, none */
};

#endif
