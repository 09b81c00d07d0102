// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_PATH_H
#define NETSONDE_ANALYSIS_TCP_PATH_H

/* A path as SYNs of growing time to live show it: who is on it, what it does to a segment, and
 * where it ends.
 *
 * Theory of operation. The caller sends SYNs that expire at each hop in turn, and notes for each
 * hop who answered and how its quote differs from what was sent. tcp_path_judge() is a pure
 * function of that.
 *
 * A router says that a packet has expired before it does anything else to it, and quotes it as it
 * came in. So what is done at hop N, whether by a rule for what is forwarded or by a box on the
 * link behind it, is seen first at hop N + 1; and what is dropped by it leaves hop N + 1 silent.
 * What a router does to packets as they come in, before it looks at the time to live, is seen at N
 * already. From here the two cannot be told apart: a place is always "behind hop A and not farther
 * than hop B", with A the last hop that shows the segment as it was.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_changes.h"
#include "analysis/tcp_evidence.h"
#include "base/addr.h"

#define TCP_HOPS_MAX 64

enum tcp_hop_answer {
	TCP_HOP_SILENT,
	TCP_HOP_EXPIRED, /* a router: time exceeded */
	TCP_HOP_ICMP,	 /* another error, which ends the path */
	TCP_HOP_SYN_ACK,
	TCP_HOP_RESET,
	TCP_HOP_ANSWER_COUNT,
};

/* What SYNs of one time to live came to. */
struct tcp_hop {
	uint8_t ttl;	  /* 1: the first router; 0: SYNs that were to get through the whole path */
	uint8_t answer;	  /* enum tcp_hop_answer */
	struct addr from; /* AF_UNSPEC: nobody */
	uint8_t icmp_type, icmp_code;
	uint8_t tries;
	uint8_t came_ttl;   /* of the answer, as it came; 0: unknown */
	uint8_t quoted_ttl; /* of the SYN, as it expired */
	uint8_t extent;	    /* enum tcp_extent, of the quote */
	uint32_t quoted;    /* octets of TCP in it */
	uint64_t rtt_ns;    /* 0: unknown */
	struct tcp_changes changes;
};

/* What an echo request to the host says of who answered the SYN. */
enum tcp_path_echo {
	TCP_ECHO_UNKNOWN, /* not asked, or no answer */
	TCP_ECHO_SAME,	  /* it answers from the same distance */
	TCP_ECHO_FARTHER, /* it is farther away than who answered the SYN */
};

struct tcp_path {
	struct tcp_hop hops[TCP_HOPS_MAX + 1];
	uint8_t count;
	uint8_t echo;	  /* enum tcp_path_echo */
	uint8_t echo_ttl; /* of its reply, as it came; 0: none */
	struct addr
		echo_expired; /* who said that a request of the SYN's time to live had expired */
	bool is_challenged;   /* no SYN,ACK came, but an ACK that tells that the SYN arrived */
	bool has_sent_syn_acks;
	uint8_t syn_acks_reach; /* the last hop that answered SYN,ACKs sent this way; the host
				   is one more than the last router */
	bool is_interrupted;
	int send_errno;
	bool is_neighbour_failed; /* the next hop does not answer on the link */
	uint32_t undelivered;	  /* segments that this host dropped */
};

enum tcp_path_verdict {
	TCP_PATH_NONE, /* cut short by the user */
	TCP_PATH_OPEN, /* SYN,ACK, and nothing was changed */
	TCP_PATH_CLOSED,
	TCP_PATH_FILTERED, /* an ICMP error */
	TCP_PATH_SYN_LOST,
	TCP_PATH_SYN_ACK_LOST,
	TCP_PATH_RESET_ON_THE_WAY,
	TCP_PATH_OPTIONS_REWRITTEN,
	TCP_PATH_HEADER_REWRITTEN,
	TCP_PATH_HIDDEN_PROXY,
	TCP_PATH_OWN_FIREWALL,
	TCP_PATH_NO_ROUTE,
	TCP_PATH_NO_NEIGHBOUR,
	TCP_PATH_COUNT,
};

/* A change, and where: behind hop @after (0: this host) and not farther than hop @hop. */
struct tcp_path_change {
	struct tcp_change change;
	uint8_t after, hop;
};

#define TCP_PATH_CHANGES_MAX 64

struct tcp_path_judgement {
	enum tcp_path_verdict verdict;
	bool has_place;
	uint8_t after, hop; /* where, if has_place */
	struct tcp_path_change changes[TCP_PATH_CHANGES_MAX];
	uint8_t change_count;
	struct tcp_evidence evidence;
	const char *advice;
};

extern const char *const tcp_path_verdict_names[TCP_PATH_COUNT];
extern const char *const tcp_hop_answer_names[TCP_HOP_ANSWER_COUNT];

const struct addr *tcp_path_address(const struct tcp_path *path, uint8_t ttl);
void tcp_path_judge(struct tcp_path_judgement *judgement, const struct tcp_path *path);

#endif
