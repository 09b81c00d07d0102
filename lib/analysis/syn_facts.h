// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_FACTS_H
#define NETSONDE_ANALYSIS_SYN_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/syn_tally.h"
#include "base/addr.h"
#include "record/syn_counters.h"
#include "record/syn_look.h"

/* Half-open connections by how often the SYN-ACK was sent again; the last class has all beyond. At
 * 1 s each, doubling: class 0 is younger than 1 s, class 1 than 3 s, class 2 than 7 s... */
#define SYN_AGES 7

/* From this class on they are three seconds old at least. */
#define SYN_AGE_OLD 2

/* Where half-opens and a listener's accept queue belong to: an address and port, with all sockets
 * that share it (SO_REUSEPORT). "Now" is the last look. */
struct syn_listener {
	struct addr addr;      /* with its port; of one that is gone: as the half-opens have it */
	uint32_t iface;	       /* bound to this device; 0: to none */
	uint32_t inode;	       /* of one of its sockets, for its process; 0: unknown */
	uint32_t sockets;      /* now; 0: it is gone, its half-opens are left */
	uint32_t full_sockets; /* whose accept queue is full now */
	uint64_t accept_queue; /* connections that wait for accept(), now */
	uint64_t
		accept_backlog; /* what listen() asked for, cut to somaxconn; UINT64_MAX: unknown */
	uint64_t capacity;	/* of the SYN queue: backlog plus 1 a socket; UINT64_MAX: unknown */
	uint32_t looks;		/* of this interval that saw it listen */
	uint32_t full_looks;	/* of them, with a full accept queue */
	uint64_t half_open;	/* now, without deferred */
	uint64_t peak;		/* most half-opens at a look of this interval */
	uint64_t deferred;	/* now: acknowledged, waiting for data (TCP_DEFER_ACCEPT) */
	uint64_t ages[SYN_AGES]; /* half_open by retransmissions */
	uint64_t before;    /* half-opens at the earlier look that survivors are counted from */
	uint64_t survivors; /* of them, still there now, or pruned when they were old */
	double survival;    /* their share, NAN: there was nothing, or no earlier look */
	uint64_t bogons;    /* of half_open: sources that nobody has */
	uint64_t octets[4]; /* of half_open: bit N, an IPv4 source begins with N */
	struct syn_tally_report sources; /* of half_open; listener.family AF_UNSPEC: not counted */
};

/* What is known of an interval, for syn_judge(). Differences of counters are those of the whole
 * namespace. */
struct syn_facts {
	double seconds;		 /* from the first look to the last; 0: one look alone */
	double survival_seconds; /* between the looks that survivors are counted from; 0: none */
	uint64_t real_ns;	 /* when the last look was */
	uint32_t looks;
	uint64_t deltas[SYN_COUNTER_COUNT]; /* COUNTER_UNKNOWN where one is not known */
	/* Cookies go out one round trip before they come back. Those that were sent early enough,
	 * and the most that came back in as long a time then or later. */
	double settled_seconds;
	uint64_t settled_sent, settled_recv; /* COUNTER_UNKNOWN likewise */
	uint64_t least_resets; /* fewest RSTs sent between two looks; COUNTER_UNKNOWN */
	uint64_t sysctls[SYN_SYSCTL_COUNT];
	unsigned int gaps; /* enum syn_gap, of all looks */
	const struct syn_listener *listeners;
	uint32_t listener_count;
	struct {
		double seconds; /* 0: not listened to the wire */
		double lost;	/* share of what arrived that the kernel could not hand over */
		bool is_sampled;
		struct syn_tally_report all;
		struct syn_tally_report *targets; /* busiest first */
		const uint64_t *settled;	  /* SYNs that each had had two seconds ago */
		uint32_t target_count;
	} wire;
};

#endif
