// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_rto.h"

/* RFC 6298 section 5.7: what to begin the data with if the SYN was lost. */
#define AFTER_LOST_SYN_NS 3000000000u

static uint64_t between(uint64_t value, uint64_t min, uint64_t max)
{
	if (value < min)
		return min;
	return value > max ? max : value;
}

/* Begin with @initial_ns (rule 2.1). A 0 stands for RFC 6298's own value. */
void tcp_rto_init(struct tcp_rto *rto, uint64_t initial_ns, uint64_t min_ns, uint64_t max_ns)
{
	*rto = (struct tcp_rto){
		.min_ns = min_ns ? min_ns : TCP_RTO_MIN_NS,
		.max_ns = max_ns ? max_ns : TCP_RTO_MAX_NS,
	};
	rto->rto_ns = initial_ns ? initial_ns : TCP_RTO_INITIAL_NS;
}

/* Learn from a round trip of a segment that was sent once only (Karn; rules 2.2 to 2.4), on a clock
 * of nanoseconds. It is an end to backing off, and nothing else is. */
void tcp_rto_measure(struct tcp_rto *rto, uint64_t rtt_ns)
{
	if (rtt_ns == 0)
		rtt_ns = 1;
	if (rto->srtt_ns == 0) {
		rto->srtt_ns = rtt_ns;
		rto->rttvar_ns = rtt_ns / 2;
	} else {
		uint64_t off =
			rtt_ns > rto->srtt_ns ? rtt_ns - rto->srtt_ns : rto->srtt_ns - rtt_ns;

		rto->rttvar_ns = (3 * rto->rttvar_ns + off) / 4;
		rto->srtt_ns = (7 * rto->srtt_ns + rtt_ns) / 8;
	}
	rto->rto_ns = between(rto->srtt_ns + 4 * rto->rttvar_ns, rto->min_ns, rto->max_ns);
	rto->backoffs = 0;
}

/* The timer has run out (rule 5.5). */
void tcp_rto_back_off(struct tcp_rto *rto)
{
	rto->rto_ns = between(2 * rto->rto_ns, 0, rto->max_ns);
	rto->backoffs++;
}

/* The handshake is over: if the timer ran out in it, data begin with a longer one (rule 5.7). */
void tcp_rto_begin_data(struct tcp_rto *rto)
{
	if (rto->backoffs > 0 && rto->srtt_ns == 0)
		rto->rto_ns = between(AFTER_LOST_SYN_NS, rto->min_ns, rto->max_ns);
	rto->backoffs = 0;
}
