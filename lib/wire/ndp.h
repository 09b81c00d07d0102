// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_NDP_H
#define NETSONDE_WIRE_NDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/lladdr.h"
#include "wire/wire.h"

/* Longest message that ndp_build() makes: IPv6 header, solicitation, two options. */
#define NDP_BUILD_MAX (40 + 24 + 8 + 8)

/* ICMPv6 types (RFC 4861 section 4). */
enum ndp_type {
	NDP_ROUTER_SOLICITATION = 133,
	NDP_ROUTER_ADVERTISEMENT = 134,
	NDP_NEIGHBOUR_SOLICITATION = 135,
	NDP_NEIGHBOUR_ADVERTISEMENT = 136,
};

/* A message of neighbour discovery with what its options tell of link-layer addresses. */
struct ndp {
	struct addr src, dst; /* of the IPv6 packet */
	struct addr target;   /* of solicitation and advertisement; otherwise AF_UNSPEC */
	struct lladdr source_mac, target_mac; /* options; length 0: none */
	uint8_t nonce[6];		      /* RFC 3971 section 5.3.2, as RFC 7527 uses it */
	bool has_nonce;
	uint8_t type;				   /* enum ndp_type */
	bool is_router, is_solicited, is_override; /* of an advertisement */
	uint16_t router_lifetime_s;		   /* of a router's */
};

enum wire_result ndp_parse(const uint8_t *bytes, size_t length, struct ndp *ndp);
size_t ndp_build(uint8_t *at, const struct ndp *ndp);
struct addr ndp_solicited_node(const struct addr *target);
struct lladdr ndp_multicast_mac(const struct addr *group);

#endif
