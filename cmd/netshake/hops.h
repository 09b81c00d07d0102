// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSHAKE_HOPS_H
#define NETSHAKE_HOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_path.h"
#include "base/err.h"
#include "netshake.h"

#define HOPS_PROBES_MAX 4096

/* A walk along the path. */
struct hops {
	struct run *run;
	struct shake *shake;
	struct tcp_path path;
	bool ecn;
	uint8_t dscp;
	uint16_t window; /* of the SYN of time to live 0 */
	uint32_t ts_first;
	uint32_t probes;
	uint8_t ttls[HOPS_PROBES_MAX]; /* of each */
	uint8_t now;		       /* time to live of the SYN under way */
	struct segment sent;	       /* it */
	uint32_t key;
	struct tcp_hop *hop; /* what comes of it goes here */
	uint64_t next_ns;    /* when the next one may be sent */
	uint64_t slowest_ns;
	uint64_t came_ns;  /* when its answer came, since 1970 */
	size_t looked;	   /* items of the trace that were looked at */
	uint32_t peer_ack; /* of the SYN,ACK */
	bool is_challenging;
	bool is_acked; /* then, a bare ACK of the first SYN has come */
};

/* hops_ask.c: one segment and what comes of it */
void hops_send(struct hops *hops, uint8_t ttl, uint16_t flags, uint32_t seq);
int hops_ask(struct hops *hops, struct tcp_hop *hop, uint16_t flags, uint32_t seq, struct err *err);
bool hops_is_stopped(struct hops *hops);
uint64_t hops_patience_ns(const struct hops *hops);

#endif
