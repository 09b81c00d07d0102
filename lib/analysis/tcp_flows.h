// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_FLOWS_H
#define NETSONDE_ANALYSIS_TCP_FLOWS_H

/* The TCP connections in a stream of segments that somebody else exchanges: one observer a pair of
 * ends.
 *
 * Theory of operation. tcp_flows_see() finds the connection of a segment, or begins one, and shows
 * the segment to its observer. A connection leaves the table, by the caller's `done`, when nothing
 * more is to be expected of it: a while after it was closed (what comes late is of it), a longer
 * while after a SYN that nobody answers, when a SYN begins another one between the same ends, or at
 * the end. An open one stays however long it is silent. So memory is bounded by what is open at the
 * same time, and by `max`: when the table is full, the connection that was silent longest goes, of
 * those that were closed if there are any, of the open ones if there must be; then what was not
 * seen to its end is told as evicted.
 *
 * Time is that of the segments alone. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_observer.h"
#include "record/segment.h"
#include "wire/tcp_quote.h"

/* Why a connection left the table. */
enum tcp_flow_end {
	TCP_FLOW_AT_END, /* nothing more came */
	TCP_FLOW_CLOSED,
	TCP_FLOW_UNANSWERED, /* it never opened */
	TCP_FLOW_REPLACED,   /* its ports are used again */
	TCP_FLOW_EVICTED,    /* there was no room */
	TCP_FLOW_ENDS,
};

/* How far a connection is, and so how long it is waited for. */
enum tcp_flow_phase {
	TCP_FLOW_PHASE_OPENING,
	TCP_FLOW_PHASE_OPEN,
	TCP_FLOW_PHASE_OVER,
	TCP_FLOW_PHASES,
};

/* How it is known which end is the client. */
enum tcp_flow_client {
	TCP_FLOW_CLIENT_SEEN,	 /* by its SYN, or the other's SYN,ACK */
	TCP_FLOW_CLIENT_GUESSED, /* the server is presumed at the lower port */
};

/* A connection. Callers read it. */
struct tcp_flow {
	uint64_t number;     /* in the order of their beginnings, from 1 */
	struct addr ends[2]; /* with ports: of the client, of the server; sides of the observer */
	struct tcp_observer seen;
	enum tcp_flow_client client;
	enum tcp_flow_phase phase;
	bool is_reuse;	    /* the ports had been another connection's */
	uint64_t offloaded; /* segments larger than the MSS */
	uint64_t fragments; /* segments of which only the first IP fragment was read */
	uint64_t cut;	    /* segments that are not all in the capture */
	uint64_t bad_sums;  /* wrong checksums, of those that are whole and were not offloaded */
	/* the first ICMP error about it that is not "too big" */
	struct tcp_flow_icmp {
		struct addr from; /* AF_UNSPEC: none */
		uint8_t type, code;
	} icmp;
	uint32_t icmp_errors, icmp_too_big;
	void *arg; /* the caller's, NULL at first */
	/* the table's */
	uint64_t hash;
	struct tcp_flow *next, *older, *newer;
};

typedef void tcp_flows_done(struct tcp_flow *flow, enum tcp_flow_end end, void *arg);

struct tcp_flows {
	size_t count, max;
	uint64_t numbered; /* connections so far */
	uint64_t evicted;  /* open ones */
	uint64_t lost;	   /* segments, for want of memory */
	tcp_flows_done *done;
	void *arg;
	struct tcp_flow **buckets;
	size_t bucket_count;
	uint64_t seed; /* of the hash */
	uint64_t now_ns;
	struct tcp_flow_queue {
		struct tcp_flow *oldest, *newest;
		size_t count;
	} queues[TCP_FLOW_PHASES]; /* by the last segment */
};

extern const char *const tcp_flow_end_names[TCP_FLOW_ENDS];

void tcp_flows_init(struct tcp_flows *flows, size_t max, uint64_t seed, tcp_flows_done *done,
		    void *arg);
struct tcp_flow *tcp_flows_see(struct tcp_flows *flows, struct segment *segment,
			       struct tcp_sight *sight);
struct tcp_flow *tcp_flows_error(struct tcp_flows *flows, const struct tcp_quote *quote);
bool tcp_flow_is_closed(const struct tcp_flow *flow);
void tcp_flows_advance(struct tcp_flows *flows, uint64_t now_ns);
void tcp_flows_finish(struct tcp_flows *flows);
void tcp_flows_fini(struct tcp_flows *flows);

#endif
