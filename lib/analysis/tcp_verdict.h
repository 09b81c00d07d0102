// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_VERDICT_H
#define NETSONDE_ANALYSIS_TCP_VERDICT_H

/* What a trace comes to: a pure function from what was seen to a verdict with its evidence.
 *
 * Theory of operation. The caller fills struct tcp_findings: the endpoint and the observer as they
 * are at the end, and what only it knows (errors of sendto(), the neighbour, what the packet socket
 * saw and the raw socket did not, sizes that were probed). tcp_judge() weighs them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_endpoint.h"
#include "analysis/tcp_evidence.h"
#include "analysis/tcp_observer.h"
#include "record/segment.h"

enum tcp_verdict {
	TCP_VERDICT_NONE, /* cut short by the user before there was anything to judge */
	TCP_VERDICT_OPEN,
	TCP_VERDICT_CLOSED,
	TCP_VERDICT_FILTERED,
	TCP_VERDICT_OWN_FIREWALL,
	TCP_VERDICT_NO_ROUTE,
	TCP_VERDICT_NO_NEIGHBOUR,
	TCP_VERDICT_OPEN_THEN_RESET,
	TCP_VERDICT_BLACK_HOLE,
	TCP_VERDICT_PEER_NEVER_CLOSES,
	TCP_VERDICT_CLOSE_UNACKNOWLEDGED, /* it took the open, and never our FIN or data */
	/* of connections that are only watched */
	TCP_VERDICT_HALF_OPEN,	   /* the server answered, the client did not complete it */
	TCP_VERDICT_HALF_CAPTURED, /* one direction alone was seen */
	TCP_VERDICT_COUNT,
};

/* How the caller meant to end the connection. */
enum tcp_close_plan {
	TCP_PLAN_FIN,  /* four-way, whoever closes first */
	TCP_PLAN_HALF, /* our FIN, then go on receiving */
	TCP_PLAN_RST,
	TCP_PLAN_WAIT, /* let the peer close first */
	TCP_PLAN_NONE,
};

/* What was seen. Pointers are borrowed. */
struct tcp_findings {
	const struct tcp_endpoint *end;
	const struct tcp_observer *seen; /* side 0 is this host's */
	enum tcp_close_plan plan;
	int send_errno;		  /* of the SYN's sendto(); 0: it left */
	bool is_neighbour_failed; /* the next hop did not answer ARP or neighbour solicitations */
	bool is_interrupted;	  /* the user stopped it */
	bool is_on_link;	  /* the peer is reached without a gateway */
	bool is_local;		  /* the peer is this host */
	struct addr gateway;	  /* AF_UNSPEC: none */
	uint32_t undelivered; /* segments that came to the interface, but not to the raw socket */
	const struct segment *undelivered_first;
	const struct segment *reset; /* the RST that was believed; NULL: none */
	uint8_t reference_ttl;	  /* of a SYN,ACK of the host, to compare a RST with; 0: unknown */
	uint8_t echo_ttl;	  /* the same of an echo reply */
	uint64_t echo_rtt_ns;	  /* and how long that took; 0: unknown */
	uint32_t strays, spoofed; /* of other connections; with impossible numbers */
	/* --size: payload sizes, 0: none */
	uint32_t size_passed, size_lost;
};

struct tcp_judgement {
	enum tcp_verdict verdict;
	bool is_as_asked;     /* exit status 0: open, and closed as planned */
	const char *by;	      /* CLOSED: "host", "nearer", "unknown"; else NULL */
	struct addr reporter; /* FILTERED by ICMP: who; AF_UNSPEC: silence */
	uint8_t icmp_type, icmp_code;
	uint32_t size; /* BLACK_HOLE: the smallest that vanished */
	struct tcp_evidence evidence;
	const char *advice; /* one line; never NULL */
};

/* "open", "closed", ..., "peer_never_closes". */
extern const char *const tcp_verdict_names[TCP_VERDICT_COUNT];

void tcp_judge(struct tcp_judgement *judgement, const struct tcp_findings *findings);
const char *tcp_verdict_advice(enum tcp_verdict verdict);

#endif
