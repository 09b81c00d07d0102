// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_EXTRA_H
#define NETCONN_EXTRA_H

#include <stdint.h>

#include "base/column.h"
#include "record/sock.h"
#include "record/sock_extra.h"

/* As many words as the longest list has, and the NULL behind them. */
#define EXTRA_WORDS (SOCK_OPTION_COUNT + 1)

struct bbr_row {
	uint64_t bandwidth_bps;
	uint32_t min_rtt_us;
	double pacing_gain, cwnd_gain;
};

/* TCP's or MPTCP's internals: what the kernel says, and what has to be put otherwise. */
struct tcp_row {
	struct tcp_record is;
	const char *ca_state;
	const char *const *options;
	uint8_t snd_wscale, rcv_wscale, app_limited, fastopen_client_fail;
	uint64_t send_bps, pacing_bps, max_pacing_bps, delivery_bps;
	uint64_t busy_ns, rwnd_limited_ns, sndbuf_limited_ns;
	const struct bbr_row *bbr;
	const struct sock_vegas *vegas;
	const struct sock_dctcp *dctcp;

	struct bbr_row bbr_storage;
	const char *option_words[EXTRA_WORDS];
};

struct mptcp_row {
	struct mptcp_record is;
	bool fell_back, has_remote_key;
};

struct subflow_row {
	struct sock_subflow is;
	const char *const *flags;
	const char *flag_words[EXTRA_WORDS];
};

struct tls_row {
	const char *version, *cipher, *send_mode, *receive_mode;
};

struct packet_row {
	struct sock_packet_info is;
	const char *ethertype;
	const char *const *flags;
	const char *flag_words[EXTRA_WORDS];
};

struct netlink_row {
	struct sock_netlink is;
	const char *protocol;
	char groups_text[20];
	const char *groups;
};

struct timer_info_row {
	const char *name;
	uint32_t expires_ms, rto_us;
	uint8_t retrans, probes, backoff;
};

/* What a row has beyond the plain columns; NULL, or all bits, for what is not there. */
struct extra_row {
	const struct tcp_row *tcp;
	const struct mptcp_row *mptcp;
	const struct sock_memory *memory;
	const struct timer_info_row *timer_info;
	const struct subflow_row *subflow;
	const struct tls_row *tls;
	const struct packet_row *packet;
	const struct netlink_row *netlink;
	const struct sock_vsock *vsock;
	const char *congestion, *ulp, *shutdown;
	const char *const *options;
	uint32_t mark, class_id;
	uint8_t tos, tclass, v6only;

	union {
		struct tcp_row tcp_storage;
		struct mptcp_row mptcp_storage;
	};
	union {
		struct subflow_row subflow_storage;
		struct tls_row tls_storage;
	};
	union {
		struct packet_row packet_storage;
		struct netlink_row netlink_storage;
	};
	struct timer_info_row timer_storage;
	char number_text[20];
	const char *option_words[EXTRA_WORDS];
};

extern const struct column extra_tcp_columns[], extra_mptcp_columns[], extra_memory_columns[],
	extra_timer_columns[], extra_subflow_columns[], extra_tls_columns[], extra_packet_columns[],
	extra_netlink_columns[], extra_vsock_columns[];

/* extra.c */
void extra_fill(struct extra_row *row, const struct sock *sock);
uint8_t extra_needed(const struct column *column);

/* extra_tcp.c */
void extra_fill_tcp(struct tcp_row *row, const struct sock_extra *extra);
const char *const *extra_words(const char **words, const char *const *names, unsigned int count,
			       uint32_t bits);

#endif
