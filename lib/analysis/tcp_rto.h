// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_RTO_H
#define NETSONDE_ANALYSIS_TCP_RTO_H

#include <stdbool.h>
#include <stdint.h>

#define TCP_RTO_INITIAL_NS 1000000000u
#define TCP_RTO_MIN_NS 1000000000u
#define TCP_RTO_MAX_NS 60000000000u

/* The retransmission timeout of RFC 6298, and the measurement that it lives on. */
struct tcp_rto {
	uint64_t rto_ns;	     /* as it is now, backed off */
	uint64_t srtt_ns, rttvar_ns; /* 0: nothing measured yet */
	uint64_t min_ns, max_ns;
	unsigned int backoffs; /* in a row */
};

void tcp_rto_init(struct tcp_rto *rto, uint64_t initial_ns, uint64_t min_ns, uint64_t max_ns);
void tcp_rto_measure(struct tcp_rto *rto, uint64_t rtt_ns);
void tcp_rto_back_off(struct tcp_rto *rto);
void tcp_rto_begin_data(struct tcp_rto *rto);

#endif
