// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_RTT_H
#define NETSONDE_ANALYSIS_RTT_H

#include <stdbool.h>
#include <stdint.h>

#include "record/probe.h"

/* When a probe left and its reply came, by whoever noticed. */
struct rtt_stamps {
	uint64_t sent_mono_ns, received_mono_ns; /* this process, CLOCK_MONOTONIC */
	uint64_t sent_real_ns;			 /* the same moment as sent_mono_ns */
	uint64_t kernel_sent_ns;		 /* CLOCK_REALTIME; 0: unknown */
	uint64_t kernel_received_ns;
	uint64_t hardware_sent_ns,
		hardware_received_ns; /* the network device's clock; 0: unknown */
};

struct rtt {
	uint64_t rtt_ns;
	uint64_t local_delay_ns; /* before the probe left this host; UINT64_MAX: unknown */
	enum probe_clock clock;
};

/* Round-trip times seen so far. All zero is none. Duplicates count in, as with iputils' ping. */
struct rtt_stats {
	uint64_t count;
	uint64_t min_ns, max_ns;
	uint64_t last_ns;
	double mean_ns,
		squares;  /* Welford: squares is the sum of squared differences to the mean */
	double ewma_ns;	  /* weight 1/8, as in ping and TCP */
	double jitter_ns; /* RFC 3550 section 6.4.1 */
};

struct rtt rtt_choose(const struct rtt_stamps *stamps);
void rtt_add(struct rtt_stats *stats, uint64_t rtt_ns);
uint64_t rtt_mdev_ns(const struct rtt_stats *stats);

#endif
