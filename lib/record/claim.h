// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_CLAIM_H
#define NETSONDE_RECORD_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/lladdr.h"

enum claim_kind {
	CLAIM_REQUEST, /* ARP request, neighbour solicitation */
	CLAIM_REPLY,   /* ARP reply, neighbour advertisement */
	CLAIM_REVERSE, /* RARP */
	CLAIM_ROUTER,  /* router advertisement */
	CLAIM_ROUTER_REQUEST,
};

/* What a frame of ARP or neighbour discovery says of who has which address. */
struct claim {
	uint64_t time_ns; /* since 1970; 0: unknown */
	uint32_t iface;
	uint16_t vlan; /* 0: none */
	uint8_t kind;  /* enum claim_kind */
	struct lladdr eth_src, eth_dst;
	struct lladdr mac;  /* that says it has @addr; length 0: the frame does not say */
	struct addr addr;   /* AF_UNSPEC: none is claimed */
	struct addr asker;  /* who asks, as an IP address, AF_UNSPEC: nobody (a probe) */
	struct addr target; /* asked for; in an ARP reply: who is answered */
	bool is_gratuitous; /* nobody in particular is told: an announcement */
	bool is_probe;	    /* a request that claims nothing: duplicate address detection */
	bool is_solicited, is_override, is_from_router; /* of a neighbour advertisement */
	uint16_t router_lifetime_s;
	uint8_t nonce[6];
	bool has_nonce;
};

#endif
